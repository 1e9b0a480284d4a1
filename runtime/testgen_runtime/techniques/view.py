"""A requirement with its atoms by kind and by sentence, and small questions about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from testgen_runtime.documents.model import (
    Action,
    Actor,
    Atom,
    Condition,
    Enumeration,
    Format,
    Language,
    Limit,
    Outcome,
    Requirement,
    State,
)
from testgen_runtime.techniques.sentences import sentence_of, sentences

_ONLY = re.compile(
    r"\b(only|solely|exclusively|restricted to|reserved for|limited to|nobody but|no one (?:but|except)|except|other than|"
    r"while|as long as)\b|只有|仅|只能|"
    r"只允许|才能|才可|方可",
    re.I,
)
REFUSAL = re.compile(
    r"^(?:be\s+)?(?:reject|refus|den(?:y|ied)\b|declin)|^(?:应|应当|必须)?(?:被)?(?:系统)?(?:应)?(?:拒绝|驳回|禁止)$|"
    r"^(?:应)?被(?:拒绝|驳回|禁止)",
    re.I,
)
"""Verb phrases that refuse something: a result, and nothing that anybody does."""
T = TypeVar("T", Limit, Enumeration, Format, State, Actor, Condition, Action, Outcome)


@dataclass(frozen=True)
class View:
    """What the rules of test design may ask about one requirement. `language`: the one that test points are worded "
    "in (its own)."""

    requirement: Requirement
    language: Language

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        """In the order of the text, whatever order they came in."""
        return tuple(sorted(self.requirement.atoms, key=lambda atom: (atom.span, atom.id)))

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        return sentences(self.requirement.text)

    def at(self, atom: Atom) -> int:
        """Where the atom starts in the requirement's text."""
        return max(0, atom.span.start - self.requirement.span.start)

    def sentence(self, atom: Atom) -> int:
        """The number of the sentence that the atom stands in."""
        return sentence_of(self.spans, self.at(atom))

    def words(self, sentence: int) -> str:
        """The text of one sentence."""
        start, end = self.spans[sentence] if sentence < len(self.spans) else (0, 0)
        return self.requirement.text[start:end]

    def closed(self, atom: Atom) -> bool:
        """Whether the sentence of the atom excludes everybody and everything that it does not name ("only", 只有)."""
        return bool(_ONLY.search(self.words(self.sentence(atom))))

    def of(self, kind: type[T]) -> list[tuple[Atom, T]]:
        """The atoms of one kind with their values, in the order of the text."""
        return [(atom, atom.value) for atom in self.atoms if isinstance(atom.value, kind)]

    def results(self, sentences_: Iterable[int] | None = None) -> list[Atom]:
        """The actions and outcomes of these sentences (of all by default)."""
        wanted = None if sentences_ is None else set(sentences_)
        return [a for a in self.atoms if isinstance(a.value, Action | Outcome) and (wanted is None or self.sentence(a) in wanted)]


def overlap(a: Atom, b: Atom) -> int:
    """How many characters two atoms share."""
    return max(0, min(a.span.end, b.span.end) - max(a.span.start, b.span.start))


def negative(atom: Atom) -> bool:
    """Whether an action or outcome is a refusal."""
    if isinstance(atom.value, Outcome):
        return atom.value.polarity == "negative"
    return isinstance(atom.value, Action) and (atom.value.modality == "must_not") != bool(REFUSAL.search(atom.value.text))


def all_otherwise(outcomes: Iterable[Atom]) -> bool:
    """Whether a text refuses first and then tells what is accepted: "is refused if …; otherwise it is saved"."""
    told = list(outcomes)
    return all(otherwise(a) for a in told) and len({negative(a) for a in told}) == 2


def otherwise(atom: Atom) -> bool:
    return isinstance(atom.value, Outcome) and atom.value.otherwise
