"""A demand and what becomes of those who do not meet it: "进入考场须出示身份证，未出示身份证的应拒绝入场"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, REFUSED, point, statement
from testgen_runtime.techniques.view import View

_MUST: Final = r"(?:必须|应当|应|须|需要|需)"
_DEMAND: Final = re.compile(
    rf"(?P<act>{HAN}{{2,12}}?)(?:时|前|"
    rf"之前)?，?{_MUST}(?P<need>(?P<verb>[\u4e00-\u9fff]{{2}}){HAN}{{1,12}}?)[，；](?:凡|对于?)?(?:未|"
    rf"没有|未能|不)(?P<again>(?P=verb){HAN}{{0,12}}?)(?:的|者|时)?，?(?P<no>{REFUSED})"
    rf"(?P<what>{HAN}{{0,8}}?)"
)
_APPROVAL: Final = re.compile(
    rf"(?P<act>{HAN}{{2,12}}?)(?:前|时|之前)?，?{_MUST}(?P<need>经过?{HAN}{{2,8}}?(?P<verb>批准|同意|"
    rf"审批|审核|授权|许可))[，；](?:凡)?(?P<again>未经{HAN}{{0,8}}?(?P=verb))(?:的|"
    rf"者)?，?(?P<no>{REFUSED})(?P<what>{HAN}{{0,8}}?)"
)


def points(view: View) -> Iterator[TestPoint]:
    """The act with what is demanded, and without it; nothing where the two halves speak of different things."""
    text = statement(view)
    if (found := _APPROVAL.fullmatch(text)) or (
        (found := _DEMAND.fullmatch(text)) and (found["again"] == found["verb"] or found["need"].startswith(found["again"]))
    ):
        need = found["need"]
        lines = (f"已{need}", f"未{need}")
    else:
        return
    if any(c.isdigit() for c in need):
        return
    act = re.sub("^(?:用户|访客|系统)", "", found["act"]) or found["act"]
    for held, line in zip((True, False), lines, strict=True):
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=held,
            inputs={f"是否{need}": Input("是" if held else "否", "", "text" if held else "example")},
            preconditions=(f"{line}。",),
            do=f"{found['act']}。",
            see=f"系统允许{act}。"
            if held
            else f"系统拒绝{found['what'] or act}。"
            if "拒绝" in found["no"] or "驳回" in found["no"]
            else f"系统不允许{act}。",
            reason="满足要求" if held else "不满足要求",
            weight=0.9 if held else 0.92,
            title=line,
        )
