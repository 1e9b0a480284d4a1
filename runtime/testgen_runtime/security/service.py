"""Authentication of a call, and the first admin's key."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from testgen_runtime.errors import BadConfiguration, Forbidden, Unauthenticated
from testgen_runtime.security import keys, repository
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.telemetry.logs import get_logger

audit = get_logger("audit")
_MEND: Final = "send a valid key as X-API-Key or as a bearer token"


class Keys:
    """API keys of this project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def authenticate(self, presented: str | None) -> Principal:
        """Who presented this key.

        Raises: Unauthenticated, in the same words for a missing, unknown, disabled and expired key; Unavailable.
        """
        if presented and keys.MIN_LENGTH <= len(presented) <= keys.MAX_LENGTH:
            async with self._database.connection() as connection:
                principal = await repository.find(connection, keys.hash_of(presented))
            if principal is not None:
                return principal
        raise Unauthenticated("the call carries no valid key", mend=_MEND)

    async def create(self, *, name: str, role: Role, expires_at: datetime | None = None) -> str:
        """A new key's secret, to be shown once."""
        key = keys.make(secrets.token_urlsafe)
        async with self._database.transaction() as connection:
            await repository.add(connection, key, name=name, role=role, expires_at=expires_at)
        audit.info("key created", key_id=key.id, role=role.value, name=name)
        return key.secret

    async def bootstrap(self, secret: str) -> None:
        """Make `secret` the first admin's key. May be called at every start."""
        async with self._database.transaction() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('testgen_bootstrap_key'))")
            await repository.set_bootstrap(connection, keys.hash_of(secret))


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
