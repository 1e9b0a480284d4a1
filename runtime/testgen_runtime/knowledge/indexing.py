"""Everything that keeps the indexes up, in one object: start it with the process, stop it with the process."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.errors import TestGenError
from testgen_runtime.knowledge import cursors, embeddings, outbox
from testgen_runtime.knowledge.embeddings import EmbeddingFiller
from testgen_runtime.knowledge.follower import Follower, Projection, Status
from testgen_runtime.knowledge.wakeup import Connect, Wakeups
from testgen_runtime.security import audit
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.retrieval.dense import Embedder
    from testgen_runtime.storage.database import Database

log = get_logger()
_PRUNE_EVERY: Final = 60.0


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How the indexes stand. `chunks`: findable things in the database; `points`: those in the vector index, None if unknown."""

    followers: tuple[Status, ...]
    chunks: int
    points: int | None


async def request_rebuild(database: Database, by: str) -> None:
    """Ask, in the database, for every index to be filled anew: those of all processes, also of ones that start later.

    Asking again while one is being filled is met by that filling. Raises: Unavailable.
    """
    async with database.transaction() as connection:
        await cursors.request_rebuild(connection, by)
        await audit.record(connection, by, "index rebuild", "index")
        await connection.execute("SELECT pg_notify($1, '')", outbox.CHANNEL)


class Indexing:
    """The followers of all indexes, the embeddings' filler, the listener and the retention, as background tasks."""

    def __init__(
        self, database: Database, connect: Connect, projections: Sequence[Projection], *, embedder: Embedder | None = None
    ) -> None:
        self._database = database
        self._wakeups = Wakeups(connect)
        self.followers = {
            projection.name: Follower(database, projection, self._wakeups.event(), connect) for projection in projections
        }
        self._filler = EmbeddingFiller(database, embedder, self._wakeups.event(), connect) if embedder else None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin following. Returns at once; `status` tells when the indexes are filled."""
        runs = [self._wakeups.run(), self._retain(), *(follower.run() for follower in self.followers.values())]
        if self._filler is not None:
            runs.append(self._filler.run())
        self._tasks = [asyncio.create_task(run) for run in runs]

    async def stop(self) -> None:
        """End every task and wait for it. What was in the middle is done again at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def status(self) -> list[Status]:
        """How each index stands. Never raises."""
        return list(await asyncio.gather(*(follower.status() for follower in self.followers.values())))

    async def chunks(self) -> int:
        """How many findable things the database has."""
        async with self._database.connection() as connection:
            return int(await connection.fetchval("SELECT count(*) FROM chunk WHERE kind <> 'document'"))

    async def ready(self, bound: int) -> bool:
        """Whether the vector index is filled and at most `bound` entries behind. The graph is no condition: it only degrades."""
        status = await self.followers["vector"].status() if "vector" in self.followers else None
        return status is None or (status.filled and status.lag is not None and status.lag <= bound)

    async def rebuild(self, by: str) -> None:
        """Have every index filled anew; what is there serves meanwhile."""
        await request_rebuild(self._database, by)

    async def _retain(self) -> None:
        """Drop what every index has taken in, in small batches; many processes may do so at once."""
        while True:
            await asyncio.sleep(_PRUNE_EVERY * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
            try:
                await self.prune()
            except (TestGenError, OSError) as error:
                log.debug("outbox not pruned", reason=str(error)[:200])
            except Exception as error:
                log.warning("outbox can't be pruned", reason=str(error)[:300])

    async def prune(self, *, batches: int = 20) -> int:
        """Remove consumed entries and unused embeddings, at most `batches` small transactions. Returns how many entries."""
        removed = 0
        for _ in range(batches):
            async with self._database.connection() as connection:
                gone = await outbox.prune(connection)
            removed += gone
            if not gone:
                break
        async with self._database.connection() as connection:
            await embeddings.prune(connection)
        return removed
