"""Indexes that follow the outbox, on a real PostgreSQL and the real engine; Qdrant's server is the client's stand-in."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import pytest
from qdrant_client import AsyncQdrantClient
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.retrieval_stage import chunk, eventually, put, remove

from testgen_runtime.errors import InvalidInput, Unavailable
from testgen_runtime.knowledge import follower, outbox
from testgen_runtime.knowledge.follower import Fill, Projection
from testgen_runtime.knowledge.indexing import Indexing, request_rebuild
from testgen_runtime.knowledge.outbox import Entry
from testgen_runtime.knowledge.projections import VectorProjection
from testgen_runtime.retrieval.dense import Embedder
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.search import Search
from testgen_runtime.retrieval.server import ServerIndex
from testgen_runtime.retrieval.sparse import query_vector
from testgen_runtime.retrieval.vectors import DenseVector, Filter, IndexRejected, IndexUnavailable, Point, VectorIndex
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.filterwarnings("ignore:Payload indexes have no effect")]
END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Hashing:
    """An embedder without a model: eight numbers from the text's letters. Stands in for Ollama, says nothing of quality."""

    def __init__(self, model: str = "letters", dimensions: int = 8) -> None:
        self.model = model
        self.texts: list[str] = []
        self.away = False
        self._dimensions = dimensions

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        if self.away:
            raise Unavailable("the model is away")
        if any("refuse me" in text for text in texts):
            raise InvalidInput("no")
        self.texts += texts
        return [tuple(1.0 + sum(map(ord, text[n :: self._dimensions])) % 97 for n in range(self._dimensions)) for text in texts]


@contextlib.asynccontextmanager
async def following(
    database: Database, target: Target, *projections: Projection, embedder: Embedder | None = None
) -> AsyncIterator[Indexing]:
    indexing = Indexing(database, functools.partial(connect, target, SETTINGS), projections, embedder=embedder)
    await indexing.start()
    try:
        yield indexing
    finally:
        await indexing.stop()


@contextlib.asynccontextmanager
async def edge(folder: Path) -> AsyncIterator[EdgeIndex]:
    index = EdgeIndex(folder, timeout=60)
    await index.open()
    try:
        yield index
    finally:
        await index.close()


async def found(index: VectorIndex, query: str) -> list[str]:
    try:
        return sorted(one.key for one in await index.query_sparse(query_vector(query), 100, Filter()))
    except IndexUnavailable:
        return []


async def finds(index: VectorIndex, query: str, expected: list[str]) -> None:
    async def same() -> bool:
        return await found(index, query) == expected

    await eventually(same)


async def caught_up(indexing: Indexing) -> None:
    async def done() -> bool:
        return all(status.filled and status.lag == 0 for status in await indexing.status())

    await eventually(done)


async def test_an_index_fills_itself_and_then_follows(database: Database, target: Target, tmp_path: Path) -> None:  # S4-024
    await put(database, chunk("R-1", "the account is locked"))
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)):
        await finds(index, "account", ["d1/R-1"])

        await put(database, chunk("R-2", "the account is open"), chunk("R-1", "a parcel is weighed"))
        await finds(index, "account", ["d1/R-2"])

        await remove(database, "d1")
        await finds(index, "account", [])


async def test_an_announcement_wakes_the_follower(
    database: Database, target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_IDLE", 600.0)  # no look of its own comes before this test is over
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)

        async def listening() -> bool:
            async with database.connection() as connection:
                sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                return bool(await connection.fetchval(sessions))

        await eventually(listening)
        await asyncio.sleep(0.3)  # the follower is idle now: only the announcement can wake it

        await put(database, chunk("R-1", "account"))
        await finds(index, "account", ["d1/R-1"])


async def test_a_second_start_goes_on_where_the_first_ended(database: Database, target: Target, tmp_path: Path) -> None:
    await put(database, chunk("R-1", "account one"))
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        instance = index.instance
    await put(database, chunk("R-2", "account two"))

    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)):
        await finds(index, "account", ["d1/R-1", "d1/R-2"])
        assert index.instance == instance


