"""Findings on requirements: what is found, where, and what is proposed instead; and what is left in peace (issue 5, item 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.techniques.test_design import Asked

from testgen_runtime.documents import findings
from testgen_runtime.documents.findings_words import vague
from testgen_runtime.documents.model import Document, Finding, Requirement, Span
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.design import derive


def document(text: str) -> Document:
    return read_text(text, title="needs", limits=Limits())


def told(text: str, kind: str) -> list[str]:
    """The words that findings of this kind stand at."""
    read = document(text)
    return [finding.span.cut(read.text) for finding in read.findings if finding.kind == kind and finding.span is not None]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("REQ-1: The search shall be fast.", ["fast"]),
        ("REQ-1: The page shall be user-friendly and intuitive.", ["user-friendly", "intuitive"]),
        ("REQ-1: The clerk shall be told as soon as possible.", ["as soon as possible"]),
        ("REQ-1: The system shall show an appropriate message.", ["appropriate"]),
        ("REQ-1: The report shall hold name, address, etc. of the client.", ["etc."]),
        ("REQ-1: The clerk may print and/or mail the letter.", ["and/or"]),
        ("REQ-1: The retention time shall be TBD.", ["TBD"]),
        ("REQ-1：报修应尽快处理。", ["尽快"]),
        ("REQ-1：界面应友好、美观。", ["友好", "美观"]),
        ("REQ-1：必要时系统应通知管理员。", ["必要时"]),
        ("REQ-1：系统应导出姓名、地址等信息。", ["等"]),
        ("REQ-1：系统应支持大量用户。", ["大量"]),
    ],
)
def test_words_that_cannot_be_tested_are_named(text: str, words: list[str]) -> None:
    assert told(text, findings.VAGUE) == words


@pytest.mark.parametrize(
    "statement",
    [
        "界面应友好。",
        "系统应具有良好的性能。",
        "系统应尽快响应用户请求。",
        "系统应稳定可靠，易于维护。",
        "系统应支持大量用户同时在线。",
    ],
)
def test_a_demand_that_nobody_can_test_is_a_finding_and_gets_no_case(statement: str) -> None:  # S4-022
    read = document(f"REQ-1：{statement}\n")
    (requirement,) = read.requirements
    found = [finding for finding in read.findings if finding.kind == findings.NO_OUTCOME]
    assert [("不生成用例" in finding.message, bool(finding.proposal)) for finding in found] == [(True, True)]
    assert derive(requirement, read.text, Asked()).points == ()


@pytest.mark.parametrize(
    "statement",
    [
        "报修应尽快处理，并通知报修人。",
        "系统应提供良好的搜索功能。",
        "系统应在 2 秒内快速返回结果。",
        "界面应友好地提示缺少的字段。",
    ],
)
def test_a_demand_with_something_to_see_beside_a_vague_word_keeps_its_cases(statement: str) -> None:
    read = document(f"REQ-1：{statement}\n")
    (requirement,) = read.requirements
    assert derive(requirement, read.text, Asked()).points


@pytest.mark.parametrize(
    "text",
    [
        "REQ-1: The search shall be fast: it shall answer within 2 seconds.",
        'REQ-1: The page shall show the label "Fast delivery" beside the price.',
        "REQ-1: The Fast Track lane shall be open from 08:00 to 18:00.",
        "REQ-1: The account shall be locked for 15 minutes after 5 failed attempts.",
        "REQ-1：待付款的订单应等待 30 分钟后取消。",
        "REQ-1：用户等级不得低于 3 级，金额须相等。",
        "REQ-1：系统应支持支付宝、微信等两种方式。",
        "REQ-1：系统应在 2 秒内快速返回结果。",
    ],
)
def test_what_is_measured_named_or_another_word_is_left_in_peace(text: str) -> None:
    assert told(text, findings.VAGUE) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The answer time of the search must be at most 500 ms.", "The answer time of the search must be at most 2 seconds."),
        ("The password must have 8 to 64 characters.", "The password must have 8 to 32 characters."),
        ("密码长度必须为8到64个字符。", "密码长度必须为8到32个字符。"),
        ("The password must have at least 8 characters.", "Passwords shall be no shorter than 10 characters."),
        ("A PIN must have at least 4 digits.", "PINs shall be no shorter than 6 digits."),
        ("A reader may borrow at most 5 books.", "Readers can borrow up to 7 books."),
        (
            "The session time-out must be at most 30 minutes.",
            "Session time-outs shall not exceed 15 minutes.",
        ),
        ("密码长度不得少于8个字符。", "密码必须不短于10位。"),
    ],
)
def test_limits_of_one_thing_that_differ_are_named_at_the_later_one(first: str, second: str) -> None:
    read = document(f"REQ-1: {first}\n\nREQ-2: {second}\n")

    found = [finding for finding in read.findings if finding.kind == findings.CONFLICT]

    assert [finding.requirement_id for finding in found] == ["REQ-2"]
    assert "REQ-1" in found[0].message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The answer time of the search must be at most 500 ms.", "The answer time of the search must be at most 0.5 s."),
        ("The password must have 8 to 64 characters.", "The user name must have 3 to 20 characters."),
        ("The password must have 8 to 64 characters.", "If the user is a guest, the password must have 8 to 16 characters."),
        ("密码长度必须为8到64个字符。", "用户名长度必须为3到20个字符。"),
        ("The name must have at most 20 characters.", "Names of groups must have at most 50 characters."),
        ("A reader may borrow at most 5 books.", "Readers can reserve up to 7 books."),
        ("The password must have at least 8 characters.", "Passwords of administrators shall be no shorter than 12 characters."),
        ("The session must end after 30 minutes.", "Guest sessions shall expire after 15 minutes."),
        ("密码长度不得少于8个字符。", "管理员密码必须不短于10位。"),
    ],
)
def test_limits_that_agree_or_are_about_something_else_are_left_in_peace(first: str, second: str) -> None:
    assert told(f"REQ-1: {first}\n\nREQ-2: {second}\n", findings.CONFLICT) == []


def test_an_id_that_stands_nowhere_in_the_document_is_named() -> None:
    text = "REQ-1: The password must have 8 characters.\n\nREQ-2: Passwords as in REQ-1 and REQ-99 must be kept for 5 years.\n"

    assert told(text, findings.ORPHAN_REFERENCE) == ["REQ-99"]


def test_an_id_glued_to_chinese_is_named_too() -> None:
    text = "Z-1：系统应记录日志，见Z-99。\n\nZ-2：系统应符合Z-1和Z-98的要求。\n"

    assert told(text, findings.ORPHAN_REFERENCE) == ["Z-99", "Z-98"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 1 Login\n\nREQ-1: Locking must follow section 9.\n\n# 2 Logout\n\nREQ-2: Ends as in section 1.", ["section 9"]),
        ("# 1 Login\n\nREQ-1: Codes must follow section 9 of RFC 4226.\n\n# 2 Logout\n\nREQ-2: It must end.", []),
        ("# No numbers\n\nREQ-1: Locking must follow section 9.", []),
        ("# 一、登录\n\nREQ-1：锁定规则见第九章。\n\n# 二、退出\n\nREQ-2：退出规则须符合第一章。", ["第九章"]),
        (
            "# 1 登录\n\nREQ-1：按第7.4节的规定，系统应锁定账户，依据 7.5 节提示。\n\n# 2 退出\n\nREQ-2：系统应退出。",
            ["第7.4节", "7.5 节"],
        ),
        ("# 1 登录\n\nREQ-1：系统应按第2.9条锁定账户，并使用 2 节电池。\n\n# 2 退出\n\nREQ-2：系统应退出。", ["第2.9条"]),
        ("# 第1章 登录\n\nREQ-1：锁定规则必须见第2章。\n\n# 第2章 退出\n\nREQ-2：退出须记录。", []),
    ],
)
def test_sections_that_the_document_has_not_are_named(text: str, words: list[str]) -> None:
    assert told(text, findings.ORPHAN_REFERENCE) == words


def test_an_abbreviation_is_named_once_and_only_where_it_is_never_written_out() -> None:
    text = (
        "REQ-1: The MECM must accept 3 files.\n\nREQ-2: The MECM must send a PDF.\n\n"
        "REQ-3: The service level board (SLB) must accept 4 files.\n"
    )

    assert told(text, findings.UNDEFINED_TERM) == ["MECM"]


@pytest.mark.parametrize(
    "text",
    [
        "REQ-1: The page shall be user-friendly.\n\nREQ-1: See REQ-7 and the ABX.\n\nREQ-2: It must beep.",
        "REQ-1：界面应友好。\n\nREQ-1：见 REQ-7 和 ABX。\n\nREQ-2：系统必须记录日志。",
    ],
)
def test_every_finding_on_a_requirement_says_where_and_what_to_write_instead(text: str) -> None:
    read = document(text)

    assert {finding.kind for finding in read.findings} >= {findings.VAGUE, findings.DUPLICATE_ID, findings.UNDEFINED_TERM}
    for finding in read.findings:
        assert finding.proposal, finding
        assert finding.span is not None
        assert 0 <= finding.span.start < finding.span.end <= len(read.text)


@given(st.text(alphabet='fast 等,etc.、尽快“”"A1\n', max_size=200), st.sampled_from(["en", "zh"]))
def test_every_place_lies_inside_its_requirement(text: str, language: str) -> None:
    requirement = Requirement("R-1", text, Span(7, 7 + len(text)), (), "zh" if language == "zh" else "en", given_id=True)

    found: list[Finding] = vague(requirement)

    assert all(f.span is not None and 7 <= f.span.start < f.span.end <= 7 + len(text) for f in found)
    assert len(found) <= 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("REQ-1：对“重点客户”的订单，系统应优先处理。", ["重点客户"]),
        ("REQ-1：对“重点客户”的订单，系统应优先处理。\n\n术语：“重点客户”是指年消费满 10 万元的客户。", []),
        ("REQ-1：保存后系统应提示“保存成功”。", []),
        ("REQ-1：只有“草稿”状态的订单可以删除。", []),
        ('REQ-1: Orders of a "key account" shall be handled first.', ["key account"]),
        ('REQ-1: Orders of a "key account" shall be handled first.\n\nA "key account" means a client with 10 orders a year.', []),
        ('REQ-1: The page shall show the message "order saved".', []),
        ("REQ-1：“重点客户”可享受九折。", ["重点客户"]),
        ("REQ-1：「老客户」可以退货。", ["老客户"]),
        ('REQ-1：属于"冷静期"内的订单可以取消。', ["冷静期"]),
        ("REQ-1：“值班员”可以查看日志。", []),
        ("REQ-1：“重点客户”可享受九折。\n\n| 术语 | 含义 |\n|--|--|\n| 重点客户 | 年消费满 10 万元 |", []),
        ("REQ-1: “Key accounts” must get 10% off.", ["Key accounts"]),
        ("REQ-1: The user must press “Save order” to go on.", []),
        ("REQ-1: An invoice must be paid within the Grace Period.", ["Grace Period"]),
        ("REQ-1: An invoice must be paid within the Grace Period.\n\n## Grace Period\n\nFourteen days.", []),
        ("REQ-1: An invoice must be paid within the Grace Period.\n\nThe Grace Period is the time after the due date.", []),
        ("REQ-1: A Key Account must be served first.", ["Key Account"]),
        ("REQ-1: The Flight Control must answer within 2 s.", []),
        ("REQ-1: The page must show the Order Confirmation beside the Save Button.", []),
        ("REQ-1: On receipt of a Set Point command, the unit must answer within 2 s.", []),
    ],
)
def test_a_quoted_term_without_a_definition_is_named(text: str, words: list[str]) -> None:
    assert told(text, findings.UNDEFINED_TERM) == words


@pytest.mark.parametrize(
    ("statement", "several"),
    [
        ("系统应校验手机号，应发送验证码，并应记录日志。", True),
        ("系统应校验手机号并应记录日志。", True),
        ("系统应校验手机号。系统应记录日志。", False),
        ("密码不得为空，长度应为 8 至 20 个字符。", False),
        ("员工已离职时，系统必须禁止其登录，并提示“账户已停用”。", False),
        ("The system shall check the number, shall send a code, and shall keep a record.", True),
        ("The system shall check the number. It shall send a code.", False),
    ],
)
def test_a_sentence_with_several_obligations_is_to_be_parted(statement: str, several: bool) -> None:
    found = told(f"REQ-1: {statement}\n", findings.SEVERAL_OBLIGATIONS)
    assert bool(found) == several


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        ("用户已实名时，单笔转账金额不得超过 5 万元。", "用户已实名时，单笔转账金额不得超过 3 万元。", True),
        ("用户已实名时，单笔转账金额不得超过 5 万元。", "用户未实名时，单笔转账金额不得超过 3 万元。", False),
        (
            "If the client is verified, the transfer amount shall be at most 500 EUR.",
            "If the client is verified, the transfer amount shall be at most 300 EUR.",
            True,
        ),
    ],
)
def test_limits_under_the_same_condition_conflict(first: str, second: str, conflict: bool) -> None:
    read = document(f"REQ-1: {first}\n\nREQ-2: {second}\n")
    assert bool([one for one in read.findings if one.kind == findings.CONFLICT]) == conflict
