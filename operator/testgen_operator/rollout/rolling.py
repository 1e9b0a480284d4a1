"""RollingUpdate, and the first release of a project: one colour, changed in place.

Where the spec asks for a smoke check or an analysis, a release comes here only after both: until then it stands beside what
serves (`blue_green`). What has no ready pod, or is found again after its record was lost, is checked in place.

The Deployments keep old pods until new ones are ready (maxUnavailable 0), so a version that never gets ready stays to be looked
at; `abort` or `rollback` puts the old template back. A check that the spec asks for and that fails does the same.
"""

from __future__ import annotations

from dataclasses import replace

from testgen_operator.rollout import analysis
from testgen_operator.rollout.history import colour_seen
from testgen_operator.rollout.model import Outcome, Position, Step, other
from testgen_operator.rollout.trial import (
    BEFORE_PODS,
    NOT_READY,
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


def step(trial: Trial, position: Position) -> Position:
    """The position after at most one step."""
    if position.step is Step.RETURNING:
        return _returning(trial, position)
    if position.step in BEFORE_PODS and trial.is_bypass_over(position):
        colour = other(position.colour) if trial.policy.is_tried_beside else position.colour
        return replace(position, fast=False, reason="", colour=colour)
    bad = _trouble(trial, position)
    if bad is not None:
        return leave(trial, position, *bad)
    if trial.replaced and not trial.hold:
        return _replaced(trial, position)
    if trial.hold or position.held:
        return position
    return _forward(trial, position)


def _replaced(trial: Trial, position: Position) -> Position:
    """A third template is wanted. What is proven under the traffic is what the next one returns to; else what served before it
    is put back first, so that nobody is ever returned to what failed."""
    returns = position.served and trial.base is not None and not trial.seen.no_way_back
    if returns and not trial.is_proven(position):
        return leave(trial, position, SUPERSEDED)
    return end(trial, position, Outcome.SUPERSEDED, drain=False, reason=SUPERSEDED)


def complaint(trial: Trial, position: Position) -> str:
    """Why it does not get on, where nothing is put back for it: shown as what holds it."""
    failed = failed_check(trial, position)
    if failed is not None:
        return failed[0]
    failing = bool(trial.new(position).failing)
    if position.step in (Step.STARTING, Step.SWITCHING) and (failing or trial.is_late_in_place(position)):
        return NOT_READY
    if trial.crashes_late(position):
        return NOT_READY
    if trial.is_over(position) and _is_bad(trial, position):
        return analysis.failure(trial.seen, position)[0]
    return ""


def _returning(trial: Trial, position: Position) -> Position:
    base = trial.base
    if base is None:  # its record was deleted, and none of its pods is left
        return enter(trial, position, Step.STARTING)
    seen = colour_seen(trial.seen, position.colour)
    if seen.template == base.template and seen.complete:
        return returned(trial, position)
    return position


def _trouble(trial: Trial, position: Position) -> tuple[str, str] | None:
    if trial.base is None or trial.seen.no_way_back:
        return None
    if trial.orders.abort:
        return "Aborted", ""
    if trial.away:
        return trial.away, ""
    new = trial.new(position)
    crashes = bool(new.failing) and trial.is_late(position)  # one pod of many may crash for its node's sake
    replaces = position.step is Step.SWITCHING or (position.step is Step.STARTING and trial.policy.is_tried_beside)
    if replaces and position.held != RESUMING and (crashes or trial.is_late_in_place(position)):
        return trial.unready(position)
    # What is asked for without a pod is not dead, nor is what is called not ready for a moment.
    dead = not trial.seen.at_rest and trial.is_gone(position) and (bool(new.failing) or trial.is_late(position))
    dead = dead or trial.crashes_late(position)
    if position.step in (Step.SMOKING, Step.ANALYSING, Step.BAKING) and position.held != RESUMING and dead:
        return trial.unready(position)
    return failed_check(trial, position)


def _forward(trial: Trial, position: Position) -> Position:
    following = checked(trial, position)
    if following is not None:
        return enter(trial, position, following)
    match position.step:
        case Step.STARTING if trial.stands(position, None):
            return replace(enter(trial, position, Step.SMOKING), served=True)
        case Step.SWITCHING if trial.base is not None and trial.stands(position, None):
            return replace(enter(trial, position, Step.BAKING), served=True)
        case Step.ANALYSING if trial.is_first or analysis.has_passed(trial.policy, position, trial.seen.checks):
            return enter(trial, position, Step.BAKING)
        case Step.SHIFTING | Step.AWAITING:
            return enter(trial, position, Step.STARTING)
        case Step.SWITCHING if trial.base is None:
            return enter(trial, position, Step.STARTING)
        case Step.BAKING if _is_baked(trial, position):
            if not _is_bad(trial, position):
                return promoted(trial, position)
            if trial.base is not None and not trial.seen.no_way_back:
                return leave(trial, position, *analysis.failure(trial.seen, position))
    return position


def _is_bad(trial: Trial, position: Position) -> bool:
    return analysis.only_failed(trial.policy, position) or analysis.has_failed(trial.policy, position)


def _is_baked(trial: Trial, position: Position) -> bool:
    if not trial.stands_after_all(position):
        return False
    return trial.is_first or (trial.is_over(position) and not analysis.is_blind(trial.policy, position))
