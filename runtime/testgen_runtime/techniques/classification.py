"""Classification tree method (ISO/IEC/IEEE 29119-4:2021, 5.2.2): the parameters of a rule, each with its classes.

The tree's leaves are the partitions of partitions.py, roles.py, states.py and decisions.py. Combined are the accepted classes, as
few times as "each choice" allows, and each refused class once, beside accepted ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from testgen_runtime.documents.model import Language
from testgen_runtime.techniques.constraints import possible
from testgen_runtime.techniques.factors import Factor, Level, Rule, verdict
from testgen_runtime.techniques.model import Technique, TestPoint
from testgen_runtime.techniques.points import of_assignment
from testgen_runtime.techniques.view import View

_WHY: Final[Mapping[Language, tuple[str, str]]] = {
    "en": ("each accepted class of the classification tree once", "a refused class of the classification tree, alone"),
    "zh": ("分类树中每个有效类至少出现一次", "分类树中单独出现的一个无效类"),
}


def classes(factor: Factor, good: bool) -> list[Level]:
    """The classes of one parameter: every member of a list, state, role or condition; of a range one value a side."""
    return [
        level for level in factor.levels if level.good is good and level.technique is not Technique.BOUNDARY_VALUE_ANALYSIS
    ] or [level for level in factor.levels if level.good is good][:1]


def points(view: View, rules: Sequence[Rule]) -> Iterator[TestPoint]:
    """The combinations of each rule with two parameters or more."""
    for rule in rules:
        factors = rule.factors
        if len(factors) < 2:
            continue
        valid = {place: found for place, factor in enumerate(factors) if (found := classes(factor, True))}
        most = max((len(found) for found in valid.values()), default=0)
        rows = [({place: found[n % len(found)] for place, found in valid.items()}, 0, 0) for n in range(most)]
        for place, factor in enumerate(factors):
            held = {other: found[0] for other, found in valid.items() if other != place}
            rows += [({**held, place: level}, place, 1) for level in classes(factor, False)]
        for assignment, lead, why in rows:
            if possible(rule, assignment) and verdict(rule, assignment) == (why == 0):
                yield of_assignment(
                    view, rule, assignment, Technique.CLASSIFICATION_TREE, reason=_WHY[view.language][why], weight=0.7, lead=lead
                )