async def test_lost_scratch_space_is_filled_again(database: Database, target: Target, tmp_path: Path) -> None:
    await put(database, chunk("R-1", "account one"))
    async with (
        edge(tmp_path / "a") as index,
        following(database, target, VectorProjection(database, index, shared=False)) as indexing,
    ):
        await caught_up(indexing)

    async with edge(tmp_path / "b") as index, following(database, target, VectorProjection(database, index, shared=False)):
        await finds(index, "account", ["d1/R-1"])


async def test_an_index_whose_place_was_dropped_fills_itself_anew(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
    await put(database, chunk("R-1", "account"))
    async with database.connection() as connection:
        await connection.execute("DELETE FROM index_cursor")
        await connection.execute("DELETE FROM outbox")

    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)):
        await finds(index, "account", ["d1/R-1"])


async def test_a_database_that_was_set_back_makes_the_index_start_over(
    database: Database, target: Target, tmp_path: Path
) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await put(database, chunk("R-1", "account of the lost future"))
        await finds(index, "account", ["d1/R-1"])
        await caught_up(indexing)
    async with database.connection() as connection:  # as after a restore: transaction numbers begin lower than the place
        await connection.execute("UPDATE index_cursor SET txid = '999999999'::xid8")
        await connection.execute("DELETE FROM chunk")
    await put(database, chunk("R-2", "account"))

    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)):
        await finds(index, "account", ["d1/R-2"])


async def test_two_processes_with_an_index_each_follow_side_by_side(database: Database, target: Target, tmp_path: Path) -> None:
    async with (
        edge(tmp_path / "blue") as blue,
        edge(tmp_path / "green") as green,
        following(database, target, VectorProjection(database, blue, shared=False)),
        following(database, target, VectorProjection(database, green, shared=False)),
    ):
        await asyncio.gather(*(put(database, chunk(f"R-{n}", "account")) for n in range(20)))

        everything = sorted(f"d1/R-{n}" for n in range(20))
        await finds(blue, "account", everything)
        await finds(green, "account", everything)


async def test_two_processes_share_a_server_s_index_and_one_takes_over(database: Database, target: Target) -> None:
    client = AsyncQdrantClient(":memory:")  # a stand-in for the server
    first, second = ServerIndex(client, "shop"), ServerIndex(client, "shop")
    await put(database, chunk("R-1", "account"))
    async with following(database, target, VectorProjection(database, second, shared=True)) as staying:
        async with following(database, target, VectorProjection(database, first, shared=True)):
            await finds(second, "account", ["d1/R-1"])
            await put(database, chunk("R-2", "account"))
            await finds(second, "account", ["d1/R-1", "d1/R-2"])
        await put(database, chunk("R-3", "account"))
        await finds(second, "account", ["d1/R-1", "d1/R-2", "d1/R-3"])
        await caught_up(staying)
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM index_cursor") == 1


async def test_an_index_is_built_anew_while_it_serves(database: Database, target: Target, tmp_path: Path) -> None:
    await put(database, *(chunk(f"R-{n}", f"account {n}") for n in range(600)))
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        before = index.instance

        await indexing.rebuild("somebody")
        answers: list[int] = []

        async def search() -> None:
            while index.instance == before or len(answers) < 50:
                answers.append(len(await found(index, "account")))

        async def write() -> None:
            while index.instance == before:
                await put(database, chunk("R-new", f"account written meanwhile, {asyncio.get_running_loop().time()}"))

        async with asyncio.timeout(30 * PATIENCE):
            await asyncio.gather(*(search() for _ in range(8)), write())

        assert set(answers) == {100}
        await finds(index, "meanwhile", ["d1/R-new"])
        assert await index.count() == 601


async def test_a_wish_to_build_anew_outlives_a_restart(database: Database, target: Target, tmp_path: Path) -> None:  # S4-024
    await put(database, chunk("R-1", "account"))
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        before = index.instance
    await request_rebuild(database, "somebody")  # nobody runs

    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await rebuilt(index, before, indexing)
        after = index.instance
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        assert index.instance == after  # once is enough
        await finds(index, "account", ["d1/R-1"])


class Dying(VectorProjection):
    """A projection whose process dies in the middle of a filling."""

    async def begin(self) -> Fill:
        raise IndexUnavailable("killed here")


