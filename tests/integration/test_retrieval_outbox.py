"""The outbox on a real PostgreSQL: nothing is lost, nothing is passed over, whatever the order of commits."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.retrieval_stage import chunk, put, remove

from testgen_runtime.knowledge import cursors, outbox
from testgen_runtime.knowledge.chunks import Facts
from testgen_runtime.knowledge.outbox import Position
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres
START = Position(0, 0)


async def read(database: Database, after: Position = START, limit: int = 100) -> outbox.Batch:
    async with database.connection() as connection:
        return await outbox.read(connection, PLAIN, after, limit)


async def test_a_change_and_its_announcement_are_one_transaction(database: Database) -> None:  # S4-024
    with pytest.raises(RuntimeError):  # noqa: PT012 - the transaction is what is tested
        async with database.transaction() as connection:
            await outbox.enqueue(connection, PLAIN, [outbox.Put(chunk("R-1", "lost"))])
            raise RuntimeError

    await put(database, chunk("R-2", "kept", facts=Facts(states=("account locked",))))

    [entry] = (await read(database)).entries
    assert entry.key == "d1/R-2"
    assert entry.chunk == chunk("R-2", "kept", facts=Facts(states=("account locked",)))


async def test_what_is_stored_already_is_not_announced_again(database: Database) -> None:
    assert await put(database, chunk("R-1", "one"), chunk("R-2", "two")) == 2
    assert await put(database, chunk("R-1", "one"), chunk("R-2", "three")) == 1


async def test_a_removed_document_is_announced_chunk_by_chunk(database: Database) -> None:
    await put(database, chunk("R-1", "one"), chunk("R-2", "two"), chunk("R-1", "other", "d2"))
    after = (await read(database)).entries[-1].position

    await remove(database, "d1")

    gone = (await read(database, after)).entries
    assert {entry.key for entry in gone} == {"d1/R-1", "d1/R-2"}
    assert all(entry.chunk is None for entry in gone)


async def test_chunks_that_are_kept_stay(database: Database) -> None:
    await put(database, chunk("R-1", "one"), chunk("R-2", "two"))
    async with database.transaction() as connection:
        assert await outbox.enqueue(connection, PLAIN, [outbox.RemoveDocument("d1", frozenset({"d1/R-2"}))]) == 1


async def test_a_row_that_commits_late_is_not_passed_over(database: Database, target: Target) -> None:
    late = await connect(target, SETTINGS)
    open_transaction = late.transaction()
    await open_transaction.start()
    await outbox.enqueue(late, PLAIN, [outbox.Put(chunk("R-late", "drew its id first"))])
    await put(database, chunk("R-early", "committed first"))

    before = await read(database)
    assert before.entries == ()
    assert before.held_back

    await open_transaction.commit()
    await late.close()
    assert [entry.key for entry in (await read(database)).entries] == ["d1/R-late", "d1/R-early"]


async def test_a_reader_beside_many_writers_sees_every_row_once_in_order(database: Database) -> None:
    """Transactions of random length commit in any order, a tenth of them roll back; the reader goes along with them."""
    source = random.Random(4)
    committed: set[str] = set()

    async def write(n: int) -> None:
        keep = source.random() > 0.1
        try:
            async with database.transaction() as connection:
                for part in range(source.randint(1, 3)):
                    await asyncio.sleep(source.random() * 0.02)
                    await outbox.enqueue(connection, PLAIN, [outbox.Put(chunk(f"R-{n}-{part}", f"text {n} {part}"))])
                    committed.add(f"d1/R-{n}-{part}") if keep else None
                if not keep:
                    raise InterruptedError
        except InterruptedError:
            pass

    async def follow(done: asyncio.Event) -> list[outbox.Entry]:
        seen: list[outbox.Entry] = []
        while True:
            finished = done.is_set()
            batch = await read(database, seen[-1].position if seen else START, limit=7)
            seen += batch.entries
            if finished and not batch.entries and not batch.held_back:
                return seen

    done = asyncio.Event()
    reader = asyncio.create_task(follow(done))
    for wave in range(0, 60, 6):
        await asyncio.gather(*(write(n) for n in range(wave, wave + 6)))
    done.set()
    seen = await asyncio.wait_for(reader, 30 * PATIENCE)

    keys = [entry.key for entry in seen]
    assert set(keys) == committed
    assert len(keys) == len(set(keys))
    assert [entry.position for entry in seen] == sorted(entry.position for entry in seen)


async def test_lag_counts_what_waits_up_to_a_bound(database: Database) -> None:
    await put(database, *(chunk(f"R-{n}", f"text {n}") for n in range(10)))
    first = (await read(database, limit=4)).entries[-1].position

    async with database.connection() as connection:
        entries, seconds = await outbox.lag(connection, first)
        capped, _ = await outbox.lag(connection, first, cap=3)

    assert entries == 6
    assert seconds >= 0
    assert capped == 3


async def test_only_what_every_index_has_taken_in_is_dropped(database: Database) -> None:
    async with database.connection() as connection:
        await cursors.register(connection, "vector/a", START)
        await cursors.register(connection, "graph/b", START)
    await put(database, *(chunk(f"R-{n}", f"text {n}") for n in range(10)))
    entries = (await read(database)).entries

    async with database.connection() as connection:
        await cursors.filled(connection, "vector/a", instead_of=None)
        await cursors.filled(connection, "graph/b", instead_of=None)
        for consumer, taken in (("vector/a", 8), ("graph/b", 3)):
            cursor = await cursors.take(connection, consumer)
            assert cursor is not None
            await cursors.advance(connection, cursor, entries[taken - 1].position)
        assert await outbox.prune(connection, limit=2) == 2
        assert await outbox.prune(connection) == 1
        assert await outbox.prune(connection) == 0

    assert [entry.key for entry in (await read(database)).entries] == [entry.key for entry in entries[3:]]


async def test_the_place_of_an_index_that_is_gone_holds_nothing_back(database: Database) -> None:
    async with database.connection() as connection:
        await cursors.register(connection, "vector/dead-pod", START)
    await put(database, chunk("R-1", "one"))

    async with database.connection() as connection:
        assert await outbox.prune(connection, unseen_hours=24) == 0
        await connection.execute("UPDATE index_cursor SET seen_at = now() - interval '25 hours'")
        assert await outbox.prune(connection, unseen_hours=24) == 1
        assert await cursors.find(connection, "vector/dead-pod") is None


async def test_an_open_transaction_s_rows_are_never_dropped(database: Database, target: Target) -> None:
    late = await connect(target, SETTINGS)
    transaction = late.transaction()
    await transaction.start()
    await outbox.enqueue(late, PLAIN, [outbox.Put(chunk("R-late", "open"))])

    async with database.connection() as connection:
        await outbox.prune(connection)
    await transaction.commit()
    await late.close()

    assert [entry.key for entry in (await read(database)).entries] == ["d1/R-late"]


async def test_a_consumer_that_was_taken_over_can_not_move_its_place(database: Database) -> None:
    async with database.connection() as connection:
        await cursors.register(connection, "graph/x", START)
        await cursors.filled(connection, "graph/x", instead_of=None)
        first = await cursors.take(connection, "graph/x")
        second = await cursors.take(connection, "graph/x")
        assert first is not None
        assert second is not None

        with pytest.raises(cursors.Fenced):
            await cursors.advance(connection, first, Position(9, 9))
        moved = await cursors.advance(connection, second, Position(9, 9))
        with pytest.raises(cursors.Fenced):
            await cursors.advance(connection, moved, Position(8, 0))


async def test_hostile_text_is_stored_as_it_is(database: Database) -> None:
    text = "'); DROP TABLE chunk; -- $1 {}\\ \"\u202e 应"
    hostile = replace(chunk("R-'1\"", text), section=('a"b', "{c,d}", "NULL"), facts=Facts(terms=('"}],', "x'y")))

    await put(database, hostile)

    [entry] = (await read(database)).entries
    assert entry.chunk == hostile
