"""The first English pattern that a requirement follows."""

from __future__ import annotations

from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_en import (
    amounts_by_role,
    beyond_needs,
    by_roles,
    changes,
    class_limits,
    clock,
    comparisons,
    demands,
    expressions,
    grids,
    listed_states,
    named_limits,
    once,
    parameters,
    tiers,
    waivers,
)
from testgen_runtime.techniques.view import View

MOST_SENTENCES: Final = 5
MOST_CHARACTERS: Final = 1500
"""A longer requirement says more than one pattern: it is left to the general reading."""

_PATTERNS: Final = (
    parameters,
    changes,
    grids,
    listed_states,
    by_roles,
    amounts_by_role,
    class_limits,
    beyond_needs,
    once,
    demands,
    tiers,
    named_limits,
    waivers,
    expressions,
    comparisons,
    clock,
)


def points(view: View) -> list[TestPoint]:
    """The points of the first pattern that can be read to the end; [] where there is none, or the text is not English."""
    if view.language != "en" or len(view.spans) > MOST_SENTENCES or len(view.requirement.text) > MOST_CHARACTERS:
        return []
    for pattern in _PATTERNS:
        if found := list(pattern.points(view)):
            return found
    return []
