"""Two colours side by side: what ends a step, and what ends the rollout. A canary differs by its steps before the switch; a
RollingUpdate that is tried beside what serves goes on in place after its checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from testgen_operator.rollout import analysis, canary
from testgen_operator.rollout.model import Outcome, Position, Step, Strategy
from testgen_operator.rollout.trial import (
    BYPASS,
    RESUMING,
    SUPERSEDED,
    Trial,
    checked,
    end,
    enter,
    failed_check,
    leave,
    promoted,
    returned,
)

FOUND_AGAIN: Final = 1
"""`Position.number` of a bake whose record was lost: that an analysis was passed is not known any more, so it needs one."""


def step(trial: Trial, position: Position) -> Position:
    """The position after at most one step."""
    if position.step is Step.RETURNING:
        return _returning(trial, position)
    if not trial.has_moved(position) and trial.is_bypass_over(position):
        return _compared_after_all(trial, position)
    bad = _trouble(trial, position)
    if bad is not None:
        return replace(leave(trial, position, *bad), served=position.served or trial.has_moved(position))
    if position.step is Step.SWITCHING and _is_switched(trial, position):
        return replace(enter(trial, position, Step.BAKING), served=True)
    if trial.replaced and not trial.hold:
        return _replaced(trial, position)
    if trial.hold or trial.replaced or position.held:
        return position
    return _forward(trial, position)


def _compared_after_all(trial: Trial, position: Position) -> Position:
    """Its checks are made after all; a share that it was to have waits for them."""
    found = replace(position, fast=False, reason="")
    return enter(trial, found, Step.ANALYSING) if position.step in (Step.SHIFTING, Step.AWAITING, Step.SWITCHING) else found


def _returning(trial: Trial, position: Position) -> Position:
    """Over when all traffic is on the old colour; for one that never served also where the old colour has no ready pod."""
    base = trial.base
    if base is None or trial.seen.serving != base.colour:
        return position
    over = trial.seen.endpoints_settled or (not position.served and trial.old().ready == 0)
    return returned(trial, position) if over else position


def _trouble(trial: Trial, position: Position) -> tuple[str, str] | None:
    """Reason and message for which the traffic goes back, or stays."""
    if trial.orders.abort:
        return "Aborted", ""
    if trial.away:
        return trial.away, ""
    return failed_check(trial, position) or (None if position.held == RESUMING else _not_ready(trial, position))


def _not_ready(trial: Trial, position: Position) -> tuple[str, str] | None:
    new, old = trial.new(position), trial.old()
    match position.step:
        case Step.STARTING:
            bad = bool(new.failing) or trial.is_late(position)
        case Step.SHIFTING | Step.AWAITING if trial.has_weight(position):
            bad = old.ready > 0 and (trial.is_gone(position) or trial.crashes_with_a_share(position))
        case Step.SMOKING | Step.ANALYSING | Step.AWAITING:
            bad = bool(new.failing) and new.ready == 0
        case Step.SWITCHING if not trial.has_moved(position):
            bad = (bool(new.failing) and new.ready == 0) or trial.is_late(position)
        case Step.SWITCHING | Step.BAKING:
            bad = old.ready > 0 and (trial.is_gone(position) or (bool(new.failing) and trial.is_overdue(position)))
        case _:
            bad = False
    return trial.unready(position) if bad else None


def _is_switched(trial: Trial, position: Position) -> bool:
    return trial.has_moved(position) and trial.seen.endpoints_settled and position.held != RESUMING


def _replaced(trial: Trial, position: Position) -> Position:
    """A third template is wanted. What serves and is well goes on serving and is what the next one is compared with; what serves
    and is not gives the traffic back first; a share of the traffic is taken back first. Else the machine ends it at once."""
    if trial.has_moved(position):
        if position.step is not Step.BAKING:
            return position
        if trial.new(position).ready > 0 and trial.is_proven(position) and not trial.orders.rollback:
            return end(trial, position, Outcome.SUPERSEDED, drain=True, reason=SUPERSEDED)
        return leave(trial, position, SUPERSEDED)
    if trial.has_weight(position):
        return leave(trial, position, SUPERSEDED)
    return end(trial, position, Outcome.SUPERSEDED, drain=False, reason=SUPERSEDED)


def _forward(trial: Trial, position: Position) -> Position:
    following = checked(trial, position)
    if following is not None:
        return enter(trial, position, following)
    match position.step:
        case Step.STARTING if trial.stands(position, trial.preview_size(position)):
            return enter(trial, position, Step.SMOKING)
        case Step.ANALYSING if analysis.has_passed(trial.policy, position, trial.seen.checks):
            return enter(trial, position, Step.SHIFTING if canary.has_steps(trial, position) else Step.AWAITING)
        case Step.SHIFTING:
            return canary.shifted(trial, position)
        case Step.AWAITING if trial.policy.auto_promote or trial.orders.promote or _is_ordered(position):
            if analysis.only_failed(trial.policy, position):
                return leave(trial, position, *analysis.failure(trial.seen, position))
            if not analysis.is_blind(trial.policy, position):
                return _switching(trial, position)
        case Step.BAKING if _is_baked(trial, position):
            if analysis.only_failed(trial.policy, position):
                return leave(trial, position, *analysis.failure(trial.seen, position))
            # Where its record was lost, nobody knows what it was spared.
            return promoted(trial, replace(position, fast=position.fast or position.number == FOUND_AGAIN))
    return position


def _switching(trial: Trial, position: Position) -> Position:
    """From here on a RollingUpdate is of the colour that serves: that is how a look tells its pods beside from those in place."""
    entered = enter(trial, position, Step.SWITCHING)
    if trial.policy.strategy is Strategy.ROLLING and trial.base is not None:
        return replace(entered, colour=trial.base.colour)
    return entered


def _is_ordered(position: Position) -> bool:
    """A rollback inside the window is a person's word already."""
    return position.fast and position.reason != BYPASS


def _is_baked(trial: Trial, position: Position) -> bool:
    if not trial.stands_after_all(position):
        return False
    unproven = position.number == FOUND_AGAIN and analysis.is_due(trial.policy, position)
    if unproven and position.tally.successful < trial.policy.measurements:
        return False
    return trial.is_over(position) and not analysis.is_blind(trial.policy, position)
