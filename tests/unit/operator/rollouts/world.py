"""A cluster as small as a rollout needs it: pods of two colours, the active Service, checks, records; and its faults.

No Kubernetes: what a Deployment does with a template of a given quality in a number of ticks. It carries decisions out as single
writes in any order, so that the operator can be killed between any two, and says at each write which promise was broken.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from testgen_operator.names import Colour
from testgen_operator.rollout.history import wins
from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import (
    COLOURS,
    ColourSeen,
    Commands,
    Decision,
    Due,
    Outcome,
    Policy,
    Position,
    Record,
    Result,
    Seen,
    Slot,
    Step,
    Strategy,
    Verdict,
    other,
)

CHECKED_EVERY = 3
"""Every so manieth pass is decided a second time, to see that nothing is decided twice."""
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Quality(StrEnum):
    GOOD = "good"
    CRASHES = "crashes"
    NEVER_READY = "never ready"
    DIES_SERVING = "dies as it serves"
    FAILS_SMOKE = "fails smoke"
    SERVES_ERRORS = "serves errors"
    SERVES_ERRORS_LATE = "serves errors under traffic"
    QUIET = "has no traffic"
    WRITES_WORSE_CASES = "writes worse cases"
    CHECKED_WITHOUT_RESULT = "its checks end without a result"
    BREAKS_MIGRATION = "breaks the migration"


@dataclass
class Deployment:
    """All parts of one colour. `pods`: ready pods by template."""

    template: str
    replicas: int
    pods: dict[str, int] = field(default_factory=dict)
    failing: bool = False
    unready_for: float = math.inf
    """Seconds for which none of its pods has been ready, as the kubelet tells; infinite where they are gone."""

    def grow(self, pace: int) -> None:
        """As a Deployment with maxUnavailable 0: `pace` pods more of its template, an old one goes where a new one is ready."""
        new = min(self.replicas, self.pods.get(self.template, 0) + pace)
        self.pods[self.template] = new
        for template in [one for one in self.pods if one != self.template]:
            self.pods[template] = max(0, min(self.pods[template], self.replicas - new))
        self.pods = {template: count for template, count in self.pods.items() if count}

    def lose(self) -> None:
        """One pod goes; a new one is made at the next tick."""
        for template in [one for one, count in self.pods.items() if count][:1]:
            self.pods[template] -= 1

    @property
    def ready(self) -> int:
        return sum(self.pods.values())

    def trim(self) -> None:
        for template in sorted(self.pods, key=lambda one: one == self.template):
            self.pods[template] -= max(0, min(self.pods[template], self.ready - self.replicas))


BAD = {
    Due.MIGRATION: Quality.BREAKS_MIGRATION,
    Due.SMOKE: Quality.FAILS_SMOKE,
    Due.MEASUREMENT: Quality.WRITES_WORSE_CASES,
}


class Broken(AssertionError):
    """A promise that did not hold."""


@dataclass
class World:
    """`story`: what happened, for the message of a failure. `pace`: pods that get ready in one tick. `check_ticks`: how many a
    check runs for. `blind`: nothing can be measured."""

    policy: Policy
    target: str = "app-0"
    scale: int = 2
    now: datetime = START
    commands: Commands = field(default_factory=Commands)
    suspended: bool = False
    blocked: str = ""
    blocked_back: str = ""
    no_way_back: bool = False
    qualities: dict[str, Quality] = field(default_factory=dict)
    deployments: dict[Colour, Deployment] = field(default_factory=dict)
    serving: Colour | None = None
    serving_release: str = ""
    lag: int = 0
    pace: int = 9
    check_ticks: int = 1
    blind: bool = False
    weight: int = 0
    shared: dict[tuple[str, int], datetime] = field(default_factory=dict)
    """By release and step: since when it has the step's share."""
    records: dict[str, Record] = field(default_factory=dict)
    checks: dict[tuple[str, Due], Result] = field(default_factory=dict)
    ages: dict[tuple[str, Due], int] = field(default_factory=dict)
    successes: dict[str, int] = field(default_factory=dict)
    began: dict[str, Strategy] = field(default_factory=dict)
    adopted: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    """Releases whose status was lost once."""
    prior: dict[str, int] = field(default_factory=dict)
    due: frozenset[Due] = frozenset()
    measured: tuple[Verdict, str, bool] | None = None
    measurements: int = 0
    passes: int = 0
    releases: int = 0
    story: list[str] = field(default_factory=list)

    def newest(self) -> Record | None:
        return max(self.records.values(), key=lambda one: one.sequence, default=None)

    def quality(self, template: str) -> Quality:
        return self.qualities.get(template, Quality.GOOD)

    def expect(self, holds: bool, promise: str) -> None:
        if not holds:
            raise Broken(promise)

    # what is seen

    def see(self) -> Seen:
        newest = self.newest()
        name = newest.name if newest else ""
        return Seen(
            target=self.target,
            policy=self._policy(newest),
            opening=self.policy,
            commands=self.commands,
            records=tuple(sorted(self.records.values(), key=lambda one: one.sequence)),
            colours={colour: self._colour(colour) for colour in COLOURS},
            serving=self.serving,
            serving_release=self.serving_release,
            endpoints_settled=self.serving is not None and self.lag == 0 and self._ready(self.serving) > 0,
            backup=self.checks.get((name, Due.BACKUP), Result.ABSENT),
            migration=self.checks.get((name, Due.MIGRATION), Result.ABSENT),
            smoke=self.checks.get((name, Due.SMOKE), Result.ABSENT),
            checks=self._checked_once(newest),
            checks_reason="GoldenSetWorse",
            measured=self.measured[0] if self.measured else None,
            measured_id=self.measured[1] if self.measured else "",
            measured_message="PrometheusUnreachable: it does not answer" if self._is_last_blind() else "",
            no_way_back=self.no_way_back,
            suspended=self.suspended,
            blocked=self.blocked,
            blocked_back=self.blocked_back,
        )

    def _policy(self, newest: Record | None) -> Policy:
        """A release keeps the strategy that it began with, as plan/watching.as_begun has it from its record."""
        if newest is None or is_over(newest):
            return self.policy
        return replace(self.policy, strategy=self.began.get(newest.name, self.policy.strategy))

    def _checked_once(self, newest: Record | None) -> Result:
        """Web, Jobs and golden set run while something is measured before the first request."""
        return self.checks.get((newest.name, Due.MEASUREMENT), Result.RUNNING) if newest else Result.SUCCEEDED

    def _is_last_blind(self) -> bool:
        return self.measured is not None and self.measured[2]

    def _ready(self, colour: Colour) -> int:
        return self.deployments[colour].ready if colour in self.deployments else 0

    def _colour(self, colour: Colour) -> ColourSeen:
        found = self.deployments.get(colour)
        if found is None:
            return ColourSeen()
        complete = found.pods.get(found.template, 0) == found.replicas == found.ready
        failing = "CrashLoopBackOff" if found.failing else ""
        return ColourSeen(found.template, True, found.replicas, complete, found.ready, found.unready_for, failing)

    # what time does

    def tick(self, seconds: float) -> None:
        """Time goes by: pods come up or do not, checks end, measurements are taken."""
        self.now += timedelta(seconds=seconds)
        self.lag = max(0, self.lag - 1)
        for colour, found in self.deployments.items():
            self._run(colour, found)
        newest = self.newest()
        if newest is None:
            return
        for check in self.due:
            if self.checks.get((newest.name, check), Result.RUNNING) is Result.RUNNING:  # what has ended stays as it is
                self.checks[newest.name, check] = self._checked(newest, check)
        if Due.MEASUREMENT in self.due:
            self._measure(newest)

    def _run(self, colour: Colour, found: Deployment) -> None:
        quality = self.quality(found.template)
        dies = quality is Quality.DIES_SERVING and self.serving == colour
        if quality in (Quality.CRASHES, Quality.NEVER_READY) or dies:
            found.pods.pop(found.template, None)
            found.failing = quality is not Quality.NEVER_READY and found.replicas > 0
        else:
            found.grow(self.pace)
            found.failing = False
            found.unready_for = math.inf

    def _checked(self, newest: Record, check: Due) -> Result:
        age = self.ages.setdefault((newest.name, check), 0)
        self.ages[newest.name, check] = age + 1
        if age < self.check_ticks:
            return Result.RUNNING
        quality = self.quality(newest.template)
        if check is Due.MEASUREMENT and quality is Quality.CHECKED_WITHOUT_RESULT:
            return Result.INCONCLUSIVE
        return Result.FAILED if quality is BAD.get(check) else Result.SUCCEEDED

    def _measure(self, newest: Record) -> None:
        self.measurements += 1
        quality = self.quality(newest.template)
        serves = newest.position is not None and self.serving == newest.position.colour
        if quality is Quality.QUIET or self.blind:
            verdict = Verdict.INCONCLUSIVE
        elif quality is Quality.SERVES_ERRORS or (quality is Quality.SERVES_ERRORS_LATE and serves):
            verdict = Verdict.FAILED
        else:
            verdict = Verdict.SUCCESSFUL
            self.successes[newest.name] = self.successes.get(newest.name, 0) + 1
        self.measured = (verdict, str(self.measurements), self.blind)

    # what the operator does

    def writes(self, seen: Seen, found: Decision, rng: random.Random) -> list[Callable[[], None]]:
        """The writes of a decision; the new record comes first, then its status, the rest in any order."""
        rest: list[Callable[[], None]] = [lambda: self._serve(found)]
        rest += [lambda colour=colour: self._shape(colour, found.slots.get(colour)) for colour in COLOURS]  # type: ignore[misc]
        rest += [lambda name=name, to=to: self._position(name, to) for name, to in found.positions.items()]  # type: ignore[misc]
        rest += [lambda name=name: self._forget(name) for name in found.expired]  # type: ignore[misc]
        rng.shuffle(rest)
        first: list[Callable[[], None]] = []
        if (start := found.start) is not None and start.position is not None:
            position = start.position
            first = [lambda: self._start(seen, start), lambda: self._position(start.name, position)]
        return [*first, *rest, lambda: self._watch(found)]

    def _watch(self, found: Decision) -> None:
        self.due = found.due

    def _start(self, seen: Seen, start: Record) -> None:
        self.expect(start.name not in self.records, f"{start.name} is a new name")
        self.records[start.name] = replace(start, position=None)
        self.releases += 1
        self.began[start.name] = self.policy.strategy
        position = start.position
        assert position is not None
        if position.outcome is not None:
            self.adopted.add(start.name)
            known = start.template in {one.template for one in seen.records}
            self.expect(not known, f"{start.name} runs from before the records")
        if self.serving is not None:
            self.prior[start.name] = seen.colours[self.serving].replicas
        if position.fast and not self._is_rollback():
            previous = self.records.get(start.previous)
            colour = previous.position.colour if previous and previous.position else self.serving
            ready = seen.colours[colour].ready if colour else 0
            self.expect(ready == 0, "only a rollback, or a dead active colour, is fast")

    def _is_rollback(self) -> bool:
        to = self.records.get(self.commands.rollback_to)
        return to is not None and wins(to)

    def _position(self, name: str, position: Position) -> None:
        record = self.records.get(name)
        if record is None:
            return
        ends = position.outcome is not None and record.outcome is None
        self._expect_whole_pause(name, record.position, position)
        self.records[name] = replace(record, position=position)
        if not ends or name in self.adopted or not record.previous:
            return
        smoked = self.checks.get((name, Due.SMOKE)) is Result.SUCCEEDED
        if position.outcome is Outcome.ROLLED_BACK:
            self.expect(self.lag == 0, f"{name} has no traffic when it is rolled back")
        if position.outcome is Outcome.PROMOTED:
            self.expect(smoked or not self.policy.smoke, f"{name} is promoted after its smoke check")
            passed = self.successes.get(name, 0) >= self.policy.measurements
            passed = passed and self.checks.get((name, Due.MEASUREMENT)) is Result.SUCCEEDED
            self.expect(passed or not self.policy.analysis, f"{name} is promoted after a passed analysis")
            bad = self.policy.analysis and position.tally.failed > self.policy.failure_limit
            self.expect(not bad, f"{name} is not promoted with more bad measurements than are tolerated")
            watched = self.policy.analysis and self.policy.bake_seconds > 0
            self.expect(not watched or not self._is_last_blind(), f"{name} is not promoted unseen")
        if position.outcome is Outcome.FAST_PROMOTED and position.reason == "ActiveUnavailableBypass":
            self.expect(smoked or not self.policy.smoke, f"{name} is fast, but smoke counts")

    def _expect_whole_pause(self, name: str, before: Position | None, after: Position) -> None:
        """A share lasts its pause, unless a person ends it or the release is given up."""
        if before is None or before.step is not Step.SHIFTING or before.number >= len(self.policy.steps):
            return
        goes_on = after.step is Step.SHIFTING and after.number > before.number
        goes_on = goes_on or (after.outcome is None and after.step in (Step.AWAITING, Step.SWITCHING, Step.BAKING))
        asked = self.commands.promote == name or self.commands.skip == f"{name}/{before.number}"
        if goes_on and not asked:
            pause, since = self.policy.steps[before.number].pause_seconds, self.shared.get((name, before.number), self.now)
            lasted = (self.now - since).total_seconds()
            self.expect(pause is not None and lasted >= pause, f"the share of step {before.number} of {name} lasts its pause")

    def _share(self, seen: Seen, found: Decision) -> None:
        newest = seen.records[-1] if seen.records else None
        position = found.positions.get(newest.name, newest.position) if newest else None
        if newest is None or position is None or position.step is not Step.SHIFTING or position.number >= len(self.policy.steps):
            return
        if found.weight == self.policy.steps[position.number].weight:
            key = (newest.name, position.number)
            self.shared[key] = min(self.shared.get(key, self.now), self.now)  # a clock may be set back
        else:
            self.shared.pop((newest.name, position.number), None)

    def _forget(self, name: str) -> None:
        self.records.pop(name)
        newest = self.newest()
        needed = newest is not None and newest.outcome is None and newest.previous == name
        self.expect(not needed, f"{name} may be needed again")
        self.expect(name != self.serving_release, f"{name} serves and is not forgotten")
        self.checks = {key: value for key, value in self.checks.items() if key[0] != name}

    def _serve(self, found: Decision) -> None:
        if self.serving is not None and self.serving != found.serve:
            self.expect(self._ready(found.serve) > 0 or self._ready(self.serving) == 0, "the active Service keeps a ready pod")
            self._expect_as_many(found, self.serving)
            self.lag = 1
        self.serving, self.serving_release = found.serve, found.serve_release

    def _expect_as_many(self, found: Decision, left: Colour) -> None:
        """A release that goes forward takes over with as many pods as it takes over from. One that had taken over already (a
        return was begun and called off, with the operator killed in between) has the project's own scale since then."""
        there, newest = self.deployments.get(left), self.newest()
        forward = newest is not None and newest.outcome is None and found.serve_release == newest.name
        if forward and there is not None and there.ready > 0:
            again = newest is not None and newest.position is not None and newest.position.step is Step.BAKING
            least = min(there.replicas, self.scale) if again else there.replicas
            self.expect(self._ready(found.serve) >= least, "the switch loses no pod")

    def _shape(self, colour: Colour, slot: Slot | None) -> None:
        there = self.deployments.get(colour)
        selected = there is not None and colour == self.serving and not self.suspended
        if slot is None:
            self.expect(not selected, f"{colour} is selected and is not removed")
            self.deployments.pop(colour, None)
            return
        size = self.scale if slot.size is None else slot.size
        if there is None:
            self.deployments[colour] = Deployment(slot.template, size)
            return
        if selected:
            self.expect(slot.size is None or size >= there.replicas, f"{colour} is selected and is not scaled down")
            self.expect(
                slot.template == there.template or there.ready == 0 or self._may_change_in_place(slot),
                f"{colour} is selected, has ready pods and keeps its template",
            )
            self._expect_tried_first(slot, there)
        there.template, there.replicas = slot.template, size
        there.trim()

    def _expect_tried_first(self, slot: Slot, there: Deployment) -> None:
        """RollingUpdate: what serves is replaced by what passed its checks beside it. Not so where nothing is ready, on a
        rollback, and where a status was lost on the way."""
        newest = self.newest()
        if newest is None or newest.position is None or newest.name != slot.release or slot.template == there.template:
            return
        forward = newest.outcome is None and newest.previous and self.began.get(newest.name) is Strategy.ROLLING
        if not forward or newest.position.fast or newest.name in self.lost or there.ready == 0:
            return
        smoked = self.checks.get((newest.name, Due.SMOKE)) is Result.SUCCEEDED
        self.expect(smoked or not self.policy.smoke, f"{newest.name} is smoked before it takes a serving pod's place")
        passed = self.checks.get((newest.name, Due.MEASUREMENT)) is Result.SUCCEEDED and newest.name in self.successes
        self.expect(passed or not self.policy.analysis, f"{newest.name} is analysed before it takes a serving pod's place")

    def _may_change_in_place(self, slot: Slot) -> bool:
        """One of the last two releases changes its colour in place, what stands there is of no release, or what serves is put
        back where a release in place had begun."""
        last = sorted(self.records.values(), key=lambda one: one.sequence)[-2:]
        rolling = Strategy.ROLLING in (self.policy.strategy, *(self.began.get(one.name) for one in last))
        return rolling or not last[-1].previous or slot.release not in self.records or slot.release == self.serving_release

    def act(self, rng: random.Random, kill: bool = False) -> Decision:
        """One pass of the operator; killed after a part of its writes where asked."""
        seen = self.see()
        found = decide(seen, self.now)
        self._share(seen, found)
        writes = self.writes(seen, found, rng)
        upto = rng.randrange(len(writes)) if kill else len(writes)
        for write in writes[:upto]:
            write()
        if not kill:
            self._after(seen, found)
        return found

    def _expect_tried_when_it_stands(self, seen: Seen, found: Decision) -> None:
        for one in seen.records:
            if one.position is not None and one.position.step is Step.STARTING and one.name in found.positions:
                there, goes_on = seen.colours[one.position.colour], found.positions[one.name].step is Step.SMOKING
                stands = there.template == one.template and there.complete and there.ready > 0
                self.expect(stands or not goes_on, f"{one.name} is tried when it stands")

    def _expect_capacity(self, seen: Seen, found: Decision, weight: int) -> None:
        """A share grows when its pods stand, up to a share that it had before when some of them do; the switch ends it."""
        new, newest = seen.colours[other(found.serve)], self.newest()
        position = newest.position if newest else None
        number = position.number if position and position.step is Step.SHIFTING else len(self.policy.steps) - 1
        had = self.policy.steps[number - 1].weight if number > 0 else 0
        grows = weight > max(self.weight, had if new.ready else 0) and found.serve == seen.serving
        self.expect(not grows or (new.complete and new.ready > 0), "a share grows when its pods stand")

    def _after(self, seen: Seen, found: Decision) -> None:
        self.passes += 1
        under_way = [one.name for one in self.records.values() if one.outcome is None]
        self.expect(len(under_way) <= 1, f"one release under way, not {under_way}")
        for name, command in (("promote", self.commands.promote), ("abort", self.commands.abort), ("pause", self.commands.pause)):
            self.expect(
                not command or command in {one.name for one in seen.records} or name in found.ignored, f"{name} is ignored aloud"
            )
        aborted = [name for name, one in found.positions.items() if one.outcome is Outcome.ABORTED and name in self.prior]
        for name in aborted if not self.suspended else ():
            stands = self.deployments.get(found.serve)
            self.expect(
                stands is not None and stands.replicas >= min(self.prior[name], self.scale), "an abort leaves the old size"
            )
        self._expect_tried_when_it_stands(seen, found)
        if found.weight is not None:
            self.expect(0 <= found.weight < 100 and len(found.slots) == 2, "a weight has two colours")
            self._expect_capacity(seen, found, found.weight)
        self.weight = found.weight or 0
        if found.start is None and self.passes % CHECKED_EVERY == 0:
            records = tuple(sorted(self.records.values(), key=lambda one: one.sequence))
            again = decide(replace(seen, records=records), self.now)
            self.expect(not again.positions and again.start is None and not again.expired, f"nothing is decided twice: {again}")
            same = (again.serve, again.slots, again.weight, again.due) == (found.serve, found.slots, found.weight, found.due)
            self.expect(same, f"the same is decided twice: {found} {again}")


def is_over(record: Record | None) -> bool:
    return record is not None and record.position is not None and record.position.step is Step.DONE
