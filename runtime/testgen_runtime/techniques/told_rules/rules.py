"""What the readers of both languages share: conditions that stand in rules, found to be of variables, become a reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from testgen_runtime.techniques.told_rules.model import Joined, Not, OneOf, Reading, Rule
from testgen_runtime.techniques.told_rules.pieces import Piece
from testgen_runtime.techniques.told_rules.told import Told
from testgen_runtime.techniques.told_rules.variables import Known, Placed, Words
from testgen_runtime.techniques.trees import Act


@dataclass(frozen=True, slots=True)
class Parts:
    """The conditions of one rule, the word that joins them, and what it demands."""

    told: Told
    word: Literal["and", "or"]
    said: tuple[Placed, ...]
    demand: tuple[Placed, ...] = ()
    within: int = 0
    """How many of `said` only tell where the rule holds."""

    @property
    def every(self) -> tuple[Placed, ...]:
        return (*self.said, *self.demand)


class Board:
    """The variables of one text while its conditions are sorted out."""

    def __init__(self, rules: Sequence[Told]) -> None:
        self.rules = rules
        self.known: list[Known] = []
        self.of: dict[Placed, Known] = {}

    def join(self, kind: Literal["limit", "names", "mark"], one: Placed, alike: Callable[[Piece, Piece], bool]) -> None:
        """Count a condition to the variable whose conditions it is like, or to a new one."""
        fitting = (k for k in self.known if k.kind == kind and any(alike(other.piece, one.piece) for other in k.found))
        known = next(fitting, None)
        if known is None:
            known = Known(kind)
            self.known.append(known)
        known.found.append(one)
        self.of[one] = known

    @property
    def in_two_units(self) -> bool:
        """Whether one kind of measure is told in minutes and in hours: which of them are the same thing, is not sure."""
        measures = [one.piece.limit for known in self.known for one in known.found[:1] if one.piece.limit is not None]
        return any(a.dimension == b.dimension != "other" and a.unit != b.unit for a in measures for b in measures)

    def reading(self, parts: Sequence[Parts], act: Act, words: Words, *, happens: bool = False) -> Reading | None:
        """The rules over the variables; None where one of these cannot be settled, or a rule hangs on nothing."""
        if not all(known.settle(words) for known in self.known):
            return None
        rules: list[Rule] = []
        rest: bool | None = None
        for part in parts:
            tests, rule = self._tests(part.said), part.told
            if rule.declares:
                continue
            if rule.rest and not part.said:
                rest = rule.accepts
            elif part.demand:
                met = Joined("and", self._tests(part.demand))
                rules.append(Rule(Joined("and", (*tests, Not(met))), accepts=False))
                rules.append(Rule(Joined("and", (*tests, met)), accepts=True, rank=-1))  # where nothing else is told
            elif not tests:
                return None
            else:
                rules.append(Rule(Joined(part.word, tests), rule.accepts, rank=1 if rule.spares else 0))
                if rule.only and (around := self._tests(part.said[: part.within])) and len(around) < len(tests):
                    others = Not(Joined("and", self._tests(part.said[part.within :])))
                    rules.append(Rule(Joined("and", (*around, others)), not rule.accepts, rank=-1))
                elif rule.only:
                    rest = not rule.accepts
        variables = tuple(known.variable for known in self.known if known.variable is not None)
        if not rules or len({variable.key for variable in variables}) != len(variables):
            return None
        topics = tuple(one.piece.text for part in parts for one in part.every if one not in self.of)
        return Reading(variables, tuple(rules), self._rest(rules, rest), act, happens, topics)

    def _tests(self, placed: Sequence[Placed]) -> tuple[OneOf, ...]:
        return tuple(self.of[one].tests[one] for one in placed if one in self.of)

    def _rest(self, rules: Sequence[Rule], told: bool | None) -> bool | None:
        """The verdict where no rule holds."""
        if (
            told is False
            and not any(rule.accepts and rule.rank >= 0 for rule in rules)
            and any(rule.demand for rule in self.rules)
        ):
            return True  # what is refused are the values that no demand allows
        named = any(known.kind == "names" and not all(self.rules[one.rule].spares for one in known.found) for known in self.known)
        if told is None and not named and not any(rule.accepts and rule.rank == 0 for rule in rules):
            return True  # a ban on some values leaves the others; of other names than those that are barred nothing is told
        return told
