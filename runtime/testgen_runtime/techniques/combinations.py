"""Pair-wise testing (ISO/IEC/IEEE 29119-4:2021, 5.2.5): every two accepted values of different parameters meet in some test.

The combinations come from allpairspy; what the points of other techniques already bring together is not asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from allpairspy import AllPairs

from testgen_runtime.documents.model import AtomKind, Language
from testgen_runtime.techniques.constraints import possible
from testgen_runtime.techniques.factors import Factor, Level, Rule
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.points import of_assignment
from testgen_runtime.techniques.view import View

FEWEST: Final = 3
"""Parameters with a choice: with two, every pair is a single test anyway and partitions and decisions have it."""
MOST_PARAMETERS: Final = 8
MOST_VALUES: Final = 8
"""Bounds: at most 8 x 8 pairs for each of 28 pairs of parameters."""
_WHY: Final[Mapping[Language, str]] = {
    "en": "pairs of values that no other test brings together",
    "zh": "覆盖其他用例未同时出现的取值组合",
}


def points(view: View, rules: Sequence[Rule], *, tested: Iterable[TestPoint]) -> Iterator[TestPoint]:
    """Combinations of accepted values of each rule with three or more parameters that have a choice."""
    known = [point for point in tested if point.polarity == "positive"]
    for rule in rules:
        places = parameters(rule)
        if len(places) < FEWEST:
            continue
        factors = rule.factors
        values = [choices(factors[place]) for place in places]
        before = [row for point in known if (row := _row(point, values)) is not None]
        for levels in pairs(values, before):
            assignment = _held(rule) | dict(zip(places, levels, strict=True))
            if possible(rule, assignment):
                yield of_assignment(
                    view, rule, assignment, Technique.PAIRWISE, reason=_WHY[view.language], weight=0.55, lead=places[0]
                )


def parameters(rule: Rule) -> list[int]:
    """The places of the factors with two accepted values or more; none where some factors are alternatives of each other."""
    if any(cluster.connective == "or" and len(cluster.factors) > 1 for cluster in rule.clusters):
        return []
    found = [place for place, factor in enumerate(rule.factors) if len(choices(factor)) > 1]
    return found[:MOST_PARAMETERS]


def choices(factor: Factor) -> list[Level]:
    """The accepted levels of a factor; of a range its representative and the last values inside, of a condition the one."""
    good = [level for level in factor.levels if level.good]
    if factor.kind is AtomKind.LIMIT:
        good = [level for level in good if level.technique is Technique.EQUIVALENCE_PARTITIONING or level.weight > 0.9]
    return good[:MOST_VALUES]


def pairs(values: Sequence[Sequence[Level]], tested: Sequence[Sequence[Level]] = ()) -> list[tuple[Level, ...]]:
    """Rows that together with `tested` hold every pair of values of different parameters. The same ones each time.

    With one column every value is a row.
    """
    if len(values) < 2:
        return [(level,) for column in values for level in column]
    numbers = [list(range(len(column))) for column in values]
    before = [[column.index(level) for column, level in zip(values, row, strict=True)] for row in tested]
    rows: list[Any] = list(AllPairs(numbers, previously_tested=before))
    return [tuple(column[number] for column, number in zip(values, row, strict=True)) for row in rows]


def _held(rule: Rule) -> dict[int, Level]:
    """Every factor at its typical accepted level."""
    return {place: level for place, factor in enumerate(rule.factors) if (level := factor.typical(True)) is not None}


def _row(point: TestPoint, values: Sequence[Sequence[Level]]) -> list[Level] | None:
    """The values that a point already brings together; None where it leaves one of the parameters open."""
    row: list[Level] = []
    for column in values:
        found = next((level for level in column if all(point.inputs.get(n) == v for n, v in level.inputs.items())), None)
        if found is None:
            return None
        row.append(found)
    return row
