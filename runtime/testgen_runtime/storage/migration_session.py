"""The one connection that changes a schema: one at a time in a database, short waits for locks, words while a step takes long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg
import stamina

from testgen_runtime.errors import MigrationFailed, Unavailable
from testgen_runtime.settings import Postgres
from testgen_runtime.storage.database import TRANSIENT
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

LOCK: Final = 0x7E57_6E6D
"""Of the session's advisory lock: any number, as long as it stays."""
TELL_SECONDS: Final = 10.0
"""How often a step that takes long says so."""
_HOLDER: Final = """
SELECT a.pid, a.application_name, now() - a.backend_start AS age FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = $1 AND l.objsubid = 1
"""
log = get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `within`: to reach the database, to get the migration's turn, and to get a table's lock. `lock`: one wait for a
    lock: everybody who comes after the waiting step waits behind it, so it is short, and the step begins anew. `statement`: one
    statement; 0 for no limit. The defaults end before the operator's Job does (600 s)."""

    within: float = 300.0
    lock: float = 3.0
    statement: float = 540.0


@asynccontextmanager
async def session(target: Target, settings: Postgres, limits: Limits) -> AsyncIterator[Connection]:
    """A connection that holds the migration lock; it goes with the connection, however that ends.

    Raises: Unavailable where the database can't be reached, or another migration has its turn, for `limits.within` seconds.
    """
    connection = await reach(target, settings, limits.within)
    try:
        await connection.execute(f"SET statement_timeout = {int(limits.statement * 1000)}", timeout=30)
        await connection.execute(f"SET lock_timeout = {int(limits.lock * 1000)}", timeout=30)
        await connection.execute("SET idle_in_transaction_session_timeout = 0", timeout=30)
        await _turn(connection, limits.within)
        yield connection
    finally:
        await connection.close(timeout=5)


async def reach(target: Target, settings: Postgres, within: float) -> Connection:
    """A connection, tried for `within` seconds. The caller closes it. Raises: Unavailable."""
    try:
        async for attempt in stamina.retry_context(on=TRANSIENT, attempts=None, timeout=within, wait_initial=0.2, wait_max=5.0):
            with attempt:
                return await connect(target, settings, application="testgen-migrate")
    except TRANSIENT as error:
        raise Unavailable(
            f"the database at {target.host}:{target.port} does not answer ({type(error).__name__})",
            mend="check that it runs and that postgres.host, postgres.port and the password are right",
        ) from error
    raise AssertionError("a retry ends with a connection or an error")


async def _turn(connection: Connection, within: float) -> None:
    began, told = time.monotonic(), 0.0
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
        waited = time.monotonic() - began
        if waited > within or waited - told > TELL_SECONDS:
            told = waited
            holder = await connection.fetchrow(_HOLDER, LOCK)
            words = f"process {holder['pid']} of the server, for {holder['age']}" if holder else "just gone"
            if waited > within:
                raise Unavailable(
                    f"another migration holds the lock ({words})",
                    mend="wait for it, or end its connection with pg_terminate_backend: what it was at is rolled back",
                )
            log.info("waiting for another migration", holder=words, seconds=round(waited))
        await asyncio.sleep(0.2)


async def step(connection: Connection, name: str, sql: str, limits: Limits) -> float:
    """Run one step in one transaction; the seconds it took.

    Raises: as `guarded`.
    """

    async def work() -> None:
        async with connection.transaction():
            await connection.execute(sql, timeout=limits.statement + 10 if limits.statement else 1e9)

    began = time.monotonic()
    await guarded(name, work, limits)
    return time.monotonic() - began


async def guarded(name: str, work: Callable[[], Awaitable[None]], limits: Limits) -> None:
    """Do the work of one step, which is one transaction. A lock that somebody else holds is asked for again and again.

    Raises: MigrationFailed, with everything as it was before the step; Unavailable where the connection was lost.
    """
    began = time.monotonic()
    while True:
        try:
            async with _telling(name):
                await work()
            return
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            if time.monotonic() - began > limits.within:
                raise failed(
                    name,
                    f"a lock that it needs was not free for {limits.within:g} s",
                    "end the transaction that holds it (pg_stat_activity, pg_blocking_pids), then run testgen migrate again",
                ) from error
            log.info("a table is in use, trying again", step=name)
            await asyncio.sleep(min(1.0, limits.lock))
        except asyncpg.QueryCanceledError as error:
            raise failed(
                name,
                f"a statement took longer than {limits.statement:g} s",
                "run testgen migrate up --statement-timeout with more seconds (0: no limit) by hand, then roll out again",
            ) from error
        except TRANSIENT as error:
            raise Unavailable(
                f"the connection was lost in step {name} ({type(error).__name__})",
                mend="run testgen migrate again: the server rolls back what was not complete",
            ) from error
        except asyncpg.PostgresError as error:
            mend = (
                "give the database's user the right to change its tables"
                if isinstance(error, asyncpg.InsufficientPrivilegeError)
                else "free space on the database's volume"
                if isinstance(error, asyncpg.InsufficientResourcesError)
                else "see testgen migrate verify for tables that were changed by hand, mend them, then run testgen migrate again"
            )
            raise failed(name, str(getattr(error, "message", "") or type(error).__name__), mend) from error


def failed(name: str, why: str, mend: str) -> MigrationFailed:
    """The error for a step that broke off."""
    return MigrationFailed(f"step {name} failed: {why}; the schema is as it was before it", mend=mend, revision=name)


@asynccontextmanager
async def _telling(name: str) -> AsyncIterator[None]:
    async def tell() -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(TELL_SECONDS)
            log.info("migration at work", step=name, seconds=round(time.monotonic() - began))

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
