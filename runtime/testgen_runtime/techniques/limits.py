"""The limits of a requirement as factors: ends of one range joined, the same range said twice counted once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from testgen_runtime.documents.model import Atom, AtomKind, Bound, Language, Limit
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.factors import Factor
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.partitions import limit_levels

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]", re.I)


@dataclass(frozen=True, slots=True)
class Range:
    """A limit put together from one or more atoms."""

    limit: Limit
    atoms: tuple[Atom, ...]


def complement(limit: Limit) -> Limit | None:
    """The other side of a range that is open at one end."""
    if limit.lower is not None and limit.upper is None:
        return replace(limit, lower=None, upper=_turned(limit.lower))
    if limit.upper is not None and limit.lower is None:
        return replace(limit, upper=None, lower=_turned(limit.upper))
    return None


def _turned(bound: Bound) -> Bound:
    return replace(bound, inclusive=not bound.inclusive)


def ranges(limits: Sequence[tuple[Atom, Limit]]) -> list[Range]:
    """The distinct ranges of a requirement, in the order of the text.

    Two atoms make one range where they name the same thing in the same unit and either say the same or each says another end.
    A range open at one end in which something different happens (`accepts` False) is the other side of an accepted range where
    the text has that one too; alone, inside it is where the rule shows.
    """
    found: list[Range] = []
    for atom, limit in sorted(limits, key=lambda one: not one[1].accepts):
        told, other = limit, complement(limit)
        if not limit.accepts and other is not None:
            same = any(_says(known.limit, replace(other, accepts=True)) for known in found)
            told = replace(other if same else limit, accepts=True)
        for i, known in enumerate(found):
            if (joined := _joined(known.limit, told)) is not None:
                found[i] = Range(joined, (*known.atoms, atom))
                break
        else:
            found.append(Range(told, (atom,)))
    return sorted(found, key=lambda r: r.atoms[0].span)


def _says(known: Limit, limit: Limit) -> bool:
    """Whether `limit` tells nothing that `known` does not."""
    joined = _joined(known, limit)
    return joined is not None and (joined.lower, joined.upper) == (known.lower, known.upper)


def _joined(a: Limit, b: Limit) -> Limit | None:
    if _bare(a) != _bare(b):  # "at least 8 and at most 64 characters": the unit stands only once
        a, b = (replace(x, unit=y.unit, dimension=y.dimension) if _bare(x) else x for x, y in ((a, b), (b, a)))
    if a.dimension != b.dimension or _unit(a) != _unit(b) or a.accepts != b.accepts or not same_subject(a.subject, b.subject):
        return None
    lower = _end(a.lower, b.lower)
    upper = _end(a.upper, b.upper)
    if lower == "conflict" or upper == "conflict":
        return None
    assert not isinstance(lower, str)
    assert not isinstance(upper, str)
    if (
        lower
        and upper
        and (lower.value > upper.value or (lower.value == upper.value and not (lower.inclusive and upper.inclusive)))
    ):
        return None  # "under 12 …; 12 or older …": two sides of one bound, nothing lies in both
    return replace(
        a,
        subject=max(a.subject, b.subject, key=_telling),
        unit=a.unit or b.unit,
        lower=lower,
        upper=upper,
        step=min(a.step, b.step),
        multiple=a.multiple or b.multiple,
    )


def _telling(subject: str) -> tuple[int, int]:
    """How much a subject says: its own words first, then its length."""
    own = {word.lower().rstrip("s") for word in _WORD.findall(subject)} - _ARTICLES - _MEASURES
    return len(own), len(subject)


def _bare(limit: Limit) -> bool:
    return not limit.unit.strip() and limit.dimension in ("other", "count")


def _end(a: Bound | None, b: Bound | None) -> Bound | str | None:
    """The end that both say, or the one that either says; "conflict" where they differ."""
    if a is None or b is None:
        return a or b
    return a if a.value == b.value and a.inclusive == b.inclusive else "conflict"


def _unit(limit: Limit) -> str:
    return limit.unit.strip().lower().rstrip("s").removeprefix("个")


def same_subject(a: str, b: str) -> bool:
    """Whether two subjects mean the same parameter: equal, one inside the other, or one left out."""
    left, right = (frozenset(word.lower().rstrip("s") for word in _WORD.findall(s)) - _ARTICLES - _MEASURES for s in (a, b))
    return not left or not right or left <= right or right <= left


_MEASURES = frozenset(
    {"amount", "length", "size", "duration", "number", "value", "total", "time", "count", "eur", "usd", "gbp", "chf", "cny"}
)
"""Words that name what is measured or in what, and no thing: "EUR amount" is the amount of whatever is spoken of."""
_ARTICLES = frozenset(
    {"the", "a", "an", "it", "any", "other", "thi", "that", "each", "every", "larger", "longer", "its", "of", "该", "其", "的"}
)


def limit_factor(found: Range, language: Language, at: int, width: Width = 3) -> Factor:
    """A limit as a factor."""
    name = limit_name(found.limit, language)
    return Factor(
        AtomKind.LIMIT, name, limit_levels(found.limit, name, language, width), tuple(atom.id for atom in found.atoms), at
    )
