"""An amount that only some roles may exceed: "Refunds above 500 EUR are reserved for administrators".

Beyond the bound another role is refused; up to it nobody is refused for the amount (a decision table, 29119-4, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import Quantity, quantities
from testgen_runtime.documents.english import article, infinitive
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.examples import other_role
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import Operation, point, statement
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_OPEN: Final = (
    r"above|over|exceeding|in\sexcess\sof|beyond|(?:of\s|with\s|worth\s|for\s|lasting\s|weighing\s"
    r")?(?:more|greater|higher|larger|longer|heavier|bigger)\sthan|(?:that|which)\s(?:exceeds?|(?:is|"
    r"are)\s(?:above|over|(?:more|greater|higher|larger|longer)\sthan))"
)
_CLOSED: Final = r"(?:of\s|with\s|worth\s)?at\sleast|from|starting\s(?:at|from)"
_WHAT: Final = (
    rf"(?P<of>approvals?\sof\s|authori[sz]ation\sof\s)?(?:an?\s|any\s|the\s|all\s"
    rf")?(?P<noun>(?:[a-z-]+\s){{0,2}}?[a-z-]+)\s(?:(?P<open>{_OPEN})|(?P<closed>{_CLOSED})|of|for|"
    rf"worth)\s(?P<number>\S*\d\S*(?:\s(?:%|[A-Za-z]+))?)(?P<more>\sor\smore|\sor\s(?:above|higher|"
    rf"longer))?(?P<place>\s(?:at|in|from|to|via|through|on)\s(?:the\s|an?\s)?[a-z]+)?"
)
_RESERVED: Final = (
    r"(?:(?:is|are|shall\sbe|must\sbe)\s)?(?:reserved\s(?:for|to)|restricted\sto|limited\sto|only\s"
    r"(?:for|available\sto)|available\sonly\sto|the\sprivilege\sof)"
)
_OTHERS: Final = (
    r"(?:[;,.]\s(?:all\s|any\s)?(?:others?|other\susers?|everyone\selse|anyone\selse)[a-z ]*(?:refused|rejected|denied|not))?"
)
_DENIED: Final = (
    r"[;,.]\s(?:but\s|and\s)?(?P<denied>(?!all\b|any\b|other|every)[a-z]+(?:\s[a-z]+)?(?:(?:,|\sand|\sor)\s[a-z]+(?:\s[a-z]+)?)*?)\s"
    r"(?:(?:are|is)\snot\s(?:allowed|permitted|entitled)\sto|(?:may|must|can|shall)\s?not|cannot)\s(?P<again>[a-z]+)"
    r"(?:\s(?:them|it|these|those|such\s[a-z ]+))?"
)
_SHAPES: Final = (
    re.compile(rf"{_WHAT}\s{_RESERVED}\s(?P<roles>[^.;]+?){_OTHERS}\.?", re.I),
    re.compile(
        (
            rf"{_WHAT}\s(?:may|can|must|shall|have\sto|has\sto|need\sto|needs\sto)\s(?:only\sbe\s(?P<done>[a-z]+)\sby|"
            rf"be\s(?P<done2>[a-z]+)\s(?:only|exclusively|solely)\sby|be\s(?P<done3>[a-z]+)\sby)\s(?P<roles>[^.;]+?)"
            rf"(?P<alone>\s(?:only|alone))?(?:{_DENIED}|{_OTHERS})\.?"
        ),
        re.I,
    ),
    re.compile(
        rf"Only\s(?P<roles>[^.;]+?)\s(?:may|can|are\sallowed\sto|is\sallowed\sto)\s(?P<verb>[a-z]+)\s{_WHAT}{_OTHERS}\.?", re.I
    ),
)
_KIND: Final = {
    "money": "amount",
    "duration": "duration",
    "size": "size",
    "length": "length",
    "percent": "rate",
    "count": "count",
}


def points(view: View) -> Iterator[TestPoint]:
    """Who may and who may not beyond the bound; and another role up to it, where only the amount stands against it."""
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(statement(view)))), None)
    if found is None or not (found["open"] or found["closed"] or found["more"]) or (found["open"] and found["more"]):
        return
    groups = found.groupdict()
    denied = roles(groups.get("denied") or "")
    if groups.get("denied") and (
        not denied or infinitive(found["done"] or found["done2"] or found["done3"]) != found["again"].lower()
    ):
        return
    if groups.get("done3") and not (groups.get("alone") or denied):
        return  # "must be approved by a manager": who else might, it does not tell
    who = roles(found["roles"])
    amounts = list(quantities(found["number"]))
    if not who or len(amounts) != 1 or not amounts[0].unit:
        return
    (amount,) = amounts
    done = _done(found)
    if done is None:
        return
    name = _name(amount, done.thing)
    limit = Limit(
        name, Bound(amount.value, not found["open"], Span(0, 0)), None, amount.unit, amount.dimension, amount.step or Decimal(1)
    )
    levels = limit_levels(limit, name, "en")
    typical, near = next(lv for lv in levels if lv.good), [lv for lv in levels if lv.weight > 0.9]
    if denied:  # of the others nothing is told: a role that is named is refused beyond the bound
        for role in denied:
            yield from (_point(view, done, role, lv, ok=False, weight=0.94) for lv in (typical, *near) if lv.good)
    other = other_role((*who, "Guest"), "en")
    for role in who:
        yield _point(view, done, role, typical, ok=True, weight=0.9)
        yield from (_point(view, done, role, lv, ok=True, weight=0.88) for lv in near if lv.good)
    for level in () if denied else (typical, *near):
        yield _point(view, done, other, level, ok=not level.good, weight=0.94)


def _done(found: re.Match[str]) -> Operation | None:
    groups = found.groupdict()
    noun = singular(found["noun"].lower())
    verb = groups.get("verb") or infinitive(groups.get("done") or groups.get("done2") or groups.get("done3") or "")
    if found["of"]:
        return Operation("approve", noun)
    if verb:
        return Operation(verb.lower(), noun)
    return Operation("accept", noun, by_system=True) if not groups.get("done") else None


def _name(amount: Quantity, noun: str) -> str:
    kind = "weight" if amount.unit in ("kg", "g", "tonnes", "tons") else _KIND.get(amount.dimension, "")
    return noun if noun.split()[-1] in (kind, "amount", "discount", "rate") else f"{noun} {kind or 'value'}"


def _point(view: View, done: Operation, role: str, level: Level, *, ok: bool, weight: float) -> TestPoint:
    ((name, value),) = level.inputs.items()
    told = shown(value, "en")
    verb = "submit" if done.by_system else done.verb
    return point(
        view,
        technique=Technique.DECISION_TABLE,
        ok=ok,
        inputs={name: value, "role": Input(role, "", "text" if role.lower() in view.requirement.text.lower() else "example")},
        preconditions=(in_role(role, "en"),),
        do=sentence(f"{verb} {article(done.thing)} {done.thing} of {told}", "en"),
        see=done.done(ok),
        reason=f"{'beyond' if level.good else 'within'} the bound",
        weight=weight,
        title=f"{name} of {told}, role {role}",
        whole=True,
    )
