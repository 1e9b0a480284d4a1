"""Several parameters, each with its values: "the term (12, 24 or 36 months), the mode (monthly or quarterly) and the currency
(EUR, USD or GBP)". Pair-wise testing (ISO/IEC/IEEE 29119-4:2021, 5.2.5): every two values of different parameters meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.english import article
from testgen_runtime.techniques.combinations import pairs
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_en.telling import MODAL, REFUSED, Operation, point
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

FEWEST: Final = 3
MOST_VALUES: Final = 8
_VALUES = r"[\w+.-]+(?:\s[\w-]+)?(?:,\s[\w+.-]+(?:\s[\w-]+)?)*,?\sor\s[\w+.-]+(?:\s[\w-]+)?"
_PARAMETER = re.compile(
    rf"\b(?:an?|the|its|one)\s(?P<name>[a-z]+(?:\s[a-z]+){{0,2}}?)\s\((?:either\s|one of\s)?(?P<values>{_VALUES})\)", re.I
)
_LINE = re.compile(
    rf"^[ \t]*(?:[-*•]|[a-z\d]{{1,2}}[.)])[ \t]+(?:an?\s|the\s)?(?P<name>[A-Za-z]+(?:\s[a-z]+){{0,2}}?)(?::|\sis)\s"
    rf"(?:either\s|one of\s)?(?P<values>{_VALUES})[;,.]?(?:\sand)?$",
    re.M,
)
_OTHER = re.compile(
    r"\b(?:any|every|all|an?) other (?:value|combination|choice|option|entr)|\bother values\b|\boutside these\b|\bnot listed\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    values: tuple[Input, ...]


def points(view: View) -> Iterator[TestPoint]:
    """The pairs of the accepted values; where the text turns other values away, one other value of each parameter."""
    text = view.requirement.text
    found = list(_PARAMETER.finditer(text)) or list(_LINE.finditer(text))
    told = [Parameter(m["name"].lower(), _inputs(m["values"])) for m in found]
    if len(told) < FEWEST or len({p.name for p in told}) != len(told) or any(len(p.values) > MOST_VALUES for p in told):
        return
    thing = _thing(text)
    done = Operation("accept", thing, by_system=True)
    levels = [[Level(True, Technique.PAIRWISE, {p.name: value}) for value in p.values] for p in told]
    for row in pairs(levels):
        inputs = {name: value for level in row for name, value in level.inputs.items()}
        yield _point(view, done, inputs, "pairs of values meet", ok=True)
    if _OTHER.search(text) and REFUSED.search(text):
        usual = {p.name: p.values[0] for p in told}
        for parameter in told:
            away = Input(other_value(tuple(v.value for v in parameter.values), "en"), parameter.values[0].unit, "example")
            yield _point(view, done, {parameter.name: away, **{n: v for n, v in usual.items() if n != parameter.name}},
                         f"a value of {parameter.name} that is not listed", ok=False)  # fmt: skip


def _point(view: View, done: Operation, inputs: dict[str, Input], reason: str, *, ok: bool) -> TestPoint:
    with_ = ", ".join(f"the {name} {shown(value, 'en')}" for name, value in inputs.items())
    return point(
        view,
        technique=Technique.PAIRWISE if ok else Technique.EQUIVALENCE_PARTITIONING,
        ok=ok,
        inputs=inputs,
        preconditions=(),
        do=sentence(f"submit {article(done.thing)} {done.thing} with {with_}", "en"),
        see=done.done(ok),
        reason=reason,
        weight=0.8 if ok else 0.92,
    )


def _inputs(listed: str) -> tuple[Input, ...]:
    """The values of a list; a unit behind the last number is that of all ("12, 24 or 36 months")."""
    values = [v.strip() for v in re.split(r",\s(?:or\s)?|\sor\s", listed) if v.strip()]
    last = re.fullmatch(r"(?P<number>\d[\d.]*)\s(?P<unit>[A-Za-z%]+)", values[-1])
    if last and all(re.fullmatch(r"\d[\d.]*", v) for v in values[:-1]):
        return tuple(Input(v, last["unit"]) for v in [*values[:-1], last["number"]])
    return tuple(Input(v) for v in values)


def _thing(text: str) -> str:
    """What has the parameters: "A loan request shall name the term …" → "loan request"."""
    head = re.match(rf"(?:An?|The|Every|Each|Any)\s(?P<thing>[a-z]+(?:\s[a-z]+)?)\s(?:{MODAL}|is|has|names|consists)\b", text)
    return head["thing"] if head and not re.search(r"\b(?:system|application|user)\b", head["thing"]) else "request"
