"""A streaming replica, asked for reads while it answers and keeps up; the primary is asked otherwise (S4-033, S4-082)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import asyncpg

from testgen_runtime.settings import Postgres
from testgen_runtime.storage.target import Target, dial, server_settings
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

T = TypeVar("T")
log = get_logger()
_REST_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 2.0
"""How old a look at the replica's lag may be."""
_ACQUIRE_SECONDS: Final = 1.0
_LAG: Final = """
SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
  WHEN NOT EXISTS (SELECT FROM pg_stat_wal_receiver) THEN NULL
  WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
  ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8
"""
"""Seconds behind; NULL where it is cut off from the primary, or has replayed nothing yet."""
GONE: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.SerializationError,  # what it replayed took away what the query still read
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.UndefinedTableError,  # it has not got the last migration yet
    asyncpg.UndefinedColumnError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server left in the middle of an exchange
)
"""Whatever another try on the primary may mend."""
PRIMARY_ONLY: Final[ContextVar[bool]] = ContextVar("testgen_primary_only", default=False)
"""Whether the request at work has written, or read from the primary: then it reads nothing older than that."""


class Replica:
    """A pool on the replica, opened at the first read. After a failure, or while it lags, it rests for a few seconds."""

    def __init__(self, target: Target, settings: Postgres, application: str) -> None:
        self._target = replace(target, host=settings.read_host, port=settings.read_port)
        self._settings = settings
        self._application = application
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._rests_until = 0.0
        self._looked = 0.0

    async def ask(self, work: Callable[[Connection], Awaitable[T]]) -> tuple[bool, T | None]:
        """(whether the replica answered, its answer)."""
        if time.monotonic() < self._rests_until:
            return False, None
        try:
            pool = await self._opened()
            async with pool.acquire(timeout=_ACQUIRE_SECONDS) as held:
                if not await self._keeps_up(held):
                    return False, None
                return True, await work(held)
        except GONE as error:
            self._rest(str(error)[:200] or type(error).__name__)
            return False, None

    async def close(self) -> None:
        """Close the pool; what is still in use is cut."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    connect=self._connect,
                    min_size=0,
                    max_size=max(self._settings.pool_max, 2),
                    timeout=min(self._settings.connect_timeout, 2.0),
                    command_timeout=self._settings.command_timeout,
                    server_settings=server_settings(self._settings, self._application) | {"default_transaction_read_only": "on"},
                )
            return self._pool

    async def _connect(self, *_dsn: Any, **arguments: Any) -> asyncpg.Connection:
        return await dial(self._target, **arguments)

    async def _keeps_up(self, held: Connection) -> bool:
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return True
        behind = await held.fetchval(_LAG)
        if behind is None or behind > self._settings.read_lag_seconds:
            self._rest("it is cut off from the primary" if behind is None else f"it is {behind:.0f} s behind")
            return False
        self._looked = time.monotonic()
        return True

    def _rest(self, reason: str) -> None:
        self._rests_until, self._looked = time.monotonic() + _REST_SECONDS, 0.0
        log.warning("the replica is not asked for a while", reason=reason, seconds=_REST_SECONDS)
