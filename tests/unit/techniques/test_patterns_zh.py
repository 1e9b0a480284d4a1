"""Chinese wordings whose conditions do not decide one by one (S4-061): what is tried, and with which verdict."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    """(accepted or refused, the values of the inputs) of every point."""
    return {
        ("accepted" if p.polarity == "positive" else "refused", *(shown(v, "zh") for v in p.inputs.values())) for p in told(text)
    }


LISTED_STATES: dict[str, Verdicts] = {
    "已驳回、已撤销或已归档的合同不可续签。": {
        ("refused", "已驳回"),
        ("refused", "已撤销"),
        ("refused", "已归档"),
        ("accepted", "正常"),
    },
    "已损坏、已报废的工具不得领用。": {("refused", "已损坏"), ("refused", "已报废"), ("accepted", "正常")},
    "若工单已关闭或已取消，则不允许转派。": {("refused", "已关闭"), ("refused", "已取消"), ("accepted", "正常")},
    "停用、挂失或已过期的门禁卡不得用于开门。": {
        ("refused", "停用"),
        ("refused", "挂失"),
        ("refused", "已过期"),
        ("accepted", "正常"),
    },
    "考试期间或停电期间，不允许预约机位。": {("refused", "考试期间"), ("refused", "停电期间"), ("accepted", "其他时段")},
}
AMOUNTS_BY_ROLE: dict[str, Verdicts] = {
    "超过 800 元的赔付仅客服主管可以审批。": {
        ("accepted", "2000 元", "客服主管"),
        ("accepted", "800.01 元", "客服主管"),
        ("refused", "2000 元", "普通用户"),
        ("refused", "800.01 元", "普通用户"),
        ("accepted", "800 元", "普通用户"),
    },
    "只有店长可以批准折扣比例在 30% 以上的订单。": {
        ("accepted", "70%", "店长"),
        ("accepted", "30%", "店长"),
        ("refused", "70%", "普通用户"),
        ("refused", "30%", "普通用户"),
        ("accepted", "29%", "普通用户"),
    },
    # who else may below the bound, "须由" does not tell
    "出差 5 天以上的须由部门经理审批，专员不得审批。": {
        ("accepted", "10 天", "部门经理"),
        ("accepted", "5 天", "部门经理"),
        ("refused", "10 天", "专员"),
        ("refused", "5 天", "专员"),
    },
}
EXCEPTIONS: dict[str, Verdicts] = {
    "迟交超过 7 天的不予评分，因公出差的除外。": {
        ("refused", "10 天", "不属于因公出差的情形"),
        ("refused", "8 天", "不属于因公出差的情形"),
        ("accepted", "7 天", "不属于因公出差的情形"),
        ("accepted", "6 天", "不属于因公出差的情形"),
        ("accepted", "10 天", "因公出差"),
    },
    "未经登记的车辆不得进入厂区，持有临时通行证的除外。": {
        ("refused", "未经登记", "否"),
        ("accepted", "未经登记", "是"),
        ("accepted", "经登记", "否"),
    },
    "行李重量不得超过 20 千克，经机长同意的除外。": {
        ("refused", "40 千克", "不属于经机长同意的情形"),
        ("refused", "21 千克", "不属于经机长同意的情形"),
        ("accepted", "20 千克", "不属于经机长同意的情形"),
        ("accepted", "19 千克", "不属于经机长同意的情形"),
        ("accepted", "40 千克", "经机长同意"),
    },
    "借用超过 3 小时的申请应驳回，但有导师签字的除外。": {
        ("refused", "6 小时", "不属于有导师签字的情形"),
        ("refused", "4 小时", "不属于有导师签字的情形"),
        ("accepted", "3 小时", "不属于有导师签字的情形"),
        ("accepted", "2 小时", "不属于有导师签字的情形"),
        ("accepted", "6 小时", "有导师签字"),
    },
    "实习员工不得操作吊车，但经班组长特批的除外。": {("refused", "实习员工", "否"), ("accepted", "实习员工", "是")},
}
ONCE_AND_NEEDS: dict[str, Verdicts] = {
    "标书一经开启，不得再修改报价。": {("refused", "已开启"), ("accepted", "未开启")},
    "数据一旦清除，不得恢复。": {("refused", "已清除")},  # before it there is nothing to bring back
    "名单一旦公示，管理员不得删除。": {("refused", "已公示"), ("accepted", "未公示")},
    "未经站长许可，不得关闭阀门。": {("accepted", "是"), ("refused", "否")},
    "样品经质检员检验后方可入库。": {("accepted", "是"), ("refused", "否")},
    "进入机房须佩戴工牌，未佩戴工牌的不得进入。": {("accepted", "是"), ("refused", "否")},
    "未满 12 周岁的游客乘坐缆车须有成人陪同，无成人陪同的不予放行。": {
        ("accepted", "6 周岁", "是"),
        ("refused", "6 周岁", "否"),
        ("accepted", "11 周岁", "是"),
        ("refused", "11 周岁", "否"),
        ("accepted", "12 周岁", "否"),
    },
    "提货数量超过 50 箱的，须提供介绍信，未提供介绍信的应拒绝提货；50 箱及以下的，可直接提货。": {
        ("accepted", "100 箱", "是"),
        ("refused", "100 箱", "否"),
        ("accepted", "51 箱", "是"),
        ("refused", "51 箱", "否"),
        ("accepted", "50 箱", "否"),
    },
    "附件大小超过 20 MB 或包含可执行文件的，系统应拒绝上传。": {
        ("refused", "40 MB", "不包含可执行文件"),
        ("refused", "20.1 MB", "不包含可执行文件"),
        ("accepted", "20 MB", "不包含可执行文件"),
        ("refused", "20 MB", "包含可执行文件"),
    },
}
PEOPLE: dict[str, Verdicts] = {
    "合同仅限法务人员查阅，供应商不得查阅。": {("accepted", "法务人员"), ("refused", "供应商"), ("refused", "访客")},
    "除医生和护士外，护工、保洁员等其他人员一律不得查看病历。": {
        ("accepted", "医生"),
        ("accepted", "护士"),
        ("refused", "护工"),
        ("refused", "保洁员"),
        ("refused", "访客"),
    },
    "除班长和学习委员外，其他同学不得修改考勤表。": {
        ("accepted", "班长"),
        ("accepted", "学习委员"),
        ("refused", "普通同学"),
    },
    "高中生每学期最多选修 6 门课，初中生每学期最多选修 2 门课。": {
        ("accepted", "6 门", "高中生"),
        ("refused", "7 门", "高中生"),
        ("accepted", "2 门", "初中生"),
        ("refused", "3 门", "初中生"),
    },
}
ONE_MEASURE: dict[str, Verdicts] = {
    "读者逾期不超过 3 次的，借阅机应允许其续借，逾期超过 3 次的则不允许。": {
        ("accepted", "2 次"),
        ("refused", "4 次"),
        ("accepted", "3 次"),
    },
    "宠物体重在 10 千克以下的，允许进入客舱，10 千克及以上的，一律不允许。": {
        ("accepted", "5 千克"),
        ("refused", "10 千克"),
        ("accepted", "9 千克"),
        ("refused", "11 千克"),
    },
    "年龄不满 14 周岁的，不得单独乘坐缆车，满 14 周岁的则可以。": {
        ("refused", "7 周岁"),
        ("accepted", "14 周岁"),
        ("refused", "13 周岁"),
        ("accepted", "15 周岁"),
    },
    "商品标题至少填写 5 个汉字，至多填写 30 个汉字；不符合要求的，提交时应提示标题长度有误。": {
        ("accepted", "20 个汉字"),
        ("refused", "4 个汉字"),
        ("refused", "31 个汉字"),
        ("accepted", "5 个汉字"),
        ("accepted", "30 个汉字"),
        ("accepted", "6 个汉字"),
        ("accepted", "29 个汉字"),
    },
    "考场须至少安排 2 名监考员，至多安排 4 名监考员。": {
        ("refused", "1 名"),
        ("refused", "5 名"),
        ("accepted", "2 名"),
        ("accepted", "4 名"),
        ("accepted", "3 名"),
    },
}
LISTED_VALUES: dict[str, Verdicts] = {
    "病历影像只接受 JPG、PNG 两种格式，上传其他格式的影像时，系统应拒绝上传。": {
        ("accepted", "JPG"),
        ("accepted", "PNG"),
        ("refused", "TXT"),
    },
    "缴费窗口支持现金、刷卡、扫码三种方式缴费；市民使用其他方式的，应提示不支持。": {
        ("accepted", "现金"),
        ("accepted", "刷卡"),
        ("accepted", "扫码"),
        ("refused", "支票"),
    },
    "签证中心仅在周一、周三和周五接受材料递交，选择其他日期的，系统应拒绝预约。": {
        ("accepted", "周一"),
        ("accepted", "周三"),
        ("accepted", "周五"),
        ("refused", "周二"),
        ("refused", "周四"),
        ("refused", "周六"),
        ("refused", "周日"),
    },
    "港口仅在周一至周五受理报检，其他日期提交的，应拒绝受理。": {
        *(("accepted", f"周{day}") for day in "一二三四五"),
        ("refused", "周六"),
        ("refused", "周日"),
    },
    "充电站接受微信和支付宝两种付款方式，车主使用其他付款方式时，终端应提示无法支付。": {
        ("accepted", "微信"),
        ("accepted", "支付宝"),
        ("refused", "现金"),
    },
    "采购单在“草稿”“已退回”状态下可以编辑，一旦进入“审批中”或“已批准”状态，则不得编辑。": {
        ("accepted", "草稿"),
        ("accepted", "已退回"),
        ("refused", "审批中"),
        ("refused", "已批准"),
    },
}
ALL_NEEDED: dict[str, Verdicts] = {
    "除非车辆已通过年检，且剩余座位不少于 1 个，否则平台不得派单。": {
        ("accepted", "是", "1 个"),
        ("refused", "否", "1 个"),
        ("refused", "0 个", "是"),
    },
    "除非已缴清学费或已办理缓缴，且注册材料齐全，否则不得选课。": {
        ("accepted", "是", "否", "是"),
        ("refused", "否", "否", "是"),
        ("refused", "否", "是", "否"),
    },
    "重量小于 5 千克且不属于易碎品的包裹，客户可选择普通寄送；其他包裹选择普通寄送时应予以拒绝。": {
        ("accepted", "3 千克", "否"),
        ("refused", "5 千克", "否"),
        ("accepted", "4 千克", "否"),
        ("refused", "是", "3 千克"),
    },
    "状态为“待发货”且金额低于 1000 元的订单，客服可以取消，其他订单的取消申请应被驳回。": {
        ("accepted", "待发货", "500 元"),
        ("refused", "已关闭", "500 元"),
        ("refused", "1000 元", "待发货"),
        ("accepted", "999.99 元", "待发货"),
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        item
        for table in (LISTED_STATES, AMOUNTS_BY_ROLE, EXCEPTIONS, ONCE_AND_NEEDS, ONE_MEASURE, LISTED_VALUES, ALL_NEEDED)
        for item in table.items()
    ],
)
def test_each_cause_is_tried_alone_with_the_verdict_that_the_text_gives_it(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(("text", "expected"), PEOPLE.items())
def test_each_role_and_kind_of_people_gets_its_own_verdict(text: str, expected: Verdicts) -> None:
    assert expected <= verdicts(text)


@pytest.mark.parametrize(
    "text",
    [
        "已支付、未发货的订单不得修改地址。",  # both together, or each alone? the text leaves it open
        "已注册、已登录的用户不得重复领取礼包。",  # both are so of one person at once
        "订单一经发现违规，不得发货。",  # a finding, not a step of the order's life
        "超过 500 元的退款仅管理员可以操作。其他退款由系统自动处理。",  # more than one statement
        "普通用户可以查看订单。",
        "快递重量不超过 30 千克的，可以走普通运输，不低于 30 千克的则不可以。",  # 30 kg is on both sides
        "缴费窗口支持现金、刷卡、扫码两种方式缴费；使用其他方式的，应提示不支持。",  # three told as two
        "除非已缴费或已缓缴且材料齐全，否则不得选课。",  # which of them belong together?
        "除节假日期间外，其他人员不得进入园区。",  # a time and no role
        "采购单在“草稿”状态下可以编辑，一经“批准”即不得删除。",  # two acts
        "小组至少选择 5 名成员，至多选择 3 名成员。",  # the wrong way round
        "学生最多借 5 本书，教室最多开放 3 小时。",  # of different things
    ],
)
def test_what_cannot_be_read_to_its_end_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


@given(
    states=st.lists(st.sampled_from(["已取消", "已退款", "已归档", "已冻结", "已作废"]), min_size=2, max_size=4, unique=True),
    noun=st.sampled_from(["订单", "合同", "工单", "申请单"]),
    refused=st.sampled_from(["不得", "不可", "不能", "不允许", "禁止"]),
)
@settings(max_examples=40, deadline=None)
def test_every_listed_state_is_refused_once_and_one_case_is_in_none_of_them(states: list[str], noun: str, refused: str) -> None:
    points = told(f"{'、'.join(states[:-1])}或{states[-1]}的{noun}{refused}修改。")
    assert [next(iter(p.inputs.values())).value for p in points if p.polarity == "negative"] == states
    (free,) = (p for p in points if p.polarity == "positive")
    assert len(free.preconditions) == len(states)
    assert all("未" in line for line in free.preconditions)


@given(bound=st.integers(min_value=2, max_value=99_999), beyond=st.sampled_from(["超过{}元", "{}元以上"]))
@settings(max_examples=40, deadline=None)
def test_nobody_is_refused_for_an_amount_on_the_near_side_of_the_bound(bound: int, beyond: str) -> None:
    points = told(f"{beyond.format(bound)}的退款仅财务人员可以办理。")
    assert points
    for point in points:
        amount = float(re.sub(r"[^\d.]", "", point.inputs["退款金额"].value))
        over = amount > bound or (amount == bound and "以上" in beyond)
        assert (point.polarity == "positive") == (not over or point.inputs["角色"].value == "财务人员")


def test_a_listed_value_stands_in_the_step_that_a_tester_takes() -> None:
    steps = {
        (s.action, s.expected)
        for p in told("行李柜支持小、中、大三种规格；旅客选择其他规格时，应提示不支持该规格。")
        for s in p.steps
    }
    assert ("旅客选择规格“中”。", "系统接受该规格。") in steps
    assert ("旅客选择规格“特大”。", "系统提示不支持该规格。") in steps


def test_a_condition_told_of_the_thing_names_the_thing() -> None:
    points = told("学分不低于 120 学分，且无违纪记录的学生，可申请学位；其他学生的学位申请应被驳回。")
    lines = {line for p in points for line in p.preconditions}
    assert {"该学生无违纪记录。", "该学生有违纪记录。"} <= lines
    assert all(p.inputs["是否有违纪记录"].value == "否" for p in points if p.polarity == "positive")


@pytest.mark.parametrize(
    "piece", ["且已", "、现金", "至少", "不超过5次", "“草稿”", "其他", "的", "或", "可以", "一", "10千克以下的，"]
)
def test_a_long_text_of_marks_is_read_in_time(piece: str) -> None:
    start = time.perf_counter()
    for lead in ("除非", "支付支持现金", "考生迟到不超过 3 次的，可以", "订单在“草稿”", "除医生外，", "状态为“待发货”且"):
        told(f"{lead}{(piece * 190)[: 190 - len(lead)]}。")
    assert time.perf_counter() - start < 6
