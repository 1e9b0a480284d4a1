"""A limit of one's own for each role, with what the first clause names told by a pronoun in the next: "A team leader may approve
a goodwill payment of up to 100 EUR, a branch manager one of up to 500 EUR. The system shall reject an approval above the limit of
the approver". Each role is tried at its own bound and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import Quantity, quantities
from testgen_runtime.documents.english import article
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import in_role, sentence
from testgen_runtime.techniques.view import View

_WHO: Final = r"(?:An?\s|The\s|Each\s|Every\s|All\s)?(?P<who>(?!one\b|those\b|higher\b)[A-Za-z-]+(?:\s[a-z-]+){0,2}?)"
_MAY: Final = r"(?:may|can|(?:is|are)\s(?:allowed|permitted|entitled|authori[sz]ed)\sto)"
_MOST: Final = (
    r"(?:(?:of|worth|for|with\sa\s(?:value|total)\sof)\s)?(?P<most>up\sto|at\smost|(?:no|not)\smore\sthan|a\smaximum\sof|below|under|less\sthan)\s"
    r"(?P<number>\S*\d\S*(?:\s(?:%|[A-Za-z]+))?)"
)
_FIRST: Final = re.compile(
    rf"{_WHO}\s{_MAY}\s(?P<verb>(?!only\b|not\b|be\b|have\b)[a-z]+)\s(?P<thing>(?:an?\s|any\s|the\s)?(?:[a-z-]+\s){{0,2}}?[a-z-]+)\s{_MOST}",
    re.I,
)
_NAME: Final = r"(?!(?:ones?|those|it|may|can|is|are|of|for|worth|up|at|no|not|a|an|the|below|under|less)\b)[A-Za-z-]+"
_NEXT: Final = re.compile(
    rf"(?:An?\s|The\s|Each\s|Every\s|All\s)?(?P<who>{_NAME}(?:\s{_NAME}){{0,2}})"
    rf"(?:\s{_MAY}(?:\s(?P<verb>(?!up\b|at\b|of\b|no\b)[a-z]+)(?=\s(?!more\b|most\b|to\b)))?)?"
    rf"(?:\s(?P<thing>ones?|those|it|(?:an?\s)?{_NAME}(?:\s{_NAME}){{0,2}}))?\s{_MOST}",
    re.I,
)
_PARTED: Final = re.compile(
    r"\.\s(?=[A-Z])|;\s(?:and\s|but\s)?|,\s(?:and\s|but\s|while\s|whereas\s)?(?!\d)|\s(?:and|while|whereas)\s"
)
_BEYOND: Final = re.compile(r"\b(?:above|beyond|over|exceed\w*|higher|larger|greater|more|longer|heavier|further)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Own:
    """The most that one role may."""

    role: str
    most: Quantity
    inclusive: bool


def points(view: View) -> Iterator[TestPoint]:
    """Each role at its bound and beside it; nothing where the clauses are of different things or more is told of them."""
    text = statement(view).rstrip(".")
    pieces = [piece.strip() for piece in _PARTED.split(text) if piece.strip()]
    first = _FIRST.fullmatch(pieces[0]) if pieces else None
    if first is None:
        return
    own: list[_Own] = []
    for piece in pieces:
        found = _FIRST.fullmatch(piece) if not own else _NEXT.fullmatch(piece)
        if found is None:
            break
        one = _own(found, first)
        if one is None:
            return
        own.append(one)
    rest = text[text.index(pieces[len(own)]) :] if len(own) < len(pieces) else ""
    if len(own) < 2 or len({o.role.lower() for o in own}) < len(own) or (rest and not _turns_away(rest)):
        return
    if len({o.most.unit for o in own}) > 1 or len({o.most.value for o in own}) < 2:
        return
    thing = _thing(first["thing"])
    verb = first["verb"].lower()
    for one in own:  # "pay back up to 100 USD": what is paid back has no name
        yield from _tried(view, one, Operation(f"{verb} {thing}", "") if thing in _PARTICLES else Operation(verb, thing))


def _own(found: re.Match[str], first: re.Match[str]) -> _Own | None:
    """What a clause tells of its role; None where it is of something else than the first one."""
    if found["verb"] and found["verb"].lower() != first["verb"].lower():
        return None
    told = (found["thing"] or "one").lower()
    if told not in ("one", "ones", "those", "it") and _thing(told) != _thing(first["thing"]):
        return None
    amounts = list(quantities(found["number"]))
    if len(amounts) != 1 or not amounts[0].unit or amounts[0].dimension == "count":
        return None
    role = singular(found["who"])
    if _thing(first["thing"]).split()[-1] == _thing(role).split()[-1]:
        return None  # "crane operators loads of at most 900 kg": where the role ends, is not told
    role = role if role[1:2].isupper() else role[:1].lower() + role[1:]
    return _Own(role, amounts[0], found["most"].lower() not in ("below", "under", "less than"))


def _thing(words: str) -> str:
    return singular(re.sub(r"^(?:an?|any|the)\s", "", words.lower()))


def _turns_away(rest: str) -> bool:
    """Whether what follows only refuses what lies beyond: "Higher discounts shall be blocked"."""
    if re.search(r"\d|\bunless\b|\bexcept\b", rest):
        return False
    return REFUSED.search(rest) is not None and _BEYOND.search(rest) is not None


_PARTICLES: Final = ("back", "out", "in", "off", "up", "down", "over")
_KIND: Final = {"money": "amount", "percent": "rate", "duration": "duration", "size": "size", "length": "length"}


def _tried(view: View, own: _Own, done: Operation) -> Iterator[TestPoint]:
    q = own.most
    kind = "weight" if q.unit in ("kg", "g", "tonnes") else _KIND.get(q.dimension, "value")
    if done.thing:
        name = done.thing if done.thing.split()[-1] in ("discount", "amount", kind) else f"{done.thing} {kind}"
    else:
        name = kind
    limit = Limit(name, None, Bound(q.value, own.inclusive, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    for level in limit_levels(limit, name, "en"):
        (value,) = level.inputs.values()
        told = shown(value, "en")
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs={name: value, "role": Input(own.role)},
            preconditions=(in_role(own.role, "en"),),
            do=sentence(
                f"{done.verb} {article(done.thing)} {done.thing} of {told}" if done.thing else f"{done.verb} {told}", "en"
            ),
            see=done.done(level.good),
            reason=f"{level.reason} for the role {own.role}",
            weight=level.weight,
            title=f"role {own.role}, {name} of {told}",
            whole=True,
        )
