"""TestRail and Zephyr Scale take tables and publish no schema of them: each table is grouped into cases as the tool's import does
it, and every case is held against the tool's own fields, values and limits (`schemas/testrail.json`, `schemas/zephyr.json`, which
name their sources). None of our own importers is asked (issue 5, item 8).
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from tests.unit.cases.exchanged import case, nasty_items, written

from testgen_runtime.cases.exports.model import Item

SCHEMAS = Path(__file__).parent / "schemas"
TITLE = {"testrail": "Title", "zephyr": "Name"}
STEP = {"testrail": "Steps (", "zephyr": "Test Script ("}
slow = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


def grouped(name: str, rows: list[list[str]]) -> list[dict[str, Any]]:
    """The cases of a table: a row with a title begins one, the rows below go on with its steps."""
    head, *body = rows
    found: list[dict[str, Any]] = []
    for row in body:
        told = dict(zip(head, row, strict=True))
        step = {column: text for column, text in told.items() if column.startswith(STEP[name])}
        fields = {column: text for column, text in told.items() if column not in step}
        if fields[TITLE[name]]:
            found.append(fields | {"steps": []})
        else:
            assert not any(fields.values()), f"a row that goes on with a case tells more than its step: {fields}"
        found[-1]["steps"].append(step)
    return found


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def sheet(data: bytes) -> list[list[str]]:
    rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("name", ["testrail", "zephyr"])
@slow
@given(of=nasty_items())
def test_every_case_of_a_table_is_one_that_the_tool_takes(name: str, of: list[Item]) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    found = grouped(name, table(written(name, of)[0]))

    for one in found:
        jsonschema.validate(one, schema)
    assert [(one["TestGen ID"], len(one["steps"])) for one in found] == [(item.case.id, len(item.case.steps)) for item in of]


@slow
@given(of=nasty_items())
def test_a_workbook_for_zephyr_scale_holds_the_cases_of_the_csv_file(of: list[Item]) -> None:
    schema = json.loads((SCHEMAS / "zephyr.json").read_text())

    for one in grouped("zephyr", sheet(written("zephyr", of, file="xlsx")[0])):
        jsonschema.validate(one, schema)


def test_issues_are_linked_in_zephyr_scale_only_where_ids_are_keys_of_issues() -> None:
    of = [Item(case(requirement_ids=("SHOP-12", "4.1 login", "SHOP-13")), "Sign-in")]

    [linked] = grouped("zephyr", table(written("zephyr", of, requirements_are_issues=True)[0]))
    [plain] = grouped("zephyr", table(written("zephyr", of)[0]))

    assert (linked["Coverage (Issues)"], plain["Coverage (Issues)"]) == ("SHOP-12,SHOP-13", "")


@pytest.mark.parametrize(("name", "most"), [("testrail", 250), ("zephyr", 255)])
def test_a_long_title_that_looks_like_a_formula_is_within_the_limit_with_its_apostrophe(name: str, most: int) -> None:
    [found] = grouped(name, table(written(name, [Item(case(title="=" + "x" * 290))])[0]))

    assert found[TITLE[name]].startswith("'=x")
    assert len(found[TITLE[name]]) == most


def test_a_case_of_a_document_without_a_title_has_a_section_in_testrail() -> None:
    [found] = grouped("testrail", table(written("testrail", [Item(case())])[0]))

    assert (found["Section Hierarchy"], found["Section"]) == ("TestGen", "TestGen")


def test_an_id_with_a_blank_in_it_is_one_reference_in_testrail() -> None:
    [found] = grouped("testrail", table(written("testrail", [Item(case(requirement_ids=("4.1 login", "REQ-2")))])[0]))

    assert found["References"] == "4.1_login,REQ-2"


def test_a_name_with_a_separator_in_it_makes_no_section_or_folder_of_its_own() -> None:
    of = [Item(case(), "Menu > File", ("A/B testing",))]

    [rail] = grouped("testrail", table(written("testrail", of)[0]))
    [zephyr] = grouped("zephyr", table(written("zephyr", of)[0]))

    assert rail["Section Hierarchy"].count(" > ") == 1
    assert zephyr["Folder"].count("/") == 2
