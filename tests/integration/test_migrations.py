"""The database's schema: any number of migrations at once, each killed at any line."""

from __future__ import annotations

import asyncio
import sys

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment

from testgen_runtime.settings import Postgres
from testgen_runtime.storage import schema
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.migration_session import LOCK
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres
SETTINGS = Postgres(command_timeout=30)


def test_the_newest_revision_by_file_name_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")

    assert ScriptDirectory.from_config(config).get_heads() == [schema.head()]


async def test_a_second_migration_changes_nothing(empty_target: Target) -> None:
    first = await migrate(empty_target, SETTINGS)
    before = await tables(empty_target)

    assert first[-1] == schema.head()
    assert await migrate(empty_target, SETTINGS) == []
    assert await tables(empty_target) == before


async def test_of_many_at_once_each_revision_is_applied_by_one(empty_target: Target) -> None:
    applied = await asyncio.gather(*(migrate(empty_target, SETTINGS) for _ in range(4)))

    assert sorted(revision for each in applied for revision in each) == sorted({r for each in applied for r in each})
    assert await revision(empty_target) == schema.head()


async def test_it_can_be_killed_at_any_moment_and_run_again(empty_target: Target) -> None:
    command = (sys.executable, "-m", "testgen_runtime.cli", "migrate")
    for tenth in range(3, 16, 2):
        process = await asyncio.create_subprocess_exec(*command, env=environment(empty_target))
        await asyncio.wait({asyncio.create_task(process.wait())}, timeout=tenth / 10)
        if process.returncode is None:
            process.kill()
            await process.wait()

    last = await asyncio.create_subprocess_exec(*command, env=environment(empty_target))

    assert await asyncio.wait_for(last.wait(), 60 * PATIENCE) == 0
    assert await revision(empty_target) == schema.head()
    assert {"documents", "cases", "jobs", "pgqueuer", "api_keys"} <= set(await tables(empty_target))


async def test_it_waits_for_the_one_that_holds_the_lock(empty_target: Target) -> None:
    holder = await connect(empty_target, SETTINGS)
    await holder.execute("SELECT pg_advisory_lock($1)", LOCK)
    waiting = asyncio.create_task(migrate(empty_target, SETTINGS))
    await asyncio.wait({waiting}, timeout=0.5)
    assert not waiting.done()

    await holder.close()

    assert (await asyncio.wait_for(waiting, 30 * PATIENCE))[-1] == schema.head()


async def tables(target: Target) -> list[str]:
    connection = await connect(target, SETTINGS)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    finally:
        await connection.close()
    return [row["tablename"] for row in rows]


async def revision(target: Target) -> str | None:
    connection = await connect(target, SETTINGS)
    try:
        return await schema.current(connection)
    finally:
        await connection.close()
