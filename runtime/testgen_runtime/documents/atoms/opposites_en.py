"""A condition told from its other side: "A tooth is extracted only if the X-ray has been checked. If it has not been checked, …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.ranges import Mention as Range

_SAID = re.compile(
    r"(?P<who>it|they|he|she|this|that|(?:the|an?|its|their|his|her)\s[a-z][\w -]{1,40}?)\s"
    r"(?P<does>has|have|is|are|was|were|does|do)(?P<no>\snot|n't)?(?P<rest>\s[^,;]+)?",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"it|they|he|she|this|that", re.IGNORECASE)


_LATE = re.compile(
    r"(?:an?|the|any|every|all)?\s?[a-z-]+(?:\s[a-z-]+)?\s(?:that|which|who)\s(?:is|are|was|were|arrives?|comes?)\s(?:[a-z]+\s)?"
    r"(?:later(?:\sthan\sthat)?|too\slate|after\sthat|afterwards)\b",
    re.IGNORECASE,
)


def comes_late(unit: Unit, known: Sequence[Range]) -> bool:
    """ "… within 24 hours; a bicycle that is returned later costs an extra fee": what happens beyond the time told before."""
    if not known or known[-1].dimension != "duration" or known[-1].upper is None or known[-1].lower is not None:
        return False
    return _LATE.match(unit.part.text) is not None


def tells_otherwise(unit: Unit, before: Unit) -> bool:
    """Whether the only condition of a rule is that the only one of the rule before does not hold."""
    if len(unit.conditions) != 1 or len(before.conditions) != 1 or not unit.conditions[0].holds or not before.conditions[0].holds:
        return False
    here, there = (_SAID.fullmatch(one.conditions[0].part.text.strip()) for one in (unit, before))
    if here is None or there is None or bool(here["no"]) == bool(there["no"]) or here["does"].lower() != there["does"].lower():
        return False
    if not _PRONOUN.fullmatch(here["who"]) and here["who"].lower() != there["who"].lower():
        return False
    return not here["rest"] or here["rest"].strip().lower() == (there["rest"] or "").strip().lower()
