"""A limit for each kind of people: "本科生每学期最多选修30学分，研究生每学期最多选修18学分". Each kind is tried at its own
bound and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import point, statement
from testgen_runtime.techniques.view import View

_CLAUSE: Final = re.compile(
    rf"(?:而|但)?(?P<who>[\u4e00-\u9fff]{{2,8}}?)(?P<often>每[\u4e00-\u9fff]{{1,3}}|单[次笔]|一次|"
    rf"同时)?(?:最多|至多)?(?:可以?|能够?)?(?:最多|至多|不超过|不得超过)(?:只能|可以?|"
    rf"能够?)?(?P<act>[\u4e00-\u9fff]{{0,6}}?)(?P<amount>{NUMBER})(?P<thing>[\u4e00-\u9fff]{{0,6}})"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each kind at its bound, beyond it and well inside; nothing where the clauses are of different things, or of no people."""
    text = statement(view)
    found = [_CLAUSE.fullmatch(piece) for piece in re.split("[，；]", text)]
    clauses = [m for m in found if m is not None]
    if len(clauses) < 2 or len(clauses) != len(found) or len(clauses) > 5:
        return
    amounts = [list(quantities(m["amount"] + m["thing"])) for m in clauses]
    if any(len(a) != 1 for a in amounts):
        return
    limits = [a[0] for a in amounts]
    who, acts = [m["who"] for m in clauses], {m["act"] for m in clauses if m["act"]}
    same = len({(q.unit, q.dimension) for q in limits}) == 1 and len(acts) == 1 and len({m["often"] for m in clauses}) == 1
    if not same or len(set(who)) != len(who) or any(_PEOPLE.search(w) is None for w in who) or not limits[0].unit:
        return
    if all(words_zh.ROLE.fullmatch(w) for w in who):
        return  # roles with a limit each are read by the general reading
    (act,) = acts
    whole, q = clauses[0]["amount"] + clauses[0]["thing"], limits[0]
    thing, often = whole[q.number_end :].strip().removeprefix(q.unit), clauses[0]["often"] or ""
    name = (
        f"{act}{thing}数量" if q.dimension == "count" else f"{act}{q.unit}数" if q.dimension == "other" else f"{act}{thing}限额"
    )
    for one, q in zip(who, limits, strict=True):
        limit = Limit(name, None, Bound(q.value, True, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
        for level in limit_levels(limit, name, "zh"):
            (value,) = level.inputs.values()
            told = shown(value, "zh")
            yield point(
                view,
                technique=level.technique,
                ok=level.good,
                inputs={name: value, "角色": Input(one)},
                preconditions=(f"当前用户为{one}。",),
                do=f"以“{one}”身份{often}{act} {told}{thing}。",
                see="系统接受该请求。" if level.good else "系统拒绝该请求。",
                reason=f"{one}：{level.reason}",
                weight=level.weight,
                title=f"{one}{act} {told}",
            )


_PEOPLE: Final = re.compile("(?:[生员户者师人工客]|会员|用户|教师|老师|家属|主管|经理|职工|儿童|成人|买家|卖家|商家)$")
