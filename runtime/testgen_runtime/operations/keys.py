"""`testgen keys create | list | rotate | revoke`: on the project's database, so it also works where no key is left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.places import database, running
from testgen_runtime.operations.serve import run_async
from testgen_runtime.security.keys import Grant, KeyInfo, Role
from testgen_runtime.security.service import COMMAND_LINE, Keys
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target

T = TypeVar("T")
_PAGE: Final = 1000


def create(settings: Settings, *, name: str, role: str, expires_days: int | None, scopes: list[str] | None = None) -> str:
    """A new key's secret. An embedded server that runs already is used as it is.

    Raises: BadConfiguration where the database has not been migrated; InvalidInput for scopes that there are not.
    """
    expires = datetime.now(UTC) + timedelta(days=expires_days) if expires_days else None
    grant = Grant(name, Role(role), frozenset(scopes) if scopes else None, expires)

    async def work(keys: Keys) -> str:
        return (await keys.grant(grant, by=COMMAND_LINE)).secret

    return _with_keys(settings, work)


def listed(settings: Settings) -> list[KeyInfo]:
    """Every key, revoked and expired ones too.

    Raises: BadConfiguration where the database has not been migrated.
    """

    async def work(keys: Keys) -> list[KeyInfo]:
        found = page = await keys.page(after=None, limit=_PAGE)
        while len(page) == _PAGE:
            page = await keys.page(after=page[-1].seq, limit=_PAGE)
            found += page
        return found

    return _with_keys(settings, work)


def rotate(settings: Settings, key_id: str, *, overlap_seconds: int) -> str:
    """A key's new secret; the one before stays valid for `overlap_seconds`.

    Raises: NotFound; Conflict for a key that has ended.
    """

    async def work(keys: Keys) -> str:
        return (await keys.rotate(key_id, overlap_seconds=overlap_seconds, by=COMMAND_LINE)).secret

    return _with_keys(settings, work)


def revoke(settings: Settings, key_id: str) -> None:
    """End a key at once.

    Raises: NotFound; Conflict for the last key that can administer keys.
    """

    async def work(keys: Keys) -> None:
        await keys.revoke(key_id, by=COMMAND_LINE)

    _with_keys(settings, work)


def as_line(key: KeyInfo, now: datetime) -> str:
    """One key for the terminal: id, state, role, name, scopes, when it was used last."""
    ended = "revoked" if key.disabled_at else "expired" if key.expires_at and key.expires_at <= now else ""
    until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "active"
    used = f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
    scopes = ",".join(sorted(key.scopes)) if key.scopes is not None else "all of its role"
    return "\t".join((key.id, ended or until, key.role.value, key.name, scopes, used))


def _with_keys(settings: Settings, work: Callable[[Keys], Awaitable[T]]) -> T:
    async def run(target: Target) -> T:
        store = Database(target, settings.postgres)
        await store.open(within=15)
        try:
            async with store.connection() as connection:
                if not await schema.is_current(connection):
                    raise BadConfiguration("the database has not been migrated", mend="run testgen migrate first")
            return await work(Keys(store))
        finally:
            await store.close()

    with ExitStack() as stack:
        target = running(settings) or stack.enter_context(database(settings))
        result: T = run_async(run(target))
    return result
