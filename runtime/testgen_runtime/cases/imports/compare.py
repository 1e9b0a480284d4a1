"""What a person changed in a case that came back: pure. White space and what a tool cuts off is no change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testgen_runtime.cases.exports.text import clean, same
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.model import Case

_TITLE_MOST: Final = 300
_LINE_MOST: Final = 2000
_STEPS_MOST: Final = 30


def differences(stored: Case, found: ImportedCase) -> dict[str, Any]:
    """The fields of a case that the file tells otherwise, with their new values as `CaseChange` takes them.

    Requirement ids, technique, status and evidence are never among them: a file can't change what a case was derived from,
    and a judgement is a reviewer's.
    """
    changed: dict[str, Any] = {}
    if found.title is not None and not same(stored.title, found.title, flat=True):
        changed["title"] = clean(found.title).strip()
    if found.preconditions is not None and not _same_texts(stored.preconditions, found.preconditions):
        changed["preconditions"] = tuple(text for text in map(_tidy, found.preconditions) if text)
    if found.steps is not None and not _same_steps(stored, found.steps):
        changed["steps"] = tuple({"action": _tidy(action), "expected": _tidy(expected)} for action, expected in found.steps)
    if found.test_data is not None and not _same_data(stored.test_data, found.test_data):
        changed["test_data"] = {_tidy(name): _tidy(value) for name, value in found.test_data.items()}
    if found.priority is not None and found.priority != stored.priority:
        changed["priority"] = found.priority
    return changed


def problem(changed: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why the new values can't be those of a case, with the mend; None where they can."""
    title = changed.get("title")
    if title is not None and not 0 < len(title) <= _TITLE_MOST:
        return f"the title has {len(title)} characters", f"write 1 to {_TITLE_MOST}"
    steps = changed.get("steps")
    if steps is not None and not 0 < len(steps) <= _STEPS_MOST:
        return f"there are {len(steps)} steps", f"write 1 to {_STEPS_MOST} steps"
    for n, step in enumerate(steps or (), start=1):
        for name, words in (("action", "action"), ("expected", "expected result")):
            if not 0 < len(step[name]) <= _LINE_MOST:
                return (
                    f"step {n} has {'no ' + words if not step[name] else 'an ' + words + ' that is too long'}",
                    f"write an {words} of 1 to {_LINE_MOST} characters",
                )
    if any(len(text) > _LINE_MOST for text in changed.get("preconditions", ())):
        return "a precondition is too long", f"write at most {_LINE_MOST} characters"
    return None


def _tidy(text: str) -> str:
    return clean(text).strip()


def _same_texts(stored: Sequence[str], found: Sequence[str]) -> bool:
    left, right = [text for text in stored if _tidy(text)], [text for text in found if _tidy(text)]
    return len(left) == len(right) and all(map(same, left, right))


def _same_steps(stored: Case, found: Sequence[tuple[str, str]]) -> bool:
    return len(stored.steps) == len(found) and all(
        same(step.action, action) and same(step.expected, expected)
        for step, (action, expected) in zip(stored.steps, found, strict=True)
    )


def _same_data(stored: Mapping[str, str], found: Mapping[str, str]) -> bool:
    left = {" ".join(clean(name).split()): value for name, value in stored.items()}
    right = {" ".join(clean(name).split()): value for name, value in found.items()}
    return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
