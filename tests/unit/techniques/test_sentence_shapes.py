"""Shapes of sentences in which documents tell both sides of a rule (S4-061): the values tried, with their verdicts."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import Tried, tried

ACCEPTED_AND_REFUSED: dict[str, tuple[Tried, Tried]] = {
    # a second verb or participle with a condition or an object of its own
    "The mailbox shall accept letters of at most 3 MB and refuse larger ones.": (
        {("accepted", "3 MB"), ("refused", "3.1 MB")},
        {("refused", "3 MB")},
    ),
    "The fare shall be denied when it is over 90 EUR, and approved when it is 90 EUR or less.": (
        {("accepted", "90 EUR"), ("refused", "90.01 EUR")},
        {("refused", "90 EUR")},
    ),
    "The parser must reject any frame exceeding 64 KB and must process all frames of 64 KB or less.": (
        {("accepted", "64 KB"), ("refused", "64.1 KB")},
        {("accepted", "64.1 KB"), ("refused", "64 KB")},
    ),
    "No trailer may be heavier than 750 kg.": ({("accepted", "750 kg"), ("refused", "751 kg")}, {("accepted", "751 kg")}),
    # what a limit leaves out, without a number
    "A caption is limited to 80 characters. If a caption is longer, saving shall fail with an error.": (
        {("accepted", "80 characters"), ("refused", "81 characters")},
        {("refused", "40 characters", "is longer")},
    ),
    "The alias shall have 3 to 9 characters. Aliases that are too short or too long shall not be saved.": (
        {("accepted", "3 characters"), ("accepted", "9 characters"), ("refused", "2 characters"), ("refused", "10 characters")},
        set(),
    ),
    "Appeals are accepted until 20 days after the decision; after that they are rejected.": (
        {("accepted", "20 days"), ("refused", "21 days")},
        set(),
    ),
    # lists: prepositions told again, words without capitals, an unknown value
    "Refunds shall be possible by cheque, by bank transfer or by gift card. A refund by any other method shall be declined.": (
        {("accepted", "cheque"), ("accepted", "bank transfer"), ("accepted", "gift card")},
        {("accepted", "bank")},
    ),
    # states
    "It shall not be possible to edit a route that is Closed or Archived. Routes that are Planned or Open can be edited.": (
        {("accepted", "Planned"), ("accepted", "Open"), ("refused", "Closed"), ("refused", "Archived")},
        {("accepted", "Closed"), ("refused", "Planned")},
    ),
    "A contract in the state Active can be renewed. Renewing a Terminated or Lapsed contract is not possible.": (
        {("accepted", "Active"), ("refused", "Terminated"), ("refused", "Lapsed")},
        set(),
    ),
    # roles
    "Rangers may open the gate. Volunteers attempting to open the gate shall receive an error.": (
        {("accepted", "Ranger"), ("refused", "Volunteer")},
        {("accepted", "Volunteer")},
    ),
    "A refund can be approved by a manager or a team lead, but not by a clerk.": (
        {("accepted", "manager"), ("accepted", "team lead"), ("refused", "clerk")},
        {("accepted", "clerk")},
    ),
    "Auditors have read access to the journal. Interns have no access to the journal.": (
        {("accepted", "Auditor"), ("refused", "Intern")},
        {("accepted", "Intern")},
    ),
    "Neither visitors nor interns may unlock the vault; managers and auditors may.": (
        {("accepted", "manager"), ("accepted", "auditor"), ("refused", "visitor"), ("refused", "intern")},
        set(),
    ),
    # who turns something away is denied nothing
    "The speed shall be greater than 5 km/h and less than 30 km/h. Any other speed shall be rejected by the operator.": (
        {("accepted", "6 km/h"), ("refused", "30 km/h")},
        {("refused", "20 km/h", "operator")},
    ),
    # conditions: what must come first, who is unable, an exception that names somebody else
    "A parcel shall be released only after the customs form has been stamped. Otherwise the release shall be refused.": (
        {("accepted", "has been stamped"), ("refused", "has not been stamped")},
        set(),
    ),
    "Before the induction has been completed, the worker must not enter the site. After it has been completed, the worker may "
    "enter.": (
        {("accepted", "has been completed"), ("refused", "has not been completed")},
        {("refused", "has been completed")},
    ),
    "A probe that is not calibrated shall be unable to record. Calibrated probes can record.": (
        {("refused", "is not calibrated"), ("accepted", "is calibrated")},
        {("accepted", "is not calibrated")},
    ),
    # Chinese
    "群组至多 200 人，人数超过 200 时不允许再邀请成员。": ({("accepted", "200 人"), ("refused", "201 人")}, set()),
    "水温 45 ℃ 以下的允许注水，水温达到 45 ℃ 及以上的禁止注水。": (
        {("accepted", "44℃"), ("refused", "45℃")},
        {("accepted", "45℃")},
    ),
    "成绩 80 分以上（含 80 分）可以参评；80 分以下的不得参评。": (
        {("accepted", "80 分"), ("refused", "79 分")},
        {("refused", "80 分")},
    ),
    "消费金额满 60 元免停车费，不满 60 元的免费申请应拒绝。": (
        {("accepted", "60 元"), ("refused", "59.99 元")},
        {("refused", "60 元")},
    ),
    "油箱温度大于 70 ℃ 时，系统必须拒绝继续加注，温度等于或小于 70 ℃ 时则允许继续加注。": (
        {("accepted", "70℃"), ("refused", "71℃")},
        {("accepted", "71℃"), ("refused", "70℃")},
    ),
    "话费余额低于 15 元的，不得开通漫游；余额为 15 元或者更多的，可以开通。": (
        {("accepted", "15 元"), ("refused", "14.99 元")},
        {("refused", "15 元"), ("refused", "30 元")},
    ),
    "门禁口令由 5 位数字组成，不符合该格式的应拒绝。": ({("accepted", "12345"), ("refused", "1234")}, {("refused", "12345")}),
    "柜号为以 3 开头的 4 位数字，其他柜号应拒绝。": ({("accepted", "3123"), ("refused", "312")}, {("accepted", "312")}),
    "单次差旅的餐费最高 600 元，超过 600 元的报销单自动退回。": (
        {("accepted", "600 元"), ("refused", "600.01 元")},
        {("accepted", "600.01 元"), ("refused", "600 元")},
    ),
    "琴房预约时长不得少于 40 分钟，最长不超过 3 小时，否则预约不成功。": (
        {("accepted", "180 分钟"), ("refused", "181 分钟"), ("accepted", "40 分钟"), ("refused", "39 分钟")},
        set(),
    ),
    "凡持有甲级证书的焊工可以上岗，未持有甲级证书的焊工不得上岗。": (
        {("accepted", "持有甲级证书"), ("refused", "不持有甲级证书")},
        {("refused", "持有甲级证书")},
    ),
    "导出格式支持 PDF 和 Word，不支持其他格式。": ({("accepted", "PDF"), ("accepted", "Word")}, {("refused", "PDF")}),
    "仅草稿状态的公告可以删除，已发布、已撤下的公告不得删除。": (
        {("accepted", "草稿"), ("refused", "已发布"), ("refused", "已撤下")},
        {("accepted", "已发布")},
    ),
    "“已上线”和“已下线”的版本不允许删除，“未上线”的版本允许删除。": (
        {("accepted", "未上线"), ("refused", "已上线"), ("refused", "已下线")},
        set(),
    ),
    "盘点结果由仓库主管审核，仓管员、质检员无审核权限。": (
        {("accepted", "仓库主管"), ("refused", "仓管员"), ("refused", "质检员")},
        set(),
    ),
    "已归档、已作废的收据不得冲销；已记账的收据可以冲销。": (
        {("accepted", "已记账"), ("refused", "已归档"), ("refused", "已作废")},
        {("accepted", "已归档")},
    ),
    "A survey that is in analysis cannot be edited, while a survey that is in preparation can be edited.": (
        {("refused", "is in analysis"), ("accepted", "is in preparation")},
        {("accepted", "is not in analysis"), ("refused", "is not in preparation")},
    ),
    "作为财务经理，我可以导出账册；出纳导出账册时提示“无权限”。": ({("accepted", "财务经理"), ("refused", "出纳")}, set()),
    "调度员可以下达指令，其他人员（如巡检员、实习生）下达指令时应被拒绝。": (
        {("accepted", "调度员"), ("refused", "巡检员"), ("refused", "实习生")},
        set(),
    ),
    "禁止游客和普通会员发帖，允许认证商家发帖。": (
        {("refused", "游客"), ("refused", "普通会员")},
        {("accepted", "游客"), ("refused", "认证商家")},
    ),
    "普通用户每日导出次数不超过 3 次，VIP 用户每日导出次数不超过 30 次，超出次数的请求应拒绝。": (
        {("accepted", "3 次", "普通用户"), ("refused", "4 次", "普通用户"), ("accepted", "30 次", "VIP 用户")},
        {("accepted", "30 次", "普通用户")},
    ),
}


@pytest.mark.parametrize("text", ACCEPTED_AND_REFUSED)
def test_both_sides_of_a_rule_are_tried_with_their_verdicts(text: str) -> None:
    wanted, wrong = ACCEPTED_AND_REFUSED[text]

    found = tried(text)

    assert not wanted - found, found
    assert not wrong & found
