"""What a Chinese case does so that a demand shows which nobody sets off, and sentences that join several acts."""

from __future__ import annotations

import pytest

from testgen_runtime.generation.rules_zh_results import stated
from testgen_runtime.generation.rules_zh_stimuli import deeds, stimulus

DEMANDS = [
    ("系统", "记录每次盘点的人员和结果", "查看系统记录的每次盘点的人员和结果"),
    ("系统", "支持批量导入客户", "批量导入客户"),
    ("系统", "支持离线地图", "使用离线地图"),
    ("系统", "校验身份证号格式", "输入身份证号"),
    ("系统", "每隔 10 分钟同步一次库存", "等待 10 分钟"),
    ("系统", "向仓库管理员发送补货通知", "以“仓库管理员”身份查收补货通知"),
    ("系统", "在首页展示公告", "打开首页"),
    ("查询库存接口", "校验 token", "调用查询库存接口"),
    ("大额退款", "由财务总监审批", "以“财务总监”身份审批大额退款"),
]


@pytest.mark.parametrize(("subject", "phrase", "done"), DEMANDS, ids=[row[2] for row in DEMANDS])
def test_a_demand_is_set_off_by_what_its_verb_asks_for(subject: str, phrase: str, done: str) -> None:  # S4-022
    assert stimulus(subject, phrase) == done


def test_acts_joined_in_one_sentence_are_steps_of_their_own() -> None:  # S4-022
    assert deeds("在配送平台上，对订单进行批量分配，并定期查看骑手的位置", "调度员") == (
        ("以“调度员”身份在配送平台上对订单进行批量分配", "订单的批量分配成功"),
        ("以“调度员”身份定期查看骑手的位置", "系统显示骑手的位置"),
    )


def test_a_sentence_without_anybody_in_it_tells_no_deed() -> None:  # S4-022
    assert deeds("押金全额退还") == ()


@pytest.mark.parametrize(
    ("demand", "seen"),
    [
        ("押金应全额退还", "押金已全额退还"),
        ("享受 9 折优惠", "可享受 9 折优惠"),
        ("法定节假日禁止施工", "法定节假日不允许施工"),
        ("系统应提示“应付金额有误”", "系统提示“应付金额有误”"),
    ],
)
def test_a_result_is_a_statement_and_no_rule(demand: str, seen: str) -> None:  # S4-022
    assert stated(demand) == seen
