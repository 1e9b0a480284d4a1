"""Combinations that nobody can set up: one thing in two states, one person in two roles, one parameter with two values."""

from __future__ import annotations

from itertools import combinations as two_of

from testgen_runtime.documents.model import AtomKind
from testgen_runtime.techniques.factors import Assignment, Factor, Level, Rule

_SINGLE = frozenset({AtomKind.LIMIT, AtomKind.ENUMERATION, AtomKind.STATE, AtomKind.ACTOR})
"""Kinds whose factors hold one value at a time; the same subject of two conditions may well have both properties."""


def possible(rule: Rule, assignment: Assignment) -> bool:
    """Whether the levels of `assignment` and those that the rule holds can all be so at once."""
    factors = rule.factors
    placed: list[tuple[Factor | None, Level]] = [(factors[place], level) for place, level in sorted(assignment.items())]
    placed += [(None, level) for level in rule.held]
    return not any(exclude(a, b) for a, b in two_of(placed, 2))


def exclude(a: tuple[Factor | None, Level], b: tuple[Factor | None, Level]) -> bool:
    """Whether two levels give one parameter two values."""
    if any(factor is not None and factor.kind not in _SINGLE for factor, _ in (a, b)):
        return False
    first, second = a[1].inputs, b[1].inputs
    return any((value.value, value.unit) != (second[n].value, second[n].unit) for n, value in first.items() if n in second)
