"""The first English pattern that a requirement follows."""

from __future__ import annotations

from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_en import (
    ages,
    amounts_by_role,
    approvals,
    attribute_values,
    beyond_needs,
    by_roles,
    changes,
    class_limits,
    clock,
    comparisons,
    demands,
    either_has,
    either_of,
    elapsed,
    exempt_from_times,
    expressions,
    grids,
    kinds_apart,
    kinds_excepted,
    kinds_permitted,
    kinds_taken,
    listed_states,
    lockouts,
    marked_excepted,
    marks_told,
    means,
    named_apart,
    named_limits,
    needs_listed,
    numbers_listed,
    on_and_off,
    once,
    only_roles,
    only_those,
    own_limits,
    parameters,
    rights_by_place,
    rights_told,
    role_and_state,
    roles_listed,
    scoped_acts,
    situated,
    spared_kind,
    state_and_need,
    states_apart,
    states_but,
    states_told,
    tiers,
    to_whom,
    unlimited_kinds,
    waivers,
    weekdays,
    who_may,
    who_tries,
)
from testgen_runtime.techniques.view import View

MOST_SENTENCES: Final = 5
MOST_CHARACTERS: Final = 1500
"""A longer requirement says more than one pattern: it is left to the general reading."""

_PATTERNS: Final = (
    parameters,
    changes,
    rights_by_place,
    role_and_state,
    grids,
    listed_states,
    by_roles,
    who_may,
    who_tries,
    states_apart,
    amounts_by_role,
    class_limits,
    own_limits,
    unlimited_kinds,
    kinds_apart,
    kinds_taken,
    kinds_permitted,
    attribute_values,
    kinds_excepted,
    marked_excepted,
    elapsed,
    exempt_from_times,
    needs_listed,
    beyond_needs,
    scoped_acts,
    once,
    demands,
    weekdays,
    numbers_listed,
    means,
    either_has,
    either_of,
    only_roles,
    only_those,
    to_whom,
    approvals,
    ages,
    lockouts,
    situated,
    state_and_need,
    states_but,
    tiers,
    named_limits,
    waivers,
    expressions,
    comparisons,
    clock,
    named_apart,
    rights_told,
    states_told,
    on_and_off,
    marks_told,
    roles_listed,
    spared_kind,
)


def points(view: View) -> list[TestPoint]:
    """The points of the first pattern that can be read to the end; [] where there is none, or the text is not English."""
    if view.language != "en" or len(view.spans) > MOST_SENTENCES or len(view.requirement.text) > MOST_CHARACTERS:
        return []
    for pattern in _PATTERNS:
        if found := list(pattern.points(view)):
            return found
    return []
