"""One index following the outbox: filled once from what PostgreSQL holds, then kept up entry by entry, for ever.

It can be killed at any line. Entries are applied before the place moves, so the worst is to apply them again. Where many
processes share the index, one at a time follows, by an advisory lock; should a paused one write late, the fence tells it, and it
announces again what it may have overwritten.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Protocol

from testgen_runtime.errors import Unavailable
from testgen_runtime.knowledge import cursors, outbox
from testgen_runtime.knowledge.cursors import Cursor, Fenced
from testgen_runtime.knowledge.outbox import Batch, Entry
from testgen_runtime.knowledge.wakeup import Connect
from testgen_runtime.retrieval.vectors import IndexRejected
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Database

log = get_logger()

BATCH: Final = 256  # entries; also what one killed process does twice
PAGE: Final = 500  # chunks read at once while filling
_IDLE: Final = 5.0  # seconds between looks when nobody wakes us
_HELD_BACK: Final = 0.1  # seconds until an older transaction has probably ended
_ALIVE: Final = 30.0  # seconds between signs of life of an idle consumer
_BATCH_TIMEOUT: Final = 120.0


class NeedsFilling(Exception):
    """The index can't take the entries in as it is (other dimensions, lost data): it has to be filled anew."""


class Fill(Protocol):
    """A filling in progress. Nothing of it serves before `finish`."""

    @property
    def consumer(self) -> str: ...

    async def put(self, entries: Sequence[Entry]) -> None: ...

    async def finish(self) -> None: ...


class Projection(Protocol):
    """What follows: an index as the outbox sees it."""

    @property
    def name(self) -> str:
        """For metrics and health: `vector`, `graph`."""

    @property
    def shared(self) -> bool:
        """Whether other processes write the same index."""

    @property
    def model(self) -> str | None:
        """The embedding model whose vectors are taken in."""

    async def consumer(self) -> str | None:
        """The name of what serves now, asked afresh; None where there is nothing that could be followed on."""

    async def apply(self, entries: Sequence[Entry]) -> None:
        """Bring the index to what the entries say, each key once. Raises: IndexRejected, IndexUnavailable, NeedsFilling."""

    async def begin(self) -> Fill: ...


@dataclass(frozen=True, slots=True)
class Status:
    """How an index stands. `lag` in entries, `seconds` the age of the oldest, None where not known; `error` of the last turn.

    `rebuilding`: it is being filled anew, `done` chunks so far in this process, or has been asked to and will be.
    """

    name: str
    filled: bool
    lag: int | None = None
    seconds: float | None = None
    error: str = ""
    rebuilding: bool = False
    done: int = 0


