"""Faults of what surrounds the operator: a node that runs out of something, a wall clock that jumps.

There is no node here. What its kubelet and the scheduler would write (an evicted pod, one that no node takes) is written by this
module, in their words: a named stand-in. The clock is that of the operator's process alone (`tests/soak/clock.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from testgen_operator import names
from testgen_operator.cluster.kinds import POD, kind_of
from tests import workload_player
from tests.soak.operator_world import NAMESPACE, PROJECTS, WITHIN, Object, World, condition, patiently, project_path

PRESSURE: Final[Mapping[str, str]] = {
    "memory": "The node was low on resource: memory. Threshold quantity: 100Mi, available: 41Mi. ",
    "disk space": "The node had condition: [DiskPressure]. ",
}
"""What the condition is to name, and the kubelet's words."""
TAINTED: Final = "0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available."
"""The scheduler's, of Kubernetes 1.34."""
REASON: Final = "NodeUnderPressure"
JUMPS: Final = (timedelta(days=-400), timedelta(hours=-2), timedelta(minutes=20), timedelta(days=400))


async def node_under_pressure(world: World) -> None:
    """The only node ends the runtime's pod and takes no other; then it has room again."""
    name, lacking = world.any_project(), world.chance.choice(sorted(PRESSURE))
    pods = [f"{name}-evicted", f"{name}-waiting"]
    world.player.held.add("deployments")
    try:
        await _pod(world, name, pods[0], {"phase": "Failed", "reason": "Evicted", "message": PRESSURE[lacking]})
        await _unready(world, name)
        await _until(world, name, lambda found: found["status"] == "True" and lacking in found["message"])
        scheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": TAINTED}
        await _pod(world, name, pods[1], {"phase": "Pending", "conditions": [scheduled]})
        await _until(world, name, lambda found: found["status"] == "True" and lacking in found["message"])
    finally:
        world.player.held.discard("deployments")
        for one in pods:
            await patiently(lambda one=one: world.admin.delete(f"{POD.path(NAMESPACE, one)}?gracePeriodSeconds=0"))  # type: ignore[misc]
    await _ready(world, name)
    await world.change()


async def clock_jumped(world: World) -> None:
    """Far back or far ahead, under a change and at rest: all has to be well by that clock, and again by the right one."""
    world.clock.jump(world.chance.choice(JUMPS))
    await world.change()
    await asyncio.sleep(world.chance.uniform(0, 2))
    world.clock.jump(world.chance.choice(JUMPS))
    try:
        _, wrong = await world.settled()
        assert not wrong, f"while its clock was wrong: {wrong}"
    finally:
        world.clock.jump(timedelta())
    await world.change()


def _runtime(project: str) -> str:
    """A Deployment that the project needs in order to be Ready."""
    return names.workload(project, "all" if PROJECTS[project].get("mode", "Monolith") == "Monolith" else "api", "blue")


async def _pod(world: World, project: str, name: str, status: Object) -> None:
    kind = kind_of("apps/v1", "Deployment")
    live = await patiently(lambda: world.admin.get(kind.path(NAMESPACE, _runtime(project))))
    template = live["spec"]["template"]
    metadata = {"name": name, "namespace": NAMESPACE, "labels": template["metadata"]["labels"]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    await patiently(lambda: world.admin.apply(pod))
    await patiently(lambda: world.admin.merge(POD.path(NAMESPACE, name, "status"), {"status": status}))


async def _unready(world: World, project: str) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    available = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": now}
    status: dict[str, Any] = {"readyReplicas": 0, "availableReplicas": 0, "conditions": [available]}
    path = kind_of("apps/v1", "Deployment").path(NAMESPACE, _runtime(project), "status")
    await patiently(lambda: world.admin.merge(path, {"status": status}))


async def _ready(world: World, project: str) -> None:
    kind = kind_of("apps/v1", "Deployment")
    live = await patiently(lambda: world.admin.get(kind.path(NAMESPACE, _runtime(project))))
    path = kind.path(NAMESPACE, _runtime(project), "status")
    await patiently(lambda: world.admin.merge(path, {"status": workload_player.deployment(live)}))


async def _until(world: World, project: str, holds: Any) -> None:
    """Until the project says that a node is under pressure, in the time that the operator has to notice anything."""
    found: Object = {}
    try:
        async with asyncio.timeout(WITHIN):
            while not (found and found["reason"] == REASON and holds(found)):
                await asyncio.sleep(0.3)
                found = condition(await world.admin.get(project_path(project)) or {}, "Stalled")
    except TimeoutError:
        raise AssertionError(f"Stalled does not name the node after {WITHIN:.0f} s: {found}") from None
