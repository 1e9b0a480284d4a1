"""A bound on whose one side the system decides alone and on whose other a person does: "贷款金额在 5 万元以下的由系统自动审批，
5 万元及以上的转人工审批". The values at and beside the bound (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_RESULT: Final = r"[^，；\d]{2,18}?"
_SHAPE: Final = re.compile(
    rf"(?:若|如果?|当|凡)?(?P<what>{HAN}{{2,12}}?)(?:在)?(?P<one>{SIDE}|{NUMBER}内)(?:的申请|的|时)?，?(?P<first>{_RESULT})[，；](?:而|但)?"
    rf"(?P<again>{HAN}{{0,10}}?)(?:在)?(?P<two>{SIDE})(?:的申请|的|时)?，?(?P<second>{_RESULT})"
)
_ALONE: Final = re.compile(
    r"(?:则|可|应当?|将)?由?(?:系统|平台)?(?:则|应当?|将|可)?(?:自动|直接)(?P<act>审批|通过|批准|审核|放行|核准|受理|办理|处理)(?:通过)?|"
    r"(?:则)?(?:无需|不需要?|无须|免)(?:人工)?(?P<none>审批|审核|批准|复核)"
)
_BY_SOMEBODY: Final = re.compile(
    r"(?:则|应当?|须|需要?|必须|将|还|另){0,2}(?:转(?:由|至|给|入)?|由|经|报|交|提交)?[\u4e00-\u9fff]{0,8}?(?:审批|审核|批准|复核|核准|审定|处理|办理)"
)


def points(view: View) -> Iterator[TestPoint]:
    """Decided by the system on its side, and not on the other; nothing unless one clause tells each."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not found["what"].endswith(found["again"]):
        return
    alone = [_ALONE.fullmatch(found[name]) for name in ("first", "second")]
    if (alone[0] is None) == (alone[1] is None):
        return
    told = alone[0] or alone[1]
    other = found["second"] if alone[0] else found["first"]
    if told is None or _BY_SOMEBODY.fullmatch(other) is None:
        return
    one, _ = meeting(found["one"], found["two"], found["what"])
    if one is None:
        return
    act = told["act"] or told["none"]
    yes = f"系统自动{act}该申请。" if told["act"] else f"该申请无需{act}。"
    yield from of_bound(
        view,
        one.limit,
        one.name,
        Act("提交申请。", yes, f"系统不自动{act}该申请，该申请{other}。"),
        accepts=alone[0] is not None,
    )
