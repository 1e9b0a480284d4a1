"""One measure with a limit for each kind of thing and one consequence for all: "客梯的运行速度不得超过 2 m/s，
货梯的运行速度不得超过 1 m/s，超出限值的设定应被拒绝". Each kind is tried at its own bound and beside it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import Quantity, quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_CLAUSE: Final = re.compile(
    rf"(?:而|但|且)?(?P<kind>{HAN}{{2,10}}?)的(?P<measure>{HAN}{{2,10}}?)?(?:应当?|须|必须)?"
    rf"(?:(?P<most>(?:不得|不应|不能|不可|不允许|不准)?(?:不?超过|不?超出|不?高于|不?大于|不?多于))|"
    rf"(?P<least>(?:不得|不应|不能|不可|不允许|不准)?(?:不?低于|不?少于|不?小于|不?短于)))(?P<amount>{NUMBER})"
)
_TAIL: Final = re.compile(
    r"(?:凡)?(?:超出|超过|高于|低于|不足|未达到?|达不到|不符合?|违反)(?:该|此|上述|以上|各自|相应|对应|规定)?的?"
    r"(?:限值|上限|下限|限额|标准|限制|规定|要求|限度|限量|限高|限重|限速|最低值|最高值)的(?P<thing>[\u4e00-\u9fff]{0,10}?)，?"
    r"(?:系统|平台)?(?:应当?|将|须|一律|均){0,2}(?:被|予以)?(?P<no>拒绝|驳回|退回|不予|不得|不允许|不能)(?P<rest>[\u4e00-\u9fff]{0,8})"
)
_NOT: Final = re.compile("^(?:不得|不应|不能|不可|不允许|不准)不|^(?:超|高|大|多|低|少|小|短)")
"""Twice denied, or not at all: no limit."""


def points(view: View) -> Iterator[TestPoint]:
    """Each kind with the values at and beside its bound; nothing where the clauses are of different measures."""
    *pieces, last = re.split("[，；]", statement(view))
    if len(pieces) > 2 and _TAIL.fullmatch(f"{pieces[-1]}，{last}"):
        last = f"{pieces.pop()}，{last}"
    tail, found = _TAIL.fullmatch(last), [_CLAUSE.fullmatch(piece) for piece in pieces]
    clauses = [m for m in found if m is not None]
    if tail is None or len(clauses) != len(found) or not 1 < len(clauses) < 6 or not (tail["thing"] or tail["rest"]):
        return
    kinds, measure = [m["kind"] for m in clauses], clauses[0]["measure"]
    upper = clauses[0]["most"] is not None
    told = [next(iter(quantities(m["amount"])), None) for m in clauses]
    amounts = [q for q in told if q is not None and q.unit]
    if (
        not measure
        or len(amounts) != len(clauses)
        or len({q.unit for q in amounts}) != 1
        or len(set(kinds)) != len(kinds)
        or any((m["measure"] or measure) != measure or (m["most"] is not None) != upper for m in clauses)
        or any(_NOT.match(m["most"] or m["least"]) for m in clauses)
    ):
        return
    thing, act = tail["thing"], tail["rest"]
    do = f"提交{thing}" if thing else act
    yes, no = (f"系统接受该{thing}。", f"系统拒绝该{thing}。") if thing else (f"系统允许{act}。", f"系统不允许{act}。")
    for kind, q in zip(kinds, amounts, strict=True):
        for level in limit_levels(_limit(q, measure, upper=upper), measure, "zh"):
            (value,) = level.inputs.values()
            amount = shown(value, "zh")
            blank = " " if amount[-1].isalpha() and amount[-1].isascii() else ""
            yield point(
                view,
                technique=level.technique,
                ok=level.good,
                inputs={"类型": Input(kind), measure: value},
                preconditions=(),
                do=f"在{kind}的{measure}为 {amount}{blank}的情况下{do}。",
                see=yes if level.good else no,
                reason=f"{kind}：{level.reason}",
                weight=level.weight,
                title=f"{kind}的{measure}为 {amount}{blank}",
            )


def _limit(q: Quantity, measure: str, *, upper: bool) -> Limit:
    bound = Bound(q.value, True, Span(0, 0))
    return Limit(measure, None if upper else bound, bound if upper else None, q.unit, q.dimension, q.step or Decimal(1))
