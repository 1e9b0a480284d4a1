"""The definition of an executable case: what a tester could carry out, and each way in which a case fails to be that."""

from __future__ import annotations

import pytest
from tests.bench.generation.executable import defects
from tests.bench.generation.model import Step, WrittenCase

REQUIREMENT = "A password shall have at least 8 and at most 64 characters. 密码长度不得少于 8 个字符。"


def case(*steps: tuple[str, str], title: str = "A password", data: dict[str, str] | None = None, before: str = "") -> WrittenCase:
    return WrittenCase(
        id="TC-1",
        requirement_id="R-1",
        title=title,
        steps=tuple(Step(*step) for step in steps),
        test_data=data or {},
        preconditions=(before,) if before else (),
    )


def rules(*steps: tuple[str, str], **more: dict[str, str]) -> set[str]:
    """The names of the rules that turn the case away."""
    return {line.partition(":")[0] for line in defects(case(*steps, **more), REQUIREMENT)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("Enter a password of 8 characters.", "The password is accepted."),
        ("Open the audit log.", "The audit log is opened."),
        ("As an Auditor, open the audit log.", "The audit log is shown."),
        ("Send a No-Op command.", "LC increments the LC Valid Command Counter and generates an event message."),
        ("Read the Watchpoint Results Table.", "The table holds the age of the data."),
        ("The user opens the settings page.", "The settings page shows the e-mail address."),
        ("Send a GET request to /collections.", "The response has the status code 200."),
        ("输入长度为 8 个字符的密码。", "系统接受该密码。"),
        ("以“审计员”身份打开审计日志。", "页面显示审计日志。"),
        ("撤回该报销单。", "报销单状态变为“草稿”。"),
    ],
)
def test_a_command_with_a_result_to_be_seen_is_executable(action: str, expected: str) -> None:
    assert defects(case((action, expected)), REQUIREMENT) == []


def test_looking_after_something_was_done_is_a_step() -> None:
    steps = (
        ("Send a No-Op command.", "The command is acknowledged."),
        ("Check that the counter was increased.", "The counter is 1 higher than before."),
    )
    assert defects(case(*steps), REQUIREMENT) == []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("Check whether LC maintains the age of the data.", "LC maintains the age of the data."),
        ("Verify that the server supports the path /.", "The server supports the path /."),
        ("Observe the following: the data are stored.", "The data are stored."),
        ("Look for this item: Data size.", "The table shows the data size."),
        ("检查系统是否满足：用户可以查看应用状态。", "用户可以查看应用状态。"),
        ("验证密码是否被接受。", "系统接受该密码。"),
    ],
)
def test_a_case_that_only_looks_does_nothing(action: str, expected: str) -> None:
    assert "stimulus" in rules((action, expected))


@pytest.mark.parametrize(
    "action",
    [
        "Enter the password and click the button.",
        "Enter the password, then save it.",
        "Enter the password. Save the form.",
        "输入密码，然后点击保存。",
        "输入密码并点击保存。",
        "打开页面；输入密码进行登录。",
    ],
)
def test_two_actions_in_one_step(action: str) -> None:
    assert "one_action" in rules((action, "The password is accepted." if action.isascii() else "系统接受该密码。"))


@pytest.mark.parametrize(
    "action",
    [
        "The password has 8 characters.",
        "The system shall accept the password.",
        "It is 8 characters long.",
        "密码应为 8 个字符。",
    ],
)
def test_a_statement_is_no_action(action: str) -> None:
    assert "action" in rules((action, "The password is accepted."))


@pytest.mark.parametrize(
    "action",
    [
        "Enter a valid password value of [password].",
        "Enter <password>.",
        "Enter a valid input.",
        "Enter some text.",
        "Enter a password such as one of 8 characters.",
        "输入有效的数据。",
        "输入某个值。",
        "输入密码等等。",
    ],
)
def test_a_stand_in_is_no_data(action: str) -> None:
    assert "concrete" in rules((action, "The password is accepted."))


@pytest.mark.parametrize(
    "action", ["Inspect the value.", "Execute the operation.", "Submit a request.", "查看信息。", "执行该操作。"]
)
def test_a_thing_that_could_be_anything_is_nothing_in_particular(action: str) -> None:
    assert "concrete" in rules((action, "The password is accepted."))


@pytest.mark.parametrize(
    "action", ["Inspect the value of the counter.", "Submit a request with the format CSV.", "查看审批信息。"]
)
def test_a_thing_with_a_name_is(action: str) -> None:
    assert "concrete" not in rules((action, "The password is accepted."))


@pytest.mark.parametrize("action", ["Enter a password of more than 64 characters.", "输入长度超过 64 个字符的密码。"])
def test_a_comparison_is_no_data(action: str) -> None:
    assert "concrete" in rules((action, "The password is rejected."))


def test_a_comparison_beside_the_value_itself_is() -> None:
    steps = (("Enter a password of 65 characters, more than 64.", "The password is rejected."),)
    assert "concrete" not in rules(*steps, data={"password length": "65 characters"})


def test_a_range_in_the_data_is_no_value() -> None:
    steps = (("Enter the password.", "The password is rejected."),)
    assert "concrete" in rules(*steps, data={"password length": "more than 64"})


def test_data_that_no_step_uses() -> None:
    steps = (("Enter the password.", "The password is accepted."),)
    assert "data_used" in rules(*steps, data={"password length": "9 characters"})


@pytest.mark.parametrize(
    "expected",
    [
        "The system works correctly.",
        "The password is handled as expected.",
        "Success",
        "Is the password accepted?",
        "The password shall be accepted.",
        "Password field of the form",
        "系统应接受该密码。",
        "结果符合预期。",
        "成功",
        "平台用户的分权分域设计。",
    ],
)
def test_a_result_that_nobody_can_see(expected: str) -> None:
    assert "observable" in rules(("Enter a password of 8 characters.", expected))


@pytest.mark.parametrize("word", ["系统响应时间为 2 秒。", "页面显示对应的订单。", "供应商列表已更新。"])
def test_a_word_that_holds_a_modal_sign_is_no_rule(word: str) -> None:
    assert "observable" not in rules(("打开供应商页面。", word))


def test_a_result_that_is_the_action_again() -> None:
    assert "own_result" in rules(("Accept the password", "Accept the password."))


def test_a_case_without_steps() -> None:
    assert rules() == {"steps"}


def test_a_step_without_a_result() -> None:
    assert rules(("Enter a password.", " ")) == {"steps"}
