"""Three projects that are Ready on a real API server, and everything around the operator that a fault can be done to.

Real: etcd, the API server, the operator as a process of its own behind a proxy that injects what the network does. Named
stand-ins: `WorkloadPlayer` for controllers and nodes, and this module for the kubelet that starts an ended operator again.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from testgen_operator import names
from testgen_operator.cluster import kinds
from tests.cluster.process import OperatorProcess
from tests.cluster.proxy import Proxy, proxy
from tests.control_plane import SYSTEM, Admin, ControlPlane, control_plane
from tests.soak.clock import Clock
from tests.workload_player import WorkloadPlayer

Object = dict[str, Any]

NAMESPACE: Final = "team"
PROJECTS: Final[Mapping[str, Object]] = {
    "shop": {"stores": {"neo4j": {"type": "Managed"}}},
    "bank": {},
    "mall": {
        "mode": "Microservices",
        "autoscaling": {"enabled": True},
        "exposure": {"type": "Ingress", "host": "mall.example.com", "ingressClassName": "traefik", "forceHttps": False},
        "stores": {"redis": {"type": "Managed"}, "qdrant": {"type": "Managed"}, "postgres": {"readReplica": True}},
    },
}
CHANGES: Final[Mapping[str, tuple[Object, Object]]] = {
    "shop": ({"replicas": 1}, {"replicas": 2}),
    "bank": ({"replicas": 1}, {"replicas": 2}),
    "mall": ({"components": {"api": {"maxReplicas": 3}}}, {"components": {"api": {"maxReplicas": 5}}}),
}
"""Between what each project changes, again and again. Nothing of it is a new release: each of those leaves a record behind."""
WITHIN: Final = 60.0
"""Seconds in which the operator has to have noticed, and done, what a fault left to do."""
SERVER_SET: Final = ("clusterIP", "clusterIPs", "volumeName", "healthCheckNodePort")
KEPT: Final = ("PersistentVolumeClaim", "Secret", "StatefulSet", "Job", kinds.RELEASE.kind)
"""Kinds of which a new object in the place of the old one is a fault: lost data, a store that restarts, work done twice."""
SALTED: Final = (
    names.ANNOTATION_SECRETS_HASH,
    names.ANNOTATION_CREDENTIALS,
    names.ANNOTATION_APPLIED_HASH,
    names.ANNOTATION_UPGRADED_AT,
    names.LABEL_RELEASE,
)
"""What follows from a Secret's digest, which is salted with its uid."""
SETTINGS: Final = {
    # The Lease of a slow machine. The watches' limits are those that are shipped.
    "TESTGEN_OPERATOR_LEASE_DURATION": "30",
    "TESTGEN_OPERATOR_LEASE_DEADLINE": "20",
}


@dataclass
class World:
    plane: ControlPlane
    admin: Admin
    proxy: Proxy
    operator: OperatorProcess
    player: WorkloadPlayer
    chance: random.Random
    clock: Clock
    """The wall clock of the operator's process."""
    pause: float
    """Seconds that etcd stands still and a second leader lives."""
    side: int = 0
    """Which of its two specs every project has now."""
    expected: dict[int, Object] = field(default_factory=dict)
    renewed: set[str] = field(default_factory=set)
    """Projects with a Secret that was made anew: what is salted with its uid is not compared any more."""
    remade: set[str] = field(default_factory=set)
    """StatefulSets that the fault itself deleted: the next one's uid is the one to keep."""

    def any_project(self) -> str:
        return self.chance.choice(sorted(PROJECTS))

    async def change(self) -> None:
        """What a team commits: every project is changed there, or back."""
        self.side = 1 - self.side
        for name, sides in CHANGES.items():
            path, spec = project_path(name), sides[self.side]
            await patiently(lambda path=path, spec=spec: self.admin.merge(path, {"spec": spec}))  # type: ignore[misc]

    async def state(self) -> Object:
        """Everything that belongs to the projects, without what the server sets itself. Stores by uid: a new one is lost data."""
        found: Object = {}
        for kind in (*kinds.CHILDREN, kinds.RELEASE, kinds.SECRET):
            if kind.kind in kinds.OBSERVED_ONLY:
                continue
            listing = await self.admin.get(f"{kind.collection(NAMESPACE)}?labelSelector={names.LABEL_PROJECT}")
            for one in (listing or {}).get("items") or ():
                found[f"{kind.kind}/{one['metadata']['name']}"] = essence(kind.kind, one)
        return found

    async def ready(self) -> bool:
        for name in PROJECTS:
            live = await self.admin.get(project_path(name)) or {}
            fresh = (live.get("status") or {}).get("observedGeneration") == live.get("metadata", {}).get("generation")
            if not fresh or condition(live, "Ready").get("status") != "True":
                return False
        return True

    async def settled(self, within: float = WITHIN) -> tuple[float, str]:
        """Seconds until all is as without faults; else what is different."""
        started, wrong = time.monotonic(), "never looked at"
        while time.monotonic() - started < within:
            with suppress(Exception):  # the API server may be away: that is one of the faults
                wrong = await self._wrong()
                if not wrong:
                    return time.monotonic() - started, ""
            await asyncio.sleep(0.3)
        return within, wrong

    async def _wrong(self) -> str:
        state, wanted = await self.state(), self.expected[self.side]
        for what in sorted(filter(self._is_compared, {*state, *wanted})):
            if what in self.remade and what in state:
                wanted[what]["uid"] = state[what]["uid"]
            if self._comparable(what, state.get(what)) != self._comparable(what, wanted.get(what)):
                return f"{what}: {'missing' if what not in state else 'not expected' if what not in wanted else 'different'}"
        if not await self.ready():
            return "not Ready"
        for expected in self.expected.values():
            expected.update({what: expected[what] | {"uid": state[what]["uid"]} for what in self.remade if what in expected})
        self.remade.clear()
        return ""

    def _is_renewed(self, what: str) -> bool:
        return any(what.split("/")[1].startswith(name) for name in self.renewed)

    def _is_compared(self, what: str) -> bool:
        """Another Secret's uid is another release: only the records of projects without one stay the same."""
        return not (what.startswith(f"{kinds.RELEASE.kind}/") and self._is_renewed(what))

    def _comparable(self, what: str, found: Any) -> Any:
        return unsalted(found) if self._is_renewed(what) else found


