"""`decide`: what is seen of a project's releases, and the time, give what should be so now.

Total: every `Seen` has an answer. Level-triggered: the same `Seen` gives the same decision, and a decision that was carried out
half gives the rest of it. One release is under way at a time. Choices that are not plain from the steps themselves:

- A release that is replaced while it serves (in its bake) and is well goes on serving as Superseded and is what the next one
  returns to; where it is not well, and on a rollback, the release before it gets the traffic back first.
- A release that was Aborted or RolledBack does not start again by itself: `retry` or another template is needed. One that was
  replaced by the spec before it failed does.
- A rollback inside the window makes no backup and no migration: its pods ran on this schema, which only grows in between.
- A new release waits for the drain of the last one, unless its pods stand there already or nothing was sent there.
- A step whose clock a pause, a missing Secret or a suspension held begins anew when that ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from testgen_operator.rollout import analysis, blue_green, canary, commands, history, layout, rolling
from testgen_operator.rollout.commands import Orders
from testgen_operator.rollout.history import Standing, colour_seen
from testgen_operator.rollout.model import COLOURS, Decision, Outcome, Position, Record, Seen, Step, Strategy, other
from testgen_operator.rollout.moment import elapsed
from testgen_operator.rollout.trial import (
    BEFORE_PODS,
    BYPASS,
    GROWING,
    NOT_READY,
    PAUSED,
    RESUMING,
    ROLLED_BACK,
    SCALED_TO_ZERO,
    SUPERSEDED,
    SUSPENDED,
    Trial,
    end,
    returned,
)

LEAVES_SECONDS: Final = 5.0
"""For so long at least a canary drains: the way in has to hear that it has no share any more while it is still there."""
LOOKS: Final = 24
"""More steps than a release can take without anything new being seen."""


def decide(seen: Seen, now: datetime) -> Decision:
    """What should be so for the project's releases. Never raises; never promotes what has not passed the checks of the policy."""
    stored = history.ordered(seen.records)
    records = history.settled(seen, stored, now)
    if records and records[-1].position is None:
        records = (*records[:-1], replace(records[-1], position=_found_again(seen, records, now)))
    base = _base(seen, records)
    orders = commands.read(seen, records, base)
    if orders.rollback:
        seen = replace(seen, blocked=seen.blocked_back)
    trial = _trial(seen, records, base, orders, now)
    if trial is not None:
        position = _stepped(trial)
        if position is not records[-1].position:
            records = (*records[:-1], replace(records[-1], position=position))
        if position.outcome is None:
            found = _under_way(trial, position)
            return _finished(seen, stored, records, base, found, orders)
    return _settled(seen, stored, records, orders, now)


def _base(seen: Seen, records: Sequence[Record]) -> Standing | None:
    """What serves, or what a return would make serve."""
    if records and records[-1].outcome is None:
        return history.standing(seen, records, records[-1].previous)
    return history.active(seen, records)


def _found_again(seen: Seen, records: Sequence[Record], now: datetime) -> Position:
    """The newest release's place, from its children: it bakes again where it serves, else it begins again. Never promoted."""
    record = records[-1]
    base = history.standing(seen, records, record.previous)
    if seen.serving is not None and seen.serving_release == record.name:
        in_place = base is None or base.colour == seen.serving  # it has the traffic before its checks
        if in_place:
            return Position(Step.SMOKING, now, seen.serving, served=True)
        return Position(Step.BAKING, now, seen.serving, number=blue_green.FOUND_AGAIN, served=True)
    orders = commands.read(seen, records[:-1], base)
    position = _opening(seen, base, orders, now)
    for colour in COLOURS:
        if record.template and colour_seen(seen, colour).template == record.template and (base is None or colour != base.colour):
            return replace(position, colour=colour)
    if base is not None and colour_seen(seen, base.colour).template == record.template != base.template:
        return replace(position, colour=base.colour)
    return position


def _opening(seen: Seen, base: Standing | None, orders: Orders, now: datetime) -> Position:
    """Where a new release begins."""
    policy = seen.opening or seen.policy
    if base is None:
        return Position(Step.MIGRATING, now, seen.serving or COLOURS[0])
    in_place = policy.strategy is Strategy.ROLLING and (not policy.is_tried_beside or orders.quick or seen.at_rest)
    colour = base.colour if in_place else other(base.colour)
    if orders.quick:
        return Position(Step.STARTING, now, colour, fast=True)
    step = Step.BACKING_UP if policy.backup_before_upgrade else Step.MIGRATING
    if colour_seen(seen, base.colour).ready == 0:
        return Position(step, now, colour, fast=True, reason=BYPASS)
    return Position(step, now, colour)


def _trial(seen: Seen, records: Sequence[Record], base: Standing | None, orders: Orders, now: datetime) -> Trial | None:
    if not records or records[-1].outcome is not None:
        return None
    record = records[-1]
    trial = Trial(
        seen, now, record, base, orders, SUSPENDED if seen.suspended else seen.blocked or (PAUSED if orders.pause else "")
    )
    if seen.suspended or not orders.wanted or orders.wanted == record.template:
        return trial
    if base is not None and (orders.wanted == base.template or orders.rollback):
        return replace(trial, away=ROLLED_BACK if orders.rollback else SUPERSEDED)
    return replace(trial, replaced=True, hold=seen.blocked)


