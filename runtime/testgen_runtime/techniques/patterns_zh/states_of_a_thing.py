"""In which states of a thing that somebody has something may be done: "合同有效的会员可以入场；合同已冻结或已终止的会员不得入场".
Each state is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import MAY, NOT, point
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_STATE: Final = (
    r"(?:[已被未][\u4e00-\u9fff]{2,3}|有效|正常|失效|过期|无效|冻结|欠费|停用|启用|生效|中止|终止|到期|暂停|注销|挂失)"
)
_STATES: Final = rf"(?P<states>{_STATE}(?:(?:、|或者?){_STATE}){{0,4}})"
_WHO: Final = r"的(?P<who>[\u4e00-\u9fff]{2,4}?)"
_SHAPE: Final = re.compile(
    rf"(?P<thing>[\u4e00-\u9fff]{{2,4}}?){_STATES}{_WHO}(?P<verdict>{MAY}|{NOT})(?P<act>[\u4e00-\u9fff]{{2,10}}?)[；，。](?:而|但)?(?:(?P=thing))?"
    rf"{_STATES.replace('states', 'others')}(?:的(?:(?P=who))?)，?(?P<other>{MAY}|{NOT})(?:(?P=act))"
)
_OF_ITSELF: Final = re.compile(
    rf"(?P<thing>[\u4e00-\u9fff]{{2,6}}?){_STATES}(?:的|时)，?(?P<verdict>{MAY}|{NOT})(?P<act>[\u4e00-\u9fff]{{2,10}}?)[；，。](?:而|但)?"
    rf"(?P<again>[\u4e00-\u9fff]{{2,6}}?){_STATES.replace('states', 'others')}(?:的|时)，?(?P<other>{MAY}|{NOT})(?:(?P=act))"
)
""" "车辆年检过期的，不允许接单；年检有效的，可以接单": the same thing under a shorter name."""


def points(view: View) -> Iterator[TestPoint]:
    """Each state with its verdict; nothing unless both clauses tell opposite ones."""
    text = whole(view)
    found = _SHAPE.fullmatch(text) or _OF_ITSELF.fullmatch(text)
    if found is None or (
        found.re is _OF_ITSELF and (found["again"] == found["thing"] or not found["thing"].endswith(found["again"]))
    ):
        return
    first, second = re.fullmatch(MAY, found["verdict"]) is not None, re.fullmatch(MAY, found["other"]) is not None
    states, others = lists.split(found["states"]), lists.split(found["others"])
    alone = len(states) == len(others) == 1 and found.re is _SHAPE
    if first == second or set(states) & set(others) or alone:
        return  # one state each: the general reading tells them
    thing, act = found["thing"], found["act"]
    who = found["who"] if found.re is _SHAPE else ""
    of = f"该{who}的" if who else ""
    for state in (*states, *others):
        ok = first if state in states else second
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{thing}状态": Input(state)},
            preconditions=(f"{of}{thing}{state}。" if state[0] in "已被未" else f"{of}{thing}状态为“{state}”。",),
            do=f"以该{who}身份{act}。" if who else f"{act}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason=f"该状态{'允许' if ok else '不允许'}此操作",
            weight=0.9 if ok else 0.92,
            title=f"{thing}状态为“{state}”",
        )
