"""The limits of a requirement as factors: ends of one range joined, the same range said twice counted once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from testgen_runtime.documents.model import Atom, AtomKind, Bound, Language, Limit
from testgen_runtime.techniques.factors import Factor
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.partitions import limit_levels

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]", re.I)


@dataclass(frozen=True, slots=True)
class Range:
    """A limit put together from one or more atoms."""

    limit: Limit
    atoms: tuple[Atom, ...]


def accepted(limit: Limit) -> Limit:
    """The same limit told as the range that is accepted, where its refused side is open at one end and so has a complement."""
    if limit.accepts or (limit.lower is None) == (limit.upper is None):
        return limit
    if limit.lower is not None:
        return replace(limit, lower=None, upper=_turned(limit.lower), accepts=True)
    assert limit.upper is not None
    return replace(limit, upper=None, lower=_turned(limit.upper), accepts=True)


def _turned(bound: Bound) -> Bound:
    return replace(bound, inclusive=not bound.inclusive)


def ranges(limits: Sequence[tuple[Atom, Limit]]) -> list[Range]:
    """The distinct ranges of a requirement, in the order of the text.

    Two atoms make one range where they name the same thing in the same unit and either say the same or each says another end.
    """
    found: list[Range] = []
    for atom, limit in limits:
        limit = accepted(limit)
        for i, known in enumerate(found):
            if (joined := _joined(known.limit, limit)) is not None:
                found[i] = Range(joined, (*known.atoms, atom))
                break
        else:
            found.append(Range(limit, (atom,)))
    return found


def _joined(a: Limit, b: Limit) -> Limit | None:
    if a.dimension != b.dimension or _unit(a) != _unit(b) or a.accepts != b.accepts:
        return None
    if not same_subject(a.subject, b.subject):
        return None
    lower = _end(a.lower, b.lower)
    upper = _end(a.upper, b.upper)
    if lower == "conflict" or upper == "conflict":
        return None
    assert not isinstance(lower, str)
    assert not isinstance(upper, str)
    if lower and upper and lower.value > upper.value:
        return None
    return replace(a, subject=a.subject or b.subject, unit=a.unit or b.unit, lower=lower, upper=upper, step=min(a.step, b.step))


def _end(a: Bound | None, b: Bound | None) -> Bound | str | None:
    """The end that both say, or the one that either says; "conflict" where they differ.

    The same number both inclusive and exclusive is one end ("more than 3 … 3 and below"): the inclusive side tells which.
    """
    if a is None or b is None:
        return a or b
    return a if a.value == b.value and a.inclusive == b.inclusive else "conflict"


def _unit(limit: Limit) -> str:
    return limit.unit.strip().lower().rstrip("s").removeprefix("个")


def same_subject(a: str, b: str) -> bool:
    """Whether two subjects mean the same parameter: equal, one inside the other, or one left out."""
    left, right = (frozenset(word.lower().rstrip("s") for word in _WORD.findall(s)) - _ARTICLES for s in (a, b))
    return not left or not right or left <= right or right <= left


_ARTICLES = frozenset(
    {"the", "a", "an", "it", "any", "other", "thi", "that", "each", "every", "larger", "longer", "its", "of", "该", "其", "的"}
)


def limit_factor(found: Range, language: Language, at: int) -> Factor:
    """A limit as a factor."""
    name = limit_name(found.limit, language)
    return Factor(AtomKind.LIMIT, name, limit_levels(found.limit, name, language), tuple(atom.id for atom in found.atoms), at)
