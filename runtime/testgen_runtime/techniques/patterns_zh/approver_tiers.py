"""Amounts with somebody of their own who decides: "5000 元以下的由主管审批，5000 元（含）至 50000 元的由总监审批，50000 元
以上的由总经理审批". One amount inside each tier is tried with the one who decides it (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, side
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import whole
from testgen_runtime.techniques.view import View

_IN: Final = "(?:（不?含）)?"
_RANGE: Final = rf"(?:在)?(?P<from>{NUMBER}){_IN}(?:至|到|—|–|-|~|～)(?P<to>{NUMBER}){_IN}(?:之间)?"
_CLAUSE: Final = re.compile(
    rf"(?P<what>{HAN}{{0,14}}?)(?:在)?(?:{_RANGE}|(?P<side>{SIDE}))(?:的|时)?，?(?:应当?|须|需|必须|则)?由(?P<who>{HAN}{{2,8}}?)(?:负责|进行)?(?P<act>审批|批准|审核|签批|核准|复核|审定)"
)
_ELSE: Final = re.compile("否则.{2,20}")


@dataclass(frozen=True, slots=True)
class _Tier:
    who: str
    low: Decimal
    high: Decimal | None
    unit: str


def points(view: View) -> Iterator[TestPoint]:
    """An amount inside each tier; nothing where the tiers leave something between them, overlap, or have several units."""
    pieces = re.split("[，；]", whole(view))
    if len(pieces) > 2 and _ELSE.fullmatch(pieces[-1]):
        pieces = pieces[:-1]
    elif len(pieces) == 2:
        return  # the general reading has both sides of one bound
    found = [_CLAUSE.fullmatch(piece) for piece in pieces]
    clauses = [m for m in found if m is not None]
    if not 1 < len(clauses) < 7 or len(clauses) != len(found) or not clauses[0]["what"]:
        return
    what, act = clauses[0]["what"], clauses[0]["act"]
    read = [_tier(m, what) for m in clauses]
    tiers = [tier for tier in read if tier is not None]
    if len(tiers) != len(read) or any(m["act"] != act or not what.endswith(m["what"]) for m in clauses):
        return
    ordered = sorted(tiers, key=lambda tier: tier.low)
    meet = all(one.high == other.low for one, other in pairwise(ordered))
    if (
        not meet
        or ordered[-1].high is not None
        or len({tier.unit for tier in tiers}) > 1
        or len({t.who for t in tiers}) < len(tiers)
    ):
        return
    for tier in ordered:
        amount = Input(_inside(tier), tier.unit, "example")
        told = shown(amount, "zh")
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=True,
            inputs={what: amount, f"{act}人": Input(tier.who)},
            preconditions=(f"{what}为 {told}。",),
            do=f"以“{tier.who}”身份{act}。",
            see=f"系统允许“{tier.who}”{act}。",
            reason=f"由{tier.who}{act}",
            weight=0.9,
            title=f"{what}为 {told}且由{tier.who}{act}",
        )


def _tier(found: re.Match[str], what: str) -> _Tier | None:
    """The ends of one tier, whether or not they belong to it: no end is tried."""
    if found["side"]:
        read = side(found["side"], what)
        if read is None:
            return None
        low, high = read.limit.lower, read.limit.upper
        return _Tier(found["who"], low.value if low else Decimal(0), high.value if high else None, read.limit.unit)
    ends = [q for name in ("from", "to") for q in quantities(found[name])]
    if len(ends) != 2 or ends[0].unit != ends[1].unit or ends[0].value >= ends[1].value:
        return None
    return _Tier(found["who"], ends[0].value, ends[1].value, ends[0].unit)


def _inside(tier: _Tier) -> str:
    """An amount between the ends, half as much again above the last."""
    value = (tier.low + tier.high) / 2 if tier.high is not None else tier.low * 2
    whole_value = value.to_integral_value()
    inside = tier.low < whole_value and (tier.high is None or whole_value < tier.high)
    return format((whole_value if inside else value).normalize(), "f")
