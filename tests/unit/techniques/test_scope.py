"""Scopes of restrictions, two sides of one bound, emptiness, announced lists, comma splices (S4-061): values tried, verdicts."""

from __future__ import annotations

import pytest

from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown

Tried = set[tuple[str, ...]]
"""(accepted or refused, the values of the inputs) of some points."""


class Wanted:
    """All techniques that are on by default, with room for every point."""

    techniques = None
    max_cases_per_requirement = 50
    boundary_values = 3
    n_switch = 0


def points(text: str) -> tuple[TestPoint, ...]:
    document = read_text(f"# R\n\n## REQ-1\n\n{text}\n", limits=Limits())
    (requirement,) = document.requirements
    return derive(requirement, document.text, Wanted()).points  # type: ignore[arg-type]


def tried(text: str) -> Tried:
    """(accepted or refused, the values of the inputs, sorted) of every point that has inputs."""
    return {
        ("accepted" if p.polarity == "positive" else "refused", *sorted(shown(v, "en") for v in p.inputs.values()))
        for p in points(text)
        if p.inputs
    }


VERDICTS: dict[str, tuple[Tried, Tried]] = {
    # the size is what the restriction is about; below it nothing is told, so nothing is tried
    "Only premium users may download files larger than 100 MB; free users shall be blocked from such downloads.": (
        {("accepted", "200 MB", "premium user"), ("refused", "200 MB", "free user"), ("refused", "100.1 MB", "free user")},
        {("refused", "100 MB", "premium user"), ("refused", "100 MB", "free user"), ("accepted", "100 MB", "free user")},
    ),
    "Only subscribers may view videos longer than 10 minutes; guests shall be blocked from such videos. Videos of 10 minutes or "
    "less can be viewed by everyone.": (
        {("accepted", "20 minutes", "subscriber"), ("refused", "11 minutes", "guest"), ("accepted", "10 minutes", "guest")},
        {("refused", "10 minutes", "guest"), ("refused", "10 minutes", "subscriber")},
    ),
    "仅会员可以观看时长超过 10 分钟的视频，非会员观看此类视频时应被拦截；10 分钟及以下的视频所有人都可以观看。": (
        {("accepted", "20 分钟", "会员"), ("refused", "11 分钟", "非会员"), ("accepted", "10 分钟", "非会员")},
        {("refused", "10 分钟", "会员"), ("refused", "10 分钟", "非会员")},
    ),
    "Refunds above 500 EUR may only be approved by a supervisor; refunds of 500 EUR or less may be approved by any employee.": (
        {("accepted", "1000 EUR", "supervisor"), ("accepted", "500 EUR", "employee"), ("refused", "500.01 EUR", "employee")},
        {("refused", "500 EUR", "supervisor"), ("accepted", "1000 EUR", "employee")},
    ),
    # two sides of one bound are no empty range
    "Children under 12 years of age may enter the pool only when accompanied by an adult; otherwise entry is denied. Visitors "
    "aged 12 or older may always enter.": (
        {
            ("refused", "11 years", "not accompanied by an adult"),
            ("accepted", "12 years", "not accompanied by an adult"),
            ("accepted", "11 years", "accompanied by an adult"),
        },
        {("refused", "12 years", "accompanied by an adult"), ("refused", "11 years", "accompanied by an adult")},
    ),
    "未满 12 周岁的儿童须有成人陪同方可入场，无成人陪同的应拒绝入场；年满 12 周岁的人员可直接入场。": (
        {("refused", "11 周岁", "无成人陪同"), ("accepted", "12 周岁", "无成人陪同"), ("accepted", "11 周岁", "有成人陪同")},
        {("refused", "12 周岁", "有成人陪同"), ("refused", "11 周岁", "有成人陪同")},
    ),
    # an exception to what is refused beyond a limit, told with the limit's number again
    "A customer may return a product within 30 days of delivery. After 30 days the return request is declined, unless the "
    "product is defective.": (
        {
            ("accepted", "30 days", "is not defective"),
            ("refused", "31 days", "is not defective"),
            ("accepted", "31 days", "is defective"),
        },
        {("refused", "31 days", "is defective"), ("refused", "20 days", "is not defective")},
    ),
    "A lesson can be rescheduled up to 24 hours before it starts. Rescheduling less than 24 hours before the start is rejected, "
    "except when the teacher is ill.": (
        {("accepted", "24 hours", "is not ill"), ("refused", "23 hours", "is not ill"), ("accepted", "23 hours", "is ill")},
        {("refused", "23 hours", "is ill"), ("refused", "50 hours", "is not ill")},
    ),
    "用户可在签收后 7 天内申请退货，超过 7 天的退货申请应驳回，但商品存在质量问题的除外。": (
        {("accepted", "7 天", "不存在质量问题"), ("refused", "8 天", "不存在质量问题"), ("accepted", "8 天", "存在质量问题")},
        {("refused", "8 天", "存在质量问题"), ("refused", "4 天", "不存在质量问题")},
    ),
    # what is empty has no size of its own
    "An upload shall be refused when the file is empty or exceeds 2 GB. All other uploads shall be accepted.": (
        {("refused", "0 GB", "is empty"), ("accepted", "2 GB", "is not empty"), ("refused", "2.1 GB", "is not empty")},
        {("refused", "1 GB", "is empty")},
    ),
    "A profile picture shall be rejected when the file is empty or larger than 5 MB. Every other picture shall be accepted.": (
        {("refused", "0 MB", "is empty"), ("accepted", "5 MB", "is not empty"), ("refused", "5.1 MB", "is not empty")},
        {("refused", "3 MB", "is empty")},
    ),
    "购物车最多可添加 99 件商品，再添加商品时系统应提示失败。": (
        {("accepted", "99 件"), ("refused", "100 件")},
        {("refused", "50 件"), ("refused", "50 件", "再添加商品")},
    ),
    "The following payment methods are supported: credit card, PayPal and bank transfer. Any other payment method shall be "
    "rejected.": ({("accepted", "credit card"), ("accepted", "PayPal"), ("accepted", "bank transfer")}, {("accepted", "bank")}),
    "Members may borrow up to 10 books at a time, guests may borrow up to 3 books. Any further loan shall be refused.": (
        {
            ("accepted", "10 books", "Member"),
            ("refused", "11 books", "Member"),
            ("accepted", "3 books", "guest"),
            ("refused", "4 books", "guest"),
        },
        {("accepted", "10 books", "guest"), ("refused", "10 books", "Member")},
    ),
    "An invoice can be deleted only by an accountant and only while it is in status Draft. The deletion of an invoice in status "
    "Sent or Paid, or by a clerk, shall be refused.": (
        {("accepted", "Draft", "accountant"), ("refused", "Draft", "clerk"), ("refused", "Paid", "accountant")},
        {("refused", "Draft", "accountant")},
    ),
    "Editors and administrators may delete comments; readers and guests may not.": (
        {("accepted", "editor"), ("accepted", "administrator"), ("refused", "reader"), ("refused", "guest")},
        set(),
    ),
}


@pytest.mark.parametrize("text", VERDICTS)
def test_what_is_told_is_tried_with_its_verdict(text: str) -> None:
    wanted, wrong = VERDICTS[text]

    found = tried(text)

    assert not wanted - found, found
    assert not wrong & found


def test_only_behind_the_verb_shuts_no_role_out() -> None:
    roles = {
        v.value for p in points("Teachers may book every room, students may book only group rooms.") for v in p.inputs.values()
    }

    assert not roles - {"Teacher", "student", "Student"}


def test_the_name_of_a_limit_says_no_state_of_the_thing() -> None:
    names = {name for p in points("若订单未付款或已超过 30 分钟，系统应拒绝发货。") for name in p.inputs}

    assert not [name for name in names if "未付款" in name]
