"""`testgen keys create`."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.places import database, running
from testgen_runtime.operations.serve import run_async
from testgen_runtime.security.keys import Role
from testgen_runtime.security.service import Keys
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target


def create(settings: Settings, *, name: str, role: str, expires_days: int | None) -> str:
    """A new key's secret. An embedded server that runs already is used as it is.

    Raises: BadConfiguration where the database has not been migrated.
    """
    expires = datetime.now(UTC) + timedelta(days=expires_days) if expires_days else None
    with ExitStack() as stack:
        target = running(settings) or stack.enter_context(database(settings))
        secret: str = run_async(_create(settings, target, name, Role(role), expires))
    return secret


async def _create(settings: Settings, target: Target, name: str, role: Role, expires: datetime | None) -> str:
    store = Database(target, settings.postgres)
    await store.open(within=15)
    try:
        async with store.connection() as connection:
            if not await schema.is_current(connection):
                raise BadConfiguration("the database has not been migrated", mend="run testgen migrate first")
        return await Keys(store).create(name=name, role=role, expires_at=expires)
    finally:
        await store.close()
