"""Requirements with atoms, built by hand from quoted parts of a text: what the documents room gives to test design."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from testgen_runtime.documents.model import (
    Action,
    Actor,
    Atom,
    AtomKind,
    AtomValue,
    Bound,
    Condition,
    Document,
    Enumeration,
    Format,
    Language,
    Limit,
    Outcome,
    Requirement,
    Span,
    State,
)

KINDS: dict[type, AtomKind] = {
    Limit: AtomKind.LIMIT,
    Enumeration: AtomKind.ENUMERATION,
    Format: AtomKind.FORMAT,
    State: AtomKind.STATE,
    Actor: AtomKind.ACTOR,
    Condition: AtomKind.CONDITION,
    Action: AtomKind.ACTION,
    Outcome: AtomKind.OUTCOME,
}
NOWHERE = Span(0, 0)
Dimension = Literal["count", "length", "duration", "size", "money", "percent", "other"]


def bound(value: str | None, inclusive: bool = True) -> Bound | None:
    return None if value is None else Bound(Decimal(value), inclusive, NOWHERE)


def limit(
    subject: str,
    lower: str | None = None,
    upper: str | None = None,
    unit: str = "",
    dimension: Dimension = "other",
    *,
    step: str = "1",
    accepts: bool = True,
    lower_in: bool = True,
    upper_in: bool = True,
) -> Limit:
    return Limit(subject, bound(lower, lower_in), bound(upper, upper_in), unit, dimension, Decimal(step), accepts)


def requirement(
    text: str,
    *parts: tuple[str, AtomValue],
    name: str = "REQ-1",
    language: Language = "en",
    before: str = "# Title\n\n",
) -> tuple[Requirement, Document]:
    """A requirement whose atoms stand where their quoted words stand, inside a document that has nothing else."""
    start = len(before)
    atoms = []
    for number, (words, value) in enumerate(parts, 1):
        at = text.index(words)
        span = Span(start + at, start + at + len(words))
        kind = KINDS[type(value)]
        atoms.append(Atom(f"{name}/{kind.value}-{number}", kind, span, words, value))
    made = Requirement(name, text, Span(start, start + len(text)), ("Title",), language, True, tuple(atoms))
    document = Document("Title", before + text + "\n", language, "text/markdown", (), (made,))
    return made, document


def moved(found: Requirement, by: int) -> Requirement:
    """The same requirement further down in a longer document."""

    def move(span: Span) -> Span:
        return Span(span.start + by, span.end + by)

    return replace(found, span=move(found.span), atoms=tuple(replace(a, span=move(a.span)) for a in found.atoms))
