"""Canary: between the checks of the preview and the switch, steps with a share of the traffic and a pause each."""

from __future__ import annotations

from testgen_operator.rollout import analysis
from testgen_operator.rollout.model import CanaryStep, Position, Step, Strategy
from testgen_operator.rollout.trial import Trial, enter, leave


def has_steps(trial: Trial, position: Position) -> bool:
    """A release that returns to what was promoted, or replaces what has no ready pod, takes none."""
    return trial.policy.strategy is Strategy.CANARY and bool(trial.policy.steps) and not position.fast


def step_of(trial: Trial, position: Position) -> CanaryStep | None:
    steps = trial.policy.steps
    return steps[position.number] if 0 <= position.number < len(steps) else None


def has_capacity(trial: Trial, position: Position) -> bool:
    return trial.stands(position, trial.full_size(position))


def weight(trial: Trial, position: Position) -> int | None:
    """Percent for the release. A share grows only when its pods are as many as those of the active colour."""
    steps = trial.policy.steps
    if position.fast or not trial.has_weight(position) or trial.has_moved(position):
        return None
    if position.step is not Step.SHIFTING:
        return steps[-1].weight
    number = min(max(position.number, 0), len(steps) - 1)
    if has_capacity(trial, position):
        return steps[number].weight
    return steps[number - 1].weight if number else 0


def shifted(trial: Trial, position: Position) -> Position:
    """The step after this one, or itself: pauses end by time, by `skip` or by `promote`; a failed measurement is seen before."""
    step = step_of(trial, position)
    if step is None:
        return enter(trial, position, Step.AWAITING)
    if not has_capacity(trial, position) or analysis.is_inconclusive(trial.policy, position):
        return position
    over = step.pause_seconds is not None and trial.elapsed(position) >= step.pause_seconds
    if (over or trial.orders.promote) and analysis.only_failed(trial.policy, position):
        return leave(trial, position, *analysis.failure(trial.seen, position))
    if over or trial.orders.promote or trial.orders.skip == position.number:
        return enter(trial, position, Step.SHIFTING, position.number + 1)
    return position
