"""The numbers that a text states: digits, number words, Chinese numerals; without those in ids and list marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from testgen_runtime.documents.atoms.numbers import quantities

_IDENTIFIER = re.compile(r"(?<![\w.])(?:[A-Za-z][A-Za-z]*[-_/.]?)+\d[\w.\-/]*|/[\w./{}-]*\d[\w./{}-]*")
_LIST_MARK = re.compile(r"(?m)^\s*(?:\(?\d{1,2}[.)、）]\s+|(?:step|步骤)\s*\d{1,2}\s*[:：.]?)", re.I)
_DIGITS = re.compile(r"(?<![\w.])[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "thousand": 1000, "million": 1_000_000, "twice": 2, "dozen": 12,
}  # fmt: skip
_SOFT = frozenset({"one", "zero"})
"""Words that mostly count nothing ("one of", "no one", "zero-based")."""
_WORD = re.compile(r"\b(" + "|".join(_WORDS) + r")(?:[- ](one|two|three|four|five|six|seven|eight|nine))?\b", re.I)
_HANZI_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HANZI_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MEASURE = (
    "个次天日年月周小时分钟秒元块位名条件种项级页份步人张台行列字倍成岁千米公斤克吨层轮组类笔"
    "本件只辆间部册家户例场门套枚粒瓶盒箱包袋片支根块艘架座幅串束株头匹节课学题票注股顿餐床席桌杯副双把毫升度台"
)
_HANZI = re.compile(f"(?:第)?([零〇一二两三四五六七八九十百千万亿]+)(?=[{_MEASURE}])")
_SOFT_HANZI = re.compile("^一$")
_IN_WORDS = re.compile("分之|[半刻]|[零一二两三四五六七八九十]点[零一二三四五六七八九]")
"""Numbers that bring their unit along: 百分之五, 一刻钟, 零点五秒."""
_MULTIPLIER = re.compile(r"(\d+(?:\.\d+)?)\s*(万|亿|千|百万)")
_FACTORS = {"万": 10_000, "亿": 100_000_000, "千": 1000, "百万": 1_000_000}


def stated(text: str, *, soft: bool = False) -> set[Decimal]:
    """Every number that `text` states, as plain values (their sign left out).

    Ids ("REQ-12", "v2.1", "/api/v1"), list marks and step ordinals are no numbers. `soft`: also "one" and 一, which mostly
    count nothing; ask for them on the side that permits, not on the side that is checked.
    """
    text = _LIST_MARK.sub(" ", text)
    text = _IDENTIFIER.sub(" ", text)
    found = {value for match in _DIGITS.finditer(text) if (value := _decimal(match[0])) is not None}
    for match in _MULTIPLIER.finditer(text):
        if (value := _decimal(match[1])) is not None:
            found.add(value * _FACTORS[match[2]])
    for match in _WORD.finditer(text):
        if soft or match[1].lower() not in _SOFT:
            found.add(Decimal(_WORDS[match[1].lower()] + (_WORDS[match[2].lower()] if match[2] else 0)))
    for match in _HANZI.finditer(text):
        counts = match[1][0] == "十" or any(char in _HANZI_DIGITS for char in match[1])
        if counts and (soft or not _SOFT_HANZI.match(match[1])):
            found.add(Decimal(hanzi(match[1])))
    if _IN_WORDS.search(text):
        found |= {abs(quantity.value).normalize() for quantity in quantities(text)}
    return found


def hanzi(text: str) -> int:
    """The value of a Chinese numeral: 十五 → 15, 三百零二 → 302, 两万 → 20000."""
    total = section = digit = 0
    for char in text:
        if char in _HANZI_DIGITS:
            digit = _HANZI_DIGITS[char]
        elif (unit := _HANZI_UNITS.get(char, 0)) >= 10_000:
            total = (total + section + digit) * unit
            section = digit = 0
        else:
            section += (digit or 1) * unit
            digit = 0
    return total + section + digit


def all_stated(texts: Iterable[str], *, soft: bool = False) -> set[Decimal]:
    return set().union(*(stated(text, soft=soft) for text in texts)) if texts else set()


def _decimal(text: str) -> Decimal | None:
    try:
        return abs(Decimal(text.replace(",", "").replace("−", "-"))).normalize()
    except InvalidOperation:
        return None
