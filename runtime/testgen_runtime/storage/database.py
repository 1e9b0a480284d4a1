"""The pool of connections: opened with retries, handed out inside transactions, closed in the end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast

import asyncpg
import stamina

from testgen_runtime.errors import NotFound, Unavailable
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.settings import Postgres
from testgen_runtime.storage.replica import PRIMARY_ONLY, Replica
from testgen_runtime.storage.target import Target, dial, server_settings
from testgen_runtime.telemetry import metrics
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    Connection: TypeAlias = Any
    """An asyncpg connection, or the pool's stand-in for one; asyncpg has no types that mypy reads."""

T = TypeVar("T")
log = get_logger()

AWAY_SECONDS: Final = 5.0
"""For so long a request waits for a server that refuses connections. Where a node's kubelet is started again, Kubernetes calls
all of its pods not ready for some three seconds, and the Service in front of a database that is well refuses new connections."""

# The server knows the role, but not by this password (yet): the file may say another one in a moment.
REFUSED: Final = (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)

# What a server that starts, restarts, fails over or is full answers with.
TRANSIENT: Final = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.ConnectionFailureError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)


class _Pooled(asyncpg.Connection):  # type: ignore[misc]
    """A connection that is given back without a trip to the server: nothing here leaves state in a session.

    Settings are SET LOCAL, locks belong to transactions; what listens or locks for longer has a connection of its own
    (target.connect). A transaction that is still open is rolled back all the same.
    """

    def get_reset_query(self) -> str:
        return ""


