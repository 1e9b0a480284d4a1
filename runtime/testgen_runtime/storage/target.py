"""Where the PostgreSQL of this process is, and how a connection to it is made."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Postgres

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True, slots=True)
class Target:
    """A server and a database. `host` is a host name or the folder of a Unix socket."""

    host: str
    port: int
    database: str
    user: str
    password: str | None = field(default=None, repr=False)
    ssl_mode: str = "disable"

    @classmethod
    def of(cls, settings: Postgres) -> Target:
        """The server that the settings name.

        Raises: BadConfiguration where the password's file can't be read.
        """
        return cls(
            host=settings.host,
            port=settings.port,
            database=settings.database,
            user=settings.user,
            password=read_secret(settings.password_file, "postgres.password_file"),
            ssl_mode=settings.ssl_mode,
        )

    def connect_arguments(self) -> dict[str, Any]:
        """What asyncpg needs to reach it."""
        local = self.host.startswith("/")
        return {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "user": self.user,
            "password": self.password,
            "ssl": False if local else _ssl(self.ssl_mode),
        }


async def connect(target: Target, settings: Postgres, *, application: str = "testgen") -> asyncpg.Connection:
    """One connection outside the pool, for migrations and listeners. The caller closes it."""
    import asyncpg

    return await asyncpg.connect(
        **target.connect_arguments(),
        timeout=settings.connect_timeout,
        command_timeout=settings.command_timeout,
        server_settings=server_settings(settings, application),
    )


def server_settings(settings: Postgres, application: str) -> dict[str, str]:
    """Session settings: the server gives up on dead clients and on statements that nobody waits for any more."""
    milliseconds = int(settings.command_timeout * 1000)
    return {
        "application_name": application,
        "statement_timeout": str(milliseconds),
        "idle_in_transaction_session_timeout": str(milliseconds),
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
    }


def _ssl(mode: str) -> ssl.SSLContext | str | bool:
    return False if mode == "disable" else mode
