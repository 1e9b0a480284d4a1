"""A demand and what becomes of those who do not meet it: "Visitors must show an ID card; without it they are refused", "Workers
without safety training are not admitted to the hall"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    (
        r"(?:An?\s|The\s|Every\s|Each\s|All\s)?(?P<who>[a-z-]+(?:\s[a-z-]+)?)\s(?:must|shall|have\sto|"
        r"has\sto|need\sto|needs\sto|should)\s(?P<verb>show|present|bring|carry|provide|submit|attach|"
        r"enter|have|hold|wear|upload|produce|enclose)\s"
        r"(?P<need>(?:an?|the|their|his\sor\sher|valid|two|proof)\b[a-z -]{2,40}?)(?P<where>\s(?:at|to|"
        r"before|when|with|for|on)\s[a-z -]{2,40}?)?[;,.]\s(?:and\s)?without\s(?:it|one|this|them|that|"
        r"such\san?\s[a-z ]+),?\s"
        r"(?P<no>(?:they|he\sor\sshe|it|the\s[a-z]+|access|entry|admission)\s(?:(?:is|are|will\sbe|"
        r"shall\sbe|must\sbe)\s(?P<refused>refused|denied|rejected|turned\saway|not\s[a-z]+)|(?:may|must|"
        r"can|shall)\s?not\s(?P<act>[a-z ]{2,30})|cannot\s(?P<act2>[a-z ]{2,30})))(?:\s(?:entry|access|"
        r"admission))?\.?"
    ),
    re.I,
)

_WITHOUT: Final = re.compile(
    r"(?:An?\s|Any\s|All\s)?(?P<who>[a-z-]+(?:\s[a-z-]+)?)\s"
    r"without\s(?P<need>(?:an?\s|the\s|any\s)?[a-z-]+(?:\s[a-z-]+){0,4}?)\s"
    r"(?:(?:(?:is|are)\snot|(?:must|may|shall|can|will)\s?not\sbe|cannot\sbe)\s(?:allowed\sto\s(?P<to>[a-z ]{3,40})|"
    r"(?P<done>admitted|let|served|accepted|transported|examined|treated|paid|insured|processed|checked)"
    r"(?P<more>\s[a-z ]{2,30})?)|"
    r"(?:must\snot|may\snot|shall\snot|cannot)\s(?P<act>(?!be\s)[a-z]+(?:\s[a-z-]+){0,5}))\.?",
    re.I,
)


_NEVER_WITHOUT: Final = re.compile(
    r"(?:(?:The\s|An?\s)?(?P<thing>(?!No\b)[A-Za-z][a-z-]*(?:\s[a-z-]+){0,3}?)\s"
    r"(?:(?:is|are)\s(?:never|not)|(?:must|may|shall|can|will)\s(?:never|not)\sbe|cannot\sbe)|"
    r"No\s(?P<none>[a-z-]+(?:\s[a-z-]+){0,3}?)\s(?:is|are|(?:may|must|shall|can|will)\sbe))\s"
    r"(?P<done>[a-z]+)(?P<more>(?:\s(?!without\b)[a-z-]+){0,5}?)\swithout\s"
    r"(?P<need>(?:an?\s|the\s|any\s)?[a-z-]+(?:\s[a-z-]+){0,4}?)"
    r"(?:[;.,]\s(?P<with>[^.;]+))?\.?"
)
"""What is not done without a thing: "Antibiotics are never dispensed without a prescription; with one they are dispensed"."""


def points(view: View) -> Iterator[TestPoint]:
    """Accepted with what is demanded, refused without it."""
    text = statement(view)
    if never := _NEVER_WITHOUT.fullmatch(text):
        yield from _never_without(view, never)
        return
    if lacking := _WITHOUT.fullmatch(text):
        yield from _without(view, lacking)
        return
    found = _SHAPE.fullmatch(text)
    if found is None:
        return
    who = singular(found["who"].lower())
    need = re.sub(r"^(?:an?|the|their|his or her)\s", "", found["need"])
    verb, where = found["verb"].lower(), found["where"] or ""
    act = (found["act"] or found["act2"] or "").strip()
    for has in (True, False):
        line = f"the {who} {'has' if has else 'does not have'} {_a(need)}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=has,
            inputs={need: Input("yes" if has else "no", "", "text" if has else "example")},
            preconditions=(sentence(line, "en"),),
            do=sentence(f"as the {who}, {act}", "en")
            if act
            else sentence(
                f"as the {who}, {verb} {_a(need)}{where}" if has else f"as the {who}, ask to be let in without {_a(need)}", "en"
            ),
            see=f"The {who} is accepted." if has else f"The {who} is refused.",
            reason="the demand is met" if has else "the demand is not met",
            weight=0.9 if has else 0.92,
            title=f"{who} with {_a(need)}" if has else f"{who} without {_a(need)}",
            whole=True,
        )


def _without(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    who = singular(found["who"].lower())
    need = re.sub(r"^(?:the|any)\s", "", found["need"].lower())
    act = found["to"] or found["act"]
    base = infinitive(found["done"]) if found["done"] else None
    if act is None and base is None:
        return
    do = f"as the {who}, {act}" if act else f"ask to {base} the {who}{found['more'] or ''}"
    for has in (True, False):
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=has,
            inputs={bare(need): Input("yes" if has else "no", "", "example" if has else "text")},
            preconditions=(f"The {who} {'has' if has else 'does not have'} {need}.",),
            do=sentence(do, "en"),
            see=f"The {who} is accepted." if has else f"The {who} is refused.",
            reason="the demand is met" if has else "the demand is not met",
            weight=0.9 if has else 0.92,
            title=f"{who} {'with' if has else 'without'} {need}",
            whole=True,
        )


def _never_without(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    thing, need = singular((found["thing"] or found["none"]).lower()), re.sub(r"^(?:the|any)\s", "", found["need"].lower())
    base, name = infinitive(found["done"]), bare(need)
    told = found["with"] or f"with {need}"
    if (
        base is None
        or REFUSED.search(told)
        or not re.search(rf"\b(?:{re.escape(name.split()[-1])}|with (?:it|one|them))\b", told)
    ):
        return
    done = Operation(base, thing)
    for has in (True, False):
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=has,
            inputs={name: Input("yes" if has else "no", "", "example" if has else "text")},
            preconditions=(f"There is {need}." if has else f"There is no {name}.",),
            do=done.do(found["more"]),
            see=done.done(has),
            reason="what is needed is there" if has else "what is needed is missing",
            weight=0.9 if has else 0.92,
            title=f"{thing} {'with' if has else 'without'} {need}",
            whole=True,
        )


def _a(need: str) -> str:
    if need.startswith(("proof", "valid proof", "two ")):
        return need
    return f"{'an' if need[0] in 'aeioAEIO' or need.startswith('ID') else 'a'} {need}"
