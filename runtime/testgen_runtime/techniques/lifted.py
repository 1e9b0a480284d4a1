"""A limit that an exception moves: "under 18 … refused, unless 16 or older and with consent" is two limits of one parameter.

Up to the outer bound the exception does not matter, between both bounds it decides, beyond the inner one it does not help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.model import Atom, AtomKind, Condition
from testgen_runtime.techniques.boundaries import Width, inside
from testgen_runtime.techniques.decisions import condition_factor
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule, with_atoms
from testgen_runtime.techniques.limits import Range, limit_factor, same_subject
from testgen_runtime.techniques.view import View, overlap

_EXCEPTION: Final = re.compile(r"除非[^，,。；;]{2,80}")


def rules(view: View, found: Sequence[Range], width: Width) -> Iterator[Rule]:
    """The two rules of such a limit, without their results: inside the exception, and where it does not hold."""
    told = _EXCEPTION.search(view.requirement.text) if view.language == "zh" else None
    if told is None:
        return

    def within(atom: Atom) -> bool:
        return told.start() <= view.at(atom) < told.end()

    inner = [r for r in found if all(within(a) for a in r.atoms)]
    outer = [r for r in found if not any(within(a) for a in r.atoms) and inner and _of_one(r, inner[0])]
    conditions = [(a, v) for a, v in view.of(Condition) if within(a) and v.holds]
    wording = [a.id for a, _ in conditions if inner and any(overlap(a, limit) for limit in inner[0].atoms)]
    apart = [_factor(view, a) for a, _ in conditions if a.id not in wording]
    if len(inner) != 1 or len(outer) != 1 or len(found) != 2 or not apart:
        return
    low, high = (limit_factor(r, view.language, view.at(r.atoms[0]), width) for r in (inner[0], outer[0]))
    low = replace(with_atoms(low, wording), levels=tuple(v for v in low.levels if not inside(outer[0].limit, _value(v))))
    fails = apart[0].typical(False)
    if low.typical(True) is None or low.typical(False) is None or fails is None:
        return
    yield Rule((Cluster("and", (low, *apart)),))
    yield Rule((Cluster("and", (high,)),), held=(fails,))


def _of_one(a: Range, b: Range) -> bool:
    """Whether two ranges bound one parameter at different places."""
    ends = [{e.value for e in (r.limit.lower, r.limit.upper) if e} for r in (a, b)]
    alike = (a.limit.dimension, a.limit.unit) == (b.limit.dimension, b.limit.unit)
    return alike and same_subject(a.limit.subject, b.limit.subject) and not ends[0] & ends[1]


def _factor(view: View, atom: Atom) -> Factor:
    return replace(condition_factor(atom, refuses=False, language=view.language, at=view.at(atom)), kind=AtomKind.CONDITION)


def _value(level: Level) -> Decimal:
    return clock.value(next(iter(level.inputs.values())).value)
