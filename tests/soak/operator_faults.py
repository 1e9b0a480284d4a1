"""The operator under faults: after each, the same end state as without it, nothing doubled, no store touched, soon enough.

What they are done to is `operator_world`; faults of nodes and of the clock are in `operator_surroundings`.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from testgen_operator import names
from testgen_operator.cluster import kinds
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM
from tests.soak.operator_surroundings import clock_jumped, node_under_pressure
from tests.soak.operator_world import NAMESPACE, SETTINGS, WITHIN, World, a_world, condition, patiently, project_path

Object = dict[str, Any]
Fault = Callable[[World], Awaitable[None]]

WATCHES: Final = (
    "testgenprojects", "configmaps", "deployments", "horizontalpodautoscalers", "ingresses", "networkpolicies",
    "persistentvolumeclaims", "poddisruptionbudgets", "serviceaccounts", "services", "statefulsets",
)  # fmt: skip
KILLED_BY: Final = 40
"""The API call at which the operator is killed, at the latest: a change makes some 30 to 60."""
CONFLICTS: Final = 3
"""Writes of a round that the API server refuses because somebody else was first."""


@dataclass
class Result:
    """Of one kind of fault: how many rounds, the longest time until all was as it should be, and what was not."""

    rounds: int = 0
    longest: float = 0.0
    faults: list[str] = field(default_factory=list)


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
    state = await patiently(world.state)
    there = {
        kind.plural: keys
        for kind in kinds.CHILDREN
        if (keys := [key for key in sorted(state) if key.startswith(f"{kind.kind}/")])
    }
    plural = world.chance.choice([one for one in WATCHES if one == names.PLURAL or one in there])
    async with asyncio.timeout(WITHIN):
        # After the fault before it may not be open again yet.
        while not world.proxy.freeze(plural):  # noqa: ASYNC110 - the operator is not ours to signal
            await asyncio.sleep(0.1)
    if plural == names.PLURAL:
        await world.change()
        return
    kind = next(one for one in kinds.CHILDREN if one.plural == plural)
    name = world.chance.choice(there[plural]).split("/")[1]
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
    """Somebody applies other values to what the operator owns, by force, while it works; and some of its own writes are answered
    with a conflict."""
    left = CONFLICTS

    def conflict(words: str) -> web.Response | None:
        nonlocal left
        if left and words.startswith(("PATCH", "PUT")) and f"/namespaces/{NAMESPACE}/" in words and world.chance.random() < 0.5:
            left -= 1
            return web.json_response(_status(409, "Conflict"), status=409)
        return None

    world.proxy.refuse = conflict
    try:
        await world.change()
        for _ in range(5):
            metadata = {"name": world.any_project(), "namespace": NAMESPACE}
            spec = {"selector": {"theirs": "yes"}, "ports": [{"name": "http", "port": 80, "targetPort": 9}]}
            theirs = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
            await patiently(lambda theirs=theirs: world.admin.apply(theirs, manager="somebody"))  # type: ignore[misc]
            await asyncio.sleep(world.chance.uniform(0, 0.3))
        for number in range(5):
            if not left:
                return
            await world.change()
            await asyncio.sleep(0.2 * number)
        assert not left, "no write was answered with a conflict"
    finally:
        world.proxy.refuse = lambda _: None


async def children_deleted_or_edited(world: World) -> None:
    state = await patiently(world.state)
    kept = ("PersistentVolumeClaim", "Secret", "Job", kinds.RELEASE.kind)
    keys = [key for key in sorted(state) if key.split("/")[0] not in kept]
    for key in world.chance.sample(keys, 4):
        kind_name, name = key.split("/")
        kind = next(one for one in kinds.CHILDREN if one.kind == kind_name)
        path = kind.path(NAMESPACE, name)
        if world.chance.random() < 0.5 or state[key]["data"] is not None:
            if kind_name == "StatefulSet":
                world.remade.add(key)
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
    async with asyncio.timeout(WITHIN):
        while condition(await world.admin.get(project_path(name)) or {}, "Stalled").get("status") != "True":  # noqa: ASYNC110
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
    "node-under-pressure": node_under_pressure,
    "clock-jumped": clock_jumped,
}


def _error(code: int, reason: str) -> Object:
    return {"type": "ERROR", "object": _status(code, reason)}


def _status(code: int, reason: str) -> Object:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": "injected"}


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


async def side_by_side(
    folder: Path,
    *,
    rounds: int,
    lanes: int,
    seed: int,
    pause: float,
    only: tuple[str, ...] = (),
    tell: Callable[[str], None] = print,
) -> dict[str, Result]:
    """`rounds` of each fault, spread over `lanes` worlds of their own that run at the same time."""
    shares = [rounds // lanes + (lane < rounds % lanes) for lane in range(lanes)]

    async def one(lane: int) -> dict[str, Result]:
        told = partial(_with_lane, tell, lane)
        return await run(folder / str(lane), rounds=shares[lane], seed=seed + lane, pause=pause, only=only, tell=told)

    found = await asyncio.gather(*(one(lane) for lane in range(lanes) if shares[lane]))
    return {name: _together([one[name] for one in found]) for name in found[0]}


def _together(results: Sequence[Result]) -> Result:
    faults = [fault for one in results for fault in one.faults]
    return Result(sum(one.rounds for one in results), max(one.longest for one in results), faults)


def _with_lane(tell: Callable[[str], None], lane: int, line: str) -> None:
    tell(f"lane {lane}: {line}")
