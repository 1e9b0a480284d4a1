"""Which waiting job is the next one. Pure.

The order, most important first: a user who has fewer jobs at work; a higher priority; the user whose last start lies longest
back; the older job. A job that has waited for `AGED_AFTER` counts as high, so that nobody waits for ever behind someone else's
important work: from then on users take turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

AGED_AFTER: Final = timedelta(minutes=5)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Priority(IntEnum):
    """How urgent a job is beside others that wait."""

    LOW = -1
    NORMAL = 0
    HIGH = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """The oldest waiting job of one user and priority. `running`, `last_start`: of that user's jobs."""

    job_id: str
    seq: int
    priority: Priority
    created_at: datetime
    running: int
    last_start: datetime | None


def choose(candidates: Iterable[Candidate], now: datetime) -> str | None:
    """The id of the job to start next, or None where none waits."""
    first = min(candidates, key=lambda one: _rank(one, now), default=None)
    return first.job_id if first else None


def _rank(one: Candidate, now: datetime) -> tuple[int, int, datetime, int]:
    priority = Priority.HIGH if now - one.created_at >= AGED_AFTER else one.priority
    return one.running, -priority, one.last_start or _NEVER, one.seq
