"""Two inputs compared with each other: "退款金额不得大于实付金额" is tried with both values, equal and on either side.

A text without numbers gives none to choose from: the smallest ones that show the difference are used, 1 and what is beside it.
"""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.documents.model import Atom, AtomKind, Condition
from testgen_runtime.techniques.factors import Factor, Level
from testgen_runtime.techniques.model import Input, Technique

_QUANTITY: Final = (
    r"[\u4e00-\u9fffA-Za-z]{0,10}?(?:金额|总额|余额|限额|额度|单价|价格?|费用?|成本|数量|库存量?|人数|次数|天数|件数|页数|容量|重量|高度|宽度|长度|"
    r"深度|温度|速度|压力|电压|值|量|数|分|率|额)"
)
_DATE: Final = r"[\u4e00-\u9fff]{0,10}?(?:日期|时间|日|时刻|年份|月份)"
_COMPARES: Final = re.compile(
    rf"(?P<left>{_QUANTITY})(?:与[^，。；]{{0,6}}相比)?(?P<not>不)?(?P<sign>大于|高于|超过|多于|超出|小于|低于|少于)(?P<or>或?等于)?(?P<right>{_QUANTITY})$|"
    rf"(?P<first>{_DATE})(?P<never>不)?(?P<order>早于|晚于|先于)(?P<both>或?等于)?(?P<second>{_DATE})$"
)
_UNITS: Final = (
    ("额|价|费|成本", "元"), ("人数", "人"), ("次数", "次"), ("天数", "天"), ("页数", "页"), ("温度", "℃"), ("重量", "千克"),
    ("[高宽长深]度", "厘米"), ("电压", "V"), ("率", "%"), ("分", "分"), ("量|数", "个"),
)  # fmt: skip
"""What a quantity is measured in, by its name: the first that fits both."""
_SIGNS: Final = {
    "大于": 1,
    "高于": 1,
    "超过": 1,
    "多于": 1,
    "超出": 1,
    "晚于": 1,
    "小于": -1,
    "低于": -1,
    "少于": -1,
    "早于": -1,
    "先于": -1,
}


def compared_factor(atom: Atom, *, refuses: bool, at: int) -> Factor | None:
    """The three levels of a comparison (less, equal, greater) as two inputs; None where the clause compares no two of them."""
    value = atom.value
    assert isinstance(value, Condition)
    found = _COMPARES.fullmatch(re.sub(r"\s", "", value.text))
    if found is None or value.trigger:
        return None
    dated = found["first"] is not None
    left, right = (found["first"], found["second"]) if dated else (found["left"], found["right"])
    if left == right or not left or not right:
        return None
    sign = _SIGNS[found["order"] or found["sign"]]
    true = {sign} | ({0} if found["or"] or found["both"] else set())
    true = {-1, 0, 1} - true if found["not"] or found["never"] else true
    levels = []
    for side in sorted((-1, 0, 1), key=lambda s: (s not in true, s == 0)):
        good = ((side in true) == value.holds) != refuses
        inputs = _dates(left, right, side) if dated else _amounts(left, right, side)
        if not inputs:
            return None
        why = {-1: "小于", 0: "等于", 1: "大于"}[side] if not dated else {-1: "早于", 0: "等于", 1: "晚于"}[side]
        reason, weight = f"{left}{why}{right}", 0.94 if side == 0 else 0.92
        lines = (f"{left}{inputs[left].value}。",) if dated else ()
        levels.append(Level(good, Technique.BOUNDARY_VALUE_ANALYSIS, inputs, lines, reason, weight))
    return Factor(AtomKind.CONDITION, left, tuple(levels), (atom.id,), at)


def _amounts(left: str, right: str, side: int) -> dict[str, Input]:
    """Both values: 1, and beside it a tenth of an amount of money or nothing; {} where no unit is known."""
    unit = next((unit for names, unit in _UNITS if re.search(names, left) and re.search(names, right)), "")
    low = "0.1" if unit == "元" else "0"
    first, second = {-1: (low, "1"), 0: ("1", "1"), 1: ("1", low)}[side]
    return {left: Input(first, unit, "example"), right: Input(second, unit, "example")} if unit else {}


def _dates(left: str, right: str, side: int) -> dict[str, Input]:
    told = {-1: f"早于{right}一天", 0: f"与{right}相同", 1: f"晚于{right}一天"}[side]
    if not re.search("[日期]", left):
        told = {-1: f"早于{right}", 0: f"与{right}相同", 1: f"晚于{right}"}[side]
    return {left: Input(told, "", "example")}
