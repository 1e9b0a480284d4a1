"""Whether points that somebody else derived say the same as the rules of a text, and leave none of them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.told_rules.chinese_conditions import denied, same

TELLING: Final = 0.89
"""From this weight on a point tells what no other does: the values next to a bound, names, conditions."""


def agree(told: Sequence[TestPoint], points: Sequence[TestPoint]) -> bool:
    """Whether each telling point of `told` has its like among `points`, and none of `points` contradicts all of `told`."""
    telling = [one for one in told if one.weight >= TELLING]
    return all(any(_alike(one, other) for other in points) for one in telling) and not any(
        _contradicts(one, told) for one in points
    )


def _alike(one: TestPoint, other: TestPoint) -> bool:
    """Whether a point has the verdict of another, and enters what that one turns on."""
    if one.polarity != other.polarity:
        return False
    entered = {_plain(given) for given in other.inputs.values()}
    lines = [_bare(line) for line in other.preconditions]
    lines += [_bare(f"{name}{given.value}") for name, given in other.inputs.items()]
    given = next(iter(one.inputs.values()))
    value = _plain(given)
    if given.value in ("是", "否"):
        own = _bare(one.preconditions[0])
        return any(own in line or same(line, own) for line in lines)
    if not re.search(r"\d", value) and given.origin == "example":
        return True
    return value in entered or any(value in line and not denied(line.replace(value, "")) for line in lines)


def _contradicts(point: TestPoint, told: Sequence[TestPoint]) -> bool:
    """Whether a point enters numbers that the rules know, and has a verdict that none of them has for them."""
    numbers = {value for given in point.inputs.values() if re.search(r"\d", value := _plain(given))}
    if len(numbers) < len(point.inputs):
        return False  # something else decides beside them
    said = {one.polarity for one in told if numbers and numbers <= {_plain(given) for given in one.inputs.values()}}
    return bool(said) and point.polarity not in said


def _plain(given: Input) -> str:
    return shown(given, "zh").replace(" ", "")


def _bare(line: str) -> str:
    return re.sub(r"[\s。“”]|^(?:该|用户|账户|客户)|已经", "", line)
