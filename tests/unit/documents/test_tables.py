"""Tables of requirements, CSV and Excel above all: every column that states something counts, and what gave nothing is told."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.documents.test_formats import of, texts, workbook

from testgen_runtime.documents.findings import ROWS_WITHOUT
from testgen_runtime.documents.model import Document, Limit


def told(document: Document) -> list[str]:
    return [finding.message for finding in document.findings if finding.kind == ROWS_WITHOUT]


JIRA = (
    "Issue key,Summary,Description,Acceptance Criteria,Story points,Priority\n"
    'P-1,Login,"As a clerk, I want to log in.","* The code has at most 6 digits\n* The code expires after 5 minutes",3,P1\n'
    "P-2,Search,The list shall be sorted.,It holds at most 20 entries.,5,P2\n"
)


def test_acceptance_criteria_beside_a_description_belong_to_the_requirement() -> None:
    found = of(JIRA, "export.csv")

    assert texts(found) == [
        ("P-1", "As a clerk, I want to log in.\n- The code has at most 6 digits\n- The code expires after 5 minutes"),
        ("P-2", "The list shall be sorted. It holds at most 20 entries."),
    ]
    assert all(any(isinstance(atom.value, Limit) for atom in requirement.atoms) for requirement in found.requirements)


def test_the_same_columns_say_the_same_in_markdown_and_in_chinese() -> None:
    found = of(
        "| 编号 | 需求描述 | 验收标准 | 优先级 |\n|--|--|--|--|\n| A-1 | 门应当自动上锁 | 上锁时间不超过 5 秒。 | 高 |\n", "a.md"
    )

    assert texts(found) == [("A-1", "门应当自动上锁。上锁时间不超过 5 秒。")]


def test_acceptance_criteria_alone_are_requirements_under_the_numbers_of_their_rows() -> None:
    rows: list[list[Any]] = [["No", "Feature", "Acceptance criteria"], [1, "Login", "Three failed logins lock the account"]]

    assert texts(of(workbook(S=rows), "a.xlsx")) == [("1", "Three failed logins lock the account")]


@pytest.mark.parametrize("head", ["ID", "No", "No.", "#", "编号", "需求编号", "序号", "Req. No."])
def test_bare_numbers_under_a_head_of_ids_are_given_ids(head: str) -> None:
    found = of(f"{head},Requirement\n1,The door shall lock.\n2,The light shall go out.\n5,The bell shall ring.\n", "a.csv")

    assert [(r.id, r.given_id) for r in found.requirements] == [("1", True), ("2", True), ("5", True)]


def test_numbers_of_rows_that_two_tables_share_are_no_ids_and_ids_that_stand_twice_are_told() -> None:
    first, second = [1, "The door shall lock."], [1, "The light shall go out."]
    counted, named = (
        of(workbook(A=[[head, "Requirement"], first], B=[[head, "Requirement"], second]), "a.xlsx") for head in ("No", "ID")
    )

    assert [r.given_id for r in counted.requirements] == [False, False]
    assert [r.id for r in named.requirements] == ["1", "1#2"]


@pytest.mark.parametrize(
    "table",
    ["User ID,Name,Age\n1,Bob,20\n", "No,Change,Date\n1,First version for the board,May\n", "Number of doors,Colour\n3,red\n"],
)
def test_numbers_of_other_things_make_no_requirement(table: str) -> None:
    found = of(f"# Desk\n\nREQ-1: The door shall lock.\n\n{_markdown(table)}", "a.md")

    assert [r.id for r in found.requirements] == ["REQ-1"]


def _markdown(table: str) -> str:
    head, *rows = (f"| {line.replace(',', ' | ')} |" for line in table.strip().split("\n"))
    return "\n".join([head, "|" + "---|" * head.count(" | ") + "---|", *rows])


def test_a_row_without_a_requirement_is_told_and_its_priority_is_none() -> None:
    found = of("ID,Description,Priority\nA-1,The door shall lock.,P1\nA-2,,P2\n", "a.csv")

    assert [id_ for id_, _ in texts(found)] == ["A-1"]
    (message,) = told(found)
    assert "A-2" in message


def test_a_sheet_without_a_requirement_is_told() -> None:
    history = [["Version", "Date", "Author"], ["1.0", "2020-01-01", "Bob"]]
    found = of(workbook(Rules=[["ID", "Requirement"], ["A-1", "The door shall lock."]], History=history), "a.xlsx")

    (message,) = told(found)
    assert "History" in message
    assert "Rules" not in message


def test_what_names_the_kind_of_a_requirement_is_no_part_of_it() -> None:
    found = of(
        "Key,Requirement type,Requirement,Requirement source\n"
        "K-1,a functional rule of the desk,The door shall lock.,the board must know\n",
        "a.csv",
    )

    assert texts(found) == [("K-1", "The door shall lock.")]


def test_rows_under_one_id_are_read_without_the_lines_between_them() -> None:
    page = (
        "<html><body><table><tr><th>ID</th><th>Requirement</th></tr><tr><td rowspan=2>B-1</td>"
        "<td>A voucher must have 8 characters.</td></tr><tr><td>A voucher must expire after 30 days.</td></tr>"
        "<tr><td>B-2</td><td>A voucher must be unique.</td></tr></table></body></html>"
    )
    found = of(page, "a.html")

    assert texts(found) == [
        ("B-1", "A voucher must have 8 characters. A voucher must expire after 30 days."),
        ("B-2", "A voucher must be unique."),
    ]


def test_a_scenario_in_a_cell_is_a_scenario() -> None:
    found = of(
        'ID,Acceptance criteria\nA-1,"Given a reserved book\nWhen the reader renews it\nThen an error is shown"\n', "a.csv"
    )

    assert [atom.kind.value for atom in found.requirements[0].atoms] == ["condition", "action", "outcome"]
