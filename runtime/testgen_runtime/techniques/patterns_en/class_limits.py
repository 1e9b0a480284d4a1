"""A limit for each kind of people, with what the first clause says left out of the next: "Students may borrow up to 5 books;
teachers may borrow up to 20." Each kind is tried at its own bound and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import point
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_WHO: Final = r"(?:An?\s|The\s|Each\s|Every\s|All\s)?(?P<who>[a-z-]+(?:\s[a-z-]+)?)"
_MOST: Final = r"(?P<most>up\sto|at\smost|no\smore\sthan|not\smore\sthan|a\smaximum\sof)"
_NUMBER: Final = r"(?P<number>[\d,.]*\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_FIRST: Final = re.compile(
    (
        rf"{_WHO}\s(?:may|can|(?:is|are)\sallowed\sto)\s(?P<verb>(?!only\b|not\b|be\b|have\b)[a-z]+(?:\s"
        rf"(?:out|in|up))?)\s{_MOST}\s{_NUMBER}\s(?P<unit>%|[A-Za-z-]+(?:\s[a-z]+)??)(?P<tail>(?:\s(?:of|"
        rf"per|at|a|an|in|from|each|for|to)\b[a-z ]{{0,40}}?)?)"
    ),
    re.I,
)
_NEXT: Final = re.compile(
    (
        rf"{_WHO}(?:\s(?:(?:may|can|(?:is|are)\sallowed\sto)\s(?P<verb>[a-z]+(?:\s(?:out|in|up))?)|may|"
        rf"can))?(?:\s{_MOST})?\s{_NUMBER}(?:\s(?P<unit>%|[A-Za-z-]+(?:\s[a-z]+)??))?(?P<tail>(?:\s(?:of|"
        rf"per|at|a|an|in|from|each|for|to)\b[a-z ]{{0,40}}?)?)"
    ),
    re.I,
)
_PARTED: Final = re.compile(
    (
        r"\.\s(?=[A-Z])|;\s(?:and\s|but\s)?|,\s(?:and\s|but\s|while\s|whereas\s)?|\s(?:and|but|while|"
        r"whereas)\s(?=(?:an?\s|the\s)?[a-z-]+(?:\s[a-z-]+)?\s(?:may\s|can\s|up\sto|at\smost|no\smore))"
    ),
    re.I,
)


@dataclass(frozen=True, slots=True)
class ForOne:
    """The most that one kind of people may."""

    who: str
    most: Decimal


def points(view: View) -> Iterator[TestPoint]:
    """Each kind at its bound, beyond it and well inside; nothing where the clauses are of different things."""
    pieces = [p.strip() for p in _PARTED.split(view.requirement.text.strip().rstrip(".")) if p and p.strip()]
    first = _FIRST.fullmatch(pieces[0]) if len(pieces) > 1 else None
    if first is None or len(pieces) > 5:
        return
    kinds: list[ForOne] = []
    elliptic = False
    for piece in pieces:
        found = _FIRST.fullmatch(piece) or _NEXT.fullmatch(piece)
        if found is None or (found["verb"] and found["verb"].lower() != first["verb"].lower()):
            return
        if (found["unit"] and found["unit"].lower().rstrip("s") != first["unit"].lower().rstrip("s")) or not _same_tail(
            found["tail"], first["tail"]
        ):
            return
        elliptic = elliptic or (not found["unit"] and re.search(r"\s(?:may|can|allowed)\s", piece) is not None)
        value = next(iter(quantities(f"{found['number']} {first['unit']}")), None)
        if value is None or value.unit == "":
            return
        kinds.append(ForOne(_person(found["who"]), value.value))
    if not elliptic and all(ROLE.search(k.who) for k in kinds):
        return  # roles with a limit each, or "guests up to 3", are read by the general reading
    if len({k.who for k in kinds}) != len(kinds) or len({k.most for k in kinds}) < 2:
        return
    unit = next(iter(quantities(f"{first['number']} {first['unit']}")))
    yield from _tried(view, kinds, first, unit.unit, _name(first, unit.dimension, unit.unit))


def _same_tail(own: str, first: str) -> bool:
    return not own.strip() or own.strip().lower() == first.strip().lower()


def _name(first: re.Match[str], dimension: str, unit: str) -> str:
    tail = first["tail"].strip()
    if dimension == "count":
        return f"number of {unit}"
    of = re.match(r"of\s(?P<what>[a-z ]+)$", tail)
    kind = {"money": "amount", "duration": "duration", "size": "size", "length": "length"}.get(
        dimension, "weight" if unit in ("kg", "g", "lb") else "quantity"
    )
    return f"{of['what']} {kind}" if of else kind


def _person(who: str) -> str:
    return {"children": "child", "people": "person", "men": "man", "women": "woman"}.get(who.lower(), singular(who))


def _tried(view: View, kinds: list[ForOne], first: re.Match[str], unit: str, name: str) -> Iterator[TestPoint]:
    dimension = next(iter(quantities(f"{first['number']} {first['unit']}"))).dimension
    key = "role" if any(ROLE.search(k.who) for k in kinds) else "kind of person"
    for kind in kinds:
        limit = Limit(name, None, Bound(kind.most, True, Span(0, 0)), unit, dimension, Decimal(1))
        for level in limit_levels(limit, name, "en"):
            (value,) = level.inputs.values()
            told = shown(value, "en")
            tail = first["tail"]
            yield point(
                view,
                technique=level.technique,
                ok=level.good,
                inputs={name: value, key: Input(kind.who)},
                preconditions=(f"You are signed in as {'an' if kind.who[0] in 'aeioAEIO' else 'a'} {kind.who}.",),
                do=sentence(f"{first['verb'].lower()} {told}{tail}", "en"),
                see="The request is accepted." if level.good else "The system refuses this and the request is rejected.",
                reason=f"{level.reason} for {kind.who}",
                weight=level.weight,
                title=f"{kind.who}, {told}",
                whole=True,
            )
