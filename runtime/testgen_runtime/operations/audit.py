"""`testgen audit verify | seal`: on the project's database, also where no process of it runs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Final, TypeVar

from testgen_runtime.errors import BadConfiguration, InvalidInput
from testgen_runtime.operations.places import database, running
from testgen_runtime.operations.serve import run_async
from testgen_runtime.security import audit
from testgen_runtime.security.audit_chain import Verdict, Verifier
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target

T = TypeVar("T")
_BATCH: Final = 2_000
_MARK: Final = re.compile(r"[0-9]{1,18}:[0-9a-f]{64}")


def verify(settings: Settings, *, since: str | None = None) -> Verdict:
    """Whether the audit is whole, and leads on from the mark of a verification before.

    Raises: InvalidInput for a mark that is none; BadConfiguration where the database has not been migrated.
    """
    if since is not None and not _MARK.fullmatch(since):
        raise InvalidInput(
            "--since: this is no mark", mend="give the line that a verification before has printed, <row>:<64 hex digits>"
        )
    return with_database(settings, lambda store: verdict(store, since))


async def verdict(store: Database, since: str | None = None) -> Verdict:
    """The verdict over one snapshot of the chain, in memory for a batch of it."""
    verifier, last = Verifier(since), 0
    async with store.connection() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        while found := await audit.after(connection, last, limit=_BATCH):
            if not verifier.feed(found):
                break
            last = found[-1].seq
    return verifier.end()


def seal(settings: Settings, *, keep_days: int) -> tuple[int, str | None]:
    """Verify the audit, then let entries older than `keep_days` go; (how many, the mark of the last of them).

    Raises: BadConfiguration where the chain is not whole: what is broken is kept for whoever looks into it.
    """

    async def work(store: Database) -> tuple[int, str | None]:
        found = await verdict(store)
        if found.problem:
            raise BadConfiguration(f"the audit is not whole: {found.problem}", mend="look into that first; nothing was sealed")
        async with store.transaction() as connection:
            return await audit.seal(connection, "cli", keep_days=keep_days)

    return with_database(settings, work)


def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """What `work` makes of the project's migrated database; an embedded server that runs already is used as it is.

    Raises: BadConfiguration.
    """

    async def run(target: Target) -> T:
        store = Database(target, settings.postgres)
        await store.open(within=15)
        try:
            async with store.connection() as connection:
                if not await schema.is_current(connection):
                    raise BadConfiguration("the database has not been migrated", mend="run testgen migrate first")
            return await work(store)
        finally:
            await store.close()

    with ExitStack() as stack:
        target = running(settings) or stack.enter_context(database(settings))
        result: T = run_async(run(target))
    return result
