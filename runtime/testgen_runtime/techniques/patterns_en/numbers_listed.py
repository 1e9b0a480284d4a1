"""Numbers that a setting takes, and no others: "The brightness can be set to 25, 50, 75 or 100 percent; any other value is
rejected". Each number is tried, and some beside them (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.partitions import numbers_beside
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?:The|An?)\s(?P<what>[a-z][a-z -]{2,40}?)\s(?:can|may|(?P<must>must|shall))\s(?P<only>only\s)?be\s"
    r"(?:(?P<done>set|adjusted|configured|switched|changed|put)\s(?:only\s)?to\s)?(?:(?:either|one\sof)\s)?(?P<list>\d{1,6}(?:,\s\d{1,6}){0,8},?\s(?:or|and)\s\d{1,6})\s?(?P<unit>%|°C|[a-z]+(?:\s[a-z]+)?)?(?P<last>\sonly)?"
    r"(?:[;.,]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)
_OTHERS: Final = re.compile(r"\b(?:(?:any|all|every)\sothers?|other\s[a-z]+s?|everything\selse|otherwise)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Each number, and those beside them; nothing where the text does not refuse the others."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    rest = found["rest"] or ""
    if rest and not (_OTHERS.search(rest) and REFUSED.search(rest)):
        return
    if not rest and not (found["only"] or found["last"] or (found["must"] and not found["done"])):
        return
    numbers = [int(n) for n in re.findall(r"\d+", found["list"])]
    if len(set(numbers)) != len(numbers):
        return
    what, unit, done = found["what"].lower(), found["unit"] or "", (found["done"] or "").lower()
    verb = "put" if done == "put" else infinitive(done) or "set" if done else ""
    for number in (*numbers, *numbers_beside(numbers)):
        ok = number in numbers
        value = f"{number}{unit}" if unit in ("%", "°C") else f"{number} {unit}".strip()
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={what: Input(value, "", "text" if ok else "example")},
            preconditions=(),
            do=sentence(f"{verb} the {what} to {value}" if done else f"enter the {what} {value}", "en"),
            see=sentence(_seen(what, done, value) if ok else "the value is rejected", "en"),
            reason="a number of the list" if ok else "a number beside the list",
            weight=0.9 if ok else 0.92,
            title=f"{what} of {value}",
            whole=True,
        )


def _seen(what: str, done: str, value: str) -> str:
    return f"the {what} is {done} to {value}" if done else f"the {what} {value} is accepted"
