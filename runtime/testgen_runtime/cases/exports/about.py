"""What ties a case in another tool to ours, as text for a description field: id, revision, requirements, technique, quote."""

from __future__ import annotations

from typing import Final

from testgen_runtime.cases.exports.model import Item
from testgen_runtime.cases.exports.text import blocks, numbered, one_line, pairs

ID: Final = "TestGen-Case"
REVISION: Final = "TestGen-Revision"
REQUIREMENTS: Final = "Requirements"


def about(item: Item) -> str:
    """The facts of a case, one a line."""
    case = item.case
    return pairs(
        {
            ID: case.id,
            REVISION: str(case.revision),
            "Status": case.status,
            REQUIREMENTS: ", ".join(case.requirement_ids),
            "Priority": case.priority,
            "Technique": case.technique,
            "Test point": one_line(case.test_point),
            "Polarity": case.polarity,
            "Type": case.type,
            "Written by": case.written_by,
            "Document": one_line(item.document),
            "Quote": one_line(item.quote),
        }
    )


def description(item: Item, *, preconditions: bool = True, data: bool = True, facts: bool = True) -> str:
    """Preconditions, test data and facts below their headings, for the one long field of a tool."""
    case = item.case
    return blocks(
        {
            "preconditions": numbered(case.preconditions) if preconditions else "",
            "data": pairs(case.test_data) if data else "",
            "about": about(item) if facts else "",
        },
        case.language,
    )
