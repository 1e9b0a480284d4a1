"""Chinese rules told of a setting ("预订大会议室时"), and names of states in quotation marks: the general reading's values."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import points, tried

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.decisions import named
from testgen_runtime.techniques.model import Input

NO = Input("否")

SETTINGS = {
    "预订大会议室时，参会人数应不低于 6 人、不高于 40 人，人数不满足要求的预订申请系统不予通过。": (
        {"6 人", "40 人"},
        {"5 人", "41 人"},
    ),
    "配置告警规则时，采样间隔应不短于 5 秒、不长于 300 秒，间隔不符合规定的配置请求不予保存。": (
        {"5 秒", "300 秒"},
        {"4 秒", "301 秒"},
    ),
    "申报团体保险时，参保人数不少于 3 人、不多于 50 人，人数不合要求的申报系统应予退回。": ({"3 人", "50 人"}, {"2 人", "51 人"}),
    "登记访客时，随行人数须在 1 至 5 人之间，否则系统不予登记。": ({"1 人", "5 人"}, {"0 人", "6 人"}),
    "办理托运时，单件行李重量必须达到 2 公斤，重量低于 2 公斤的，柜台应拒绝托运。": ({"2 公斤"}, {"1 公斤"}),
    "居民预约家具回收时，单件重量不超过 80 公斤的予以受理，超过 80 公斤的应拒绝受理。": ({"80 公斤"}, {"81 公斤"}),
    "会员积分兑换时，兑换数量不得超过 5 件，超过 5 件的兑换请求应被拒绝。": ({"5 件"}, {"6 件"}),
    "骑手接单时，电量不得低于 20%，低于 20% 的，系统应禁止接单。": ({"20%", "60%"}, {"19%"}),
    "患者预约检查时，年龄未满 14 周岁的应拒绝预约，年满 14 周岁的允许预约。": ({"14 周岁", "30 周岁"}, {"13 周岁"}),
    "提升机吊重超过 500 kg 时，控制器应禁止起升；吊重在 500 kg 及以内时，可正常起升。": ({"500 kg"}, {"501 kg"}),
    "学生借书时，数量超过 5 本的应拒绝。": ({"5 本"}, {"6 本"}),
    "员工报销时，金额超过 5000 元的应驳回。": ({"5000 元"}, {"5000.01 元"}),
    "会员退货时，天数超过 7 天的不予受理。": ({"7 天"}, {"8 天"}),
    "危化品入库时，库温在 5 ℃至 25 ℃之间的可正常入库，超出该范围的入库申请应被系统驳回。": ({"5℃", "25℃"}, {"4℃", "26℃"}),
    "设置密码时，长度应不少于 8 位，长度不满足要求的设置请求应被拒绝。": ({"8 位"}, {"7 位"}),
}


@pytest.mark.parametrize(("text", "good", "bad"), [(text, *rest) for text, rest in SETTINGS.items()])
def test_a_setting_alone_is_not_refused(text: str, good: set[str], bad: set[str]) -> None:
    found = tried(text)
    accepted, refused = (
        {value for verdict, *values in found if verdict == told for value in values} for told in ("accepted", "refused")
    )
    assert good <= accepted
    assert bad <= refused
    assert not good & refused
    assert not bad & accepted


def test_a_setting_has_no_opposite_where_both_sides_of_the_bound_are_told() -> None:
    found = points("居民预约家具回收时，单件重量不超过 80 公斤的予以受理，超过 80 公斤的应拒绝受理。")
    assert {p.preconditions for p in found} == {("居民预约家具回收。",)}
    assert {name for p in found for name in p.inputs} == {"单件重量"}


def test_what_holds_or_fails_is_no_setting() -> None:
    found = points("账户已冻结时，转账金额不得超过 100 元，否则系统拒绝转账。")
    assert {name for p in found for name in p.inputs} > {"转账金额"}


def test_an_option_has_its_opposite() -> None:
    found = points("顾客使用优惠券时，订单金额低于 100 元的应拒绝。")
    assert {name for p in found for name in p.inputs} > {"订单金额"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("单位缴存比例限 5% 至 12%，录入其他比例的应拒绝提交。", "单位缴存比例"),
        ("诗歌标题以 5～20 个字为限，过短或过长的应拒绝保存。", "诗歌标题长度"),
        ("自动配料功能仅适用于料重 2 kg 至 45 kg 的批次，料重不在上述范围的，系统不得生成配料单。", "料重"),
        ("信用额度上限 5000 元，超过的应拒绝。", "信用额度"),
    ],
)
def test_a_limit_is_named_without_the_word_that_limits(text: str, name: str) -> None:
    assert {key for p in points(text) for key in p.inputs} == {name}


def test_a_lone_ground_of_a_refusal_has_no_opposite_beside_needs_told_together() -> None:
    found = points("员工已转正，且当月未预支过工资的，方可发起预支申请；仍在试用期，或当月已预支过的，由系统直接驳回。")
    assert [p.polarity for p in found if p.inputs.get("是否仍在试用期", NO).value == "是"] == ["negative"]


def test_what_is_decided_is_not_done_before() -> None:
    found = points("危化品入库时，库温在 5 ℃至 25 ℃之间的可正常入库，超出该范围的入库申请应被系统驳回。")
    assert {p.preconditions for p in found} == {()}


def test_a_setting_keeps_its_last_word() -> None:
    (first, *_) = points("配置告警规则时，采样间隔应不短于 5 秒、不长于 300 秒，间隔不符合规定的配置请求不予保存。")
    assert first.preconditions == ("配置告警规则。",)


def test_what_is_in_quotation_marks_is_not_turned() -> None:
    assert opposite_zh("“已签收”的运单已改派") == "“已签收”的运单未改派"
    assert opposite_zh("合同“已签署”") == "合同不是“已签署”"


def test_no_name_ends_inside_quotation_marks() -> None:
    assert named("“待揽收”、“已签收”的运单提交改派", "zh")[0] == "前提条件"
    assert named("合同“已签署”", "zh") == ("合同", "“已签署”")


def test_who_changes_a_state_is_no_state() -> None:
    names = {name for p in points("运单可以由站长变更为“派送中”。") for name in p.inputs}
    assert not any("运单" in name for name in names)
