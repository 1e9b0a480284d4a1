"""Conditions of which one is enough, and what becomes of it where none holds: "学员体检合格或持有医生证明即可下水；两样都没有的
不让下水". Each alone, both and none are tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.all_needed import clause
from testgen_runtime.techniques.patterns_zh.telling import of_tree
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, akin, whole
from testgen_runtime.techniques.trees import Act, Tree
from testgen_runtime.techniques.view import View

_DONE: Final = r"(?:的|者|时)?，?(?:即可|就可以?|便可以?|均可|方可|可以|可|才能|能够?|允许|准予)(?P<act>[\u4e00-\u9fff]{2,14}?)"
_NONE: Final = (
    r"(?:[两二三](?:样|者|项|种|个条件)(?:都|均|全|皆)?(?:没有|不具备|不满足|不符合|无|缺|不占|未满足)|(?:两|二|三)?[者样项]?(?:都|均|全)(?:不满足|不符合|没有)|"
    r"(?:以上|上述)?(?:条件)?(?:均|都)不(?:满足|符合|具备))(?:的|者|时)?，?"
)
_NO: Final = rf"(?P<no>[\u4e00-\u9fff]{{0,8}}?(?:{REFUSAL}|不让|不给|不能)[\u4e00-\u9fff]{{0,12}})"
_SHAPE: Final = re.compile(rf"(?P<all>[^；｜：，]{{6,60}}?){_DONE}[，；]{_NONE}{_NO}")
_OR: Final = re.compile("，?(?:或者|或)")
_LEFT_OPEN: Final = re.compile("且|并|否则|除|其他|其余|如果|、")
_SHARED: Final = re.compile("^(?P<who>[\u4e00-\u9fff]{2,4}?)(?=持有?|有|已|未|具有|具备|取得|通过|体检|经|属于|是)")


def points(view: View) -> Iterator[TestPoint]:
    """Each condition alone, both and none; nothing where one of them cannot be read."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or _LEFT_OPEN.search(found["all"]):
        return
    said = _OR.split(found["all"])
    act = found["act"]
    if not 2 <= len(said) <= 3 or not akin(act, found["no"]):
        return
    who = _SHARED.match(said[0])
    told = [said[0], *(f"{who['who']}{one}" if who and not one.startswith(who["who"]) else one for one in said[1:])]
    read = tuple(one for one in (clause(words, "") for words in told) if one is not None)
    if len(read) != len(said):
        return
    no = re.sub("^(?:系统|平台)?(?:一律|均|都|则|应当?|将){0,2}", "", found["no"])
    yield from of_tree(view, Tree("or", read), Act(f"申请{act}。", f"系统允许{act}。", f"系统{no}。".replace("系统不让", "不让")))
