"""Projects whose rollouts are disturbed: each lane is one, with clients and rounds of its own. They share an operator, so what is
killed for one lane is killed for all. What is rolled out and what has to be so afterwards is in `rollout_rounds`.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from testgen_operator.rollout.model import Step
from tests.bench.rollout_clients import Load, flowing
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.soak import rollout_rounds as rules
from tests.soak.rollout_eyes import Eyes, left_over
from tests.soak.rollout_rounds import GOOD, KINDS, Kind, Round

LONGEST_ROUND: Final = 240.0
SETTLED_WITHIN: Final = 45.0
"""Seconds after the end of a rollout until nothing of it is left over."""
LOOK: Final = 0.02
GOLDEN_SET: Final = {
    "requirements": [
        {"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."},
        {"id": "PAY-2", "text": "The system shall lock the account after 3 failed attempts within 15 minutes."},
    ]
}
TEMPLATES: Final = 10_000_000
"""Tokens a day: a limit that nothing reaches, whose number makes each round's release one of its own."""
_AS_SHIPPED: Final[Mapping[str, Any]] = {
    "strategy": "BlueGreen",
    "steps": None,
    "autoPromote": True,
    "backupBeforeUpgrade": False,
    "bakeSeconds": rules.BAKE_SECONDS,
    "scaleDownDelaySeconds": 3,
    "progressDeadlineSeconds": 90,
    "historyLimit": 50,
    "smoke": {"timeoutSeconds": 90},
    "rollback": None,
    "abort": None,
    "retry": None,
    "promote": None,
}
_ANALYSIS: Final[Mapping[str, Any]] = {
    "intervalSeconds": 5,
    "failureLimit": 2,
    "inconclusiveLimit": 20,  # while the operator or the kubelet is away nobody answers
    "latencyP95Milliseconds": 2900,
    "golden": None,
}


def spec(image: str, number: int, rollout: Mapping[str, Any]) -> dict[str, Any]:
    """What a round changes of a project's spec, as a merge patch; `image` empty: the runtime's own."""
    asked = {**_AS_SHIPPED, **rollout, "commit": f"round-{number}"}
    asked["analysis"] = {**_ANALYSIS, **rollout.get("analysis", {})}
    return {
        "image": image or None,
        "replicas": 1,
        "resources": {"requests": {"cpu": "50m"}},
        "budgets": {"dailyTokens": TEMPLATES + number},
        "stores": {"deletionPolicy": "Delete"},
        "rollout": asked,
    }


@dataclass
class Hand:
    """What kills and what starts again. `restart_kubelet`: stop and start it, None where that cannot be done."""

    operator: OperatorProcess
    chance: random.Random
    restart_kubelet: Callable[[], Awaitable[None]] | None = None
    kills: int = 0
    kubelets: int = 0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def kill(self) -> None:
        """SIGKILL, and a new start as the kubelet of an operator's pod would make it."""
        async with self._one:
            self.operator.kill()
            if self.operator.running:
                await self.operator.ended()
            self.kills += 1
            try:
                await asyncio.sleep(self.chance.uniform(0, 2))
            finally:
                await self.operator.start()

    async def keep_running(self) -> None:
        """Start the operator again where it ended by itself, as it does when the cluster serves other kinds."""
        while True:
            async with self._one:
                if not self.operator.running:
                    await self.operator.start()
            await asyncio.sleep(0.5)

    async def kubelet(self) -> None:
        assert self.restart_kubelet is not None
        async with self._one:
            await self.restart_kubelet()
            self.kubelets += 1


