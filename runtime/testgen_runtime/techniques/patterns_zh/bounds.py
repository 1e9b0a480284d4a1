"""The lower bound of one amount: "超过500元", "金额在5000元以上", "达到 10 万元"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import HAN_UNITS, Quantity, quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.partitions import limit_levels

NUMBER: Final = (
    rf"[-−]?(?:\d[\d,]*(?:\.\d+)?|[零一二两三四五六七八九十百千]+)[万亿千百]?"
    rf"(?:{HAN_UNITS}|%vol|[%℃]|[A-Za-zµμ]{{1,4}}(?:/[A-Za-z]{{1,3}}[²³]?)?)"
)
ABOVE: Final = (
    rf"(?:(?:超过|超出|高于|大于|多于|达到|达|满|不低于|不少于)(?:了)?{NUMBER}|在?{NUMBER}(?:及|或|"
    rf"（含）)?以上(?:（(?:不?含)(?:本数|{NUMBER})?）)?)"
)
"""A comparison with a lower bound; `lower_bound` reads it."""
BELOW: Final = rf"(?:(?:未满|不满|不足|低于|少于|小于){NUMBER}|{NUMBER}(?:及|或)?以下)"
"""A comparison with an upper bound; `one_sided` reads it."""
_OPEN = re.compile("超过|超出|高于|大于|多于|不含")
_NAMES: Final = {"money": "金额", "duration": "时长", "size": "大小", "length": "长度", "percent": "比例", "count": "数量"}
_DAYS: Final = ("天", "日", "个工作日", "工作日", "个自然日", "自然日")


@dataclass(frozen=True, slots=True)
class Above:
    """A lower bound: the limit of a test, and what is measured."""

    limit: Limit
    name: str

    def levels(self) -> tuple[Level, ...]:
        """The values at and beside the bound; good where they lie beyond it."""
        return limit_levels(self.limit, self.name, "zh")


def lower_bound(words: str, noun: str, measure: str = "") -> Above | None:
    """The bound that `words` (see ABOVE) tell of a `noun`; None where they hold more than one number. `measure`: what is
    measured, where the text names it ("赔付金额")."""
    found = list(quantities(words))
    if len(found) != 1 or not found[0].unit:
        return None
    (q,) = found
    limit = Limit(noun, Bound(q.value, _OPEN.search(words) is None, Span(0, 0)), None, q.unit, q.dimension, q.step or Decimal(1))
    return Above(limit, measure if len(measure) > 2 else _name(q, noun))


def one_sided(words: str, noun: str, measure: str = "") -> Above | None:
    """The bound that `words` (see ABOVE and BELOW) tell of a `noun`, whichever side it is on."""
    if re.fullmatch(BELOW, words) is None:
        return lower_bound(words, noun, measure)
    found = list(quantities(words))
    if len(found) != 1 or not found[0].unit:
        return None
    (q,) = found
    limit = Limit(noun, None, Bound(q.value, "以下" in words, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    return Above(limit, measure if len(measure) > 2 else _name(q, noun))


def _name(q: Quantity, noun: str) -> str:
    kind = "天数" if q.unit in _DAYS else "年龄" if q.unit in ("岁", "周岁") else _NAMES.get(q.dimension, "")
    if q.unit in ("米", "厘米") and re.search("儿童|[乘游旅顾]客|学生|成年人|观众|人$", noun):
        kind = "身高"
    if q.unit in ("千克", "公斤", "吨", "克"):
        kind = "重量"
    if q.dimension == "count":
        kind = f"{q.noun}数量" if q.noun else "数量"
    if noun.endswith((kind[-1:] or "\x00", "身高", "体重", "成绩", "时间", "期限", "年限", "金额", "总额", "价格")):
        return noun
    return f"{noun}{kind or '数值'}"
