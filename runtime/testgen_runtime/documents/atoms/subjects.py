"""What a limit is about: the name that a tester would give the value ("password length", "订单金额")."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Quantity
from testgen_runtime.documents.atoms.subjects_en import subject_en
from testgen_runtime.documents.atoms.subjects_zh import subject_zh


def same_subject(a: str, b: str) -> bool:
    """Whether two names mean one parameter: equal, unknown, or one a part of the other."""
    if not a or not b or a == b:
        return True
    if a.isascii() and b.isascii():
        x, y = ({w.rstrip("s") for w in s.lower().split()} for s in (a, b))
        return x <= y or y <= x
    return a in b or b in a


def subject_of(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    """The name of the value that the comparison at `at` bounds; `hint` is a name that stands inside the comparison."""
    if unit.language == "zh":
        return subject_zh(text, unit, at, q, hint)
    name = _NOT_OF_A_NAME_EN.sub("", subject_en(text, unit, at, q, hint))
    compared = _COMPARED_EN.match(text, at) if _UNIT_EN.fullmatch(name) else None
    return _MEASURES_EN[compared["how"].lower()] if compared else name


_NOT_OF_A_NAME_EN = re.compile(r"^(?:you|to|nobody|everybody|everyone)\s(?=[a-z])", re.I)
"""Whom a rule speaks to, or what a verb stands with: "You need to weigh 50 kg or more" bounds a weight."""
_UNIT_EN = re.compile(r"(?:kg|g|t|tons?|lbs?|cm|mm|m|km|met(?:re|er)s?|kilograms?|litres?|l|ml|°c|degrees?)", re.I)
"""A unit that stands where a name would: "heavier than 30 kg or longer than 120 cm" tells a length, and no kg."""
_MEASURES_EN = {"long": "length", "short": "length", "heavi": "weight", "light": "weight", "tall": "height", "high": "height",
                "wid": "width", "deep": "depth", "thick": "thickness", "old": "age"}  # fmt: skip
_COMPARED_EN = re.compile(rf"(?P<how>{'|'.join(_MEASURES_EN)})er\b", re.I)
