"""Projects beside each other whose rollouts are disturbed. They share an operator: what is killed for one is killed for all."""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.bench.rollout_clients import Load, flowing
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import endpoint, unlimited_key
from tests.soak.rollout_eyes import Eyes
from tests.soak.rollout_hand import Hand
from tests.soak.rollout_lane import Lane
from tests.soak.rollout_rounds import GOOD, KINDS, Round
from tests.soak.rollout_spec import GOLDEN_SET, spec, without_none


@dataclass
class Result:
    """What all lanes came to."""

    lanes: Sequence[Lane]
    hand: Hand

    @property
    def faults(self) -> list[str]:
        """Of rounds, jobs and streams, those of single rounds first."""
        found = [fault for lane in self.lanes for fault in lane.faults]
        for lane in self.lanes:
            found += [f"{lane.project}: job {job}" for job in lane.load.jobs.lost()]
            found += [f"{lane.project}: stream {one}" for one in lane.load.faults]
        return found

    @property
    def rounds(self) -> int:
        return sum(len(lane.seconds) for lane in self.lanes)

    @property
    def killed_at(self) -> Counter[str]:
        return sum((lane.killed_at for lane in self.lanes), Counter())

    @property
    def done(self) -> Counter[str]:
        return sum((lane.done for lane in self.lanes), Counter())


async def run(
    cluster: Cluster,
    operator: OperatorProcess,
    plans: Mapping[str, Sequence[Round]],
    *,
    images: Mapping[str, str],
    seed: int,
    rate: float,
    restart_kubelet: Callable[[], Awaitable[None]] | None = None,
    tell: Callable[[str], None] = print,
    until: float = math.inf,
) -> Result:
    """The rounds of each project, beside each other; the operator runs already. `rate`: requests a second, of each.

    `until`: no round begins after that moment of `time.monotonic`.
    """
    hand = Hand(operator, random.Random(seed), restart_kubelet)
    golden = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "golden"}}
    data = {"golden.json": json.dumps(GOLDEN_SET)}
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**golden, "data": data}))
    keeper = asyncio.create_task(hand.keep_running())
    try:
        good = next((ref for name, ref in sorted(images.items()) if name.startswith(GOOD)), "")
        for project in plans:
            await cluster.apply_project(project, without_none(spec(good, 0, {})))
        async with AsyncExitStack() as stack:
            lanes = [await stack.enter_async_context(_lane(cluster, project, hand, images, rate, tell)) for project in plans]
            await asyncio.gather(*(_rounds(lane, plans[lane.project], until) for lane in lanes))
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
    return Result(lanes, hand)


async def _rounds(lane: Lane, plan: Sequence[Round], until: float) -> None:
    """One after the other; before a rollback that finds nothing to go back from a good release, with nothing killed."""
    promoted = False
    for one in plan:
        if time.monotonic() > until:
            return
        if one.kind.name == "rollback" and not promoted:
            await lane.round(Round(one.number, KINDS["good"]))
        await lane.round(one)
        promoted = one.kind.promoted and one.kind.name != "rollback"


@asynccontextmanager
async def _lane(
    cluster: Cluster, project: str, hand: Hand, images: Mapping[str, str], rate: float, tell: Callable[[str], None]
) -> AsyncIterator[Lane]:
    """A project whose first release serves, watched and under load."""
    await cluster.ready(project, within=480)
    eyes = Eyes(cluster, project)
    watching = asyncio.create_task(eyes.run())
    try:
        while eyes.newest() is None or (eyes.newest() or {}).get("status", {}).get("step") != "Done":
            if watching.done():
                await watching
            await asyncio.sleep(0.1)
        load = await _load(cluster, project, rate)
        lane = Lane(cluster, project, hand, images, eyes, load, tell)
        lane.serving = (eyes.newest() or {})["metadata"]["name"]
        async with flowing(load):
            yield lane
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _load(cluster: Cluster, project: str, rate: float) -> Load:
    """A light load on the project's Service, with a key that no rate limit holds up."""
    address, key = await endpoint(cluster, project), await unlimited_key(cluster, project, name="load")
    return Load(lambda: address, key, rate=rate, readers=4, followers=1, requirements=20, pause=10.0, seed=len(project))
