"""Which job a worker works on. A delivery of the queue is a ticket: it stands for one job at a time, and its number is in
`jobs.queue_id`.

A ticket whose job was begun goes on with it (its worker was lost, or handed it back). Any other ticket serves whichever waiting
job is next in fairness; the two jobs exchange their tickets, so that each unfinished job keeps exactly one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from testgen_runtime.jobs import repository
from testgen_runtime.jobs.fairness import Candidate, Priority, choose
from testgen_runtime.jobs.model import Job

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_BEGUN: Final = """
SELECT id FROM jobs WHERE queue_id = $1 AND (state = 'running' OR (state = 'queued' AND attempt > 0)) FOR UPDATE
"""

_CANDIDATES: Final = """
WITH oldest AS (
  SELECT DISTINCT ON (created_by, priority) id, seq, created_by, priority, created_at
  FROM jobs WHERE state = 'queued' AND attempt = 0 ORDER BY created_by, priority, seq)
SELECT o.id, o.seq, o.priority, o.created_at,
  (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.created_by IS NOT DISTINCT FROM o.created_by) AS running,
  (SELECT max(s.started_at) FROM jobs s WHERE s.created_by = o.created_by AND s.started_at IS NOT NULL) AS last_start
FROM oldest o
"""

_EXCHANGE: Final = """
WITH picked AS (SELECT id, queue_id FROM jobs WHERE id = $2 FOR UPDATE),
other AS (
  UPDATE jobs SET queue_id = picked.queue_id FROM picked
  WHERE jobs.queue_id = $1 AND jobs.id <> picked.id AND jobs.state IN ('queued', 'running'))
UPDATE jobs SET queue_id = $1 FROM picked WHERE jobs.id = picked.id
"""


async def claim(connection: Connection, ticket: int, *, colour: str = "", only_own: bool = False) -> Job | None:
    """Begin the next attempt at the job that this ticket serves; None where nothing waits for it.

    `colour`: of the release that begins it, which the job's events tell. `only_own`: a ticket of a job with a purpose, that
    serves no other one.

    One claim at a time over all workers (an advisory lock until the transaction ends), so that each sees the others' choices.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(hashtext('testgen_claim'))")
    begun = await connection.fetchval(_BEGUN, ticket)
    if begun is not None:
        return await repository.claim(connection, begun, colour=colour)
    if only_own:
        return None
    chosen = choose(await _candidates(connection), await _now(connection))
    if chosen is None:
        return None
    await connection.execute(_EXCHANGE, ticket, chosen)
    return await repository.claim(connection, chosen, colour=colour)


async def _now(connection: Connection) -> datetime:
    found: datetime = await connection.fetchval("SELECT now()")
    return found


async def _candidates(connection: Connection) -> list[Candidate]:
    return [
        Candidate(row["id"], row["seq"], Priority(row["priority"]), row["created_at"], row["running"], row["last_start"])
        for row in await connection.fetch(_CANDIDATES)
    ]
