"""Take a database back to an earlier revision. Rarely needed: a program runs on a later schema too (docs/MIGRATIONS.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from testgen_runtime.errors import MigrationFailed
from testgen_runtime.settings import Postgres
from testgen_runtime.storage import revisions, schema, usage
from testgen_runtime.storage.migration_session import Limits, session, step
from testgen_runtime.storage.revisions import BASE, Count, Down
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

log = get_logger()


@dataclass(frozen=True, slots=True)
class Loss:
    """What a step gives up: how much of what."""

    revision: str
    words: str
    amount: int

    def __str__(self) -> str:
        return f"{self.revision}: {self.amount} {self.words}"


async def down(
    target: Target,
    settings: Postgres,
    to: str,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    accept_loss: bool = False,
    folder: Path = schema.MIGRATIONS,
) -> list[str]:
    """Undo every revision after `to`, newest first; the undone revisions.

    Raises: MigrationFailed, before anything is changed, where a version that needs more is in use, where something could not be
    read afterwards, or where data would be lost and `accept_loss` is false; else as `migrate.up`.
    """
    undone: list[str] = []
    async with session(target, settings, limits) as connection:
        found = await schema.current(connection)
        if found is None or (to != BASE and found <= to):
            return undone
        steps = revisions.downs(found, to, folder)
        if newer := [str(one) for one in await usage.users(connection) if to == BASE or one.knows > to]:
            raise _refused(
                to, f"it is in use by versions that need more: {', '.join(newer)}", "roll back to an older version first"
            )
        if stops := await stopping(connection, steps):
            raise _refused(to, "; ".join(map(str, stops)), "mend these first, or stay at this revision")
        if (losses := await given_up(connection, steps)) and not accept_loss:
            raise _refused(to, f"it would give up {'; '.join(map(str, losses))}", "take a backup, then say --accept-loss")
        for one in steps:
            await step(connection, one.revision, one.sql + _move(one), limits)
            undone.append(one.revision)
            log.info("migration undone", revision=one.revision)
    return undone


async def stopping(connection: Connection, steps: Sequence[Down]) -> list[Loss]:
    """What stands in the way of these steps."""
    return await _counted(connection, [(one.revision, count) for one in steps for count in one.stops_at])


async def given_up(connection: Connection, steps: Sequence[Down]) -> list[Loss]:
    """What these steps give up of what is there now."""
    return await _counted(connection, [(one.revision, count) for one in steps for count in one.gives_up])


async def _counted(connection: Connection, counts: Sequence[tuple[str, Count]]) -> list[Loss]:
    found = [Loss(revision, count.words, int(await connection.fetchval(count.sql))) for revision, count in counts]
    return [one for one in found if one.amount]


def _move(one: Down) -> str:
    where = f"UPDATE alembic_version SET version_num = '{one.before}'" if one.before != BASE else "DROP TABLE alembic_version"  # noqa: S608 - names of files
    return f";\n{where}"


def _refused(to: str, why: str, mend: str) -> MigrationFailed:
    return MigrationFailed(f"the schema can't go down to {to}: {why}; nothing was changed", mend=mend, revision=to)