class Database:
    """A pool that may not be open yet. Everything asked of a closed pool raises `Unavailable`."""

    def __init__(self, target: Target, settings: Postgres, *, application: str = "testgen", cipher: Cipher | None = None) -> None:
        self.cipher = cipher or Cipher({})
        self.target = target
        self.settings = settings
        self._application = application
        self._pool: asyncpg.Pool | None = None
        self._replica = Replica(target, settings, f"{application}-reads") if settings.read_host else None

    @property
    def pool(self) -> asyncpg.Pool:
        """The open pool.

        Raises: Unavailable before `open` and after `close`.
        """
        if self._pool is None:
            raise Unavailable("the database is not connected", mend="try again in a few seconds")
        return self._pool

    @property
    def is_open(self) -> bool:
        return self._pool is not None

    async def open(self, *, within: float = 60.0) -> None:
        """Connect, trying again with growing pauses for `within` seconds.

        Raises: the last error where the server can't be reached in time, or at once where trying again can't help.
        """
        async for attempt in stamina.retry_context(
            on=TRANSIENT, attempts=None, timeout=within, wait_initial=0.1, wait_max=5.0, wait_jitter=0.2
        ):
            with attempt:
                self._pool = await self._create()

    async def close(self, *, within: float = 5.0) -> None:
        """Close the pool; connections that are still in use after `within` seconds are cut."""
        if self._replica is not None:
            await self._replica.close()
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(within):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    async def _create(self) -> asyncpg.Pool:
        local = self.target.host.startswith("/")
        return await asyncpg.create_pool(
            connect=self._connect,
            min_size=min(2, self.settings.pool_min) if local else min(self.settings.pool_min, self.settings.pool_max),
            max_size=max(self.settings.pool_max, 2),
            timeout=self.settings.connect_timeout,
            command_timeout=self.settings.command_timeout,
            server_settings=server_settings(self.settings, self._application),
            init=keep_alive,
            connection_class=_Pooled,
        )

    async def _connect(self, *_dsn: Any, **arguments: Any) -> asyncpg.Connection:
        return await dial(self.target, **arguments)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool, waited for at most `connect_timeout` seconds; a server that refuses one is asked again.

        Raises: Unavailable where the server or a free connection can't be had.
        """
        try:
            held = await self._acquired()
        except (*TRANSIENT, *REFUSED) as error:
            raise Unavailable("the database does not answer", mend="try again in a few seconds") from error
        try:
            yield held
        except (
            asyncpg.ConnectionDoesNotExistError,
            asyncpg.AdminShutdownError,
            asyncpg.CrashShutdownError,
            asyncpg.InternalClientError,
            ConnectionError,
        ) as error:
            raise Unavailable("the connection to the database broke", mend="try again in a few seconds") from error
        except (asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError) as error:
            raise Unavailable("the database took too long", mend="try again with less at once") from error
        except TimeoutError as error:  # command_timeout on this side: under load it ends before the server's
            raise Unavailable("the database took too long", mend="try again with less at once") from error
        except asyncpg.InterfaceError as error:
            if not _is_closed(held):
                raise  # a mistake of ours, such as a wrong type of argument
            raise Unavailable("the connection to the database broke", mend="try again in a few seconds") from error
        finally:
            with suppress(*TRANSIENT):
                await self.pool_release(held)

    async def _acquired(self) -> Any:
        try:  # as a rule it goes well, and then what tries again costs nothing
            return await self.pool.acquire(timeout=self.settings.connect_timeout)
        except TRANSIENT:
            return await self._acquired_patiently()

    async def _acquired_patiently(self) -> Any:
        async for attempt in stamina.retry_context(
            on=TRANSIENT, attempts=None, timeout=AWAY_SECONDS, wait_initial=0.05, wait_max=0.5, wait_jitter=0.1
        ):
            with attempt:
                return await self.pool.acquire(timeout=self.settings.connect_timeout)
        raise AssertionError("not reached")

    async def pool_release(self, held: Any) -> None:
        """Give a connection back, also while the pool is being closed."""
        if self._pool is not None:
            await self._pool.release(held, timeout=5.0)  # the pool shields this from whoever ends the request

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection with an open transaction: committed at the end, rolled back on any error."""
        PRIMARY_ONLY.set(True)
        async with self.connection() as held, held.transaction():
            yield held

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What `work` reads, from the replica where there is one that keeps up, else from the primary.

        It may be as old as `read_lag_seconds`, but never older than what this request has written or read before. `work` may be
        called twice, and changes nothing. Raises: Unavailable, and what `work` raises.
        """
        if self._replica is not None and not PRIMARY_ONLY.get():
            answered, found = False, None
            with suppress(NotFound):  # perhaps not there yet
                answered, found = await self._replica.ask(work)
            if answered:
                metrics.DB_REPLICA_READS.labels("replica").inc()
                return cast(T, found)
            metrics.DB_REPLICA_READS.labels("primary").inc()
            PRIMARY_ONLY.set(True)
        async with self.connection() as held:
            return await work(held)

    async def ping(self, *, within: float = 2.0) -> None:
        """Ask the server for something.

        Raises: Unavailable.
        """
        try:
            async with asyncio.timeout(within), self.connection() as held:
                await held.fetchval("SELECT 1")
        except TimeoutError as error:
            raise Unavailable("the database does not answer", mend="try again in a few seconds") from error

    def measure(self) -> None:
        """Set the pool's gauges (S4-065)."""
        metrics.DB_POOL_MAX.set(max(self.settings.pool_max, 2))
        size = self._pool.get_size() if self._pool else 0
        metrics.DB_POOL_SIZE.set(size)
        metrics.DB_POOL_USED.set(size - self._pool.get_idle_size() if self._pool else 0)


def _is_closed(held: Any) -> bool:
    """Whether a connection of the pool is of no use any more; the pool may have taken it back already."""
    try:
        return bool(held.is_closed())
    except asyncpg.InterfaceError:
        return True


async def keep_alive(connection: Any) -> None:
    """Let the kernel find out that the server's node is gone. asyncpg has no option for it, so the socket is asked for."""
    transport = getattr(connection, "_transport", None)
    raw = transport.get_extra_info("socket") if transport is not None else None
    if raw is None or raw.family not in (socket.AF_INET, socket.AF_INET6):
        return
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, seconds in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            raw.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
