"""Those on one side of a bound have one choice: "租赁车辆时，驾龄不满 1 年的客户只能选择经济型车辆，选择其他车型的订单应被拒绝".
The choice and another one are tried at that side of the bound; what the others may choose is not told (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, side
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.trees import of_limit
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?:当|在)?(?:(?P<setting>{HAN}{{2,12}}?)时，)?(?P<what>{HAN}{{1,10}}?)(?P<side>{SIDE}|{NUMBER}内)的(?P<noun>{HAN}{{2,8}}?)，?(?:只能|仅能|只可|仅可|只允许|仅限)"
    rf"(?P<verb>选择|使用|申请|购买|预约|办理|租用|乘坐|选购|参加|选用|填报)(?P<one>{HAN}{{2,12}})[，；](?P=verb)(?:其他|其它|其余|别的){HAN}{{1,10}}?(?:的|时)"
    rf"(?P<thing>{HAN}{{0,8}}?)，?(?P<no>(?:系统|平台)?{SURELY}(?:被)?{REFUSAL}{HAN}{{0,8}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """The one choice and another at each value of that side."""
    found = _SHAPE.fullmatch(whole(view))
    read = side(found["side"], found["what"]) if found else None
    if found is None or read is None or re.search("[或、]", found["one"]):
        return
    bound = of_limit(read.limit, read.name, "zh")
    if bound is None:
        return
    noun, verb, one = found["noun"], found["verb"], found["one"]
    lines = (f"{found['setting']}。",) if found["setting"] else ()
    no = f"该{found['thing']}{found['no']}" if found["thing"] else f"系统{re.sub(f'^(?:系统|平台)?{SURELY}', '', found['no'])}"
    for way in bound.ways:
        if not way.holds:
            continue
        ((name, value),) = way.inputs.items()
        for chosen in (one, f"{one}以外的选项"):
            yield point(
                view,
                technique=Technique.DECISION_TABLE,
                ok=chosen == one,
                inputs={name: value, f"{verb}的内容": Input(chosen, "", "text" if chosen == one else "example")},
                preconditions=(*lines, f"该{noun}的{name}为 {shown(value, 'zh')}。"),
                do=f"由该{noun}{verb}{chosen}。",
                see=f"系统允许{verb}{one}。" if chosen == one else f"{no}。",
                reason=way.reason,
                weight=0.9 if chosen == one else 0.92,
                title=f"{name}为 {shown(value, 'zh')}且{verb}{chosen}",
            )
