"""Measurements of a step, counted once each by their id. No traffic is neither success nor failure (Y-23)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from testgen_operator.rollout.model import Policy, Position, Result, Seen, Step, Strategy, Tally, Verdict

MEASURED_STEPS: Final = frozenset({Step.ANALYSING, Step.SHIFTING, Step.BAKING})
"""And what waits for its approval with a canary's last share."""
UNREACHABLE: Final = frozenset({"PrometheusUnreachable", "MetricsUnreachable"})
"""Nothing could be measured, whatever is the case. Where nobody called there was nothing to be measured."""
OWN_REASONS: Final = frozenset({"GoldenSetWorse", "GoldenSetInvalid"}) | UNREACHABLE
"""A measurement's message that begins with one of these and a colon names the reason itself."""
FAILED: Final = "AnalysisFailed"
INCONCLUSIVE: Final = "AnalysisInconclusive"


def is_due(policy: Policy, position: Position) -> bool:
    shared = position.step is Step.AWAITING and policy.strategy is Strategy.CANARY and bool(policy.steps)
    return policy.analysis and not position.fast and (position.step in MEASURED_STEPS or shared)


def counted(policy: Policy, position: Position, seen: Seen) -> Position:
    """With the measurement that is seen in its tally, unless it is there already or belongs to no step."""
    tally = position.tally
    if seen.measured is None or not seen.measured_id or seen.measured_id == tally.last or not is_due(policy, position):
        return position
    match seen.measured:
        case Verdict.SUCCESSFUL:
            tally = replace(tally, successful=tally.successful + 1)
        case Verdict.FAILED:
            tally = replace(tally, failed=tally.failed + 1)
        case Verdict.INCONCLUSIVE:
            tally = replace(tally, inconclusive=tally.inconclusive + 1)
    return replace(position, tally=replace(tally, last=seen.measured_id), message=seen.measured_message)


def has_failed(policy: Policy, position: Position) -> bool:
    return is_due(policy, position) and position.tally.failed > policy.failure_limit


def only_failed(policy: Policy, position: Position) -> bool:
    """Whether a step that is over by time had nothing but bad measurements, however few they were."""
    return is_due(policy, position) and position.tally.failed > 0 and position.tally.successful == 0


def is_inconclusive(policy: Policy, position: Position) -> bool:
    """A person has to look. Never in a bake, nor where one is waited for anyway: a night without traffic is no fault."""
    unhurried = position.step in (Step.BAKING, Step.AWAITING)
    return is_due(policy, position) and not unhurried and position.tally.inconclusive > policy.inconclusive_limit


def has_passed(policy: Policy, position: Position, checks: Result) -> bool:
    """What lies before the first request needs its checks and successful measurements; later steps only must not fail."""
    return not is_due(policy, position) or (
        checks is Result.SUCCEEDED
        and position.tally.successful >= policy.measurements
        and not has_failed(policy, position)
        and not is_inconclusive(policy, position)
    )


def is_undecided(policy: Policy, position: Position, checks: Result) -> bool:
    """What is checked once has ended without a result: nobody but a person gets any further."""
    return position.step is Step.ANALYSING and is_due(policy, position) and checks is Result.INCONCLUSIVE


def is_blind(policy: Policy, position: Position) -> bool:
    """The last measurement of the step could not be made. A night without traffic passes; not to know whether there was any does
    not."""
    return is_due(policy, position) and hold(position) in UNREACHABLE


def hold(position: Position) -> str:
    """Why an analysis without a result waits for a person."""
    named = position.message.partition(":")[0]
    return named if named in OWN_REASONS else INCONCLUSIVE


def failure(seen: Seen, position: Position) -> tuple[str, str]:
    """Reason and message of an analysis that failed."""
    message = seen.measured_message or position.message
    named = message.partition(":")[0]
    return (named if named in OWN_REASONS else FAILED), message


def anew(tally: Tally, last: str) -> Tally:
    """For the step that follows: what was measured before it began counts no more."""
    return Tally(last=last or tally.last)
