"""Chinese wordings that tell both sides of a bound with results of their own, or a demand with what it opens."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_zh_pairs import told, verdicts

BOUNDS = {
    "补考成绩达到 60 分的准予毕业，60 分以下的不准予毕业。": {"+": {"100 分", "60 分", "61 分"}, "-": {"59 分"}},
    "出库前 4 小时以上取消提货的免收手续费，不足 4 小时的不能免收。": {"+": {"8 小时", "4 小时", "5 小时"}, "-": {"3 小时"}},
    "报销单金额在 2000 元以内的由系统自动通过，2000 元以上的不得自动通过。": {
        "+": {"1000 元", "2000 元", "1999.99 元"},
        "-": {"2000.01 元"},
    },
    "身高 1.2 米以下的儿童免票，1.2 米及以上的儿童须购票。": {"+": {"0.6 米", "1.1 米"}, "-": {"1.2 米", "1.3 米"}},
    "1.2 米以下的儿童免票。1.2 米及以上的儿童须购票。": {"+": {"0.6 米", "1.1 米"}, "-": {"1.2 米", "1.3 米"}},
    "订单提交后 30 分钟内支付有效，超过 30 分钟未支付的订单自动取消，不能再支付。": {
        "+": {"20 分钟", "30 分钟", "29 分钟"},
        "-": {"31 分钟"},
    },
    "行李不超过 20 千克的免费托运，超过 20 千克的须支付超重费。": {"+": {"10 千克", "20 千克", "19 千克"}, "-": {"21 千克"}},
}


@pytest.mark.parametrize(("text", "values"), BOUNDS.items())
def test_each_side_has_its_own_verdict(text: str, values: dict[str, set[str]]) -> None:
    assert verdicts(text) == {(sign, value) for sign, found in values.items() for value in found}


@pytest.mark.parametrize(
    "text",
    [
        "补考成绩达到 60 分的准予毕业，50 分以下的不准予毕业。",  # nothing told between
        "单笔退款金额不超过 500 元的，可由客服直接办理退款；超过 500 元的，客服关闭会话时系统应拒绝。",  # two acts
        "年龄满 12 岁的可购儿童票，不满 12 岁的可购优惠票。",  # both permit
        "补考成绩达到 60 分且无违纪的准予毕业，60 分以下的不准予毕业。",  # a condition beside the bound
        "余额满 50 元的可以开通，不满 50 元的不得不充值。",  # no refusal
    ],
)
def test_what_is_not_sure_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


def test_what_the_general_reading_knows_stays_with_it() -> None:
    assert told("余额不足五十元的电话卡不允许开通国际漫游，余额达到五十元即可开通。") == []


def test_the_last_value_before_nothing_more_is_taken_is_not_tried() -> None:
    for text in ("单个场次的报名人数上限为 40 人，达到上限后不再接受报名。", "每场人数上限为 40 人，名额满后停止报名。"):
        assert verdicts(text) == {("+", "20 人"), ("+", "39 人"), ("-", "41 人")}


def test_one_of_two_conditions_is_enough() -> None:
    text = "寄件人完成实名登记，或者使用企业月结账号的，可以寄件；两者都不满足的应拒绝收寄。"
    assert verdicts(text) == {("+", "是", "否"), ("-", "否", "否")}
    assert {p.polarity for p in told(text) if "是" in {v.value for v in p.inputs.values()}} == {"positive"}


@pytest.mark.parametrize(
    "text",
    [
        "持身份证或护照的，可以入场；两者都不满足的应拒绝入场。",  # one condition with a choice of things
        "寄件人完成实名登记且年满 18 岁，或者使用月结账号的，可以寄件；两者都不满足的应拒绝收寄。",
    ],
)
def test_nested_conditions_are_not_taken_apart(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("导游须持有效导游证，才能带团进入核心景区；没有导游证的，闸机不予放行。", "闸机不予放行。"),
        ("学员必须完成安全培训，方可进入实验室；未完成安全培训的，门禁不予放行。", "门禁不予放行。"),
        ("新用户须绑定手机号后才能发表评论。", "系统不允许发表评论。"),
    ],
)
def test_what_a_demand_opens_is_refused_without_it(text: str, refused: str) -> None:
    assert verdicts(text) == {("+", "是"), ("-", "否")}
    assert next(p.steps[-1].expected for p in told(text) if p.polarity == "negative") == refused


def test_the_other_side_of_a_bound_is_free_of_the_demand() -> None:
    text = "1.2 米及以上的儿童须购票。"
    assert verdicts(text) == {
        ("+", "2 米", "是"),
        ("-", "2 米", "否"),
        ("+", "1.2 米", "是"),
        ("-", "1.2 米", "否"),
        ("+", "1.1 米", "否"),
    }


def test_a_bare_bound_from_below_is_not_tried_itself() -> None:
    values = verdicts("14 岁以下的乘客须由家长陪同。")
    assert ("+", "15 岁", "否") in values
    assert ("-", "13 岁", "否") in values
    assert not any("14 岁" in value for value in values)


def test_who_decides_beyond_a_bound_is_no_demand() -> None:
    assert told("金额超过 5000 元的采购须经总经理批准。") == []