@dataclass
class Lane:
    """One project, its clients and its rounds. `serving`: the release that has to serve."""

    cluster: Cluster
    project: str
    hand: Hand
    images: Mapping[str, str]
    """References by kind of image; those that begin with GOOD are good. Empty: the runtime's own is the good one."""
    eyes: Eyes
    load: Load
    tell: Callable[[str], None]
    serving: str = ""
    number: int = 0
    good: int = 0
    """Which of the good images is asked for."""
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    killed_at: Counter[str] = field(default_factory=Counter)

    async def round(self, one: Round) -> None:
        """One rollout with its kills; what is wrong afterwards goes to `faults`."""
        began, before, failed = time.monotonic(), self.eyes.last(), self.load.requests.failures
        killed: list[str] = []
        wrong: list[str] = []
        killer = asyncio.create_task(self._kill(one, before, killed)) if one.step else None
        try:
            async with asyncio.timeout(LONGEST_ROUND):
                await self._asked(one, before)
                await self._ended(one.kind, before)
                if killer is not None:
                    await killer
        except TimeoutError:
            wrong.append(f"not over within {LONGEST_ROUND:g} s")
        except Exception as problem:  # the next rounds are made all the same
            wrong.append(f"{type(problem).__name__}: {problem}")
        finally:
            if killer is not None and not killer.done():
                killer.cancel()
                await asyncio.gather(killer, return_exceptions=True)
        records = self.eyes.since(before)
        wrong += self._judged(one.kind, records) + await self._left_over()
        if failures := self.load.requests.failures - failed:
            wrong.append(f"{failures} requests failed, of all the first: {self.load.requests.first[:3]}")
        seconds = time.monotonic() - began
        self.seconds.append(seconds)
        self.done[one.kind.name] += 1
        how = f"{self.project} {one.number:2} {one.kind.name:11} {one.words}"
        self.tell(f"{how}; {', '.join(killed) or 'no kill'}: {'FAULT' if wrong else 'ok'} after {seconds:.0f} s")
        if wrong:
            told = [{**record, "spec": {**record["spec"], "snapshot": None}} for record in records]
            self.faults.append(f"{how}; {', '.join(killed)}: {'; '.join(wrong)}\n    {json.dumps(told)}")

    async def _asked(self, one: Round, before: int) -> None:
        """What a person asks for, and what he does on the way."""
        kind = one.kind
        if kind.name == "rollback":
            back = self._back()
            await self._patch({"rollout": {"rollback": back, "abort": None, "retry": None, "promote": None}})
            return
        await self._change(one)
        newest = await self._newest(before, 1)
        name = newest["metadata"]["name"]
        match kind.name:
            case "approved":
                await self._at(name, Step.AWAITING)
                await asyncio.sleep(self.hand.chance.uniform(0, 1))
                await self._patch({"rollout": {"promote": name}})
            case "aborted":
                await self._at(name, Step.BAKING)
                await self._patch({"rollout": {"abort": name}})
            case "superseded":
                await self._at(name, self.hand.chance.choice((Step.STARTING, Step.SMOKING, Step.ANALYSING)))
                await self._change(one)
            case "retried":
                await self._at(name, Step.DONE)
                await self._patch({"rollout": {"retry": name}})

    async def _change(self, one: Round) -> None:
        self.number += 1
        kind = one.kind
        image = self.images.get(kind.image, kind.image)
        if kind.image == GOOD:  # a change of settings alone, unless the round is about the migration
            good = [ref for name, ref in sorted(self.images.items()) if name.startswith(GOOD)]
            self.good += one.step is Step.MIGRATING
            image = good[self.good % len(good)] if good else ""
        await self._patch(spec(image, self.number, kind.rollout))

    async def _patch(self, change: Mapping[str, Any]) -> None:
        await self.cluster.patch("TestGenProject", self.project, {"spec": change})

    def _back(self) -> dict[str, str]:
        """From the release that serves to the one that served before it."""
        served = [one for one in self.eyes.since(0) if (one.get("status") or {}).get("outcome") in rules.PROMOTED]
        here = next(one for one in served if one["metadata"]["name"] == self.serving)
        before = [one for one in served if one["spec"]["template"] != here["spec"]["template"]]
        return {"to": before[-1]["metadata"]["name"], "from": self.serving}

    async def _newest(self, before: int, count: int) -> Object:
        while len(found := self.eyes.since(before)) < count:  # noqa: ASYNC110 - the watch is not ours to signal
            await asyncio.sleep(LOOK)
        return found[count - 1]

    async def _at(self, name: str, step: Step) -> None:
        while not rules.is_reached(self._step(name), step):  # noqa: ASYNC110 - the watch is not ours to signal
            await asyncio.sleep(LOOK)

    def _step(self, name: str) -> str:
        return str((self.eyes.records[name].get("status") or {}).get("step") or "")

    async def _ended(self, kind: Kind, before: int) -> None:
        newest = await self._newest(before, kind.records)
        await self._at(newest["metadata"]["name"], Step.DONE)

    async def _kill(self, one: Round, before: int, killed: list[str]) -> None:
        """At the step of the round's last record; the kubelet too where the round says so."""
        assert one.step is not None
        newest = await self._newest(before, one.kind.records if one.kind.name == "retried" else 1)
        name = newest["metadata"]["name"]
        await self._at(name, one.step)
        await asyncio.sleep(one.delay)
        self.killed_at[self._step(name)] += 1
        killed.append(f"killed at {self._step(name)}")
        await self.hand.kill()
        if one.kubelet is not None:
            await asyncio.sleep(one.kubelet)
            killed.append(f"kubelet restarted at {self._step(name)}")
            await self.hand.kubelet()
        if one.again is not None:
            await asyncio.sleep(one.again)
            killed.append(f"killed again at {self._step(name)}")
            await self.hand.kill()

    def _judged(self, kind: Kind, records: Sequence[Object]) -> list[str]:
        wrong = rules.outcome_faults(kind, records)
        for record in records:
            name = record["metadata"]["name"]
            history = self.eyes.history.get(name, [])
            golden = "golden" in kind.rollout.get("analysis", {})
            wrong += rules.proof_faults(record, history, self.eyes.smoked.get(name, {}), golden=golden)
            wrong += rules.way_faults(record, history)
            if (record.get("status") or {}).get("outcome") in rules.PROMOTED:
                self.serving = name
        return wrong

    async def _left_over(self) -> list[str]:
        """What is not as it should be once a rollout is over, looked at until nothing is or time is up."""
        deadline = time.monotonic() + SETTLED_WITHIN
        while True:
            found = await left_over(self.cluster, self.project, self.serving)
            if not found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.5)


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
) -> Result:
    """The rounds of each project, beside each other; the operator runs already. `rate`: requests a second, of each."""
    hand = Hand(operator, random.Random(seed), restart_kubelet)
    golden = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "golden"}}
    data = {"golden.json": json.dumps(GOLDEN_SET)}
    await cluster.kubectl("apply", "-f", "-", stdin=json.dumps({**golden, "data": data}))
    keeper = asyncio.create_task(hand.keep_running())
    try:
        async with AsyncExitStack() as stack:
            lanes = [await stack.enter_async_context(_lane(cluster, project, hand, images, rate, tell)) for project in plans]
            await asyncio.gather(*(_rounds(lane, plans[lane.project]) for lane in lanes))
    finally:
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
    return Result(lanes, hand)


