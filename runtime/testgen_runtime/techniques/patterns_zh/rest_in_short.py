"""One side of a bound with its verdict, the other told by no more than its direction: "不重于 20 千克的包裹予以收寄，更重的包裹
应拒收", "剩余电量为 30% 或更高时准许起飞；电量比这更低时，起飞指令须被拒绝" (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, side
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound
from testgen_runtime.techniques.patterns_zh.verdict_words import NO, YES, acceptance, of_one_act, of_one_thing, refusal
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_TOPIC: Final = rf"(?:(?P<topic>{HAN}{{2,14}}?)以(?P<of>{NUMBER})为(?P<end>{HAN}{{0,6}}[上下]?限)：)?"
_FIRST: Final = rf"(?:凡|对于?|若|当)?(?P<what>{HAN}{{0,14}}?)(?P<side>{SIDE})(?:(?:时|的)，?|的(?P<noun>{HAN}{{1,8}}?)，?)"
_REST: Final = (
    rf"(?P<again>{HAN}{{0,8}}?)(?:比这个?|比此)?更(?P<more>[重高长大多深宽厚快轻低短小少矮浅窄薄慢])"
    rf"(?:(?:时|的|者)，?|的(?P<other>{HAN}{{1,8}}?)，?)"
)
_ASKED: Final = rf"(?P<asked>{HAN}{{2,12}}?(?:指令|申请|请求|操作|命令))?"
_SHAPES: Final = tuple(
    re.compile(f"{_TOPIC}{_FIRST}{one}[，；](?:而|但|若)?{_REST}{two}") for one, two in ((YES, f"{_ASKED}{NO}"), (NO, YES))
)
_UP: Final = "重高长大多深宽厚快"
_MEASURE: Final = {"重": "重量", "轻": "重量", "矮": "身高", "长": "长度", "短": "长度", "深": "深度", "浅": "深度"} | {
    "宽": "宽度",
    "窄": "宽度",
    "厚": "厚度",
    "薄": "厚度",
}
_MORE: Final = re.compile("且|同时|除非|除外|其中|其他|其它|其余|分别|每")


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the rest lies on the same side, or is told of another thing."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or _MORE.search(text) or not of_one_thing(found["noun"], found["other"]):
        return
    again, noun = found["again"], found["noun"] or found["other"] or ""
    if not found["what"].endswith(again) or not (found["what"] or noun):
        return
    one = side(found["side"], found["what"] or f"{noun}{_MEASURE.get(found['more'], '')}")
    if one is None or (found["more"] in _UP) != (one.limit.upper is not None):
        return
    bound = one.limit.upper or one.limit.lower
    if bound is None or not bound.inclusive:  # "低于 5 千克 …，更重的 …": what of 5 is not told
        return
    if found["of"] and [(q.value, q.unit) for q in quantities(found["of"])] != [(bound.value, one.limit.unit)]:
        return
    if not of_one_act(found["no"], found["act"], noun, found["yes"]):
        return
    act = found["act"]
    asked = found.groupdict().get("asked")
    if asked and (not act or act not in asked):
        return
    no = f"系统拒绝{act}。" if asked else refusal(found["no"], noun, act)
    told = Act(f"{act}。" if act else f"提交该{noun or '申请'}。", acceptance(found["yes"], noun), no)
    yield from of_bound(view, one.limit, one.name, told, accepts=found.re is _SHAPES[0])
