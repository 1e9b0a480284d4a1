"""What needs somebody's leave: "未经主管批准，不得外出", "处方经药师审核后方可发药"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, point, statement
from testgen_runtime.techniques.view import View

_LEAVE: Final = r"(?:批准|同意|审批|审核|授权|许可|核准|预约|登记|确认|验收|检验|检疫|培训|考核|安检|验证|认证)"
_WITHOUT: Final = re.compile(
    rf"(?:(?P<noun>{HAN}{{2,8}}?))?未经(?P<by>{HAN}{{0,10}}?{_LEAVE})(?:的|"
    rf"时)?，(?P<who>(?!系统){HAN}{{2,6}}?)??(?:任何人|用户|系统)?{NOT}(?P<act>{HAN}{{2,10}})"
)
_ONLY_AFTER: Final = re.compile(
    rf"(?P<noun>{HAN}{{2,8}}?)(?:必须|应当|应|须|需)?经过?(?P<by>{HAN}{{0,10}}?{_LEAVE})(?:通过|"
    rf"合格)?(?:之?后|，)?(?:方可|才可以?|方能|才能|才允许|方准)(?P<act>{HAN}{{2,10}})"
)
_SEVERAL: Final = re.compile(
    rf"(?P<act>{HAN}{{2,12}}?)，?(?:必须|应当|应|须|需要?)(?:经|由|有)(?:至少)?(?P<n>[两二三四五六]|[2-9])(?P<unit>[名位])(?:以上)?(?:不同的?)?"
    rf"(?P<who>{HAN}{{2,6}}?)(?:共同|同时|分别|联合)?(?P<leave>批准|同意|审批|审核|签字|签名|确认|授权|复核)(?:之?后)?(?:，?方可(?P<then>{HAN}{{2,8}}))?"
)
_NUMBERS: Final = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def points(view: View) -> Iterator[TestPoint]:
    """Refused without leave, accepted with it."""
    text = statement(view)
    if several := _SEVERAL.fullmatch(text):
        yield from _by_several(view, several)
        return
    found = _WITHOUT.fullmatch(text) or _ONLY_AFTER.fullmatch(text)
    if found is None or re.search(r"[且或、]|\d", text):
        return
    noun, by, act = found["noun"] or "", found["by"], found["act"]
    if by in ("确认", "登记") and not noun:
        return
    who = found.groupdict().get("who") or ""
    for given in (True, False):
        line = f"{noun}{'已经' if given else '未经'}{by}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=given,
            inputs={f"是否经{by}": Input("是" if given else "否", "", "text" if not given else "example")},
            preconditions=(f"{line}。",),
            do=f"{who}{act}。",
            see=f"系统允许{act}。" if given else f"系统不允许{act}。",
            reason="已取得许可" if given else "未取得许可",
            weight=0.9 if given else 0.92,
            title=line,
        )


def _by_several(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "停用变电站须经两名工程师批准": as many as are asked for are enough, one fewer is not."""
    who, leave, unit = found["who"], found["leave"], found["unit"]
    asked = _NUMBERS.get(found["n"]) or int(found["n"])
    act = found["act"] if found["then"] in (None, "执行", "生效", "办理", "进行") else f"{found['then']}{found['act']}"
    for count in (asked, asked - 1):
        ok = count == asked
        line = f"已有且仅有 {count} {unit}{who}{leave}"
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={f"{leave}的{who}人数": Input(str(count), unit, "text" if ok else "boundary")},
            preconditions=(f"{line}。",),
            do=f"{act}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason="人数足够" if ok else "少一人",
            weight=0.9 if ok else 0.93,
            title=line,
        )
