"""What the pipeline takes and gives, and the ports through which it reaches the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from testgen_runtime.cases.model import Case, Coverage
from testgen_runtime.documents.model import Document, Finding, Language, Requirement
from testgen_runtime.techniques.model import LeftOut, Technique, TestPoint


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asks for. `language` None: the requirement's own; `techniques` None: all that add tests of their own.

    `boundary_values`: two or three values at each end of a range. `n_switch`: sequences of up to that many transitions more
    than one.
    """

    language: Language | None = None
    techniques: frozenset[Technique] | None = None
    max_cases_per_requirement: int = 12
    seed: int = 0
    boundary_values: Literal[2, 3] = 3
    n_switch: Literal[0, 1, 2] = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document, its id in the store, and the requirements of it that are asked for (all of them by default)."""

    document_id: str
    document: Document
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class ContextItem:
    """Something retrieval found that may help to word a case; `relation` tells why it is here."""

    id: str
    text: str
    relation: Literal["similar", "neighbour", "glossary", "past case"]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Context:
    """What retrieval found for one requirement. `degraded` names the legs that did not answer."""

    items: tuple[ContextItem, ...] = ()
    degraded: tuple[str, ...] = ()


class Retriever(Protocol):
    """Finds what else the store knows about a requirement. Never fails: a dead leg is named in `degraded`."""

    async def context(self, source: Source, requirement: Requirement) -> Context: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model wrote for one point, not yet judged."""

    point_id: str
    title: str
    preconditions: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    test_data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The answer of a writer: drafts for some of the points, and what it cost. `reason` says why points are missing."""

    drafts: tuple[Draft, ...]
    model: str
    prompt_version: str
    tokens: int = 0
    reason: Literal["", "budget", "unavailable", "invalid"] = ""


class Writer(Protocol):
    """Words test points with a model. Never raises for a model's failure: it returns fewer drafts and says why.

    `max_parallel` is how many requirements may be worded at the same time (>= 1).
    """

    @property
    def max_parallel(self) -> int: ...

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written: ...


@dataclass(frozen=True, slots=True)
class GateCount:
    """How often one gate turned a model's draft away."""

    gate: str
    rejected: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: requirements `done` of `total`, and the cases so far by who wrote them."""

    done: int
    total: int
    cases: int
    by_model: int
    by_rules: int


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """Everything that one requirement gave: the unit of a checkpoint.

    `points`: the ids of all points that test design found, those without a case included; `points_of`: the techniques of which
    no other point exists (none where only some were asked for).

    `left_out` counts the points without a case; `left_out_points` says which ones the limit on cases left out, best first, at
    most 50, and after them the atoms that no case shows in its words (`shown`), which are no points of their own.
    """

    requirement_id: str
    cases: tuple[Case, ...]
    gates: tuple[GateCount, ...] = ()
    degraded: tuple[str, ...] = ()
    left_out: int = 0
    tokens: int = 0
    budget_exhausted: bool = False
    left_out_points: tuple[LeftOut, ...] = ()
    points: tuple[str, ...] = ()
    points_of: tuple[str, ...] = ()


class Checkpoint(Protocol):
    """Where a job keeps what is done, so that a killed one goes on instead of starting again.

    `done` gives the results of the requirements of this run that are already stored; `save` must be idempotent (case ids are
    the same each time) and is called once per requirement, in order, before its progress is told.
    """

    async def done(self) -> Mapping[str, RequirementResult]: ...

    async def save(self, result: RequirementResult) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """Cases of some requirements with everything that a report needs."""

    cases: tuple[Case, ...]
    coverage: Coverage
    findings: tuple[Finding, ...] = ()
    gates: tuple[GateCount, ...] = ()
    degraded: tuple[str, ...] = ()
    left_out: int = 0
    tokens: int = 0
    budget_exhausted: bool = False