def project_path(name: str) -> str:
    return f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/{name}"


def condition(project: Object, kind: str) -> Object:
    """A condition of a live project; empty where it has none of that type."""
    found = (project.get("status") or {}).get("conditions") or ()
    return next((dict(one) for one in found if one["type"] == kind), {})


def unsalted(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: unsalted(value) for key, value in found.items() if key not in SALTED}
    return [unsalted(one) for one in found] if isinstance(found, list) else found


def essence(kind: str, raw: Object) -> Object:
    metadata = raw["metadata"]
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key.startswith(names.GROUP)}
    spec = {key: value for key, value in (raw.get("spec") or {}).items() if key not in SERVER_SET}
    found = {"labels": metadata.get("labels"), "annotations": annotations, "data": raw.get("data"), "spec": spec}
    if kind == "Job":
        found.pop("spec")  # its selector has a uid of its own
    if kind == kinds.RELEASE.kind:
        found["outcome"] = (raw.get("status") or {}).get("outcome")
    return found | ({"uid": metadata["uid"]} if kind in KEPT else {})


async def patiently(call: Callable[[], Awaitable[Any]], within: float = 90.0) -> Any:
    """The answer of an administrator who tries again while the API server is away."""
    last: Exception | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while True:
                try:
                    return await call()
                except Exception as problem:
                    last = problem
                    await asyncio.sleep(0.3)
    raise AssertionError(f"the API server did not come back: {last}")


async def kept_running(operator: OperatorProcess) -> None:
    """The kubelet's part: an operator that ended is started again."""
    while True:
        if operator.process is not None and not operator.running:
            await operator.start()
        await asyncio.sleep(0.2)


@asynccontextmanager
async def a_world(folder: Path, seed: int, pause: float) -> AsyncIterator[World]:
    """The projects, Ready, with what they consist of on both sides of their changes written down."""
    async with (
        control_plane(folder) as plane,
        Admin(plane.connection()) as admin,
        proxy(plane.connection(admin=False)) as between,
    ):
        player, clock = WorkloadPlayer(plane.connection()), Clock(folder)
        env = {**SETTINGS, **clock.env()}
        operator = OperatorProcess(between.kubeconfig(folder), (), folder, leader_elect=True, home=SYSTEM, env=env)
        world = World(plane, admin, between, operator, player, random.Random(seed), clock, pause)
        await admin.namespace(NAMESPACE)
        for name, spec in PROJECTS.items():
            metadata = {"name": name, "namespace": NAMESPACE}
            first = {**spec, **CHANGES[name][0]}
            await admin.apply({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": first})
        duties = [asyncio.create_task(player.run())]
        await operator.start()
        duties.append(asyncio.create_task(kept_running(operator)))
        try:
            for _ in range(2):
                await _until_quiet(world)
                world.expected[world.side] = await world.state()
                await world.change()
            yield world
        finally:
            for duty in duties:
                duty.cancel()
            await asyncio.gather(*duties, return_exceptions=True)
            await operator.stop()


async def _until_quiet(world: World, within: float = 180.0) -> None:
    """Until every project is Ready and nothing has changed for two looks."""
    last = ""
    async with asyncio.timeout(within):
        while True:
            now = json.dumps(await world.state(), sort_keys=True) if await world.ready() else ""
            if now and now == last:
                return
            last = now
            await asyncio.sleep(1.5)
