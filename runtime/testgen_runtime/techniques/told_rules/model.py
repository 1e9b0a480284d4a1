"""Rules that a text tells, over variables with a few values each, and what they say of a situation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.trees import Act

Situation = Mapping[str, int]
"""The place of the value that each variable has."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a variable: what is entered, the line that sets it up, and why it is worth trying. `number`: of a measure."""

    inputs: Mapping[str, Input]
    line: str
    technique: Technique
    reason: str
    weight: float
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that decides; its values from the most typical one to the least."""

    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a variable has one of some values, by their places."""

    variable: str
    places: frozenset[int]

    def holds(self, situation: Situation) -> bool:
        return situation[self.variable] in self.places


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions that must all hold ("and"; without any, always), or one of which must ("or")."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]

    def holds(self, situation: Situation) -> bool:
        return (all if self.word == "and" else any)(part.holds(situation) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition

    def holds(self, situation: Situation) -> bool:
        return not self.part.holds(situation)


Condition = OneOf | Joined | Not


@dataclass(frozen=True, slots=True)
class Rule:
    """What is accepted or refused where a condition holds. `rank`: an exception stands above the rule that it is from."""

    condition: Condition
    accepts: bool
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All rules of a text. `rest`: the verdict where none of them holds; None where it is not told. `happens`: instead of a
    refusal the text tells what becomes of it ("any other amount requires manual review")."""

    variables: tuple[Variable, ...]
    rules: tuple[Rule, ...]
    rest: bool | None
    act: Act
    happens: bool = False
    topics: tuple[str, ...] = ()
    """What the text only speaks of: nothing hangs on it ("保存成员列表时，若 …")."""

    def verdict(self, situation: Situation) -> bool | None:
        """Whether it is accepted; None where the text does not say, or says both."""
        return verdict(self.rules, self.rest, situation)


def verdict(rules: Sequence[Rule], rest: bool | None, situation: Situation) -> bool | None:
    """What rules say of a situation: those of the highest rank that hold, `rest` where none does. Where they disagree, a refusal
    that is told last, of something that no permission speaks of, narrows what was permitted; else None."""
    held = [rule for rule in rules if rule.condition.holds(situation)]
    if not held:
        return rest
    highest = max(rule.rank for rule in held)
    told = [rule for rule in held if rule.rank == highest]
    if len({rule.accepts for rule in told}) == 1:
        return told[0].accepts
    permitted = {name for rule in told if rule.accepts for name in _asked(rule.condition, situation)}
    narrows = not told[-1].accepts and highest == 0 and not permitted & set(_asked(told[-1].condition, situation))
    return False if narrows else None


def _asked(condition: Condition, situation: Situation) -> Iterator[str]:
    """The variables on which a condition that holds hangs: of alternatives, those that hold."""
    if isinstance(condition, OneOf):
        yield condition.variable
    else:
        for part in condition.parts if isinstance(condition, Joined) else (condition.part,):
            if isinstance(condition, Not) or condition.word == "and" or part.holds(situation):
                yield from _asked(part, situation)
