"""`Idempotency-Key`: the same request sent again gets the answer of the first one, not a second effect."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import Header
from fastapi.responses import Response

from testgen_runtime.errors import Conflict, Malformed
from testgen_runtime.security.encryption import answer_place
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.json import decode, encode

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", description="1 to 200 visible characters; kept for 24 hours", max_length=200)
]
_VISIBLE: Final = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS: Final = ("location", "etag", "content-type", "preference-applied")
_BIGGEST: Final = 8 * 1024 * 1024
"""A larger answer is not kept: a second request is then answered anew, which is safe because every effect is idempotent."""

BEGIN: Final = """
WITH swept AS (
  DELETE FROM idempotency_keys WHERE ctid IN (
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT 100 FOR UPDATE SKIP LOCKED))
INSERT INTO idempotency_keys AS i (caller, key, fingerprint, locked_until)
VALUES ($1, $2, $3, now() + $4::float * interval '1 second')
ON CONFLICT (caller, key) DO UPDATE SET locked_until = EXCLUDED.locked_until
  WHERE i.status IS NULL AND i.locked_until < now() AND i.fingerprint = EXCLUDED.fingerprint
RETURNING key
"""


async def once(
    database: Database,
    *,
    caller: str,
    key: str | None,
    fingerprint: bytes,
    run: Callable[[], Awaitable[Response]],
    lock_seconds: float,
) -> Response:
    """`run`'s answer, or the one kept from when it ran before with this key.

    Raises: Malformed for a bad key; Conflict for the same key with another request, or while the first one is at work.
    """
    if key is None:
        return await run()
    if not _VISIBLE.fullmatch(key):
        raise Malformed("Idempotency-Key holds something else than visible ASCII", mend="send for example a UUID")
    async with database.connection() as connection:
        begun = await connection.fetchval(BEGIN, caller, key, fingerprint, lock_seconds)
        if begun is None:
            row = await connection.fetchrow(
                "SELECT fingerprint, status, headers, response FROM idempotency_keys WHERE caller = $1 AND key = $2", caller, key
            )
    if begun is None:
        return _replay(row, fingerprint, lambda kept: database.cipher.open(answer_place(caller, key), kept))
    try:
        response = await run()
    except BaseException:
        await _forget(database, caller, key)
        raise
    await _keep(database, caller, key, response)
    return response


def _replay(row: object, fingerprint: bytes, opened: Callable[[bytes], bytes]) -> Response:
    if row is None or (row["status"] is None and row["fingerprint"] == fingerprint):  # type: ignore[index]
        raise Conflict(
            "a request with this Idempotency-Key is at work", mend="wait for its answer, then send it again", retry_after=1
        )
    if row["fingerprint"] != fingerprint:  # type: ignore[index]
        raise Conflict("this Idempotency-Key was used for another request", mend="use a new key for a new request")
    headers = decode(row["headers"]) | {"Idempotency-Replayed": "true"}  # type: ignore[index]
    return Response(opened(row["response"]), status_code=row["status"], headers=headers)  # type: ignore[index]


async def _keep(database: Database, caller: str, key: str, response: Response) -> None:
    body = bytes(response.body)
    if response.status_code >= 500 or len(body) > _BIGGEST:
        await _forget(database, caller, key)
        return
    headers = {name: value for name, value in response.headers.items() if name in _KEPT_HEADERS}
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE idempotency_keys SET status = $3, headers = $4::jsonb, response = $5 WHERE caller = $1 AND key = $2",
            caller, key, response.status_code, encode(headers), database.cipher.seal(answer_place(caller, key), body),
        )  # fmt: skip


async def _forget(database: Database, caller: str, key: str) -> None:
    async with database.connection() as connection:
        await connection.execute("DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status IS NULL", caller, key)
