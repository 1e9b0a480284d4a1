"""Specs drawn from the schema, each a project of its own, on a real API server with the operator as a process: every one becomes
Ready or says by a named reason why not (issue 6), and nothing is a traceback.

Controllers and scheduler are Kubernetes' own, the nodes are KWOK's (tests/bench/operator_nodes.py): no container runs, so a
store's check or a migration ends well wherever a pod may start. Half of the namespaces have the Secrets that specs name, half
have none. Gateway API, cert-manager, Traefik and CloudNativePG are definitions without their controllers.

A part has three pods here at most: how many there are is nothing that this shows, and 300 projects of up to 50 pods a part would
be tens of thousands.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from testgen_cluster import crds
from testgen_operator import names
from testgen_operator.status.reasons import Reason
from tests.bench.operator_nodes import PROVISIONER, nodes
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, control_plane, ingress_class
from tests.unit.operator.strategies import specs

MOST_PODS: Final = 3
PODS_A_PROJECT: Final = 30
QUIET_SECONDS: Final = 20.0
"""Without a new status of any project, each of which says enough: nothing is under way any more..."""
STUCK_SECONDS: Final = 180.0
"""...and so long where one does not: a busy machine is slow, and what stays as it is now says nothing."""
LONGEST: Final = 1500.0
AT_REST: Final = frozenset({Reason.SUSPENDED, Reason.SCALED_TO_ZERO})
"""What a team asked for; neither Ready nor a fault."""
UNDER_WAY: Final = frozenset({Reason.NOT_OBSERVED, Reason.APPLYING})
"""Reasons that name nothing: a project that stays at one of them has not said why."""
SECRETS: Final[Mapping[str, tuple[str, ...]]] = {
    "outside": ("password",),
    "own.key": ("k",),
    "j": ("s",),
    "g": ("p",),
    "cert": ("tls.crt", "tls.key"),
    "registry": (".dockerconfigjson",),
}
"""What the drawn specs name, with its keys."""
HOST_LENGTH: Final = 253


@dataclass
class Outcome:
    """`reasons`: how many projects ended with each; `faults`: those that did not say why they are not Ready, and tracebacks."""

    projects: int
    ready: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def drawn(count: int, chosen: int) -> list[dict[str, Any]]:
    """`count` valid specs; the same ones for the same `chosen` number in the same program (hypothesis tries constants of the
    modules that are loaded, too)."""
    found: list[dict[str, Any]] = []

    @seed(chosen)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(specs())
    def collect(one: dict[str, Any]) -> None:
        found.append(one)

    collect()
    return [fitted(one, number) for number, one in enumerate(found[:count])]


def fitted(spec: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The spec with few pods and a host of its own, which keeps its length."""
    found: dict[str, Any] = _few(spec)
    exposure = found.get("exposure", {})
    if host := exposure.get("host"):
        own = f"h{number:04}"
        exposure["host"] = own + host[len(own) :] if len(host) == HOST_LENGTH else f"{own}.{host}"
    return found


def _few(value: Any, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _few(one, key) for key, one in value.items()}
    if name in ("replicas", "maxReplicas", "minReplicas", "previewReplicas") and isinstance(value, int):
        return min(value, MOST_PODS)
    if name == "instances":
        return min(value, MOST_PODS)
    return value


async def run(folder: Path, *, count: int, seed: int, tell: Callable[[str], None]) -> Outcome:
    """All at once. Raises: TimeoutError (statuses that do not come to rest)."""
    begun = time.monotonic()
    found, wanted = Outcome(count), drawn(count, seed)
    async with control_plane(folder) as plane, nodes(plane, PODS_A_PROJECT * count), Admin(plane.connection()) as admin:
        await _surroundings(admin)
        operator = OperatorProcess(plane.kubeconfig(), (), folder, leader_elect=True, home=SYSTEM)
        await operator.start()
        try:
            for number, spec in enumerate(wanted):
                await _put(admin, number, spec)
            tell(f"{count} projects applied after {time.monotonic() - begun:.0f} s")
            last = await _at_rest(admin, operator)
        finally:
            await operator.stop()
    _judge(found, wanted, last)
    found.faults += [f"traceback: {one.get('message') or one}" for one in operator.entries() if "Traceback" in str(one)]
    found.seconds = time.monotonic() - begun
    return found


