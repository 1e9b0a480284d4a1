"""The last day on which something may be handed in, told with its number: "申报应在登记之日起 30 日以内提交，第 30 日当天
提交的仍然有效；自第 31 日起提交的，系统拒绝受理". The last day, the next one and an earlier one (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, refused, whole
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_DAY: Final = "(?:个?工作日|个?自然日|日|天)"
_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,12}}?)(?:应当?|必须|须|需|可以?|只能)?(?:在|自|于)(?P<event>{HAN}{{2,12}}?)(?:之[日时])?(?:起|后)的?(?:第?1至)?(?P<last>\d{{1,4}})(?P<unit>{_DAY})(?:以|之)?内"
    rf"(?:可以?|方可|完成)?(?P<act>{HAN}{{2,8}}?)(?:，第(?P<again>\d{{1,4}}){_DAY}(?:当[天日])?[^；，\d]{{0,10}}?(?P<good>有效|受理|接受|可以|允许|按时|计入))?"
    rf"[；，](?:但|而)?(?:自|从)?第(?P<next>\d{{1,4}}){_DAY}(?:起|及以后|及之后|开始|以后)?(?:才|再)?[^；，\d]{{0,8}}?(?:的|时)，?(?P<no>(?:系统|平台|一律)?{SURELY}{REFUSAL}{HAN}{{0,8}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the last day; nothing where the days that are told leave a gap."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None:
        return
    last = int(found["last"])
    if int(found["next"]) != last + 1 or (found["again"] and int(found["again"]) != last):
        return
    if found["good"] and re.search("[不无未]", found[0][found.start("again") : found.end("good")]):
        return
    limit = Limit(found["event"], None, Bound(Decimal(last), True, Span(0, 0)), found["unit"], "duration", Decimal(1))
    what, act = found["what"], found["act"]
    refusal = refused(found["no"])
    late = f"自第 {found['next']} {found['unit']}起{act}的"
    told = Act(f"{act}{what}。", f"系统接受{act}的{what}。", f"系统{refusal}（{late}）。")
    yield from of_bound(view, limit, f"距{found['event']}的天数", told)
