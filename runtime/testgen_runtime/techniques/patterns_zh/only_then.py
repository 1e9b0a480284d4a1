"""What is done only if one thing holds, told behind what it is done with: "加班费只有在主管事先批准的情况下才予发放".
It holds, and it does not (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import NOT, of_tree
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Tree, of_words
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?P<thing>[\u4e00-\u9fff]{2,8}?)(?:只有|仅|只能|仅能)在(?P<cond>[\u4e00-\u9fff]{4,20}?)(?:的情况下|的前提下|的条件下|之后|后|时)，?"
    r"(?:才|方|再)?(?:可以?|能够?|予以?|会|得以?|给予){0,2}(?P<act>[\u4e00-\u9fff]{2,8})"
)
_NEEDS: Final = re.compile(
    rf"(?P<who>[\u4e00-\u9fff]{{2,6}}?)(?:必须|须|需要?|应当?)(?P<need>(?:由|经|持|凭|佩戴|出示|携带)[\u4e00-\u9fff]{{2,12}}?)(?:方可|才能|才可)?"
    rf"(?P<act>进入[\u4e00-\u9fff]{{0,6}}?|入[场园内馆校]|上[机车船]|登[机船]|就诊|离[开店校馆]|参[加观][\u4e00-\u9fff]{{0,4}}?)[，；](?:无|未|没有|不)[\u4e00-\u9fff]{{2,10}}?(?:的|者)"
    rf"(?:(?P=who))?，?(?:{NOT}|应?(?:予以)?拒绝)(?P<again>[\u4e00-\u9fff]{{0,8}})"
)
_OPEN: Final = re.compile("且|或|并|除非|之间|其他")


def points(view: View) -> Iterator[TestPoint]:
    """The act with what it needs and without; nothing where that has several parts."""
    text = whole(view)
    if needs := _NEEDS.fullmatch(text):
        yield from _with_and_without(view, needs)
        return
    found = _SHAPE.fullmatch(text)
    if found is None or _OPEN.search(found["cond"]):
        return
    told = clause(found["cond"], "")
    if told is None:
        return
    thing, act = found["thing"], found["act"]
    what = act if thing in act else f"{act}{thing}"
    yield from of_tree(view, Tree("and", (told,)), Act(f"申请{what}。", f"系统允许{what}。", f"系统不允许{what}。"))


def _with_and_without(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "访客须由员工陪同进入，无人陪同的访客不得进入": with what is needed, and without it."""
    who, need, act = found["who"], found["need"], found["act"]
    key = f"是否{need}"
    needed = of_words(key, (Input("是"), f"{who}{need}。"), (Input("否", "", "example"), f"{who}未{need}。"), f"{key}决定结果")
    yield from of_tree(
        view, Tree("and", (needed,)), Act(f"以{who}身份{act}。", f"系统允许{who}{act}。", f"系统不允许{who}{act}。")
    )
