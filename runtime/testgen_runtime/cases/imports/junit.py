"""JUnit XML with our ids, as properties or at the head of a test's output: title and priority come back.

Preconditions, test data and steps stand in the output as text for people, where nothing tells them apart for certain: they
are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from testgen_runtime.cases.exports.junit import ID, ISSUES, PRIORITY, REQUIREMENTS, REVISION, TECHNIQUE, title_of
from testgen_runtime.cases.exports.text import read_pairs
from testgen_runtime.cases.imports.model import ImportedCase, Reading, listed
from testgen_runtime.cases.imports.xml import testcases, text_of


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The test cases of all suites.

    Raises: UnreadableDocument.
    """
    for number, element in enumerate(testcases(data, filename, mend="send JUnit's XML as it was exported"), start=1):
        yield _case(element, number)


def _case(element: Any, number: int) -> ImportedCase:
    reading = Reading(f"test case {number} (line {element.sourceline})")
    facts = _properties(element)
    facts = facts if ID in facts else _head(text_of(element, "system-out")) or facts
    id_ = facts.get(ID, "").strip() or None
    return ImportedCase(
        place=reading.place,
        id=id_,
        revision=reading.revision(facts.get(REVISION)),
        title=title_of(element.get("name", "").strip(), id_) or None,
        priority=reading.priority(facts.get(PRIORITY)) if id_ else None,
        requirement_ids=listed(facts.get(REQUIREMENTS) or facts.get(ISSUES)),
        technique=facts.get(TECHNIQUE) or None,
        section=element.get("classname", "").strip() or None,
        problem=reading.problem,
        mend=reading.mend,
    )


def _properties(element: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in element.iterfind("properties/property"):
        found.setdefault(one.get("name", ""), one.get("value") or "".join(one.itertext()))
    return found


def _head(output: str) -> dict[str, str]:
    """The facts that an export without properties writes first; none in an output of somebody else's."""
    head = output.strip().partition("\n\n")[0]
    if not head.startswith(f"{ID}:"):
        return {}
    try:
        return read_pairs(head)
    except ValueError:
        return {}
