"""The first Chinese pattern that a requirement follows."""

from __future__ import annotations

from typing import Final

from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh import (
    accepted_values,
    all_needed,
    amounts_by_role,
    any_bars,
    approvals,
    approver_tiers,
    beyond_needs,
    both_ends,
    changed_states,
    class_limits,
    classes_apart,
    closed_hours,
    closed_times,
    codes,
    conditions_counted,
    conditions_listed,
    demands,
    either,
    exceptions,
    grounds,
    in_advance,
    kinds,
    kinds_apart,
    least_and_most,
    limits_by_kind,
    listed_states,
    means,
    mirrored,
    needs_and_bound,
    not_that_of_some,
    numbers_listed,
    once,
    one_choice,
    only_those,
    only_with,
    opened_and_closed,
    opened_to,
    period_apart,
    quoted_states,
    raised,
    reached,
    rights,
    role_grid,
    sides,
    spared_side,
    stages_apart,
    states_apart,
    told_apart,
    two_results,
    unless_of_some,
    verdicts_by_name,
    weekdays,
    who_may,
    within_days,
)
from testgen_runtime.techniques.view import View

MOST_CHARACTERS: Final = 200
"""A longer requirement says more than one pattern: it is left to the general reading."""

_PATTERNS: Final = (
    states_apart,
    changed_states,
    listed_states,
    amounts_by_role,
    grounds,
    exceptions,
    once,
    approvals,
    beyond_needs,
    demands,
    only_those,
    kinds,
    class_limits,
    either,
    who_may,
    rights,
    sides,
    both_ends,
    accepted_values,
    weekdays,
    numbers_listed,
    means,
    all_needed,
    opened_and_closed,
    only_with,
    limits_by_kind,
    two_results,
    in_advance,
    not_that_of_some,
    reached,
    told_apart,
    codes,
    kinds_apart,
    least_and_most,
    within_days,
    role_grid,
    quoted_states,
    raised,
    conditions_listed,
    closed_times,
    mirrored,
    needs_and_bound,
    any_bars,
    verdicts_by_name,
    classes_apart,
    closed_hours,
    one_choice,
    approver_tiers,
    conditions_counted,
    opened_to,
    period_apart,
    spared_side,
    stages_apart,
    unless_of_some,
)


def points(view: View) -> list[TestPoint]:
    """The points of the first pattern that can be read to the end; [] where there is none, or the text is not Chinese."""
    if view.language != "zh" or len(view.requirement.text) > MOST_CHARACTERS:
        return []
    if any(isinstance(atom.value, Limit) and atom.value.multiple for atom in view.atoms):
        return []  # values by a step: the boundaries know it
    for pattern in _PATTERNS:
        if found := list(pattern.points(view)):
            return found
    return []