class Follower:
    """Runs one projection in this process."""

    def __init__(self, database: Database, projection: Projection, woken: asyncio.Event, connect: Connect) -> None:
        self._database = database
        self.projection = projection
        self._woken = woken
        self._connect = connect
        self._consumer: str | None = None
        self._error = ""
        self._refill = False
        self._filling: int | None = None

    async def status(self) -> Status:
        """Asks the database. Never raises: what can't be found out is None."""
        found = await self._standing()
        rebuilding = found.rebuilding or self._refill or self._filling is not None
        return replace(found, rebuilding=rebuilding, done=self._filling or 0)

    async def _standing(self) -> Status:
        name, consumer = self.projection.name, self._consumer
        with suppress(Unavailable, TimeoutError, OSError):
            async with asyncio.timeout(2.0), self._database.connection() as connection:
                place = await cursors.find(connection, consumer) if consumer else None
                if place is None:
                    return Status(name, filled=False, error=self._error)
                entries, seconds = await outbox.lag(connection, place.position)
                wanted = await cursors.rebuild_wanted(connection, place.consumer)
            metrics.INDEX_LAG.labels(name).set(entries)
            return Status(name, filled=True, lag=entries, seconds=round(seconds, 3), error=self._error, rebuilding=wanted)
        return Status(name, filled=consumer is not None, error=self._error or "the database does not answer")

    async def run(self) -> None:
        """Follow until cancelled. Whatever fails is tried again, with growing pauses of at most 30 s."""
        failures = 0
        while True:
            try:
                async with self._leading() as leading:
                    if leading:
                        await self._follow()
                    else:
                        self._consumer = await self.projection.consumer()
                        self._error, failures = "", 0
                        await self._wait(_IDLE)
            except (Fenced, NeedsFilling) as reason:
                log.info("index follows anew", index=self.projection.name, reason=type(reason).__name__)
                self._refill = self._refill or isinstance(reason, NeedsFilling)
                failures += 1  # no pause at first, but no busy loop either
                await asyncio.sleep(min(0.05 * 2**failures, 10))
            except Exception as error:
                if str(error) != self._error:
                    log.warning("index can't follow", index=self.projection.name, reason=str(error)[:300] or type(error).__name__)
                self._error = str(error)[:300] or type(error).__name__
                failures = min(failures + 1, 6)
                await self._wait(random.uniform(0.5, 1) * min(30.0, 0.5 * 2**failures), woken=False)  # noqa: S311 - jitter

    async def _follow(self) -> None:
        cursor = await self._place()
        quiet = 0.0
        while not self._refill:
            self._woken.clear()
            batch, rebuild = await self._read(cursor)
            if rebuild:
                break
            if batch.entries:
                cursor = await self._take_in(cursor, batch)
                self._error = ""
                continue
            metrics.INDEX_LAG.labels(self.projection.name).set(0)
            self._error = ""
            pause = _HELD_BACK if batch.held_back else _IDLE
            await self._wait(pause)
            quiet += pause
            if quiet >= _ALIVE:
                quiet = 0.0
                if await self.projection.consumer() != cursor.consumer:
                    raise NeedsFilling
                async with self._database.connection() as connection:
                    cursor = await cursors.advance(connection, cursor, cursor.position)
        await self._fill()

    async def _place(self) -> Cursor:
        """Where to go on; fills the index first where there is nothing to go on from."""
        consumer = await self.projection.consumer()
        for _ in range(3):
            if consumer is not None and not self._refill:
                async with self._database.connection() as connection:
                    cursor = await cursors.take(connection, consumer)
                    ahead = cursor is not None and cursor.position > await outbox.tip(connection)
                if cursor is not None and not ahead:  # ahead: the database was set back to an older state
                    self._consumer = consumer
                    return cursor
            consumer = await self._fill()
        raise Fenced(consumer)

    async def _fill(self) -> str:
        asked, self._refill = self._refill, False  # asked again while we fill: fill again
        self._filling = 0
        try:
            return await self._fill_once()
        except BaseException:
            self._refill = self._refill or asked
            raise
        finally:
            self._filling = None

    async def _fill_once(self) -> str:
        async with self._database.connection() as connection:
            start = await outbox.tip(connection)  # before anything is looked at: what changes from here on is followed
        fill = await self.projection.begin()
        async with self._database.transaction() as connection:
            await cursors.register(connection, fill.consumer, start)
        after, count = "", 0
        while True:
            async with self._database.connection() as connection:
                entries = await outbox.page(connection, self._database.cipher, after, PAGE, self.projection.model)
            if not entries:
                break
            await self._put(fill, entries)
            after, count = entries[-1].key, count + len(entries)
            self._filling = count
        await fill.finish()
        async with self._database.transaction() as connection:
            await cursors.filled(connection, fill.consumer, instead_of=self._consumer)
        self._consumer = fill.consumer
        metrics.INDEX_FILLS.labels(self.projection.name).inc()
        log.info("index filled", index=self.projection.name, chunks=count)
        return fill.consumer

    async def _put(self, fill: Fill, entries: Sequence[Entry]) -> None:
        try:
            await fill.put(entries)
        except IndexRejected as error:
            if len(entries) == 1:
                self._skip(entries[0], error)
                return
            middle = len(entries) // 2
            await self._put(fill, entries[:middle])
            await self._put(fill, entries[middle:])

    async def _read(self, cursor: Cursor) -> tuple[Batch, bool]:
        """What comes next, and whether it was asked to fill the index anew."""
        async with self._database.connection() as connection:
            batch = await outbox.read(connection, self._database.cipher, cursor.position, BATCH, self.projection.model)
            return batch, await cursors.rebuild_wanted(connection, cursor.consumer)

    async def _take_in(self, cursor: Cursor, batch: Batch) -> Cursor:
        latest = list({entry.key: entry for entry in batch.entries}.values())
        async with asyncio.timeout(_BATCH_TIMEOUT):
            await self._apply(latest)
        async with self._database.connection() as connection:
            try:
                return await cursors.advance(connection, cursor, batch.entries[-1].position)
            except Fenced:
                await outbox.announce(connection, [entry.key for entry in latest])
                raise

    async def _apply(self, entries: Sequence[Entry]) -> None:
        """Apply; where the index refuses, find the entry it refuses and pass over that one alone."""
        try:
            await self.projection.apply(entries)
        except IndexRejected as error:
            if len(entries) == 1:
                self._skip(entries[0], error)
                return
            middle = len(entries) // 2
            await self._apply(entries[:middle])
            await self._apply(entries[middle:])

    def _skip(self, entry: Entry, error: Exception) -> None:
        metrics.INDEX_SKIPPED.labels(self.projection.name).inc()
        log.error("index refuses a chunk, passing over it", index=self.projection.name, chunk=entry.key, reason=str(error)[:300])

    async def _wait(self, seconds: float, *, woken: bool = True) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                if woken:
                    await self._woken.wait()
                else:
                    await asyncio.sleep(seconds + 1)

    @asynccontextmanager
    async def _leading(self) -> AsyncIterator[bool]:
        """Whether this process may follow now. The lock lives and dies with a connection of its own."""
        if not self.projection.shared:
            yield True
            return
        connection = await self._connect()
        try:
            yield await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key(f"follower/{self.projection.name}"))
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)


def lock_key(name: str) -> int:
    """The advisory lock of a name: 63 bits of its hash."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") >> 1
