"""What is a requirement, what it is called and how far it reaches (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import LIMITS, document

from testgen_runtime.documents.read import read
from testgen_runtime.errors import NoRequirements

GIVEN_IDS = [
    ("heading", "## PWD-1\n\nThe door shall lock.\n", "PWD-1", "The door shall lock."),
    ("heading-with-title", "## FR_3: Doors\n\nThe door shall lock.\n", "FR_3", "The door shall lock."),
    ("numbered-heading", "### 3.2 REQ-12 Doors\n\nThe door shall lock.\n", "REQ-12", "The door shall lock."),
    ("trailing", "### Doors (REQ-12)\n\nThe door shall lock.\n", "REQ-12", "The door shall lock."),
    ("path", "## /req/core/door-op\n\nRequirement \n A The door SHALL lock.\n", "/req/core/door-op", "A The door SHALL lock."),
    ("colon", "REQ-12: The door shall lock.", "REQ-12", "The door shall lock."),
    ("bold", "**REQ-12** The door shall lock.", "REQ-12", "The door shall lock."),
    ("brackets", "[REQ-12] The door shall lock.", "REQ-12", "The door shall lock."),
    ("tight", "LC2003.2 The door shall lock.", "LC2003.2", "The door shall lock."),
    ("item", "- SYS-UI-001: The door shall lock.", "SYS-UI-001", "The door shall lock."),
    ("clause", "5.2.3 The door shall lock.", "5.2.3", "The door shall lock."),
    ("zh-label", "需求编号：REQ-7\n\n门应当自动上锁。", "REQ-7", "门应当自动上锁。"),
    ("zh-heading", "### XQ-003 门禁\n\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-tight", "### XQ-003门禁\n\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-next-line", "### XQ-003 门禁\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-counted", "### 二、XQ-003 门禁\n\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-numbered", "### 3.2 【XQ-003】门禁\n\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-labelled", "### 需求 XQ-003 门禁\n\n门应当自动上锁。", "XQ-003", "门应当自动上锁。"),
    ("zh-heading-short", "### R3 门禁\n\n门应当自动上锁。", "R3", "门应当自动上锁。"),
    (
        "table",
        "| ID | Requirement | Priority |\n|---|---|---|\n| REQ-9 | The door shall lock. | high |",
        "REQ-9",
        "The door shall lock.",
    ),
    ("zh-story", "### 用户故事 US-1\n\n门应当自动上锁。", "US-1", "门应当自动上锁。"),
    ("zh-story-titled", "### 用户故事US-2：上锁\n\n门应当自动上锁。", "US-2", "门应当自动上锁。"),
    ("zh-use-case", "### 用例 UC-01 上锁\n\n门应当自动上锁。", "UC-01", "门应当自动上锁。"),
    ("story", "### User Story US-9: Locks\n\nThe door shall lock.", "US-9", "The door shall lock."),
    ("abbreviation", "## EN-2\n\nThe door shall lock.", "EN-2", "The door shall lock."),
    ("zh-table", "| 需求编号 | 描述 |\n|---|---|\n| XQ-9 | 门应当自动上锁。 |", "XQ-9", "门应当自动上锁。"),
]


@pytest.mark.parametrize(("text", "id_", "statement"), [c[1:] for c in GIVEN_IDS], ids=[c[0] for c in GIVEN_IDS])
def test_an_id_in_the_text_is_kept(text: str, id_: str, statement: str) -> None:
    (found,) = document(text).requirements
    assert (found.id, found.text, found.given_id) == (id_, statement, True)


@pytest.mark.parametrize(
    "text",
    [
        "The UTF-8 encoding shall be used.",
        "1.5 MB shall be free.",
        "REQ-12 and REQ-13 shall be tested together.",
        "## Sprint-3\n\nThe door shall lock.",
        "## UTF-8\n\nThe door shall lock.",
        "## TLS-1 and later\n\nThe door shall lock.",
        "1. The door shall lock.",
    ],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    (found,) = document(text).requirements
    assert not found.given_id
    assert found.id.startswith("R-")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("**As a** clerk, **I want** to log in.", "**As a** clerk, **I want** to log in."),
        ("*The door* shall lock **at once**", "*The door* shall lock **at once**"),
        ("**密码**必须为8位。", "**密码**必须为8位。"),
        ("`abc_d` shall be at most 5.", "`abc_d` shall be at most 5."),
        ("[The door](http://a.example) shall open [the gate](b.md)", "[The door](http://a.example) shall open [the gate](b.md)"),
        ("**The door shall lock.**", "The door shall lock."),
        ("_The door_d shall lock._", "The door_d shall lock."),
        ("REQ-1: **The door** shall lock.", "**The door** shall lock."),
        ("**Description:** The door shall lock.", "The door shall lock."),
    ],
)
def test_a_requirement_holds_both_halves_of_a_mark_or_none(text: str, kept: str) -> None:
    (found,) = document(text + "\n").requirements
    assert found.text == kept


def test_sentences_under_one_id_are_one_requirement() -> None:
    found = document(
        "## A-1\n\nA code shall have 4 digits.\n\nAny other code shall be rejected.\n\n## A-2\n\nThe door shall lock."
    ).requirements
    assert [(r.id, r.text) for r in found] == [
        ("A-1", "A code shall have 4 digits.\n\nAny other code shall be rejected."),
        ("A-2", "The door shall lock."),
    ]


def test_lettered_lines_belong_to_the_requirement_above() -> None:
    text = "AB1001 The unit shall reset:\na)\tthe counter\nb)\tthe clock\n\nAB1002 The unit shall start."
    assert [(r.id, r.text.count("\n")) for r in document(text).requirements] == [("AB1001", 2), ("AB1002", 0)]


def test_a_list_belongs_to_its_lead_in_unless_its_items_are_requirements() -> None:
    together = document("The unit shall reset:\n\n- the counter\n- the clock\n").requirements
    apart = document(
        "The unit shall do this:\n\n- The unit shall reset the counter.\n- The unit must stop the clock.\n"
    ).requirements
    assert [r.text for r in together] == ["The unit shall reset:\n\n- the counter\n- the clock"]
    assert [r.text for r in apart][1:] == ["The unit shall reset the counter.", "The unit must stop the clock."]


def test_a_paragraph_that_says_otherwise_goes_on_with_the_one_before() -> None:
    (found,) = document("Access shall be granted if the badge is valid.\n\nOtherwise it shall be denied.").requirements
    assert found.text.endswith("Otherwise it shall be denied.")


PROSE = """# Lending

