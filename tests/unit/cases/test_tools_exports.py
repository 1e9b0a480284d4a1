"""What a tool exports itself, after our file was imported there, comes back as updates of the same cases (issue 5, item 8).

The headings are those of the tools' own files, as published by people who work with them: TestRail's "Export to CSV" with all
columns (its checkboxes are named `cases:custom_steps_separated.…`), Zephyr Scale's CSV of test cases with `Key` first. In both,
custom fields follow under their own names, so that `TestGen ID` and `TestGen Revision` stand beside the id that the tool gave.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from typing import Final

import pytest
from tests.unit.cases.exchanged import case, items, written

from testgen_runtime.cases.exports.text import numbered
from testgen_runtime.cases.imports.compare import differences
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import parse
from testgen_runtime.cases.model import Case

TESTRAIL: Final = (
    *("ID", "Title", "Assigned To", "Automation Type", "Created By", "Created On", "Estimate", "Expected Result", "Forecast"),
    *("Goals", "Mission", "Preconditions", "Priority", "References", "Section", "Section Depth", "Section Description"),
    *("Section Hierarchy", "Steps", "Steps (Additional Info)", "Steps (Expected Result)", "Steps (References)"),
    *("Steps (Shared step ID)", "Steps (Step)", "Suite", "Suite ID", "Template", "TestGen ID", "TestGen Quote"),
    *("TestGen Revision", "TestGen Status", "TestGen Technique", "Type", "Updated By", "Updated On"),
)
ZEPHYR: Final = (
    *("Key", "Name", "Status", "Precondition", "Objective", "Folder", "Priority", "Component", "Labels", "Owner"),
    *("Estimated Time", "Coverage (Issues)", "Coverage (Pages)", "TestGen ID", "TestGen Revision"),
    *("Test Script (Step-by-Step) - Step", "Test Script (Step-by-Step) - Test Data"),
    *("Test Script (Step-by-Step) - Expected Result", "Test Script (Plain Text)", "Test Script (BDD)"),
)
CASE: Final = case(revision=3)
SPEAKS_OF_MARKUP: Final = case(revision=3, test_data={"text": "a <br> b & <b>c</b>"})
Row = dict[str, str]


def ours(name: str, of: Case = CASE) -> list[Row]:
    """The rows of our own file, as the tool was given them."""
    return list(csv.DictReader(io.StringIO(written(name, items([of]))[0].decode("utf-8-sig"), newline="")))


def exported(head: Sequence[str], rows: Sequence[Row]) -> bytes:
    """The tool's own file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, head, restval="")
    writer.writeheader()
    writer.writerows({name: text for name, text in row.items() if name in head} for row in rows)
    return out.getvalue().encode()


def read(data: bytes) -> ImportedCase:
    [found] = parse(data, "export.csv")
    assert found.problem == ""
    assert (found.id, found.revision) == (CASE.id, CASE.revision)
    return found


def in_one_cell(rows: list[Row]) -> list[Row]:
    """A case a row: TestRail numbers the steps in their cell."""
    first = dict(rows[0])
    for column in ("Steps (Step)", "Steps (Expected Result)"):
        first[column] = numbered(row[column] for row in rows)
    return [first]


def as_html(row: Row) -> Row:
    """A paragraph a line, as the editors of these tools keep it."""
    long = {name: text for name, text in row.items() if name.startswith(("Steps", "Test Script", "Precondition", "Objective"))}
    lines = {name: "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n")) for name, text in long.items() if text}
    return row | lines


@pytest.mark.parametrize("layout", [list, in_one_cell], ids=["a row a step", "a row a case"])
def test_an_untouched_case_of_testrail_is_unchanged(layout: type[list[Row]]) -> None:
    rows = layout(ours("testrail"))
    rows[0] |= {"ID": "C4711", "Suite": "Master", "Section Depth": "2", "Updated By": "somebody"}

    assert differences(CASE, read(exported(TESTRAIL, rows))) == {}


@pytest.mark.parametrize("layout", [list, in_one_cell], ids=["a row a step", "a row a case"])
def test_a_result_that_was_edited_in_testrail_is_that_change_alone(layout: type[list[Row]]) -> None:
    rows = ours("testrail")
    rows[1]["Steps (Expected Result)"] = "The account exists."
    rows = layout(rows)
    rows[0]["ID"] = "C4711"

    changed = differences(CASE, read(exported(TESTRAIL, rows)))

    assert list(changed) == ["steps"]
    assert [step["expected"] for step in changed["steps"]] == ["The field shows 8 dots.", "The account exists."]


@pytest.mark.parametrize(("name", "head", "own"), [("testrail", TESTRAIL, "ID"), ("zephyr", ZEPHYR, "Key")])
@pytest.mark.parametrize("of", [CASE, SPEAKS_OF_MARKUP], ids=["plain", "speaks of markup"])
def test_a_tool_that_keeps_texts_as_html_changes_nothing_by_that(name: str, head: tuple[str, ...], own: str, of: Case) -> None:
    rows = [as_html(row) for row in ours(name, of)]
    rows[0][own] = "C4711"

    assert differences(of, read(exported(head, rows))) == {}


@pytest.mark.parametrize(
    "cell", ["<p>1. Enter the password.</p><p>2. Press Register.</p>", "1. <p>Enter the password.</p>\n2. <p>Press Register.</p>"]
)
def test_steps_that_testrail_numbers_in_a_cell_of_html_are_steps(cell: str) -> None:
    [row] = in_one_cell(ours("testrail"))
    row |= {"ID": "C4711", "Steps (Step)": cell}

    assert differences(CASE, read(exported(TESTRAIL, [row]))) == {}


def test_markup_in_a_table_of_ours_is_what_a_case_says() -> None:
    [found] = parse(written("csv", items([SPEAKS_OF_MARKUP]))[0], "cases.csv")

    assert found.test_data == SPEAKS_OF_MARKUP.test_data


def test_a_case_that_was_made_in_testrail_is_not_ours_and_keeps_its_text_and_results() -> None:
    text = {"ID": "C1", "Title": "Old", "Template": "Test Case (Text)", "Steps": "Log in", "Expected Result": "It opens."}

    [made] = parse(exported(TESTRAIL, [text]), "export.csv")

    assert (made.id, made.title, made.steps) == (None, "Old", (("Log in", "It opens."),))


def test_testrails_own_ids_alone_make_no_table_of_ours() -> None:
    head = [name for name in TESTRAIL if not name.startswith("TestGen")]
    row = {"ID": "C1", "Title": "Old", "Steps (Step)": "1. Log in\n2. Log out", "Steps (Expected Result)": "1. It opens."}

    [found] = parse(exported(head, [row]), "export.csv")

    assert (found.problem, found.steps) == ("", (("Log in", ""), ("Log out", "It opens.")))


def test_an_untouched_case_of_zephyr_scale_is_unchanged_and_an_edit_is_that_change_alone() -> None:
    rows = ours("zephyr")
    rows[0] |= {"Key": "SHOP-T12", "Owner": "712020:05d2", "Estimated Time": "00:05"}
    untouched = read(exported(ZEPHYR, rows))
    rows[0]["Name"] = "A better name"

    assert differences(CASE, untouched) == {}
    assert differences(CASE, read(exported(ZEPHYR, rows))) == {"title": "A better name"}
