"""One measure with one bound: "迟到不超过 15 分钟", "剩余课时不少于 1 节", "小于等于 30 吨".

With both sides told, the second in short: "课程缺席不超过 3 次的，允许参加考试，缺席超过 3 次的则不允许" (29119-4, 5.2.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound, statement
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

_AT_LEAST: Final = (
    "不低于|不少于|不小于|不早于|不短于|不矮于|不轻于|不浅于|不窄于|不薄于|不慢于|"
    "大于或?等于|高于或?等于|等于或[大高]于|达到或(?:超过|高于)|至少|最少|达到?|年?满"
)
_AT_MOST: Final = (
    "不超过|不超出|不高于|不大于|不多于|不晚于|不重于|不长于|不深于|不宽于|不厚于|不快于|"
    "小于或?等于|低于或?等于|等于或[小低]于|至多|最多"
)
_ABOVE: Final = "超过|超出|高于|大于|多于|重于|深于|宽于|厚于"
_BELOW: Final = "低于|小于|少于|未满|不满|不足|未达到?|短于|矮于|轻于|浅于|窄于"
SIDE: Final = (
    rf"(?:(?:已经?)?(?:{_AT_LEAST}|{_AT_MOST}|{_ABOVE}|{_BELOW})了?{NUMBER}|"
    rf"[为在]?{NUMBER}(?:(?:及|或)?以[上下内]|之内|(?:及|或者?)更[多高长大少低短小])(?:（不?含(?:本数|{NUMBER})?）)?)"
)
"""A comparison with one bound; `side` reads it."""
_BARE: Final = re.compile("(?<![及或])以[上下]$")
_INCLUSIVE: Final = rf"{_AT_LEAST}|{_AT_MOST}|[及或]以[上下]|内|更"
_MEASURED: Final = re.compile(
    "(?:[额价费款率比度量数温压速重荷长宽高深龄限积值例差级分期]|时间|时长|成绩|[水液电]位|间隔|里程|距离|课时|学时|工时|收入|消费|次数|尺寸|容积|库存|存量|大小)$"
)
_SUFFIX: Final = {"money": "金额", "duration": "时长", "size": "大小", "length": "长度", "percent": "比例", "count": "数量"}
_DAYS: Final = ("天", "日", "个工作日", "工作日", "个自然日", "自然日")

_WHO: Final = rf"(?:(?P<who>{HAN}{{2,8}}?)(?:应当?|须|将)?)?"
_ACT: Final = r"其?(?P<act>[\u4e00-\u9fff]{2,12}?)"
_SHORT: Final = (
    r"(?:则|就|便|均|一律)?(?:(?:系统|平台)?应当?)?(?:(?P<no>不允许|不准许?|不准予|不可以?|不能|不行|予以拒绝|拒绝|禁止)|"
    r"(?P<yes>可以?|允许|准许))"
)
_TWO_SIDES: Final = re.compile(
    rf"(?:当|若|如果?|凡)?(?P<what>{HAN}{{2,14}}?)(?P<first>{SIDE})(?:的|时|的时候)?，{_WHO}"
    rf"(?:(?P<may>允许|准许|可以?|准予)|(?P<bar>不允许|不得|不准许?|不可以?|不能|禁止|拒绝)){_ACT}"
    rf"[，；](?:而|但)?(?P<again>{HAN}{{0,14}}?)(?P<second>{SIDE})(?:的|时)?，?{_SHORT}"
)


@dataclass(frozen=True, slots=True)
class Side:
    """The limit of a test, and what is measured."""

    limit: Limit
    name: str


def side(words: str, what: str) -> Side | None:
    """The bound that `words` (see SIDE) tell of `what`; None where they hold more than one number, or one without a unit."""
    found = list(quantities(words))
    numbers = {q.value for q in found}
    if not found or len(numbers) != 1 or not found[0].unit:
        return None
    q = found[0]
    words = re.sub("^已经?", "", words)
    lowers, uppers = re.match(f"{_AT_LEAST}|{_ABOVE}", words), re.match(f"{_AT_MOST}|{_BELOW}", words)
    upper = uppers is not None or (lowers is None and re.search("以下|内|更[少低短小]", words) is not None)
    open_ = re.match(f"(?:{_ABOVE}|{_BELOW})(?!或?等于)", words) is not None or "不含" in words
    bound = Bound(q.value, not open_, Span(0, 0))
    limit = Limit(what, None if upper else bound, bound if upper else None, q.unit, q.dimension, q.step or Decimal(1))
    return Side(limit, measure_name(what, q.unit, q.dimension))


def measure_name(what: str, unit: str, dimension: str) -> str:
    if _MEASURED.search(what):
        return what
    kind = "天数" if unit in _DAYS else "年龄" if unit.endswith("岁") else _SUFFIX.get(dimension, "")
    kind = "重量" if unit in ("千克", "公斤", "吨", "克", "kg", "t", "g") else kind
    return f"{what}{kind or '数值'}"


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the two sides do not meet in it."""
    found = _TWO_SIDES.fullmatch(statement(view))
    if found is None or (found["may"] is None) != (found["no"] is None) or not found["what"].endswith(found["again"]):
        return
    one, _ = meeting(found["first"], found["second"], found["what"])
    if one is None:
        return
    act, who = found["act"], found["who"] or "系统"
    told = Act(f"{act}。", f"{who}允许{act}。", f"{who}不允许{act}。")
    yield from of_bound(view, one.limit, one.name, told, accepts=found["may"] is not None)


def meeting(first: str, second: str, what: str) -> tuple[Side | None, Side | None]:
    """The two sides of one bound (see SIDE); (None, None) where a value is on both of them, or on none."""
    one, other = side(first, what), side(second, what)
    if one is None or other is None:
        return None, None
    if _BARE.search(first) and re.search(_INCLUSIVE, second):  # "10 千克以下 …，10 千克及以上 …"
        one = replace(one, limit=_opened(one.limit))
    elif _BARE.search(second) and re.search(_INCLUSIVE, first):
        other = replace(other, limit=_opened(other.limit))
    return (one, other) if _meet(one.limit, other.limit) else (None, None)


def _opened(limit: Limit) -> Limit:
    low, high = (replace(b, inclusive=False) if b is not None else None for b in (limit.lower, limit.upper))
    return replace(limit, lower=low, upper=high)


def _meet(one: Limit, other: Limit) -> bool:
    """Whether every value is on exactly one side."""
    low, high = (one.lower, other.upper) if one.lower else (other.lower, one.upper)
    if low is None or high is None or one.unit != other.unit:
        return False
    return low.value == high.value and low.inclusive != high.inclusive
