"""CSV as TestRail's import wizard takes it: template "Test Case (Steps)", a row a step, a new case wherever a title stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Annotated, Final

from pydantic import Field

from testgen_runtime.cases.exports import csv
from testgen_runtime.cases.exports.about import description
from testgen_runtime.cases.exports.model import Item, Options, Product
from testgen_runtime.cases.exports.text import cut_cell, one_line

TITLE_MOST: Final = 250
HEAD: Final = (
    "Section Hierarchy",
    "Section",
    "Title",
    "Template",
    "Type",
    "Priority",
    "References",
    "Preconditions",
    "Steps (Step)",
    "Steps (Expected Result)",
    "TestGen ID",
    "TestGen Revision",
    "TestGen Status",
    "TestGen Technique",
    "TestGen Quote",
)
_TYPES: Final = {"functional": "Functional", "boundary": "Functional", "state": "Functional", "permission": "Security"}


class TestRailOptions(Options):
    """TestRail asks for the encoding while it imports, so that no byte order mark is needed."""

    __test__ = False

    bom: Annotated[bool, Field(description="Begin with a byte order mark")] = False


def write(items: Iterable[Item], options: TestRailOptions, out: IO[bytes]) -> Product:
    """A heading and a row a step."""
    csv.table(HEAD, _rows(items), out, bom=options.bom)
    return csv.PRODUCT


def _rows(items: Iterable[Item]) -> Iterator[list[str]]:
    for item in items:
        case = item.case
        path = [part.replace(">", "›") for part in item.path]  # a plain one would begin a section of its own
        for n, step in enumerate(case.steps):
            if n:
                yield ["", "", "", "", "", "", "", "", step.action, step.expected, "", "", "", "", ""]
                continue
            yield [
                " > ".join(path) or "TestGen",
                path[-1] if path else "TestGen",
                cut_cell(case.title, TITLE_MOST),
                "Test Case (Steps)",
                _TYPES[case.type],
                case.priority.capitalize(),
                ",".join("_".join(name.split()) for name in case.requirement_ids),  # a blank would end a reference
                description(item, facts=False),
                step.action,
                step.expected,
                case.id,
                str(case.revision),
                case.status,
                case.technique,
                one_line(item.quote),
            ]
