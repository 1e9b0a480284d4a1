"""Where the PostgreSQL of this process is, and how a connection to it is made."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Postgres
from testgen_runtime.storage import usage

if TYPE_CHECKING:
    import asyncpg

_AGAIN_SECONDS: Final = 0.5
"""Between two rounds of passwords: the server changes its own in one statement."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server and a database. `host` is a host name or the folder of a Unix socket.

    The password is in files that are read anew for every connection; `previous_password_file` is tried where the server refuses
    the first, so that a password can be exchanged while this process runs.
    """

    host: str
    port: int
    database: str
    user: str
    password_file: Path | None = None
    previous_password_file: Path | None = None
    ssl_mode: str = "disable"
    ca_file: Path | None = None

    @classmethod
    def of(cls, settings: Postgres) -> Target:
        """The server that the settings name.

        Raises: BadConfiguration where the password's or the authority's file can't be read.
        """
        target = cls(
            host=settings.host,
            port=settings.port,
            database=settings.database,
            user=settings.user,
            password_file=settings.password_file,
            previous_password_file=settings.previous_password_file,
            ssl_mode=settings.ssl_mode,
            ca_file=settings.ca_file,
        )
        target.passwords()
        target.connect_arguments()
        return target

    def passwords(self) -> list[str | None]:
        """What to try, in this order; never empty.

        Raises: BadConfiguration.
        """
        found = [read_secret(self.password_file, "postgres.password_file")]
        previous = self._previous_password()
        if previous and previous not in found:
            found.append(previous)
        return found

    def _previous_password(self) -> str | None:
        """None where its file is not there: it comes and goes with a rotation, also while this reads."""
        try:
            return read_secret(self.previous_password_file, "postgres.previous_password_file")
        except BadConfiguration as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def connect_arguments(self) -> dict[str, Any]:
        """What asyncpg needs to reach it, but for the password.

        Raises: BadConfiguration.
        """
        local = self.host.startswith("/")
        return {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "user": self.user,
            "ssl": False if local else _tls(self.ssl_mode, self.ca_file),
        }


async def dial(target: Target, *, again_after: float = _AGAIN_SECONDS, **arguments: Any) -> asyncpg.Connection:
    """One connection, with the first password that the server takes. `arguments` are asyncpg's.

    A rotation may come between two tries: the new password refused as too early, then the old one as too late. So there is one
    more round, `again_after` seconds later, where there was more than one password or the files say something else by then.

    Raises: what asyncpg raises, for the last password that was tried; BadConfiguration.
    """
    import asyncpg

    tried = target.passwords()
    try:
        return await _first_taken(target, tried, arguments)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        await asyncio.sleep(again_after)
        passwords = target.passwords()
        if len(tried) == 1 and passwords == tried:
            raise
        return await _first_taken(target, passwords, arguments)


async def _first_taken(target: Target, passwords: list[str | None], arguments: dict[str, Any]) -> asyncpg.Connection:
    import asyncpg

    refused: Exception | None = None
    for password in passwords:
        try:
            return await asyncpg.connect(password=password, **target.connect_arguments() | arguments)
        except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
            refused = error
    assert refused is not None
    raise refused


async def connect(target: Target, settings: Postgres, *, application: str = "testgen") -> asyncpg.Connection:
    """One connection outside the pool, for migrations and listeners. The caller closes it."""
    return await dial(
        target,
        timeout=settings.connect_timeout,
        command_timeout=settings.command_timeout,
        server_settings=server_settings(settings, application),
    )


def server_settings(settings: Postgres, application: str) -> dict[str, str]:
    """Session settings: the server gives up on dead clients and on statements that nobody waits for any more."""
    milliseconds = int(settings.command_timeout * 1000)
    return {
        "application_name": usage.marked(application),
        "statement_timeout": str(milliseconds),
        "idle_in_transaction_session_timeout": str(milliseconds),
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
        # How many cases have a word or a status decides on the way to them, so what is asked is planned for its own values: a
        # tenth of a millisecond for a page, where a plan for any values may read all cases.
        "plan_cache_mode": "force_custom_plan",
    }


def _tls(mode: str, authority: Path | None) -> ssl.SSLContext | bool:
    """libpq's modes: `require` encrypts without asking who answers, `verify-ca` asks, `verify-full` also compares the name."""
    if mode == "disable":
        return False
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full"
    context.verify_mode = ssl.CERT_NONE if mode == "require" else ssl.CERT_REQUIRED
    if authority is not None:
        try:
            context.load_verify_locations(authority)
        except (OSError, ssl.SSLError) as error:
            raise BadConfiguration(
                f"the file {authority} holds no certificate: {error.strerror or type(error).__name__}",
                mend="mount the authority's certificate (PEM) that postgres.ca_file names",
            ) from error
    return context
