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


def points(view: View) -> Iterator[TestPoint]:
    """Refused without leave, accepted with it."""
    text = statement(view)
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
