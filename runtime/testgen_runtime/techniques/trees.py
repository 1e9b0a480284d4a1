"""Conditions as trees of "and" and "or" over clauses, each of which is tried in the situation in which it alone decides
(modified condition/decision coverage of a decision table, ISO/IEC/IEEE 29119-4:2021, 5.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from testgen_runtime.documents.atoms.extract import atoms
from testgen_runtime.documents.model import Language, Limit, Span
from testgen_runtime.documents.view import view
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.phrases import sentence


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a clause holds or fails: what is entered, and the line that sets it up."""

    holds: bool
    inputs: dict[str, Input]
    line: str
    technique: Technique
    reason: str
    weight: float


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition with the ways in which it holds and fails."""

    ways: tuple[Way, ...]

    def way(self, *, holds: bool) -> Way | None:
        return next((w for w in self.ways if w.holds == holds), None)


@dataclass(frozen=True, slots=True)
class Tree:
    """Clauses and smaller trees joined by one word."""

    joined: Literal["and", "or"]
    parts: tuple[Tree | Clause, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What is done, and what is seen where the condition holds and where it does not."""

    do: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Situation:
    """`way` decides beside `others`. `inputs`: what all of them enter."""

    way: Way
    others: tuple[Way, ...]
    inputs: dict[str, Input]
    holds: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """What sets it up, the deciding line first."""
        return tuple(one.line for one in (self.way, *self.others))


def situations(tree: Tree | Clause) -> Iterator[Situation]:
    """The rows of a tree, those that enter the same values once."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    for way, others, holds in rows(tree):
        inputs = {name: value for one in (way, *others) for name, value in one.inputs.items()}
        key = tuple(sorted((name, f"{value.value} {value.unit}") for name, value in inputs.items()))
        if key not in seen:
            seen.add(key)
            yield Situation(way, tuple(others), inputs, holds)


def rows(tree: Tree | Clause) -> Iterator[tuple[Way, list[Way], bool]]:
    """(the way that decides, the others, whether the condition holds)."""
    if isinstance(tree, Clause):
        yield from ((way, [], way.holds) for way in tree.ways)
        return
    for place, part in enumerate(tree.parts):
        neutral = tree.joined == "and"
        held = [way for i, other in enumerate(tree.parts) if i != place for way in _set(other, holds=neutral)]
        for way, others, holds in rows(part):
            yield way, [*others, *held], holds


def _set(tree: Tree | Clause, *, holds: bool) -> list[Way]:
    """Ways that make a part hold or fail, by as few of its clauses as possible."""
    if isinstance(tree, Clause):
        way = tree.way(holds=holds)
        return [way] if way is not None else []
    alone = (tree.joined == "or") == holds  # one clause is enough to make an "or" hold, or an "and" fail
    return [way for i, part in enumerate(tree.parts) for way in _set(part, holds=holds if not alone or i == 0 else not holds)]


def told_limit(text: str, language: Language) -> Limit | None:
    """The one limit that a sentence tells; None where it tells none or several."""
    found = [atom.value for atom in atoms(view(text, [Span(0, len(text))]), text, "", language)]
    limits = [value for value in found if isinstance(value, Limit)]
    return limits[0] if len(limits) == 1 and limits[0].accepts else None


def of_limit(limit: Limit, name: str, language: Language) -> Clause | None:
    """A limit as a clause: its bounds, the values beside them and a typical one; None where one of its sides has no value."""
    ways = []
    for level in limit_levels(limit, name, language):
        if level.technique is not Technique.EQUIVALENCE_PARTITIONING and level.weight < 0.9:
            continue
        (value,) = level.inputs.values()
        told = f"the {name} is {shown(value, language)}" if language == "en" else f"{name}为 {shown(value, language)}"
        line = sentence(told, language)
        ways.append(Way(level.good, dict(level.inputs), line, level.technique, level.reason, level.weight))
    return Clause(tuple(ways)) if {way.holds for way in ways} == {True, False} else None


def of_words(key: str, yes: tuple[Input, str], no: tuple[Input, str], reason: str) -> Clause:
    """A condition in words as a clause; `yes` and `no`: the answer to `key`, and the line that sets it up."""
    why = Technique.DECISION_TABLE
    return Clause((Way(True, {key: yes[0]}, yes[1], why, reason, 0.9), Way(False, {key: no[0]}, no[1], why, reason, 0.92)))
