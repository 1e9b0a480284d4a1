"""A least and a most amount in two clauses with one verb: "昵称至少填写 2 个字符，至多填写 16 个字符；长度不合要求的，应报错".
One value inside, the ends and those beside them (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_VERB: Final = "(?P<verb>填写|输入|录入|选择|勾选|上传|添加|包含|提交|购买|设置|预约|报名|关联|指定|绑定|安排|配置|携带)"
_BROKEN: Final = (
    r"[；，](?:若|如果?|凡)?[\u4e00-\u9fff]{0,8}?(?:不合(?:要求|规定)?|不符合?(?:要求|规定)?|不满足(?:要求|规定|条件)?|超出(?:该|此)?范围|不在(?:该|此|上述)?范围内)"
    r"(?:的|时)?，?(?:(?P<deed>[\u4e00-\u9fff]{2})时，?)?(?P<where>系统|平台|页面|界面)?(?:应当?|须|将|一律)?"
    r"(?P<no>(?:报错|(?:予以)?(?:拒绝|驳回|退回|禁止)|不予|不得|不允许|不能|无法|提示)[\u4e00-\u9fff]{0,10})"
)
_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,12}}?)(?:应当?|须|必须|需)?(?:至少|最少|不得少于|不少于)(?:应|须|需)?{_VERB}(?P<least>{NUMBER})(?P<thing>[\u4e00-\u9fff]{{0,6}})，(?:且|并且|同时)?"
    rf"(?:至多|最多|不得多于|不得超过|不超过)(?:可以?|能)?(?P=verb)(?P<most>{NUMBER})(?P=thing)(?:{_BROKEN})?"
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside both ends; nothing where the two amounts are of different kinds or the wrong way round."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    ends = [list(quantities(found[name])) for name in ("least", "most")]
    if any(len(end) != 1 for end in ends):
        return
    (least,), (most,) = ends
    if (least.unit, least.dimension) != (most.unit, most.dimension) or not least.unit or least.value >= most.value:
        return
    what, verb, thing = found["what"], found["verb"], found["thing"]
    bounds = Bound(least.value, True, Span(0, 0)), Bound(most.value, True, Span(0, 0))
    limit = Limit(thing or what, *bounds, least.unit, least.dimension, min(least.step, most.step) or Decimal(1))
    name, deed = limit_name(limit, "zh"), f"并{found['deed']}" if found["deed"] else ""
    no = f"{found['where'] or '系统'}{found['no']}。" if found["no"] else "系统拒绝该请求。"
    for level in limit_levels(limit, name, "zh"):
        (value,) = level.inputs.values()
        told = shown(value, "zh")
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=f"{what}{verb} {told}{thing}{deed}。",
            see=f"{found['deed']}成功。" if level.good and found["deed"] else "系统接受该请求。" if level.good else no,
            reason=level.reason,
            weight=level.weight,
            title=f"{what}{verb} {told}{thing}",
        )
