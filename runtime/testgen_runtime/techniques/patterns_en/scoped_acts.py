"""What some may do only under a condition, and all others freely: "Children under 8 may only ride the chairlift when accompanied
by an adult", "Children under 12 must not enter the pool unless …", "Drivers over 70 may drive only with a medical certificate".
A decision table with a bound: the condition decides on one side of it alone (29119-4, 5.2.6 and 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_en.beyond_needs import COMPARED, NOUN, about, row, side_of
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, statement
from testgen_runtime.techniques.view import View

_MAY: Final = r"(?:may|can|must|shall|will|(?:are|is)\s(?:allowed|permitted)\sto)"
_NOT: Final = r"(?:(?:may|must|shall|can|will|should)\snot|cannot|(?:are|is)\snot\s(?:allowed|permitted)\sto)"
_ACT: Final = r"(?!be\b|not\b|only\b)[a-z]+(?:\s(?!only\b|if\b|when\b|unless\b|without\b|with\b)[a-z-]+){0,6}?"
_IF: Final = r"(?:if|when|while|provided(?:\sthat)?|as\slong\sas|unless)"
_REST: Final = r"(?:[;.,]\s(?P<rest>[^;.]+))?\.?"
_ONLY: Final = re.compile(
    rf"{NOUN}\s{COMPARED},?\s{_MAY}\s(?:only\s(?P<act>{_ACT})|(?P<late>{_ACT})\sonly)\s"
    rf"(?:{_IF}\s(?P<condition>[^.;]{{6,100}}?)|(?P<with>with|under|in\sthe\s(?:company|presence)\sof)\s(?P<what>[^.;]{{3,60}}?)){_REST}",
    re.I,
)
_UNLESS: Final = re.compile(
    rf"{NOUN}\s{COMPARED},?\s{_NOT}\s(?P<act>{_ACT})\s"
    rf"(?:(?:unless|except\s(?:if|when|where))\s(?P<condition>[^.;]{{6,100}}?)|without\s(?P<what>(?:an?|the|their)\s[^.;]{{3,60}}?)){_REST}",
    re.I,
)
_MUST: Final = re.compile(
    rf"{NOUN}\s{COMPARED},?\s(?:must|shall|have\sto|need\sto)\sbe\s(?P<condition>(?:accompanied|supervised|escorted|assisted|guided)\sby\s"
    rf"(?:an?|the|their)\s[a-z]+(?:\s(?!when\b|while\b|to\b|in\b|on\b|at\b)[a-z]+){{0,3}}?)"
    rf"(?P<where>\s(?:when|while|to|in|on|at)\s[^.;,]{{3,50}}?)?{_REST}",
    re.I,
)
_PEOPLE: Final = re.compile(
    r"(?:adult|guardian|parent|guide|instructor|teacher|supervisor|nurse|carer|companion|escort|trainer|lifeguard)s?$", re.I
)
_FREE: Final = re.compile(
    r"\b(?:may|can|alone|freely|free|without|always|no\s|not\s(?:need|required)|do\snot\sneed|unaccompanied)\b", re.I
)


def points(view: View) -> Iterator[TestPoint]:
    """On the side that is bound with and without the condition, on the other side without it."""
    text = statement(view)
    found = _ONLY.fullmatch(text) or _UNLESS.fullmatch(text) or _MUST.fullmatch(text)
    if found is None or not _agrees(found):
        return
    groups = found.groupdict()
    noun = singular(found["noun"].lower())
    condition = _condition(noun, groups)
    if re.search(r"\d|\s(?:and|or)\s|\bnot?\b", condition):
        return
    side = side_of(found["than"], found["number"], found["old"] or "", noun)
    if side is None or not side.beyond or not side.within:
        return
    act = groups.get("act") or groups.get("late") or _place(groups.get("where") or "")
    done = Operation(re.sub(r"\btheir\b", "the", act), "")
    rows = [(level, has) for level in side.beyond for has in (True, False)] + [(level, False) for level in side.within]
    for level, has in rows:
        yield row(view, done, level, condition, holds=has, ok=has or not level.good, thing=noun)


def _condition(noun: str, groups: dict[str, str | None]) -> str:
    """The condition as a clause of its own."""
    if condition := groups.get("condition"):
        return about(noun, re.sub(r"^(?:they|he\sor\sshe|it)\s(?=wear|hold|have|carry)", f"the {noun} ", condition.strip()))
    what = re.sub(r"\btheir\s", "a ", groups.get("what") or "")
    if (how := (groups.get("with") or "").lower()) and how != "with":
        return f"the {noun} is {how} {what}"
    if _PEOPLE.search(what.split(" of ")[0]):
        return f"the {noun} is accompanied by {what}"
    return f"the {noun} has {what}"


def _place(where: str) -> str:
    """What is done where the demand names no act: "to enter the hall", "on the platform"."""
    told = where.strip()
    if done := re.match(r"to\s(?P<act>[a-z].+)", told, re.I):
        return done["act"]
    return f"take part {told}" if told and not re.match(r"when|while", told, re.I) else "take part"


def _agrees(found: re.Match[str]) -> bool:
    """Whether what follows, if anything does, refuses those who do not meet the condition, or frees the other side."""
    rest = found["rest"]
    if not rest:
        return True
    numbers = [q.value for q in quantities(rest)]
    if not numbers:
        return (
            REFUSED.search(rest) is not None
            and re.match(r"(?:otherwise|without|if\snot|unaccompanied)\b", rest, re.I) is not None
        )
    told = [q.value for q in quantities(found["number"])]
    return numbers == told and REFUSED.search(rest) is None and _FREE.search(rest) is not None
