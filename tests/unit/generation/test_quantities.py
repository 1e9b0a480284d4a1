"""Which numbers a text states."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.generation.quantities import stated


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("at most 10,000 events", {"10000"}),
        ("between 0.01 and 49.90 EUR", {"0.01", "49.9"}),
        ("three times in twenty-five minutes", {"3", "25"}),
        ("one of the users, no one else", set()),
        ("LOCK-101 and /api/v1/items and REQ-12.3", set()),
        ("1. Enter the code\n2) Submit 8 digits", {"8"}),
        ("三次以上，五十元，十五分钟", {"3", "50", "15"}),
        ("三百零二个，两万元", {"302", "20000"}),
        ("一个用户登录一次", set()),
        ("5 万元", {"5", "50000"}),
        ("-5 °C", {"5"}),
    ],
)
def test_numbers_of_a_text(text: str, numbers: set[str]) -> None:
    assert stated(text) == {Decimal(n) for n in numbers}


@given(st.integers(min_value=0, max_value=10**9))
def test_a_written_number_is_found(number: int) -> None:
    assert Decimal(number) in stated(f"The limit is {number} items")
    assert Decimal(number) in stated(f"上限为{number}个")


@pytest.mark.parametrize(
    ("text", "value"), [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("三千", 3000), ("一亿", 10**8)]
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese_number(text) == value
