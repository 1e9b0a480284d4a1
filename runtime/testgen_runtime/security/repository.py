"""The table of API keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.security.keys import Grant, KeyInfo, NewKey, Principal, Role
from testgen_runtime.security.rate import Decision, Limit
from testgen_runtime.security.rate_store import NOW, taking

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

FAILURES: Final = "failures"
"""The class of rate limit under which an address's failed attempts are counted."""
_ACTIVE: Final = "disabled_at IS NULL AND (expires_at IS NULL OR expires_at > now())"
_INTERVAL: Final = "(SELECT interval FROM found)"
_WINDOW: Final = "(SELECT interval * burst FROM found)"

# One statement for every call: is the address barred, whose key is it, and does the limit admit one more request?
# `last_used_at` is moved at most once a minute. $2 class, $3 and $4 the settings' limit (microseconds, requests); $5 false: no
# limit. $6 address, $7 and $8 the limit of failed attempts; $9: this key was valid before, so its address does not bar it.
FIND: Final = f"""
WITH barred AS MATERIALIZED (
  SELECT tat FROM rate_limits
  WHERE principal = $6::text AND class = '{FAILURES}' AND NOT $9::boolean AND tat + $7::bigint > {NOW} + $7::bigint * $8::bigint),
found AS MATERIALIZED (
  SELECT id, name, role, scopes, last_used_at,
    coalesce((60000000 + requests_per_minute - 1) / requests_per_minute, $3::bigint) AS interval,
    coalesce(burst_size, $4::bigint) AS burst
  FROM api_keys
  WHERE {{who}} AND {_ACTIVE} AND NOT EXISTS (SELECT FROM barred)),
touched AS (
  UPDATE api_keys SET last_used_at = now() FROM found
  WHERE api_keys.id = found.id AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')),
taken AS ({taking("found.id", "$2::text", _INTERVAL, _WINDOW, NOW, given="FROM found WHERE $5::boolean")})
SELECT id, name, role, scopes, interval, burst, {NOW} AS at, (SELECT tat FROM barred) AS barred_tat,
  (SELECT tat FROM taken) AS tat, (SELECT admitted FROM taken) AS admitted
FROM (SELECT) AS one LEFT JOIN found ON true
"""  # noqa: S608 - only expressions of ours
BY_HASH: Final = FIND.format(who="(hash = $1 OR (previous_hash = $1 AND previous_expires_at > now()))")
BY_ID: Final = FIND.format(who="id = $1")

INSERT: Final = """
INSERT INTO api_keys (id, name, prefix, hash, role, bootstrap, expires_at, scopes, requests_per_minute, burst_size, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (hash) DO UPDATE SET disabled_at = NULL
RETURNING id
"""
REPLACE_BOOTSTRAP: Final = "UPDATE api_keys SET disabled_at = now() WHERE bootstrap AND disabled_at IS NULL AND hash <> $1"
_TOLD: Final = ", ".join(KeyInfo.__dataclass_fields__)
_LIST: Final = f"SELECT {_TOLD} FROM api_keys WHERE ($1::bigint IS NULL OR seq > $1) ORDER BY seq LIMIT $2"  # noqa: S608
_GET: Final = f"SELECT {_TOLD} FROM api_keys WHERE id = $1"  # noqa: S608
_ADMINS: Final = f"""
SELECT EXISTS (
  SELECT 1 FROM api_keys WHERE role = 'admin' AND {_ACTIVE} AND (scopes IS NULL OR 'keys:admin' = ANY (scopes))
    AND id IS DISTINCT FROM $1::text)
"""  # noqa: S608 - only expressions of ours
_ROTATE: Final = f"""
UPDATE api_keys SET previous_hash = CASE WHEN $4::bigint > 0 THEN hash END,
  previous_expires_at = CASE WHEN $4::bigint > 0 THEN now() + $4::bigint * interval '1 second' END,
  hash = $2, prefix = $3, rotated_at = now()
WHERE id = $1 AND {_ACTIVE} RETURNING id
"""  # noqa: S608 - only expressions of ours


