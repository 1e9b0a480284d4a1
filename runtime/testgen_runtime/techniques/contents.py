"""Texts that must contain signs of several classes: one with all of them, and one without each (ISO/IEC/IEEE 29119-4:2021,
5.2.4, syntax testing: the mistake of an element that is left out)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

SIGNS: Final = {
    "upper": "ABCDEFGHJK",
    "lower": "mnpqrstuvw",
    "letter": "kLmNpQrStU",
    "digit": "2345678923",
    "special": "!#%+=?@&!#",
}
"""Signs of each class, enough for ten of them; no class has one of another's, but for letters."""
_FILLERS: Final = ("lower", "letter", "digit", "upper", "special")
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Written:
    """A text to enter, the class that it lacks ("" for none) with how many it has, and whether its length is in bounds."""

    value: str
    lacks: str = ""
    has: int = 0
    in_bounds: bool = True

    @property
    def ok(self) -> bool:
        return not self.lacks and self.in_bounds


def written(needed: Mapping[str, int], shortest: int | None, longest: int | None) -> Iterator[Written]:
    """Texts that have what is `needed` (class → how many), of lengths at and beside the bounds, and one that lacks one of each
    class. None where no text of those bounds can have all of it, or the classes contain each other."""
    most = longest if longest is not None else LONGEST
    least = max(sum(needed.values()), shortest or 0)
    if {"letter"} < set(needed) & {"letter", "upper", "lower"} or least > most or most > LONGEST or max(needed.values()) > 9:
        return
    typical = min(most, max(least, 8))
    yield Written(_text(needed, typical))
    for name in needed:
        fewer = {k: n - 1 if k == name else n for k, n in needed.items()}
        yield Written(_text(fewer, typical, without=name), lacks=name, has=fewer[name])
    for length, inside in ((shortest, True), (longest, True), (_less(shortest), False), (_more(longest), False)):
        if length is not None and length >= sum(needed.values()) and not (inside and length == typical):
            yield Written(_text(needed, length), in_bounds=inside)


def _less(shortest: int | None) -> int | None:
    return shortest - 1 if shortest is not None else None


def _more(longest: int | None) -> int | None:
    return longest + 1 if longest is not None else None


def _text(needed: Mapping[str, int], length: int, without: str = "") -> str:
    """A text of `length` signs with what is needed, filled up with signs of a class that is allowed to be there."""
    own = "".join(SIGNS[name][:count] for name, count in needed.items())
    barred = {"letter": {"letter", "lower", "upper"}}.get(
        without, {without, "letter"} if without in ("upper", "lower") else {without}
    )
    filler = next((name for name in (*needed, *_FILLERS) if name not in barred), "digit")
    more = SIGNS[filler] * (length // len(SIGNS[filler]) + 1)
    return (own + more)[:length]
