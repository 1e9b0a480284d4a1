"""One side of a bound that is turned away with an exception, and the other side: "身高不足 1.2 米的儿童不得进入观众席，但儿童专场
除外；身高达到 1.2 米的，无论是否为儿童专场均可进入". Either of them is enough (29119-4, 5.2.3, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, NOT, of_tree
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Clause, Tree, of_limit, of_words
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,10}}?)(?P<first>{SIDE})的(?P<noun>{HAN}{{2,6}}?)?，?{NOT}(?P<act>[\u4e00-\u9fff]{{2,14}}?)"
    rf"，(?:但是?)?(?P<but>{HAN}{{2,12}}?)(?:的)?(?:情形|情况)?(?:除外|不在此限|不受此限制?)；(?:而|但)?"
    rf"(?P<again>{HAN}{{2,10}}?)(?P<second>{SIDE})的(?:{HAN}{{2,6}}?)?，?"
    r"(?:(?:无论|不论|不管)(?:是否|有无)(?:为|是|属于)?(?P<same>[\u4e00-\u9fff]{2,12}?)，?)?(?:均|都|皆|则)?(?:可以?|允许|能够?|准予)(?:正常|直接)?(?P<act2>[\u4e00-\u9fff]{2,14})"
)
_SAID: Final = re.compile("(?:持有|具有|拥有|有|经|已|未|取得|获得|没有|无)")


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound without the exception, and the exception beyond it; nothing where the sides do not meet,
    or the acts differ."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not found["what"].endswith(found["again"]):
        return
    but, same = found["but"], found["same"]
    if (same and same not in but and but not in same) or not set(found["act"]) & set(found["act2"]):
        return
    _, other = meeting(found["first"], found["second"], found["what"])
    limit = of_limit(other.limit, other.name, "zh") if other is not None else None
    if limit is None:
        return
    act = found["act"]
    tree = Tree("or", (limit, exception(but, found["noun"] or "")))
    yield from of_tree(view, tree, Act(f"{act}。", f"系统允许{act}。", f"系统不允许{act}。"))


def exception(but: str, noun: str) -> Clause:
    """The exception with its opposite: 属于儿童专场, 学员已获教练批准."""
    if _SAID.match(but):
        yes, no = f"{noun}{but}", f"{noun}{opposite_zh(but)}"
        no = f"{noun}未{but}" if "并非" in no else no
    else:
        yes, no = f"属于{but}", f"不属于{but}"
    key = f"是否{but if _SAID.match(but) else f'属于{but}'}"
    return of_words(key, (Input("是"), f"{yes}。"), (Input("否", "", "example"), f"{no}。"), "例外情形决定结果")
