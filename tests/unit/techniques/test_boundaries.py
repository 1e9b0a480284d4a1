"""Boundary value analysis (ISO/IEC/IEEE 29119-4:2021, 5.2.3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.techniques.build import Dimension, limit

from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.boundaries import boundary_values, inside
from testgen_runtime.techniques.model import Input
from testgen_runtime.techniques.numbers import NON_NEGATIVE, shown
from testgen_runtime.techniques.numbers import test_step as step_of
from testgen_runtime.techniques.partitions import limit_levels, representative


def values(found: Limit, width: int = 3) -> dict[str, bool]:
    """Value → inside, for the table below."""
    return {str(v.value): v.inside for v in boundary_values(found, 2 if width == 2 else 3)}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        # S4-022: an inclusive range has its last value inside and the first one outside at both ends
        (
            limit("password", "8", "64", "characters", "length"),
            {"7": False, "8": True, "9": True, "64": True, "65": False, "63": True},
        ),
        # exclusive ends: the bound itself is outside
        (limit("age", "18", None, "years", "duration", lower_in=False), {"18": False, "19": True, "17": False}),
        (limit("load", None, "100", "%", "percent", upper_in=False), {"99": True, "100": False, "101": False}),
        # money goes by its smallest coin, sizes by a tenth
        (limit("order total", "200", None, "EUR", "money"), {"199.99": False, "200": True, "200.01": True}),
        (limit("file", None, "25", "MB", "size"), {"25": True, "25.1": False, "24.9": True}),
        (limit("单笔金额", "0.01", "50000", "元", "money", step="0.01"),
         {"0.00": False, "0.01": True, "0.02": True, "50000": True, "50000.01": False, "49999.99": True}),
        # nothing below zero where a negative amount cannot exist
        (limit("comment", "0", "200", "characters", "length"), {"0": True, "1": True, "200": True, "201": False, "199": True}),
        (limit("temperature", "0", None, "°C", "other"), {"-1": False, "0": True, "1": True}),
        # exactly six
        (limit("code", "6", "6", "digits", "length"), {"5": False, "6": True, "7": False}),
    ],
)  # fmt: skip
def test_values_at_and_beside_each_end(found: Limit, expected: dict[str, bool]) -> None:
    assert {Decimal(k): v for k, v in values(found).items()} == {Decimal(k): v for k, v in expected.items()}


def test_two_value_analysis_keeps_the_last_value_inside_and_the_first_outside() -> None:
    assert values(limit("password", "8", "64", "characters", "length"), 2) == {"7": False, "8": True, "64": True, "65": False}
    assert values(limit("age", "18", None, "", "other", lower_in=False), 2) == {"18": False, "19": True}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (limit("password", "8", "64", "characters", "length"), "40"),
        (limit("file", None, "25", "MB", "size"), "10"),
        (limit("order total", "200", None, "EUR", "money"), "400"),
        (limit("单笔金额", "0.01", "50000", "元", "money", step="0.01"), "30000"),
        (limit("code", "6", "6", "digits", "length"), "6"),
    ],
)
def test_the_representative_is_a_round_value_inside(found: Limit, expected: str) -> None:
    value = representative(found)
    assert value is not None
    assert value == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("7", "characters", "7 characters"), ("1", "characters", "1 character"), ("199.99", "EUR", "199.99 EUR"),
        ("25.1", "MB", "25.1 MB"), ("99", "%", "99%"), ("5", "$", "$5"), ("21", "个字符", "21 个字符"),
        ("50000.01", "元", "50000.01 元"), ("1", "entries", "1 entry"), ("1", "licence plates", "1 licence plate"),
        ("1", "days of notice", "1 day of notice"), ("2", "business days", "2 business days"), ("1", "addresses", "1 address"),
    ],
)  # fmt: skip
def test_values_are_written_with_their_unit(value: str, unit: str, written: str) -> None:
    assert shown(Input(value, unit), "zh" if unit and unit[0] > "\u3400" else "en") == written


DIMENSIONS: list[Dimension] = ["count", "length", "duration", "size", "money", "percent", "other"]
numbers = st.decimals(min_value=-1000, max_value=10**6, places=2, allow_nan=False)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    ends = sorted(draw(st.lists(numbers, min_size=2, max_size=2)))
    dimension = draw(st.sampled_from(DIMENSIONS))
    if dimension in NON_NEGATIVE:
        ends = [abs(end).to_integral_value() for end in ends]
        ends.sort()
    which = draw(st.sampled_from(["lower", "upper", "both"]))
    return limit(
        "thing",
        str(ends[0]) if which != "upper" else None,
        str(ends[1]) if which != "lower" else None,
        "units",
        dimension,
        step=draw(st.sampled_from(["1", "0.1", "0.01", "10"])),
        accepts=draw(st.booleans()),
        lower_in=draw(st.booleans()),
        upper_in=draw(st.booleans()),
    )


@given(limits())
def test_boundary_points_are_on_the_right_side(found: Limit) -> None:
    lower, upper = found.lower, found.upper
    for v in boundary_values(found):
        above = lower is None or v.value > lower.value or (lower.inclusive and v.value == lower.value)
        below = upper is None or v.value < upper.value or (upper.inclusive and v.value == upper.value)
        assert v.inside == (above and below)


@given(limits())
def test_no_boundary_value_is_nonsense(found: Limit) -> None:
    for v in boundary_values(found):
        if found.dimension in NON_NEGATIVE:
            assert v.value >= 0
        if found.dimension in ("count", "length"):
            assert v.value == v.value.to_integral_value()


@given(limits())
def test_every_end_has_a_value_on_each_side_where_one_can_exist(found: Limit) -> None:
    near = list(boundary_values(found, 2))
    for bound in (found.lower, found.upper):
        if bound is not None and bound.value > step_of(found) and found.lower != found.upper:
            assert any(abs(v.value - bound.value) <= step_of(found) for v in near)


@given(limits())
def test_levels_are_good_exactly_where_the_limit_accepts(found: Limit) -> None:
    for level in limit_levels(found, "thing", "en"):
        (value,) = level.inputs.values()
        assert level.good == (inside(found, Decimal(value.value)) == found.accepts)
