"""Bring the database to the newest revision. Any number of these may run at once, and each may be killed at any line.

Alembic keeps the order of the revisions and renders each to SQL (its offline mode), asyncpg runs it: one transaction holds a
revision's statements and the row that says it is done, so a kill leaves the database at one revision or the next. The policy of
expand, migrate and contract is in docs/MIGRATIONS.md; a test holds the revisions to it.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testgen_runtime.settings import Postgres
from testgen_runtime.storage import queue_schema, revisions, schema, usage
from testgen_runtime.storage.migration_session import Limits, guarded, session, step
from testgen_runtime.storage.revisions import Contract, Up
from testgen_runtime.storage.target import Target
from testgen_runtime.storage.usage import User
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

log = get_logger()


@dataclass(slots=True)
class Done:
    """What a migration did: revisions, contract steps, and contract steps that wait, each with the reason."""

    applied: list[str] = field(default_factory=list)
    contracts: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)


async def migrate(target: Target, settings: Postgres, *, within: float = 300.0) -> list[str]:
    """The revisions that were applied, none when the database was current.

    Raises: as `up`.
    """
    return (await up(target, settings, Limits(within=within))).applied


async def up(
    target: Target,
    settings: Postgres,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    to: str | None = None,
    folder: Path = schema.MIGRATIONS,
) -> Done:
    """Take every step that is due, up to revision `to` (None: the newest, and contract steps too).

    Raises: Unavailable where the database can't be reached or another migration has its turn for too long; MigrationFailed for
    a step that broke off (the steps before it stay); VersionTooOld where the database serves this program no more.
    """
    done = Done()
    async with session(target, settings, limits) as connection:
        before = await schema.standing(connection)
        newest = revisions.order(folder)[-1]
        before.fits(newest)
        await guarded("job queue", lambda: queue_schema.install(connection), limits)
        if before.revision is None or before.revision < (to or newest):
            for one in await asyncio.to_thread(revisions.ups, before.revision, to, folder):
                log.info("migration begins", revision=one.revision, about=one.about)
                run = _concurrently if one.concurrent else _at_once
                seconds = await run(connection, one, limits)
                done.applied.append(one.revision)
                log.info("migration applied", revision=one.revision, seconds=round(seconds, 2))
        if to is None:
            await _contract(connection, before.revision, limits, folder, done)
    return done


async def _at_once(connection: Connection, one: Up, limits: Limits) -> float:
    return await step(connection, one.revision, one.sql, limits)


async def _concurrently(connection: Connection, one: Up, limits: Limits) -> float:
    """Statement by statement, each of which may be found done: the last one moves the revision. An index whose building was
    broken off is there and is no good, so it is dropped before its statement is run again."""
    began = time.monotonic()

    async def work() -> None:
        await connection.execute("SET lock_timeout = 0")  # it waits for transactions without anybody waiting behind it
        for row in await connection.fetch(_BROKEN_OFF):
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {row['index']}", timeout=limits.statement or 1e9)
        for statement in one.statements():
            await connection.execute(statement, timeout=limits.statement + 10 if limits.statement else 1e9)
        await connection.execute(f"SET lock_timeout = {int(limits.lock * 1000)}")

    await guarded(one.revision, work, limits)
    return time.monotonic() - began


_BROKEN_OFF: Final = """
SELECT quote_ident(x.relname) AS index FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = x.relnamespace WHERE NOT i.indisvalid AND n.nspname = current_schema()
"""


async def _contract(connection: Connection, before: str | None, limits: Limits, folder: Path, done: Done) -> None:
    """Take the contract steps whose time has come; say why the others wait."""
    pending = await due(connection, folder)
    users = await usage.users(connection) if pending else []
    for one in pending:
        if reason := why_not(one, before, users):
            done.waiting[one.name] = reason
            log.info("contract step waits", step=one.name, reason=reason)
            continue
        await step(connection, one.name, one.sql + _RAISE.format(name=one.name, minimum=one.requires), limits)
        done.contracts.append(one.name)
        log.info("contract step taken", step=one.name, minimum=one.requires)


_RAISE: Final = """;
UPDATE schema_state SET minimum = greatest(minimum, '{minimum}'), changed_at = now();
INSERT INTO schema_contracts (name) VALUES ('{name}')
"""


async def due(connection: Connection, folder: Path = schema.MIGRATIONS) -> list[Contract]:
    """The contract steps that the database has not taken, by name."""
    known = revisions.contracts(folder)
    if not known:
        return []
    taken = {row["name"] for row in await connection.fetch("SELECT name FROM schema_contracts")}
    return [one for one in known if one.name not in taken]


def why_not(one: Contract, before: str | None, users: list[User]) -> str:
    """Why a contract step can't be taken now; empty where it can.

    The release before this one has to know `requires` too, running or not: it is what a rollback returns to. It does where the
    database was at that revision before this migration began (`before`); a database that was empty has no release before.
    """
    if before is not None and before < one.requires:
        return f"the release before this one knows the schema up to {before}, the step requires {one.requires}"
    if older := [str(user) for user in users if user.knows < one.requires]:
        return f"older versions are in use: {', '.join(older)}; the step requires {one.requires}"
    return ""
