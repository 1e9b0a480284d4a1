"""The tables of jobs, their checkpoints and events. Every write of an attempt checks that it is still the newest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.jobs.fairness import Priority
from testgen_runtime.jobs.model import Canceled, Event, Fenced, Job, Origin, Request, State
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

CHANNEL: Final = "testgen_jobs"

_COLUMNS: Final = """
id, state, document_id, request, attempt, total, done, result, problem, cancel_requested, queue_id, priority, stalled,
created_at, started_at, finished_at, created_by, request_id, traceparent
"""

_CHECKPOINT: Final = """
WITH added AS (
  INSERT INTO job_checkpoints (job_id, requirement_id, attempt, summary) VALUES ($1, $2, $3, $4::jsonb)
  ON CONFLICT DO NOTHING RETURNING job_id),
counted AS (UPDATE jobs SET done = done + 1, stalled = 0 FROM added WHERE jobs.id = added.job_id),
told AS (INSERT INTO job_events (job_id, kind, data) SELECT job_id, 'progress', $5::jsonb FROM added)
SELECT pg_notify($6, job_id) FROM added
"""


async def add(connection: Connection, *, job_id: str, document_id: str, request: Request, total: int, origin: Origin) -> bool:
    """Store a new job; False where one of this id is there already.

    One with a purpose counts as begun: only its own ticket leads to it, which no other release takes (jobs/worker.py).
    """
    added = await connection.fetchval(
        """
        INSERT INTO jobs (id, kind, state, document_id, request, total, created_by, request_id, traceparent, priority, attempt)
        VALUES ($1, 'generate', 'queued', $2, $3::jsonb, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING RETURNING id
        """,
        job_id, document_id, request.model_dump_json(), total, origin.created_by, origin.request_id, origin.traceparent,
        origin.priority.value, 1 if origin.purpose else 0,
    )  # fmt: skip
    if added is not None:
        await event(connection, job_id, "queued", {"total": total})
    return added is not None


async def set_queue_id(connection: Connection, job_id: str, queue_id: int) -> None:
    """Remember under which number the queue knows the job."""
    await connection.execute("UPDATE jobs SET queue_id = $2 WHERE id = $1", job_id, queue_id)


async def get(connection: Connection, job_id: str) -> Job | None:
    """One job, or None."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM jobs WHERE id = $1", job_id)  # noqa: S608 - constant columns
    return _job(row) if row else None


async def page(connection: Connection, *, before: int | None, limit: int) -> list[tuple[int, Job]]:
    """(sequence number, job), newest first."""
    rows = await connection.fetch(
        f"SELECT seq, {_COLUMNS} FROM jobs WHERE $1::bigint IS NULL OR seq < $1 ORDER BY seq DESC LIMIT $2",  # noqa: S608
        before, limit,
    )  # fmt: skip
    return [(row["seq"], _job(row)) for row in rows]


async def waiting(connection: Connection) -> int:
    """How many jobs wait to be started."""
    found: int = await connection.fetchval("SELECT count(*) FROM jobs WHERE state = 'queued'")
    return found


async def claim(connection: Connection, job_id: str, *, colour: str = "") -> Job | None:
    """Begin the next attempt at a job, which fences off every earlier one; None where there is nothing left to do."""
    row = await connection.fetchrow(
        f"""
        UPDATE jobs SET state = 'running', attempt = attempt + 1, stalled = stalled + 1, started_at = coalesce(started_at, now())
        WHERE id = $1 AND state IN ('queued', 'running') RETURNING {_COLUMNS}
        """,  # noqa: S608
        job_id,
    )
    if row is None:
        return None
    told = {"attempt": row["attempt"], "done": row["done"], "total": row["total"]}
    await event(connection, job_id, "started", told | ({"colour": colour} if colour else {}))
    return _job(row)


async def hold(connection: Connection, job_id: str, attempt: int, *, heed_cancel: bool = True) -> None:
    """Lock the job for this transaction, if `attempt` is still the newest.

    Raises: Fenced; Canceled where somebody asked for the end (unless `heed_cancel` is False).
    """
    row = await connection.fetchrow("SELECT state, attempt, cancel_requested FROM jobs WHERE id = $1 FOR UPDATE", job_id)
    if row is None or row["attempt"] != attempt or row["state"] != State.RUNNING:
        raise Fenced(job_id)
    if heed_cancel and row["cancel_requested"]:
        raise Canceled(job_id)


