"""`testgen migrate up | down | status | plan | verify` on the project's database, also on an embedded one that runs or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import TypeVar

from testgen_runtime.errors import MigrationFailed
from testgen_runtime.operations.places import database, running
from testgen_runtime.operations.serve import run_async
from testgen_runtime.settings import Settings
from testgen_runtime.storage import downgrade as going_down
from testgen_runtime.storage import inspection, migrate, revisions, schema
from testgen_runtime.storage.migration_session import Limits, reach
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import logs

T = TypeVar("T")


def up(settings: Settings, to: str | None, *, lock: float, statement: float, wait: float) -> list[str]:
    """Migrate, then verify (S3-132); what was done, in lines.

    Raises: as storage.migrate.up; MigrationFailed where something is missing then that this version's statements name;
    InvalidInput for a revision that there is not.
    """
    limits = Limits(within=wait, lock=lock, statement=statement)
    differing: list[str] = []

    async def work(target: Target) -> migrate.Done:
        wanted = await _named(target, settings, to) if to is not None else None
        done = await migrate.up(target, settings.postgres, limits, to=wanted)
        if to is None:
            found = await inspection.verify(target, settings.postgres)
            if found.vital:
                raise MigrationFailed(
                    f"the schema is at {schema.head()} and is not what this version needs: {'; '.join(found.vital[:5])}",
                    mend="put back what was changed by hand, or restore a backup; testgen migrate verify tells all",
                    revision=schema.head(),
                )
            differing.extend(found.wrong)
        return done

    done = _on_database(settings, work)
    lines = [f"applied {', '.join(done.applied)}" if done.applied else f"already at {schema.head() if to is None else to}"]
    lines += [f"contract step taken: {name}" for name in done.contracts]
    lines += [f"contract step {name} waits: {reason}" for name, reason in done.waiting.items()]
    return lines + [f"differs from what is expected: {line}" for line in differing]


def down(settings: Settings, to: str, *, accept_loss: bool) -> list[str]:
    """Go back; the revisions that were undone. Raises: as storage.downgrade.down; InvalidInput."""

    async def work(target: Target) -> list[str]:
        wanted = await _named(target, settings, to)
        return await going_down.down(target, settings.postgres, wanted, accept_loss=accept_loss)

    return _on_database(settings, work)


def status(settings: Settings) -> tuple[bool, list[str]]:
    """As storage.inspection.status."""
    return _on_database(settings, lambda target: inspection.status(target, settings.postgres))


def plan(settings: Settings, to: str) -> list[str]:
    """As storage.inspection.plan."""
    return _on_database(settings, lambda target: inspection.plan(target, settings.postgres, to))


def verify(settings: Settings) -> inspection.Verified:
    """As storage.inspection.verify."""
    return _on_database(settings, lambda target: inspection.verify(target, settings.postgres))


async def _named(target: Target, settings: Settings, wanted: str) -> str:
    connection = await reach(target, settings.postgres, 60)
    try:
        return revisions.named(wanted, await schema.current(connection))
    finally:
        await connection.close(timeout=5)


def _on_database(settings: Settings, work: Callable[[Target], Awaitable[T]]) -> T:
    logs.configure(settings.log.level, settings.log.format)
    with ExitStack() as stack:
        target = running(settings) or stack.enter_context(database(settings))
        result: T = run_async(work(target))
    return result
