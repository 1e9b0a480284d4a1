"""English exceptions told where the rule has already been: "Claims filed later are rejected, unless …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.ranges import Mention

_BEYOND = re.compile(
    r"\b(?:later|earlier|longer|shorter|heavier|lighter|larger|bigger|smaller|higher|lower|older|younger|more|less|fewer|"
    r"above|below|beyond|outside|afterwards|thereafter)\b(?! than\b)",
    re.IGNORECASE,
)


def lifts_limit(unit: Unit, *, names_it: bool) -> bool:
    """Whether a rule refuses what lies beyond a limit told before it, but for an exception: then one of both is enough.

    `names_it`: it tells the limit's bound again.
    """
    exception = len(unit.conditions) == 1 and not unit.conditions[0].holds
    return exception and unit.verdict == "refuse" and (names_it or unit.otherwise or _BEYOND.search(unit.main.text) is not None)


def retold(here: Sequence[Mention], before: Sequence[Sequence[Mention]]) -> bool:
    """Whether limits were told before, and a rule's own ones (if any) name their bounds again: "After 30 days … declined"."""
    known = {end.value for found in before for m in found for end in (m.lower, m.upper) if end}
    return bool(known) and all(end.value in known for m in here for end in (m.lower, m.upper) if end)
