"""Boundary value analysis (ISO/IEC/IEEE 29119-4:2021, 5.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.model import Bound, Limit
from testgen_runtime.techniques.numbers import NON_NEGATIVE, in_parts, test_step

Width = Literal[2, 3]
"""Two-value analysis takes a bound and its neighbour on the other side, three-value analysis both neighbours."""


@dataclass(frozen=True, slots=True)
class BoundaryValue:
    """A value at or beside one end: `place` -1 below the bound, 0 on it, 1 above; `inside` the range as a whole."""

    value: Decimal
    end: Literal["lower", "upper"]
    place: int
    inside: bool
    near: bool


def inside(limit: Limit, value: Decimal) -> bool:
    """Whether `value` lies in the range."""
    lower, upper = limit.lower, limit.upper
    if limit.multiple and value % limit.multiple != 0:
        return False
    if lower is not None and not (value > lower.value or (lower.inclusive and value == lower.value)):
        return False
    return not (upper is not None and not (value < upper.value or (upper.inclusive and value == upper.value)))


def possible(limit: Limit, value: Decimal) -> bool:
    """Whether anyone could enter `value`: no negative counts, lengths, sizes or durations, no part of a character."""
    if limit.unit == clock.UNIT and not 0 <= value < 24 * 60:
        return False
    if limit.dimension in NON_NEGATIVE and value < 0:
        return False
    return not (limit.dimension in ("count", "length") and value != value.to_integral_value() and not in_parts(limit))


def boundary_values(limit: Limit, width: Width = 3) -> Iterator[BoundaryValue]:
    """Values at and beside each end of an ordered range (ISO/IEC/IEEE 29119-4:2021, 5.2.3), without duplicates.

    Two-value: the last value inside and the first one outside. Three-value: the bound and its neighbours on both sides. The
    step is the smallest that makes sense for the unit (numbers.test_step): 1 for "8 characters", 0.01 for "49.90 EUR". An
    open end yields no value. `near` marks the values that two-value analysis has too.
    """
    step = test_step(limit)
    seen: set[Decimal] = set()
    ends: tuple[tuple[Literal["lower", "upper"], Bound | None, int], ...] = (
        ("lower", limit.lower, -1),
        ("upper", limit.upper, 1),
    )
    for end, bound, outward in ends:
        if bound is None:
            continue
        pair = (0, outward) if bound.inclusive else (0, -outward)
        for place in sorted((-1, 0, 1), key=lambda p, pair=pair: (p not in pair, p)):  # type: ignore[misc]
            near = place in pair
            value = bound.value + place * step
            if value in seen or not possible(limit, value) or (width == 2 and not near):
                continue
            seen.add(value)
            yield BoundaryValue(value, end, place, inside(limit, value), near)
