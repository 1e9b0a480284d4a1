"""Chinese rules whose second clause turns the first one around: needs beside a bound, closed lists, people without the right."""

from __future__ import annotations

import time

import pytest
from tests.unit.techniques.test_patterns_zh_pairs import Verdicts, told, verdicts

TURNED: dict[str, Verdicts] = {
    # what is needed beside a bound
    "学员已缴费且出勤率不低于 80% 的，结业申请应予通过；未缴费或出勤率低于 80% 的，其申请应被驳回。": {
        ("+", "是", "90%"),
        ("-", "否", "90%"),
        ("-", "79%", "是"),
        ("+", "80%", "是"),
    },
    "运动员心电图合格且体重不低于 50 千克，系统方可允许参赛；心电图不合格，或体重低于 50 千克的，应禁止参赛。": {
        ("+", "是", "100 千克"),
        ("-", "否", "100 千克"),
        ("-", "49 千克", "是"),
        ("+", "50 千克", "是"),
    },
    "未绑定银行卡或余额低于 100 元的，系统应拒绝提现；已绑定银行卡且单日余额不低于 100 元的，允许提现。": {
        ("+", "是", "200 元"),
        ("-", "否", "200 元"),
        ("-", "99.99 元", "是"),
        ("+", "100 元", "是"),
    },
    "水泵只有在阀门已打开、且水位不低于 30 厘米的情况下才允许启动；阀门未打开或水位低于 30 厘米时，应禁止启动。": {
        ("+", "是", "60 厘米"),
        ("-", "否", "60 厘米"),
        ("-", "29 厘米", "是"),
        ("+", "30 厘米", "是"),
    },
    # what is taken, and the others
    "停车场出口支持微信、支付宝和 ETC 缴费；车主采用其他方式缴费的，道闸应拒绝抬杆。": {
        ("+", "微信"),
        ("+", "支付宝"),
        ("+", "ETC"),
        ("-", "现金"),
    },
    "打印店仅支持 A3、A4 和 B5 尺寸的纸张，其他尺寸的打印任务将被拒绝。": {("+", "A3"), ("+", "A4"), ("+", "B5"), ("-", "A5")},
    "冷库只接受 R22、R404A 型号的压缩机，其他型号的安装申请应予驳回。": {("+", "R22"), ("+", "R404A"), ("-", "未列出的型号")},
    # who has the right
    "毕业证书只能由教务处长签发，辅导员和学生执行签发操作时，系统应提示权限不足。": {
        ("+", "教务处长"),
        ("-", "辅导员"),
        ("-", "学生"),
        ("-", "访客"),
    },
    "抢修方案由值班长或实习调度批准，巡线员和司机不得批准，其批准操作应被系统拒绝。": {
        ("+", "值班长"),
        ("+", "实习调度"),
        ("-", "巡线员"),
        ("-", "司机"),
    },
}


@pytest.mark.parametrize(("text", "expected"), TURNED.items())
def test_each_condition_value_and_role_is_tried_with_its_verdict(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "学员已缴费且出勤率不低于 80% 的，结业申请应予通过；未缴费或出勤率低于 60% 的，其申请应被驳回。",  # two bounds
        "学员已缴费且出勤率不低于 80% 的，可申请结业；未报名或出勤率低于 80% 的，应拒绝结业。",  # two needs
        "水泵只有在阀门已打开且水位不低于 30 厘米时才能启动；阀门未打开或水位低于 30 厘米的，应禁止检修。",  # two acts
        "收费窗口支持现金和刷卡缴费，使用其他方式缴费时，应先登记再缴费。",  # no refusal
        "仓库仅接收塑料箱和木箱类型的货物；其他规格的入库申请一律退回。",  # two classes
        "出库单由仓库主管审批，拣货员不得修改。",  # two acts
    ],
)
def test_what_is_not_turned_around_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


def test_what_is_done_and_seen_reads_as_a_tester_wrote_it() -> None:
    steps = {(s.action, s.expected) for text in TURNED for p in told(text) for s in p.steps}
    assert {
        ("提交结业申请。", "系统通过该结业申请。"),
        ("启动水泵。", "系统不允许启动水泵。"),
        ("车主以现金方式缴费。", "道闸拒绝抬杆。"),
        ("提交未列出的型号的安装申请。", "系统驳回。"),
        ("以“学生”身份签发毕业证书。", "系统提示权限不足。"),
    } <= steps


@pytest.mark.parametrize(
    "piece", ["且不低于5元", "或者未", "的，允许", "；应拒绝", "、微信", "其他方式", "只有在", "类型的", "时，"]
)
def test_a_long_text_of_marks_is_read_in_time(piece: str) -> None:
    start = time.perf_counter()
    for lead in ("水泵只有在阀门已打开且", "余额不足 5 元或未绑卡的", "出口支持微信和支付宝", "仅接收", "报表由"):
        told(f"{lead}{(piece * 190)[: 190 - len(lead)]}。")
    assert time.perf_counter() - start < 6
