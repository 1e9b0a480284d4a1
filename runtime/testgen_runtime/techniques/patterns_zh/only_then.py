"""What is done only if one thing holds, told behind what it is done with: "加班费只有在主管事先批准的情况下才予发放".
It holds, and it does not (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import of_tree
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?P<thing>[\u4e00-\u9fff]{2,8}?)(?:只有|仅|只能|仅能)在(?P<cond>[\u4e00-\u9fff]{4,20}?)(?:的情况下|的前提下|的条件下|之后|后|时)，?"
    r"(?:才|方|再)?(?:可以?|能够?|予以?|会|得以?|给予){0,2}(?P<act>[\u4e00-\u9fff]{2,8})"
)
_OPEN: Final = re.compile("且|或|并|除非|之间|其他")


def points(view: View) -> Iterator[TestPoint]:
    """The act with what it needs and without; nothing where that has several parts."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or _OPEN.search(found["cond"]):
        return
    told = clause(found["cond"], "")
    if told is None:
        return
    thing, act = found["thing"], found["act"]
    what = act if thing in act else f"{act}{thing}"
    yield from of_tree(view, Tree("and", (told,)), Act(f"申请{what}。", f"系统允许{what}。", f"系统不允许{what}。"))
