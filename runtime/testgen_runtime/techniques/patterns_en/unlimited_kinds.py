"""A limit for one kind of a thing, and none for another: "Unverified transfers must not exceed 200 EUR. Transfers from verified
customers shall be accepted regardless of the amount". A decision table of the kind and the bound (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import article
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_MEASURE: Final = r"(?P<measure>amount|value|price|weight|length|size|duration|height|width)"
_SHAPE: Final = re.compile(
    r"(?P<kind>[A-Z][a-z-]+)\s(?P<nouns>[a-z]+s)\s(?:must|shall|may)\snot\s(?:exceed|be\s(?:more|larger|higher|longer|heavier)\sthan)\s"
    r"(?P<number>\S*\d\S*(?:\s(?:%|[A-Za-z]+))?)(?:,?\s(?:and|or|but)\s(?P<beyond>[^.;,]*\b(?:above|beyond|over)\s(?:that|this)\b[^.;,]*))?[.;]\s"
    r"(?:(?P<kind2>[A-Za-z][a-z-]+)\s)??(?P<nouns2>[A-Za-z][a-z]+s)(?P<more>\s(?:from|of|by|for|with|to)\s[a-z][a-z -]{2,40}?)?\s"
    r"(?P<result>(?:shall|must|may|can|will|are)\s(?:be\s)?(?:accepted|allowed|permitted|admitted|processed|granted|taken|booked))\s"
    rf"(?:regardless\sof|irrespective\sof|independently\sof|whatever)\s(?:the|their|its)\s{_MEASURE}\.?"
)


def points(view: View) -> Iterator[TestPoint]:
    """The first kind on both sides of its bound, the second one beyond it; nothing where both speak of different things."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or found["nouns"].lower() != found["nouns2"].lower() or bool(found["kind2"]) == bool(found["more"]):
        return
    amounts = list(quantities(found["number"]))
    if len(amounts) != 1 or (found["beyond"] and not REFUSED.search(found["beyond"])):
        return
    (q,) = amounts
    noun = singular(found["nouns"].lower())
    bound, other = (
        f"{found['kind'].lower()} {noun}",
        f"{found['kind2'].lower()} {noun}" if found["kind2"] else f"{noun}{_one_of_them(found['more'])}",
    )
    name = f"{noun} {found['measure'].lower()}"
    limit = Limit(name, None, Bound(q.value, True, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    levels = [
        lv for lv in limit_levels(limit, name, "en") if lv.technique is Technique.EQUIVALENCE_PARTITIONING or lv.weight > 0.8
    ]
    rows = [(bound, lv, lv.good) for lv in levels] + [(other, lv, True) for lv in levels if not lv.good]
    for kind, level, ok in rows:
        (value,) = level.inputs.values()
        told = shown(value, "en")
        does = f"submit {article(kind)} {kind} with {article(found['measure'])} {found['measure'].lower()} of {told}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={f"kind of {noun}": Input(kind), name: value},
            preconditions=(),
            do=sentence(does, "en"),
            see=f"The {noun} is {'accepted' if ok else 'refused'}.",
            reason=level.reason if kind == bound else "the limit does not bind this kind",
            weight=level.weight,
            title=f"{kind}, {told}",
            whole=True,
        )


def _one_of_them(more: str) -> str:
    """ " from identified donors" → " from an identified donor"."""
    preposition, _, who = more.strip().partition(" ")
    one = singular(who)
    return (
        f" {preposition} {article(one)} {one}" if one != who and not re.match(r"(?:an?|the)\s", who) else f" {preposition} {who}"
    )
