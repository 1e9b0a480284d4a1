"""Which schema this program needs and which the database has. Light enough for every readiness check.

Two numbers say what fits. The database's *revision* is the newest migration it has: a program needs its own newest one, or a
later one. The database's *minimum* is the oldest program that it still serves, by the newest revision which that knows: contract
steps raise it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

from testgen_runtime.errors import VersionTooOld

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_STANDING: Final = "SELECT version_num AS revision, minimum FROM alembic_version LEFT JOIN schema_state ON true"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands: its revision (None: empty), and the oldest program it serves (None: any)."""

    revision: str | None
    minimum: str | None = None

    def fits(self, program: str) -> bool:
        """Whether a program of that newest revision finds all it needs.

        Raises: VersionTooOld where the database has given up what that program needs.
        """
        if self.minimum is not None and program < self.minimum:
            raise VersionTooOld(
                f"this version knows the schema up to {program}, the database serves versions from {self.minimum} on",
                mend=f"run a version that knows schema {self.minimum}, or restore the backup taken before the upgrade",
                knows=program,
                needs=self.minimum,
            )
        return self.revision is not None and self.revision >= program


@cache
def head() -> str:
    """The newest revision: versions/ holds one file a revision, named `<revision>_<what>.py`, in order."""
    return max(path.name.split("_", 1)[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


async def standing(connection: Connection) -> Standing:
    """How the database stands."""
    try:
        async with connection.transaction():
            row = await connection.fetchrow(_STANDING)
    except asyncpg.UndefinedTableError:  # empty, or from before the minimum was kept
        return Standing(await current(connection))
    return Standing(row["revision"], row["minimum"]) if row else Standing(None)


async def current(connection: Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    try:
        async with connection.transaction():
            revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
            return revision
    except asyncpg.UndefinedTableError:
        return None


async def is_current(connection: Connection) -> bool:
    """Whether the database is at this program's newest revision, or past it (an older pod during a rollout).

    Raises: VersionTooOld where it is so far past it that it serves this program no more.
    """
    return (await standing(connection)).fits(head())
