"""What is barred while something goes on, and open while it does not: "主阀检修期间，平台不得下发灌溉任务。主阀未处于检修状态的，
任务可正常下发". Both are tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, point
from testgen_runtime.techniques.patterns_zh.whole import akin, whole
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?:在)?(?P<thing>{HAN}{{2,10}}?)(?P<state>[\u4e00-\u9fff]{{2,4}})期间，?(?:{HAN}{{2,8}}?)??(?:应当?|须)?(?:{NOT}|拒绝)(?P<act>[\u4e00-\u9fff]{{2,14}})；"
    r"(?:而|但)?(?:当)?(?:(?P<named>(?P=thing))|其|该[\u4e00-\u9fff]{2,6}?)(?:未|不|没有|并未)(?:处于|处在|在|进行)?(?P=state)(?:状态|期间|中)?(?:的|时)，?"
    rf"(?:{HAN}{{2,8}}?)??(?:可以|可|允许|能够?|准予)(?:正常|照常)?(?P<again>[\u4e00-\u9fff]{{2,14}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """The refusal while it goes on and the permission while it does not; nothing where the acts differ."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not akin(found["act"], found["again"]) or re.search("且|或|除", found[0]):
        return
    thing, state, act = found["thing"], found["state"], found["act"]
    for held in (True, False):
        told = f"{thing}{'' if held else '未'}处于{state}状态"
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=not held,
            inputs={f"{thing}是否处于{state}状态": Input("是" if held else "否")},
            preconditions=(f"{told}。",),
            do=f"{act}。",
            see=f"系统不允许{act}。" if held else f"系统允许{act}。",
            reason=f"{state}期间拒绝" if held else f"不在{state}期间",
            weight=0.92,
            title=told,
        )
