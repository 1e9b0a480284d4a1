"""Canary: between the checks of the preview and the switch, steps with a share of the traffic and a pause each."""

from __future__ import annotations

from dataclasses import replace

from testgen_operator.rollout import analysis
from testgen_operator.rollout.model import CanaryStep, Position, Step, Strategy
from testgen_operator.rollout.trial import GROWING, RESUMING, SUSPENDED, Trial, enter, leave


def has_steps(trial: Trial, position: Position) -> bool:
    """A release that returns to what was promoted, or replaces what has no ready pod, takes none."""
    return trial.policy.strategy is Strategy.CANARY and bool(trial.policy.steps) and not position.fast


def step_of(trial: Trial, position: Position) -> CanaryStep | None:
    steps = trial.policy.steps
    return steps[position.number] if 0 <= position.number < len(steps) else None


def has_capacity(trial: Trial, position: Position) -> bool:
    return trial.stands(position, trial.full_size(position))


def has_share(trial: Trial, position: Position) -> bool:
    """Whether its pods bear its share. They do while an autoscaler asks for others: as many as bore it until now are there."""
    new = trial.new(position)
    borne = 0 < min(position.pods, new.replicas) <= new.ready and new.answers and not new.failing
    return borne or has_capacity(trial, position)


def with_pods(trial: Trial, position: Position) -> Position:
    """With the pods that bear its share; none of what is suspended, since others come back."""
    pods = 0
    if trial.has_weight(position) and position.held not in (SUSPENDED, RESUMING) and has_share(trial, position):
        pods = trial.new(position).replicas if has_capacity(trial, position) else position.pods
    return position if pods == position.pods else replace(position, pods=pods)


def weight(trial: Trial, position: Position) -> int | None:
    """Percent for the release. A share grows only when its pods are as many as those of the active colour, and none is led to
    pods that are not there: after a suspension those of the active colour may be back before them."""
    steps = trial.policy.steps
    if position.fast or not trial.has_weight(position) or trial.has_moved(position):
        return None
    if position.held == RESUMING or trial.new(position).ready == 0:
        return 0
    number = min(max(position.number, 0), len(steps) - 1) if position.step is Step.SHIFTING else len(steps) - 1
    if has_share(trial, position):
        return steps[number].weight
    return steps[number - 1].weight if number else 0


def shifted(trial: Trial, position: Position) -> Position:
    """The step after this one, or itself: pauses end by time, by `skip` or by `promote`; a failed measurement is seen before."""
    last = len(trial.policy.steps) - 1
    if last < 0:
        return enter(trial, position, Step.AWAITING)
    if step_of(trial, position) is None:  # the spec has fewer steps by now
        return enter(trial, position, Step.SHIFTING, last)
    if not has_share(trial, position):
        return replace(position, held=GROWING)
    if analysis.is_inconclusive(trial.policy, position):
        return position
    over = trial.is_over(position) or trial.orders.promote
    if over and analysis.only_failed(trial.policy, position):
        return leave(trial, position, *analysis.failure(trial.seen, position))
    if analysis.is_blind(trial.policy, position):
        return position
    if over or trial.orders.skip == position.number:
        if position.number == last:
            return enter(trial, position, Step.AWAITING)
        return enter(trial, position, Step.SHIFTING, position.number + 1)
    return position
