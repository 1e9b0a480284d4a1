"""`testgen encryption rotate`: every encrypted field under the newest key, in batches. May be killed at any line and repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.audit import with_database
from testgen_runtime.security import audit
from testgen_runtime.security.encryption import Cipher, answer_place, cipher_of, comment_place, sealed_in
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database

_BATCH: Final = 200
_COMMENTS: Final = "SELECT id, case_id, text FROM case_comments WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE"
_ANSWERS: Final = """
SELECT caller, key, response FROM idempotency_keys WHERE response IS NOT NULL AND (caller, key) > ($1, $2)
ORDER BY caller, key LIMIT $3 FOR UPDATE
"""


def rotate(settings: Settings, tell: Callable[[str], None]) -> int:
    """How many fields got a new envelope.

    Raises: BadConfiguration without a key, or for a field whose key is missing.
    """
    cipher = cipher_of(read_secret(settings.security.encryption_keys_file, "security.encryption_keys_file"))
    if cipher.newest is None:
        raise BadConfiguration("no encryption key is set", mend="set security.encryption_keys_file")

    async def work(store: Database) -> int:
        done = await comments(store, cipher, tell) + await answers(store, cipher, tell)
        async with store.transaction() as connection:
            await audit.record(connection, "cli", "encryption rotated", f"{done} fields to the key {cipher.newest}")
        return done

    return with_database(settings, work)


async def comments(store: Database, cipher: Cipher, tell: Callable[[str], None]) -> int:
    """Comments on cases."""
    last, done, found = 0, 0, [None]
    while found:
        async with store.transaction() as connection:
            found = await connection.fetch(_COMMENTS, last, _BATCH)
            for row in found:
                envelope, place = sealed_in(row["text"]), comment_place(row["case_id"])
                if envelope is None or not cipher.is_newest(envelope):
                    text = cipher.seal_text(place, cipher.open_text(place, row["text"]))
                    await connection.execute("UPDATE case_comments SET text = $2 WHERE id = $1", row["id"], text)
                    done += 1
                last = row["id"]
        tell(f"comments: {done}")
    return done


async def answers(store: Database, cipher: Cipher, tell: Callable[[str], None]) -> int:
    """Answers kept for an Idempotency-Key."""
    last, done, found = ("", ""), 0, [None]
    while found:
        async with store.transaction() as connection:
            found = await connection.fetch(_ANSWERS, *last, _BATCH)
            for row in found:
                last = (row["caller"], row["key"])
                if not cipher.is_newest(row["response"]):
                    place = answer_place(*last)
                    body = cipher.seal(place, cipher.open(place, row["response"]))
                    await connection.execute(
                        "UPDATE idempotency_keys SET response = $3 WHERE caller = $1 AND key = $2", *last, body
                    )
                    done += 1
        tell(f"kept answers: {done}")
    return done
