"""The table of API keys."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from testgen_runtime.security.keys import NewKey, Principal, Role

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

# One statement for every call; `last_used_at` is moved at most once a minute, so that a busy key costs no write a call.
FIND = """
WITH found AS (
  SELECT id, name, role, last_used_at FROM api_keys
  WHERE hash = $1 AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())),
touched AS (
  UPDATE api_keys SET last_used_at = now() FROM found
  WHERE api_keys.id = found.id AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute'))
SELECT id, name, role FROM found
"""

INSERT = """
INSERT INTO api_keys (id, name, prefix, hash, role, bootstrap, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (hash) DO UPDATE SET disabled_at = NULL
RETURNING id
"""

REPLACE_BOOTSTRAP = "UPDATE api_keys SET disabled_at = now() WHERE bootstrap AND disabled_at IS NULL AND hash <> $1"


async def find(connection: Connection, key_hash: bytes) -> Principal | None:
    """Who the key with this hash stands for; None for unknown, disabled and expired ones alike."""
    row = await connection.fetchrow(FIND, key_hash)
    return Principal(row["id"], row["name"], Role(row["role"])) if row else None


async def add(connection: Connection, key: NewKey, *, name: str, role: Role, expires_at: datetime | None = None) -> None:
    """Keep a new key's hash."""
    await connection.execute(INSERT, key.id, name, key.prefix, key.hash, role.value, False, expires_at)


async def set_bootstrap(connection: Connection, key_hash: bytes) -> None:
    """Make this the one bootstrap key: an admin. Doing it again changes nothing; another key replaces the one before."""
    await connection.execute(REPLACE_BOOTSTRAP, key_hash)
    name = f"key_{key_hash.hex()[:12]}"
    await connection.execute(INSERT, name, "bootstrap", "bootstrap", key_hash, Role.ADMIN.value, True, None)


async def any_admin(connection: Connection) -> bool:
    """Whether somebody could administer this project."""
    found: Any = await connection.fetchval(
        """
        SELECT EXISTS (
          SELECT 1 FROM api_keys WHERE role = 'admin' AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now()))
        """
    )
    return bool(found)
