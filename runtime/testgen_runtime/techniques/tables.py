"""Decision table testing (ISO/IEC/IEEE 29119-4:2021, 5.2.6): the columns of a rule, collapsed to what decides.

A column is a combination of causes that hold or do not hold, with "does not matter" where the result is the same either way.
The collapsed columns of a formula are the paths of its decision diagram: they exclude each other, and together they say
everything. Columns that nobody can set up are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from testgen_runtime.documents.model import Language
from testgen_runtime.techniques.constraints import possible
from testgen_runtime.techniques.factors import Level, Rule, verdict
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.points import of_assignment
from testgen_runtime.techniques.view import View

MOST_COLUMNS: Final = 64
"""A bound for requirements with very many conditions; their table is cut, and said to be, by what is left out."""
_WHY: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("a column of the decision table in which the rule applies", "a column of the decision table in which it does not"),
    "zh": ("判定表中规则成立的一列", "判定表中规则不成立的一列"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """Which factors hold (True) and do not hold (False), by place; those that are missing do not matter."""

    holds: Mapping[int, bool]
    accepted: bool


def columns(rule: Rule) -> Iterator[Column]:
    """The collapsed columns of a rule, at most MOST_COLUMNS: disjoint, and complete where they are fewer.

    Clusters are joined by "and"; inside one, factors by its connective. A factor without a level of one side is held at the
    other.
    """
    places, start = [], 0
    for cluster in rule.clusters:
        places.append((cluster.connective, list(range(start, start + len(cluster.factors)))))
        start += len(cluster.factors)
    yield from islice(_walk(rule, places, {}), MOST_COLUMNS)


def _walk(rule: Rule, clusters: Sequence[tuple[str, list[int]]], chosen: dict[int, bool]) -> Iterator[Column]:
    """The paths that start with what is `chosen`: a cluster that fails ends one, so that the later ones do not matter."""
    if not clusters:
        yield Column(chosen, True)
        return
    (connective, places), rest = clusters[0], clusters[1:]
    # What decides the cluster at once: one that holds of several alternatives, one that fails of several demands.
    decisive = connective == "or"
    path = dict(chosen)
    for place in places:
        if _level(rule, place, decisive) is not None:
            ended = {**path, place: decisive}
            if decisive:
                yield from _walk(rule, rest, ended)
            else:
                yield Column(ended, False)
        if _level(rule, place, not decisive) is None:
            return
        path[place] = not decisive
    if decisive:
        yield Column(path, False)
    else:
        yield from _walk(rule, rest, path)


def _level(rule: Rule, place: int, good: bool) -> Level | None:
    return rule.factors[place].typical(good)


def points(view: View, rules: Sequence[Rule]) -> Iterator[TestPoint]:
    """The decision table of each rule with two factors or more, as test points."""
    for rule in rules:
        if len(rule.factors) > 1:
            yield from of_columns(view, rule, columns(rule), Technique.DECISION_TABLE, _WHY[view.language])


def of_columns(
    view: View, rule: Rule, found: Iterable[Column], technique: Technique, reasons: tuple[str, str]
) -> Iterator[TestPoint]:
    """A point for each column that can be set up; what does not matter is held where it is accepted."""
    for column in found:
        assignment: dict[int, Level] = {}
        for place in range(len(rule.factors)):
            wanted = column.holds.get(place, True)
            level = _level(rule, place, wanted) or (_level(rule, place, not wanted) if place not in column.holds else None)
            if level is not None:
                assignment[place] = level
        if not assignment or not possible(rule, assignment) or verdict(rule, assignment) != column.accepted:
            continue
        lead = next((place for place in reversed(column.holds) if column.holds[place] == column.accepted), 0)
        reason = reasons[0] if column.accepted else reasons[1]
        yield of_assignment(
            view, rule, assignment, technique, reason=reason, weight=0.75, lead=lead if lead in assignment else min(assignment)
        )
