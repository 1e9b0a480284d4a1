"""How long before an event something must be done: "学员须至少在考试开始前 3 天确认考位；距离开考不足 3 天的，系统不再受理确认".
The bound and the values beside it, in the finer unit (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound, statement
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_MUST: Final = "(?:应当|应|须|必须|需要|需)"
_SHAPE: Final = re.compile(
    rf"(?P<who>{HAN}{{2,8}}?)??(?:{_MUST}(?:至少|最迟|最晚)|(?:至少|最迟|最晚){_MUST}|{_MUST})(?:在|于)?(?P<event>{HAN}{{2,10}}?)(?:之)?前(?:至少)?"
    rf"(?P<lead>{NUMBER})"
    rf"(?:之?前|以上)?(?P<act>[\u4e00-\u9fff]{{2,12}}?)[；，](?:若|如果?|当)?(?:距离?|离)(?P<what>{HAN}{{2,10}}?)"
    rf"(?:时间)?(?:已)?(?:不足|少于|不到|小于|不满)(?P<again>{NUMBER})(?:的|时|者)，?"
    r"(?P<where>[\u4e00-\u9fff]{2,6}?)??(?:应当?|将|则|均|一律){0,2}(?P<no>(?:不再|不予|不得|不允许|不能|无法|(?:予以)?拒绝|停止|驳回)[\u4e00-\u9fff]{0,10})"
)
_FINER: Final = {
    "小时": ("分钟", 60), "个小时": ("分钟", 60), "天": ("小时", 24), "日": ("小时", 24),
    "个自然日": ("小时", 24), "自然日": ("小时", 24),
}  # fmt: skip


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the two halves tell different amounts, or of different acts."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    lead, again = list(quantities(found["lead"])), list(quantities(found["again"]))
    act = found["act"]
    if len(lead) != 1 or len(again) != 1 or lead[0].dimension != "duration":
        return
    if len(found["no"]) > 5 and not any(act[i : i + 2] in found["no"] for i in range(len(act) - 1)):
        return
    (q,), (other,) = lead, again
    if (q.value, q.unit) != (other.value, other.unit):
        return
    unit, times = _FINER.get(q.unit, (q.unit, 1))
    name = f"距{found['what']}时间"
    limit = Limit(name, Bound(q.value * times, True, Span(0, 0)), None, unit, q.dimension, Decimal(1))
    told = Act(f"{found['who'] or ''}{act}。", f"系统允许{act}。", f"{found['where'] or '系统'}{found['no']}。")
    yield from of_bound(view, limit, name, told)
