"""Chinese requirements with several classes, conditions that bar, closed hours, one choice, and deciders by amount."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_zh_pairs import Verdicts, told, verdicts

MIXED: dict[str, Verdicts] = {
    # any of them bars
    "患者过敏史未填写或身份信息未核验的，不得开立静脉输液医嘱；两项均已完成的，可以开立。": {
        ("-", "否", "是"),
        ("+", "是", "是"),
    },
    "发票未上传或者合同未盖章的，不允许提交报销单；上述条件均满足的，可以提交报销单。": {("-", "否", "是"), ("+", "是", "是")},
    "学员缺勤超过 3 次或未缴清学费的，不得参加结业考试；其余学员可以参加。": {
        ("-", "6 次", "是"),
        ("-", "4 次", "是"),
        ("+", "3 次", "是"),
        ("-", "否", "3 次"),
    },
    # values in quotation marks, one of which is told nothing about the act
    "食品抽检结果为“不合格”的批次不得出库，“合格”的批次可以出库，“待复检”的批次应予以锁定。": {("-", "不合格"), ("+", "合格")},
    "风险等级为“高”的客户不得开通杠杆交易，风险等级为“中”、“低”的客户可以开通杠杆交易；“未评定”的客户应重新评估。": {
        ("-", "高"),
        ("+", "中"),
        ("+", "低"),
    },
    # classes by a mark
    "会员等级为金卡或钻石卡的用户可以使用贵宾厅，银卡及普通用户使用时应拒绝。": {
        ("+", "金卡"),
        ("+", "钻石卡"),
        ("-", "银卡"),
        ("-", "普通"),
    },
    "职称为高级工程师或工程师的员工可以签发图纸，助理工程师及技术员签发时，系统应予以拒绝。": {
        ("+", "高级工程师"),
        ("+", "工程师"),
        ("-", "助理工程师"),
        ("-", "技术员"),
    },
    # hours
    "未成年用户每日 22 时至次日 8 时不得登录游戏，该时段内的登录请求应被拒绝。": {
        ("-", "22:00"),
        ("-", "03:00"),
        ("-", "07:59"),
        ("+", "21:59"),
        ("+", "15:00"),
    },
    "每天 12:00 至 13:30，访客不得进入生产车间。": {
        ("-", "12:00"),
        ("-", "12:45"),
        ("-", "13:29"),
        ("+", "11:59"),
        ("+", "00:45"),
    },
    # one choice
    "租赁车辆时，驾龄不满 1 年的客户只能选择经济型车辆，选择其他车型的订单应被拒绝。": {
        ("+", "0 年", "经济型车辆"),
        ("-", "0 年", "经济型车辆以外的选项"),
    },
    # who decides
    "审批金额在 5000 元以下的由主管审批，5000 元（含）至 50000 元的由总监审批，50000 元及以上的由总经理审批。": {
        ("+", "2500 元", "主管"),
        ("+", "27500 元", "总监"),
        ("+", "100000 元", "总经理"),
    },
    "学生请假 3 天以内由班主任批准，超过 3 天的须由年级主任批准，否则请假申请无效。": {
        ("+", "2 天", "班主任"),
        ("+", "6 天", "年级主任"),
    },
    # what is owed first, what is free after it
    "快递柜包裹存放超过 48 小时的，取件时须支付超时费；48 小时以内的免费取件。": {
        ("-", "100 小时"),
        ("-", "49 小时"),
        ("+", "48 小时"),
        ("+", "47 小时"),
    },
}


@pytest.mark.parametrize(("text", "tried"), MIXED.items())
def test_each_value_has_its_own_verdict(text: str, tried: Verdicts) -> None:
    assert verdicts(text) == tried


@pytest.mark.parametrize(
    "text",
    [
        "发票未上传或者合同未盖章的，不允许提交报销单；上述条件均满足的，可以借阅档案。",  # two acts
        "风险等级为“高”的客户不得开通账户，信用等级为“中”的客户可以开通账户，“低”的客户应重新评估。",  # two marks
        "会员等级为金卡的用户可以使用贵宾厅，其他用户使用时应拒绝。",  # told by what they are not
        "每天 22:00 至 6:00，访客不得进入生产车间。",  # the end is before the start, and no next day is told
        "金额在 5000 元以下的由主管审批，8000 元以上的由总监审批，否则申请无效。",  # nothing told between
        "请假超过 5 天须由总经理审批，5 天以内由部门经理审批。",  # the general reading has both sides
    ],
)
def test_what_is_not_sure_is_left_alone(text: str) -> None:
    assert told(text) == []
