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

_FIRST: Final = re.compile(
    rf"(?P<who>{HAN}{{2,8}}?){_MUST}(?P<need>(?P<verb>持有?|取得|获得|完成|通过|签署|缴纳|缴清|佩戴|办理|出示|提交|具备|具有|购买|绑定|开通)"
    rf"了?(?P<what>{HAN}{{2,14}}?))(?:后|之后)?，?(?:才能|方可|才可以?|方能|才允许)(?P<act>[\u4e00-\u9fff]{{2,14}}?)"
    rf"(?:[，；](?:凡|而|但)?(?P<without>没有|未|无|尚未|未能|不)(?P<again>{HAN}{{2,14}}?)(?:的|者|时)?，?"
    rf"(?P<where>[\u4e00-\u9fff]{{2,4}}?)??(?P<no>{REFUSED})(?P<not>{HAN}{{0,10}}?))?"
)
"""What is demanded first, and then what it opens: "导游须持有效导游证，才能带团进入核心景区；没有导游证的，闸机不予放行"."""
_HELD: Final = ("持", "持有", "具备", "具有")


def points(view: View) -> Iterator[TestPoint]:
    """The act with what is demanded, and without it; nothing where the two halves speak of different things."""
    text = statement(view)
    if first := _FIRST.fullmatch(text):
        yield from _opened(view, first)
        return
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


def _opened(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """The act with what opens it, and without."""
    need, who, act = found["need"], found["who"], found["act"]
    again = (found["again"] or "").removeprefix(found["verb"])
    if re.search(r"[或且和及、\d]", need) or (again and again not in need):
        return
    held = "" if found["verb"] in _HELD else "已"
    refused = f"{found['where'] or '系统'}{found['no']}{found['not']}。" if found["no"] else f"系统不允许{act}。"
    for has in (True, False):
        line = f"{who}{held}{need}" if has else f"{who}未{need}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=has,
            inputs={f"是否{held}{need}": Input("是" if has else "否", "", "text" if has else "example")},
            preconditions=(f"{line}。",),
            do=f"{who}{act}。",
            see=f"系统允许{act}。" if has else refused,
            reason="满足要求" if has else "不满足要求",
            weight=0.9 if has else 0.92,
            title=line,
        )
