"""`testgen index status | rebuild`: on the project's database, also where no process of it runs."""

from __future__ import annotations

from dataclasses import dataclass

from testgen_runtime.knowledge import cursors, outbox
from testgen_runtime.knowledge.indexing import request_rebuild
from testgen_runtime.operations.audit import with_database
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """How one index stands, by its place in the database. `lag` in changes; `rebuilding`: asked to fill itself anew."""

    consumer: str
    lag: int
    rebuilding: bool


def status(settings: Settings) -> tuple[int, list[Standing]]:
    """(findable things in the database, every index that is filled). Raises: BadConfiguration."""

    async def work(store: Database) -> tuple[int, list[Standing]]:
        async with store.connection() as connection:
            chunks = await connection.fetchval("SELECT count(*) FROM chunk WHERE kind <> 'document'")
            names = await connection.fetch("SELECT consumer FROM index_cursor WHERE filled_at IS NOT NULL ORDER BY consumer")
            found = []
            for row in names:
                place = await cursors.find(connection, row["consumer"])
                if place is not None:
                    lag, _ = await outbox.lag(connection, place.position)
                    found.append(Standing(place.consumer, lag, await cursors.rebuild_wanted(connection, place.consumer)))
        return int(chunks), found

    return with_database(settings, work)


def rebuild(settings: Settings) -> None:
    """Ask every index to fill itself anew: now where a process runs, else at its next start. Raises: BadConfiguration."""
    with_database(settings, lambda store: request_rebuild(store, "cli"))
