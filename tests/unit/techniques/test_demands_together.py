"""Several demands on one thing, leave of several people, and what is possible for some time only: what is tried."""

from __future__ import annotations

import pytest
from tests.unit.techniques import test_patterns_en as en
from tests.unit.techniques import test_patterns_zh as zh

Verdicts = set[tuple[str, ...]]

ENGLISH: dict[str, Verdicts] = {
    "The barrier opens only for vehicles that are registered and not blocked.": {
        ("accepted", "yes", "no"),
        ("refused", "no", "no"),
        ("refused", "yes", "yes"),
    },
    "The discount shall be granted only to members who own a yacht or have paid the yearly fee.": {
        ("accepted", "yes", "no"),
        ("refused", "no", "no"),
        ("accepted", "yes", "no"),
    },
    "A ticket shall be issued only to guests who are at least 16 years old and have signed the waiver.": {
        ("accepted", "30 years", "yes"),
        ("accepted", "16 years", "yes"),
        ("refused", "15 years", "yes"),
        ("refused", "no", "30 years"),
    },
    "Applicants must be between 22 and 60 years old and have no overdue record; otherwise the application is rejected.": {
        ("accepted", "40 years", "no"),
        ("accepted", "22 years", "no"),
        ("accepted", "60 years", "no"),
        ("refused", "21 years", "no"),
        ("refused", "61 years", "no"),
        ("refused", "yes", "40 years"),
    },
    "Switching off a substation requires the approval of two engineers.": {
        ("accepted", "2 engineers"),
        ("refused", "1 engineer"),
    },
    "A write-off must be signed by at least three directors.": {("accepted", "3 directors"), ("refused", "2 directors")},
    "Releasing a payment requires the consent of the treasurer.": {("accepted", "yes"), ("refused", "no")},
    "A parking ticket may be paid at the machine until it is 14 days old.": {
        ("accepted", "7 days"),
        ("accepted", "13 days"),
        ("accepted", "14 days"),
        ("refused", "15 days"),
    },
    "Deleted photos can be restored for 30 days; later they are gone for good.": {
        ("accepted", "20 days"),
        ("accepted", "29 days"),
        ("accepted", "30 days"),
        ("refused", "31 days"),
    },
    "Vouchers above 250 EUR have to be released by managers; clerks are not allowed to release them.": {
        ("accepted", "500 EUR", "manager"),
        ("accepted", "250.01 EUR", "manager"),
        ("refused", "500 EUR", "clerk"),
        ("refused", "250.01 EUR", "clerk"),
    },
}
ENGLISH |= {
    "After three failed PIN entries the card shall be locked; a card with fewer failed entries stays usable.": {
        ("accepted", "2"),
        ("refused", "3"),
        ("refused", "4"),
    },
    "The session shall be terminated after 15 minutes of inactivity; until then the user stays signed in.": {
        ("accepted", "8 minutes"),
        ("accepted", "14 minutes"),
        ("refused", "15 minutes"),
        ("refused", "16 minutes"),
    },
    "An employee in the probation period shall not be able to request unpaid leave.": {("refused", "yes")},
    "Overtime of more than 20 hours per month requires the approval of a manager; overtime without it shall be denied.": {
        ("accepted", "40 hours", "yes"),
        ("refused", "40 hours", "no"),
        ("accepted", "21 hours", "yes"),
        ("refused", "21 hours", "no"),
        ("accepted", "20 hours", "no"),
    },
}
CHINESE: dict[str, Verdicts] = {
    "会员购物满 300 元可享受九折优惠；非会员不享受优惠。": {
        ("accepted", "600 元", "会员"),
        ("accepted", "300 元", "会员"),
        ("accepted", "300.01 元", "会员"),
        ("refused", "299.99 元", "会员"),
        ("refused", "600 元", "非会员"),
    },
    "若患者对青霉素过敏或者年龄小于 3 岁，系统应阻止开具该药品。": {
        ("accepted", "3 岁", "对青霉素不过敏"),
        ("refused", "2 岁", "对青霉素不过敏"),
        ("refused", "3 岁", "对青霉素过敏"),
    },
    "差旅费超过 3000 元的报销单须附审批单，未附审批单的系统应拒绝提交。": {
        ("accepted", "6000 元", "是"),
        ("refused", "6000 元", "否"),
        ("accepted", "3000.01 元", "是"),
        ("refused", "3000.01 元", "否"),
        ("accepted", "3000 元", "否"),
    },
    "停用变电站须经两名工程师批准。": {("accepted", "2 名"), ("refused", "1 名")},
    "大额付款必须由至少3位董事签字后方可执行。": {("accepted", "3 位"), ("refused", "2 位")},
    "道闸仅对已登记且未被拉黑的车辆开启。": {("accepted", "是", "否"), ("refused", "否", "否"), ("refused", "是", "是")},
    "只有年满18周岁且持有驾照的会员方可租车。": {
        ("accepted", "40 周岁", "是"),
        ("accepted", "18 周岁", "是"),
        ("refused", "17 周岁", "是"),
        ("refused", "否", "40 周岁"),
    },
    "贷款申请人年龄须在22至60周岁之间，且无逾期记录，否则拒绝受理。": {
        ("accepted", "40 周岁", "否"),
        ("accepted", "22 周岁", "否"),
        ("accepted", "60 周岁", "否"),
        ("refused", "21 周岁", "否"),
        ("refused", "61 周岁", "否"),
        ("refused", "是", "40 周岁"),
    },
    "250元以上的红冲须由财务经理审核，出纳不得审核。": {
        ("accepted", "500 元", "财务经理"),
        ("accepted", "250 元", "财务经理"),
        ("refused", "500 元", "出纳"),
        ("refused", "250 元", "出纳"),
    },
}
LEFT_ALONE = [
    "The barrier opens only for vehicles that are registered and not blocked or have a permit.",  # which binds, is not told
    "Switching off a substation requires the approval of several engineers.",
    "Deleted photos can be restored for 30 days; then a reminder is sent.",
    "仅对已登记或未被拉黑的车辆开启道闸。",
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items(), ids=list(ENGLISH))
def test_each_english_demand_decides_alone(text: str, expected: Verdicts) -> None:
    assert en.verdicts(text) == expected


@pytest.mark.parametrize(("text", "expected"), CHINESE.items(), ids=list(CHINESE))
def test_each_chinese_demand_decides_alone(text: str, expected: Verdicts) -> None:
    assert zh.verdicts(text) == expected


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_is_only_half_understood_is_left_to_the_general_reading(text: str) -> None:
    assert (en.told(text) if text.isascii() else zh.told(text)) == []
