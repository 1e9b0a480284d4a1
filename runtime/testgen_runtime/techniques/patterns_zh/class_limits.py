"""A limit for each kind of people: "本科生每学期最多选修30学分，研究生每学期最多选修18学分",
"教师读者单次最多可借 20 册图书，其他读者单次最多可借 5 册，超出相应上限的借阅请求应被拒绝".
Each kind is tried at its own bound and beyond it (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY
from testgen_runtime.techniques.view import View

_CLAUSE: Final = re.compile(
    rf"(?:而|但)?(?P<who>[\u4e00-\u9fffA-Za-z]{{2,10}}?)(?P<often>每[\u4e00-\u9fff]{{1,3}}|单[次笔]|一次|"
    rf"同时)?(?:最多|至多)?(?:可以?|能够?)?(?:最多|至多|不超过|不得超过)(?:只能|可以?|"
    rf"能够?)?(?P<act>[\u4e00-\u9fff]{{0,6}}?)(?P<amount>{NUMBER})(?P<thing>[\u4e00-\u9fff]{{0,6}})"
)
_TAIL: Final = re.compile(
    r"(?:凡)?(?:超出|超过|高于|多于|大于)(?:各自|相应|对应|该|此|上述|以上|规定|所属[\u4e00-\u9fff]{0,4})?的?[\u4e00-\u9fff]{0,4}?"
    r"(?:上限|限额|限制|限量|额度|标准|数量|规定)的?(?P<thing>[\u4e00-\u9fff]{0,10}?)(?:时)?，?"
    rf"(?P<no>(?:系统|平台|柜台)?{SURELY}{REFUSAL}[\u4e00-\u9fff]{{0,8}})"
)
"""What becomes of those beyond their bound, whichever it is."""
_OTHERS: Final = re.compile("^(?:其他|其它|其余)")
_KINDS: Final = {"count": "数量", "money": "金额"}


def points(view: View) -> Iterator[TestPoint]:
    """Each kind at its bound, beyond it and well inside; nothing where the clauses are of different things, or of no people."""
    pieces, refused = _with_tail(re.split("[，；]", statement(view)))
    found = [_CLAUSE.fullmatch(piece) for piece in pieces]
    clauses = [m for m in found if m is not None]
    if len(clauses) < 2 or len(clauses) != len(found) or len(clauses) > 5:
        return
    amounts = [list(quantities(m["amount"] + m["thing"])) for m in clauses]
    if any(len(a) != 1 for a in amounts):
        return
    limits = [a[0] for a in amounts]
    who, acts = [m["who"] for m in clauses], {m["act"] for m in clauses if m["act"]}
    same = len({(q.unit, q.dimension) for q in limits}) == 1 and len(acts) == 1 and len({m["often"] for m in clauses}) == 1
    things = {m["thing"] for m in clauses if m["thing"].removeprefix(limits[0].unit)}
    if not same or len(things) > 1 or len(set(who)) != len(who) or not all(map(_PEOPLE.search, who)) or not limits[0].unit:
        return
    rest = [w for w in who if _OTHERS.match(w)]
    if len(rest) > 1 or (not rest and all(words_zh.ROLE.fullmatch(w) for w in who)):
        return  # roles with a limit each are read by the general reading
    (act,) = acts
    whole, q = clauses[0]["amount"] + clauses[0]["thing"], limits[0]
    thing, often = re.sub(f"^[万亿千百]?{re.escape(q.unit)}", "", whole[q.number_end :].strip()), clauses[0]["often"] or ""
    name = f"{act}{q.unit}数" if q.dimension == "other" else f"{act}{thing}{_KINDS.get(q.dimension, '限额')}"
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
                preconditions=(_who(one, who),),
                do=f"以“{one}”身份{often}{act} {told}{thing}。",
                see="系统接受该请求。" if level.good else refused or "系统拒绝该请求。",
                reason=f"{one}：{level.reason}",
                weight=level.weight,
                title=f"{one}{act} {told}",
            )


_PEOPLE: Final = re.compile("(?:[生员户者师人工客]|会员|用户|教师|老师|家属|主管|经理|职工|儿童|成人|买家|卖家|商家)$")


def _with_tail(pieces: list[str]) -> tuple[list[str], str]:
    """The clauses without what becomes of those beyond their bound, and that as it is seen ("" where nothing is told)."""
    for count in (2, 1):
        if len(pieces) > count + 1 and (found := _TAIL.fullmatch("，".join(pieces[-count:]))):
            told = re.sub(f"^(系统|平台|柜台)?{SURELY}", lambda m: m[1] or "系统", found["no"])
            return pieces[:-count], f"{told}{found['thing'] if told.endswith(('拒绝', '驳回', '退回')) else ''}。"
    return pieces, ""


def _who(one: str, who: Sequence[str]) -> str:
    """Who is signed in; those of the rest are none of the others: "其他读者（非教师读者）"."""
    others = "、".join(w for w in who if w != one)
    return f"当前用户为{one}（非{others}）。" if _OTHERS.match(one) else f"当前用户为{one}。"
