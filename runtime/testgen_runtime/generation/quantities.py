"""The numbers that a text states: digits, number words, Chinese numerals; without those in ids and list marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.atoms.numerals import ENGLISH, FORMAL, HAN, chinese_number, english_number

_IDENTIFIER = re.compile(r"(?<![\w.])(?:[A-Za-z][A-Za-z]*[-_/.]?)+\d[\w.\-/]*|/[\w./{}-]*\d[\w./{}-]*")
_LIST_MARK = re.compile(r"(?m)^\s*(?:\(?\d{1,2}[.)、）]\s+|(?:step|步骤)\s*\d{1,2}\s*[:：.]?)", re.I)
_DIGITS = re.compile(r"(?<![\w.])[-+−]?\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3}|(?: \d{3})(?!\d))+(?:\.\d+)?|\d+(?:\.\d+)?")
_SOFT = frozenset({"one", "zero"})
"""Words that mostly count nothing ("one of", "no one", "zero-based")."""
_WORD = re.compile(rf"\b({ENGLISH}|twice)\b", re.I)
_MEASURE = (
    "个次天日年月周小时分钟秒元块位名条件种项级页份步人张台行列字倍成岁千米公斤克吨层轮组类笔"
    "本件只辆间部册家户例场门套枚粒瓶盒箱包袋片支根块艘架座幅串束株头匹节课学题票注股顿餐床席桌杯副双把毫升度台"
)
_HANZI = re.compile(f"(?:第)?([零〇一二两三四五六七八九十百千万亿{FORMAL}]+)(?=[{_MEASURE}])")
_SOFT_HANZI = re.compile("^一$")
_IN_WORDS = re.compile("分之|[半刻]|a half |[零一二两三四五六七八九十]点[零一二三四五六七八九]")
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
            worth = 2 if match[1].lower() == "twice" else english_number(match[1])
            found |= set() if worth is None else {Decimal(worth)}
    for match in _HANZI.finditer(text):
        counts = match[1][0] == "十" or any(char in HAN for char in match[1])
        worth = chinese_number(match[1])
        if counts and worth is not None and (soft or not _SOFT_HANZI.match(match[1])):
            found.add(Decimal(worth))
    if _IN_WORDS.search(text):
        found |= {abs(quantity.value).normalize() for quantity in quantities(text)}
    return found


def all_stated(texts: Iterable[str], *, soft: bool = False) -> set[Decimal]:
    return set().union(*(stated(text, soft=soft) for text in texts)) if texts else set()


def _decimal(text: str) -> Decimal | None:
    try:
        return abs(Decimal(re.sub(r"[,\s]", "", text).replace("−", "-"))).normalize()
    except InvalidOperation:
        return None
