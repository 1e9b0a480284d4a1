"""Classes of people by one mark of theirs: "会员等级为金卡或钻石卡的用户可以使用贵宾厅，银卡及普通用户使用时应拒绝".
Each class is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, whole
from testgen_runtime.techniques.view import View

_HAN: Final = "[\u4e00-\u9fff]"
_VALUE: Final = rf"(?:(?![或和与及、的]){_HAN}){{1,6}}?"
_JOINT: Final = "(?:、|或者?|以及|和|及|与)"
_VALUES: Final = rf"{_VALUE}(?:{_JOINT}{_VALUE}){{0,4}}"
_SHAPE: Final = re.compile(
    rf"(?:只有|仅|仅限)?(?P<mark>{_HAN}{{0,6}}?(?:等级|级别|类型|类别|身份|职称|职级|星级|档次))(?:为|是|属于)(?P<may>{_VALUES})的(?P<noun>{_HAN}{{2,4}}?)"
    rf"(?:均|都|方|才)?(?:可以|可|允许|能够|能|有权)(?P<act>(?P<verb>{_HAN}{{2}}){_HAN}{{0,8}})[，；](?:而|但)?(?:(?P=mark)(?:为|是|属于))?"
    rf"(?P<denied>{_VALUES})(?:的?(?P=noun))?(?:(?P<bar>(?:一律|均|都)?(?:不得|不能|不可以?|不允许|禁止|无权))(?P=act)|"
    rf"(?P=verb){_HAN}{{0,8}}?(?:时|的)，?(?P<no>(?:系统|平台|闸机|门禁|柜台)?{SURELY}{REFUSAL}{_HAN}{{0,10}}))"
)
_VAGUE: Final = re.compile("^(?:其他|其它|其余|上述|以上|未|非|无|不)|以[上下]|及[上下]")


def points(view: View) -> Iterator[TestPoint]:
    """Each class by its mark; nothing where a class is told by what it is not."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None:
        return
    mark, noun, act = found["mark"], found["noun"], found["act"]
    may, denied = (re.split(_JOINT, found[name]) for name in ("may", "denied"))
    if set(may) & set(denied) or any(_VAGUE.search(one) for one in (*may, *denied)):
        return
    told = re.sub(
        "^(系统|平台|闸机|门禁|柜台)?(?:应予以?|应当?|将|会|须)*", lambda m: m[1] or "系统", found["no"] or f"不允许{act}"
    )
    for one in (*may, *denied):
        ok = one in may
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={mark: Input(one)},
            preconditions=(f"该{noun}的{mark}为{one}。",),
            do=f"以该{noun}身份{act}。",
            see=f"系统允许{act}。" if ok else f"{told}。",
            reason="该类别允许此操作" if ok else "该类别不允许此操作",
            weight=0.9 if ok else 0.92,
            title=f"{mark}为{one}",
        )