def _stepped(trial: Trial) -> Position:
    """The position after all steps that what is seen allows."""
    return canary.with_pods(trial, _walked(trial))


def _walked(trial: Trial) -> Position:
    assert trial.record.position is not None
    seen, policy = trial.seen, trial.policy
    position = _held(trial, trial.record.position)
    nobody_calls = position.held == GROWING and canary.weight(trial, position) == 0
    if trial.hold != SUSPENDED and position.held != RESUMING and not nobody_calls:
        position = analysis.counted(policy, position, seen)
    undecided = analysis.is_undecided(policy, position, seen.checks)
    if undecided:
        position = replace(position, message=seen.checks_message)
    if trial.orders.retry and not position.retried and not undecided and position.step is not Step.RETURNING:
        if analysis.is_inconclusive(policy, position):
            position = replace(position, tally=analysis.anew(position.tally, seen.measured_id), since=trial.now)
        position = replace(position, retried=True)
    elif not trial.orders.retry and position.retried:
        position = replace(position, retried=False)
    if trial.hold == SUSPENDED:
        return position
    for _ in range(LOOKS):
        following = (rolling if trial.is_in_place(position) else blue_green).step(trial, position)
        following = _gives_up_returning(trial, following)
        if following == position or following.outcome is not None:
            return following
        position = following
    return position


def _held(trial: Trial, position: Position) -> Position:
    """With what holds it now; a step that is held no more begins anew, after a suspension once its pods are back."""
    if position.step is Step.RETURNING:
        return replace(position, held="") if position.held else position
    if trial.hold == SUSPENDED:
        return position if position.held == SUSPENDED else replace(position, held=SUSPENDED)
    if position.held == SUSPENDED and position.step not in BEFORE_PODS | {Step.STARTING}:
        position = replace(position, held=RESUMING, since=trial.now)
    if position.held == RESUMING:
        new = trial.new(position)
        if not (new.complete and new.ready > 0) and trial.elapsed(position) < trial.policy.progress_deadline_seconds:
            return position
        return replace(position, held=trial.hold, since=trial.now)
    if position.held == GROWING and not trial.hold and not canary.has_capacity(trial, position):
        return position
    if position.held == trial.hold:
        return position
    return replace(position, held=trial.hold, since=position.since if trial.hold else trial.now)


def _gives_up_returning(trial: Trial, position: Position) -> Position:
    """What is to be returned to does not come up, and a third template is wanted: that goes on from what serves now."""
    if position.step is not Step.RETURNING or not trial.wants_another or trial.hold:
        return position
    if trial.is_in_place(position):
        # The pods of what is to be returned to are not told from those that still serve.
        return returned(trial, position) if trial.is_late_in_place(position) else position
    if trial.old().ready > 0 or trial.elapsed(position) < trial.policy.progress_deadline_seconds:
        return position
    moved = trial.has_moved(position)
    return end(trial, replace(position, served=moved), Outcome.SUPERSEDED, drain=moved, reason=SUPERSEDED)


def _under_way(trial: Trial, position: Position) -> Decision:
    found = layout.decision(trial.seen, layout.of_trial(trial, position))
    return replace(found, due=layout.due(trial, position), held=_hold(trial, position), wake_seconds=layout.wake(trial, position))


def _hold(trial: Trial, position: Position) -> str:
    if trial.hold or position.held not in ("", RESUMING, GROWING):
        return _rest(trial.seen) if trial.hold == SUSPENDED else trial.hold or position.held
    if analysis.is_undecided(trial.policy, position, trial.seen.checks):
        return analysis.INCONCLUSIVE
    if analysis.is_inconclusive(trial.policy, position):
        return analysis.hold(position)
    asked = trial.is_over(position) or trial.orders.promote or trial.orders.skip == position.number
    if asked and analysis.is_blind(trial.policy, position):
        return analysis.hold(position)
    if position.step is Step.RETURNING and trial.elapsed(position) >= trial.policy.progress_deadline_seconds:
        return NOT_READY
    if position.step is Step.AWAITING:
        return "AwaitingPromotion"
    if position.step is Step.SHIFTING:
        if position.held == GROWING and trial.elapsed(position) >= trial.policy.progress_deadline_seconds:
            return NOT_READY
        at = trial.policy.steps[position.number : position.number + 1]
        return PAUSED if at and at[0].pause_seconds is None else ""
    return rolling.complaint(trial, position) if trial.is_in_place(position) else ""


def _rest(seen: Seen) -> str:
    """Why nothing runs, as a person has to be told it."""
    return SCALED_TO_ZERO if seen.at_rest else SUSPENDED


