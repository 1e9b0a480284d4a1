"""Quantities are read and compared exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from testgen_operator.resources import quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1", "1"),
        ("500m", "0.5"),
        ("1.5", "1.5"),
        ("1k", "1000"),
        ("1Ki", "1024"),
        ("1.5Gi", str(1536 * 1024**2)),
        ("2T", "2000000000000"),
    ],
)
def test_a_quantity_is_its_amount_in_base_units(text: str, amount: str) -> None:
    assert quantity.parse(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "-1", "1gi", "1e3x", "١"])
def test_anything_else_is_refused(text: str) -> None:
    assert not quantity.is_quantity(text)
    with pytest.raises(ValueError, match="no quantity"):
        quantity.parse(text)


def test_a_truth_value_is_no_quantity() -> None:
    assert not quantity.is_quantity(True)


@pytest.mark.parametrize(("one", "other", "expected"), [("1Gi", "1024Mi", "1Gi"), ("1G", "1Gi", "1Gi"), ("2", "1500m", "2")])
def test_the_larger_of_two(one: str, other: str, expected: str) -> None:
    assert quantity.larger(one, other) == expected
