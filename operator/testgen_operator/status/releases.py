"""What the status says of a rollout: the condition RolloutSucceeded and `status.rollout`."""

from __future__ import annotations

from typing import Any, Final, Literal

from testgen_operator.names import Component
from testgen_operator.plan import traffic
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.traffic import Rollout
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import as_time
from testgen_operator.rollout import analysis
from testgen_operator.rollout.history import REJECTED
from testgen_operator.rollout.model import Outcome, Step, Strategy
from testgen_operator.status.reasons import Reason

Judged = tuple[Literal["True", "False", "Unknown"], Reason, str]

_UNDER_WAY: Final[dict[Step, Reason]] = {
    Step.BACKING_UP: Reason.BACKING_UP,
    Step.MIGRATING: Reason.MIGRATING,
    Step.STARTING: Reason.ROLLING_OUT,
    Step.SMOKING: Reason.CHECKING_RELEASE,
    Step.ANALYSING: Reason.CHECKING_RELEASE,
    Step.SHIFTING: Reason.SHIFTING_TRAFFIC,
    Step.AWAITING: Reason.AWAITING_PROMOTION,
    Step.SWITCHING: Reason.ROLLING_OUT,
    Step.BAKING: Reason.BAKING,
    Step.RETURNING: Reason.RETURNING,
}
_KNOWN: Final = {str(one): one for one in Reason}
_TOLD_BY_THE_MEASUREMENT: Final = {Reason.ANALYSIS_INCONCLUSIVE, *(Reason(one) for one in analysis.UNREACHABLE)}


def judged(rollout: Rollout | None) -> Judged | None:
    """Status, reason and a release's own words; None where the pods alone tell: in place, while nothing was given up."""
    if rollout is None or rollout.position is None:
        return None
    position, held = rollout.position, _KNOWN.get(rollout.decision.held)
    if position.outcome in REJECTED and rollout.decision.held:
        return "False", held or Reason.ABORTED, position.message if rollout.decision.held == position.reason else ""
    if position.outcome is not None and _waits(rollout):
        return "Unknown", held or Reason.ROLLING_OUT, ""
    if position.outcome is None and position.step is Step.RETURNING:
        return "False", _KNOWN.get(position.reason, Reason.RETURNING), position.message
    if rollout.in_place and (position.outcome is not None or position.step in _BY_PODS):
        return None
    if position.outcome is None:
        words = position.message if held in _TOLD_BY_THE_MEASUREMENT else ""
        return "Unknown", held or _UNDER_WAY.get(position.step, Reason.ROLLING_OUT), words
    if position.outcome is Outcome.SUPERSEDED or position.outcome in REJECTED:
        return None  # what serves is asked for: how another release ended is told by its record
    return "True", _KNOWN.get(position.reason, Reason.PROMOTED), ""


def _waits(rollout: Rollout) -> bool:
    """Another release than the one that serves is wanted, and has not begun: the last one drains, or something is missing."""
    serving = rollout.decision.slots.get(rollout.decision.serve)
    return bool(rollout.decision.wanted) and serving is not None and serving.template != rollout.decision.wanted


_BY_PODS: Final = frozenset({Step.BACKING_UP, Step.MIGRATING, Step.STARTING, Step.SWITCHING})


TRIED: Final[frozenset[Component]] = frozenset({"migrate", "smoke", "check", "backup"})
"""Components that work for the release under way alone."""


def is_beside(rollout: Rollout | None) -> bool:
    """Whether what serves is another release than the one that is under way, or that was given up."""
    if rollout is None or rollout.position is None:
        return False
    position = rollout.position
    serves = position.outcome is None and position.served and position.step is Step.BAKING
    if rollout.in_place and not serves and position.outcome not in REJECTED:
        return False
    another = rollout.decision.serve_release not in ("", rollout.release)
    return another or position.outcome in REJECTED or position.served


def is_moving(rollout: Rollout | None) -> bool:
    """Whether the rollout goes on by itself, beside what serves."""
    if rollout is None or rollout.position is None or rollout.in_place:
        return False
    return rollout.position.outcome is None and not rollout.decision.held


def shown(project: TestGenProject, facts: Facts, rollout: Rollout | None) -> dict[str, Any] | None:
    """`status.rollout`. Times and numbers of it change with a step, not with every look."""
    if rollout is None or rollout.position is None or not rollout.release:
        return None
    position, decision = rollout.position, rollout.decision
    found: dict[str, Any] = {
        "release": rollout.release,
        "strategy": str(rollout.strategy),
        "step": str(position.step),
        "since": as_time(position.since.replace(microsecond=0)),
    }
    if rollout.strategy is Strategy.CANARY and position.outcome is None:
        found |= {"number": position.number, "traffic": traffic.splits(project, facts)}
        if decision.weight is not None:
            found["weight"] = decision.weight
    if position.outcome is not None:
        found["outcome"] = str(position.outcome)
    if decision.held:
        found["held"] = decision.held
    if decision.ignored:
        found["ignored"] = [{"command": name, "message": words} for name, words in sorted(decision.ignored.items())]
    return found
