"""What the rules of a requirement mention -> the kinds and values of its atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from testgen_runtime.documents.atoms import conditions, enumerated, roles_named, states
from testgen_runtime.documents.atoms.ranges import End
from testgen_runtime.documents.atoms.ranges import Mention as Range
from testgen_runtime.documents.atoms.written import Mention as Written
from testgen_runtime.documents.model import Actor, AtomKind, AtomValue, Bound, Condition, Enumeration, Format, Limit, State
from testgen_runtime.documents.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """An atom to be: what it says, and where in the clean text."""

    kind: AtomKind
    start: int
    end: int
    value: AtomValue


def limit_atom(view: View, m: Range) -> Found:
    """The limit that a range is."""

    def bound(end: End | None) -> Bound | None:
        return None if end is None else Bound(end.value, end.inclusive, view.span(end.start, end.end))

    value = Limit(m.subject, bound(m.lower), bound(m.upper), m.unit, m.dimension, m.step, m.accepts, m.multiple)
    return Found(AtomKind.LIMIT, m.start, m.end, value)


def enumeration_atoms(found: Sequence[enumerated.Mention]) -> list[Found]:
    """The lists of values; what is refused goes with the first list that is allowed."""
    out: list[Found] = []
    refused = tuple(dict.fromkeys(v for m in found if m.refused for v in m.values))
    allowed = [m for m in found if not m.refused]
    for index, m in enumerate(allowed):
        out.append(
            Found(AtomKind.ENUMERATION, m.start, m.end, Enumeration(m.subject, m.values, refused if index == 0 else (), m.closed))
        )
    if not allowed:
        for m in found:
            out.append(Found(AtomKind.ENUMERATION, m.start, m.end, Enumeration(m.subject, (), m.values, closed=False)))
    return out


def format_atoms(found: Sequence[Written]) -> list[Found]:
    """One atom for each way that a value is said to be written."""
    return [Found(AtomKind.FORMAT, m.start, m.end, Format(m.subject, m.pattern, m.syntax, m.known, m.example)) for m in found]


def state_atoms(found: Sequence[states.Mention]) -> list[Found]:
    """One atom for the states of one subject; a transition is one of its own."""
    out = [
        Found(
            AtomKind.STATE,
            m.start,
            m.end,
            State(m.subject, m.values if m.possible else (), () if m.possible else m.values, m.event, m.target),
        )
        for m in found
        if m.target
    ]
    plain = [m for m in found if not m.target]
    if plain:
        allowed = tuple(dict.fromkeys(v for m in plain if m.possible for v in m.values))
        refused = tuple(dict.fromkeys(v for m in plain if not m.possible for v in m.values if v not in allowed))
        subject = next((m.subject for m in plain if m.subject), "")
        event = next((m.event for m in plain if m.possible), plain[0].event)
        out.append(Found(AtomKind.STATE, plain[0].start, plain[-1].end, State(subject, allowed, refused, event)))
    return out


def actor_atoms(found: Sequence[roles_named.Mention]) -> list[Found]:
    """One atom for all roles; a role that is permitted anywhere is not denied."""
    if not found:
        return []
    permitted = tuple(dict.fromkeys(r for m in found if m.permitted for r in m.roles))
    denied = tuple(dict.fromkeys(r for m in found if not m.permitted for r in m.roles if r not in permitted))
    action = next((m.action for m in found if m.action), "")
    return [Found(AtomKind.ACTOR, found[0].start, max(m.end for m in found), Actor(permitted, denied, action))]


def condition_atoms(found: Sequence[conditions.Mention]) -> list[Found]:
    """The conditions, those of one rule in one group; groups count from 0."""
    groups: dict[int, int] = {}
    out: list[Found] = []
    for m in conditions.merge(found):
        group = groups.setdefault(m.unit, len(groups))
        value = Condition(m.text, m.negated, m.connective, group, m.holds, m.trigger, m.term)
        out.append(Found(AtomKind.CONDITION, m.part.start, m.part.end, value))
    return out
