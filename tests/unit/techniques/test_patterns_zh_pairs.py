"""Chinese wordings that tell both sides of a right, a bound or a list in clauses of their own (S4-061)."""

from __future__ import annotations

import time

import pytest

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh import every
from testgen_runtime.techniques.view import View

Verdicts = set[tuple[str, ...]]


def told(text: str) -> list[TestPoint]:
    (requirement,) = read_text(f"# 规则\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    return every.points(View(requirement, requirement.language))


def verdicts(text: str) -> Verdicts:
    return {("+" if p.polarity == "positive" else "-", *(shown(v, "zh") for v in p.inputs.values())) for p in told(text)}


PAIRS: dict[str, Verdicts] = {
    "只有通过年检的车辆，才可以上路行驶，未通过年检的一律不得上路。": {("+", "是"), ("-", "否")},
    "只有经局长批准的项目，方可开工建设；未经批准的，系统应拒绝。": {("+", "是"), ("-", "否")},
    "货梯的运行速度不得超过 1 m/s，客梯的运行速度不得超过 3 m/s，超出限值的速度设定应被拒绝。": {
        ("+", "货梯", "1 m/s"),
        ("-", "货梯", "2 m/s"),
        ("+", "货梯", "0 m/s"),
        ("+", "客梯", "2 m/s"),
        ("+", "客梯", "3 m/s"),
        ("-", "客梯", "4 m/s"),
    },
    "机票预订可选的舱位为经济舱、商务舱和头等舱，选择其他舱位的申请应退回。": {
        ("+", "经济舱"),
        ("+", "商务舱"),
        ("+", "头等舱"),
        ("-", "未列出的舱位"),
    },
    "图书馆支持的证件类型为身份证、护照和军官证，使用其他证件类型的，系统应拒绝办理。": {
        ("+", "身份证"),
        ("+", "护照"),
        ("+", "军官证"),
        ("-", "驾驶证"),
    },
    "库内温度高于 8℃ 的，报警器自动启动，期间提交的出库单不予通过；8℃ 及以下的，出库单应正常通过。": {
        ("-", "20℃"),
        ("-", "9℃"),
        ("+", "8℃"),
        ("+", "7℃"),
    },
    "单笔退款金额不超过 500 元的，可由客服直接办理退款；超过 500 元的，客服提交退款时系统应拒绝。": {
        ("+", "300 元"),
        ("-", "500.01 元"),
        ("+", "500 元"),
        ("+", "499.99 元"),
    },
    "处方只能由主治医师或住院医师开具，护工开具时，系统应予以拒绝。": {
        ("+", "主治医师"),
        ("+", "住院医师"),
        ("-", "护工"),
        ("-", "访客"),
    },
    "乘客应至少在航班起飞前 45 分钟办理值机；距起飞不足 45 分钟的，柜台不再办理值机。": {
        ("+", "90 分钟"),
        ("-", "44 分钟"),
        ("+", "45 分钟"),
        ("+", "46 分钟"),
    },
    "考生最迟应在考试开始前 3 天确认考位，距离考试不足 3 天的，系统不予确认。": {
        ("+", "100 小时"),
        ("-", "71 小时"),
        ("+", "72 小时"),
        ("+", "73 小时"),
    },
    "读者自借阅之日起 30 天内可以办理续借，工具书除外；逾期或属于工具书的，系统应拒绝续借。": {
        ("+", "20 天", "否"),
        ("-", "31 天", "否"),
        ("+", "30 天", "否"),
        ("-", "是", "20 天"),
    },
    "申报单在“草稿”或“退回”状态下，申报人可自行修改；申报单变为“已受理”状态后，不得再修改。": {
        ("+", "草稿"),
        ("+", "退回"),
        ("-", "已受理"),
    },
    "酒精度在 1%vol 以上的饮品不得添加咖啡因，添加咖啡因的不予上架；酒精度在 1%vol 及以下的饮品不受此限制。": {
        ("-", "2%vol", "是"),
        ("+", "1%vol", "是"),
        ("+", "否", "2%vol"),
    },
}


@pytest.mark.parametrize(("text", "expected"), PAIRS.items())
def test_both_sides_are_tried_with_the_verdict_that_their_clause_gives(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "只有通过年检的车辆，才可以上路行驶，未购买保险的一律不得上路。",  # two demands
        "货梯的运行速度不得超过 1 m/s，客梯的载重不得超过 900 kg，超出限值的设定应被拒绝。",  # two measures
        "库内温度高于 8℃ 的，期间提交的出库单不予通过；6℃ 及以下的，出库单应正常通过。",  # nothing told between 6 and 8
        "单笔退款金额不超过 500 元的，可由客服直接办理退款；超过 500 元的，客服关闭会话时系统应拒绝。",  # two acts
        "乘客应至少在航班起飞前 45 分钟办理值机；距起飞不足 30 分钟的，柜台不再办理值机。",  # two amounts
        "申报单在“草稿”状态下，申报人可修改；申报单变为“已受理”状态后，审核人不得修改。",  # two people
        "酒精度在 1%vol 以上的饮品不得添加咖啡因，添加咖啡因的不予上架；酒精度在 2%vol 及以下的饮品不受此限制。",
    ],
)
def test_sides_that_do_not_meet_are_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


def test_what_is_done_and_seen_reads_as_a_tester_wrote_it() -> None:
    steps = {
        (s.action, s.expected)
        for text in PAIRS
        for p in told(text)
        for s in p.steps
    }  # fmt: skip
    assert {
        ("让该车辆上路行驶。", "系统不允许上路行驶。"),
        ("在客梯的运行速度为 4 m/s 的情况下提交速度设定。", "系统拒绝该速度设定。"),
        ("提交出库单。", "报警器自动启动，出库单不予通过。"),
        ("选择头等舱并提交申请。", "系统接受该申请。"),
        ("申报人修改该申报单。", "系统不允许修改。"),
        ("读者办理续借。", "系统拒绝办理续借。"),
    } <= steps


@pytest.mark.parametrize(
    "piece", ["除外；", "的电梯", "不得超过5次，", "、护士", "以上的", "含有", "状态后，", "可由", "的，", "前3天"]
)
def test_a_long_text_of_marks_is_read_in_time(piece: str) -> None:
    start = time.perf_counter()
    for lead in ("只有取得", "处方只能由", "自签收之日起7日内可以", "电梯的速度不得超过", "可选的舱位为", "学员须至少在考试"):
        told(f"{lead}{(piece * 190)[: 190 - len(lead)]}。")
    assert time.perf_counter() - start < 6


@pytest.mark.parametrize("unit", ["%vol", "mg/mL", "µg/m³", "g/L"])
def test_a_unit_of_concentration_is_read_whole(unit: str) -> None:
    assert [q.unit for q in quantities(f"浓度不得超过 5 {unit}，")] == [unit]
