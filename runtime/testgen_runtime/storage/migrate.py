"""Bring the database to the newest revision. Any number of these may run at once, and each may be killed at any line.

Alembic keeps the order of the revisions and renders each to SQL (its offline mode), asyncpg runs it: one transaction holds a
revision's statements and the row that says it is done, so a kill leaves the database at one revision or the next. A session
advisory lock lets one run at a time; it goes with the connection that holds it.
"""

from __future__ import annotations

import asyncio
import io
import logging
import time
from typing import TYPE_CHECKING, Final

import stamina

from testgen_runtime.errors import Unavailable
from testgen_runtime.settings import Postgres
from testgen_runtime.storage import queue_schema, schema
from testgen_runtime.storage.database import TRANSIENT
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    import asyncpg

LOCK: Final = 0x7E57_6E6D  # any number, as long as it stays
log = get_logger()


async def migrate(target: Target, settings: Postgres, *, within: float = 300.0) -> list[str]:
    """The revisions that were applied, none when the database was current.

    Raises: Unavailable where the database can't be reached, or another migration holds the lock, for `within` seconds.
    """
    try:
        async for attempt in stamina.retry_context(on=TRANSIENT, attempts=None, timeout=within, wait_initial=0.2, wait_max=5.0):
            with attempt:
                connection = await connect(target, settings, application="testgen-migrate")
    except TRANSIENT as error:
        raise Unavailable(
            f"the database at {target.host}:{target.port} does not answer ({type(error).__name__})",
            mend="check that it runs and that postgres.host, postgres.port and the password are right",
        ) from error
    try:
        await connection.execute("SET statement_timeout = 0")  # an index on a large table takes its time
        await _lock(connection, within)
        return await _apply(connection)
    finally:
        await connection.close(timeout=5)


async def _lock(connection: asyncpg.Connection, within: float) -> None:
    deadline = time.monotonic() + within
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        if time.monotonic() > deadline:
            raise Unavailable("another migration holds the lock", mend="wait for it, or end its connection (pg_stat_activity)")
        await asyncio.sleep(0.2)


async def _apply(connection: asyncpg.Connection) -> list[str]:
    await queue_schema.install(connection)
    applied: list[str] = []
    found = await schema.current(connection)
    if found is not None and found >= schema.head():
        return applied
    for revision, sql in await asyncio.to_thread(_render, found):
        async with connection.transaction():
            await connection.execute(sql)
        applied.append(revision)
        log.info("migration applied", revision=revision)
    return applied


def _render(found: str | None) -> list[tuple[str, str]]:
    """(revision, SQL) for every revision after `found`, oldest first. The SQL also moves alembic's own version row."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    pending = [step.revision for step in script.iterate_revisions("head", found or "base")][::-1]
    rendered: list[tuple[str, str]] = []
    before = found
    for revision in pending:
        config.output_buffer = io.StringIO()
        command.upgrade(config, f"{before or 'base'}:{revision}", sql=True)
        rendered.append((revision, config.output_buffer.getvalue()))
        before = revision
    return rendered
