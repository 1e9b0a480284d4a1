"""Which migrations there are and which the database has. Light enough for every readiness check."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

MIGRATIONS: Final = Path(__file__).parent / "migrations"


@cache
def head() -> str:
    """The newest revision: versions/ holds one file a revision, named `<revision>_<what>.py`, in order."""
    return max(path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def current(connection: Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    try:
        async with connection.transaction():
            revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
            return revision
    except asyncpg.UndefinedTableError:
        return None


async def is_current(connection: Connection) -> bool:
    """Whether the database is at this program's newest revision, or past it (an older pod during a rollout)."""
    found = await current(connection)
    return found is not None and found >= head()
