"""A limit that is another one for one kind: "份数应为 1 至 25 份，但信用等级为 A 级的企业上限放宽至 100 份；超出相应上限的
申领，不予批准". The kind at its own bounds, another one at the common bounds (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, refused, whole
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,18}}?)(?:必须|应当?|须)?(?:(?:为|在|介于)?(?P<least>\d[\d.]*)(?:{HAN}{{1,2}})?(?:至|到|-|~|～)(?P<most>{NUMBER})(?:之间)?|"
    rf"(?:不得超过|不超过|至多为?|最多为?|上限为|不得高于|不得多于)(?P<only>{NUMBER}))，"
    rf"(?:但是?|而)(?:(?P<key>{HAN}{{2,8}}?)(?:为|是|达到?)“?(?P<value>[A-Za-z0-9]{{1,3}}(?:[级类档等星])?|{HAN}{{1,6}}?)”?(?P<state>状态|级别|等级)?的(?P<noun>{HAN}{{1,6}}?)?|(?P<kind>{HAN}{{2,8}}?))"
    rf"，?(?:的|其)?(?:份数|数量|金额|额度)?(?:上限|最高限额|限额|最大值)(?:可|应)?(?:放宽|提高|提升|上调|增加|扩大|调整|扩展)?(?:至|到|为)(?P<raised>{NUMBER})"
    rf"[；，](?P<bad>[^；]{{2,40}}?)(?:的(?P<thing>{HAN}{{0,6}}))，?(?P<no>(?:系统|平台|一律)?{SURELY}{REFUSAL}{HAN}{{0,8}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Both kinds at and beside their bounds, and the kind between them; nothing where the units differ or nothing is raised."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or not re.search("上限|限额|范围|限制|标准|规定|超", found["bad"]):
        return
    base, raised = (list(quantities(words)) for words in (found["most"] or found["only"], found["raised"]))
    if len(base) != 1 or len(raised) != 1 or not base[0].unit or base[0].unit != raised[0].unit:
        return
    if raised[0].value <= base[0].value:
        return
    what, q = found["what"], base[0]
    least = Bound(Decimal(found["least"]), True, Span(0, 0)) if found["least"] else None
    common = Limit(what, least, Bound(q.value, True, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    wider = replace(common, upper=Bound(raised[0].value, True, Span(0, 0)))
    noun = found["noun"] or ""
    key = found["key"] or "类型"
    value = found["value"] or found["kind"]
    value = re.sub(r"^([A-Za-z\d]{1,3})([级类档等星])$", r"\1 \2", value)
    other = f"非{value}" if found["kind"] else other_value((value,), "zh")
    other = f"非{value}" if "未" in other else other
    thing = found["thing"] or "申请"
    refusal = refused(found["no"])
    for kind, limit in ((value, wider), (other, common)):
        for level in limit_levels(limit, what, "zh"):
            (amount,) = level.inputs.values()
            told = f"{what}为 {shown(amount, 'zh')}"
            who = f"{noun or '对象'}的{key}为 {kind}" if found["key"] else f"{key}为{kind}"
            yield point(
                view,
                technique=level.technique,
                ok=level.good,
                inputs={what: amount, key: Input(kind, "", "text" if kind == value else "example")},
                preconditions=(f"{who}。",),
                do=f"提交{told}的{thing}。",
                see=f"系统接受该{thing}。" if level.good else f"系统{refusal}。",
                reason=f"{kind}：{level.reason}",
                weight=level.weight,
                title=f"{who}且{told}",
            )
