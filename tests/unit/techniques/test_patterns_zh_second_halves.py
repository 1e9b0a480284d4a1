"""Chinese rules whose second half refuses what the first permits, told in short or by a class of its own (S4-061)."""

from __future__ import annotations

import time

import pytest
from tests.unit.techniques.test_patterns_zh_pairs import Verdicts, told, verdicts
from tests.unit.techniques.test_scope import points

from testgen_runtime.techniques.numbers import shown

HALVES: dict[str, Verdicts] = {
    # the verdict before the bound, the other side told in short
    "系统应予以拒绝金额大于 5000 元的转账；不大于 5000 元的转账应予受理。": {
        ("-", "10000 元"),
        ("-", "5000.01 元"),
        ("+", "5000 元"),
        ("+", "4999.99 元"),
    },
    "不少于 100 字的评论均应被接受，平台应驳回少于 100 字的评论。": {
        ("-", "50 字"),
        ("-", "99 字"),
        ("+", "100 字"),
        ("+", "101 字"),
    },
    "单次借阅时长以 30 天为限，借阅时长超过 30 天的申请应予驳回；没有超过的应予批准。": {
        ("-", "60 天"),
        ("-", "31 天"),
        ("+", "30 天"),
        ("+", "29 天"),
    },
    "笔试成绩达到 60 分的准予参加面试，未达到的不予受理。": {("+", "100 分"), ("+", "60 分"), ("+", "61 分"), ("-", "59 分")},
    "水温不超过 60 ℃ 的可以启动，超过的一律禁止启动。": {("+", "30℃"), ("+", "60℃"), ("+", "59℃"), ("-", "61℃")},
    "出勤率未达到 80% 的学员不得参加考试，达到的可以参加。": {("-", "40%"), ("-", "79%"), ("+", "80%"), ("+", "81%")},
    "系统不予受理超过 3 件的申请；3 件及以下的申请均予受理。": {("-", "6 件"), ("-", "4 件"), ("+", "3 件"), ("+", "2 件")},
    # an exception to the refusal, and the other side
    "迟到超过 15 分钟的考生一律拒绝入场，已提前报备的不在此限；迟到不超过 15 分钟的考生允许入场。": {
        ("+", "8 分钟", "否"),
        ("+", "15 分钟", "否"),
        ("-", "16 分钟", "否"),
        ("+", "是", "16 分钟"),
    },
    "体重不超过 100 千克的乘客可以乘坐缆车。超过 100 千克的乘客应被拒载，但已取得医生证明且有人陪同的乘客除外。": {
        ("+", "50 千克", "否", "是"),
        ("+", "100 千克", "否", "是"),
        ("-", "101 千克", "否", "是"),
        ("+", "是", "是", "101 千克"),
        ("-", "否", "是", "101 千克"),
    },
    # one of several marks, alone and with a condition
    "仅岗位为值班长或调度员的人员可以下达检修指令。岗位为司机或保洁员的人员一律不予受理。": {
        ("+", "值班长"),
        ("+", "调度员"),
        ("-", "司机"),
        ("-", "保洁员"),
        ("-", "访客"),
    },
    "快递类型为文件或包裹的应予收寄，类型为液体或粉末的均应拒收。": {("+", "文件"), ("+", "包裹"), ("-", "液体"), ("-", "粉末")},
    "已通过安检且车型为轿车或客车的车辆准予通行；车型为货车，或未通过安检的，一律不予通行。": {
        ("+", "轿车", "是"),
        ("+", "客车", "是"),
        ("-", "货车", "是"),
        ("-", "否", "轿车"),
    },
    "岗位为司机或押运员，且驾龄不少于 3 年的人员可以出车；岗位为文员或会计，或者驾龄不足 3 年时，应拒绝出车。": {
        ("+", "司机", "6 年"),
        ("+", "押运员", "6 年"),
        ("-", "文员", "6 年"),
        ("-", "会计", "6 年"),
        ("-", "2 年", "司机"),
        ("+", "3 年", "司机"),
    },
    # the means of an act
    "学费可通过银行转账、支付宝和微信缴纳，采用其他方式缴纳的，一律退回。": {
        ("+", "银行转账"),
        ("+", "支付宝"),
        ("+", "微信"),
        ("-", "现金"),
    },
    "读者凭书证、身份证或护照即可入馆；持其他证件的，不予放行。": {
        ("+", "书证"),
        ("+", "身份证"),
        ("+", "护照"),
        ("-", "驾驶证"),
    },
    "乘客可以使用交通卡或二维码进站；使用其他方式时，闸机应拒绝放行。": {("+", "交通卡"), ("+", "二维码"), ("-", "未列出的方式")},
    "用户可通过短信、邮件或电话完成认证；通过其他渠道认证的，系统应予以拒绝。": {
        ("+", "短信"),
        ("+", "邮件"),
        ("+", "电话"),
        ("-", "传真"),
    },
    # all but some
    "除了见习医生之外，主治医师与住院医师均有权查阅病历；见习医生一律不得查阅。": {
        ("+", "主治医师"),
        ("+", "住院医师"),
        ("-", "见习医生"),
    },
    "除生鲜以外，图书、服装和家电均可申请七天退货；生鲜申请退货的，不予受理。": {
        ("+", "图书"),
        ("+", "服装"),
        ("+", "家电"),
        ("-", "生鲜"),
    },
    # levels in a told order
    "密级按由低到高的顺序分为公开、内部、秘密和机密；秘密以上的文件禁止外发，低于秘密的文件可以外发。": {
        ("+", "公开"),
        ("+", "内部"),
        ("-", "秘密"),
        ("-", "机密"),
    },
    "用户等级由高到低依次为钻石、金卡、银卡。银卡及以下等级的用户不得参加内购，金卡以上的用户可以参加内购。": {
        ("-", "银卡"),
        ("+", "金卡"),
        ("+", "钻石"),
    },
    "客户星级由低到高为一星、二星、三星；二星以上（含二星）的客户可享受免息，二星以下的客户申请免息时应拒绝。": {
        ("-", "一星"),
        ("+", "二星"),
        ("+", "三星"),
    },
    "职称由低到高依次为助教、讲师、教授；不低于讲师的教师可以申报课题，其余教师应被拒绝。": {
        ("-", "助教"),
        ("+", "讲师"),
        ("+", "教授"),
    },
    "会员等级由低到高依次为普通、银卡、金卡和钻石。金卡以上的会员可以进入休息室，金卡以下的会员不得进入。": {
        ("-", "普通"),
        ("-", "银卡"),
        ("+", "钻石"),  # the text leaves 金卡 open
    },
}


