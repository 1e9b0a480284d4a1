"""What a model adds of its own is seen: names that no document has, rules told as results, checks told as actions."""

from __future__ import annotations

import pytest

from testgen_runtime.generation.invention import check_told_as_action, invented_names, rule_told_as_result

DOCUMENT = (
    'A parcel may be returned while its state is Stored or Overdue. The message "Not possible" is shown. '
    "报销单处于“草稿”状态时可以撤回。"
)


@pytest.mark.parametrize(
    ("line", "invented"),
    [
        ("The parcel is in the state Stored.", []),
        ("The parcel is in the Sent state.", ["Sent"]),
        ("Click the 'Return' button.", ["return"]),
        ('The message "Not possible" is shown.', []),
        ('The message "Try again later" is shown.', ["try again later"]),
        ("Open the page. The parcel is shown.", []),
        ("The user's parcel doesn't move.", []),
        ("报销单处于“草稿”状态。", []),
        ("点击“撤销”按钮。", ["撤销"]),
        ("Send the JSON with the ID.", []),
    ],
)
def test_names_that_the_document_does_not_have_are_invented(line: str, invented: list[str]) -> None:
    known = DOCUMENT.replace("returned", "sent back") if "Return" in line else DOCUMENT

    assert list(invented_names([line], known)) == invented


@pytest.mark.parametrize(
    ("expected", "word"),
    [
        ("The password is rejected.", None),
        ("Any other user name shall be rejected.", "shall"),
        ("The user must sign in.", "must"),
        ("系统拒绝保存昵称", None),
        ("系统应拒绝保存昵称", "系统应"),
        ("响应时间为 2 秒", None),
        ("系统应用该设置", None),
        ("该用户不得登录", "不得"),
    ],
)
def test_a_result_is_told_as_it_is_seen_not_as_a_rule(expected: str, word: str | None) -> None:
    assert rule_told_as_result(expected) == word


@pytest.mark.parametrize(
    ("action", "is_check"),
    [
        ("Verify that the parcel is returned.", True),
        ("确认系统已拒绝", False),
        ("验证系统已拒绝", True),
        ("Check out the cart.", False),
        ("Check that it is on.", True),
    ],
)
def test_a_check_is_no_action(action: str, is_check: bool) -> None:
    assert (check_told_as_action(action) is not None) == is_check
