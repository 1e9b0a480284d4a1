"""From a requirement's atoms to test points: one table per technique, English and Chinese."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.techniques.build import limit, moved, requirement

from testgen_runtime.documents.model import (
    Action,
    Actor,
    AtomValue,
    Condition,
    Document,
    Enumeration,
    Outcome,
    Requirement,
    State,
)
from testgen_runtime.techniques.design import Design, derive
from testgen_runtime.techniques.model import Technique
from testgen_runtime.techniques.vocabulary import Vocabulary


@dataclass(frozen=True)
class Asked:
    techniques: frozenset[Technique] | None = None
    max_cases_per_requirement: int = 12
    boundary_values: Literal[2, 3] = 3
    n_switch: Literal[0, 1, 2] = 0


def design(made: tuple[Requirement, Document], asked: Asked | None = None) -> Design:
    return derive(made[0], made[1].text, asked or Asked())


def verdicts(made: tuple[Requirement, Document]) -> dict[tuple[str, ...], str]:
    """Input values (sorted by their name) → polarity."""
    return {
        tuple(f"{v.value} {v.unit}".strip() for _, v in sorted(point.inputs.items())): point.polarity
        for point in design(made).points
    }


PASSWORD = requirement(
    "A password shall have at least 8 and at most 64 characters. Any other password shall be rejected.",
    ("at least 8 and at most 64 characters", limit("password", "8", "64", "characters", "length")),
    ("Any other password shall be rejected", Outcome("Any other password shall be rejected", "negative", True)),
)
UPLOAD = requirement(
    "The system shall reject an uploaded file that is larger than 25 MB; a file of up to 25 MB shall be accepted.",
    ("larger than 25 MB", limit("uploaded file", "25", None, "MB", "size", accepts=False, lower_in=False)),
    ("up to 25 MB", limit("file", None, "25", "MB", "size")),
    ("shall be accepted", Outcome("a file of up to 25 MB shall be accepted", "positive")),
    ("The system shall reject", Outcome("The system shall reject an uploaded file", "negative")),
)
SHIPPING = requirement(
    "Free shipping shall be granted if the customer is a member and the order total is at least 200 EUR; otherwise it "
    "shall be denied.",
    ("Free shipping shall be granted", Outcome("Free shipping shall be granted", "positive")),
    ("the customer is a member", Condition("the customer is a member", "the customer is not a member")),
    ("the order total is at least 200 EUR", Condition("the order total is at least 200 EUR", "the order total is below 200 EUR")),
    ("at least 200 EUR", limit("order total", "200", None, "EUR", "money")),
    ("it shall be denied", Outcome("it shall be denied", "negative", True)),
)
WITHDRAWAL = requirement(
    "当账户已实名认证且余额不少于 100 元时，系统应允许提现；未实名认证或余额不足 100 元时应拒绝提现。",
    ("账户已实名认证", Condition("账户已实名认证", "账户未实名认证")),
    ("余额不少于 100 元", Condition("余额不少于 100 元", "余额少于 100 元")),
    ("不少于 100 元", limit("余额", "100", None, "元", "money")),
    ("系统应允许提现", Outcome("系统应允许提现", "positive")),
    ("未实名认证", Condition("未实名认证", "已实名认证", "and", 1, holds=False)),
    ("余额不足 100 元", Condition("余额不足 100 元", "余额不少于 100 元", "and", 1, holds=False)),
    ("不足 100 元", limit("余额", "100", None, "元", "money")),
    ("应拒绝提现", Outcome("应拒绝提现", "negative")),
    language="zh",
)
ORDER = requirement(
    "An order may be cancelled while its state is Created or Paid. In the states Shipped, Delivered and Closed the "
    "system shall reject "
    "the cancellation.",
    ("be cancelled", Action("be cancelled", "An order", "may")),
    ("Created or Paid", State("order", ("Created", "Paid"), (), "cancelled")),
    ("Shipped, Delivered and Closed", State("order", (), ("Shipped", "Delivered", "Closed"))),
    ("shall reject the cancellation", Outcome("the system shall reject the cancellation", "negative")),
)
REFUND = requirement(
    "订单处于“已支付”或“待发货”状态时可以申请退款；处于“已发货”状态时，系统应拒绝退款申请。",
    ("“已支付”或“待发货”", State("订单", ("已支付", "待发货"), ("已发货",), "申请退款")),
    ("申请退款", Action("申请退款", "订单", "may")),
    ("系统应拒绝退款申请", Outcome("系统应拒绝退款申请", "negative")),
    language="zh",
)
AUDIT = requirement(
    "Only users with the role Administrator or Auditor may open the audit log.",
    ("Administrator or Auditor", Actor(("Administrator", "Auditor"), (), "open the audit log")),
    ("open the audit log", Action("open the audit log", "users with the role Administrator or Auditor", "may")),
)
EXPORT_ROLES = requirement(
    "只有管理员和财务人员可以导出账单；普通用户和访客导出账单时，系统应拒绝并提示无权限。",
    ("管理员和财务人员", Actor(("管理员", "财务人员"), ("普通用户", "访客"), "导出账单")),
    ("导出账单", Action("导出账单", "管理员和财务人员", "may")),
    ("系统应拒绝并提示无权限", Outcome("系统应拒绝并提示无权限", "negative")),
    language="zh",
)
FORMATS = requirement(
    "The report export shall accept the formats CSV, XLSX and PDF. A request for any other format shall be refused "
    "with an error.",
    ("CSV, XLSX and PDF", Enumeration("formats", ("CSV", "XLSX", "PDF"))),
    (
        "shall be refused with an error",
        Outcome("A request for any other format shall be refused with an error", "negative", True),
    ),
)
PUBLISH = requirement(
    "A user who has not confirmed the e-mail address must not publish an article. A user who has confirmed it may publish.",
    ("has not confirmed the e-mail address",
     Condition("the user has not confirmed the e-mail address", "the user has confirmed the e-mail address", holds=False)),
    ("publish an article", Action("publish an article", "A user", "must_not")),
    ("has confirmed it", Condition("the user has confirmed it", "the user has not confirmed it", "and", 1)),
    ("may publish", Action("publish", "A user", "may")),
)  # fmt: skip
OVERDRAFT = requirement(
    "A payment shall be rejected if the account is blocked or the card has expired.",
    ("shall be rejected", Outcome("A payment shall be rejected", "negative")),
    ("the account is blocked", Condition("the account is blocked", "the account is not blocked", holds=False)),
    ("the card has expired", Condition("the card has expired", "the card has not expired", holds=False)),
)
EITHER = requirement(
    "A visitor may enter if the visitor has a ticket or the visitor has an invitation.",
    ("enter", Action("enter", "A visitor", "may")),
    ("the visitor has a ticket", Condition("the visitor has a ticket", "the visitor has no ticket", "or")),
    ("the visitor has an invitation", Condition("the visitor has an invitation", "the visitor has no invitation", "or")),
)
UNLESS = requirement(
    "除非用户已关闭通知，系统应发送提醒。",
    ("用户已关闭通知", Condition("用户已关闭通知", "用户未关闭通知", holds=False)),
    ("发送提醒", Action("发送提醒", "系统", "must")),
    language="zh",
)
COUNTER = requirement(
    "Upon receipt of a No-Op command, LC shall increment the Valid Command Counter and generate an event message.",
    ("increment the Valid Command Counter", Action("increment the Valid Command Counter", "LC", "must")),
    ("generate an event message", Outcome("generate an event message", "positive")),
)
BORROWING = requirement(
    "Members may borrow at most 10 books; guests may borrow at most 3 books.",
    ("Members", Actor(("Members",), (), "borrow books")),
    ("at most 10 books", limit("books", None, "10", "books", "count")),
    ("guests", Actor(("guests",), (), "borrow books")),
    ("at most 3 books", limit("books", None, "3", "books", "count")),
    ("borrow", Action("borrow", "Members", "may")),
)
ALL = [PASSWORD, UPLOAD, SHIPPING, WITHDRAWAL, ORDER, REFUND, AUDIT, EXPORT_ROLES, FORMATS, PUBLISH, OVERDRAFT, EITHER, UNLESS,
       COUNTER,
       BORROWING]  # fmt: skip


def test_a_range_is_accepted_up_to_its_ends() -> None:  # S4-022
    found = verdicts(PASSWORD)
    assert found[("7 characters",)] == found[("65 characters",)] == "negative"
    assert found[("8 characters",)] == found[("64 characters",)] == found[("40 characters",)] == "positive"


def test_the_same_limit_told_from_both_sides_is_one_limit() -> None:
    found = verdicts(UPLOAD)
    assert found == {
        ("10 MB",): "positive", ("24.9 MB",): "positive", ("25 MB",): "positive", ("25.1 MB",): "negative"
    }  # fmt: skip


def test_a_limit_beside_a_condition_is_tried_with_the_condition_true() -> None:
    found = verdicts(SHIPPING)
    assert found[("is a member", "199.99 EUR")] == "negative"
    assert found[("is a member", "200 EUR")] == "positive"
    assert found[("is not a member", "400 EUR")] == "negative"
    assert not any(values[0] == "is not a member" and value == "positive" for values, value in found.items())


def test_a_rule_told_with_its_opposite_is_one_rule() -> None:
    found = verdicts(WITHDRAWAL)
    assert found[("100 元", "已实名认证")] == "positive"
    assert found[("99.99 元", "已实名认证")] == "negative"
    assert [value for values, value in found.items() if "未实名认证" in values] == ["negative"]


def test_every_state_is_tried_on_its_side() -> None:
    assert verdicts(ORDER) == {
        ("Created",): "positive", ("Paid",): "positive", ("Shipped",): "negative", ("Delivered",): "negative",
        ("Closed",): "negative",
    }  # fmt: skip
    assert verdicts(REFUND) == {("已支付",): "positive", ("待发货",): "positive", ("已发货",): "negative"}


def test_only_some_roles_means_another_role_is_refused() -> None:
    assert verdicts(AUDIT) == {("Administrator",): "positive", ("Auditor",): "positive", ("Guest",): "negative"}


def test_the_other_role_is_one_that_the_document_knows() -> None:
    vocabulary = Vocabulary.of([requirement("Editors must not.", ("Editors", Actor((), ("Editor",), "delete")))[0]])
    points = derive(AUDIT[0], AUDIT[1].text, Asked(), vocabulary).points
    assert [p.inputs["role"].value for p in points if p.polarity == "negative"] == ["Editor"]


def test_named_roles_need_no_example() -> None:
    assert verdicts(EXPORT_ROLES) == {
        ("管理员",): "positive", ("财务人员",): "positive", ("普通用户",): "negative", ("访客",): "negative"
    }  # fmt: skip


def test_a_closed_list_refuses_a_value_of_the_same_family() -> None:
    found = verdicts(FORMATS)
    assert found == {("CSV",): "positive", ("XLSX",): "positive", ("PDF",): "positive", ("XML",): "negative"}


def test_a_ban_and_its_permission_are_one_condition() -> None:
    assert verdicts(PUBLISH) == {
        ("has not confirmed the e-mail address",): "negative", ("has confirmed the e-mail address",): "positive"
    }  # fmt: skip


def test_or_before_a_refusal_means_each_alone_refuses() -> None:
    found = verdicts(OVERDRAFT)
    assert found == {
        ("is not blocked", "has not expired"): "positive",
        ("is blocked", "has not expired"): "negative",
        ("is not blocked", "has expired"): "negative",
    }


def test_or_before_a_permission_means_each_alone_permits() -> None:
    found = [(point.preconditions, point.polarity) for point in design(EITHER).points]
    assert sorted((len([p for p in pre if " no " in p]), polarity) for pre, polarity in found) == [
        (1, "positive"), (1, "positive"), (2, "negative")
    ]  # fmt: skip


def test_unless_turns_the_condition_round() -> None:
    assert verdicts(UNLESS) == {("已关闭通知",): "negative", ("未关闭通知",): "positive"}


def test_a_plain_behaviour_has_one_requirement_based_point() -> None:
    (point,) = design(COUNTER).points
    assert point.technique is Technique.REQUIREMENT_BASED
    assert point.polarity == "positive"
    assert len(point.atom_ids) == 2


def test_limits_that_contradict_each_other_hold_for_a_role_each() -> None:
    found = {
        (p.inputs["role"].value if "role" in p.inputs else "", next(v.value for v in p.inputs.values() if v.unit)): p.polarity
        for p in design(BORROWING).points
        if any(v.unit for v in p.inputs.values())
    }
    assert found["Member", "11"] == "negative"
    assert found["Member", "10"] == "positive"
    assert found["guest", "4"] == "negative"
    assert found["guest", "3"] == "positive"


def test_the_limit_on_cases_keeps_the_most_valuable_and_tells_the_rest() -> None:
    full = design(PASSWORD)
    few = design(PASSWORD, Asked(max_cases_per_requirement=2))
    assert len(few.points) == 2
    assert {p.polarity for p in few.points} == {"positive", "negative"}
    assert len(few.left_out) == len(full.points) - 2
    assert max(p.weight for p in few.spare) <= max(p.weight for p in few.points)


def test_only_the_techniques_asked_for() -> None:
    asked = Asked(techniques=frozenset({Technique.BOUNDARY_VALUE_ANALYSIS}))
    assert {p.technique for p in design(PASSWORD, asked).points} == {Technique.BOUNDARY_VALUE_ANALYSIS}
    assert design(COUNTER, asked).points == ()


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_every_atom_is_exercised(made: tuple[Requirement, Document]) -> None:
    exercised = {atom_id for point in design(made).points for atom_id in point.atom_ids}
    assert exercised == {atom.id for atom in made[0].atoms}


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_no_two_points_are_the_same_test(made: tuple[Requirement, Document]) -> None:
    points = design(made).points
    assert len({p.id for p in points}) == len(points)
    assert len({(p.polarity, tuple(sorted((n, v.value, v.unit) for n, v in p.inputs.items())), p.action) for p in points}) == len(
        points
    )


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_the_order_of_the_atoms_does_not_matter(made: tuple[Requirement, Document]) -> None:
    expected = design(made)
    atoms = list(made[0].atoms)
    random.Random(7).shuffle(atoms)
    assert derive(replace(made[0], atoms=tuple(atoms)), made[1].text, Asked()) == expected


@pytest.mark.parametrize("made", ALL, ids=lambda made: made[0].text[:30])
def test_points_stay_the_same_when_the_requirement_moves(made: tuple[Requirement, Document]) -> None:
    further = moved(made[0], 50)
    assert [p.id for p in derive(further, "x" * 50 + made[1].text, Asked()).points] == [p.id for p in design(made).points]


@given(data=st.data())
def test_whatever_the_atoms_every_point_names_real_ones_and_none_is_left(data: st.DataObject) -> None:
    """Any mix of atoms over any text: total, complete, and no atom id from nowhere."""
    words = [f"w{i}" for i in range(8)]
    text = data.draw(st.sampled_from([" ".join(words) + ".", "，".join(words) + "。", ". ".join(words) + "."]))
    pool: list[AtomValue] = [
        limit("a", "1", "5", "items", "count"), limit("b", None, "3", "MB", "size", accepts=False), Enumeration("f", ("x", "y")),
        State("s", ("On",), ("Off",)), State("s", ("On",), ()), Actor(("Admin",), ("Guest",)),
        Condition("the a is b", "the a is not b"),
        Condition("c is d", "c is not d", "or", 1, False),
        Action("do it", "the system", "must"), Action("go", "users", "must_not"),
        Outcome("it is rejected", "negative", True), Outcome("it is shown", "positive"),
    ]  # fmt: skip
    chosen = data.draw(st.lists(st.sampled_from(range(len(pool))), min_size=1, max_size=8))
    made = requirement(text, *((words[i], pool[kind]) for i, kind in enumerate(chosen)))
    found = design(made, Asked(max_cases_per_requirement=100))
    ids = {atom.id for atom in made[0].atoms}
    exercised = {atom_id for point in found.points for atom_id in point.atom_ids}
    assert exercised == ids
    assert found.points
    assert design(made, Asked(max_cases_per_requirement=100)) == found
