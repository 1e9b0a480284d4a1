"""English demands that nobody can test are findings and no cases (S4-022); results are told without what nobody can see."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_design import Asked

from testgen_runtime.documents import findings
from testgen_runtime.documents.findings_words import without_vague
from testgen_runtime.documents.model import Document
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.design import derive


def document(statement: str) -> Document:
    return read_text(f"# R\n\n## REQ-1\n\n{statement}\n", limits=Limits())


@pytest.mark.parametrize(
    "statement",
    [
        "The user interface should be user-friendly.",
        "The system shall be robust and flexible.",
        "The user interface should be intuitive and the response times should be adequate.",
    ],
)
def test_a_demand_that_nobody_can_test_gets_no_case(statement: str) -> None:
    read = document(statement)
    (requirement,) = read.requirements

    assert [f.kind for f in read.findings if f.kind == findings.VAGUE]
    assert ["no case is written" in f.message for f in read.findings if f.kind == findings.NO_OUTCOME] == [True]
    assert derive(requirement, read.text, Asked()).points == ()


@pytest.mark.parametrize(
    "statement",
    [
        "The application shall be easy to use and shall show the name of the user.",
        "Search results shall be displayed quickly.",
        "The response time shall be adequate, at most 2 seconds.",
    ],
)
def test_a_demand_with_something_to_see_keeps_its_cases(statement: str) -> None:
    read = document(statement)

    assert derive(read.requirements[0], read.text, Asked()).points


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        ("The application is easy to use and shows the name of the user.", "The application shows the name of the user."),
        ("Search results are displayed quickly.", "Search results are displayed."),
        ("The list is sorted by name.", "The list is sorted by name."),
    ],
)
def test_a_result_is_told_without_what_nobody_can_see(result: str, kept: str) -> None:
    assert without_vague(result) == kept
