"""A least and a most amount told one after the other, in either order, and what becomes of the others: "最多填报三个志愿，
最少填报一个", "至少提前 15 分钟提交，至多提前 24 小时提交；提前量过短或过长的不予受理", "单价的下限为 0.2 元，
上限为 0.8 元，均可取". One value inside, the ends and those beside them (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import Quantity, finer, quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, SURELY, refused, whole
from testgen_runtime.techniques.view import View

_LEAST: Final = "(?:至少|最少|不得少于|不少于|不得低于)"
_MOST: Final = "(?:至多|最多|不得超过|不超过|不得多于|最多不超过)"
_MUST: Final = "(?:应当?|必须|须|需|可以?|只能)?"
_TAIL: Final = (
    rf"(?:[；，](?:若|如果?|凡)?(?P<bad>[^；，\d]{{2,24}}?)(?:的|时)(?P<thing>{HAN}{{0,6}})，?(?:(?P<deed>{HAN}{{2}})时)?"
    rf"(?P<no>(?:系统|平台|页面|一律)?{SURELY}{REFUSAL}{HAN}{{0,10}}))"
)
_BESIDE: Final = re.compile(
    "范围|区间|过[多少长短大小高低早晚]|不符|不合|不满足|超出|超过|超限|低于|高于|少于|多于|小于|大于|不足|不在|之外|以外|下限|上限|否则"
)


def _pair(first: str, second: str, one: str, two: str) -> str:
    return (
        rf"(?P<what>{HAN}{{2,16}}?){_MUST}{first}(?:应|须|需|可)?(?P<ahead>提前)?(?P<verb>{HAN}{{2,4}}?)?(?P<{one}>{NUMBER})(?P<noun>{HAN}{{0,6}}?)，(?:且|并且|同时|而)?"
        rf"{second}(?:应|须|需|可)?(?:提前)?(?:(?P=verb))?(?P<{two}>{NUMBER})(?P<again>{HAN}{{0,6}}?)"
    )


_SHAPES: Final = (
    re.compile(f"{_pair(_LEAST, _MOST, 'least', 'most')}{_TAIL}"),
    re.compile(f"{_pair(_MOST, _LEAST, 'most', 'least')}{_TAIL}"),
    re.compile(
        rf"(?P<what>{HAN}{{2,16}}?)的?(?:取值)?(?:的)?(?:下限|最小值|最低值)(?:应)?(?:为|是)(?:每{HAN}{{1,4}}?)?(?P<least>{NUMBER})，"
        rf"(?:上限|最大值|最高值)(?:应)?(?:为|是)(?:每{HAN}{{1,4}}?)?(?P<most>{NUMBER})(?P<ends>，[^；，]{{0,8}}?(?:可取|可用|有效|包含在内|含在内|允许))?{_TAIL}"
    ),
)


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside both ends; nothing where the amounts are of different kinds or the wrong way round."""
    text = whole(view)
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None or not _BESIDE.search(found["bad"]):
        return
    if any(value.lower and value.upper for _, value in view.of(Limit)):
        return  # the general reading has both ends in one
    groups = found.groupdict()
    ends = [list(quantities(found[name])) for name in ("least", "most")]
    if any(len(end) != 1 or not end[0].unit for end in ends):
        return
    limit = _limit(ends[0][0], ends[1][0], "")
    noun, again, verb = groups.get("noun") or "", groups.get("again") or "", groups.get("verb") or ""
    if limit is None or (noun and again and noun != again):
        return
    name, deed = _name(found["what"], noun or again, groups.get("ahead"), limit), groups.get("deed")
    refusal = refused(found["no"])
    for level in limit_levels(limit, name, "zh"):
        (value,) = level.inputs.values()
        told = f"{name}为 {shown(value, 'zh')}"
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=f"在{told}的情况下{deed or (verb if len(verb) > 1 else '') or '提交'}。",
            see="系统接受该请求。" if level.good else f"系统{refusal}。",
            reason=level.reason,
            weight=level.weight,
            title=told if level.good else f"{told}（{found['bad']}）",
        )


def _limit(least: Quantity, most: Quantity, what: str) -> Limit | None:
    """Both ends in the finer of their units."""
    low, high, unit = least.value, most.value, least.unit
    if factor := finer(most.unit, least.unit):
        high *= factor
    elif factor := finer(least.unit, most.unit):
        low, unit = low * factor, most.unit
    elif least.unit != most.unit:
        return None
    step = min(least.step, most.step) or Decimal(1)
    bounds = Bound(low, True, Span(0, 0)), Bound(high, True, Span(0, 0))
    return Limit(what, *bounds, unit, least.dimension, step) if low < high else None


def _name(what: str, noun: str, ahead: str | None, limit: Limit) -> str:
    if ahead:
        return f"{what}的提前时间"
    if limit.dimension == "count" and noun:
        return f"{noun}数量"
    return what if limit.dimension != "count" or what.endswith(("数", "量")) else f"{what}数量"
