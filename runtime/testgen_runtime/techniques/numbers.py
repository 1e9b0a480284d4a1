"""Numbers with units: how they are written, and the smallest difference that makes sense for a test."""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Decimal

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.model import Language, Limit
from testgen_runtime.techniques.model import Input

_CJK = re.compile(r"[\u3400-\u9fff]")
_SYMBOLS = frozenset("%‰°℃℉″′")
_PREFIXES = frozenset("$€£¥￥")
_SINGULAR = {"percent", "celsius", "fahrenheit", "hertz", "lux"}
_WHOLE_MONEY = {"jpy", "krw", "yen", "日元", "韩元", "万元", "亿元", "cents", "cent", "分"}
_SIZE_PARTS = {"kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "kilobytes", "megabytes", "gigabytes", "terabytes"}
NON_NEGATIVE = frozenset({"count", "length", "duration", "size"})
"""Dimensions of which a negative amount cannot exist."""


def plain(value: Decimal) -> str:
    """`value` without an exponent and without needless zeros: 8, 0.01, 50000."""
    text = format(value.normalize(), "f")
    return "0" if text in {"-0", ""} else text


def in_parts(limit: Limit) -> bool:
    """Whether the text itself counts in parts of one: "不少于 0.5 学时"."""
    return any(end is not None and end.value != end.value.to_integral_value() for end in (limit.lower, limit.upper))


def test_step(limit: Limit) -> Decimal:
    """The smallest difference that a tester would try, in the limit's unit.

    Counts and lengths go by whole ones. Money goes by its smallest coin, sizes in KB and above by a tenth, unless the text
    writes its number finer; everything else as the text writes it.
    """
    if limit.multiple:
        return limit.multiple
    unit = limit.unit.strip().lower()
    step = abs(limit.step) or Decimal(1)
    if limit.dimension in ("count", "length") and not in_parts(limit):
        return max(Decimal(1), step.quantize(Decimal(1), rounding=ROUND_FLOOR))
    if limit.dimension == "money":
        return min(step, Decimal(1)) if unit in _WHOLE_MONEY else min(step, Decimal("0.01"))
    if limit.dimension == "size":
        return min(step, Decimal("0.1")) if unit in _SIZE_PARTS else step
    return step


def shown(value: Input, language: Language) -> str:
    """An input as a tester writes it: `7 characters`, `1 character`, `199.99 EUR`, `21 个字符`, `25 %`, `$5`."""
    unit = value.unit.strip()
    if not unit:
        return value.value
    if unit in _PREFIXES:
        return f"{unit}{value.value}"
    if unit[0] in _SYMBOLS:
        return f"{value.value}{unit}"
    return f"{value.value} {_agreeing(unit, value.value)}"


def _agreeing(unit: str, number: str) -> str:
    """The unit in the number that the value asks for; Chinese units and abbreviations have only one form."""
    if _CJK.search(unit) or unit.isupper() or unit.lower() in _SINGULAR or len(unit) <= 2:
        return unit
    head, _, rest = unit.partition(" ")
    if number in {"1", "1.0"}:
        # "days of notice" has its number in the first word, "licence plates" in the last.
        words = unit.split()
        place = 0 if _singular(head) != head or _JOINED.search(rest) else len(words) - 1
        words[place] = _singular(words[place])
        return " ".join(words)
    if rest == "" and head in _PLURALS:
        head = _PLURALS[head]
    return f"{head} {rest}".strip()


def _singular(word: str) -> str:
    return singular(word) if len(word) > 3 else word


_JOINED = re.compile(r"\b(?:of|per|in|a|an|each)\b")
_PLURALS = {
    word: word + "s"
    for word in [
        "character",
        "minute",
        "second",
        "hour",
        "day",
        "week",
        "month",
        "year",
        "byte",
        "megabyte",
        "kilobyte",
        "gigabyte",
        "item",
        "digit",
        "letter",
        "word",
        "user",
        "file",
        "attempt",
        "request",
        "time",
        "point",
        "record",
        "line",
        "order",
        "product",
        "session",
        "device",
        "page",
        "row",
        "euro",
        "dollar",
        "pound",
        "night",
        "guest",
        "seat",
    ]
}
