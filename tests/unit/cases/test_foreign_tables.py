"""Tables that testers wrote before: their headings name a case's parts in more ways than ours do (issue 5, item 3)."""

from __future__ import annotations

import csv
import io

import pytest
from tests.unit.cases.exchanged import case, items, written

from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import parse

LOCK = ("Lock the account", "Enter a wrong password", "The account is locked")
STEP = (("Enter a wrong password", "The account is locked"),)


def read(*rows: tuple[str, ...]) -> list[ImportedCase]:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return list(parse(out.getvalue().encode(), "old.csv"))


@pytest.mark.parametrize(
    "head",
    [
        ("Title", "Steps", "Expected results"),
        ("Title", "Steps", "Expected Result"),
        ("Test Case", "Test Steps", "Expected Result"),
        ("Summary", "Step", "Expected results"),
        ("Summary", "Action", "Expected Result"),
        ("Case Title", "Test Step", "Expected"),
        ("Test Case Name", "Steps (Step)", "Steps (Expected Result)"),
        ("用例标题", "测试步骤", "预期结果"),
        ("用例名称", "步骤", "预期结果"),
        ("标题", "操作步骤", "期望结果"),
        ("测试标题", "步骤描述", "预期"),
    ],
    ids="-".join,
)
def test_a_step_keeps_its_expected_result_whatever_the_two_are_called(head: tuple[str, ...]) -> None:
    [found] = read(head, LOCK)

    assert (found.title, found.steps, found.problem) == ("Lock the account", STEP, "")


@pytest.mark.parametrize("head", [("Title", "Steps", "Expected Result"), ("用例名称", "步骤", "预期结果")], ids="-".join)
def test_lists_in_one_cell_each_are_steps_with_their_results(head: tuple[str, ...]) -> None:
    [found] = read(head, ("T", "1. Open it\n2. Close it", "1. It is open\n2. It is closed"))

    assert found.steps == (("Open it", "It is open"), ("Close it", "It is closed"))


def test_steps_in_rows_of_their_own_keep_their_places_where_a_result_is_missing() -> None:
    [found] = read(("用例名称", "步骤", "预期结果"), ("T", "a", "A"), ("", "b", ""), ("", "c", "C"))

    assert found.steps == (("a", "A"), ("b", ""), ("c", "C"))


def test_one_step_with_a_result_of_several_lines_stays_one_step() -> None:
    for head in (("Title", "Steps", "Expected Result"), ("Title", "Action", "Expected Result")):
        [found] = read(head, ("T", "Save it", "It is saved\nA note is shown"))

        assert found.steps == (("Save it", "It is saved\nA note is shown"),)


def test_the_result_of_a_whole_list_of_steps_is_that_of_the_last() -> None:
    [found] = read(("Title", "Steps", "Expected Result"), ("T", "1. Open it\n2. Save it", "It is saved"))

    assert found.steps == (("Open it", ""), ("Save it", "It is saved"))


def test_in_a_table_of_ours_a_step_that_is_a_list_stays_one_step() -> None:
    data, _ = written("csv", items([case()]), steps="rows")
    data = data.replace(b"Enter the password.", b'"1. Type it\n2. Look at it"')

    [found] = parse(data, "cases.csv")

    assert found.steps is not None
    assert [action for action, _ in found.steps] == ["1. Type it\n2. Look at it", "Press Register."]
