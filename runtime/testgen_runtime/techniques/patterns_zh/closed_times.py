"""A time in which something is closed but for some, and one in which it is open to all: "夜间时段不得起飞，但持有夜航许可的
无人机除外；白天时段不论有无夜航许可，均可起飞". Each time with and without what spares (a decision table, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_TIME: Final = rf"{HAN}{{2,8}}?(?:时段|期间|时间|时期|日|季|阶段|区域|范围内|区内|模式下|状态下)"
_SHAPE: Final = re.compile(
    rf"(?P<closed>{_TIME})(?:内)?，?(?:一律|均|都)?(?:不得|不能|不可以?|不允许|禁止|不准)(?P<act>{HAN}{{2,10}}?)，但?(?P<spared>(?:已|持|具|有|经|取得|获得|办理)[^，；的]{{2,16}})的"
    rf"(?P<noun>{HAN}{{0,6}}?)(?:除外|不在此限|不受此限制?)[；，](?:而|在)?(?P<open>{_TIME})(?:内)?，?"
    rf"(?:(?:不论|无论|不管|不分)(?:是否|有无|有没有)?[^，；]{{2,16}}，)?(?:均|都|一律|则)?(?:可以?|能够?|允许|准许)(?P<again>{HAN}{{2,10}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Four situations; nothing where the two halves speak of different acts, or the exception has no opposite."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or found["act"] != found["again"] or found["closed"] == found["open"]:
        return
    noun, act = found["noun"], found["act"]
    spares = clause(found["spared"], noun)
    if spares is None:
        return
    kind = next((k for k in ("区域", "模式", "状态", "阶段") if k in found["closed"]), "时段")
    for place in (found["closed"], found["open"]):
        for way in spares.ways:
            ok = way.holds or place == found["open"]
            yield point(
                view,
                technique=Technique.DECISION_TABLE,
                ok=ok,
                inputs={kind: Input(place), **way.inputs},
                preconditions=(f"{kind}为{place}。", way.line),
                do=f"{'由该' + noun if noun else ''}{act}。",
                see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
                reason="例外情形" if way.holds else f"没有例外情形（{place}）",
                weight=0.92,
                title=f"{place}且{way.line.rstrip('。')}",
            )