async def _rounds(lane: Lane, plan: Sequence[Round]) -> None:
    """Two good releases first: a rollback has to have somewhere to go."""
    promoted = False
    for one in plan:
        if one.kind.name == "rollback" and not promoted:
            await lane.round(Round(one.number, KINDS["good"]))
        await lane.round(one)
        promoted = one.kind.promoted and one.kind.name != "rollback"


@asynccontextmanager
async def _lane(
    cluster: Cluster, project: str, hand: Hand, images: Mapping[str, str], rate: float, tell: Callable[[str], None]
) -> AsyncIterator[Lane]:
    """A project whose first release serves, watched and under load."""
    first = {key: value for key, value in spec("", 0, {}).items() if value is not None}
    first["image"] = next((ref for name, ref in sorted(images.items()) if name.startswith(GOOD)), "") or None
    await cluster.apply_project(project, json.loads(json.dumps(_without_none(first))))
    await cluster.ready(project, within=240)
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
    secret = await cluster.get("Secret", f"{project}-admin-key")
    admin = base64.b64decode(secret["data"]["api-key"]).decode()
    address = f"http://{(await cluster.get('Service', project))['spec']['clusterIP']}"
    body = {"name": "load", "role": "admin", "requests_per_minute": 1_000_000, "burst_size": 100_000}
    async with httpx.AsyncClient(headers={"X-API-Key": admin}, timeout=30) as http:
        answer = await http.post(f"{address}/api/v1/keys", json=body)
        answer.raise_for_status()
    key = answer.json()["secret"]
    return Load(lambda: address, key, rate=rate, readers=4, followers=1, requirements=20, pause=5.0, seed=len(project))


def _without_none(given: Any) -> Any:
    if isinstance(given, dict):
        return {key: _without_none(value) for key, value in given.items() if value is not None}
    return given
