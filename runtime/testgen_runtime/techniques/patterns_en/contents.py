"""What a text must contain: "A password must have 8 to 20 characters and contain at least one upper-case letter, one digit and
one special character". A text with all of it, and one without each (29119-4, 5.2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.numerals import english_number
from testgen_runtime.techniques.contents import Written, written
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.told_rules.english_measures import measures
from testgen_runtime.techniques.view import View

_CLASSES: Final = {
    "upper": r"(?:upper[- ]?case|capital)(?:\s(?:letters?|characters?))?|capitals?",
    "lower": r"(?:lower[- ]?case|small)(?:\s(?:letters?|characters?))?",
    "letter": r"letters?|alphabetic(?:al)?\scharacters?",
    "digit": r"digits?|numbers?|numerals?|numeric\scharacters?",
    "special": r"special\s(?:characters?|signs?)|symbols?|punctuation\s(?:characters?|marks?)|non-alphanumeric\scharacters?",
}
_NAMES: Final = {
    "upper": "upper-case letter",
    "lower": "lower-case letter",
    "letter": "letter",
    "digit": "digit",
    "special": "special character",
}
_COUNT: Final = r"(?:at\sleast\s)?(?P<count>an?|one|two|three|four|[1-9])?\s?"
_ITEMS: Final = {name: re.compile(rf"{_COUNT}(?:{words})", re.I) for name, words in _CLASSES.items()}
_MUST: Final = r"(?:must|shall|should|has\sto|have\sto|needs?\sto)"
_SHAPE: Final = re.compile(
    rf"(?:The|An?|Every|Each|All)?\s?(?P<thing>[A-Za-z][a-z-]*(?:\s[a-z-]+)?)\s(?:{_MUST}\s)"
    rf"(?:(?:be|have|consist\sof|contain)\s(?P<length>[^,.;]*?\d[^,.;]*?characters?(?:\slong|\sin\slength)?),?\s(?:and\s)?(?:(?:it\s)?{_MUST}\s)?)?"
    r"(?:contain|include|have|comprise)\s(?P<list>[^.;]+?)(?:[.;]\s(?P<rest>[^.;]+))?\.?",
    re.I,
)
_PARTED: Final = re.compile(r",\s(?:and\s)?|\s(?:and|as\swell\sas)\s", re.I)
_OTHERS: Final = re.compile(r"\b(?:others?|otherwise|without|does\snot|do\snot)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """The texts; nothing where an element of the list is not a class of signs."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    needed = _needed(found["list"])
    rest = found["rest"] or ""
    if needed is None or (rest and not (REFUSED.search(rest) and _OTHERS.search(rest))):
        return
    shortest = longest = None
    if found["length"]:
        bounds = [one.limit for one in measures(f"The text has {found['length'].lower()}")]
        if len(bounds) != 1:
            return
        low, high = bounds[0].lower, bounds[0].upper
        shortest = int(low.value) + (0 if low.inclusive else 1) if low else None
        longest = int(high.value) - (0 if high.inclusive else 1) if high else None
    bounded = shortest is not None or longest is not None
    thing = re.sub(r"s$", "", found["thing"].lower()) if found["thing"].lower().endswith("words") else found["thing"].lower()
    for one in written(needed, shortest, longest):
        why = _why(one)
        length = {f"{thing} length": Input(str(len(one.value)), "characters", "boundary")}
        yield point(
            view,
            technique=Technique.SYNTAX_TESTING,
            ok=one.ok,
            inputs={thing: Input(one.value, "", "example"), **(length if bounded else {})},
            preconditions=(),
            do=sentence(f"enter the {thing} {one.value}", "en"),
            see=sentence(f"the {thing} is {'accepted' if one.ok else 'rejected'}", "en"),
            reason="everything that is asked for" if one.ok else why,
            weight=0.9 if one.ok else 0.93,
            title=f"{thing} {why}",
            whole=True,
        )


def _why(one: Written) -> str:
    if not one.lacks:
        return f"of {len(one.value)} characters"
    name = _NAMES[one.lacks]
    if one.has:
        return f"with only {one.has} {name}{'' if one.has == 1 else 's'}"
    return f"without a{'n' if name[0] in 'aeiou' else ''} {name}"


def _needed(words: str) -> dict[str, int] | None:
    """How many of each class a list asks for; None where it names something else, or a class twice."""
    out: dict[str, int] = {}
    for part in _PARTED.split(re.sub(r"^(?:both|at\sleast\s(?=letters))\s?", "", words.strip(), flags=re.I)):
        named = next(((name, m) for name, shape in _ITEMS.items() if (m := shape.fullmatch(part.strip()))), None)
        if named is None or named[0] in out:
            return None
        count = (named[1]["count"] or "a").lower()
        out[named[0]] = 1 if count in ("a", "an") else int(count) if count.isdigit() else english_number(count) or 1
    return out if len(out) > 1 else None
