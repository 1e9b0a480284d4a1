"""Chinese rules whose other side is told in short, and people, states and things turned away by name."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import tried

from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.patterns_zh import accepted_values, either, only_with, quoted_apart, rest_in_short, turned_away
from testgen_runtime.techniques.view import View

SHORT = (
    ("不重于 30 千克的行李准予托运，更重的行李应拒绝。", "30 千克", "31 千克"),
    ("身高不矮于 120 厘米的游客可以乘坐；更矮的游客应被拒绝。", "120 厘米", "119 厘米"),
    ("水库水位为 40 米或更高时准许放水；水位比这更低时，放水指令须被拒绝。", "40 米", "39 米"),
)


@pytest.mark.parametrize(("text", "good", "bad"), SHORT)
def test_the_other_side_is_told_by_its_direction(text: str, good: str, bad: str) -> None:
    found = tried(text)
    assert ("accepted", good) in found
    assert ("refused", bad) in found


PEOPLE: tuple[tuple[str, set[str], set[str]], ...] = (
    ("排班表由护士长或主任调整，护士和实习生调整排班表的，系统应予拒绝。", {"护士长", "主任"}, {"护士", "实习生"}),
    ("检测报告仅限检验师签发；采样员与前台均无签发权限，他们签发检测报告时应被拒绝。", {"检验师"}, {"采样员", "前台"}),
    ("采购单须由库管员或财务主管批准，采购员、搬运工提交的批准操作系统不予执行。", {"库管员", "财务主管"}, {"采购员", "搬运工"}),
    ("比赛成绩的公布权限归裁判长和监票人所有；若公布人是教练员或观众代表，系统应禁止公布。", {"裁判长", "监票人"}, {"教练员"}),
    ("值班表由站长和书记员调整，司机调整值班表的，系统应予拒绝。", set(), {"司机"}),
)


@pytest.mark.parametrize(("text", "may", "denied"), PEOPLE)
def test_each_one_named_has_a_verdict(text: str, may: set[str], denied: set[str]) -> None:
    found = set(tried(text))
    assert {value for verdict, value in found if verdict == "accepted"} == may
    assert denied <= {value for verdict, value in found if verdict == "refused"}


THINGS = (
    ("训练营只为通过过体检的学员办理入营，学员没有通过过体检的，入营申请应被退回。", {("accepted", "是"), ("refused", "否")}),
    (
        "养老院仅为接种过流感疫苗的老人办理入住，没有接种过流感疫苗的老人，入住申请应被驳回。",
        {("accepted", "是"), ("refused", "否")},
    ),
    (
        "组长仅能在项目状态为“立项中”时更换成员，在“执行中”“已结题”状态下更换成员会被系统拒绝。",
        {("accepted", "立项中"), ("refused", "执行中"), ("refused", "已结题")},
    ),
    (
        "水费可以用微信、支付宝缴纳；住户选用这两种以外的缴费方式时，系统应拒绝缴费。",
        {("accepted", "微信"), ("accepted", "支付宝"), ("refused", "现金")},
    ),
    (
        "乘客年龄在 70 周岁及以上，或者持有军官证，即可免费乘车；年龄小于 70 周岁且无军官证的乘客，其免费乘车申请应被拒绝。",
        {("accepted", "70 周岁", "否"), ("refused", "69 周岁", "否"), ("accepted", "69 周岁", "是")},
    ),
)


@pytest.mark.parametrize(("text", "told"), THINGS)
def test_things_states_and_conditions_have_their_verdicts(text: str, told: set[tuple[str, ...]]) -> None:
    assert told <= set(tried(text))


@pytest.mark.parametrize(
    "text",
    [
        "血液冷藏箱的箱内温度须保持在 2 ℃ 至 6 ℃（两端均包含在内），箱内温度偏离这一区间时，系统应拒绝该批血液入库。",
        "反应釜的釜内压力须保持在 2 MPa 至 6 MPa，釜内压力偏离上述范围时，系统应拒绝投料。",
    ],
)
def test_what_strays_from_a_range_is_no_condition_of_its_own(text: str) -> None:
    found = tried(text)
    assert {verdict for verdict, *_ in found} == {"accepted", "refused"}
    assert all(len(values) == 1 for _, *values in found)


@pytest.mark.parametrize(
    "text",
    [
        "不重于 30 千克的行李准予托运，更轻的行李应拒绝。",
        "轻于 30 千克的行李准予托运，更重的行李应拒绝。",
        "不重于 30 千克的行李准予托运，更重的行李应加收运费。",
        "排班表由护士长调整，护士调整考勤表的，系统应予拒绝。",
        "排班表由护士长调整，护士长调整排班表的，系统应予拒绝。",
        "训练营只为通过过体检的学员办理入营，学员没有参加过培训的，入营申请应被退回。",
        "组长仅能在项目状态为“立项中”时更换成员，在“执行中”状态下修改预算会被系统拒绝。",
        "水费可以用微信、支付宝缴纳；住户选用这三种以外的缴费方式时，系统应拒绝缴费。",
        "乘客年龄在 70 周岁及以上，或者持有军官证，即可免费乘车；年龄小于 60 周岁且无军官证的乘客，其免费乘车申请应被拒绝。",
    ],
)
def test_what_only_looks_alike_is_left(text: str) -> None:
    [requirement] = read_text(f"R-1 {text}", limits=Limits()).requirements
    view = View(requirement, requirement.language)
    patterns = (rest_in_short, turned_away, only_with, quoted_apart, accepted_values, either)
    assert not [p for pattern in patterns for p in pattern.points(view)]
