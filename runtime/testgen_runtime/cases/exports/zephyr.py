"""Zephyr Scale's import: a row a step as CSV or XLSX, under the headings that its own export has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import IO, Annotated, Final, Literal

from pydantic import Field

from testgen_runtime.cases.exports import csv, xlsx
from testgen_runtime.cases.exports.about import description
from testgen_runtime.cases.exports.model import Item, Options, Product
from testgen_runtime.cases.exports.text import cut_cell, numbered, pairs

NAME_MOST: Final = 255
HEAD: Final = (
    "Name",
    "Precondition",
    "Objective",
    "Folder",
    "Status",
    "Priority",
    "Labels",
    "Coverage (Issues)",
    "Test Script (Step-by-Step) - Step",
    "Test Script (Step-by-Step) - Test Data",
    "Test Script (Step-by-Step) - Expected Result",
    "TestGen ID",
    "TestGen Revision",
)
_STATUS: Final = {"draft": "Draft", "confirmed": "Approved", "rejected": "Deprecated"}
_PRIORITY: Final = {"high": "High", "medium": "Normal", "low": "Low"}
_ISSUE: Final = re.compile(r"[A-Z][A-Z0-9_]+-[0-9]+")


class ZephyrOptions(Options):
    """The importer takes both kinds of file; XLSX needs no questions about encodings."""

    file: Annotated[Literal["csv", "xlsx"], Field(description="The kind of file")] = "csv"
    requirements_are_issues: Annotated[
        bool, Field(description="Requirement ids are keys of Jira issues: link them as coverage")
    ] = False


def write(items: Iterable[Item], options: ZephyrOptions, out: IO[bytes]) -> Product:
    """A heading and a row a step."""
    rows = _rows(items, options)
    if options.file == "xlsx":
        return xlsx.table(HEAD, rows, out, title="Test cases")
    csv.table(HEAD, rows, out, bom=False)
    return csv.PRODUCT


def _rows(items: Iterable[Item], options: ZephyrOptions) -> Iterator[list[str]]:
    for item in items:
        case = item.case
        issues = [name for name in case.requirement_ids if options.requirements_are_issues and _ISSUE.fullmatch(name)]
        folder = "/" + "/".join(part.replace("/", "-") for part in item.path)
        for n, step in enumerate(case.steps):
            row = [""] * len(HEAD)
            if n == 0:
                row[:8] = [
                    cut_cell(case.title, NAME_MOST),
                    numbered(case.preconditions),
                    description(item, preconditions=False, data=False),
                    folder,
                    _STATUS[case.status],
                    _PRIORITY[case.priority],
                    f"testgen,{case.technique}",
                    ",".join(issues),
                ]
                row[9] = pairs(case.test_data)
                row[11:] = [case.id, str(case.revision)]
            row[8], row[10] = step.action, step.expected
            yield row
