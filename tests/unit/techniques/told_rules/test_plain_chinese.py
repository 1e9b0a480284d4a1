"""Chinese wordings as the few that the rules read (S4-026): what is not known stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.techniques.told_rules.chinese_plain import plain

WORDINGS = {
    "在线理赔的前提是：保单在有效期内，且保费已结清；否则退回": "保单在有效期内且保费已结清的，方可在线理赔；否则退回",
    "同时满足下列条件的用户，可享受免押金用车：①已实名；②信用分不低于600分；缺少任何一项的拒绝": (
        "已实名且信用分不低于600分的，方可享受免押金用车；缺少任何一项的拒绝"
    ),
    "符合下列条件之一的会员可以兑换礼品：（1）积分不少于300分；（2）为年费会员": "积分不少于300分或是年费会员的，可以兑换礼品",
    "薪酬报表仅对薪酬专员和人事总监开放": "只有薪酬专员和人事总监可以访问薪酬报表",
    "病历只能由主治医师修改": "只有主治医师可以修改病历",
    "退号应不晚于就诊开始前2小时提出": "退号距就诊开始时间应不少于2小时提出",
    "成员人数以十人为上限": "成员人数不得超过十人",
    "已出库的订单，收货地址不可再被修改": "已出库的，不可修改收货地址",
    "声明价值高于2000元而又没有保价的，不得受理": "声明价值高于2000元且没有保价的，不得受理",
    "应在10日以内报案（第10日仍视为按期）": "应在10日以内报案",
    "实习生在任何情况下都不得查阅": "实习生不得查阅",
    "座位在开演前2小时之内不允许退票，2小时之前可以退票": "座位距开演时间不超过2小时不允许退票，距开演时间超过2小时可以退票",
    "货车限高4.2米": "货车高度不超过4.2米",
    "保修期为12个月，超出保修期的不予处理": "保修期不超过12个月，逾期的不予处理",
    "挂科达到3门及以上者，取消评优资格；不足3门的，保留评优资格": (
        "挂科3门及以上者，不得享有评优资格；不足3门的，可以享有评优资格"
    ),
    "孕妇以及身高低于1.4米的游客，禁止乘坐": "孕妇或身高低于1.4米的，禁止乘坐",
    "年满65周岁的老人和身高不足1.2米的儿童，免费乘车": "年满65周岁或者身高不足1.2米的，可以免费乘车",
    "风速大于等于10.8m/s时，不得作业；低于该值时可以作业": "风速大于等于10.8m/s时，不得作业；低于10.8m/s时可以作业",
    "未勾选协议的不允许提交；勾选后允许提交": "未勾选协议的不允许提交；已勾选的，允许提交",
    "未绑卡的不能提现，两者都完成的账户可以提现": "未绑卡的不能提现，其余的可以提现",
}


@pytest.mark.parametrize("said", WORDINGS)
def test_a_wording_becomes_one_that_the_rules_read(said: str) -> None:
    assert plain(said) == WORDINGS[said]


@pytest.mark.parametrize(
    "said",
    [
        "活动面向国服玩家；服务器每天重启",
        "满足下列条件的可以办理：（1）已实名或已绑卡；（2）余额不少于1元",
        "因而没有结果的，系统不予处理",
    ],
)
def test_what_is_open_stays_as_it_is(said: str) -> None:
    assert plain(said) == said


@pytest.mark.parametrize("said", WORDINGS)
def test_a_plain_text_stays_plain(said: str) -> None:
    assert plain(plain(said)) == plain(said)


@given(st.text("的，；：不得可以仅对开放面向除外满足下列条件之一①②（1）已未时前提是", max_size=60))
def test_any_text_has_an_end(said: str) -> None:
    assert len(plain(said)) <= 3 * len(said) + 60
