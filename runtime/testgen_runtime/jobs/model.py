"""A job: one generation run over the requirements of one document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from testgen_runtime.documents.model import Language
from testgen_runtime.generation.model import Options
from testgen_runtime.jobs.fairness import Priority
from testgen_runtime.techniques.model import Technique

MAX_STALLED: Final = 25
"""How often in a row a job may be started without getting any further, before it counts as one that kills its worker."""


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def finished(self) -> bool:
        return self in (State.SUCCEEDED, State.FAILED, State.CANCELED)


class Request(BaseModel):
    """What was asked for, as it is kept. `requirement_ids` None: all of the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requirement_ids: tuple[str, ...] | None = None
    language: Language | None = None
    techniques: tuple[Technique, ...] | None = None
    max_cases_per_requirement: int = 12
    boundary_values: Literal[2, 3] = 3
    n_switch: Literal[0, 1, 2] = 0

    def options(self) -> Options:
        """The same for the pipeline."""
        return Options(
            language=self.language,
            techniques=frozenset(self.techniques) if self.techniques is not None else None,
            max_cases_per_requirement=self.max_cases_per_requirement,
            boundary_values=self.boundary_values,
            n_switch=self.n_switch,
        )


Purpose = Literal["", "smoke", "comparison"]
"""What a job is for: a tenant's work; a smoke test, whose cases rules write, so that no token is spent; a comparison of two
releases. The last two are worked on by the release that was asked, and by no other."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, how urgently, what for, and under which ids that shows in logs and traces."""

    created_by: str | None = None
    request_id: str | None = None
    traceparent: str | None = None
    priority: Priority = Priority.NORMAL
    purpose: Purpose = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored. `result` and `problem` are set at its end; `total` and `done` count requirements."""

    id: str
    state: State
    document_id: str
    request: Request
    attempt: int
    total: int
    done: int
    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    cancel_requested: bool
    queue_id: int | None
    priority: Priority
    stalled: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by: str | None
    request_id: str | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a job; `id` grows within a job, so a reader can go on after the last one it saw."""

    id: int
    kind: str
    data: dict[str, Any]
    created_at: datetime


class Fenced(Exception):
    """A newer attempt has taken the job over, or it has ended: this attempt may not write any more."""


class Canceled(Exception):
    """Somebody asked for the job to end."""
