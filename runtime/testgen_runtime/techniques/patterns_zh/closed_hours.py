"""Hours of the day in which something is barred: "未成年用户每日 22 时至次日 8 时不得登录游戏". The first of them and one in the
middle are refused, the minute before and one long after are accepted; the last minute itself is not tried, as it is told of
neither side (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.view import View

_HOUR: Final = r"(?:(?P<{0}>\d{{1,2}})(?:[:：](?P<{0}m>\d{{2}})|[时点](?P<{0}half>半)?整?))"
_SHAPE: Final = re.compile(
    rf"(?P<who>{HAN}{{0,10}}?)(?:在|于)?(?P<daily>每日|每天)?(?:的)?{_HOUR.format('first')}(?:至|到|—|–|-|~|～)(?P<next>次日|第二天)?(?:凌晨|早上)?{_HOUR.format('last')}"
    rf"(?:之间|期间|的?时段)?(?:以?内)?，?(?P<who2>(?!系统|平台){HAN}{{2,8}}?)??(?:均|都|一律)?(?:不得|不能|不可以?|不允许|禁止|不准|无法)(?:再)?(?P<act>{HAN}{{2,12}})"
    rf"(?:[，；](?:在)?(?:该|此|上述|这一)(?:时段|时间段?|期间)以?内?的?(?P<thing>{HAN}{{2,10}}?)(?P<no>{SURELY}(?:被)?{REFUSAL}{HAN}{{0,8}}))?"
)
_DAY: Final = 24 * 60


def points(view: View) -> Iterator[TestPoint]:
    """Five times; nothing where the end is before the start on one day."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not (found["daily"] or found["next"]) or (found["who"] and found["who2"]):
        return
    start, end = _minutes(found, "first"), _minutes(found, "last")
    if max(start, end) > _DAY or start == end or (end < start) != (found["next"] is not None):
        return
    length = (end - start) % _DAY
    times = (
        (start, False, "开始时刻"),
        (start + length // 2, False, "时段之内"),
        (end - 1, False, "结束前一分钟"),
        (start - 1, True, "开始前一分钟"),
        (end + (_DAY - length) // 2, True, "时段之外"),
    )
    act, who = found["act"], found["who"] or found["who2"] or ""
    refusal = f"该{found['thing']}{found['no']}" if found["thing"] else f"系统不允许{act}"
    for minutes, ok, reason in times:
        clock = f"{minutes % _DAY // 60:02}:{minutes % 60:02}"
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={"时刻": Input(clock, "", "text" if minutes == start else "boundary")},
            preconditions=(f"当前时刻为 {clock}。",),
            do=f"由{who}{act}。" if who else f"{act}。",
            see=f"系统允许{act}。" if ok else f"{refusal}。",
            reason=reason,
            weight=0.9 if ok else 0.92,
            title=f"时刻为 {clock}",
        )


def _minutes(found: re.Match[str], name: str) -> int:
    """The minutes since midnight: "22 时" → 1320, "8:30" → 510, "9 点半" → 570."""
    return int(found[name]) * 60 + (int(found[f"{name}m"]) if found[f"{name}m"] else 30 if found[f"{name}half"] else 0)
