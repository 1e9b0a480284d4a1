"""Which situations of a list of rules are worth a test: every value of a variable where it decides, and one where it does not
although it does elsewhere (each-choice and modified condition/decision coverage, ISO/IEC/IEEE 29119-4:2021, 5.2.3 and 5.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Final

from testgen_runtime.techniques.model import Input
from testgen_runtime.techniques.told_rules.model import Reading, Value, Variable

Row = tuple[bool | None, ...]
MOST_SITUATIONS: Final = 5000
"""Of more the text tells too much for one requirement: it is left to the general reading."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A situation to test: the value that it turns on, those beside it, and the verdict. `key`: the variable of the value;
    `row`: the verdicts of all values of that variable beside the same others."""

    value: Value
    others: tuple[Value, ...]
    accepted: bool
    key: str
    row: Row

    @property
    def inputs(self) -> dict[str, Input]:
        return {name: given for one in (self.value, *self.others) for name, given in one.inputs.items()}

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(one.line for one in (self.value, *self.others))


def tried(reading: Reading) -> Iterator[Tried]:
    """The situations to test, those that enter the same once; none where too many would have to be looked at, or where
    nothing is accepted or nothing refused."""
    if not reading.variables or prod(len(one.values) for one in reading.variables) > MOST_SITUATIONS:
        return
    found = [one for variable in reading.variables for one in _of(reading, variable)]
    if {one.accepted for one in found} != {True, False}:
        return
    seen: set[frozenset[tuple[str, str]]] = set()
    for one in found:
        key = frozenset((name, f"{given.value} {given.unit}") for name, given in one.inputs.items())
        if key not in seen:
            seen.add(key)
            yield one


def _of(reading: Reading, variable: Variable) -> Iterator[Tried]:
    """Every value of a variable in the most typical of the settings that tell them apart alike."""
    others = [one for one in reading.variables if one is not variable]
    settings = sorted(product(*(range(len(one.values)) for one in others)), key=lambda places: (sum(places), places))
    said: dict[Row, tuple[int, ...]] = {}
    for places in settings:
        beside = {one.key: place for one, place in zip(others, places, strict=True)}
        row = tuple(reading.verdict({**beside, variable.key: place}) for place in range(len(variable.values)))
        said.setdefault(row, places)
    for row, places in said.items():
        held = tuple(one.values[place] for one, place in zip(others, places, strict=True))
        decides = len({verdict for verdict in row if verdict is not None}) == 2
        known = [place for place, verdict in enumerate(row) if verdict is not None]
        for place in known if decides else [place for place in _telling(row, said) if place in known][:1]:
            most = 1.0 if decides and _near(variable, row, place) else 0.85 if not decides else 0.6
            value = variable.values[place]
            value = replace(value, weight=min(value.weight, most))
            yield Tried(value, held, row[place] is True, variable.key, row)


def _near(variable: Variable, row: Row, place: int) -> bool:
    """Whether the next smaller or the next greater number has another verdict; of what is no number, always."""
    if variable.values[place].number is None:
        return True
    order = sorted(range(len(row)), key=lambda one: variable.values[one].number or 0)
    at = order.index(place)
    return any(row[other] != row[place] for other in order[max(0, at - 1) : at + 2])


def _telling(row: Row, said: dict[Row, tuple[int, ...]]) -> list[int]:
    """The places at which another setting has the other verdict, the most typical first."""
    return [place for place, verdict in enumerate(row) if any(other[place] not in (None, verdict) for other in said)]
