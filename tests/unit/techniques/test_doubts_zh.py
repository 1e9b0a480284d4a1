"""Where a Chinese clause is not understood, its points are left out instead of a wrong verdict."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import document, values
from tests.unit.techniques.test_design import Asked

from testgen_runtime.documents.model import Condition
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint


def _points(statement: str) -> list[TestPoint]:
    read = document(f"## REQ-1\n\n{statement}\n")
    (requirement,) = read.requirements
    return list(derive(requirement, read.text, Asked()).points)


def test_a_role_and_an_exception_are_conditions_of_their_own() -> None:
    found = values("会员且订单金额超过一百元时享受九折，除非订单包含特价商品。", Condition)
    assert [(c.text, c.holds) for c in found] == [
        ("用户是会员", True),
        ("订单金额超过一百元", True),
        ("订单包含特价商品", False),
    ]


def test_an_alternative_that_no_condition_tells_gives_no_verdict_on_the_amount() -> None:
    points = _points("金额超过 1000 元的订单或来自新客户的订单必须人工审核，除非客户已实名。")
    assert not any(point.inputs for point in points)


def test_between_two_thresholds_the_exception_decides() -> None:  # S4-022
    points = _points(
        "未满 18 周岁的用户不得开通直播，除非其年满 16 周岁且监护人已同意；年满 18 周岁的用户可以直接开通，无需监护人同意。"
    )
    verdicts = {(p.inputs["年龄"].value, p.inputs["监护人"].value): p.polarity for p in points if p.inputs}
    assert verdicts[("15", "已同意")] == "negative"
    assert verdicts[("16", "已同意")] == verdicts[("17", "已同意")] == "positive"
    assert verdicts[("16", "未同意")] == verdicts[("17", "未同意")] == "negative"
    assert verdicts[("18", "未同意")] == "positive"


@pytest.mark.parametrize(
    "text",
    [
        "每笔提现不得超过 500 元，但已认证的老客户可在申请后提高至 2000 元。",  # another limit for some
        "试用账号每天最多下载 3 个文件，而经审核的高校账号延长至 30 个文件。",
        "附件数量大于 6 个的，必须打包成一个文件，否则系统拒绝上传。",
        "退货申请应在签收之日起 7 天内提交；自第 10 天起提交的，系统不予受理。",  # the other side of a time, with a gap
    ],
)
def test_a_bound_that_another_clause_moves_gives_no_verdict(text: str) -> None:
    assert not any(point.inputs for point in _points(text))


def test_a_plain_limit_keeps_its_points() -> None:
    points = _points("订单金额不得超过 1000 元。")
    assert {"positive", "negative"} <= {p.polarity for p in points if p.inputs}
