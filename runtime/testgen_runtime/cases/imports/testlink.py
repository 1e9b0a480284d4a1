"""TestLink's XML, read case by case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from testgen_runtime.cases.exports.about import ID, REVISION
from testgen_runtime.cases.exports.text import read_blocks, read_numbered, read_pairs
from testgen_runtime.cases.imports.model import ImportedCase, Reading
from testgen_runtime.cases.imports.rich import plain
from testgen_runtime.cases.imports.xml import testcases, text_of

_IMPORTANCE: Final = {"3": "high", "2": "medium", "1": "low"}


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of all suites.

    Raises: UnreadableDocument.
    """
    for number, element in enumerate(testcases(data, filename, mend="send the XML as TestLink exports it"), start=1):
        yield _case(element, number)


def _case(element: Any, number: int) -> ImportedCase:
    reading = Reading(f"test case {number} (line {element.sourceline})")
    fields = {text_of(field, "name"): text_of(field, "value") for field in element.iterfind("custom_fields/custom_field")}
    try:
        facts = read_pairs(plain(text_of(element, "summary")).rpartition("\n\n")[2])
    except ValueError:
        facts = {}
    parts = read_blocks(plain(text_of(element, "preconditions")))
    steps = sorted(
        element.iterfind("steps/step"),
        key=lambda step: int(text_of(step, "step_number") or 0) if text_of(step, "step_number").isdigit() else 0,
    )
    return ImportedCase(
        place=reading.place,
        id=(fields.get("testgen_id") or facts.get(ID, "")).strip() or None,
        revision=reading.revision(fields.get("testgen_revision") or facts.get(REVISION)),
        title=element.get("name", "").strip() or None,
        preconditions=read_numbered(parts.get("preconditions") or parts.get("", "")),
        steps=tuple((plain(text_of(step, "actions")).strip(), plain(text_of(step, "expectedresults")).strip()) for step in steps),
        test_data=reading.data(parts.get("data", "")),
        priority=reading.priority(_IMPORTANCE.get(text_of(element, "importance").strip())),
        requirement_ids=tuple(text_of(one, "doc_id").strip() for one in element.iterfind("requirements/requirement")),
        technique=facts.get("Technique") or None,
        problem=reading.problem,
        mend=reading.mend,
    )
