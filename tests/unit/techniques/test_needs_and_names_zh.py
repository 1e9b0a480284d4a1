"""Chinese conditions that somebody has to meet, what has to be done first, and states in quotation marks told apart."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import points, tried

from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.patterns_zh import done_first, needs_of_somebody, quoted_apart
from testgen_runtime.techniques.view import View

NEEDS = (
    "用户须已上传驾驶证且积分达到 100 分，方可预订车辆；任一条件不满足的，系统拒绝预订车辆。",
    "只有已上传驾驶证并且积分不低于 100 分的用户才可以预订车辆，其他用户应被拒绝。",
    "同时满足以下条件的用户可以预订车辆：已上传驾驶证、积分不低于 100 分；任意一项不满足时，系统应拒绝预订车辆。",
)


@pytest.mark.parametrize("text", NEEDS)
def test_both_conditions_are_needed(text: str) -> None:
    found = {
        verdict: {tuple(sorted(values)) for v, *values in tried(text) if v == verdict} for verdict in ("accepted", "refused")
    }
    assert ("100 分", "是") in found["accepted"]
    assert ("99 分", "是") in found["refused"]
    assert any("否" in values for values in found["refused"])
    assert not any("否" in values for values in found["accepted"])


FIRST = (
    "用户预订车辆前必须先上传驾驶证，否则系统拒绝预订车辆。",
    "用户在上传驾驶证之前不得预订车辆，上传驾驶证之后可以预订车辆。",
    "系统禁止未缴纳保证金的供应商提交标书；已缴纳保证金的供应商不受限制。",
)


@pytest.mark.parametrize("text", FIRST)
def test_what_has_to_be_done_first_is_tried_done_and_not_done(text: str) -> None:
    assert sorted(tried(text)) == [("accepted", "是"), ("refused", "否")]


STATES = (
    "报修工单撤回仅限“待派单”和“已派单”状态；“维修中”“已办结”状态下撤回的，系统应拒绝。",
    "状态为“待派单”“已派单”的报修工单准予撤回，状态为“维修中”“已办结”的不予撤回。",
)


@pytest.mark.parametrize("text", STATES)
def test_each_state_has_its_own_verdict(text: str) -> None:
    assert set(tried(text)) == {("accepted", "待派单"), ("accepted", "已派单"), ("refused", "维修中"), ("refused", "已办结")}


@pytest.mark.parametrize(
    "text",
    [
        "用户须已上传驾驶证或积分达到 100 分，方可预订车辆；不满足的，系统拒绝预订车辆。",
        "用户须已上传驾驶证且积分达到 100 分，方可预订车辆；任一条件不满足的，系统提示补充材料并保留预订。",
        "系统备份前必须先完成校验，否则系统拒绝写入。",
        "状态为“待派单”的工单准予撤回，状态为“维修中”的工单撤回须经主管同意且超过 3 天的不予撤回。",
        "状态为“待派单”的工单准予撤回。",
    ],
)
def test_what_only_looks_alike_is_left(text: str) -> None:
    [requirement] = read_text(f"R-1 {text}", limits=Limits()).requirements
    view = View(requirement, requirement.language)
    assert not [p for pattern in (needs_of_somebody, done_first, quoted_apart) for p in pattern.points(view)]


def test_what_has_the_last_value_of_a_list_is_no_part_of_it() -> None:
    values = {
        value for _, *found in tried("系统仅接受格式为OFD、PDF或XML的发票文件，其他格式的发票文件应被拒绝。") for value in found
    }
    assert {"OFD", "PDF", "XML"} <= values
    assert not [value for value in values if "发票" in value]


def test_what_is_to_be_taken_is_no_test_without_a_value() -> None:
    assert all(p.inputs for p in points("重量超过 30 千克的包裹，系统应拒绝揽收；30 千克及以下的包裹应予揽收。"))
