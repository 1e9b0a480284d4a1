"""Whether points that somebody else derived say the same as the rules of a text, and leave none of them out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.told_rules.deriving import Tried
from testgen_runtime.techniques.told_rules.model import Reading, Value, Variable
from testgen_runtime.techniques.told_rules.variables import Words

TELLING: Final = 0.89
"""From this weight on a situation tells what no other does: the values next to a bound, names, conditions that decide."""


def agree(reading: Reading, tried: Sequence[Tried], points: Sequence[TestPoint], words: Words) -> bool:
    """Whether none of `points` contradicts the rules, and each situation that tells something is among them."""
    placed = [(point, _situation(reading, point, words)) for point in points]
    if any(_contradicts(reading, point, situation, words) or _reads_badly(reading, point, words) for point, situation in placed):
        return False
    telling = [one for one in tried if one.value.weight >= TELLING]
    return all(any(_covers(reading, one, point, situation) for point, situation in placed) for one in telling)


def _contradicts(reading: Reading, point: TestPoint, situation: Mapping[str, int], words: Words) -> bool:
    """Whether the rules have the other verdict, or none, whatever the values are that the point does not tell."""
    told = len(situation) + sum(given.value in reading.topics for given in point.inputs.values())
    if not situation or (words.language == "zh" and told < len(point.inputs) and not _turns_a_topic(point)):
        return False  # Chinese rules leave out what they are about: something else decides there
    lines = [_bare(line) for line in point.preconditions]
    fixed = [value.values[0].line for value in reading.variables if len(value.values) == 1]
    if any(words.same(_turned(line, words), _bare(own)) for own in fixed for line in lines):
        return True
    said = {reading.verdict(whole) for whole in _completed(reading, situation)}
    return said == {point.polarity != "positive"}


_ODD: Final = re.compile("存在不存在|没有没有|只没有|系统不会系统|不存在存在")


def _reads_badly(reading: Reading, point: TestPoint, words: Words) -> bool:
    """Whether a point makes a mark of what is one value of several ("不为阳性"), or its words are those of no tester."""
    if words.language != "zh":
        return False
    names = {
        value.inputs[v.key].value for v in reading.variables if len(v.values) > 2 for value in v.values if v.key in value.inputs
    }
    turned = {found[1] for given in point.inputs.values() if (found := re.fullmatch("不[为是](.+?)(?:[或及]以上)?", given.value))}
    return bool(turned & names) or any(_ODD.search(text) for text in (*point.preconditions, point.title))


_TURNED_TOPIC: Final = re.compile(
    r"^并非|(?:不足|不满|未满|超过|低于|高于|少于|多于|不少于|不低于|大于|小于)\s?\d|或负数|"
    "(?:高于|低于|超出|超过|不符|未达)(?:标准|上限|下限|范围|规定|要求|限)"
)


def _turns_a_topic(point: TestPoint) -> bool:
    """Whether a point makes a condition of what a text is about, or of the other side of a bound."""
    return any(_TURNED_TOPIC.search(given.value) for given in point.inputs.values())


def _turned(line: str, words: Words) -> str:
    return words.opposite(line) or line


def _covers(reading: Reading, one: Tried, point: TestPoint, situation: Mapping[str, int]) -> bool:
    """Whether a point tries the same value with the same verdict where that value decides the same."""
    variable = next(variable for variable in reading.variables if variable.key == one.key)
    place = situation.get(one.key)
    if place is None and _is_example(one.value):
        return (point.polarity == "positive") == one.accepted
    if place is None or (point.polarity == "positive") != one.accepted:
        return False
    own = variable.values[place]
    if own.inputs != one.value.inputs and not (_is_example(one.value) and _is_example(own)):
        return False
    rows = {
        tuple(reading.verdict({**whole, one.key: other}) for other in range(len(variable.values)))
        for whole in _completed(reading, situation)
    }
    return rows == {one.row}


def _is_example(one: Value) -> bool:
    """Whether it is a name that the text does not list."""
    return one.number is None and all(given.origin == "example" for given in one.inputs.values())


def _completed(reading: Reading, situation: Mapping[str, int]) -> list[dict[str, int]]:
    """Every situation that a point may mean: with each value of the variables that it does not tell."""
    choices = [
        [(variable.key, situation[variable.key])]
        if variable.key in situation
        else [(variable.key, place) for place in range(len(variable.values))]
        for variable in reading.variables
    ]
    return [dict(places) for places in product(*choices)]


def _situation(reading: Reading, point: TestPoint, words: Words) -> dict[str, int]:
    """The values of the rules' variables that a point tells."""
    found = {variable.key: _place(variable, point, words) for variable in reading.variables}
    return {key: place for key, place in found.items() if place is not None}


def _place(variable: Variable, point: TestPoint, words: Words) -> int | None:
    entered = {_plain(given) for given in point.inputs.values()}
    told = [next(iter(value.inputs.values())) for value in variable.values]
    if told[0].value in ("是", "否", "yes", "no"):
        lines = [*map(_bare, point.preconditions), *(_bare(f"{name} {given.value}") for name, given in point.inputs.items())]
        found = (
            place for place, value in enumerate(variable.values) if any(_tells(line, _bare(value.line), words) for line in lines)
        )
        return next(found, None)
    exact = next((place for place, given in enumerate(told) if _plain(given) in entered), None)
    if exact is not None or variable.values[0].number is not None:
        return exact if exact is not None else _nearest(variable, point)
    lines = [line.lower() for line in point.preconditions]
    found = (place for place, given in enumerate(told) if any(_names(line, given.value.lower(), words) for line in lines))
    return next(found, None)


def _tells(line: str, own: str, words: Words) -> bool:
    """Whether a line sets up what another does."""
    return words.same(line, own) or (own in line and words.denied(own) == words.denied(line))


def _names(line: str, name: str, words: Words) -> bool:
    """Whether a line names a value, and does not deny it."""
    whole = rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9-])" if name.isascii() else re.escape(name)
    return re.search(whole, line) is not None and not words.denied(line.replace(name, ""))


def _nearest(variable: Variable, point: TestPoint) -> int | None:
    """The value of a measure nearest to the one that the point enters in the same unit."""
    numbers = [(place, value.number) for place, value in enumerate(variable.values) if value.number is not None]
    if not numbers:
        return None
    unit = next(iter(variable.values[0].inputs.values())).unit
    for given in point.inputs.values():
        if given.unit.rstrip("s") == unit.rstrip("s") and re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", given.value):
            entered = float(given.value.replace(",", ""))
            return min(numbers, key=lambda one: abs(float(one[1]) - entered))[0]
    return None


def _plain(given: Input) -> str:
    return shown(given, "zh").replace(" ", "").lower()


def _bare(line: str) -> str:
    if line.isascii():
        return line.rstrip(".").lower()
    return re.sub(r"[\s。“”]|^(?:该|用户|账户|客户)|已经", "", line)
