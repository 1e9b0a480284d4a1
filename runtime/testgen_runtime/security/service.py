"""Keys as an administrator handles them, and the first admin's key."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from testgen_runtime.errors import BadConfiguration, Conflict, Forbidden, InvalidInput, NotFound
from testgen_runtime.security import keys, repository
from testgen_runtime.security.audit import Audit, AuditLog
from testgen_runtime.security.keys import Grant, KeyInfo, NewKey, Principal, Role
from testgen_runtime.security.roles import BY_NAME, SCOPES, includes
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('testgen_bootstrap_key'))"
"""One at a time changes who the admins are."""
COMMAND_LINE: Final = Principal("cli", "the command line", Role.ADMIN)


class Keys:
    """API keys of this project."""

    def __init__(self, database: Database, audit: Audit | None = None) -> None:
        self._database = database
        self._audit = audit or AuditLog(database)

    async def create(self, *, name: str, role: Role, expires_at: datetime | None = None) -> str:
        """A new key's secret, to be shown once."""
        return (await self.grant(Grant(name, role, expires_at=expires_at), by=COMMAND_LINE)).secret

    async def grant(self, grant: Grant, *, by: Principal) -> NewKey:
        """Make a key.

        Raises: InvalidInput for scopes that there are not, or that the role can't use, and for a past expiry; Forbidden for more
        than `by` has.
        """
        _check(grant)
        if not includes(by.scopes, grant.scopes):
            raise Forbidden("a key can't give away scopes that it has not", mend="name a part of your own key's scopes")
        key = keys.make(secrets.token_urlsafe)
        async with self._database.transaction() as connection:
            await repository.add(connection, key, grant, created_by=by.key_id)
            await self._audit.record(connection, by.key_id, "key created", key.id, "done")
        return key

    async def page(self, *, after: int | None, limit: int) -> list[KeyInfo]:
        """Keys in the order in which they were made, revoked ones too."""
        async with self._database.connection() as connection:
            return await repository.page(connection, after=after, limit=limit)

    async def get(self, key_id: str) -> KeyInfo:
        """One key.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            return _there(await repository.get(connection, key_id), key_id)

    async def rotate(self, key_id: str, *, overlap_seconds: int, by: Principal) -> NewKey:
        """Give a key another secret. The one before stays valid for `overlap_seconds`, one before that ends now.

        Raises: NotFound; Conflict for a key that has ended, and for the bootstrap key; Forbidden for a key that may do more.
        """
        new = keys.make(secrets.token_urlsafe)
        async with self._database.transaction() as connection:
            found = _there(await repository.get(connection, key_id, lock=True), key_id)
            if found.bootstrap:
                raise Conflict(
                    "the bootstrap key is set by the configuration", mend="change the Secret it comes from and restart the pods"
                )
            if not includes(by.scopes, found.scopes):
                raise Forbidden("this key may do more than yours", mend="use a key that is not narrowed to scopes")
            if not await repository.rotate(connection, key_id, new, overlap_seconds=overlap_seconds):
                raise Conflict(f"the key {key_id} has expired or was revoked", mend="make a new one")
            await self._audit.record(connection, by.key_id, "key rotated", key_id, "done")
        return new

    async def revoke(self, key_id: str, *, by: Principal) -> None:
        """End a key at once. Doing it again changes nothing.

        Raises: NotFound; Conflict for the last key that can administer keys.
        """
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK)
            found = _there(await repository.get(connection, key_id, lock=True), key_id)
            if found.disabled_at is not None:
                return
            if _administers(found) and not await repository.any_admin(connection, beside=key_id):
                raise Conflict("this is the last key that can administer keys", mend="make another admin key first")
            await repository.revoke(connection, key_id)
            await self._audit.record(connection, by.key_id, "key revoked", key_id, "done")

    async def bootstrap(self, secret: str) -> None:
        """Make `secret` the first admin's key. May be called at every start."""
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK)
            await repository.set_bootstrap(connection, keys.hash_of(secret))

    async def issued(self, principal: Principal) -> None:
        """Tell the audit that a key was exchanged for a token."""
        await self._audit.record(None, principal.key_id, "token issued", principal.key_id, "done")

    async def told(self, principal: Principal, action: str, thing: str) -> None:
        """Tell the audit of a deed that changes nothing here, such as an export."""
        await self._audit.record(None, principal.key_id, action, thing, "done")

    async def refused(self, connection: Connection | None, principal: Principal, what: str) -> None:
        """Tell the audit of a caller who may not do `what`."""
        await self._audit.record(connection, principal.key_id, "authorisation refused", what, "refused")


