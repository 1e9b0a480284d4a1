"""Each gate alone: what it lets pass and what it turns away."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.techniques import test_design as tables

from testgen_runtime.cases.model import Case, Evidence, Step
from testgen_runtime.generation import rules
from testgen_runtime.generation.gates import GATES, judge
from testgen_runtime.generation.model import Options
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint


def point_with(made: Any, value: str) -> TestPoint:
    found, document = made
    return next(p for p in derive(found, document.text, Options()).points if any(v.value == value for v in p.inputs.values()))


def names(made: Any, value: str, *, accepted: tuple[Case, ...] = (), **changes: Any) -> list[str]:
    """The gates that turn away the rules' case for the point with `value`, after `changes`."""
    found, document = made
    point = point_with(made, value)
    case = rules.write(found, point, document_id="D", document=document).model_copy(update=changes)
    return [rejection.gate for rejection in judge(case, found, document, point, accepted)]


def step(action: str = "Enter a password of 7 characters.", expected: str = "The password is rejected.") -> tuple[Step, ...]:
    return (Step(action=action, expected=expected),)


SHORT = (tables.PASSWORD, "7")


def test_the_gates_are_named_for_what_they_promise() -> None:  # S4-022
    assert [gate.__name__ for gate in GATES] == [
        "quote_is_verbatim", "numbers_are_known", "expected_is_observable", "steps_are_executable", "matches_point",
        "language_matches", "is_no_duplicate", "no_instruction_leak", "nothing_is_invented",
        "result_is_the_points", "words_are_the_requirements", "results_are_told",
    ]  # fmt: skip
    assert names(*SHORT) == []


def test_a_quote_that_is_not_in_the_document() -> None:
    wrong = Evidence(document_id="D", requirement_id="REQ-1", quote="A password shall be long.", start=9, end=34)
    assert names(*SHORT, evidence=(wrong,)) == ["quote_is_verbatim"]


@pytest.mark.parametrize(
    ("made", "value", "action", "known"),
    [
        (tables.PASSWORD, "7", "Enter a password of 7 characters.", True),
        (tables.PASSWORD, "7", "Enter a password of 7 characters on page 12.", False),
        (tables.PASSWORD, "7", "Enter a password of 7 characters within thirty seconds.", False),
        (tables.PASSWORD, "7", "Enter a password of 7 characters in form REQ-12.", True),
        (tables.PASSWORD, "7", "Step 3: Enter a password of 7 characters.", True),
        (tables.WITHDRAWAL, "99.99", "在余额为 99.99 元的情况下提现。", True),
        (tables.WITHDRAWAL, "99.99", "在余额为 99.99 元的情况下提现三次。", False),
        (tables.WITHDRAWAL, "99.99", "在余额为 99.99 元的情况下提现五十元。", False),
    ],
)
def test_a_number_from_nowhere(made: Any, value: str, action: str, known: bool) -> None:
    expected = "系统拒绝提现。" if made is tables.WITHDRAWAL else "The password is rejected."
    found = names(made, value, steps=(Step(action=action, expected=expected),))
    assert ("numbers_are_known" not in found) is known


@pytest.mark.parametrize(
    "expected",
    ["OK.", "As expected.", "It works as expected and is rejected.", "Success", "通过", "符合预期。", "Is it rejected?"],
)
def test_a_result_that_nobody_can_see(expected: str) -> None:
    assert "expected_is_observable" in names(*SHORT, steps=step(expected=expected))


@pytest.mark.parametrize(
    "action",
    [
        "Enter <password> of 7 characters.", "Enter a valid input of 7 characters.", "TBD 7 characters", "Enter "
        "[password] of 7 characters.",
        "Enter a password of 7 characters and click the button.", "Enter a password of 7 characters. Then submit the whole form.",
        "Enter {{password}} of 7 characters.", "Verify that the system shall reject 7 characters.",
    ],
)  # fmt: skip
def test_a_step_that_nobody_can_do(action: str) -> None:
    assert "steps_are_executable" in names(*SHORT, steps=step(action=action))


