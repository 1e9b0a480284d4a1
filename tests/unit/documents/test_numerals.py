"""Numbers told in words are read whole (S4-022): no part of them stands for the number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.atoms.numerals import chinese_number, english_number

_ONES: tuple[str, ...] = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_ONES += ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spelled(number: int) -> str:
    """The words of a number below a million, as style guides have them: "two hundred and five", "twenty-five"."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{_ONES[number // 100]} hundred" + (f" and {spelled(number % 100)}" if number % 100 else "")
    rest = number % 1000
    return f"{spelled(number // 1000)} thousand" + ((" and " if rest < 100 else " ") + spelled(rest) if rest else "")


def formal(number: int) -> str:
    """The numerals of a cheque for a number below 10,000: 叁仟零伍."""
    digits, told, gap = "零壹贰叁肆伍陆柒捌玖", "", False
    for unit, size in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            told, gap = told + ("零" if gap and told else "") + digits[digit] + unit, False
        else:
            gap = True
    return told


@given(st.integers(0, 999_999))
def test_english_words_are_worth_the_number_that_they_spell(number: int) -> None:
    assert english_number(spelled(number)) == number


@given(st.integers(1, 999_999))
def test_a_limit_in_english_words_is_one_quantity(number: int) -> None:
    (found,) = quantities(f"The value must not exceed {spelled(number)} litres.")
    assert (found.value, found.unit) == (Decimal(number), "litres")


@given(st.integers(1, 9_999))
def test_formal_chinese_numerals_are_worth_their_number(number: int) -> None:
    assert chinese_number(formal(number)) == number


@given(st.integers(1_000, 999_999_999), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ","]))
def test_groups_of_three_digits_are_one_number_whatever_parts_them(number: int, mark: str) -> None:
    (found,) = quantities("at most " + f"{number:,}".replace(",", mark) + " EUR")
    assert found.value == number


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("one and a half hours", "90", "minutes"),
        ("2 and a half days", "60", "hours"),
        ("half an hour", "30", "minutes"),
        ("一分半钟", "90", "秒"),
        ("一秒半内", "1500", "毫秒"),
        ("两天半", "60", "小时"),
        ("两年半", "30", "个月"),
        ("3万5千元", "35000", "元"),
        ("叁仟元", "3000", "元"),
        ("two dozen eggs", "24", "eggs"),
    ],
)
def test_halves_dozens_and_mixed_forms_are_read_whole(text: str, value: str, unit: str) -> None:
    (found,) = quantities(text)
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(("text", "values"), [("in 2024 500 users signed up", [2024, 500]), ("one of 3 users", [1, 3])])
def test_numbers_beside_each_other_are_not_joined(text: str, values: list[int]) -> None:
    assert [q.value for q in quantities(text)] == values
