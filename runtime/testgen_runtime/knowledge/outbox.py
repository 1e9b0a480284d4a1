"""The outbox: what changed, told in the transaction that changed it, and read by each index at its own pace.

A row says only *that* a key changed; a reader looks up what the key is now. Reading a row twice, late, or after a newer one
therefore does no harm. A reader's place is (transaction, row), and it reads only rows of transactions that are older than every
open one: such a row can't be joined by an earlier one any more, so no gap is ever passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.knowledge.chunks import Chunk, Facts
from testgen_runtime.security.encryption import Cipher, field_place
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

CHANNEL: Final = "testgen_outbox"
_ROWS: Final = 1_000  # rows in one statement


@dataclass(frozen=True, slots=True)
class Put:
    """A chunk is new or has changed. One that is stored just so is not announced again."""

    chunk: Chunk


@dataclass(frozen=True, slots=True)
class RemoveDocument:
    """Everything of a document goes, except the chunks named in `keep`."""

    document_id: str
    keep: frozenset[str] = frozenset()


Change = Put | RemoveDocument


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the outbox: everything up to and including it has been taken in."""

    txid: int
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One announced key with what it is now: None where it is gone."""

    position: Position
    key: str
    created_at: datetime
    chunk: Chunk | None
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The next entries in order. `held_back`: more are committed, but wait for an older transaction to end."""

    entries: tuple[Entry, ...]
    held_back: bool


async def enqueue(connection: Connection, cipher: Cipher, changes: Iterable[Change]) -> int:
    """Store changes of chunks and announce them, in the caller's transaction; both are there or neither.

    Returns how many keys were announced. Calling it again with the same changes announces none.
    """
    announced = 0
    pending: list[Chunk] = []
    for change in changes:
        match change:
            case Put(chunk):
                pending.append(chunk)
                if len(pending) >= _ROWS:
                    announced += await _put(connection, cipher, pending)
                    pending = []
            case RemoveDocument(document_id, keep):
                announced += await _put(connection, cipher, pending)
                pending = []
                announced += await connection.fetchval(_REMOVE, document_id, sorted(keep))
    announced += await _put(connection, cipher, pending)
    if announced:
        await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
    return announced


async def announce(connection: Connection, keys: Sequence[str]) -> None:
    """Have every index look at these keys again."""
    for start in range(0, len(keys), _ROWS):
        await connection.execute(_ANNOUNCE, list(keys[start : start + _ROWS]))
    if keys:
        await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


async def tip(connection: Connection) -> Position:
    """The place after everything that can be read now. An index that is filled after asking this misses nothing beyond it."""
    txid = await connection.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    return Position(int(txid) - 1, 2**62)


async def read(connection: Connection, cipher: Cipher, after: Position, limit: int, model: str | None = None) -> Batch:
    """At most `limit` entries after a position, oldest first, with the embedding of `model` where there is one."""
    rows = await connection.fetch(_READ, str(after.txid), after.id, limit, model or "")
    entries = tuple(
        Entry(
            position=Position(int(row["txid"]), row["id"]),
            key=row["key"],
            created_at=row["created_at"],
            chunk=chunk_of(cipher, row) if row["chunk_id"] is not None else None,
            vector=row["vector"],
        )
        for row in rows
        if row["id"] is not None
    )
    return Batch(entries, held_back=len(entries) < limit and bool(rows and rows[0]["held_back"]))


async def page(connection: Connection, cipher: Cipher, after: str, limit: int, model: str | None = None) -> list[Entry]:
    """At most `limit` chunks after a key, in the order of keys, as entries of an index that is being filled."""
    rows = await connection.fetch(_PAGE, after, limit, model or "")
    return [Entry(Position(0, 0), row["chunk_id"], row["now"], chunk_of(cipher, row), row["vector"]) for row in rows]


async def lag(connection: Connection, after: Position, cap: int = 100_000) -> tuple[int, float]:
    """(entries after a position, age of the oldest in seconds); counting stops at `cap`."""
    row = await connection.fetchrow(_LAG, str(after.txid), after.id, cap)
    return int(row["entries"]), float(row["seconds"])


async def prune(connection: Connection, *, unseen_hours: float = 24.0, limit: int = 10_000) -> int:
    """Drop places of indexes that are gone, and at most `limit` entries that every index has taken in. Returns how many entries.

    An index whose place was dropped finds none when it comes back, and fills itself anew.
    """
    await connection.execute("DELETE FROM index_cursor WHERE seen_at < now() - make_interval(secs => $1)", unseen_hours * 3600)
    return int(await connection.fetchval(_PRUNE, limit))


def chunk_of(cipher: Cipher, row: Any) -> Chunk:
    """A row of `chunk` (its id as `chunk_id`) as what it holds."""
    facts = decode(cipher.open_json(field_place("chunk", "facts", row["chunk_id"]), row["facts"]))
    names = {name: tuple(values) for name, values in facts.items() if name in Facts.__dataclass_fields__}
    return Chunk(
        id=row["chunk_id"],
        kind=row["chunk_kind"],
        document_id=row["document_id"],
        ref=row["ref"],
        ordinal=row["ordinal"],
        title=row["title"],
        text=cipher.open_text(field_place("chunk", "text", row["chunk_id"]), row["text"]),
        section=tuple(row["section"]),
        language=row["language"],
        facts=Facts(**names),
    )


