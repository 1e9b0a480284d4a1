"""Content words of a text in either language, and the numbers that it states.

The benchmark's own: the product's are what it measures.
"""

from __future__ import annotations

import re
from decimal import Decimal

_RUN = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*|[\u3400-\u9fff]+", re.I)


def listed(text: str) -> tuple[str, ...]:
    """The words of a table."""
    return tuple(text.split())


_EMPTY = frozenset(
    listed("""
    a about above after again all also an and any are as at be because been before being below between both but by can
    cannot could did do does doing done each either every few for from further had has have having he her here his how i if
    in into is it its itself may me might more most must my no nor not of off on once one only or other our out over own per
    same shall she should so some such than that the their them then there these they this those through to too under until
    up us use used using very via was we were what when where whether which while who whom whose why will with within
    without would you your test tests tester case cases step steps expected result results verify check e.g i.e etc
    """)
)
_EMPTY_ZH = re.compile(
    "步骤|测试|用例|应当|应该|必须|不得|可以|能够|允许|系统|用户|如果|或者|以及|并且|并(?=[^发行列入])|不少于|不超过|不低于|不高于|不大于|不小于|"
    "至少|至多|最多|最少|超过|少于|多于|大于|小于|低于|高于|等于|以上|以下|以内|之间|其他|任何|所有|[的了在是和与及或为被由对将应须该当时则其也]"
)


def content_words(text: str) -> frozenset[str]:
    """English words by their stems, Chinese runs as pairs of characters; without words that say nothing."""
    return frozenset(content_sequence(text))


def content_sequence(text: str) -> list[str]:
    """The content words of `text` in their order."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] >= "\u3400":
            found += [pair for part in _EMPTY_ZH.split(run) for pair in _pairs(part)]
        else:
            found += [stem(part) for part in re.split(r"[._-]", run) if len(part) > 1 and part not in _EMPTY]
    return found


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def stem(word: str) -> str:
    """A rough stem: plural, -ing, -ed and -es taken off long words."""
    for ending in ("ations", "ation", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def shared(text: str, statement: str) -> float:
    """The part of the content words of `statement` that `text` has, 0..1; 1 where it has none."""
    wanted = content_words(statement)
    return len(wanted & content_words(text)) / len(wanted) if wanted else 1.0


_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w])|(?<![A-Za-z_\d.])\d+(?:\.\d+)?")
_IDENTIFIER = re.compile(r"[A-Za-z]+(?:[-_/.#]?[A-Za-z0-9]+)*[-_/.#]?\d[\w.\-/]*|(?:https?:/)?/[\w.:/{}#-]+")
_LIST_MARK = re.compile(r"(?m)^\s*\(?\d{1,2}[.)、）]\s+")
_COUNTS = listed("zero one two three four five six seven eight nine ten eleven twelve")
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_WORDS = {word: n for n, word in enumerate(_COUNTS)} | _TENS
_WORD = re.compile(r"\b(" + "|".join(_WORDS) + r"|once|twice|half)\b", re.I)
_OTHER = {"once": Decimal(1), "twice": Decimal(2), "half": Decimal("0.5")}
_HANZI = re.compile(r"[零〇一二两三四五六七八九十百千万亿半]+")
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def numbers(text: str) -> set[Decimal]:
    """The numbers in digits that `text` states; ids, paths and list marks are none."""
    text = _IDENTIFIER.sub(" ", _LIST_MARK.sub(" ", text))
    found = {Decimal(match[0].replace(",", "")) for match in _NUMBER.finditer(text)}
    for match in re.finditer(r"(\d+(?:\.\d+)?)\s*([万亿千百])", text):
        found.add(Decimal(match[1]) * _UNIT[match[2]])
    return {number.normalize() for number in found}


def any_numbers(text: str) -> set[Decimal]:
    """Also those in words and in Chinese numerals, and those inside ids: all that may be where a number came from."""
    found = numbers(text) | {Decimal(match[0]).normalize() for match in re.finditer(r"\d+(?:\.\d+)?", text)}
    found |= {_OTHER.get(w.lower(), Decimal(_WORDS.get(w.lower(), 0))).normalize() for w in _WORD.findall(text)}
    return found | {hanzi(match[0]).normalize() for match in _HANZI.finditer(text)}


def hanzi(text: str) -> Decimal:
    """The value of a Chinese numeral: 十五 → 15, 两万 → 20000, 半 → 0.5."""
    if "半" in text:
        return Decimal("0.5")
    total = section = digit = 0
    for char in text:
        if char in _DIGIT:
            digit = _DIGIT[char]
        elif (unit := _UNIT.get(char, 0)) >= 10_000:
            total, section, digit = (total + section + digit) * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
    return Decimal(total + section + digit)