def _settled(seen: Seen, stored: Sequence[Record], records: Sequence[Record], orders: Orders, now: datetime) -> Decision:
    """No release is under way: perhaps one has to begin."""
    active = history.active(seen, records)
    if active is None:
        return _first(seen, stored, records, orders, now)
    newest = records[-1]
    assert newest.position is not None
    position, wait = newest.position, 0.0
    if position.step is not Step.DONE:
        wait = _drain_seconds(seen, newest, position) - elapsed(position.since, now)
        if wait <= 0 or position.step is not Step.DRAINING:
            position = replace(position, step=Step.DONE, since=now)
            records = (*records[:-1], replace(newest, position=position))
    records = _rearmed(seen, records)
    found = layout.decision(seen, layout.of_active(seen, records, active))
    if position.step is Step.DRAINING:
        found = replace(found, wake_seconds=wait)
    found = _begun(seen, records, active, orders, found, now)
    position = records[-1].position or position
    if found.start is not None and position.step is Step.DRAINING:
        records = (*records[:-1], replace(newest, position=replace(position, step=Step.DONE, since=now)))
    return _finished(seen, stored, records, active, found, orders)


def _drain_seconds(seen: Seen, newest: Record, position: Position) -> float:
    least = LEAVES_SECONDS if seen.policy.strategy is Strategy.CANARY and not seen.policy.by_pods else 0.0
    # Who stays on a connection to a release that was given up shall leave it now, not after the delay.
    if newest.outcome in history.REJECTED and position.served:
        return least
    return max(least, seen.policy.scale_down_delay_seconds)


def _rearmed(seen: Seen, records: Sequence[Record]) -> Sequence[Record]:
    """With releases that may be retried again, since the command that was spent on them is gone."""
    return tuple(
        replace(one, position=replace(one.position, retried=False))
        if one.position is not None and one.position.retried and seen.commands.retry != one.name
        else one
        for one in records
    )


def _begun(seen: Seen, records: Sequence[Record], active: Standing, orders: Orders, found: Decision, now: datetime) -> Decision:
    """The decision with a new release where the wanted template does not serve."""
    if seen.suspended:
        return replace(found, held=_rest(seen))
    wanted = orders.wanted
    if not wanted or wanted == active.template:
        return found
    latest = history.latest(records, wanted)
    if latest is not None and history.is_rejected(latest) and not _is_asked_again(seen, latest):
        return replace(found, held=(latest.position.reason if latest.position else "") or str(latest.outcome))
    if seen.blocked:
        return replace(found, held=seen.blocked)
    if _must_drain(seen, records[-1], active, wanted):
        return found
    start = _record(seen, records, wanted, active.release, _opening(seen, active, orders, now))
    return replace(found, start=start, wake_seconds=None)


def _is_asked_again(seen: Seen, record: Record) -> bool:
    return seen.commands.retry == record.name and record.position is not None and not record.position.retried


def _must_drain(seen: Seen, newest: Record, active: Standing, wanted: str) -> bool:
    position = newest.position
    if position is None or position.step is not Step.DRAINING:
        return False
    beside = (seen.opening or seen.policy).strategy is not Strategy.ROLLING
    if beside and colour_seen(seen, other(active.colour)).template == wanted:
        return False
    return position.served or seen.policy.strategy is Strategy.CANARY


def _record(seen: Seen, records: Sequence[Record], template: str, previous: str, position: Position) -> Record:
    sequence = max((one.sequence for one in records), default=0) + 1
    name, strategy = history.new_name(records, template, seen.commands), (seen.opening or seen.policy).strategy
    return Record(name, template, sequence, previous, position, strategy)


def _first(seen: Seen, stored: Sequence[Record], records: Sequence[Record], orders: Orders, now: datetime) -> Decision:
    """No release serves that is known: what runs from before the records gets one as it is, else the first release begins."""
    found = layout.decision(seen, layout.nothing(seen))
    running = max(COLOURS, key=lambda one: (one == seen.serving, colour_seen(seen, one).ready, colour_seen(seen, one).replicas))
    there = colour_seen(seen, running)
    latest = history.latest(records, there.template)
    if there.exists and there.template and latest is None:
        found = replace(found, serve=running)
        position = Position(Step.DONE, now, running, outcome=Outcome.PROMOTED, reason="Promoted", served=True, ended=now)
        found = replace(found, start=_record(seen, records, there.template, "", position))
    elif seen.suspended or seen.blocked or not orders.wanted:
        found = replace(found, held=SUSPENDED if seen.suspended else seen.blocked)
    else:
        found = replace(found, start=_record(seen, records, orders.wanted, "", _opening(seen, None, orders, now)))
    return _finished(seen, stored, records, None, found, orders)


def _finished(
    seen: Seen, stored: Sequence[Record], records: Sequence[Record], serving: Standing | None, found: Decision, orders: Orders
) -> Decision:
    """The decision with what is to be written and forgotten."""
    before = {one.name: one.position for one in stored}
    positions = {one.name: one.position for one in records if one.position is not None and one.position != before[one.name]}
    expired = history.expired(seen, records, serving, orders.wanted)
    kept = {name: position for name, position in positions.items() if name not in expired}
    return replace(found, positions=kept, expired=expired, ignored=orders.ignored, wanted=orders.wanted)
