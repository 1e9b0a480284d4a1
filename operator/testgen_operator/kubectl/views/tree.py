"""A project as a tree: its components, and under each the objects that belong to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from testgen_operator.kubectl.verdict import conditions
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views.text import Cell, Style, age, table

Json = Mapping[str, Any]
ORDER: Final = (
    "Deployment", "StatefulSet", "Job", "CronJob", "Service", "Ingress", "HTTPRoute", "HorizontalPodAutoscaler",
    "PodDisruptionBudget", "NetworkPolicy", "PersistentVolumeClaim", "Secret", "ConfigMap", "ServiceAccount", "Pod",
)  # fmt: skip


def nodes(project: Json, children: Sequence[Json], secrets: Sequence[Json], now: datetime) -> dict[str, Any]:
    """The tree for `-o json`: project, components, objects, and pods under the workload that selects them."""
    ready = conditions(project).get("Ready", {})
    everything = [*children, *({**one, "kind": "Secret"} for one in secrets)]
    groups = []
    for component in parts.in_order(parts.component(one) for one in everything):
        own = [one for one in everything if parts.component(one) == component]
        groups.append({"component": component or "(none)", "objects": _objects(own, now)})
    return {
        "kind": "TestGenProject",
        "name": parts.name(project),
        "namespace": project["metadata"].get("namespace", ""),
        "status": f"{ready.get('reason', 'NotLookedAt')}",
        "components": groups,
    }


def _objects(own: Sequence[Json], now: datetime) -> list[dict[str, Any]]:
    pods = parts.kind(own, "Pod")
    found, placed = [], set()
    for one in sorted((one for one in own if one["kind"] != "Pod"), key=lambda one: (_rank(one["kind"]), parts.name(one))):
        entry = _entry(one, now)
        if one["kind"] in {*parts.WORKLOADS, "Job"}:
            mine = [pod for pod in pods if _under(pod, one) and parts.name(pod) not in placed]
            placed |= {parts.name(pod) for pod in mine}
            entry["pods"] = [_entry(pod, now) for pod in mine]
        found.append(entry)
    return found + [_entry(pod, now) for pod in pods if parts.name(pod) not in placed]


def _under(pod: Json, workload: Json) -> bool:
    if workload["kind"] == "Job":
        return any(one.get("uid") == workload["metadata"].get("uid") for one in pod["metadata"].get("ownerReferences") or ())
    return parts.belongs(pod, workload)


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


def _entry(one: Json, now: datetime) -> dict[str, Any]:
    return {
        "kind": one["kind"],
        "name": parts.name(one),
        "state": state(one),
        "age": age(one["metadata"].get("creationTimestamp"), now),
    }


def state(one: Json) -> str:
    """What is worth saying of an object in a few words."""
    spec, status = one.get("spec") or {}, one.get("status") or {}
    match one["kind"]:
        case "Deployment" | "StatefulSet":
            return f"{int(status.get('readyReplicas') or 0)}/{int(spec.get('replicas', 1))} ready"
        case "Pod":
            own = status.get("containerStatuses") or ()
            up = sum(bool(found.get("ready")) for found in own)
            again = f", {parts.restarts(one)} restarts" if parts.restarts(one) else ""
            return f"{parts.phase(one)} {up}/{len(own) or len(spec.get('containers') or ()) or 1}{again}"
        case "Job":
            known = {found.get("type") for found in status.get("conditions") or () if found.get("status") == "True"}
            return "failed" if "Failed" in known else "succeeded" if "Complete" in known else "running"
        case "PersistentVolumeClaim":
            claim = parts.volume(one)
            return f"{claim['phase']} {parts.extent(claim)}"
        case "Service":
            if spec.get("clusterIP") == "None":
                return "headless"
            ports = ",".join(str(port.get("port")) for port in spec.get("ports") or ())
            return f"{spec.get('clusterIP', 'no address')}:{ports}"
        case "HorizontalPodAutoscaler":
            return f"{status.get('currentReplicas', 0)} of {spec.get('minReplicas', 1)}…{spec.get('maxReplicas', '?')}"
        case "PodDisruptionBudget":
            return f"{status.get('disruptionsAllowed', 0)} may go"
        case "Secret":
            return "data not read"
        case _:
            return ""


def lines(found: Json, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for i, group in enumerate(found["components"]):
        last = i == len(found["components"]) - 1
        rows.append([_branch("", last) + group["component"], "", ""])
        stem = "   " if last else "│  "
        for j, one in enumerate(group["objects"]):
            ends = j == len(group["objects"]) - 1
            rows.append([f"{_branch(stem, ends)}{one['kind']}/{one['name']}", one["state"], one["age"]])
            below = stem + ("   " if ends else "│  ")
            pods = one.get("pods") or ()
            for k, pod in enumerate(pods):
                rows.append([f"{_branch(below, k == len(pods) - 1)}Pod/{pod['name']}", pod["state"], pod["age"]])
    top: list[Cell] = [f"TestGenProject/{found['name']}", found["status"], ""]
    return table(["OBJECT", "STATE", "AGE"], [top, *rows], style)


def _branch(stem: str, last: bool) -> str:
    return f"{stem}{'└─ ' if last else '├─ '}"
