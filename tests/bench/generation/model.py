"""What the benchmark compares: sets of requirements, the testers' own procedures for them, and cases by whoever wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Literal

from testgen_runtime.documents.model import Document

Language = Literal["en", "zh"]
Arm = Literal["rules", "ours", "techniques", "plain"]
ARMS: tuple[Arm, ...] = ("rules", "ours", "techniques", "plain")


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a tester wrote by hand, and the requirements of the set that it tests."""

    text: str
    requirement_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Oracle:
    """A set's requirements with an executable meaning, and the module whose functions run cases against them."""

    scorer: ModuleType
    items: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RequirementSet:
    """One set: its document as the product reads it, and what there is to hold the cases against.

    `asked` are the requirements that the run is about (all, or a sample), by their ids in `document`; `expected_ids` the ids that
    the set itself gives (empty for a document that gives none): one that the document lacks has no case.
    """

    name: str
    document: Document
    asked: tuple[str, ...]
    expected_ids: tuple[str, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    oracle: Oracle | None = None


@dataclass(frozen=True, slots=True)
class Step:
    action: str
    expected: str


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case, whoever wrote it. `atom_ids` is what its writer claims to exercise; the arms without test design claim nothing.
    `by_model`: a model worded it.
    """

    id: str
    requirement_id: str
    title: str
    steps: tuple[Step, ...]
    preconditions: tuple[str, ...] = ()
    test_data: Mapping[str, str] = field(default_factory=dict)
    polarity: str = ""
    quotes: tuple[str, ...] = ()
    atom_ids: tuple[str, ...] = ()
    language: Language = "en"
    by_model: bool = True

    def as_output(self) -> dict[str, Any]:
        """As `testgen generate --format json` prints it, for scorers that read that."""
        return {
            "id": self.id,
            "title": self.title,
            "requirement_ids": [self.requirement_id],
            "preconditions": list(self.preconditions),
            "steps": [{"action": step.action, "expected": step.expected} for step in self.steps],
            "test_data": dict(self.test_data),
            "polarity": self.polarity,
        }

    def lines(self) -> list[str]:
        """Every line that somebody wrote, the data last."""
        steps = [line for step in self.steps for line in (step.action, step.expected)]
        return [self.title, *self.preconditions, *steps, *(f"{name}: {value}" for name, value in self.test_data.items())]

    def text(self) -> str:
        return "\n".join(self.lines())


Cases = Mapping[str, tuple[WrittenCase, ...]]
"""Requirement id → its cases, in the order in which they were written."""