@dataclass(frozen=True, slots=True)
class Found:
    """What the look-up of a key says. `barred_seconds`: the address failed too often; then no key was looked at."""

    principal: Principal | None
    decision: Decision | None
    barred_seconds: int | None = None
    limit: Limit | None = None


async def find(
    connection: Connection,
    who: bytes | str,
    *,
    name: str,
    limit: Limit | None,
    address: str,
    failures: Limit,
    known: bool,
    counted: bool = True,
) -> Found:
    """Whom a key's hash, or its id, stands for, with one request taken of its limit `name` (None: no limit).

    `counted` False: the limit is told and nothing is taken of it here.

    Nobody for unknown, disabled and expired keys alike.
    """
    usual = limit or failures
    row = await connection.fetchrow(
        BY_HASH if isinstance(who, bytes) else BY_ID,
        who, name, usual.interval, usual.burst, limit is not None and counted, address, failures.interval, failures.burst, known,
    )  # fmt: skip
    if row["barred_tat"] is not None:
        return Found(None, None, Decision(FAILURES, failures, False, row["barred_tat"], row["at"]).retry_after)
    if row["id"] is None:
        return Found(None, None)
    scopes = frozenset(row["scopes"]) if row["scopes"] is not None else None
    principal = Principal(row["id"], row["name"], Role(row["role"]), scopes)
    own = Limit(row["interval"], row["burst"]) if limit is not None else None
    if row["tat"] is None or own is None:
        return Found(principal, None, limit=own)
    return Found(principal, Decision(name, own, row["admitted"], row["tat"], row["at"]), limit=own)


async def add(connection: Connection, key: NewKey, grant: Grant, *, created_by: str | None = None) -> None:
    """Keep a new key's hash and what it may do."""
    await connection.execute(
        INSERT, key.id, grant.name, key.prefix, key.hash, grant.role.value, False, grant.expires_at,
        sorted(grant.scopes) if grant.scopes is not None else None, grant.requests_per_minute, grant.burst_size, created_by,
    )  # fmt: skip


async def set_bootstrap(connection: Connection, key_hash: bytes) -> None:
    """Make this the one bootstrap key: an admin. Doing it again changes nothing; another key replaces the one before."""
    await connection.execute(REPLACE_BOOTSTRAP, key_hash)
    name = f"key_{key_hash.hex()[:12]}"
    await connection.execute(
        INSERT, name, "bootstrap", "bootstrap", key_hash, Role.ADMIN.value, True, None, None, None, None, None
    )


async def any_admin(connection: Connection, *, beside: str | None = None) -> bool:
    """Whether somebody, other than the key `beside`, could administer this project's keys."""
    found: Any = await connection.fetchval(_ADMINS, beside)
    return bool(found)


async def get(connection: Connection, key_id: str, *, lock: bool = False) -> KeyInfo | None:
    """A key, revoked ones too."""
    row = await connection.fetchrow(_GET + (" FOR UPDATE" if lock else ""), key_id)
    return _info(row) if row else None


async def page(connection: Connection, *, after: int | None, limit: int) -> list[KeyInfo]:
    """Keys in the order in which they were made."""
    return [_info(row) for row in await connection.fetch(_LIST, after, limit)]


async def rotate(connection: Connection, key_id: str, key: NewKey, *, overlap_seconds: int) -> bool:
    """Give a key another secret; the one before stays valid for `overlap_seconds`. False where it is not active."""
    return await connection.fetchval(_ROTATE, key_id, key.hash, key.prefix, overlap_seconds) is not None


async def revoke(connection: Connection, key_id: str) -> None:
    """End a key with all its secrets."""
    await connection.execute(
        "UPDATE api_keys SET disabled_at = now(), previous_hash = NULL, previous_expires_at = NULL "
        "WHERE id = $1 AND disabled_at IS NULL",
        key_id,
    )


def _info(row: Any) -> KeyInfo:
    found = dict(row)
    scopes = found.pop("scopes")
    return KeyInfo(**found | {"role": Role(row["role"]), "scopes": frozenset(scopes) if scopes is not None else None})
