"""What a project consists of, as rows: components with their pods, stores with their volumes, the last events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from testgen_operator import names
from testgen_operator.kubectl.views.text import age, moment
from testgen_operator.resources.quantity import is_quantity, parse

Json = Mapping[str, Any]
WORKLOADS: Final = ("Deployment", "StatefulSet")
STORES: Final = ("postgres", "qdrant", "neo4j", "redis")
STORE_TITLES: Final = {"postgres": "PostgreSQL", "qdrant": "Qdrant", "neo4j": "Neo4j", "redis": "Redis"}
DEFAULT_TYPES: Final = {"postgres": "BuiltIn", "qdrant": "Embedded", "neo4j": "Disabled", "redis": "Disabled"}
FIRST: Final = ("edge", "all", "api", "ai-gateway")
"""What callers reach stands above what it stands on."""


def label(one: Json, key: str) -> str:
    return str((one.get("metadata", {}).get("labels") or {}).get(key, ""))


def component(one: Json) -> str:
    return label(one, names.LABEL_COMPONENT)


def name(one: Json) -> str:
    return str(one.get("metadata", {}).get("name", ""))


def kind(children: Iterable[Json], *kinds: str) -> list[Json]:
    return sorted((one for one in children if one.get("kind") in kinds), key=name)


def in_order(components: Iterable[str]) -> list[str]:
    return sorted(set(components), key=lambda one: (FIRST.index(one) if one in FIRST else len(FIRST), one in STORES, one))


def components(children: Sequence[Json], now: datetime) -> list[dict[str, Any]]:
    """A row for each workload: ready and wanted pods, restarts, image, age and, for what is not ready, why."""
    pods = [one for one in kind(children, "Pod") if not one["metadata"].get("deletionTimestamp")]
    rows = []
    workloads = kind(children, *WORKLOADS)
    order = in_order(component(one) for one in workloads)
    for one in sorted(workloads, key=lambda found: (order.index(component(found)), name(found))):
        own = [pod for pod in pods if belongs(pod, one)]
        spec, status = one.get("spec") or {}, one.get("status") or {}
        wanted, ready = int(spec.get("replicas", 1)), int(status.get("readyReplicas") or 0)
        containers = spec.get("template", {}).get("spec", {}).get("containers") or [{}]
        rows.append(
            {
                "component": component(one) or "?",
                "kind": one["kind"],
                "name": name(one),
                "ready": ready,
                "wanted": wanted,
                "restarts": sum(restarts(pod) for pod in own),
                "image": str(containers[0].get("image", "")),
                "age": age(one["metadata"].get("creationTimestamp"), now),
                "trouble": "" if ready >= wanted else trouble(own),
            }
        )
    return rows


def belongs(pod: Json, workload: Json) -> bool:
    """Whether a workload selects a pod."""
    wanted = (workload.get("spec") or {}).get("selector", {}).get("matchLabels") or {}
    labels = pod["metadata"].get("labels") or {}
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def statuses(pod: Json) -> list[Json]:
    status = pod.get("status") or {}
    return [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]


def restarts(pod: Json) -> int:
    return sum(int(one.get("restartCount") or 0) for one in statuses(pod))


def ready(pod: Json) -> bool:
    found = (pod.get("status") or {}).get("conditions") or ()
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in found)


def phase(pod: Json) -> str:
    """What kubectl's STATUS column says of a pod, where it matters."""
    if pod["metadata"].get("deletionTimestamp"):
        return "Terminating"
    for one in statuses(pod):
        waiting = (one.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") not in (None, "PodInitializing", "ContainerCreating"):
            return str(waiting["reason"])
    return str((pod.get("status") or {}).get("phase") or "Unknown")


def trouble(pods: Sequence[Json]) -> str:
    """Why the pods of a workload are not ready, in a word or two."""
    if not pods:
        return "no pod"
    for pod in pods:
        for one in (pod.get("status") or {}).get("conditions") or ():
            if one.get("type") == "PodScheduled" and one.get("reason") == "Unschedulable":
                return "Unschedulable"
        found = phase(pod)
        if found not in {"Running", "Pending", "Succeeded"}:
            return found
    return "starting"


def jobs(children: Sequence[Json], now: datetime) -> list[dict[str, Any]]:
    rows = []
    for one in kind(children, "Job"):
        known = {
            found.get("type") for found in (one.get("status") or {}).get("conditions") or () if found.get("status") == "True"
        }
        state = "Failed" if "Failed" in known else "Succeeded" if "Complete" in known else "Running"
        row = {"name": name(one), "component": component(one), "state": state}
        rows.append(row | {"age": age(one["metadata"].get("creationTimestamp"), now)})
    return rows


def stores(project: Json, children: Sequence[Json]) -> list[dict[str, Any]]:
    """A row for each store that the spec switches on: who runs it, whether it answers, its volumes."""
    spec = (project.get("spec") or {}).get("stores") or {}
    own = name(project)
    rows = []
    for store in STORES:
        chosen = (spec.get(store) or {}) if isinstance(spec.get(store), Mapping) else {}
        type_ = str(chosen.get("type") or DEFAULT_TYPES[store])
        if type_ == "Disabled":
            continue
        servers = [one for one in kind(children, *WORKLOADS) if name(one).startswith(f"{own}-{store}")]
        wanted = sum(int((one.get("spec") or {}).get("replicas", 1)) for one in servers)
        up = sum(int((one.get("status") or {}).get("readyReplicas") or 0) for one in servers)
        claims = [one for one in kind(children, "PersistentVolumeClaim") if f"{own}-{store}" in name(one)]
        rows.append(
            {
                "store": store,
                "type": type_,
                "ready": up if servers else None,
                "wanted": wanted if servers else None,
                "volumes": [volume(one) for one in claims],
            }
        )
    return rows


def down(components: Sequence[Json], stores: Sequence[Json]) -> list[str]:
    """The parts and stores that have no ready pod although they should; two colours of a part are one."""
    found = []
    for part in dict.fromkeys(str(one["component"]) for one in components):
        own = [one for one in components if one["component"] == part]
        if any(one["wanted"] for one in own) and not any(one["ready"] for one in own):
            found.append(part)
    missing = [one for one in stores if one["type"] in {"BuiltIn", "Managed"} and one["wanted"] is None]
    return [*found, *(STORE_TITLES[one["store"]] for one in missing)]


def volume(claim: Json) -> dict[str, str]:
    spec, status = claim.get("spec") or {}, claim.get("status") or {}
    return {
        "name": name(claim),
        "phase": str(status.get("phase") or "Unknown"),
        "wanted": str(((spec.get("resources") or {}).get("requests") or {}).get("storage", "")),
        "size": str((status.get("capacity") or {}).get("storage", "")),
    }


def extent(volume: Mapping[str, str]) -> str:
    """How large a volume is; while its driver has not made it as large as it is asked for, that too."""
    size, wanted = volume["size"] or volume["wanted"], volume["wanted"]
    grows = is_quantity(size) and is_quantity(wanted) and parse(wanted) > parse(size)
    return f"{size} (grows to {wanted})" if grows else size


def events(found: Sequence[Json], project: Json, children: Sequence[Json], now: datetime, most: int = 8) -> list[dict[str, Any]]:
    """The last events about the project and its objects, newest first; those about the same thing once."""
    about = {(one.get("kind"), name(one)) for one in (project, *children)}
    own = name(project)
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in sorted(found, key=_when, reverse=True):
        target = one.get("involvedObject") or {}
        kind_, called = str(target.get("kind", "")), str(target.get("name", ""))
        if (kind_, called) not in about and not (kind_ == "ReplicaSet" and called.startswith(f"{own}-")):
            continue
        key = (kind_, called, str(one.get("reason", "")))
        if key in rows:
            continue
        rows[key] = {
            "type": str(one.get("type", "")),
            "age": age(_when(one), now),
            "reason": str(one.get("reason", "")),
            "object": f"{kind_}/{called}",
            "message": str(one.get("message") or ""),
        }
        if len(rows) >= most:
            break
    return list(rows.values())


_NEVER: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _when(event: Json) -> datetime:
    series = event.get("series") or {}
    times = (
        moment(text)
        for text in (
            series.get("lastObservedTime"),
            event.get("lastTimestamp"),
            event.get("eventTime"),
            event.get("metadata", {}).get("creationTimestamp"),
        )
        if text
    )
    return max((one for one in times if one is not None), default=_NEVER)
