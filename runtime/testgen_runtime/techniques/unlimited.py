"""A role that no limit binds, beside roles that one does: "柜员可办理不超过 2 万元的取款，主任可办理任意金额的取款"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.model import Actor
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.factors import Cluster, Factor, Level, Rule
from testgen_runtime.techniques.limits import Range, limit_factor
from testgen_runtime.techniques.names import role_name
from testgen_runtime.techniques.roles import role_levels
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.vocabulary import Vocabulary

ANY_AMOUNT_ZH: Final = re.compile(
    r"(?:任[意何]|不限)(?:的)?(?:金额|数额|额度|数量|份数|重量|时长|面值|大小|期限|天数|次数)|(?:金额|数额|额度|数量|重量|时长|天数|次数)不(?:限|受限)|不受[^，。；]{0,12}限"
)


def rules_zh(view: View, apart: Sequence[Range], width: Width) -> Iterator[tuple[Rule, int]]:
    """(rule, its sentence) of each such role: a value that the others may have, and one that they may not."""
    text = view.requirement.text
    factors = [limit_factor(r, "zh", view.at(r.atoms[0]), width) for r in apart]
    for atom, value in view.of(Actor) if factors else ():
        for role in value.permitted:
            told = re.search(rf"{re.escape(role)}[^，。；]{{0,16}}?(?:{ANY_AMOUNT_ZH.pattern})", text)
            if told is None:
                continue
            first, last = factors[0], max(factors, key=_highest)
            beyond = [v for v in last.levels if not v.good]
            tried = [first.typical(True), max(beyond, key=_value, default=None)]
            levels = tuple(replace(v, good=True, reason="该角色不受此限制") for v in tried if v is not None)
            factor = replace(last, levels=levels, atom_ids=(atom.id,))
            held = role_levels(Actor((role,)), role_name("zh"), "zh", Vocabulary(), closed=False)[:1]
            place = next((n for n, (start, end) in enumerate(view.spans) if start <= told.start() < end), 0)
            yield Rule((Cluster("and", (factor,)),), held=held), place


def _value(level: Level) -> float:
    return float(clock.value(next(iter(level.inputs.values())).value))


def _highest(factor: Factor) -> float:
    return max((_value(level) for level in factor.levels), default=0.0)
