"""One demand on a thing, told with "only": "只有通过年检的车辆，才可以上路行驶，未通过年检的一律不得上路" (a decision table with
one condition, 29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, act_on, point, statement
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY
from testgen_runtime.techniques.view import View

_NEED: Final = (
    rf"(?P<need>已?经?(?P<verb>取得|获得|通过|完成|持有|具有|具备|拥有|办理|办妥|缴纳|缴清|签署|提交|购买|接种|加入|登记|填写|(?<=已)有|(?<=经)|有)"
    rf"了?(?P<what>{HAN}{{2,16}}?))"
)
_SHAPE: Final = re.compile(
    rf"只有{_NEED}的(?P<noun>{HAN}{{2,8}}?)，?(?:才|方)(?:可以?|能够?|允许|准予|准许|有权)?(?:被|进行)?(?P<act>[\u4e00-\u9fff]{{2,12}}?)[，；](?:凡|而)?"
    rf"(?P<again>(?:未|没有|尚未|不|无){HAN}{{1,16}}?)(?:的(?P<others>[\u4e00-\u9fff]{{2,6}}?)??|者)，?(?P<where>系统|平台)?(?:应当?|将|须|一律|均|都){{0,2}}"
    r"(?P<no>不予|不得|不能|不可以?|不允许|不准|(?:予以)?(?:拒绝|驳回|退回))(?P<what_not>[\u4e00-\u9fff]{0,12})"
)
_FOR: Final = re.compile(
    rf"(?!系统|平台){HAN}{{2,10}}?(?:只|仅)(?:为|给|向|对)(?P<had>已?)(?P<need>(?P<verb>接种|办理|购买|缴纳|签署|完成|通过|提交|登记|参加|做|打|取得|获得)(?P<after>过|了)"
    rf"(?P<what>{HAN}{{2,12}}?))的(?P<noun>{HAN}{{2,6}}?)(?P<act>(?:办理|提供|开放|开通|发放|安排)[\u4e00-\u9fff]{{2,8}})[，；](?:凡|而)?(?P<first>(?P=noun))?"
    rf"(?P<again>(?:未|没有|尚未|没)(?P=verb)过?(?P=what))的(?P<others>(?P=noun))?，"
    rf"(?:其?(?P<asked>{HAN}{{2,8}}?)(?:申请|请求))?(?:系统|平台)?{SURELY}(?P<no>{REFUSAL})(?P<what_not>[\u4e00-\u9fff]{{0,10}})"
)
"""Who or what alone it is done for: "只为接种过疫苗的宠物办理寄养，宠物没有接种过疫苗的，寄养申请应被退回"."""
_BY_ITSELF: Final = re.compile("上路|开工|进入|驶入|入场|入库|出库|出厂|上架|上线|通行|登机|开业|运行|参加|入学|毕业")
_HELD: Final = ("持有", "具有", "具备", "拥有", "有")


def points(view: View) -> Iterator[TestPoint]:
    """The act with what is needed, and without it; nothing where the two halves speak of different things."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        yield from _only_for(view)
        return
    need, noun, verb, act = found["need"].removeprefix("已"), found["noun"], found["verb"], found["act"]
    again = re.sub("^(?:未|没有|尚未|不|无)", "", found["again"])
    if not set(again) <= set(need) or re.search("[或且和及、]", need) or (found["others"] or noun) != noun:
        return
    lines = (f"该{noun}{'' if verb in _HELD else '已'}{need}", f"该{noun}{_without(need)}")
    for held, line in zip((True, False), lines, strict=True):
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=held,
            inputs={
                f"是否{'' if verb in _HELD else '已'}{need}": Input("是" if held else "否", "", "text" if held else "example")
            },
            preconditions=(f"{line}。",),
            do=f"让该{noun}{act}。" if _BY_ITSELF.match(act) else f"{act_on(act, noun)}。",
            see=f"系统允许{act}。" if held else f"系统不允许{act}。",
            reason="满足要求" if held else "不满足要求",
            weight=0.9 if held else 0.92,
            title=line,
        )


def _only_for(view: View) -> Iterator[TestPoint]:
    found = _FOR.fullmatch(statement(view))
    if found is None or re.search("[或且和及、]", found["need"]) or not (found["first"] or found["others"]):
        return
    asked = found["asked"] or found["what_not"].removeprefix("为其")
    act, noun, need = found["act"], found["noun"], f"{found['verb']}过{found['what']}"
    if asked and asked not in act and act not in asked:
        return
    for held in (True, False):
        line = f"该{noun}{'已' if held else '未'}{need}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=held,
            inputs={f"是否{need}": Input("是" if held else "否", "", "text" if held else "example")},
            preconditions=(f"{line}。",),
            do=f"为该{noun}申请{act}。",
            see=f"系统允许{act}。" if held else f"系统拒绝{act}。",
            reason="满足要求" if held else "不满足要求",
            weight=0.9 if held else 0.92,
            title=line,
        )


def _without(need: str) -> str:
    return f"没{need}" if need.startswith("有") else f"未{need}"
