"""`testgen migrate status | plan | verify`: how a database stands, what a migration would do, whether the tables are as expected.

Nothing is changed and no lock is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from testgen_runtime.errors import VersionTooOld
from testgen_runtime.settings import Postgres
from testgen_runtime.storage import catalogue, downgrade, migrate, queue_schema, revisions, schema, usage
from testgen_runtime.storage.migration_session import reach
from testgen_runtime.storage.revisions import BASE
from testgen_runtime.storage.target import Target

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection


@asynccontextmanager
async def _looking(target: Target, settings: Postgres, within: float) -> AsyncIterator[Connection]:
    connection = await reach(target, settings, within)
    try:
        yield connection
    finally:
        await connection.close(timeout=5)


async def status(
    target: Target, settings: Postgres, *, within: float = 15, folder: Path = schema.MIGRATIONS
) -> tuple[bool, list[str]]:
    """(whether this program fits the database, lines that tell how it stands: revisions, contract steps, who is connected)."""
    async with _looking(target, settings, within) as connection:
        found = await schema.standing(connection)
        known = revisions.order(folder)
        lines = [f"database at {found.revision or BASE}, this version knows up to {known[-1]}"]
        if found.minimum:
            lines.append(f"the database serves versions that know {found.minimum} or later")
        for one in await asyncio.to_thread(revisions.ups, None, None, folder):
            lines.append(f"{one.revision}  {_word(one.revision, found.revision)}  {one.about}")
        for contract in await _due(connection, found.revision, folder):
            lines.append(f"contract step {contract.name} is not taken yet; it requires {contract.requires}")
        lines += [f"in use by {user}, {user.sessions} connections" for user in await usage.users(connection)]
        try:
            return found.fits(known[-1]), lines
        except VersionTooOld as error:
            return False, [*lines, error.detail]


async def plan(
    target: Target, settings: Postgres, wanted: str = "head", *, within: float = 15, folder: Path = schema.MIGRATIONS
) -> list[str]:
    """What `up` (or `down`, where `wanted` is an earlier revision) would do, as lines. Raises: InvalidInput; Unavailable."""
    async with _looking(target, settings, within) as connection:
        found = await schema.current(connection)
        to = revisions.named(wanted, found, folder)
        if to == BASE or (found is not None and to < found):
            return await _plan_down(connection, found, to, folder)
        lines = [f"up to {one.revision}: {one.about}" for one in await asyncio.to_thread(revisions.ups, found, to, folder)]
        if wanted == "head":
            users = await usage.users(connection)
            for one in await _due(connection, found, folder):
                reason = migrate.why_not(one, found, users)
                lines.append(f"contract step {one.name}: " + (f"waits, {reason}" if reason else "is taken"))
        return lines or ["nothing to do"]


async def _plan_down(connection: Connection, found: str | None, to: str, folder: Path) -> list[str]:
    if found is None:
        return ["nothing to do"]
    steps = revisions.downs(found, to, folder)
    lines = [f"down from {one.revision} to {one.before}" for one in steps]
    lines += [f"refused while there are: {one}" for one in await downgrade.stopping(connection, steps)]
    return lines + [f"gives up: {one}" for one in await downgrade.given_up(connection, steps)]


@dataclass(slots=True)
class Verified:
    """What a look at the tables found, in lines. `vital`: the part of `wrong` that a program would fail by; `notes`: no fault."""

    wrong: list[str] = field(default_factory=list)
    vital: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fail(self, words: str) -> Verified:
        """One more fault, which is vital."""
        self.wrong.append(words)
        self.vital.append(words)
        return self


async def verify(target: Target, settings: Postgres, *, within: float = 15, folder: Path = schema.MIGRATIONS) -> Verified:
    """Hold revision, tables, columns, indexes, constraints, triggers and functions against what this version expects."""
    verified = Verified()
    async with _looking(target, settings, within) as connection:
        found, head = await schema.standing(connection), revisions.order(folder)[-1]
        try:
            if not found.fits(head):
                return verified.fail(
                    f"the database is at {found.revision or BASE}, this version needs {head}: run testgen migrate"
                )
        except VersionTooOld as error:
            return verified.fail(error.detail)
        if found.revision is not None and found.revision > head:
            verified.notes.append(
                f"the database is at {found.revision}, past this version's {head}: what this version needs was checked"
            )
        taken = {one.name for one in revisions.contracts(folder)} - {one.name for one in await migrate.due(connection, folder)}
        gone = {fact for one in revisions.contracts(folder) if one.name in taken for fact in one.removes}
        wrong, beside = catalogue.differences(catalogue.expected(folder), await catalogue.read(connection), gone)
        verified.wrong += [str(one) for one in wrong]
        verified.vital += [str(one) for one in wrong if one.vital]
        verified.notes += [str(one) for one in beside]
        if not await queue_schema.is_installed(connection):
            verified.fail("the job queue's tables are missing: run testgen migrate")
    return verified


async def _due(connection: Connection, found: str | None, folder: Path) -> list[revisions.Contract]:
    known = revisions.contracts(folder)
    return known if found is None or found < "0012" else await migrate.due(connection, folder)


def _word(revision: str, found: str | None) -> str:
    return "done" if found is not None and revision <= found else "due "
