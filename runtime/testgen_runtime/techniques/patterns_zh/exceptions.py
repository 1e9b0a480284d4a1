"""A consequence with an exception behind it: "员工缺勤超过3天的扣发奖金，因病住院的除外".

The consequence shows where its condition holds and the exception does not; each is turned alone (29119-4, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import ABOVE, NUMBER, lower_bound
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, act_on, point, statement
from testgen_runtime.techniques.view import View

_SPARED: Final = rf"，(?:但是?)?(?P<spared>{HAN}{{2,16}}?)(?:的(?:情形|情况)?)?(?:除外|不在此限|不受此限制?)"
_BEYOND: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,10}}?)(?P<bound>{ABOVE})的?，?(?:应当?|须|将|则|系统)?(?P<result>{HAN}{{2,10}}?){_SPARED}"
)
_BUT_FOR: Final = re.compile(
    rf"除了?(?P<spared>{HAN}{{2,16}}?)(?:的[\u4e00-\u9fff]{{2,4}})?(?:以外|之外|外)，(?:凡|"
    rf"所有)?(?P<noun>{HAN}{{2,10}}?)(?P<bound>{ABOVE})的(?P<thing>{HAN}{{2,6}}?)"
    rf"(?:均|都|一律)?(?:应当?|必须|须|将|需)?(?P<result>{HAN}{{2,10}})"
)
_BARRED: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,10}}?)(?P<bound>{ABOVE})的(?P<thing>{HAN}{{2,6}}?)，?(?P<result>{NOT}{HAN}{{2,10}}?){_SPARED}"
)
_TURNED_AWAY: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,10}}?)(?P<bound>{ABOVE})的(?P<thing>{HAN}{{2,6}}?)，?(?:系统)?(?:应当?|将|须|一律|均)?(?:予以|被)?"
    rf"(?P<result>拒绝|驳回|不予(?:受理|办理|批准|通过)){_SPARED}"
)
_AT_MOST: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,10}}?)(?:均|一律|最高)?(?:不得|不能|不可以?|不应|不允许)(?P<bound>超过{NUMBER}){_SPARED}"
)
_ROLE_BARRED: Final = re.compile(rf"(?P<noun>(?!.*[超未无]){HAN}{{2,8}}?)，?{NOT}(?P<act>{HAN}{{2,10}}?){_SPARED}")
_WHO: Final = re.compile(
    rf"(?P<clause>(?:未|没有|尚未|无|已|被){HAN}{{2,10}}?)的(?P<noun>{HAN}{{2,6}}?)"
    rf"，?(?:系统)?{NOT}(?P<act>{HAN}{{2,10}}?){_SPARED}"
)
_REFUSES: Final = re.compile("^(?:均|都|一律)?(?:不得|不予|不能|不可以?|不允许|禁止|拒绝|驳回|取消|扣|罚|作废|冻结|停)")
_NO_RESULT: Final = re.compile("[由经须应可]|(?<!不予)(?:审批|批准)|^(?!拒绝|驳回|不予).*(?:拒绝|驳回|不予)")
"""What is no consequence that the system itself shows, or names somebody else's."""

_OF_A_LIMIT: Final = (_TURNED_AWAY, _BARRED, _BEYOND, _BUT_FOR, _AT_MOST)


def points(view: View) -> Iterator[TestPoint]:
    """The consequence, its condition turned, and the exception."""
    text = statement(view)
    if limited := next((m for shape in _OF_A_LIMIT if (m := shape.fullmatch(text))), None):
        yield from _of_a_limit(view, limited)
    elif found := _WHO.fullmatch(text):
        yield from _of_a_clause(view, found)
    elif found := _ROLE_BARRED.fullmatch(text):
        yield from _of_somebody(view, found)


def _of_somebody(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "试用期员工不得申请调岗，但经总经理特批的除外"."""
    noun, act = found["noun"], found["act"]
    yes, no = _exception(found["spared"], noun)
    for spared in (False, True):
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=spared,
            inputs={"对象": Input(noun), "例外情形": Input("是" if spared else "否", "", "example")},
            preconditions=(f"{yes if spared else no}。",),
            do=f"{act}。" if re.search("(?:期间|[时内日下])$", noun) else f"{act_on(act, noun)}。",
            see=f"系统允许{act}。" if spared else f"系统不允许{act}。",
            reason="例外情形" if spared else "没有例外情形",
            weight=0.92,
            title=yes if spared else no,
        )


def _exception(words: str, noun: str) -> tuple[str, str]:
    """The exception as it is set up, and its opposite."""
    if re.match("(?:因|由于|属于|属|系|为)", words):
        return words, f"并非{words}"
    if re.match("(?:持有|具有|拥有|有|经|已|未|被|取得|获得)", words):
        opposite = f"未{words}" if words.startswith(("持有", "经", "取得", "获得")) else opposite_zh(words)
        return f"{noun}{words}", f"{noun}{opposite}"
    return words, opposite_zh(words)


def _of_a_limit(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    noun, result = found["noun"], found.groupdict().get("result") or "拒绝"
    above = lower_bound(found["bound"], noun)
    if above is None or _NO_RESULT.search(result):
        return
    yes, no = _exception(found["spared"], found.groupdict().get("thing") or noun)
    levels = above.levels()
    typical = next(lv for lv in levels if lv.good)
    refuses = _REFUSES.match(result) is not None
    for level, spared in [*((lv, False) for lv in levels), (typical, True)]:
        happens = level.good and not spared
        (value,) = level.inputs.values()
        told = f"{above.name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE if spared else level.technique,
            ok=happens != refuses,
            inputs={
                above.name: value,
                "例外情形": Input(
                    found["spared"] if spared else f"不属于{found['spared']}的情形", "", "text" if spared else "example"
                ),
            },
            preconditions=(f"{yes if spared else no}。",),
            do=f"提交{told}的记录并执行处理。",
            see=_seen(
                result, found.groupdict().get("thing") or ("申请" if "result" in found.groupdict() else noun), happens=happens
            ),
            reason="例外情形" if spared else level.reason,
            weight=0.93 if spared else level.weight,
            title=f"{told}且{yes if spared else no}",
        )


def _seen(result: str, thing: str, *, happens: bool) -> str:
    refused = re.match(r"(?:均|都|一律)?(?:不得|不予|不能|不可以?|不允许|禁止|拒绝|驳回)(?P<act>.+)", result)
    if refused:
        return f"系统不允许{refused['act']}。" if happens else f"系统允许{refused['act']}。"
    if result in ("拒绝", "驳回"):
        return f"系统{result}该{thing}。" if happens else f"系统受理该{thing}。"
    return f"系统{result}。" if happens else f"系统不{result}。"


def _of_a_clause(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    noun, act, clause = found["noun"], found["act"], found["clause"]
    yes, no = _exception(found["spared"], noun)
    held, turned = f"{noun}{clause}", f"{noun}{opposite_zh(clause)}"
    for refusing, spared in ((True, False), (True, True), (False, False)):
        refused = refusing and not spared
        lines = (held if refusing else turned, yes if spared else no)
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=not refused,
            inputs={
                noun: Input(clause if refusing else opposite_zh(clause), "", "text"),
                "例外情形": Input("是" if spared else "否", "", "example"),
            },
            preconditions=tuple(f"{line}。" for line in lines),
            do=f"{act_on(act, noun)}。",
            see=f"系统不允许{act}。" if refused else f"系统允许{act}。",
            reason="例外情形" if spared else "条件成立" if refusing else "条件不成立",
            weight=0.92,
            title="且".join(lines),
        )
