"""English exceptions told where the rule has already been: "Claims filed later are rejected, unless …"."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.clauses import Unit

_BEYOND = re.compile(
    r"\b(?:later|earlier|longer|shorter|heavier|lighter|larger|bigger|smaller|higher|lower|older|younger|more|less|fewer|"
    r"above|below|beyond|outside|afterwards|thereafter)\b(?! than\b)",
    re.IGNORECASE,
)


def lifts_limit(unit: Unit) -> bool:
    """Whether a rule refuses what lies beyond a limit told before it, but for an exception: then one of both is enough."""
    exception = len(unit.conditions) == 1 and not unit.conditions[0].holds
    return exception and unit.verdict == "refuse" and (unit.otherwise or _BEYOND.search(unit.main.text) is not None)
