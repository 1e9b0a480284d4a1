"""Takes jobs from the queue and runs them, a bounded number at a time, until it is told to drain."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.jobs.model import Job, Purpose
from testgen_runtime.jobs.runner import Runner
from testgen_runtime.settings import Jobs as JobSettings
from testgen_runtime.storage import queue_schema
from testgen_runtime.storage.database import TRANSIENT, Database
from testgen_runtime.storage.target import connect
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from pgqueuer.models import Context
    from pgqueuer.models import Job as QueuedJob
    from pgqueuer.qm import QueueManager

ENTRYPOINT: Final = "generate"
LOOK_AGAIN_SECONDS: Final = 2.0
"""The queue looks by itself this often: a notification that arrives while it is looking wakes nobody."""
log = get_logger()


def entrypoint(purpose: Purpose, colour: str) -> str:
    """The name of the queue for jobs of a purpose: one for all releases, or one of this release alone."""
    return f"{purpose}@{colour}" if purpose else ENTRYPOINT


class Worker:
    """One worker of this process; `run` as a task of its own."""

    def __init__(self, database: Database, runner: Runner, settings: JobSettings, *, colour: str = "") -> None:
        self._database = database
        self._runner = runner
        self._settings = settings
        self._colour = colour
        self._slots = asyncio.Semaphore(settings.parallel)
        self._stopping = asyncio.Event()
        self._hand_back = asyncio.Event()
        self._manager: QueueManager | None = None

    async def run(self) -> None:
        """Work until `drain` was called and everything has ended or was handed back. Outlives a lost database."""
        pause = 0.5
        while not self._stopping.is_set():
            try:
                await self._work()
                pause = 0.5
            except Exception as error:  # whatever the queue meets, the next connection may be better
                log.warning("the job worker lost its queue", error=type(error).__name__, retry_in=pause)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._stopping.wait()
                pause = min(pause * 2, 30.0)

    def stop(self) -> None:
        """Take no more jobs; those at work go on."""
        self._stopping.set()
        if self._manager is not None:
            self._manager.shutdown.set()

    def hand_back(self) -> None:
        """Stop the jobs at work at once and leave them to another worker."""
        self.stop()
        self._hand_back.set()

    async def _work(self) -> None:
        from pgqueuer.db import AsyncpgDriver
        from pgqueuer.qm import QueueManager

        connection = await connect(self._database.target, self._database.settings, application="testgen-worker")
        try:
            manager = QueueManager(queue_schema.queries(AsyncpgDriver(connection)), channel=queue_schema.names().channel)
            for name in (ENTRYPOINT, entrypoint("smoke", self._colour), entrypoint("comparison", self._colour)):
                manager.entrypoint(name, accepts_context=True)(self._execute)
            self._manager = manager
            if self._stopping.is_set():
                return
            await manager.run(
                batch_size=1,
                max_concurrent_tasks=max(2, self._settings.parallel),  # the queue wants twice the batch at least
                dequeue_timeout=timedelta(seconds=LOOK_AGAIN_SECONDS),
                heartbeat_timeout=timedelta(seconds=2 * self._settings.heartbeat_seconds),
                shutdown_on_listener_failure=True,
                log_aggregation_interval=timedelta(0),  # our own metrics count jobs
            )
        finally:
            self._manager = None
            with suppress(*TRANSIENT):
                await connection.close(timeout=2)

    async def _execute(self, queued: QueuedJob, context: Context) -> None:
        """Serve one ticket; ends normally when its job has ended, and asks the queue for another try when it has not."""
        from pgqueuer.errors import RetryRequested

        from testgen_runtime.errors import Unavailable

        async with self._slots:
            metrics.JOBS_RUNNING.inc()
            try:
                only_own = queued.entrypoint != ENTRYPOINT
                job = await self._runner.claim(int(queued.id), colour=self._colour, only_own=only_own)
                by_rules = queued.entrypoint == entrypoint("smoke", self._colour)
                if job is None or await self._attempt(job, context, by_rules=by_rules):
                    return
            except (Unavailable, *TRANSIENT) as error:
                log.warning("job interrupted", ticket=int(queued.id), error=type(error).__name__)
                raise RetryRequested(
                    delay=timedelta(seconds=min(30.0, 2.0 ** min(queued.attempts, 5))), reason="unavailable"
                ) from error
            finally:
                metrics.JOBS_RUNNING.dec()
        await self._runner.hand_back(job)
        log.info("job handed back", job_id=job.id)
        raise RetryRequested(delay=timedelta(0), reason="handed back")

    async def _attempt(self, job: Job, context: Context, *, by_rules: bool) -> bool:
        """Whether the attempt came to its end; False where it was stopped to be handed back."""
        attempt = asyncio.create_task(self._runner.run(job, by_rules=by_rules))
        stop = asyncio.create_task(self._hand_back.wait())
        try:
            with context.cancellation:
                await asyncio.wait((attempt, stop), return_when=asyncio.FIRST_COMPLETED)
            if attempt.done():
                attempt.result()
                return True
        finally:
            await _end(stop)
            await _end(attempt)
        if context.cancellation.cancelled_caught:
            await self._runner.cancel(job)
            return True
        return False


async def _end(task: asyncio.Task[Any]) -> None:
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