async def checkpoint(
    connection: Connection, job_id: str, attempt: int, *, requirement_id: str, summary: dict[str, Any], progress: dict[str, Any]
) -> None:
    """Mark one requirement as done and tell it, once; `hold` was called before in this transaction."""
    await connection.execute(_CHECKPOINT, job_id, requirement_id, attempt, encode(summary), encode(progress), CHANNEL)


async def checkpoints(connection: Connection, job_id: str) -> dict[str, dict[str, Any]]:
    """The summaries of the requirements that are done."""
    rows = await connection.fetch("SELECT requirement_id, summary FROM job_checkpoints WHERE job_id = $1", job_id)
    return {row["requirement_id"]: decode(row["summary"]) for row in rows}


async def answer(connection: Connection, job_id: str, request_id: str) -> dict[str, Any] | None:
    """What a model has answered to this request of the job, or None."""
    kept = await connection.fetchval("SELECT answer FROM job_answers WHERE job_id = $1 AND request_id = $2", job_id, request_id)
    return decode(kept) if kept is not None else None


async def keep_answer(connection: Connection, job_id: str, request_id: str, kept: dict[str, Any]) -> None:
    """Keep a model's answer until the job ends, and count it as progress; the first one stays, and an ended job keeps none."""
    await connection.execute(
        """
        WITH alive AS (UPDATE jobs SET stalled = 0 WHERE id = $1 AND state = 'running' RETURNING id)
        INSERT INTO job_answers (job_id, request_id, answer) SELECT id, $2, $3::jsonb FROM alive ON CONFLICT DO NOTHING
        """,
        job_id, request_id, encode(kept),
    )  # fmt: skip


async def hand_back(connection: Connection, job_id: str, attempt: int) -> bool:
    """Leave the job to another worker; False where it is not this attempt's any more."""
    left = await connection.fetchval(
        "UPDATE jobs SET state = 'queued' WHERE id = $1 AND attempt = $2 AND state = 'running' RETURNING id", job_id, attempt
    )
    if left is not None:
        await event(connection, job_id, "handed_back", {"attempt": attempt})
    return left is not None


async def finish(
    connection: Connection,
    job_id: str,
    state: State,
    *,
    result: dict[str, Any] | None = None,
    problem: dict[str, Any] | None = None,
) -> bool:
    """End a job that has not ended; False where it had."""
    ended = await connection.fetchval(
        """
        UPDATE jobs SET state = $2, result = $3::jsonb, problem = $4::jsonb, finished_at = now()
        WHERE id = $1 AND state IN ('queued', 'running') RETURNING id
        """,
        job_id, state.value, encode(result) if result is not None else None, encode(problem) if problem is not None else None,
    )  # fmt: skip
    if ended is not None:
        await connection.execute("DELETE FROM job_answers WHERE job_id = $1", job_id)
        await event(connection, job_id, state.value, result or problem or {})
    return ended is not None


async def request_cancel(connection: Connection, job_id: str) -> Job | None:
    """Ask for the end of a job: at once where it waits, at its next step where it runs. None for an unknown job."""
    row = await connection.fetchrow(
        f"UPDATE jobs SET cancel_requested = (state = 'running' OR cancel_requested) WHERE id = $1 RETURNING {_COLUMNS}",  # noqa: S608
        job_id,
    )
    if row is None:
        return None
    if row["state"] == State.QUEUED:
        await finish(connection, job_id, State.CANCELED)
        return await get(connection, job_id)
    return _job(row)


async def event(connection: Connection, job_id: str, kind: str, data: dict[str, Any]) -> None:
    """Append to the job's events and wake up everyone who follows it once the transaction is done."""
    await connection.execute("INSERT INTO job_events (job_id, kind, data) VALUES ($1, $2, $3::jsonb)", job_id, kind, encode(data))
    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, job_id)


async def events(connection: Connection, job_id: str, *, after: int, limit: int) -> list[Event]:
    """The events of a job from after the one numbered `after`."""
    rows = await connection.fetch(
        "SELECT id, kind, data, created_at FROM job_events WHERE job_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        job_id,
        after,
        limit,
    )
    return [Event(row["id"], row["kind"], decode(row["data"]), row["created_at"]) for row in rows]


def _job(row: Any) -> Job:
    values = {name.strip(): row[name.strip()] for name in _COLUMNS.split(",")}
    values["state"] = State(row["state"])
    values["priority"] = Priority(row["priority"])
    values["request"] = Request.model_validate_json(row["request"])
    values["result"] = decode(row["result"])
    values["problem"] = decode(row["problem"])
    return Job(**values)
