"""A sentence that only tells the other side of a form told before: "A code that has fewer or more digits is rejected"."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.clauses import Unit

_RESTATES = re.compile(
    r"\b(?:(?:fewer|less|more) or (?:fewer|less|more)|(?:longer|shorter) or (?:longer|shorter)|too (?:few|many|short|long)|"
    r"(?:any|some) other (?:number|amount) of|(?:any )?other than (?:this|that)|a different (?:length|number|form|format)|"
    r"(?:do|does) not (?:match|have|follow|comply with|conform to|fit) (?:this|that|the) (?:required )?(?:format|form|pattern|length))\b",
    re.IGNORECASE,
)


def restates_violation(unit: Unit) -> bool:
    """Whether the unit refuses what is not as a text before has it, and adds no condition of its own."""
    return unit.verdict == "refuse" and _RESTATES.search(unit.part.text) is not None
