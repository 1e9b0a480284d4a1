"""What a model has answered for a job stays with the job until it ends: a killed attempt asks again only what was not answered.

So a kill loses one call at most, and what was paid for once is not paid for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.generation.model import Context, Draft, Writer, Written
from testgen_runtime.jobs import repository
from testgen_runtime.jobs.model import Job
from testgen_runtime.storage.database import Database
from testgen_runtime.techniques.model import TestPoint


class RememberingWriter:
    """A Writer over another one: an answer that this job has had already is given again without a call."""

    def __init__(self, writer: Writer, database: Database, job: Job) -> None:
        self._writer, self._database, self._job = writer, database, job

    @property
    def max_parallel(self) -> int:
        """As many as the writer behind it."""
        return self._writer.max_parallel

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        """The remembered answer, or a new one; a model that could not be asked is not remembered.

        Raises: Unavailable where the database is gone.
        """
        if self._job.attempt > 1:
            async with self._database.connection() as connection:
                kept = await repository.answer(connection, self._job.id, request_id)
            if kept is not None:
                return _written(kept)
        written = await self._writer.write(requirement, points, context, language, request_id=request_id)
        if written.reason in ("", "invalid"):
            async with self._database.connection() as connection:
                await repository.keep_answer(connection, self._job.id, request_id, asdict(written))
        return written


def _written(kept: dict[str, object]) -> Written:
    drafts = [
        Draft(
            point_id=str(one["point_id"]),
            title=str(one["title"]),
            preconditions=tuple(one["preconditions"]),
            steps=tuple((str(action), str(expected)) for action, expected in one["steps"]),
            test_data=dict(one["test_data"]),
        )
        for one in kept["drafts"]  # type: ignore[attr-defined]  # a list, as `asdict` wrote it
    ]
    return Written(**{**kept, "drafts": tuple(drafts)})  # type: ignore[arg-type]  # the rest are the dataclass's own scalars
