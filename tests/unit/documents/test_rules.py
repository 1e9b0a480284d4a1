"""Values, states, roles, conditions, actions and outcomes, in English and Chinese (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import document, values

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.model import Action, Actor, Condition, Enumeration, Outcome, State

ENUMERATIONS = [
    (
        "formats",
        "The export shall accept the formats CSV, XLSX and PDF. Any other format shall be refused.",
        "format",
        ("CSV", "XLSX", "PDF"),
        True,
    ),
    ("one-of", "The currency must be one of EUR, USD or GBP.", "currency", ("EUR", "USD", "GBP"), True),
    ("files-only", "The system shall accept JPG, PNG and GIF files only.", "format", ("JPG", "PNG", "GIF"), True),
    ("methods", "Payment methods are Visa, Mastercard and PayPal.", "Payment method", ("Visa", "Mastercard", "PayPal"), False),
    ("lettered", "The unit shall support the following operators:\na)\t=\nb)\t!=\nc)\t<", "operator", ("=", "!=", "<"), False),
    ("zh-only", "系统仅支持 JPG、PNG 和 GIF 格式的图片，其他格式应拒绝上传。", "格式", ("JPG", "PNG", "GIF"), True),
    ("zh-or", "性别只能为男或女。", "性别", ("男", "女"), True),
    ("zh-methods", "支付方式包括微信、支付宝和银行卡。", "支付方式", ("微信", "支付宝", "银行卡"), False),
]


@pytest.mark.parametrize(
    ("statement", "subject", "allowed", "closed"), [c[1:] for c in ENUMERATIONS], ids=[c[0] for c in ENUMERATIONS]
)
def test_values_are_listed_and_told_open_or_closed(statement: str, subject: str, allowed: tuple[str, ...], closed: bool) -> None:
    (found,) = values(statement, Enumeration)
    assert (found.subject, found.allowed, found.closed) == (subject, allowed, closed)


STATES = [
    (
        "two-sentences",
        "A trip may be changed while its state is Draft or Open. In the states Closed and Billed the system "
        "shall reject the change.",
        ("trip", ("Draft", "Open"), ("Closed", "Billed")),
    ),
    ("in-the-state", "A ticket in the Closed state cannot be edited.", ("ticket", (), ("Closed",))),
    (
        "one-of-lines",
        "The unit shall process it if the Task State is one of the following:\na)\tActive\nb)\tPassive",
        ("Task", ("Active", "Passive"), ()),
    ),
    (
        "zh-quoted",
        "合同处于“草稿”或“待签”状态时可以修改；处于“已签”或“已归档”状态时，系统应拒绝修改。",
        ("合同", ("草稿", "待签"), ("已签", "已归档")),
    ),
    ("zh-of", "处于“已关闭”状态的工单不能编辑。", ("工单", (), ("已关闭",))),
]


@pytest.mark.parametrize(("statement", "expected"), [c[1:] for c in STATES], ids=[c[0] for c in STATES])
def test_states_are_allowed_or_refused(statement: str, expected: tuple[str, tuple[str, ...], tuple[str, ...]]) -> None:
    (found,) = values(statement, State)
    assert (found.subject, found.allowed, found.refused) == expected


@pytest.mark.parametrize(
    ("statement", "from_", "to"),
    [
        ("The status of the order changes from Paid to Shipped when the parcel is handed over.", "Paid", "Shipped"),
        ("订单状态由“已支付”变为“已发货”时，系统应通知买家。", "已支付", "已发货"),
    ],
    ids=["en", "zh"],
)
def test_a_transition_has_a_source_and_a_target(statement: str, from_: str, to: str) -> None:
    (found,) = values(statement, State)
    assert (found.allowed, found.target) == ((from_,), to)


ACTORS = [
    (
        "only-with-role",
        "Only users with the role Clerk or Auditor may open the ledger. Users with the role Guest shall be denied.",
        (("Clerk", "Auditor"), ("Guest",), "open the ledger"),
    ),
    (
        "may-and-must-not",
        "Editors and administrators may publish articles; guests must not publish articles.",
        (("Editors", "administrators"), ("guests",), "publish articles"),
    ),
    (
        "restricted",
        "Access to the billing page is restricted to accountants.",
        (("accountants",), (), "Access to the billing page"),
    ),
    ("owner", "Only the owner of a project can delete it.", (("owner of a project",), (), "delete it")),
    (
        "zh-only",
        "只有管理员和财务人员可以导出账单；普通用户和访客导出账单时，系统应拒绝并提示无权限。",
        (("管理员", "财务人员"), ("普通用户", "访客"), "导出账单"),
    ),
    ("zh-role-is", "角色为店长或区域经理的用户可以查看报表。", (("店长", "区域经理"), (), "查看报表")),
    ("zh-two", "编辑和管理员可以发布文章，访客不得发布文章。", (("编辑", "管理员"), ("访客",), "发布文章")),
]


@pytest.mark.parametrize(("statement", "expected"), [c[1:] for c in ACTORS], ids=[c[0] for c in ACTORS])
def test_roles_are_permitted_or_denied(statement: str, expected: tuple[tuple[str, ...], tuple[str, ...], str]) -> None:
    (found,) = values(statement, Actor)
    assert (found.permitted, found.denied, found.action) == expected


CONDITIONS = [
    (
        "and",
        "A gift shall be added if the customer is a member and the basket holds a book.",
        [
            ("the customer is a member", "the customer is not a member"),
            ("the basket holds a book", "the basket does not hold a book"),
        ],
        ("and", True),
    ),
    (
        "or",
        "If the user is not logged in or the session has expired, the system shall show the login page.",
        [("the user is not logged in", "the user is logged in"), ("the session has expired", "the session has not expired")],
        ("or", True),
    ),
    (
        "unless",
        "A withdrawal shall be possible unless the account is frozen.",
        [("the account is frozen", "the account is not frozen")],
        ("and", False),
    ),
    (
        "refused",
        "If the signature is invalid, the system shall reject the message.",
        [("the signature is invalid", "the signature is valid")],
        ("and", False),
    ),
    (
        "relative-twice",
        "A user who has not confirmed the address must not post. A user who has confirmed it may post.",
        [("the user has not confirmed the address", "the user has confirmed the address")],
        ("and", False),
    ),
    (
        "refused-or",
        "If the card is expired or the card is blocked, the system shall refuse the payment.",
        [("the card is expired", "the card is not expired"), ("the card is blocked", "the card is not blocked")],
        ("and", False),
    ),
    (
        "without",
        "Requests without a valid token shall be rejected.",
        [("the request does not have a valid token", "the request has a valid token")],
        ("and", False),
    ),
    (
        "zh-or",
        "如果用户未登录或会话已过期，系统应跳转到登录页。",
        [("用户未登录", "用户已登录"), ("会话已过期", "会话未过期")],
        ("or", True),
    ),
    ("zh-unless", "除非账户被冻结，否则可以提现。", [("账户被冻结", "账户未被冻结")], ("and", False)),
    ("zh-relative", "未绑定手机号的用户不得发表评论。", [("用户未绑定手机号", "用户已绑定手机号")], ("and", False)),
    (
        "zh-both-sides",
        "当账户已实名认证且余额不少于 100 元时，系统应允许提现；未实名认证或余额不足 100 元时应拒绝提现。",
        [("账户已实名认证", "账户未实名认证"), ("余额不少于 100 元", "余额少于 100 元")],
        ("and", True),
    ),
]


@pytest.mark.parametrize(("statement", "wordings", "logic"), [c[1:] for c in CONDITIONS], ids=[c[0] for c in CONDITIONS])
def test_conditions_come_with_their_opposite(statement: str, wordings: list[tuple[str, str]], logic: tuple[str, bool]) -> None:
    found = values(statement, Condition)
    assert [(c.text, c.negated) for c in found] == wordings
    assert {(c.connective, c.holds) for c in found} == {logic}


def test_an_event_is_a_trigger_and_no_condition_to_turn() -> None:
    (found,) = values("Upon receipt of a Reset command, the unit shall set the counter to zero.", Condition)
    assert (found.trigger, found.holds) == (True, True)


OUTCOMES = [
    (
        "any-other",
        "A code shall have 6 digits. Any other code shall be rejected.",
        ("Any other code shall be rejected", "negative", True),
    ),
    (
        "otherwise",
        "Access shall be granted if the badge is valid; otherwise it shall be denied.",
        ("access shall be denied", "negative", True),
    ),
    ("zh-otherwise", "工号长度必须为 6 位，否则系统应拒绝录入。", ("系统应拒绝录入", "negative", True)),
    (
        "plain",
        "The system shall send an e-mail to the buyer.",
        ("The system shall send an e-mail to the buyer", "positive", False),
    ),
]


@pytest.mark.parametrize(("statement", "expected"), [c[1:] for c in OUTCOMES], ids=[c[0] for c in OUTCOMES])
def test_the_last_outcome_tells_its_side(statement: str, expected: tuple[str, str, bool]) -> None:
    found = values(statement, Outcome)[-1]
    assert (found.text, found.polarity, found.otherwise) == expected


@pytest.mark.parametrize(
    ("statement", "subject", "text", "modality"),
    [
        ("The clerk must sign the form.", "The clerk", "sign the form", "must"),
        ("A visitor may leave a comment.", "A visitor", "leave a comment", "may"),
        ("仓库人员应当清点库存。", "仓库人员", "清点库存", "must"),
    ],
)
def test_an_action_has_subject_and_modality(statement: str, subject: str, text: str, modality: str) -> None:
    (found,) = values(statement, Action)
    assert (found.subject, found.text, found.modality) == (subject, text, modality)


def test_each_line_under_a_lead_in_is_an_action_of_its_subject() -> None:
    found = values("If the check fails, the unit shall:\na)\tgenerate an event\nb)\tincrement the counter", Action)
    assert [(a.subject, a.text) for a in found] == [("the unit", "generate an event"), ("the unit", "increment the counter")]


def test_every_requirement_has_an_action_or_an_outcome() -> None:
    read = document("# Requirements\n\n- The colour must be between 1 and 5.\n- 购买数量应在 1 到 99 之间。\n- Shall.\n")
    assert all(any(isinstance(a.value, Action | Outcome) for a in r.atoms) for r in read.requirements)


@pytest.mark.parametrize(
    ("clause", "other"),
    [
        ("a claim for which the insurer has a report is paid", "a claim for which the insurer has a report is not paid"),
        ("the trailer that is parked is towed", "the trailer that is parked is not towed"),
        ("the parcel that was sent", "the parcel that was not sent"),
        ("the member owns overdue books", "the member does not own overdue books"),
        ("the account carries unpaid fees", "the account does not carry unpaid fees"),
    ],
)
def test_what_is_turned_is_the_verb_of_the_main_clause(clause: str, other: str) -> None:
    assert opposite(clause, "en") == other


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("A parcel to which the sender attached no label is rejected.", "negative"),
        ("The shipments which are late are refused.", "negative"),
        ("The page shows a notice which says that the request was refused.", "positive"),
    ],
)
def test_a_relative_clause_of_the_subject_hides_no_refusal(text: str, polarity: str) -> None:
    assert [outcome.polarity for outcome in values(text, Outcome)] == [polarity]
