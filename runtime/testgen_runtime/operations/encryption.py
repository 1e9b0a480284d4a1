"""`testgen encryption rotate`: every encrypted field under the newest key, in batches. May be killed at any line and repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from testgen_runtime.cases import quotes
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.jobs import sealing
from testgen_runtime.knowledge.indexing import request_rebuild
from testgen_runtime.operations.audit import with_database
from testgen_runtime.security import audit
from testgen_runtime.security.encryption import Cipher, answer_place, cipher_of, comment_place, field_place, sealed_in
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.json import decode, encode

Anew = Callable[[Cipher, str, str], str | None]
"""From (cipher, place, what is stored) to what is to be stored instead; None where that is sealed with the newest key."""

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
        for table in TABLES:
            done += await rotate_table(store, cipher, table, tell)
        await request_rebuild(store, "cli")  # each time: after a kill nothing else would tell that the indexes wait for it
        tell("indexes: they fill themselves anew; see `testgen index status` before a key is taken out")
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


def _text(cipher: Cipher, place: str, stored: str) -> str | None:
    return None if cipher.is_newest_text(stored) else cipher.seal_text(place, cipher.open_text(place, stored))


def _json(cipher: Cipher, place: str, stored: str) -> str | None:
    return None if cipher.is_newest_text(stored) else cipher.seal_json(place, cipher.open_json(place, stored))


def _text_same(cipher: Cipher, place: str, stored: str) -> str | None:
    if not stored or cipher.is_newest_text(stored):
        return None
    return cipher.seal_same(place, cipher.open_text(place, stored))


def _json_same(cipher: Cipher, place: str, stored: str) -> str | None:
    if cipher.is_newest_text(stored):
        return None
    return cipher.seal_json_same(place, encode(decode(cipher.open_json(place, stored))))


def _quotes(cipher: Cipher, _place: str, stored: str) -> str | None:
    body = decode(stored)
    told = [one["quote"] for one in body.get("evidence", ())]
    if all(cipher.is_newest_text(quote) for quote in told if quote):
        return None
    return encode(quotes.sealed(cipher, quotes.opened(cipher, body)))


def _findings(cipher: Cipher, place: str, stored: str) -> str | None:
    result, job_id = decode(stored), place.rpartition("/")[2]
    found = result.get(sealing.FINDINGS) if isinstance(result, dict) else None
    if not found or (isinstance(found, str) and cipher.is_newest_text(found)):
        return None
    return encode(sealing.sealed(cipher, job_id, sealing.opened(cipher, job_id, result)))


@dataclass(frozen=True, slots=True)
class Table:
    """The sealed fields of a table: its key, its columns with how each is sealed, rows in one transaction. `bound`: how many
    columns of the key the envelopes are bound to."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, Anew]
    bound: int
    batch: int = _BATCH


TABLES: Final = (
    Table("documents", ("id",), {"text": _text, "findings": _json}, 1, batch=10),
    Table("requirements", ("document_id", "id"), {"text": _text}, 2),
    Table("atoms", ("document_id", "id"), {"text": _text, "value": _json}, 2, batch=1000),
    Table("chunk", ("id",), {"text": _text_same, "facts": _json_same}, 1),
    Table("cases", ("id",), {"body": _quotes}, 1),
    Table("case_revisions", ("case_id", "revision"), {"body": _quotes}, 1),
    Table("jobs", ("id",), {"result": _findings}, 1),
    Table("job_events", ("job_id", "id"), {"data": _findings}, 1),
)


async def rotate_table(store: Database, cipher: Cipher, table: Table, tell: Callable[[str], None]) -> int:
    """The fields of one table."""
    last: tuple[Any, ...] = ()
    done = 0
    while True:
        async with store.transaction() as connection:
            rows = await connection.fetch(_select(table, begin=not last), *last, table.batch)
            changed = [one for row in rows if (one := _row_anew(cipher, table, row)) is not None]
            await connection.executemany(_update(table), changed)
        done += len(changed)
        if not rows:
            tell(f"{table.name.replace('_', ' ')}: {done}")
            return done
        last = tuple(rows[-1][name] for name in table.key)


def _row_anew(cipher: Cipher, table: Table, row: Any) -> tuple[Any, ...] | None:
    """The key and the columns as they are to be; None where nothing is to be done."""
    key = tuple(row[name] for name in table.key)
    anew = {
        column: how(cipher, field_place(table.name, column, *key[: table.bound]), row[column])
        for column, how in table.columns.items()
        if row[column] is not None
    }
    if not any(value is not None for value in anew.values()):
        return None
    return (*key, *(row[column] if anew.get(column) is None else anew[column] for column in table.columns))


def _select(table: Table, *, begin: bool) -> str:
    key, places = ", ".join(table.key), ", ".join(f"${n}" for n in range(1, len(table.key) + 1))
    where = "" if begin else f"WHERE ({key}) > ({places})"
    limit = 1 if begin else len(table.key) + 1
    columns = ", ".join(table.columns)
    return f"SELECT {key}, {columns} FROM {table.name} {where} ORDER BY {key} LIMIT ${limit} FOR UPDATE"  # noqa: S608 - ours


def _update(table: Table) -> str:
    sets = ", ".join(f"{column} = ${n}" for n, column in enumerate(table.columns, len(table.key) + 1))
    where = " AND ".join(f"{name} = ${n}" for n, name in enumerate(table.key, 1))
    return f"UPDATE {table.name} SET {sets} WHERE {where}"  # noqa: S608 - ours
