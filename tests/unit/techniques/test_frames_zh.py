"""One rule, told in many ways of several things: needs joined by one word, two lists of names, an exception, a range whose
outside is told in other words. Whatever the frame, each need decides alone, and each name has the verdict of its list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from tests.unit.techniques.test_scope import points, tried

from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.model import Input
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh import needs_and_verdicts
from testgen_runtime.techniques.view import View

# a need and what is told where it fails, with its values: met, not met; what is done
BOUNDS = (
    (
        "账户余额不低于 20 元",
        "账户余额低于 20 元",
        "充电枪已插好",
        "充电枪未插好",
        "启动充电",
        {"20 元": True, "19.99 元": False},
    ),
    ("土壤湿度低于 30%", "土壤湿度在 30% 或以上", "没有下雨", "正在下雨", "启动滴灌", {"29%": True, "30%": False}),
    ("船舶吃水小于 9 米", "船舶吃水达到 9 米", "引航员已登船", "引航员未登船", "靠泊", {"8 米": True, "9 米": False}),
)
BOTH_NEEDED = (
    "{p}，并且{q}，{w}申请才会通过；{np}，或者{nq}，{w}申请都会被拒绝。",
    "{w}的前提是：{p}，且{q}。二者缺一，{w}失败；二者齐备，{w}成功。",
    "{w}须同时满足两项条件：{p}；{q}。缺少任何一项，{w}失败。",
    "{w}须符合以下要求：1）{p}；2）{q}。任一要求不符合的，系统应拒绝{w}。",
    "{p}、{q}的，{w}申请通过；上述两项有任何一项不满足，{w}申请不通过。",
    "{np}，或者{nq}，系统都应拒绝{w}；{p}且{q}时，允许{w}。",
    "用户{w}时，系统核对两项：{p}、{q}。两项都满足，{w}成功；有一项不满足，{w}失败。",
    "{p}，同时{q}，才能{w}；只要{np}，或者{nq}，{w}请求就应被拒绝。",
)
ONE_IS_ENOUGH = (
    "{w}须至少满足下列条件之一：{p}；{q}。两项均不满足的，系统拒绝{w}。",
    "满足以下任一条件即可{w}：{p}、{q}；均不满足时，系统拒绝{w}。",
)
PEOPLE = (
    ("街道审核员", "住保局经办员", "楼栋管理员", "物业人员", "修改核定结果"),
    ("工艺工程师", "安全主管", "操作工", "巡检员", "投用旁路"),
)
OF_PEOPLE = (
    "除{a}、{b}可{w}外，其他角色（{c}、{d}）均不得{w}，提交时系统报无权限错误。",
    "远程{w}：{a}、{b}有权执行；{c}、{d}执行时，提示“权限不足”。",
    "{w}应当由{a}或{b}办理，{c}与{d}提交的一律驳回。",
    "{c}、{d}没有{w}的权限，{a}、{b}有该权限。",
    "能够{w}的只有{a}和{b}，{c}和{d}一旦{w}，系统立即拒绝。",
    "系统向{a}、{b}开放{w}功能，对{c}、{d}关闭{w}功能。",
    "{w}这一操作对{a}和{b}开放；{c}、{d}点击时按钮置灰，系统不予执行。",
    "除{a}和{b}以外的角色，例如{c}、{d}，均不能{w}。",
    "凡{w}者须为{a}或{b}，身份为{c}、{d}的应予拒绝。",
)
STATES = (
    ("充电桩", "空闲", "预约中", "充电中", "已离线", "远程重启"),
    ("订单", "待付款", "待发货", "运输中", "已签收", "修改地址"),
)
OF_STATES = (
    "{t}{a}或者{b}时，可以{w}。若{t}{c}或{d}，{w}请求应返回失败。",
    "{t}在{a}、{b}两种状态下可以{w}；进入{c}或{d}状态后，{w}请求应被拒绝。",
    "可以{w}的{t}状态为{a}和{b}；{c}、{d}状态的{t}{w}时系统应拒绝。",
    "{t}一旦{c}或{d}，就不能再{w}；{a}和{b}的{t}可以{w}。",
)
KINDS = (
    ("寄养中心", "犬只", "小型犬", "中型犬", "大型犬", "烈性犬", "寄养订单"),
    ("驿站", "包裹", "文件", "服装", "液体", "电池", "寄件订单"),
)
OF_KINDS = (
    "{t}接收{a}和{b}，遇{c}、{d}的{o}，系统一律予以拒绝。",
    "{t}受理{a}、{b}的{o}；对{c}和{d}的{o}，系统应拒绝。",
    "{n}为{a}或{b}的{o}予以受理，{n}为{c}或{d}的{o}一律退回。",
    "{t}不接收{c}和{d}；{a}和{b}可以接收。",
)
SPARED = (
    "未经{p}的{t}不得{w}，但持有{e}的除外；已经{p}的{t}，无论有无{e}，均可{w}。",
    "除持有{e}的外，未经{p}的{t}一律不得{w}；已经{p}的{t}可以{w}。",
    "{t}未经{p}的，系统应拒绝{w}，但持有{e}的不受此限；已经{p}的，均可{w}。",
)
EXCEPTED = (("药品批次", "质检放行", "应急调拨单", "出库"), ("施工车辆", "安全检查", "临时通行证", "进场"))
RANGES = (
    "{a}可设为 {v} 到 {x} {u}，{v} {u}和 {x} {u}均为有效值；设定值不在此范围内时，系统提示“{a}无效”。",
    "{a}允许输入 {v}～{x} {u}（闭区间）。低于下限或高于上限时，系统提示越限，设置不生效。",
    "{a}不得低于 {v} {u}，也不得高于 {x} {u}；凡违反其中任一限制，系统不予受理。",
)


def of_needs(frames: tuple[str, ...]) -> Iterator[tuple[str, dict[str, bool]]]:
    for frame in frames:
        for p, np, q, nq, w, values in BOUNDS:
            yield frame.format(p=p, np=np, q=q, nq=nq, w=w), values


@pytest.mark.parametrize(("text", "values"), list(of_needs(BOTH_NEEDED)))
def test_each_of_two_needs_bars_alone(text: str, values: dict[str, bool]) -> None:
    accepted = [p for p in points(text) if p.polarity == "positive"]
    refused = [p for p in points(text) if p.polarity == "negative"]
    good, bad = (next(v for v, ok in values.items() if ok is wanted) for wanted in (True, False))
    assert good in {shown for p in accepted for shown in entered(p.inputs.values())}
    assert bad in {shown for p in refused for shown in entered(p.inputs.values())}
    assert any(bad not in entered(p.inputs.values()) for p in refused)  # the other need alone
    assert not any(bad in entered(p.inputs.values()) for p in accepted)


@pytest.mark.parametrize(("text", "values"), list(of_needs(ONE_IS_ENOUGH)))
def test_either_of_two_needs_opens_alone(text: str, values: dict[str, bool]) -> None:
    bad = next(v for v, ok in values.items() if not ok)
    verdicts = {(p.polarity, bad in entered(p.inputs.values())) for p in points(text)}
    assert verdicts == {("positive", False), ("positive", True), ("negative", True)}


@pytest.mark.parametrize("text", [f.format(a=a, b=b, c=c, d=d, w=w) for f in OF_PEOPLE for a, b, c, d, w in PEOPLE])
def test_each_of_two_lists_of_people_is_tried(text: str) -> None:
    a, b, c, d, _ = next(row for row in PEOPLE if row[0] in text)
    assert tried(text) == {("accepted", a), ("accepted", b), ("refused", c), ("refused", d)}


@pytest.mark.parametrize("text", [f.format(t=t, a=a, b=b, c=c, d=d, w=w) for f in OF_STATES for t, a, b, c, d, w in STATES])
def test_each_of_two_lists_of_states_is_tried(text: str) -> None:
    _, a, b, c, d, _ = next(row for row in STATES if row[0] in text)
    assert tried(text) == {("accepted", a), ("accepted", b), ("refused", c), ("refused", d)}


@pytest.mark.parametrize("text", [f.format(t=t, n=n, a=a, b=b, c=c, d=d, o=o) for f in OF_KINDS for t, n, a, b, c, d, o in KINDS])
def test_each_of_two_lists_of_kinds_is_tried(text: str) -> None:
    _, _, a, b, c, d, _ = next(row for row in KINDS if row[2] in text)
    assert tried(text) == {("accepted", a), ("accepted", b), ("refused", c), ("refused", d)}


@pytest.mark.parametrize("text", [f.format(t=t, p=p, e=e, w=w) for f in SPARED for t, p, e, w in EXCEPTED])
def test_an_exception_opens_what_is_barred(text: str) -> None:
    assert [p.polarity for p in points(text)] == ["positive", "negative", "positive"]
    assert tried(text) == {("accepted", "否", "是"), ("refused", "否", "否")}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (f.format(a=a, v=v, x=x, u=u), v, x)
        for f in RANGES
        for a, v, x, u in (("灌溉时长", 5, 45, "分钟"), ("库温", -25, -15, "℃"))
    ],
)
def test_both_ends_of_a_range_are_good_and_their_neighbours_outside_are_not(text: str, low: int, high: int) -> None:
    found = {(p.polarity, value.value) for p in points(text) for value in p.inputs.values()}
    assert {("positive", str(low)), ("positive", str(high))} <= found
    assert {("negative", str(low - 1)), ("negative", str(high + 1))} <= found
    assert all(p.inputs for p in points(text))


@pytest.mark.parametrize(
    "text",
    [
        "状态为“已审核”且查询人已核验时，允许下载；状态为“已审核”或查询人未核验的，应拒绝下载。",
        "启动须同时满足两项条件：体检合格或者有复检证明；已签协议。有任何一项不满足的，系统应拒绝启动。",
    ],
)
def test_what_does_not_exclude_each_other_is_no_need_with_its_opposite(text: str) -> None:
    (requirement,) = read_text(f"# R\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    assert not list(needs_and_verdicts.points(View(requirement, "zh")))


def entered(values: Iterable[Input]) -> set[str]:
    """The values of inputs as a tester writes them."""
    return {shown(value, "zh") for value in values}
