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
_BESIDE = re.compile(
    r"(?:it|they|he|she|(?:the|an?|its|their)\s[a-z-]+(?:\s[a-z-]+)?)\s"
    r"(?:(?:weighs?|lasts?|costs?|measures?|earns?|pays?|holds?|contains?)\s(?:less|more|fewer|longer|shorter)|"
    r"(?:is|are)\s(?:less|more|fewer|lighter|heavier|longer|shorter|higher|lower|larger|smaller|greater))"
    r"(?:\sthan\s(?:that|this))?"
    r"|(?:it|they|(?:the|an?|its|their)\s[a-z-]+(?:\s[a-z-]+)?)\s(?:exceeds?|goes\s(?:above|beyond|over)|falls\sbelow|(?:is|are)\s(?:above|below|over|beyond))\s"
    r"(?:the|this|that|its)\s(?:limit|maximum|minimum|threshold|bound|value|cap)",
    re.IGNORECASE,
)
"""A condition that compares with a number told before it: "…, and declined if the donor weighs less", "if it exceeds the limit"."""


def restates_violation(unit: Unit) -> bool:
    """Whether the unit refuses what is not as a text before has it, and adds no condition of its own."""
    if unit.verdict != "refuse":
        return False
    beside = (
        len(unit.conditions) == 1 and unit.conditions[0].holds and _BESIDE.fullmatch(unit.conditions[0].part.text) is not None
    )
    return beside or _RESTATES.search(unit.part.text) is not None
