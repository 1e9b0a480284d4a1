"""Limits are read with their ends, units and names, in English and Chinese, and always as what is accepted (S4-022)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.documents.reading import interval, values

from testgen_runtime.documents.model import Limit

LENGTHS = [
    ("at-least-and-at-most", "A PIN shall have at least 4 and at most 12 digits.", "PIN length", "[4, 12] digits"),
    (
        "at-least-but-no-more",
        "A crew shall have at least one but no more than three pilots.",
        "number of pilots",
        "[1, 3] pilots",
    ),
    ("or-more", "A discount is granted only if the order total is 75 EUR or more.", "order total", "[75, …) EUR"),
    ("must-not-be-longer", "A nickname must not be longer than 30 characters.", "nickname length", "(…, 30] characters"),
    ("dash-range", "The name field shall contain 1-50 characters.", "name field length", "[1, 50] characters"),
    ("between", "The quantity must be between 1 and 99.", "quantity", "[1, 99]"),
    ("brackets", "The interest rate shall be in the range (0, 15] percent.", "interest rate", "(0, 15] percent"),
    ("open-and-closed", "The score must be greater than 0 and less than or equal to 100.", "score", "(0, 100]"),
    ("open-and-up-to", "The temperature must be greater than -5 °C and up to 40 °C.", "temperature", "(-5, 40] °C"),
    ("above-and-up-to", "The weight must be above 5 kg and up to 40 kg.", "weight", "(5, 40] kg"),
    ("chain", "The value v shall satisfy 0 < v <= 10.", "v", "(0, 10]"),
    ("tolerance", "The speed shall be 80 ± 2 km/h.", "speed", "[78, 82] km/h"),
    ("tolerance-degrees", "The device shall keep the temperature at 22±2℃.", "temperature", "[20, 24] ℃"),
    ("half-an-hour", "The session shall be locked after half an hour of inactivity.", "inactivity time", "[30, …) minutes"),
    ("maximum-is", "The maximum file size is 20 MB.", "file size", "(…, 20] MB"),
    ("up-to", "A message may contain up to 5 attachments.", "number of attachments", "(…, 5] attachments"),
    ("one-in-words", "Each order shall contain at least one item.", "number of items", "[1, …) item"),
    ("within", "A refund may be requested within 14 days after delivery.", "time since delivery", "(…, 14] days"),
    ("response", "The system shall respond within 2 seconds.", "response time", "(…, 2] seconds"),
    ("exactly", "A voucher code shall consist of exactly 8 characters.", "voucher code length", "[8, 8] characters"),
    ("thousands", "A transfer shall not exceed 10,000 EUR.", "transfer", "(…, 10000] EUR"),
    ("age", "The age of the applicant must be 18 years or older.", "age of applicant", "[18, …) years"),
    ("zh-range", "昵称长度必须为 2 至 16 个字符。", "昵称长度", "[2, 16] 个字符"),
    ("zh-must-not", "单笔转账金额不得低于 1 元，不得高于 20000 元。", "单笔转账金额", "[1, 20000] 元"),
    ("zh-wan", "提现金额须为 100 元至 5 万元。", "提现金额", "[100, 50000] 元"),
    ("zh-between", "购买数量应在 1 到 99 之间。", "购买数量", "[1, 99]"),
    ("zh-within", "退款申请应在收货后 7 天内提交。", "收货后提交的时间", "(…, 7] 天"),
    ("zh-size", "头像文件不得大于 2MB。", "头像文件大小", "(…, 2] MB"),
    ("zh-fixed", "验证码必须为 6 位数字。", "验证码长度", "[6, 6] 位数字"),
    ("zh-upper-limit", "文件大小上限为 25MB。", "文件大小", "(…, 25] MB"),
    ("zh-count", "每封邮件最多可添加 5 个附件。", "附件数量", "(…, 5] 个"),
    ("zh-age", "年满 18 周岁的用户才能注册。", "年龄", "[18, …) 周岁"),
    ("zh-numeral", "会议时长不得超过两小时。", "会议时长", "(…, 2] 小时"),
    ("zh-half", "每次休息不得少于半小时。", "每次休息时间", "[30, …) 分钟"),
    ("zh-hundred-thousand", "单日转账金额不得超过十万元。", "单日转账金额", "(…, 100000] 元"),
]


@pytest.mark.parametrize(("statement", "subject", "range_"), [c[1:] for c in LENGTHS], ids=[c[0] for c in LENGTHS])
def test_a_limit_has_a_name_two_ends_and_a_unit(statement: str, subject: str, range_: str) -> None:
    assert [(found.subject, interval(found)) for found in values(statement, Limit)] == [(subject, range_)]


TURNED = [
    ("reject-larger", "The system shall reject an uploaded file that is larger than 40 MB.", "(…, 40] MB"),
    ("reject-shorter", "Passwords shorter than 12 characters shall be rejected.", "[12, …) characters"),
    ("must-not-register", "Users younger than 18 years must not register.", "[18, …) years"),
    ("refused-unless", "The upload shall be refused unless the file is smaller than 5 GB.", "(…, 5) GB"),
    ("if-then-refuse", "If the order total is less than 20 EUR, the system shall reject the order.", "[20, …) EUR"),
    ("zh-less-refused", "密码少于十二个字符时应被拒绝。", "[12, …) 个字符"),
    ("zh-more-refused", "超过 7 天的退款申请系统应拒绝。", "(…, 7] 天"),
    ("zh-below-refused", "余额不足 50 元时，系统应拒绝提现。", "[50, …) 元"),
]


@pytest.mark.parametrize(("statement", "range_"), [c[1:] for c in TURNED], ids=[c[0] for c in TURNED])
def test_what_is_refused_is_told_as_what_is_accepted(statement: str, range_: str) -> None:
    (found,) = values(statement, Limit)
    assert (interval(found), found.accepts) == (range_, True)


EFFECTS = [
    ("lock", "After 5 failed login attempts the account shall be locked.", "[5, …) failed login attempts"),
    ("approval", "Orders over 1,000 EUR shall require the approval of a manager.", "(1000, …) EUR"),
    ("zh-approval", "订单金额超过 1000 元时必须由经理审批。", "(1000, …) 元"),
    ("zh-notice", "库存低于 10 件时，系统应通知采购部门。", "(…, 10) 件"),
    ("zh-counted", "连续 5 次输入错误密码后，系统应锁定账户。", "[5, …) 次"),
]


@pytest.mark.parametrize(("statement", "range_"), [c[1:] for c in EFFECTS], ids=[c[0] for c in EFFECTS])
def test_a_range_that_neither_accepts_nor_refuses_says_so(statement: str, range_: str) -> None:
    found = values(statement, Limit)[0]
    assert (interval(found), found.accepts) == (range_, False)


def test_both_sides_of_one_parameter_are_one_limit() -> None:
    found = values("The system shall reject an image that is larger than 4 MB; an image of up to 4 MB shall be accepted.", Limit)
    assert [interval(limit) for limit in found] == ["(…, 4] MB"]


def test_the_accepted_side_wins_over_a_neutral_one() -> None:
    found = values(
        "出差天数超过 5 天时，必须由总监审批；5 天及以下的申请系统应自动通过，超过 5 天的自动通过请求应被拒绝。", Limit
    )
    assert [(limit.subject, interval(limit), limit.accepts) for limit in found] == [("出差天数", "(…, 5] 天", True)]


@pytest.mark.parametrize(
    ("statement", "step"),
    [
        ("The fee must be at least 49.90 EUR.", "0.01"),
        ("The fee must be at least 50 EUR.", "1"),
        ("单笔金额不得低于 0.5 元，不得高于 100 元。", "0.1"),
    ],
)
def test_the_step_is_as_fine_as_the_text_writes_it(statement: str, step: str) -> None:
    assert values(statement, Limit)[0].step == Decimal(step)


@pytest.mark.parametrize(
    "statement",
    [
        "The export shall follow ISO 8601 and RFC 3339, section 5.6.",
        "The release of 2024-05-17 shall be kept at version 1.2.3.",
        "The address of the service shall be 192.168.0.1:8080.",
        "系统应支持第 2 版接口。",
    ],
)
def test_numbers_that_bound_nothing_are_no_limits(statement: str) -> None:
    assert values(statement, Limit) == []


STEPS = [
    ("Vouchers are sold from 20 EUR up to 200 EUR, in steps of 10 EUR. Other amounts are rejected.", "10"),
    ("The delay shall be between 15 and 90 minutes, in increments of 15 minutes.", "15"),
    ("A bid must be at least 50 EUR and at most 500 EUR; it must be a multiple of 25 EUR.", "25"),
]


@pytest.mark.parametrize(("text", "step"), STEPS)
def test_a_step_belongs_to_the_range_whose_ends_lie_on_it(text: str, step: str) -> None:
    assert [limit.multiple for limit in values(text, Limit)] == [Decimal(step)]


@pytest.mark.parametrize(
    "text",
    [
        "Vouchers are sold from 25 EUR up to 200 EUR, in steps of 10 EUR.",  # from where the steps count is not told
        "The delay shall be between 15 and 90 minutes; the wizard has 3 steps.",
    ],
)
def test_no_step_where_the_ends_do_not_lie_on_it(text: str) -> None:
    assert all(limit.multiple is None for limit in values(text, Limit))