async def _put(connection: Connection, cipher: Cipher, chunks: Sequence[Chunk]) -> int:
    latest = list({chunk.id: chunk for chunk in chunks}.values())
    if not latest:
        return 0
    return int(
        await connection.fetchval(
            _PUT,
            [chunk.id for chunk in latest],
            [chunk.kind for chunk in latest],
            [chunk.document_id for chunk in latest],
            [chunk.ref for chunk in latest],
            [chunk.ordinal for chunk in latest],
            [chunk.title for chunk in latest],
            [cipher.seal_same(field_place("chunk", "text", chunk.id), chunk.text) for chunk in latest],
            [encode(chunk.section) for chunk in latest],
            [chunk.language for chunk in latest],
            [cipher.seal_json_same(field_place("chunk", "facts", chunk.id), encode(asdict(chunk.facts))) for chunk in latest],
            [chunk.content_hash for chunk in latest],
        )
    )


_PUT: Final = """
WITH stored AS (
    INSERT INTO chunk AS c (id, kind, document_id, ref, ordinal, title, text, section, language, facts, content_hash)
    SELECT i.id, i.kind, i.document_id, i.ref, i.ordinal, i.title, i.text,
           ARRAY(SELECT jsonb_array_elements_text(i.section)), i.language, i.facts, i.content_hash
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[],
                $8::jsonb[], $9::text[], $10::jsonb[], $11::bytea[])
         AS i(id, kind, document_id, ref, ordinal, title, text, section, language, facts, content_hash)
    ON CONFLICT (id) DO UPDATE SET
        kind = excluded.kind, document_id = excluded.document_id, ref = excluded.ref, ordinal = excluded.ordinal,
        title = excluded.title, text = excluded.text, section = excluded.section, language = excluded.language,
        facts = excluded.facts, content_hash = excluded.content_hash
    WHERE (c.kind, c.document_id, c.ref, c.ordinal, c.title, c.text, c.section, c.language, c.facts)
        IS DISTINCT FROM (excluded.kind, excluded.document_id, excluded.ref, excluded.ordinal, excluded.title, excluded.text,
                          excluded.section, excluded.language, excluded.facts)
    RETURNING c.id, c.ordinal
), told AS (
    INSERT INTO outbox (kind, key, op) SELECT 'chunk', id, 'put' FROM stored ORDER BY ordinal RETURNING 1
)
SELECT count(*) FROM told
"""

_REMOVE: Final = """
WITH gone AS (
    DELETE FROM chunk WHERE document_id = $1 AND id <> ALL ($2::text[]) RETURNING id
), told AS (
    INSERT INTO outbox (kind, key, op) SELECT 'chunk', id, 'remove' FROM gone RETURNING 1
)
SELECT count(*) FROM told
"""

_ANNOUNCE: Final = "INSERT INTO outbox (kind, key, op) SELECT 'chunk', key, 'put' FROM unnest($1::text[]) AS key"

_CHUNK: Final = """c.id AS chunk_id, c.kind AS chunk_kind, c.document_id, c.ref, c.ordinal, c.title, c.text, c.section,
       c.language, c.facts::text AS facts, c.content_hash, e.vector"""

_READ: Final = f"""
WITH settled AS (
    SELECT o.txid, o.id, o.key, o.created_at FROM outbox o
    WHERE (o.txid, o.id) > ($1::text::xid8, $2) AND o.txid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY o.txid, o.id LIMIT $3
)
SELECT s.txid::text AS txid, s.id, s.key, s.created_at, h.held_back, {_CHUNK}
FROM (SELECT EXISTS (SELECT 1 FROM outbox WHERE txid >= pg_snapshot_xmin(pg_current_snapshot())) AS held_back) h
LEFT JOIN settled s ON true
LEFT JOIN chunk c ON c.id = s.key
LEFT JOIN embedding e ON e.model = $4 AND e.content_hash = c.content_hash
ORDER BY s.txid, s.id
"""  # noqa: S608 - only our own text is put in

_PAGE: Final = f"""
SELECT now() AS now, {_CHUNK} FROM chunk c LEFT JOIN embedding e ON e.model = $3 AND e.content_hash = c.content_hash
WHERE c.id > $1 ORDER BY c.id LIMIT $2
"""  # noqa: S608 - only our own text is put in

_LAG: Final = """
SELECT count(*) AS entries, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) AS seconds
FROM (SELECT created_at FROM outbox WHERE (txid, id) > ($1::text::xid8, $2) ORDER BY txid, id LIMIT $3) waiting
"""

_PRUNE: Final = """
WITH place AS (
    SELECT txid, id FROM index_cursor
    UNION ALL SELECT pg_snapshot_xmin(pg_current_snapshot()), 0
), least AS (
    SELECT txid, id FROM place ORDER BY txid, id LIMIT 1
), gone AS (
    DELETE FROM outbox WHERE (txid, id) IN (
        SELECT o.txid, o.id FROM outbox o, least l WHERE (o.txid, o.id) <= (l.txid, l.id) ORDER BY o.txid, o.id LIMIT $1
    ) RETURNING 1
)
SELECT count(*) FROM gone
"""