@pytest.mark.parametrize(("text", "expected"), HALVES.items())
def test_what_both_halves_name_is_tried_with_its_verdict(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "预约时长超过 4 小时的申请应被拒绝，未达到的应予受理。",  # another word: what lies between is left open
        "系统应拒绝时长超过 90 秒的短视频；时长在 60 秒及以内的短视频应被接受。",  # two bounds
        "单次预约时长以 4 小时为限，预约时长超过 5 小时的申请应被拒绝，未超过的应予受理。",  # two bounds
        "申报价值超过 10000 元的快件应被拒收，但已保价的快件除外；申报价值在 5000 元及以下的快件均应被接受。",  # two bounds
        "仅角色为会计的用户可以查看账簿；角色为其他的用户应被拒绝。",  # the others are not named
        "工种为电工或焊工且已完成安全培训的人员可以领取作业票；工种为油漆工，或者未佩戴安全帽时，应拒绝领取。",  # two conditions
        "角色为会计的用户可以查看账簿；角色为销售的用户不得查看账簿。",  # two roles and their rights
        "停车费可以使用微信、支付宝等方式缴纳；使用其他缴费方式时，系统应拒绝缴费。",  # an open list
        "停车费可以使用微信或支付宝缴纳；使用其他缴费方式时，应先登记。",  # no refusal
        "除周末外，周一、周三均可预约；周末预约应被拒绝。",  # days
        "除节假日外，员工和顾问均可预约班车。",  # a time, and nobody
        "除实习生外，正式员工和顾问均可预约班车；访客预约班车时应拒绝。",  # somebody else
        "会员等级由低到高依次为普通、银卡、金卡和钻石，升级时应发送通知。",  # no verdict
    ],
)
def test_what_is_left_open_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


def test_what_is_done_and_seen_reads_as_a_tester_wrote_it() -> None:
    steps = {(s.action, s.expected) for text in HALVES for p in told(text) for s in p.steps}
    assert {
        ("提交该转账。", "系统拒绝该转账。"),
        ("提交该申请。", "系统批准该申请。"),
        ("乘坐缆车。", "系统拒载。"),
        ("以“司机”身份下达检修指令。", "系统不予受理。"),
        ("提交该快递。", "系统拒收该快递。"),
        ("通过微信缴纳学费。", "系统允许通过微信缴纳。"),
        ("乘客使用未列出的方式进站。", "闸机拒绝放行。"),
        ("以“见习医生”身份查阅病历。", "系统不允许查阅。"),
        ("申报课题。", "系统拒绝申报课题。"),
    } <= steps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a refusing verb selects what is refused
        ("系统应拒绝大于 15 MB 的附件。", {("+", "8 MB"), ("-", "15.1 MB"), ("+", "15 MB"), ("+", "14.9 MB")}),
        ("平台必须拦截超过 3 次的重试。", {("-", "4 次"), ("+", "3 次"), ("+", "2 次")}),
        # what is done to somebody is a condition, and no act that they may do
        ("会员被冻结时，不得下单。", {("-", "会员被冻结"), ("+", "会员未被冻结")}),
    ],
)
def test_the_general_reading_takes_the_side_that_is_refused(text: str, expected: Verdicts) -> None:
    found = {("+" if p.polarity == "positive" else "-", *(shown(v, "zh") for v in p.inputs.values())) for p in points(text)}
    assert found == expected


def test_an_order_from_low_to_high_is_no_change_of_state() -> None:
    found = points("优先级由低到高依次为普通、加急和特急。")
    assert not any("低" in shown(value, "zh") for point in found for value in point.inputs.values())


@pytest.mark.parametrize(
    "piece",
    [
        "且不低于5元",
        "或者未",
        "的，允许",
        "；应拒绝",
        "、微信",
        "其他方式",
        "及以上的",
        "均可",
        "由低到高为",
        "时，",
        "为甲或乙",
        "除外，",
    ],
)
def test_a_long_text_of_marks_is_read_in_time(piece: str) -> None:
    start = time.perf_counter()
    for lead in (
        "工种为电工且",
        "系统应拒绝大于 5 元的",
        "除甲外，乙、丙均可",
        "等级由低到高依次为甲、乙、丙；",
        "费用可以使用微信、支付宝缴纳；",
    ):
        told(f"{lead}{(piece * 190)[: 190 - len(lead)]}。")
    assert time.perf_counter() - start < 6