async def test_a_filling_that_died_is_taken_up_by_the_next_process(database: Database, target: Target, tmp_path: Path) -> None:
    await put(database, chunk("R-1", "account"))
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        before = index.instance
    async with edge(tmp_path) as index, following(database, target, Dying(database, index, shared=False)) as indexing:
        await indexing.rebuild("somebody")

        async def died() -> bool:
            [status] = await indexing.status()
            return status.rebuilding and "killed" in status.error

        await eventually(died)
        assert await found(index, "account") == ["d1/R-1"]

    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await rebuilt(index, before, indexing)
        await finds(index, "account", ["d1/R-1"])


async def test_every_process_builds_its_own_index_anew(database: Database, target: Target, tmp_path: Path) -> None:  # S4-024
    async with (
        edge(tmp_path / "blue") as blue,
        edge(tmp_path / "green") as green,
        following(database, target, VectorProjection(database, blue, shared=False)) as first,
        following(database, target, VectorProjection(database, green, shared=False)) as second,
    ):
        await caught_up(first)
        await caught_up(second)
        before = blue.instance, green.instance

        await first.rebuild("somebody")

        await rebuilt(blue, before[0], first)
        await rebuilt(green, before[1], second)


async def rebuilt(index: VectorIndex, before: str | None, indexing: Indexing) -> None:
    async def done() -> bool:
        return index.instance != before and not any(status.rebuilding for status in await indexing.status())

    await eventually(done)


class Failing(VectorProjection):
    """A projection whose index refuses or misses calls on demand; everything else is real."""

    broken = False
    poison = "d1/R-poison"

    async def apply(self, entries: Sequence[Entry]) -> None:
        if self.broken:
            raise IndexUnavailable("the store is down")
        if any(entry.key == self.poison for entry in entries):
            raise IndexRejected("no such vector")
        await super().apply(entries)


