"""The operator under faults: after each, the same end state as without it, nothing doubled, no store touched, soon enough.

Real: etcd, the API server, the operator as a process of its own behind a proxy that injects what the network does. Named
stand-ins: `WorkloadPlayer` for controllers and nodes, and this module for the kubelet that starts an ended operator again.

Not here: a node out of disk or memory (there is no node) and a jump of the clock (the operator's clock is injected:
tests/unit/operator_engine/test_clock.py).
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from testgen_operator import names
from testgen_operator.cluster import kinds
from tests.cluster.process import OperatorProcess
from tests.cluster.proxy import Proxy, proxy
from tests.control_plane import SYSTEM, Admin, ControlPlane, control_plane
from tests.workload_player import WorkloadPlayer

Object = dict[str, Any]
Fault = Callable[["World"], Awaitable[None]]

NAMESPACE: Final = "team"
PROJECTS: Final[Mapping[str, Object]] = {
    "shop": {"replicas": 1, "stores": {"neo4j": {"type": "Managed"}}},
    "bank": {"replicas": 1},
}
WITHIN: Final = 60.0
"""Seconds in which the operator has to have noticed, and done, what a fault left to do."""
WATCHES: Final = ("testgenprojects", "configmaps", "deployments", "services", "statefulsets")
SERVER_SET: Final = ("clusterIP", "clusterIPs", "volumeName", "healthCheckNodePort")
KILLED_BY: Final = 16
"""The API call at which the operator is killed, at the latest: a change makes some 15 to 25."""
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
class Result:
    """Of one kind of fault: how many rounds, the longest time until all was as it should be, and what was not."""

    rounds: int = 0
    longest: float = 0.0
    faults: list[str] = field(default_factory=list)


@dataclass
class World:
    plane: ControlPlane
    admin: Admin
    proxy: Proxy
    operator: OperatorProcess
    player: WorkloadPlayer
    chance: random.Random
    pause: float
    """Seconds that etcd stands still and a second leader lives."""
    replicas: int = 1
    expected: dict[int, Object] = field(default_factory=dict)
    renewed: set[str] = field(default_factory=set)
    """Projects with a Secret that was made anew: what is salted with its uid is not compared any more."""

    def any_project(self) -> str:
        return self.chance.choice(sorted(PROJECTS))

    async def change(self) -> None:
        """What a team commits: every project has one replica more, or one less."""
        self.replicas = 3 - self.replicas
        for name in PROJECTS:
            path = f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/{name}"
            await patiently(lambda path=path: self.admin.merge(path, {"spec": {"replicas": self.replicas}}))  # type: ignore[misc]

    async def state(self) -> Object:
        """Everything that belongs to the projects, without what the server sets itself. Stores by uid: a new one is lost data."""
        found: Object = {}
        for kind in (*kinds.CHILDREN, kinds.SECRET):
            if kind.kind == "Pod":
                continue
            listing = await self.admin.get(f"{kind.collection(NAMESPACE)}?labelSelector={names.LABEL_PROJECT}")
            for one in (listing or {}).get("items") or ():
                found[f"{kind.kind}/{one['metadata']['name']}"] = essence(kind.kind, one)
        return found

    async def ready(self) -> bool:
        for name in PROJECTS:
            live = await self.admin.get(f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/{name}") or {}
            status = live.get("status") or {}
            fresh = status.get("observedGeneration") == live.get("metadata", {}).get("generation")
            if not fresh or not any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ()):
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
        state, wanted = await self.state(), self.expected[self.replicas]
        for what in sorted({*state, *wanted}):
            if self._comparable(what, state.get(what)) != self._comparable(what, wanted.get(what)):
                return f"{what}: {'missing' if what not in state else 'not expected' if what not in wanted else 'different'}"
        return "" if await self.ready() else "not Ready"

    def _comparable(self, what: str, found: Any) -> Any:
        return unsalted(found) if any(what.split("/")[1].startswith(name) for name in self.renewed) else found


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
    return found | ({"uid": metadata["uid"]} if kind in ("PersistentVolumeClaim", "Secret") else {})


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


# The faults. Each ends when the fault is over; the world's change has been committed meanwhile.


async def killed_at_an_api_call(world: World) -> None:
    """At a call drawn by chance; where a change made fewer, the next goes on counting. A round without a kill is a fault."""
    left, killed = world.chance.randrange(1, KILLED_BY), False

    def count(_: str) -> web.Response | None:
        nonlocal left, killed
        left -= 1
        if left <= 0 and not killed and world.operator.running:
            world.operator.kill()
            killed = True
        return None

    world.proxy.refuse = count
    try:
        for _ in range(5):
            await world.change()
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    while not killed:  # noqa: ASYNC110 - the operator is not ours to signal
                        await asyncio.sleep(0.05)
            if killed:
                return
        raise AssertionError("the operator was not killed: it made no calls")
    finally:
        world.proxy.refuse = lambda _: None


async def api_server_restarted(world: World) -> None:
    await world.change()
    world.plane.kill("kube-apiserver")
    await asyncio.sleep(world.chance.uniform(0, 2))
    await world.plane.start_apiserver()


async def watch_cut(world: World) -> None:
    for plural in world.chance.sample(WATCHES, 2):
        world.proxy.cut(plural)
    await world.change()


async def watch_frozen(world: World) -> None:
    """Open, and nothing comes any more, while something happens that only this watch tells. The operator finds out by itself,
    with the limits that are shipped (a watch's silence, or the canary): nobody cuts the stream."""
    plural = world.chance.choice(WATCHES)
    if not world.proxy.freeze(plural):
        raise AssertionError(f"no watch of {plural} is open")
    if plural == names.PLURAL:
        await world.change()
        return
    kind = next(one for one in kinds.CHILDREN if one.plural == plural)
    state = await patiently(world.state)
    name = world.chance.choice([key for key in sorted(state) if key.startswith(f"{kind.kind}/")]).split("/")[1]
    edit = {"metadata": {"labels": {names.LABEL_COMPONENT: "somebody-elses"}}}
    await patiently(lambda: world.admin.merge(kind.path(NAMESPACE, name), edit))


async def watch_ended_by_an_error(world: World) -> None:
    await world.proxy.inject(world.chance.choice(WATCHES), _error(500, "InternalError"))
    await world.change()


async def watch_history_gone(world: World) -> None:
    await world.proxy.inject(world.chance.choice(WATCHES), _error(410, "Expired"))
    await world.change()


async def etcd_paused(world: World) -> None:
    await world.change()
    world.plane.signal("etcd", signal.SIGSTOP)
    await asyncio.sleep(world.pause)
    world.plane.signal("etcd", signal.SIGCONT)


async def second_writer(world: World) -> None:
    """Somebody applies other values to what the operator owns, by force, while it works."""
    await world.change()
    for _ in range(5):
        name = world.any_project()
        path = f"/api/v1/namespaces/{NAMESPACE}/services/{name}"
        await patiently(lambda path=path: world.admin.merge(path, {"spec": {"selector": {"theirs": "yes"}}}))  # type: ignore[misc]
        await asyncio.sleep(world.chance.uniform(0, 0.3))


async def children_deleted_or_edited(world: World) -> None:
    state = await patiently(world.state)
    keys = [key for key in sorted(state) if key.split("/")[0] not in ("PersistentVolumeClaim", "Secret", "Job")]
    for key in world.chance.sample(keys, 4):
        kind_name, name = key.split("/")
        kind = next(one for one in kinds.CHILDREN if one.kind == kind_name)
        path = kind.path(NAMESPACE, name)
        if world.chance.random() < 0.5 or state[key]["data"] is not None:
            await patiently(lambda path=path: world.admin.delete(path))  # type: ignore[misc]
        else:
            edit = {"metadata": {"labels": {names.LABEL_COMPONENT: "somebody-elses"}}}
            await patiently(lambda path=path, edit=edit: world.admin.merge(path, edit))  # type: ignore[misc]


async def secret_removed_and_back(world: World) -> None:
    """A password that cannot be drawn again, since its database exists: a person puts it back."""
    name = world.any_project()
    path = f"/api/v1/namespaces/{NAMESPACE}/secrets/{names.postgres(name)}"
    before = await patiently(lambda: world.admin.get(path))
    await world.admin.delete(path)
    project = f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/{name}"
    async with asyncio.timeout(WITHIN):
        while not _stalled(await world.admin.get(project) or {}):  # noqa: ASYNC110 - the cluster is not ours to signal
            await asyncio.sleep(0.5)
    metadata = {
        key: before["metadata"][key] for key in ("name", "namespace", "labels", "annotations") if key in before["metadata"]
    }
    back = {"apiVersion": "v1", "kind": "Secret", "type": before["type"], "data": before["data"], "metadata": metadata}
    made = await world.admin.apply(back)
    for expected in world.expected.values():
        # It is a new object with the same data; its digest is salted with its uid, so the runtime's pods are replaced once.
        expected[f"Secret/{names.postgres(name)}"]["uid"] = made["metadata"]["uid"]
    world.renewed.add(name)


async def two_leaders(world: World) -> None:
    """A second operator that obeys no Lease, for a moment."""
    env = dict(SETTINGS)
    other = OperatorProcess(world.plane.kubeconfig(), (), world.operator.folder, name="other", home=SYSTEM, env=env)
    await other.start()
    await world.change()
    await asyncio.sleep(world.pause / 3)
    await world.change()
    other.kill()
    await other.ended()


FAULTS: Final[Mapping[str, Fault]] = {
    "killed-at-an-api-call": killed_at_an_api_call,
    "api-server-restarted": api_server_restarted,
    "watch-cut": watch_cut,
    "watch-frozen": watch_frozen,
    "watch-ended-by-an-error": watch_ended_by_an_error,
    "watch-history-gone": watch_history_gone,
    "etcd-paused": etcd_paused,
    "second-writer": second_writer,
    "children-deleted-or-edited": children_deleted_or_edited,
    "two-leaders": two_leaders,
    "secret-removed-and-back": secret_removed_and_back,
}


def _error(code: int, reason: str) -> Object:
    status = {"kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": "injected"}
    return {"type": "ERROR", "object": status}


def _stalled(project: Object) -> bool:
    conditions = (project.get("status") or {}).get("conditions") or ()
    return any(one["type"] == "Stalled" and one["status"] == "True" for one in conditions)


async def kept_running(operator: OperatorProcess) -> None:
    """The kubelet's part: an operator that ended is started again."""
    while True:
        if operator.process is not None and not operator.running:
            await operator.start()
        await asyncio.sleep(0.2)


@asynccontextmanager
async def a_world(folder: Path, seed: int, pause: float) -> AsyncIterator[World]:
    """Two projects that are Ready, with what they consist of at one and at two replicas written down."""
    async with (
        control_plane(folder) as plane,
        Admin(plane.connection()) as admin,
        proxy(plane.connection(admin=False)) as between,
    ):
        player = WorkloadPlayer(plane.connection())
        operator = OperatorProcess(between.kubeconfig(folder), (), folder, leader_elect=True, home=SYSTEM, env=SETTINGS)
        world = World(plane, admin, between, operator, player, random.Random(seed), pause)
        await admin.namespace(NAMESPACE)
        for name, spec in PROJECTS.items():
            metadata = {"name": name, "namespace": NAMESPACE}
            await admin.apply({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": spec})
        duties = [asyncio.create_task(player.run())]
        await operator.start()
        duties.append(asyncio.create_task(kept_running(operator)))
        try:
            for _ in range(2):
                await _until_quiet(world)
                world.expected[world.replicas] = await world.state()
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


async def run(
    folder: Path, *, rounds: int, seed: int, pause: float, only: tuple[str, ...] = (), tell: Callable[[str], None] = print
) -> dict[str, Result]:
    """`rounds` of each fault, one after the other; `pause` in seconds."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the proxy, while the API server is away
    results = {name: Result() for name in FAULTS if not only or name in only}
    async with a_world(folder, seed, pause) as world:
        for name, result in results.items():
            for number in range(rounds):
                try:
                    await FAULTS[name](world)
                    seconds, wrong = await world.settled()
                except Exception as problem:
                    seconds, wrong = WITHIN, f"{type(problem).__name__}: {problem}"
                result.rounds += 1
                result.longest = max(result.longest, seconds)
                if wrong:
                    result.faults.append(f"{name}, round {number}: {wrong}")
            tell(f"{name}: {result.rounds} rounds, longest {result.longest:.1f} s, {len(result.faults)} faults")
    return results
