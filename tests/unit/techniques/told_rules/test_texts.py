"""Requirements in ordinary words that are lists of rules, in both languages: the values that are tried and their verdicts
(S4-022, S4-061). What is told of something is tried where it alone decides; what is not told is not tried."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import view_of
from tests.unit.techniques.test_scope import points

from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.told_rules import chinese, english

Seen = set[frozenset[str]]


def tried(text: str) -> tuple[Seen, Seen]:
    """The values of what is accepted, and of what is refused."""
    out: tuple[Seen, Seen] = (set(), set())
    for point in points(text):
        if point.inputs:
            out[point.polarity != "positive"].add(frozenset(shown(given, "en") for given in point.inputs.values()))
    return out


def of(*rows: str) -> Seen:
    return {frozenset(row.split(" | ")) for row in rows}


TEXTS = {
    "If the user is a member and the order exceeds 100 EUR, or a voucher is used, the discount is 10 %; otherwise no discount is "
    "granted.": (
        of("no | 200 EUR | no", "yes | 99.99 EUR | no", "100 EUR | yes | no"),
        of("yes | 200 EUR", "yes | 200 EUR | no", "100.01 EUR | yes | no", "99.99 EUR | yes"),
    ),
    "A user with the role Teacher may delete any thread. A user with the role Student may delete a thread only if he or she "
    "is its author; otherwise the deletion shall be denied. Users with the role Guest are never permitted to delete a thread.": (
        of("Student | no", "Guest | yes"),
        of("Teacher | yes", "Student | yes"),
    ),
    "Transfers of up to 10,000 EUR are executed without further approval. If the amount of the transfer is higher than "
    "10,000 EUR, it shall be executed only if the transfer has been approved by a second signatory; otherwise it is refused.": (
        of("10000.01 EUR | no"),
        of("10000 EUR | no", "20000 EUR | yes"),
    ),
    "Users under 18 or over 65 shall be refused.": (of("9", "17", "66", "100"), of("18", "19", "64", "65")),
    "会员等级分为普通、银卡、金卡三种；金卡会员可以使用贵宾室，其他等级不可以。": (of("普通", "银卡"), of("金卡")),
    "订单状态包括待付款、已付款、已发货和已完成四种状态。待付款和已付款的订单可以取消，其他状态的订单不可以取消。": (
        of("已发货", "已完成"),
        of("待付款", "已付款"),
    ),
    "订单为“待付款”“待发货”时，买家可以修改地址；已出库、已签收的订单，地址不可再被修改。": (
        of("已出库", "已签收"),
        of("待付款", "待发货"),
    ),
    "病历被封存后，仅病案管理员可以查阅；未封存的病历，主治医生和病案管理员均可查阅。实习生在任何情况下都不得查阅病历。": (
        of("是 | 主治医生", "是 | 实习生", "否 | 实习生"),
        of("是 | 病案管理员", "否 | 病案管理员", "否 | 主治医生"),
    ),
    "医嘱仅当患者皮试结果为阴性时才允许执行；皮试结果为阳性，或者结果尚未出具的，护士站应拦截该医嘱。": (
        of("阳性", "尚未出具"),
        of("阴性"),
    ),
    "小于 14 岁的用户注册须由监护人同意，监护人未同意的不能完成注册。": (of("13 岁 | 否"), of("7 岁 | 是", "14 岁 | 否")),
    "未绑定银行卡的账户不能提现，已绑定银行卡但未通过人脸识别的账户也不能提现，两者都完成的账户可以提现。": (
        of("否 | 是", "是 | 否"),
        of("是"),
    ),
    "电子回单支持 PDF、OFD 两种版式。若上传的是图片、Word 文档或其他类型的文件，则上传失败。": (
        of("图片", "Word文档"),
        of("PDF", "OFD"),
    ),
    "余额不足或者账户被冻结时，付款应失败。": (of("不足 | 账户未被冻结", "充足 | 账户被冻结"), of("充足 | 账户未被冻结")),
    "三天以上的请假由经理审批，三天及以下的请假自动通过。": (of("4 天", "6 天"), of("2 天", "3 天")),
    "A parcel must not weigh more than 20 kg or be longer than 1 m unless it has been declared as bulky.": (
        of("21 kg | 0 m | no", "19 kg | 2 m | no"),
        of("20 kg | 0 m | no", "40 kg | 0 m | yes"),
    ),
    "A suitcase of more than 23 kg is refused at the check-in machine unless the passenger has a heavy bag voucher. "
    "Suitcases of 23 kg or less are always accepted.": (
        of("24 kg | no", "50 kg | no"),
        of("23 kg | no", "50 kg | yes"),
    ),
    "The electricity supplier grants payment in instalments if the bill is 300 EUR or more or if the customer "
    "receives housing benefit. Otherwise the request for instalments is declined.": (
        of("299.99 EUR | no"),
        of("299.99 EUR | yes", "300 EUR | no"),
    ),
    "Free entry to the public pool is granted to children under 6 years and, at any age, to people with a city pass. "
    "For everybody else the free ticket is refused.": (
        of("6 years | no"),
        of("5 years | no", "7 years | yes"),
    ),
    "The lounge shall admit a passenger who holds a Gold card or whose ticket price is at least 800 USD; a passenger "
    "without a Gold card and with a ticket price below 800 USD shall be turned away.": (
        of("799.99 USD | no"),
        of("400 USD | yes", "800 USD | no"),
    ),
    "A rental van is handed over to customers who hold a driving licence and are at least 21 years old. If either "
    "condition is not met, the handover shall be refused.": (
        of("20 years | yes", "40 years | no"),
        of("21 years | yes"),
    ),
    "A letter is accepted at the maxi rate if it weighs at most 1000 g and is at most 5 cm thick. If it exceeds "
    "either limit, the maxi rate shall be refused.": (
        of("1001 g | 3 cm", "500 g | 6 cm"),
        of("1000 g | 3 cm", "5 cm | 500 g"),
    ),
    "Readers can check out 1 to 10 books per visit unless their library card has expired, in which case nothing is "
    "lent to them. A checkout of more than 10 books is rejected.": (
        of("11 books | no", "6 books | yes"),
        of("10 books | no"),
    ),
    "When a household registers a gas meter, the meter number has to be 10 to 14 digits long. Shorter and longer "
    "meter numbers are not accepted.": (
        of("15 digits | yes", "9 digits | yes"),
        of("10 digits | yes", "14 digits | yes"),
    ),
    "A reservation has one of the states Requested, Confirmed, Checked-in and Closed. The guest can change the "
    "arrival date only while the reservation is Requested or Confirmed.": (
        of("Checked-in", "Closed"),
        of("Confirmed", "Requested"),
    ),
    "册数等于 10 册或高于 10 册时，系统拒绝借书；其他情况允许借书。": (of("10 册", "11 册"), of("9 册")),
    "压力刚好为 5 MPa 时可以点火，多于 5 MPa 时不可以点火，少于 5 MPa 时可以点火。": (of("6 MPa"), of("4 MPa", "5 MPa")),
    "教师请假时，天数超过 3 天的应退回。": (of("4 天"), of("3 天")),
    "年龄在 18 周岁以上 60 周岁以下的居民可以报名献血，不在此范围内的不予受理。": (
        of("17 周岁", "61 周岁"),
        of("18 周岁", "60 周岁"),
    ),
    "库存量低于安全库存 20 件时，系统应自动生成补货单；库存量为 20 件及以上时不生成补货单。": (of("20 件"), of("19 件")),
    "证件过期的旅客不得登机，证件有效的旅客可以登机。": (of("过期"), of("有效")),
    "病人未空腹的，不得抽血，但急诊病人除外。": (of("否 | 访客"), of("否 | 急诊病人")),
    "持有驾驶证并通过培训者方可借车；其余人员不得借车。": (of("否 | 是"), of("是")),
    "差旅费超过 500 元时，必须上传发票，未上传发票的申请应被拒绝；500 元及以下的申请无论是否上传发票均应提交成功。": (
        of("500.01 元 | 否"),
        of("1000 元 | 是", "500 元 | 否"),
    ),
    "当租赁设备已归还且租赁天数不超过 30 天时，系统应退还押金；设备未归还或租赁天数超过 30 天时，退还押金的申请应被拒绝。": (
        of("20 天 | 否", "31 天 | 是"),
        of("30 天 | 是"),
    ),
}
"""What is refused and what is accepted, among others, of a text."""


@pytest.mark.parametrize("text", TEXTS)
def test_every_rule_of_a_text_is_tried_with_its_verdict(text: str) -> None:
    accepted, refused = tried(text)
    barred, allowed = TEXTS[text]
    assert allowed <= accepted
    assert barred <= refused
    assert not accepted & refused


@pytest.mark.parametrize(
    "text",
    [
        "除节假日期间外，其他人员不得进入园区。",  # days, and people
        "周一至周五可预约参观，周五、周六不接受预约。",  # a day on both sides
        "已支付、未发货的订单不得修改地址。",  # whether one of them is enough
        "预约时长超过 4 小时的申请应被拒绝，超过的应予受理。",  # both verdicts for one side
        "会员被冻结时，不得下单。",
        "The boiler's pressure must stay below 3 bar. If the pressure is 3 bar or more, the burner is cut off.",
        "Photos may be taken with Canon, Nikon or Sony cameras only.",
        "An invoice can be deleted only by an accountant and only while it is in status Draft.",
    ],
)
def test_what_is_not_understood_to_the_end_is_left_alone(text: str) -> None:
    view = view_of(text)
    assert not list((chinese if view.language == "zh" else english).points(view))


ROLES = {
    "管理员可以新增、修改和删除用户；普通用户仅可以查看用户。": ("普通用户",),
    "Admins may delete users. Support staff may only reset passwords.": ("Support staff",),
    "Managers can create, edit and delete projects; members can only view projects.": ("member",),
    "Only moderators and administrators can delete comments of other users; authors may delete their own comments.": ("author",),
    "只有版主和管理员可以删除他人的评论；作者可以删除自己的评论。": ("作者",),
}
"""Who is told of another deed than the first, or of their own things only."""


@pytest.mark.parametrize("text", ROLES)
def test_nobody_is_permitted_what_others_are_told_to_do(text: str) -> None:
    accepted, _ = tried(text)
    assert accepted
    assert not any(role in row for row in accepted for role in ROLES[text])


def test_a_sign_in_words_is_read() -> None:
    accepted, refused = tried("冷库温度不得低于零下18℃。")
    assert of("-18℃") <= accepted
    assert of("-19℃") <= refused
