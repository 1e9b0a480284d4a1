"""Numbers told in words, in English and Chinese: the patterns that find them and what they are worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_SMALL: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
_TEENS: Final = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS: Final = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_LARGE: Final = {"hundred": 100, "dozen": 12, "thousand": 1_000, "million": 1_000_000}


def _any(*tables: dict[str, int]) -> str:
    return "|".join(sorted((word for table in tables for word in table), key=len, reverse=True))


_UNDER_100: Final = rf"(?:(?:{_any(_TENS)})[ -](?:{_any(_SMALL)})|{_any(_SMALL, _TEENS, _TENS)})"
_UNDER_1000: Final = rf"(?:(?:{_any(_SMALL)}) hundred(?: and {_UNDER_100})?|{_UNDER_100})"
ENGLISH: Final = (
    rf"(?:{_UNDER_1000} thousand(?: (?:and )?{_UNDER_1000})?|{_UNDER_1000} (?:million|dozen)|{_UNDER_1000}|(?:a|one) (?:hundred|thousand|dozen)"
    r"|hundred|thousand|zero)"
)
"""A number in English words: "twenty-five", "two hundred and five", "three thousand", "a dozen", "zero"."""

HAN: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
HAN_UNITS_OF_TEN: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
HAN_GROUPS: Final = {"万": 10_000, "亿": 100_000_000}
FORMAL: Final = "壹贰叁肆伍陆柒捌玖拾佰仟"
"""Han numerals as they stand on cheques, safe from a stroke more."""


def english_number(text: str) -> int | None:
    """What a number in words is worth: "two hundred and five" → 205; None where the words make no number."""
    total = section = 0
    for word in text.lower().replace("-", " ").split():
        if word in ("and", "a", "zero"):
            continue
        if word in _LARGE:
            if word == "hundred":
                section = (section or 1) * 100
            else:
                total, section = total + (section or 1) * _LARGE[word], 0
        elif (value := _SMALL.get(word) or _TEENS.get(word) or _TENS.get(word)) is not None:
            section += value
        else:
            return None
    return total + section


def chinese_number(text: str) -> int | None:
    """三百二十 → 320, 十万 → 100000, 叁仟 → 3000; None where the characters make no number."""
    total = section = digit = 0
    for c in text:
        if c in HAN:
            digit = digit * 10 + HAN[c] if digit and not section else HAN[c]
        elif c in HAN_UNITS_OF_TEN:
            section += (digit or 1) * HAN_UNITS_OF_TEN[c]
            digit = 0
        elif c in HAN_GROUPS:
            total = (total + section + digit or 1) * HAN_GROUPS[c]
            section = digit = 0
        else:
            return None
    return total + section + digit


def han_decimal(text: str) -> Decimal | None:
    """零点五 → 0.5, 十二 → 12."""
    whole, _, decimals = text.partition("点")
    value = chinese_number(whole)
    digits = "".join(str(HAN[c]) for c in decimals)
    return None if value is None else Decimal(f"{value}.{digits}" if digits else value)
