"""Cases of one requirement that would read the same but for a word: their set-up becomes steps, so that what differs is done.

"Send a message." in the state Active and in the state Passive are two tests; told in the preconditions alone, the difference is
easily overlooked and the steps are a copy. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from testgen_runtime.cases.model import Case, Step
from testgen_runtime.documents.english import lower_first
from testgen_runtime.generation.similarity import grams, jaccard, substance

NEAR: Final = 0.9
"""Jaccard similarity of steps and data (char-4) above which a case counts as a copy of another."""
_SET_UP: Final = {"en": "Set up this situation: {}.", "zh": "设置前提：{}。"}
_MOST_STEPS: Final = 30


def told_apart(cases: Sequence[Case]) -> list[Case]:
    """The cases in their order; one that is nearly a copy of an earlier one starts with its set-up as steps.

    Only what rules have written is changed: a model's case has passed the gates as it is.
    """
    out: list[Case] = []
    seen: list[frozenset[str]] = []
    for case in cases:
        own = grams(substance(case))
        if case.written_by == "rules" and any(jaccard(own, other) > NEAR for other in seen):
            case = _with_set_up(case)
            own = grams(substance(case))
        out.append(case)
        seen.append(own)
    return out


def _with_set_up(case: Case) -> Case:
    """The case with its preconditions as first steps, each with the state that is seen after it."""
    lines = [line for line in case.preconditions if len(case.steps) + len(case.preconditions) <= _MOST_STEPS]
    if not lines:
        return case
    return case.model_copy(update={"preconditions": (), "steps": (*(_set_up(case, line) for line in lines), *case.steps)})


def _set_up(case: Case, line: str) -> Step:
    bare = line.rstrip(".。")
    return Step(action=_SET_UP[case.language].format(lower_first(bare) if case.language == "en" else bare), expected=line)
