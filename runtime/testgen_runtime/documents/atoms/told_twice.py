"""What a Chinese text tells twice: the states of one thing in several conditions, a term and its other side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from testgen_runtime.documents.atoms import conditions, results, states
from testgen_runtime.documents.atoms.clauses import Unit

_WITHIN_TERM = re.compile("(?:^|仍|尚)在(?:该|其)?(?P<term>[\u4e00-\u9fff]{1,6}期)限?(?:之)?内$")


def told_states_of(rules: Sequence[Unit], clauses: Sequence[conditions.Mention]) -> list[states.Mention]:
    """The states that all conditions name of one thing, some of them several, where one rule accepts and another refuses."""
    named = [states.listed_as_conditions(clause.text) for clause in clauses]
    several = [n for n in named if n is not None and len(n[1]) > 1]
    if len(clauses) < 2 or not several or any(n is None or n[0] != several[0][0] for n in named):
        return []
    if {rules[clause.unit].verdict for clause in clauses} != {"accept", "refuse"}:
        return []
    return [
        states.Mention(
            n[0], n[1], rules[clause.unit].verdict == "accept", results.predicate(rules[clause.unit]).text, "",
            clause.part.start, clause.part.end,
        )
        for n, clause in zip(named, clauses, strict=True) if n is not None
    ]  # fmt: skip


def complements(found: conditions.Mention, before: Sequence[conditions.Mention]) -> bool:
    """ "在有效期内" behind "试剂超过有效期": the same condition, told from its other side."""
    within = _WITHIN_TERM.search(found.text)
    return within is not None and any(re.search(f"(?:超过|超出|已过|过了|逾){within['term']}", m.text) for m in before)
