"""Which of two releases writes the better cases. Pure and total.

Quality decides: coverage, atoms, points, grounding, schema, byModel, duplicates. One that is worse by more than the tolerance
makes the candidate Worse, whatever is better: nobody wants lost coverage for fewer copies. Cost (seconds, tokens) makes it Worse
only where no quality is better; where one is, a person weighs it (Inconclusive).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from testgen_runtime.operations.golden.measures import Written


class Verdict(StrEnum):
    BETTER = "Better"
    EQUAL = "Equal"
    WORSE = "Worse"
    INCONCLUSIVE = "Inconclusive"


@dataclass(frozen=True, slots=True)
class Kind:
    """How a figure is compared. `least_percent`: a tolerance below this means nothing for it; `least`: nor does a smaller
    difference, in the figure's own unit."""

    name: str
    higher: bool
    quality: bool = True
    least_percent: float = 0.0
    least: float = 0.0


KINDS: Final = (
    Kind("coverage", higher=True),
    Kind("atoms", higher=True),
    Kind("points", higher=True, least_percent=10.0),  # the same bound may be tried with another value
    Kind("grounding", higher=True),
    Kind("schema", higher=True),
    Kind("byModel", higher=True, least_percent=20.0),  # a model's answers differ from day to day
    Kind("duplicates", higher=False, least=0.02),
    Kind("seconds", higher=False, quality=False, least_percent=50.0, least=5.0),  # other pods of the node have a say in it
    Kind("tokens", higher=False, quality=False, least_percent=10.0, least=50.0),
)


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    active: float | None
    candidate: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    verdict: Verdict
    message: str
    figures: tuple[Figure, ...]


def compare(active: Written, candidate: Written, tolerance_percent: float) -> Compared:
    """The verdict over all figures, with each of them."""
    figures = tuple(_figure(kind, active, candidate, tolerance_percent) for kind in KINDS)
    if active.cases == 0 and candidate.cases == 0:
        return Compared(Verdict.INCONCLUSIVE, "neither release wrote a case for the golden set", figures)
    if candidate.cases == 0:
        return Compared(Verdict.WORSE, "the candidate wrote no case for the golden set", figures)
    if active.exhausted or candidate.exhausted:
        return Compared(Verdict.INCONCLUSIVE, "the day's token budget ended before the cases did", figures)
    quality = {kind.name for kind in KINDS if kind.quality}
    by = {verdict: [one for one in figures if one.verdict is verdict] for verdict in Verdict}
    worse = [one for one in by[Verdict.WORSE] if one.name in quality]
    better = [one for one in by[Verdict.BETTER] if one.name in quality]
    dearer = [one for one in by[Verdict.WORSE] if one.name not in quality]
    # Without a case of the active release its shares are not there; then the candidate's are compared with nothing.
    unknown = [one for one in by[Verdict.INCONCLUSIVE] if one.name in quality and active.cases]
    if worse:
        return Compared(Verdict.WORSE, f"worse: {_words(worse)}", figures)
    if unknown:
        return Compared(Verdict.INCONCLUSIVE, f"not told: {', '.join(one.name for one in unknown)}", figures)
    if dearer and better:
        return Compared(Verdict.INCONCLUSIVE, f"better: {_words(better)}; but at a price: {_words(dearer)}", figures)
    if dearer:
        return Compared(Verdict.WORSE, f"no better, and dearer: {_words(dearer)}", figures)
    if better or active.cases == 0:
        return Compared(Verdict.BETTER, f"better: {_words(better) or 'it writes cases'}", figures)
    return Compared(Verdict.EQUAL, "no figure differs by more than the tolerance", figures)


def _figure(kind: Kind, active: Written, candidate: Written, tolerance_percent: float) -> Figure:
    attribute = "by_model" if kind.name == "byModel" else kind.name
    before, after = getattr(active, attribute), getattr(candidate, attribute)
    return Figure(kind.name, before, after, judge(kind, before, after, tolerance_percent))


def judge(kind: Kind, active: float | None, candidate: float | None, tolerance_percent: float) -> Verdict:
    """One figure: of the active release's value, so many percent are tolerated."""
    if active is None or candidate is None or not math.isfinite(active) or not math.isfinite(candidate):
        return Verdict.INCONCLUSIVE
    allowed = max(abs(active) * max(tolerance_percent, kind.least_percent) / 100.0, kind.least)
    gain = candidate - active if kind.higher else active - candidate
    if gain > allowed:
        return Verdict.BETTER
    return Verdict.WORSE if -gain > allowed else Verdict.EQUAL


def _words(figures: list[Figure]) -> str:
    return ", ".join(f"{one.name} {one.active or 0:.4g} → {one.candidate or 0:.4g}" for one in figures)
