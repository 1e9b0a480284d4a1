"""What a person changed in a case that came back: pure. White space and what a tool cuts off is no change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from testgen_runtime.cases.exports.text import clean, same
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.model import Case
from testgen_runtime.cases.review import CaseChange


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


def change_of(changed: Mapping[str, Any]) -> CaseChange | tuple[str, str]:
    """The differences as an edit, or why they can't be one: (problem, mend)."""
    try:
        return CaseChange.model_validate(changed)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        return f"{place}: {first['msg'].removeprefix('Value error, ')}", "change it in the file and import that again"


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
