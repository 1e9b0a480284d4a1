"""Several states in which something is refused: "已取消、已退款或已归档的订单不可修改".

Each state is tried alone and refused; a thing in none of them is accepted (29119-4, 5.2.1: one class per state and the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, act_on, point, statement
from testgen_runtime.techniques.view import View

BARE: Final = (
    "过期|失效|停用|禁用|冻结|锁定|注销|作废|离线|挂失|报废|停机|欠费|销户|逾期|离职|毕业|退学|休学|"
    "下架|售罄|损坏|缺货|关闭|取消|终止|撤销|暂停|封禁|占用|故障|停课|停业|吊销|丢失|破损|污损"
)
_STATE: Final = rf"(?:(?:已经?|尚未|未|待|正在|被){HAN}{{1,4}}?|[\u4e00-\u9fff]{{1,3}}中|(?:{BARE}))"
_JOINT: Final = r"(?:、|，?(?:或者?|以及|和|及|与))"
_LIST: Final = rf"(?P<states>{_STATE}(?:{_JOINT}{_STATE}){{1,6}})"
_REST: Final = (
    r"(?:[，；](?:而|但)?(?:其他|其它|其余)(?:的|状态的|状态下的)?[\u4e00-\u9fff]{0,6}?(?:均|都|"
    r"则)?(?:可以?|能够?|允许|不受此限)[\u4e00-\u9fff]{0,8})?"
)
_ACT: Final = r"(?:被|进行)?(?P<act>[\u4e00-\u9fff]{2,8}?)"
_SHAPES: Final = (
    re.compile(rf"(?:凡|所有|对于?)?(?:处于|状态为)?{_LIST}(?:状态)?的(?P<noun>{HAN}{{2,8}}?)，?(?:系统)?{NOT}{_ACT}{_REST}"),
    re.compile(
        rf"(?:凡|所有|对于?)?(?:处于|状态为)?{_LIST}(?:状态)?的(?P<noun>{HAN}{{2,8}}?)"
        rf"，?(?:系统)?(?:应当?|一律|均)?(?:拒绝|驳回)(?:其)?{_ACT}(?:申请|请求|操作)?{_REST}"
    ),
    re.compile(
        rf"(?:若|如果|当|如)?(?P<noun>{HAN}{{2,8}}?)(?:状态为|处于)?{_LIST}(?:状态)?(?:的|时|后|，)"
        rf"，?(?:则|系统)?{NOT}{_ACT}{_REST}"
    ),
)


_PERIODS: Final = re.compile(
    rf"(?:在)?(?P<periods>[\u4e00-\u9fff]{{2,8}}期间?(?:(?:、|或者?|和|及|以及)"
    rf"[\u4e00-\u9fff]{{2,8}}期间?){{1,4}})(?:内)?，?(?:系统)?{NOT}(?P<act>{HAN}{{2,10}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """One refusal for each state, and what is accepted in none of them; nothing where the states could be meant together."""
    text = statement(view)
    if during := _PERIODS.fullmatch(text):
        yield from _in_periods(view, during)
        return
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None:
        return
    noun, act = found["noun"], found["act"]
    states = [s for s in re.split(_JOINT, found["states"]) if s]
    if len(set(states)) != len(states) or not (_alternatives(found["states"], states, noun)):
        return
    told = [f"{noun}{s}" if not re.fullmatch(BARE, s) else f"{noun}已{s}" for s in states]
    opposites = [_opposite(noun, state, line) for state, line in zip(states, told, strict=True)]
    do = f"{act_on(act, noun)}。"
    for i, state in enumerate(states):
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=False,
            inputs={f"{noun}状态": Input(state)},
            preconditions=(f"{told[i]}。", *(f"{o}。" for j, o in enumerate(opposites) if j != i)),
            do=do,
            see=f"系统不允许{act}。",
            reason=f"{state}时拒绝",
            weight=0.92,
            title=told[i],
        )
    yield point(
        view,
        technique=Technique.EQUIVALENCE_PARTITIONING,
        ok=True,
        inputs={f"{noun}状态": Input("正常", "", "example")},
        preconditions=tuple(f"{o}。" for o in opposites),
        do=do,
        see=f"系统允许{act}。",
        reason="不属于所列的任何状态",
        weight=0.9,
        title=f"{noun}状态正常",
    )


def _in_periods(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "盘点期间或系统维护期间，不允许办理出入库": each period alone, and none of them."""
    periods = [p for p in re.split("、|或者?|以及|和|及", found["periods"]) if p]
    act = found["act"]
    for held in (*periods, None):
        lines = tuple(f"{'处于' if p == held else '不在'}{p}。" for p in periods)
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=held is None,
            inputs={"时段": Input(held or "其他时段", "", "text" if held else "example")},
            preconditions=lines,
            do=f"{act}。",
            see=f"系统允许{act}。" if held is None else f"系统不允许{act}。",
            reason="不属于所列的任何时段" if held is None else f"{held}拒绝",
            weight=0.9 if held is None else 0.92,
            title=held or "所列时段以外",
        )


def _alternatives(words: str, states: list[str], noun: str) -> bool:
    """Whether any one of the states is enough: "或" says so, and so do several states of one kind that one thing has in turn."""
    if "或" in words:
        return not re.search("以及|和|及|与", words)
    kinds = {"未" if re.match("尚?未", s) else "待" if s.startswith("待") else "已" for s in states}
    return len(kinds) == 1 and kinds != {"未"} and words_zh.ROLE.fullmatch(noun) is None


def _opposite(noun: str, state: str, told: str) -> str:
    if state.endswith("中") or state.startswith(("待", "正在")):
        return f"{noun}不处于{state}状态"
    return opposite_zh(told)