async def _surroundings(admin: Admin) -> None:
    for name in crds.SOURCES:
        for file in crds.files(name):
            for one in yaml.safe_load_all(file.read_text()):
                if one and one["kind"] == "CustomResourceDefinition":
                    await admin.apply(one)
    await admin.apply(ingress_class("nginx"))
    storage = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "fast"}}
    await admin.apply({**storage, "provisioner": PROVISIONER, "volumeBindingMode": "Immediate"})


async def _put(admin: Admin, number: int, spec: Mapping[str, Any]) -> None:
    namespace = f"team-{number:04}"
    await admin.namespace(namespace)
    if number % 2:
        for name, keys in SECRETS.items():
            secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}}
            await admin.apply(secret | {"stringData": dict.fromkeys(keys, f"{random.Random(number).random()}")})
    metadata = {"name": "cases", "namespace": namespace}
    await admin.apply({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": dict(spec)})


async def _at_rest(admin: Admin, operator: OperatorProcess) -> Sequence[Mapping[str, Any]]:
    """The projects, once no status has changed for a while."""
    before: dict[str, Any] = {}
    since = time.monotonic()
    async with asyncio.timeout(LONGEST):
        while True:
            if not operator.running:
                raise RuntimeError(f"the operator ended: {operator.entries()[-5:]}")
            listed = await admin.get(f"/apis/{names.API_VERSION}/{names.PLURAL}") or {}
            now = {one["metadata"]["uid"]: _said(one) for one in listed["items"]}
            if now != before:
                before, since = now, time.monotonic()
            fresh = all(observed == generation for observed, generation, _ in now.values())
            told = fresh and not any(
                unsaid({each["type"]: each for each in one["status"]["conditions"]}) for one in listed["items"]
            )
            if fresh and time.monotonic() - since > (QUIET_SECONDS if told else STUCK_SECONDS):
                return list(listed["items"])
            await asyncio.sleep(2)


def _said(project: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    status = project.get("status") or {}
    conditions = tuple((one["type"], one["status"], one["reason"]) for one in status.get("conditions") or ())
    return status.get("observedGeneration"), project["metadata"]["generation"], conditions


def _judge(found: Outcome, wanted: Sequence[Mapping[str, Any]], projects: Sequence[Mapping[str, Any]]) -> None:
    for one in projects:
        conditions = {each["type"]: each for each in one["status"]["conditions"]}
        ready = conditions["Ready"]
        found.ready += ready["status"] == "True"
        found.reasons[ready["reason"]] += 1
        if why := unsaid(conditions):
            spec = wanted[int(one["metadata"]["namespace"].rpartition("-")[2])]
            found.faults.append(f"{one['metadata']['namespace']}: {why}; spec: {spec}")
    if len(projects) != len(wanted):
        found.faults.append(f"{len(wanted)} projects were applied, {len(projects)} are there")


def unsaid(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    """What a project at rest does not say of itself; empty where it says enough. Pure."""
    unknown = sorted({one["reason"] for one in conditions.values()} - set(Reason))
    if unknown:
        return f"reasons that no page explains: {', '.join(unknown)}"
    ready = conditions["Ready"]
    if ready["status"] == "True" or ready["reason"] in AT_REST:
        return ""
    told = [conditions[name] for name in ("Stalled", "Reconciling") if conditions[name]["status"] == "True"]
    if not told:
        return f"neither Ready nor stalled nor under way: {ready['reason']}"
    if told[0]["reason"] in UNDER_WAY:
        return f"at rest and no cause: {told[0]['reason']}: {told[0]['message']}"
    return "" if told[0]["message"] and ready["message"] else f"no words: {told[0]['reason']}"
