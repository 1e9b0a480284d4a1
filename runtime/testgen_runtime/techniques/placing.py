"""A factor with the place in the text that it is told at."""

from __future__ import annotations

from dataclasses import dataclass

from testgen_runtime.techniques.factors import Factor


@dataclass(frozen=True, slots=True)
class Placed:
    """A factor with the sentences that it stands in; `group` is the group of conditions that it belongs to, if any."""

    factor: Factor
    sentences: frozenset[int]
    group: int | None = None
    connective: str = "and"
    term: int = 0
