"""Passwords that change while requests come, and reads from a replica that keeps up, lags, or is gone: on real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.integration import postgres_pair
from tests.integration.api import Api, eventually
from tests.integration.conftest import SETTINGS, _database, _execute, running
from tests.integration.patience import PATIENCE
from tests.integration.postgres_pair import Pair

from testgen_runtime.errors import NotFound
from testgen_runtime.settings import Settings
from testgen_runtime.storage import replica
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.replica import PRIMARY_ONLY
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
ROLE = "rotated"


@asynccontextmanager
async def asking_for_passwords(server: Target) -> AsyncIterator[None]:
    """Have the server ask ROLE, and nobody else, for a password."""
    connection = await connect(server, SETTINGS)
    try:
        path = Path(await connection.fetchval("SHOW hba_file"))
        before = await asyncio.to_thread(path.read_text)
        await asyncio.to_thread(path.write_text, f"local all {ROLE} scram-sha-256\n{before}")
        await connection.execute(f"CREATE ROLE {ROLE} LOGIN SUPERUSER PASSWORD 'one-1'")
        await connection.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            await asyncio.to_thread(path.write_text, before)
            await connection.execute("SELECT pg_reload_conf()")
            await connection.execute(f"DROP ROLE {ROLE}")
    finally:
        await connection.close()


async def test_a_password_is_exchanged_under_traffic_without_a_failed_request(
    postgres: Target, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    now, before = tmp_path / "password", tmp_path / "previous-password"
    now.write_text("one-1")
    async with asking_for_passwords(postgres), _database(postgres, "template_testgen") as server:
        target = replace(server, user=ROLE, password_file=now, previous_password_file=before)
        async with running(settings(), target) as api:
            statuses: list[int] = []
            done = asyncio.Event()
            clients = [asyncio.create_task(_ask(api, statuses, done)) for _ in range(4)]
            for old, new in (("one-1", "two-2"), ("two-2", "three-3")):
                before.write_text(old)
                now.write_text(new)  # mounted; the server does not know it yet
                await _with_new_connections(api, statuses)
                await _execute(server, f"ALTER ROLE {ROLE} PASSWORD '{new}'")
                await _with_new_connections(api, statuses)
            done.set()
            await asyncio.gather(*clients)
            assert len(statuses) >= 40
            assert set(statuses) == {200}
            before.unlink()
            await api.runtime.database.pool.expire_connections()
            assert (await api.call("GET", "/cases")).status_code == 200


async def _ask(api: Api, statuses: list[int], done: asyncio.Event) -> None:
    while not done.is_set():
        statuses.append((await api.call("GET", "/cases")).status_code)


async def _with_new_connections(api: Api, statuses: list[int]) -> None:
    """Until ten more requests were answered, each over a connection that was made after this."""
    await api.runtime.database.pool.expire_connections()
    more = len(statuses) + 10

    async def answered() -> bool:
        return len(statuses) >= more

    await eventually(answered, within=60)


async def test_a_wrong_password_is_a_part_that_does_not_answer(postgres: Target, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("one-1")
    async with asking_for_passwords(postgres), _database(postgres, "template_testgen") as server:
        database = Database(replace(server, user=ROLE, password_file=password), SETTINGS)
        await database.open(within=20 * PATIENCE)
        try:
            await database.ping()
            password.write_text("wrong-9")
            await database.pool.expire_connections()
            with pytest.raises(Exception, match="does not answer"):
                await database.ping(within=10 * PATIENCE)
            password.write_text("one-1")
            await database.ping(within=10 * PATIENCE)
        finally:
            await database.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with pytest.MonkeyPatch.context() as patch, postgres_pair.running(patch) as found:
        asyncio.run(migrate(found.primary, SETTINGS))
        yield found


@pytest.fixture
async def reading(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A pool with the replica behind it, whose every read looks at the lag and whose rests are short."""
    monkeypatch.setattr(replica, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(replica, "_REST_SECONDS", 0.2)
    settings = SETTINGS.model_copy(update={"read_host": str(pair.replica_folder), "read_lag_seconds": 1.0})
    database = Database(pair.primary, settings)
    await database.open(within=20 * PATIENCE)
    async with database.connection() as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS seen (n int)")
    PRIMARY_ONLY.set(False)
    yield database
    await database.close()


async def _by_replica(connection: Any) -> bool:
    return bool(await connection.fetchval("SELECT pg_is_in_recovery()"))


async def _until_read_from(database: Database, by_replica: bool) -> None:
    async def so() -> bool:
        PRIMARY_ONLY.set(False)  # another request
        return await database.read(_by_replica) is by_replica

    await eventually(so, within=60)


async def test_reads_go_to_the_replica(reading: Database) -> None:  # S4-033, S4-082
    await _until_read_from(reading, True)


async def test_a_request_that_has_written_reads_what_it_wrote(reading: Database) -> None:
    await _until_read_from(reading, True)
    async with reading.transaction() as connection:
        await connection.execute("INSERT INTO seen VALUES (1)")
    assert await reading.read(_by_replica) is False


async def test_what_the_replica_has_not_got_yet_is_looked_for_on_the_primary(reading: Database) -> None:
    await _until_read_from(reading, True)

    async def look(connection: Any) -> str:
        if await _by_replica(connection):
            raise NotFound("not here")
        return "found"

    assert await reading.read(look) == "found"


async def test_a_replica_that_lags_is_not_asked(pair: Pair, reading: Database) -> None:
    await _until_read_from(reading, True)
    settings = SETTINGS.model_copy()
    behind = await connect(replace(pair.primary, host=str(pair.replica_folder)), settings)
    try:
        await behind.execute("SELECT pg_wal_replay_pause()")
        async with reading.connection() as connection:
            await connection.execute("INSERT INTO seen VALUES (2)")
        await _until_read_from(reading, False)
        await behind.execute("SELECT pg_wal_replay_resume()")
        await _until_read_from(reading, True)
    finally:
        await behind.close()


async def test_reads_outlive_the_replica_and_find_it_again(pair: Pair, reading: Database) -> None:
    await _until_read_from(reading, True)
    pair.kill_replica()
    for _ in range(20):
        PRIMARY_ONLY.set(False)
        assert await reading.read(_by_replica) is False
    pair.start_replica()
    await _until_read_from(reading, True)


async def test_nothing_can_be_written_through_a_read(reading: Database) -> None:
    async def write(connection: Any) -> None:
        await connection.execute("INSERT INTO seen VALUES (3)")

    connection = await reading._replica._connect() if reading._replica else None
    assert connection is not None
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await write(connection)
    await connection.close()
