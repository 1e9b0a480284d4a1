"""Cases of one requirement that would read the same but for a word of their set-up: what they do names it too.

"Send a message." in the state Active and in the state Passive are two tests; told in the preconditions alone, the difference is
easily overlooked and the steps are a copy. The set-up stays where it is, in the preconditions. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from testgen_runtime.cases.model import Case, Step
from testgen_runtime.documents.english import base_verb, gerund, lower_first
from testgen_runtime.generation.similarity import grams, jaccard, substance

NEAR: Final = 0.9
"""Jaccard similarity of steps and data (char-4) above which a case counts as a copy of another."""
_LONGEST_ACTION: Final = 1000


def told_apart(cases: Sequence[Case]) -> list[Case]:
    """The cases in their order; one that is nearly a copy of an earlier one names in its first step what is set up otherwise.

    Only what rules have written is changed: a model's case has passed the gates as it is.
    """
    out: list[Case] = []
    seen: list[tuple[frozenset[str], Case]] = []
    for case in cases:
        own = grams(substance(case))
        near = next((other for known, other in seen if jaccard(own, known) > NEAR), None)
        if case.written_by == "rules" and near is not None:
            case = _with_set_up(case, near)
            own = grams(substance(case))
        out.append(case)
        seen.append((own, case))
    return out


def _with_set_up(case: Case, near: Case) -> Case:
    """The case with the preconditions that the near copy has not (all of them, where it has them all) told in its first step."""
    lines = [line for line in case.preconditions if line not in near.preconditions] or list(case.preconditions)
    first, *more = case.steps
    action = _in_situation(first.action, lines, case)
    if not lines or len(action) > _LONGEST_ACTION:
        return case
    return case.model_copy(update={"steps": (Step(action=action, expected=first.expected), *more)})


def _in_situation(action: str, lines: Sequence[str], case: Case) -> str:
    """ "Send a message with the user not logged in."."""
    bare = [line.rstrip(".。") for line in lines]
    if case.language == "zh":
        return f"在{'且'.join(bare)}的情况下，{action}"
    beside = [_beside(lower_first(line)) for line in bare]
    if all(beside):
        return f"{action.rstrip('.')} with {' and '.join(beside)}."
    return f"{action.rstrip('.')} while {' and '.join(lower_first(line) for line in bare)}."


_IS: Final = re.compile(r"(?P<who>(?:the|an?|no)\s[^,]{1,80}?)\s(?:is|are)\s(?P<what>[^,]+)")
_HAS: Final = re.compile(r"(?P<who>(?:the|an?|no)\s[^,]{1,80}?)\s(?:has|have)\s(?P<no>not\s)?(?P<what>[^,]+)")

_DOES_NOT: Final = re.compile(
    r"(?P<who>(?:the|an?|no)\s[^,]{1,80}?)\s(?:does|do)\snot\s(?P<how>[a-z]+ly\s)?(?P<verb>[a-z]{2,})(?P<what>[^,]*)"
)
_DOES: Final = re.compile(
    r"(?P<who>(?:the|an?)\s(?:\"?[A-Za-z-]+\"?\s){0,5}?\"?[A-Za-z-]+\"?)\s(?P<how>[a-z]+ly\s)?"
    r"(?P<verb>(?:contain|request|hold|own|exceed|use|send|includ|match|need|requir|select|enter|exist|belong|accept|support)e?s)(?P<what>[^,]*)"
)


def _beside(line: str) -> str:
    """A set-up as it stands behind "with": "the order is in the state Paid" → "the order in the state Paid"; "" for others."""
    if found := _HAS.fullmatch(line):
        return f"{found['who']} {found['no'] or ''}having {found['what']}"
    if found := _DOES_NOT.fullmatch(line):
        return f"{found['who']} not {found['how'] or ''}{gerund(found['verb'])}{found['what']}"
    if (found := _DOES.fullmatch(line)) and not _IS.fullmatch(line) and (verb := base_verb(found["verb"])):
        return f"{found['who']} {found['how'] or ''}{gerund(verb)}{found['what']}"
    found = _IS.fullmatch(line)
    return f"{found['who']} {found['what']}" if found else ""
