"""What keeps the tables of jobs right and bounded: age limit, lost tickets, retention. Each pass may be killed at any line.

Every pod does it now and then; rows that another pod has in hand are left to it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.errors import JobExpired
from testgen_runtime.jobs import repository
from testgen_runtime.jobs.model import State
from testgen_runtime.jobs.runner import problem_of
from testgen_runtime.jobs.worker import ENTRYPOINT
from testgen_runtime.settings import Jobs as JobSettings
from testgen_runtime.storage import queue_schema
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

EVERY_SECONDS: Final = 30.0
BATCH: Final = 100
"""Rows a statement: a long retention run never holds many locks, nor the memory of many rows."""
QUEUE_LOG_DAYS: Final = 7
log = get_logger()

_TOO_OLD: Final = """
SELECT id, total, done FROM jobs WHERE state IN ('queued', 'running') AND created_at < now() - make_interval(secs => $1)
ORDER BY seq LIMIT $2 FOR UPDATE SKIP LOCKED
"""

_WITHOUT_TICKET: Final = """
SELECT j.id FROM jobs j WHERE j.state IN ('queued', 'running')
  AND NOT EXISTS (SELECT 1 FROM pgqueuer q WHERE q.id = j.queue_id AND q.status IN ('queued', 'picked'))
ORDER BY j.seq LIMIT $1 FOR UPDATE OF j SKIP LOCKED
"""

_PAST_RETENTION: Final = """
DELETE FROM jobs WHERE id IN (
  SELECT id FROM jobs WHERE finished_at < now() - make_interval(days => $1) ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
"""

_QUEUE_LOG: Final = """
DELETE FROM pgqueuer_log WHERE id IN (
  SELECT id FROM pgqueuer_log WHERE created < now() - make_interval(days => $1) ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one pass has done, in rows."""

    expired: int = 0
    tickets: int = 0
    removed: int = 0


class Housekeeping:
    """Run `run` as a task of its own."""

    def __init__(self, database: Database, settings: JobSettings, chance: random.Random) -> None:
        self._database = database
        self._settings = settings
        self._chance = chance

    async def run(self) -> None:
        """A pass now and then, until cancelled."""
        while True:
            try:
                await self.once()
            except TRANSIENT as error:
                log.warning("housekeeping of jobs put off", error=type(error).__name__)
            except Exception:
                log.exception("housekeeping of jobs failed")
            await asyncio.sleep(EVERY_SECONDS * self._chance.uniform(0.8, 1.2))

    async def once(self) -> Tidied:
        """One pass, in transactions of at most `BATCH` rows."""
        async with self._database.transaction() as connection:
            expired = await self._expire(connection)
        async with self._database.transaction() as connection:
            tickets = await self._give_tickets(connection)
        removed = await self._remove(_PAST_RETENTION, self._settings.retention_days)
        await self._remove(_QUEUE_LOG, QUEUE_LOG_DAYS)
        if expired or tickets or removed:
            log.info("jobs tidied", expired=expired, tickets=tickets, removed=removed)
        return Tidied(expired, tickets, removed)

    async def _expire(self, connection: Connection) -> int:
        """End what has not ended within the age limit. The attempt that works on it, if any, is fenced off by that."""
        limit = self._settings.max_age_seconds
        late = await connection.fetch(_TOO_OLD, limit, BATCH)
        for row in late:
            error = JobExpired(
                f"the job has not ended within {limit:g} seconds: {row['done']} of {row['total']} requirements are done",
                mend="its cases are kept; ask again for the requirements that are left, or for fewer at once",
            )
            await repository.finish(connection, row["id"], State.FAILED, problem=problem_of(error))
            metrics.JOBS.labels(State.FAILED.value).inc()
        return len(late)

    async def _give_tickets(self, connection: Connection) -> int:
        """A job that the queue does not know (any more) would never be done: give it a new ticket."""
        from pgqueuer.db import AsyncpgDriver

        lost = [row["id"] for row in await connection.fetch(_WITHOUT_TICKET, BATCH)]
        queue = queue_schema.queries(AsyncpgDriver(connection))
        for job_id in lost:
            (ticket,) = await queue.enqueue(ENTRYPOINT, job_id.encode())
            await repository.set_queue_id(connection, job_id, int(ticket))
        return len(lost)

    async def _remove(self, statement: str, days: int) -> int:
        removed = 0
        while True:
            async with self._database.transaction() as connection:
                found = int((await connection.execute(statement, days, BATCH)).rpartition(" ")[2])
            removed += found
            if found < BATCH:
                return removed
