"""Jobs as the API sees them: ask for one, wait for it, follow it, end it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, QueueFull
from testgen_runtime.jobs import repository, sealing
from testgen_runtime.jobs.model import Event, Job, Origin, Request, State
from testgen_runtime.jobs.notifications import Notifications, wait
from testgen_runtime.jobs.worker import entrypoint
from testgen_runtime.security import audit
from testgen_runtime.settings import Limits
from testgen_runtime.storage import queue_schema
from testgen_runtime.storage.database import Database
from testgen_runtime.telemetry import metrics

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_EVENTS_AT_ONCE: Final = 500


def new_job_id(unique: str | None = None) -> str:
    """A job's id: random, or the same for the same `unique` (a caller and its idempotency key)."""
    return "job-" + (hashlib.sha256(unique.encode()).hexdigest()[:24] if unique else secrets.token_hex(12))


class Jobs:
    """The generation jobs of this project.

    `draining`: who waits for a job gets its present state. `moving` (None: the same): who follows one is to do so elsewhere.
    """

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        limits: Limits,
        draining: asyncio.Event,
        *,
        moving: asyncio.Event | None = None,
        colour: str = "",
    ) -> None:
        self._database = database
        self._colour = colour
        self._notifications = notifications
        self._limits = limits
        self._draining = draining
        self._moving = moving or draining

    async def submit(
        self, connection: Connection, *, job_id: str, document_id: str, request: Request, total: int, origin: Origin
    ) -> None:
        """Store and enqueue a job inside the caller's transaction. The same id again changes nothing.

        Raises: QueueFull; InvalidInput where there is nothing to generate for.
        """
        if total == 0:
            raise InvalidInput("no requirement is asked for", mend="name at least one of the document's requirements")
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('testgen_queue_bound'))")
        waiting = await repository.waiting(connection)
        if waiting >= self._limits.queued_jobs:
            raise QueueFull(f"{waiting} jobs are waiting already", mend="try again later", retry_after=10)
        from asyncpg import ForeignKeyViolationError

        try:
            new = await repository.add(
                connection, job_id=job_id, document_id=document_id, request=request, total=total, origin=origin
            )
        except ForeignKeyViolationError:
            raise NotFound(f"there is no document {document_id}", mend="send it again; it was removed meanwhile") from None
        if new:
            from pgqueuer.db import AsyncpgDriver

            (queue_id,) = await queue_schema.queries(AsyncpgDriver(connection)).enqueue(
                entrypoint(origin.purpose, self._colour), job_id.encode()
            )
            await repository.set_queue_id(connection, job_id, int(queue_id))
            await audit.record(connection, origin.created_by, "generation asked", job_id)

    async def get(self, job_id: str) -> Job:
        """One job.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            job = await repository.get(connection, job_id)
        if job is None:
            raise NotFound(f"there is no job {job_id}", mend="check the id; POST /api/v1/generate makes a job")
        return self._opened(job)

    def _opened(self, job: Job) -> Job:
        if job.result is None:
            return job
        return replace(job, result=sealing.opened(self._database.cipher, job.id, job.result))

    async def page(self, *, before: int | None, limit: int) -> list[tuple[int, Job]]:
        """(sequence number, job), newest first."""
        async with self._database.connection() as connection:
            found = await repository.page(connection, before=before, limit=limit)
        return [(seq, self._opened(job)) for seq, job in found]

    async def wait(self, job_id: str, *, seconds: float) -> Job:
        """The job when it has ended, or as it is after `seconds`, or when this process begins to drain."""
        deadline = time.monotonic() + seconds
        with self._notifications.follow(job_id) as changed:
            while True:
                job = await self.get(job_id)
                left = deadline - time.monotonic()
                if job.state.finished or left <= 0 or self._draining.is_set():
                    return job
                await wait(changed, min(left, 1.0))

    async def follow(self, job_id: str, *, after: int) -> AsyncIterator[Event]:
        """The events of a job from after the one numbered `after`, as they come, until it has ended or this process goes."""
        with self._notifications.follow(job_id) as changed:
            while True:
                job = await self.get(job_id)  # looked at before its events, so that an ended job's last event is not missed
                async with self._database.connection() as connection:
                    events = await repository.events(connection, job_id, after=after, limit=_EVENTS_AT_ONCE)
                for event in events:
                    yield replace(event, data=sealing.opened(self._database.cipher, job_id, event.data))
                    after = event.id
                if len(events) == _EVENTS_AT_ONCE:
                    continue
                if job.state.finished or self._moving.is_set():
                    return
                await wait(changed)

    async def told_all(self, job_id: str, *, after: int) -> bool:
        """Whether a job has ended and has no event after that number: nothing more will come. Raises: NotFound."""
        job = await self.get(job_id)
        if not job.state.finished:
            return False
        async with self._database.connection() as connection:
            return not await repository.events(connection, job_id, after=after, limit=1)

    async def cancel(self, job_id: str, *, by: str, of_anybody: bool) -> Job:
        """Ask for the end of a job of one's own, or (`of_anybody`) any: at once where it waits, at its next step where it runs.
        An ended job stays as it is.

        Raises: NotFound; Forbidden for somebody else's.
        """
        async with self._database.transaction() as connection:
            before = await repository.get(connection, job_id)
            if before is None:
                raise NotFound(f"there is no job {job_id}", mend="check the id")
            if before.created_by != by and not of_anybody:
                raise Forbidden(
                    "the job is somebody else's", mend="ask whoever started it, or a reviewer or an admin, to cancel it"
                )
            job = await repository.request_cancel(connection, job_id)
            if job is None:  # swept meanwhile
                raise NotFound(f"there is no job {job_id}", mend="check the id")
            if job.state is State.RUNNING and job.queue_id is not None:
                from pgqueuer.db import AsyncpgDriver

                queue = queue_schema.queries(AsyncpgDriver(connection))
                await queue.notify_job_cancellation([job.queue_id])  # type: ignore[list-item]
            asked_before = before.cancel_requested or before.state.finished
            if not asked_before and job.state in (State.RUNNING, State.CANCELED):
                await audit.record(connection, by, "job canceled", job_id)
        return self._opened(job)

    async def measure(self) -> None:
        """Set the queue's gauge."""
        async with self._database.connection() as connection:
            metrics.JOBS_QUEUED.set(await repository.waiting(connection))
