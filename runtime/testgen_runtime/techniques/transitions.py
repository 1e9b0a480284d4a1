"""The state graphs of a document: which transitions its requirements tell, of what, and how they follow each other.

Bounded: at most MOST transitions of a document, so that a hostile one cannot make every requirement walk through it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from testgen_runtime.documents.model import Action, Atom, Condition, Language, Outcome, Requirement, State
from testgen_runtime.techniques.sentences import sentence_of, sentences

MOST: Final = 500
MOST_PATHS: Final = 12
"""Paths that are followed for one transition."""


@dataclass(frozen=True, slots=True)
class Transition:
    """`subject` goes from `source` to `target`, as `requirement` tells in the sentence of `atoms`."""

    language: Language
    subject: str
    source: str
    target: str
    requirement: Requirement
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class StateGraph:
    """The transitions of a document by their requirement and by the state that they lead to."""

    by_requirement: Mapping[str, tuple[Transition, ...]] = field(default_factory=dict)
    into: Mapping[tuple[Language, str, str], tuple[Transition, ...]] = field(default_factory=dict)
    sources: Mapping[tuple[Language, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> StateGraph:
        """The graph of `requirements`: one pass; a subject that is left out is the one whose states are named."""
        found: list[Transition] = []
        for requirement in requirements:
            if len(found) >= MOST:
                break
            if any(isinstance(atom.value, State) and atom.value.target for atom in requirement.atoms):
                found += _told(requirement)
        found = _named(found[:MOST])
        by_requirement: dict[str, list[Transition]] = defaultdict(list)
        into: dict[tuple[Language, str, str], list[Transition]] = defaultdict(list)
        sources: dict[tuple[Language, str], dict[str, None]] = defaultdict(dict)
        for one in found:
            by_requirement[one.requirement.id].append(one)
            into[one.language, one.subject.lower(), one.target.lower()].append(one)
            for state in (one.source, one.target):
                sources[one.language, one.subject.lower()][state] = None
        return cls(
            {key: tuple(value) for key, value in by_requirement.items()},
            {key: tuple(value) for key, value in into.items()},
            {key: tuple(value) for key, value in sources.items()},
        )

    def of_requirement(self, requirement: Requirement) -> tuple[Transition, ...]:
        return self.by_requirement.get(requirement.id, ())

    def before(self, one: Transition) -> tuple[Transition, ...]:
        """The transitions that end where `one` starts."""
        return self.into.get((one.language, one.subject.lower(), one.source.lower()), ())

    def paths(self, last: Transition, switches: int) -> list[tuple[Transition, ...]]:
        """The sequences of `switches` + 1 transitions that end in `last`, at most MOST_PATHS; shorter ones only where none is
        so long (a sequence of two at least)."""
        found: list[tuple[Transition, ...]] = [(last,)]
        for _ in range(switches):
            longer = [(first, *path) for path in found for first in self.before(path[0])]
            if not longer:
                break
            found = longer[:MOST_PATHS]
        return [path for path in found if len(path) > 1]

    def elsewhere(self, one: Transition) -> tuple[str, ...]:
        """States of the same subject in which nothing leads to where `one` leads."""
        leading = {other.source.lower() for other in self.into.get((one.language, one.subject.lower(), one.target.lower()), ())}
        known = self.sources.get((one.language, one.subject.lower()), ())
        return tuple(state for state in known if state.lower() not in leading and state.lower() != one.target.lower())


def _told(requirement: Requirement) -> list[Transition]:
    spans = sentences(requirement.text)
    start = requirement.span.start

    def place(atom: Atom) -> int:
        return sentence_of(spans, max(0, atom.span.start - start))

    made = []
    for atom in requirement.atoms:
        if isinstance(atom.value, State) and atom.value.target:
            here = tuple(
                other for other in requirement.atoms
                if other is atom or (place(other) == place(atom) and isinstance(other.value, Condition | Action | Outcome))
            )  # fmt: skip
            made += [
                Transition(requirement.language, atom.value.subject.strip(), source, atom.value.target, requirement, here)
                for source in atom.value.allowed
                if source.lower() != atom.value.target.lower()
            ]
    return made


def _named(found: list[Transition]) -> list[Transition]:
    """The transitions, each with a subject; where a text leaves it out ("状态由草稿变为待审批"), whose states they are."""
    owner: dict[tuple[Language, str], str] = {}
    for one in found:
        if one.subject:
            for state in _states(one):
                owner.setdefault(state, one.subject)
    return [
        one if one.subject else replace(one, subject=next((known for known in map(owner.get, _states(one)) if known), ""))
        for one in found
    ]


def _states(one: Transition) -> tuple[tuple[Language, str], ...]:
    return (one.language, one.source.lower()), (one.language, one.target.lower())
