"""What is on on one side of a bound and off on the other: "室温降至 5℃ 以下时开启加热，5℃ 及以上保持关闭" (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound, statement
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?:当|若|如果?)?(?P<what>{HAN}{{2,12}}?)(?:降至|升至|跌至|低至|涨至|降到|升到|达到?)?(?P<first>{SIDE})(?:的|时)?，?(?P<one>[\u4e00-\u9fff]{{2,16}})"
    rf"[，；](?:而|但)?(?P<again>{HAN}{{0,12}}?)(?P<second>{SIDE})(?:的|时)?，?(?P<two>[\u4e00-\u9fff]{{2,16}})"
)
_ON: Final = re.compile("开启|打开|启动|启用|亮起|运行|接通|上电")
_OFF: Final = re.compile("关闭|关停|停止|停用|熄灭|停机|断开|断电|不启动|不开启|不打开")


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the sides do not meet in it, or where neither is the other's opposite."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not found["what"].endswith(found["again"]):
        return
    one, two = found["one"], found["two"]
    starts = _is_on(one) and _is_off(two)
    if not starts and not (_is_off(one) and _is_on(two)):
        return
    bound, _ = meeting(found["first"], found["second"], found["what"])
    if bound is None:
        return
    yes, no = (one, two) if starts else (two, one)
    act = Act(f"使{found['what']}达到该值。", f"系统{yes}。", f"系统{no}。")
    yield from of_bound(view, bound.limit, bound.name, act, accepts=starts)


def _is_on(words: str) -> bool:
    return _OFF.search(words) is None and _ON.search(words) is not None


def _is_off(words: str) -> bool:
    return _OFF.search(words) is not None