async def test_a_store_that_is_down_is_tried_again_and_shows_its_lag(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index:
        projection = Failing(database, index, shared=False)
        async with following(database, target, projection) as indexing:
            await caught_up(indexing)
            projection.broken = True
            await put(database, chunk("R-1", "account"), chunk("R-2", "account"))

            async def behind() -> bool:
                [status] = await indexing.status()
                return status.lag == 2 and "down" in status.error

            await eventually(behind)
            assert await indexing.ready(bound=2)
            assert not await indexing.ready(bound=1)

            projection.broken = False
            await finds(index, "account", ["d1/R-1", "d1/R-2"])
            await caught_up(indexing)


async def test_one_refused_chunk_holds_up_no_other(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, Failing(database, index, shared=False)) as indexing:
        await caught_up(indexing)

        await put(database, *(chunk(f"R-{n}", "account") for n in range(5)), chunk("R-poison", "account"))

        await finds(index, "account", [f"d1/R-{n}" for n in range(5)])
        await caught_up(indexing)


async def test_a_broken_listener_only_slows_down(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        async with database.connection() as connection:
            await connection.execute(END_SESSIONS + " AND query LIKE 'LISTEN%'")

        await put(database, chunk("R-1", "account"))

        await finds(index, "account", ["d1/R-1"])


async def test_embeddings_are_computed_once_and_kept(database: Database, target: Target, tmp_path: Path) -> None:  # S4-024
    embedder = Hashing()
    await put(database, *(chunk(f"R-{n}", f"account {n % 3}") for n in range(9)))
    async with (
        edge(tmp_path / "a") as index,
        following(
            database, target, VectorProjection(database, index, shared=False, model="letters"), embedder=embedder
        ) as indexing,
    ):

        async def dense() -> bool:
            return index.dimensions == 8 and len(await index.query_dense((1.0,) * 8, 50, Filter())) == 9

        await eventually(dense)
        assert len(embedder.texts) == 3
        await caught_up(indexing)
        before = index.instance
        await indexing.rebuild("somebody")

        await rebuilt(index, before, indexing)
        assert await dense()
    async with (
        edge(tmp_path / "b") as index,
        following(database, target, VectorProjection(database, index, shared=False, model="letters"), embedder=embedder),
    ):
        await eventually(dense)
    assert len(embedder.texts) == 3


async def test_a_model_that_is_away_holds_up_no_lexical_search(database: Database, target: Target, tmp_path: Path) -> None:
    embedder = Hashing()
    embedder.away = True
    async with (
        edge(tmp_path) as index,
        following(database, target, VectorProjection(database, index, shared=False, model="letters"), embedder=embedder),
    ):
        await put(database, chunk("R-1", "the account is locked"))
        await finds(index, "account", ["d1/R-1"])

        result = await Search(index, embedder=embedder, deadline=30).search("account")
        assert [hit.id for hit in result.hits] == ["d1/R-1"]
        assert result.degraded == ("dense",)

        embedder.away = False

        async def dense() -> bool:
            answer = await Search(index, embedder=embedder, deadline=30).search("account")
            return not answer.degraded and set(answer.hits[0].legs) == {"sparse", "dense"}

        await eventually(dense)


async def test_a_text_that_the_model_refuses_stays_lexical(database: Database, target: Target, tmp_path: Path) -> None:
    embedder = Hashing()
    async with (
        edge(tmp_path) as index,
        following(database, target, VectorProjection(database, index, shared=False, model="letters"), embedder=embedder),
    ):
        await put(database, chunk("R-1", "account one"), chunk("R-2", "account, refuse me"))

        async def dense() -> bool:
            return index.dimensions == 8 and len(await index.query_dense((1.0,) * 8, 50, Filter())) == 1

        await eventually(dense)
        await finds(index, "account", ["d1/R-1", "d1/R-2"])


class Stalling:
    """A shared index that stops in the middle of a write, as a paused process would, and goes on when it is told to."""

    def __init__(self, index: ServerIndex) -> None:
        self._index = index
        self.stall = False
        self.stalled = asyncio.Event()
        self.go_on = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    async def upsert(self, points: Sequence[Point]) -> None:
        if self.stall:
            self.stall = False
            self.stalled.set()
            await self.go_on.wait()
        await self._index.upsert(points)


async def test_a_late_writer_does_not_leave_an_old_text_behind(database: Database, target: Target) -> None:
    """The process that leads is cut off in the middle of a batch; another takes over and writes newer text; then it wakes."""
    client = AsyncQdrantClient(":memory:")  # a stand-in for the server
    slow, quick = Stalling(ServerIndex(client, "shop")), ServerIndex(client, "shop")
    paused = VectorProjection(database, slow, shared=True)  # type: ignore[arg-type]
    async with following(database, target, paused) as first:
        await caught_up(first)
        slow.stall = True
        await put(database, chunk("R-1", "old account"))
        await slow.stalled.wait()
        async with database.connection() as connection:  # its session is gone, and with it the lock
            await connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        async with following(database, target, VectorProjection(database, quick, shared=True)):
            await put(database, chunk("R-1", "new account"))
            await finds(quick, "new", ["d1/R-1"])

            slow.go_on.set()

            await finds(quick, "old", [])
            await finds(quick, "new", ["d1/R-1"])

            async def settled() -> bool:
                async with database.connection() as connection:
                    told = await connection.fetchval("SELECT count(*) FROM outbox WHERE key = 'd1/R-1'")
                return told >= 3 and await found(quick, "old") == [] and await found(quick, "new") == ["d1/R-1"]

            await eventually(settled, within=20)


async def test_stopping_leaves_no_connection_behind(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=True)) as indexing:
        await caught_up(indexing)

    async def gone() -> bool:
        async with database.connection() as connection:
            others = await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND query ~ '^(LISTEN|SELECT pg_try_advisory)' AND pid <> pg_backend_pid()"
            )
        return bool(others == 0)

    await eventually(gone)


async def test_the_outbox_is_dropped_once_it_is_taken_in(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await put(database, *(chunk(f"R-{n}", "account") for n in range(20)))
        await finds(index, "account", sorted(f"d1/R-{n}" for n in range(20)))
        await caught_up(indexing)

        await indexing.prune()

        async with database.connection() as connection:
            assert await outbox.lag(connection, outbox.Position(0, 0)) == (0, 0.0)


async def test_an_index_goes_on_after_the_database_was_away(database: Database, target: Target, tmp_path: Path) -> None:
    async with edge(tmp_path) as index, following(database, target, VectorProjection(database, index, shared=False)) as indexing:
        await caught_up(indexing)
        other: asyncpg.Connection = await connect(target, SETTINGS)
        await other.execute(END_SESSIONS)
        await outbox.enqueue(other, PLAIN, [outbox.Put(chunk("R-1", "account"))])
        await other.close()

        await finds(index, "account", ["d1/R-1"])