## Introduction

Libraries lend books. Readers had to fill in a card. This document describes the new desk.

## Requirements

Lending is done at a desk. The desk stands in the hall.

NOTE: The desk shall be ignored in the first release.

Priority: High

- A reader may borrow at most 5 books.
- The desk stands in the hall

## References

- ISO 27001
"""


def test_background_notes_and_headings_are_no_requirements() -> None:
    found = document(PROSE).requirements
    assert [r.text for r in found if "borrow" in r.text] == ["A reader may borrow at most 5 books."]
    assert not any("described" in r.text or "NOTE" in r.text or "ISO" in r.text or "Priority" in r.text for r in found)


def test_a_requirement_knows_its_section() -> None:
    (found,) = document("# Desk\n\n## Loans\n\n### Limits\n\nA reader may borrow at most 5 books.").requirements
    assert found.section == ("Desk", "Loans", "Limits")


def test_sections_reach_to_the_next_heading_of_their_level() -> None:
    read_ = document("# A\n\nThe door shall lock.\n\n## B\n\nx\n\n# C\n\ny\n")
    assert [(s.title, s.level, s.path) for s in read_.sections] == [("A", 1, ("A",)), ("B", 2, ("A", "B")), ("C", 1, ("C",))]
    assert read_.sections[0].span.cut(read_.text).endswith("x\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "As a reader, I want to renew a loan so that I can keep the book.",
        "作为读者，我希望续借图书，以便继续阅读。",
        "Scenario: renew\nGiven a loan\nWhen the reader renews it\nThen the loan is longer",
    ],
)
def test_stories_and_scenarios_are_requirements(text: str) -> None:
    assert len(document(text).requirements) == 1


def test_one_requirement_a_line_needs_no_blank_lines() -> None:
    assert len(document("The door shall lock.\nThe light shall go out.\nThe alarm must ring.\n").requirements) == 3


def test_wrapped_lines_are_one_requirement() -> None:
    (found,) = document("The door of the reading room shall\nlock when nobody is in\nthe building.\n").requirements
    assert "\n" in found.text


def test_chinese_scenarios_without_modals_are_found_under_their_heading() -> None:
    text = (
        "### 需求来源\n\n部门规划会议纪要\n\n### 典型场景\n\n- 场景1：读者在自助机上扫描证件后借出图书\n- "
        "场景2：馆员在后台查看当天的借阅记录\n\n### 工作量评估\n\n20人天\n"
    )
    assert [r.text[:3] for r in document(text).requirements] == ["场景1", "场景2"]


def test_a_repeated_id_gets_a_suffix_and_a_finding() -> None:
    read_ = document("REQ-1: The door shall lock.\n\nREQ-1: The light shall go out.\n\nREQ-1: The alarm must ring.")
    assert [r.id for r in read_.requirements] == ["REQ-1", "REQ-1#2", "REQ-1#3"]
    assert [f.requirement_id for f in read_.findings if f.kind == "duplicate_id"] == ["REQ-1#2", "REQ-1#3"]


def test_made_up_ids_survive_case_and_spacing() -> None:
    one, other = document("The door  shall\nlock.").requirements[0], document("- The door shall lock").requirements[0]
    assert one.id == other.id


def test_a_requirement_without_anything_to_observe_is_found() -> None:
    assert [f.kind for f in document("REQ-1: The clerk must be polite.").findings] == ["no_observable_outcome"]


def test_a_text_without_requirements_says_what_was_looked_for() -> None:
    with pytest.raises(NoRequirements, match="modal verbs") as caught:
        document("# Hello\n\nThis is a letter to a friend.")
    assert caught.value.mend


def test_the_same_requirements_whatever_the_line_ends_and_encoding() -> None:
    text = "# 门禁\n\n- 门应当自动上锁。\n- 访客不得进入机房。\n"
    encoded = [
        text.encode(),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.encode("gb18030"),
        text.replace("\n", "\r\n").encode(),
        text.replace("\n", "\r").encode(),
    ]
    ids = [[r.id for r in read(data, "a.md", limits=LIMITS).requirements] for data in encoded]
    assert ids == [ids[0]] * len(ids)
    assert len(ids[0]) == 2
