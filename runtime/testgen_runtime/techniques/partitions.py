"""Equivalence partitioning (ISO/IEC/IEEE 29119-4:2021, 5.2.1): one representative of each class of a limit or a list."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.model import Atom, Enumeration, Language, Limit
from testgen_runtime.techniques.boundaries import BoundaryValue, Width, boundary_values, inside, possible
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.numbers import plain, shown, test_step

EP = Technique.EQUIVALENCE_PARTITIONING
BVA = Technique.BOUNDARY_VALUE_ANALYSIS
Origin = Literal["text", "boundary", "example"]


def representative(limit: Limit) -> Decimal | None:
    """A value well inside the range, as round as the range allows; None where the range holds no value of the step.

    Between two ends it is the middle; beside one end it is half or twice the bound.
    """
    step = test_step(limit)
    lower = limit.lower.value if limit.lower else None
    upper = limit.upper.value if limit.upper else None
    if lower is not None and upper is not None:
        aim = (lower + upper) / 2
    elif upper is not None:
        aim = upper / 2 if upper > 0 else upper - 10 * step
    elif lower is not None and limit.dimension == "percent" and lower < 100:
        aim = (lower + 100) / 2  # few shares are more than the whole
    elif lower is not None:
        aim = lower * 2 if lower > 0 else lower + 10 * step
    else:
        return None
    for candidate in (_rounded(aim, 1), _rounded(aim, 2), (aim / step).to_integral_value(ROUND_HALF_UP) * step, lower, upper):
        if candidate is not None and candidate % step == 0 and inside(limit, candidate) and possible(limit, candidate):
            return candidate
    return None


def _rounded(value: Decimal, digits: int) -> Decimal:
    """`value` to `digits` significant digits."""
    if value == 0:
        return value
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def limit_levels(limit: Limit, name: str, language: Language, width: Width = 3) -> tuple[Level, ...]:
    """The levels of a limit: a representative inside, then the boundary values, the most telling first.

    Where the range tells what is refused (`accepts` False), inside is bad.
    """

    def level(value: Decimal, technique: Technique, reason: str, weight: float, origin: Origin) -> Level:
        return Level(
            good=inside(limit, value) == limit.accepts,
            technique=technique,
            inputs={name: _input(value, limit, origin)},
            reason=reason,
            weight=weight,
        )

    levels = [
        level(v.value, BVA, _why(v, limit, language), _weight(v), "text" if v.place == 0 else "boundary")
        for v in boundary_values(limit, width)
    ]
    middle = representative(limit)
    if middle is not None and all(value != _input(middle, limit, value.origin) for lv in levels for value in lv.inputs.values()):
        words = "a value inside the range" if language == "en" else "范围内的一般值"
        levels.insert(0, level(middle, EP, words, 0.5, "example"))
    if limit.multiple and middle is not None:
        words = "no multiple of the step" if language == "en" else "不是步长的整数倍"
        levels.append(
            level(
                (middle if limit.upper or not limit.lower else limit.lower.value) + limit.multiple / 2, EP, words, 0.94, "example"
            )
        )
    return tuple(sorted(levels, key=lambda lv: (lv.technique is not EP, -lv.weight)))


def _weight(value: BoundaryValue) -> float:
    """The two values that tell an end apart come first, and of them the one outside."""
    return (0.95 if value.near else 0.6) - (0.02 if value.inside else 0.0)


def _input(value: Decimal, limit: Limit, origin: Origin) -> Input:
    """A value with its unit; a time of day as hours and minutes."""
    if limit.unit == clock.UNIT:
        return Input(clock.shown(value), "", origin)
    return Input(_written(value, limit), limit.unit, origin)


def _written(value: Decimal, limit: Limit) -> str:
    """A bound as the text has it, its neighbours with as many decimals as the step."""
    step = test_step(limit)
    if value % 1 == 0 and any(bound is not None and bound.value == value for bound in (limit.lower, limit.upper)):
        return plain(value)
    if value % 1 == 0 and step % 1 != 0 and limit.dimension != "money":
        return plain(value)
    return plain(value) if value % 1 == 0 else format(value.quantize(min(step, _exponent(value))), "f")


def _exponent(value: Decimal) -> Decimal:
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))


def _why(value: BoundaryValue, limit: Limit, language: Language) -> str:
    bound = limit.lower if value.end == "lower" else limit.upper
    assert bound is not None
    of = clock.shown(bound.value) if limit.unit == clock.UNIT else shown(Input(plain(bound.value), limit.unit), language)
    if language == "zh":
        place = {-1: "略小于", 0: "等于", 1: "略大于"}[value.place]
        return f"{place}{'下限' if value.end == 'lower' else '上限'}（{of}）"
    place = {-1: "just below", 0: "exactly at", 1: "just above"}[value.place]
    return f"{place} the {'lower' if value.end == 'lower' else 'upper'} limit ({of})"


def numbers_beside(allowed: list[int]) -> list[int]:
    """Whole numbers beside a list of them: below the least, above the greatest, and inside the widest gap."""
    ordered = sorted(set(allowed))
    step = min(b - a for a, b in pairwise(ordered)) if len(ordered) > 1 else 1
    gap = max(pairwise(ordered), key=lambda pair: pair[1] - pair[0], default=(ordered[0], ordered[0]))
    doubled = all(b == 2 * a for a, b in pairwise(ordered))
    low = ordered[0] // 2 if doubled else ordered[0] - step
    high = ordered[-1] * 2 if doubled else ordered[-1] + step
    further = ordered[-1] + (ordered[-1] - ordered[-2] if len(ordered) > 1 else step)  # 3, 6, 12, 24: 36 as well as 48
    return [n for n in dict.fromkeys((low, (gap[0] + gap[1]) // 2, further, high)) if n >= 0 and n not in ordered]


_COUNTED = re.compile(r"(?P<number>[0-9]{1,9})(?P<unit>(?:\s?[\u4e00-\u9fff%]{1,3})?)")


def enumeration_levels(atom: Atom, name: str, language: Language) -> tuple[Level, ...]:
    """One level per allowed and per refused value; where the list is closed and names none refused, one value beside it."""
    value = atom.value
    assert isinstance(value, Enumeration)
    refused: tuple[tuple[str, bool], ...] = tuple((name_, True) for name_ in value.refused)
    counted = [_COUNTED.fullmatch(v) for v in value.allowed]
    if (
        value.closed
        and not refused
        and len(value.allowed) > 1
        and len({c["unit"] if c else None for c in counted}) == 1
        and counted[0]
    ):
        numbers = numbers_beside([int(c["number"]) for c in counted if c])
        refused = tuple((f"{number}{counted[0]['unit']}", False) for number in numbers)
    if value.closed and not refused and value.allowed:
        refused = ((other_value(value.allowed, language), False),)
    levels = [
        Level(True, EP, {name: Input(v)}, (), "an allowed value" if language == "en" else "允许的值", 0.9) for v in value.allowed
    ]
    levels += [
        Level(
            False, EP, {name: Input(v, "", "text" if told else "example")}, (),
            "a value that is not allowed" if language == "en" else "不允许的值", 0.92,
        )
        for v, told in refused
    ]  # fmt: skip
    return tuple(levels)
