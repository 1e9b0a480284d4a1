"""Chinese rules in ordinary words: what some kinds get, states of what somebody has, what is needed first, whom an exception
means, refusals by more verbs: the values tried, and their verdicts (S4-061)."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import view_of
from tests.unit.techniques.test_scope import tried

from testgen_runtime.techniques.patterns_zh import granted_to_kinds, only_then, states_of_a_thing

APART: dict[str, tuple[set[tuple[str, ...]], set[tuple[str, ...]]]] = {
    "学生和退休人员享受半价优惠，其他游客按原价购票。": ({("学生",), ("退休人员",)}, {("其他游客",)}),
    "会员及其家属免费停车，其他人员须付费。": ({("会员",), ("家属",)}, {("其他人员",)}),
    "合同有效的会员可以入场；合同已冻结或已终止的会员不得入场。": ({("有效",)}, {("已冻结",), ("已终止",)}),
    "车辆年检过期的，不允许接单；年检有效的，可以接单。": ({("有效",)}, {("过期",)}),
    "加班费只有在主管事先批准的情况下才予发放。": ({("是",)}, {("否",)}),
    "只有派送员和调度员可以修改配送状态，客户只能查看。": ({("派送员",), ("调度员",)}, {("客户",)}),
    "会员可以投票，但被停权或欠费超过 50 元的除外。": (
        {("50 元", "未被停权")},
        {("100 元", "未被停权"), ("50.01 元", "未被停权"), ("50 元", "被停权")},
    ),
    "未满 18 周岁的患者须有家长同意方可接受治疗。": (
        {("9 周岁", "是"), ("17 周岁", "是"), ("18 周岁", "否")},
        {("9 周岁", "否"), ("17 周岁", "否")},
    ),
    "转账金额超过 10000 元的，须经第二人复核，未经复核的转账应拒绝。": (
        {("20000 元", "是"), ("10000.01 元", "是"), ("10000 元", "否")},
        {("20000 元", "否"), ("10000.01 元", "否")},
    ),
    "每位读者最多可同时借阅 6 本图书，第 7 本应拒绝借出。": ({("3 本",), ("6 本",), ("5 本",)}, {("7 本",)}),
    "身高 1.2 米（含）以下的儿童免票，1.2 米以上须购票。": ({("0.6 米",), ("1.2 米",), ("1.1 米",)}, {("1.3 米",)}),
    "访客须由员工陪同进入，无人陪同的访客不得进入。": ({("是",)}, {("否",)}),
    "贷款金额在 5 万元以下的由系统自动审批，5 万元及以上的转人工审批。": (
        {("30000 元",), ("49999.99 元",)},
        {("50000 元",), ("50000.01 元",)},
    ),
    "积分达到 1000 分可兑换礼品，不足 1000 分时兑换按钮置灰。": (
        {("2000 分",), ("1000 分",), ("1001 分",)},
        {("999 分",)},
    ),
    "发票仅支持 JPG、PNG 或 PDF 格式上传，其他格式应提示不支持。": ({("JPG",), ("PNG",), ("PDF",)}, set()),
}


@pytest.mark.parametrize("text", APART)
def test_each_kind_state_and_need_is_tried_with_its_verdict(text: str) -> None:
    taken, refused = ({tuple(sorted(values)) for values in one} for one in APART[text])
    found = {verdict: {tuple(values) for told, *values in tried(text) if told == verdict} for verdict in ("accepted", "refused")}

    assert found["accepted"] == taken
    assert found["refused"] >= refused
    assert found["refused"]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (granted_to_kinds, "学生和退休人员享受半价优惠，其他游客享受九折优惠。"),
        (granted_to_kinds, "超过 60 岁的游客享受半价优惠，其他游客按原价购票。"),
        (states_of_a_thing, "合同有效的会员可以入场；合同已冻结的会员可以入场。"),
        (states_of_a_thing, "合同有效的会员可以入场；合同已终止的员工不得入场。"),
        (only_then, "加班费只有在主管批准且考勤已确认的情况下才予发放。"),
    ],
)
def test_what_says_something_else_is_left_to_the_general_reading(pattern: object, text: str) -> None:
    assert list(pattern.points(view_of(text))) == []  # type: ignore[attr-defined]
