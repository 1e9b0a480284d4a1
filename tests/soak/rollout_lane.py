"""A project whose rollouts are disturbed: its clients, its rounds, and what was wrong after each.

What is rolled out and what has to be so afterwards is in `rollout_rounds`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testgen_operator.rollout.model import Step
from tests.bench.rollout_clients import Load
from tests.cluster.kube import Cluster, Object
from tests.soak import rollout_rounds as rules
from tests.soak.rollout_eyes import Eyes, left_over
from tests.soak.rollout_hand import Hand
from tests.soak.rollout_rounds import GOOD, Kind, Round
from tests.soak.rollout_spec import spec

LONGEST_ROUND: Final = 480.0
"""Seconds: this is no benchmark, and a machine with other work is no fault of a rollout."""
SETTLED_WITHIN: Final = 60.0
"""Seconds after the end of a rollout until nothing of it is left over."""
LOOK: Final = 0.02


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
            self.tell(f"! {self.faults[-1]}")

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
