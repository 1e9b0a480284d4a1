"""TestLink's XML, read case by case; entities are not resolved and document types refused."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from testgen_runtime.cases.exports.about import ID, REVISION
from testgen_runtime.cases.exports.text import read_blocks, read_numbered, read_pairs
from testgen_runtime.cases.imports.archives import DECLARATION
from testgen_runtime.cases.imports.model import ImportedCase, Reading
from testgen_runtime.cases.imports.rich import plain
from testgen_runtime.errors import UnreadableDocument

_IMPORTANCE: Final = {"3": "high", "2": "medium", "1": "low"}


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of all suites.

    Raises: UnreadableDocument.
    """
    from lxml import etree

    if DECLARATION.search(data):
        raise UnreadableDocument(f"{filename} declares a document type", mend="send the XML as TestLink exports it")
    number = 0
    try:
        walk = etree.iterparse(
            BytesIO(data),
            tag="testcase",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
        )
        for _, element in walk:
            number += 1
            yield _case(element, number)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(
            f"{filename} is no XML: {str(error)[:200]}", mend="send the XML as TestLink exports it"
        ) from error


def _case(element: Any, number: int) -> ImportedCase:
    reading = Reading(f"test case {number} (line {element.sourceline})")
    fields = {_text(field, "name"): _text(field, "value") for field in element.iterfind("custom_fields/custom_field")}
    try:
        facts = read_pairs(plain(_text(element, "summary")).rpartition("\n\n")[2])
    except ValueError:
        facts = {}
    parts = read_blocks(plain(_text(element, "preconditions")))
    steps = sorted(
        element.iterfind("steps/step"),
        key=lambda step: int(_text(step, "step_number") or 0) if _text(step, "step_number").isdigit() else 0,
    )
    return ImportedCase(
        place=reading.place,
        id=(fields.get("testgen_id") or facts.get(ID, "")).strip() or None,
        revision=reading.revision(fields.get("testgen_revision") or facts.get(REVISION)),
        title=element.get("name", "").strip() or None,
        preconditions=read_numbered(parts.get("preconditions") or parts.get("", "")),
        steps=tuple((plain(_text(step, "actions")).strip(), plain(_text(step, "expectedresults")).strip()) for step in steps),
        test_data=reading.data(parts.get("data", "")),
        priority=reading.priority(_IMPORTANCE.get(_text(element, "importance").strip())),
        requirement_ids=tuple(_text(one, "doc_id").strip() for one in element.iterfind("requirements/requirement")),
        technique=facts.get("Technique") or None,
        problem=reading.problem,
        mend=reading.mend,
    )


def _text(element: Any, name: str) -> str:
    found = element.find(name)
    return "" if found is None else "".join(found.itertext())
