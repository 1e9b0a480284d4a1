"""Plain text without blank lines: stories with their criteria and steps stay whole, numbered clauses stay apart."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import document

from testgen_runtime.documents.model import Action, Condition, Limit, Outcome

STORY = """As a clerk, I want to print labels so that parcels can be sent.
Acceptance criteria{}
{}A label has a bar code of 12 digits
{}Labels print in under 5 seconds
Given a parcel
When the clerk clicks Print
Then a label is printed
"""
ZH = """作为店员，我希望打印标签，以便发货。
验收标准：
标签包含 12 位条码
标签在 5 秒内打印
假如有一个包裹
当店员点击打印
那么打印一张标签
"""
THREE_LINES = STORY.replace("clerk, I", "clerk\nI").replace(" so that", "\nSo that")


@pytest.mark.parametrize(
    "text",
    [
        STORY.format("", "- ", "- "),
        STORY.format(":", "", ""),
        STORY.format(":", "1. ", "2. "),
        THREE_LINES.format(":", "* ", "* "),
        ZH,
    ],
    ids=["dashes", "lines", "numbers", "story-in-three-lines", "zh"],
)
def test_a_story_with_criteria_and_steps_is_one_requirement_that_keeps_every_line(text: str) -> None:
    (found,) = document(text).requirements

    assert found.text == text.strip()
    assert any(isinstance(a.value, Limit) and a.value.upper and a.value.upper.value == 5 for a in found.atoms)
    steps = [a.text for a in found.atoms if isinstance(a.value, Condition | Outcome)]
    assert any("parcel" in step or "包裹" in step for step in steps)
    assert all("\n" not in atom.text for atom in found.atoms if isinstance(atom.value, Action | Condition | Outcome | Limit))


def test_the_next_story_begins_a_requirement_of_its_own() -> None:
    second = "As an admin, I want to see logs.\nAC:\n1. Logs stay for 30 days\n"
    found = document(STORY.format(":", "- ", "- ") + second).requirements

    assert [one.text.split("\n")[0][:12] for one in found] == ["As a clerk, ", "As an admin,"]
    assert "30 days" in found[1].text


def test_the_first_paragraph_below_the_head_of_criteria_belongs_to_the_story() -> None:
    (found,) = document("As a clerk, I want labels.\n\nAcceptance criteria:\n\nLabels print in under 5 seconds.\n").requirements
    assert "5 seconds" in found.text


CLAUSES = ["A user must have an id", "A user must have a role"]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n  "])
@pytest.mark.parametrize("end", [".", "", ";"])
@pytest.mark.parametrize(
    "clauses", [CLAUSES, ["a user must have an id", "a guest must have a role"], ["“Bob” must log in", "用户必须登录"]]
)
def test_numbered_clauses_under_a_numbered_title_are_requirements_with_their_numbers(
    gap: str, end: str, clauses: list[str]
) -> None:
    found = document(f"1.2 Users{gap}1.2.1 {clauses[0]}{end}{gap}1.2.2 {clauses[1]}{end}\n").requirements

    assert [(one.id, one.given_id, one.text.strip(".;"), one.section) for one in found] == [
        ("1.2.1", True, clauses[0], ("1.2 Users",)),
        ("1.2.2", True, clauses[1], ("1.2 Users",)),
    ]


def test_titles_between_the_clauses_are_sections() -> None:
    text = "1 Access\n1.1 A user must log out after 10 minutes.\n2 Search\n2.1 Search must answer within 2 seconds.\n"

    assert [(one.id, one.section, one.text) for one in document(text).requirements] == [
        ("1.1", ("1 Access",), "A user must log out after 10 minutes."),
        ("2.1", ("2 Search",), "Search must answer within 2 seconds."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The device must hold firmware\n1.2.3 or later and at most\n1.5 GB of data.",
        "When the user logs in,\nthe system must show the start page\nand then the news.",
        "The clerk must enter the parcel before\nGiven names are asked.",
    ],
)
def test_wrapped_lines_stay_one_requirement(text: str) -> None:
    (found,) = document(text + "\n").requirements
    assert (found.text, found.given_id) == (text, False)