def allow(principal: Principal, needed: Role) -> Principal:
    """`principal`, if its role includes `needed`.

    Raises: Forbidden.
    """
    if not principal.role.may_act_as(needed):
        raise Forbidden(
            f"the key '{principal.name}' has the role {principal.role}, this needs {needed}",
            mend=f"use a key with the role {needed}",
        )
    return principal


def allow_operation(principal: Principal, name: str) -> Principal:
    """`principal`, if its role and its scopes include the operation `name` of the matrix.

    Raises: Forbidden.
    """
    allow(principal, BY_NAME[name].role)
    return allow_scope(principal, name)


def allow_scope(principal: Principal, name: str | None) -> Principal:
    """`principal`, if it is not narrowed, or to scopes with the operation `name`. None: a route that the matrix does not know.

    Raises: Forbidden.
    """
    if principal.scopes is not None and name not in principal.scopes:
        raise Forbidden(
            f"'{principal.name}' is narrowed to scopes without {name or 'this'}",
            mend=f"use a key with the scope {name}" if name else "use a key that is not narrowed to scopes",
        )
    return principal


def bootstrap_secret(settings: Settings) -> str | None:
    """The first admin's key as the settings give it.

    Raises: BadConfiguration where its file can't be read or the key is too short to be safe.
    """
    if settings.bootstrap_api_key is not None:
        secret = settings.bootstrap_api_key.get_secret_value().strip()
    else:
        found = read_secret(settings.bootstrap_api_key_file, "bootstrap_api_key_file")
        if found is None:
            return None
        secret = found
    if not keys.MIN_LENGTH <= len(secret) <= keys.MAX_LENGTH:
        raise BadConfiguration(
            f"the bootstrap key has {len(secret)} characters",
            mend=f"use {keys.MIN_LENGTH} to {keys.MAX_LENGTH}, for example the output of: openssl rand -hex 32",
        )
    return secret


def _check(grant: Grant) -> None:
    unknown = sorted((grant.scopes or frozenset()) - set(SCOPES))
    if unknown:
        raise InvalidInput(f"scopes: there is no {unknown[0][:100]}", mend=f"use {', '.join(SCOPES)}")
    if grant.scopes is not None and not grant.scopes:
        raise InvalidInput(
            "scopes: a key without any could do nothing", mend="name some, or leave scopes out for all of the role"
        )
    unused = [name for name in sorted(grant.scopes or ()) if not grant.role.may_act_as(BY_NAME[name].role)]
    if unused:
        raise InvalidInput(
            f"scopes: {unused[0]} needs the role {BY_NAME[unused[0]].role}", mend="leave it out or give the key that role"
        )
    if grant.expires_at is not None:
        _check_expiry(grant.expires_at)


def _check_expiry(at: datetime) -> None:
    if at.tzinfo is None:
        raise InvalidInput("expires_at has no time zone", mend="write it as 2030-01-31T00:00:00Z")
    if at <= (now := datetime.now(UTC)):
        raise InvalidInput(
            f"expires_at: {at.isoformat()} has passed (now: {now.isoformat(timespec='seconds')})",
            mend="name a time to come, or leave expires_at out for a key that does not expire",
        )
    try:
        at.astimezone(UTC)  # times are kept in UTC, where one of the year 9999 may be past the last there is
    except OverflowError as error:
        raise InvalidInput("expires_at is too far away", mend="leave expires_at out for a key that does not expire") from error


def _administers(key: KeyInfo) -> bool:
    expired = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
    return key.role is Role.ADMIN and not expired and (key.scopes is None or "keys:admin" in key.scopes)


def _there(found: KeyInfo | None, key_id: str) -> KeyInfo:
    if found is None:
        raise NotFound(f"there is no key {key_id[:100]}", mend="GET /api/v1/keys lists them")
    return found