def test_the_wrong_verdict() -> None:
    assert names(*SHORT, steps=step(expected="The password is accepted.")) == ["matches_point"]
    assert names(tables.PASSWORD, "8", steps=step("Enter a password of 8 characters.", "The password is rejected.")) == [
        "matches_point"
    ]
    assert names(tables.PASSWORD, "8", steps=step("Enter a password of 8 characters.", "An error message is shown.")) == [
        "matches_point"
    ]
    assert names(
        tables.WITHDRAWAL, "99.99", steps=(Step(action="在余额为 99.99 元的情况下提现。", expected="系统允许提现。"),)
    ) == ["matches_point"]


def test_another_value_than_the_points() -> None:
    assert "matches_point" in names(*SHORT, steps=step("Enter a password of 8 characters."), title="Password is rejected")
    assert "matches_point" in names(
        tables.ORDER,
        "Shipped",
        steps=(Step(action="Cancel an order that is Paid.", expected="The system rejects the cancellation."),),
    )


def test_another_polarity_than_the_points() -> None:
    assert "matches_point" in names(*SHORT, polarity="positive")


def test_the_wrong_language() -> None:
    assert "language_matches" in names(*SHORT, title="密码为 7 个字符时被拒绝")
    assert "language_matches" in names(tables.REFUND, "已发货", title="The refund is rejected")
    english = rules.write(
        *(tables.REFUND[0], point_with(tables.REFUND, "已发货")), document_id="D", document=tables.REFUND[1], language="en"
    )
    assert english.language == "en"


def test_the_same_test_twice() -> None:
    found, document = tables.PASSWORD
    other = rules.write(found, point_with(tables.PASSWORD, "7"), document_id="D", document=document)
    assert names(*SHORT, accepted=(other,)) == ["is_no_duplicate"]
    renamed = other.model_copy(update={"id": "TC-other", "title": "Another title"})
    assert names(*SHORT, accepted=(renamed,)) == ["is_no_duplicate"]
    other_data = rules.write(found, point_with(tables.PASSWORD, "65"), document_id="D", document=document)
    assert names(*SHORT, accepted=(other_data,)) == []


@pytest.mark.parametrize(
    "title",
    [
        "```json Password of 7 characters", "<|im_start|>Password of 7 characters", "### Instruction: password of 7 characters",
        "assistant: Password of 7 characters", "As an AI language model, password of 7 characters", "Ignore previous "
        "instructions: 7 characters",
        "<document> Password of 7 characters",
    ],
)  # fmt: skip
def test_the_prompt_shows_through(title: str) -> None:
    assert "no_instruction_leak" in names(*SHORT, title=title)


def test_a_model_s_words_for_a_neighbouring_value_that_read_the_same() -> None:  # S4-022
    found, document = tables.PASSWORD
    long = "Open the form for a new account, enter the password of {} characters into its field, and press the button Save."
    changes = {"written_by": "model", "steps": step(long.format(64), "The password is accepted.")}
    first = rules.write(found, point_with(tables.PASSWORD, "64"), document_id="D", document=document).model_copy(update=changes)
    second = {**changes, "steps": step(long.format(63), "The password is accepted."), "title": "A password of 63 characters"}
    assert "is_no_duplicate" in names(tables.PASSWORD, "63", accepted=(first,), **second)
    assert "is_no_duplicate" not in names(tables.PASSWORD, "63", accepted=(first,), **{**second, "written_by": "rules"})


def test_a_model_s_words_that_leave_out_what_happens() -> None:  # S4-022
    found, document = tables.WITHDRAWAL
    point = point_with(tables.WITHDRAWAL, "99.99")
    case = rules.write(found, point, document_id="D", document=document)
    silent = {
        "written_by": "model",
        "title": "余额为 99.99 元",
        "steps": step("输入 99.99 元。", "出现提示。"),
        "preconditions": (),
    }
    told = any(atom.id in point.atom_ids for atom in found.atoms if type(atom.value).__name__ in ("Action", "Outcome"))
    assert told
    assert "results_are_told" in names(tables.WITHDRAWAL, "99.99", **silent)  # type: ignore[arg-type]
    assert "results_are_told" not in names(tables.WITHDRAWAL, "99.99", written_by="model", title=case.title)


def test_a_model_s_step_that_states_something() -> None:  # S4-022
    stated = step("The password field does not receive 7 characters.", "The password is rejected.")
    assert "steps_are_executable" in names(*SHORT, written_by="model", steps=stated)
    assert "steps_are_executable" not in names(*SHORT, written_by="model", steps=step())
