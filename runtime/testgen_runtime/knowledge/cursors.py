"""Where each index stands in the outbox: one row a consumer, moved forward only, guarded by a fence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.knowledge.outbox import Position

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Cursor:
    """A consumer's place. `fence` is the number of whoever may move it."""

    consumer: str
    position: Position
    fence: int


class Fenced(Exception):
    """Another process has taken the consumer over, or its row was dropped. What was written since may be out of order."""


async def find(connection: Connection, consumer: str) -> Cursor | None:
    """The consumer's place, None where it has none (and has to fill itself)."""
    row = await connection.fetchrow(_FIND, consumer)
    return Cursor(consumer, Position(int(row["txid"]), row["id"]), row["fence"]) if row else None


async def take(connection: Connection, consumer: str) -> Cursor | None:
    """As `find`, and from now on only the caller may move it."""
    row = await connection.fetchrow(_TAKE, consumer)
    return Cursor(consumer, Position(int(row["txid"]), row["id"]), row["fence"]) if row else None


async def register(connection: Connection, consumer: str, position: Position) -> None:
    """Give a new consumer its place before it is filled: from now on the outbox is kept for it."""
    await connection.execute(_REGISTER, consumer, str(position.txid), position.id)


async def filled(connection: Connection, consumer: str, *, instead_of: str | None) -> None:
    """The consumer is filled and serves; the one before needs its place no more. What asked to fill anew until now is done."""
    await connection.execute(_FILLED, consumer)
    if instead_of is not None and instead_of != consumer:
        await connection.execute("DELETE FROM index_cursor WHERE consumer = $1", instead_of)


async def request_rebuild(connection: Connection, by: str) -> None:
    """Ask every index, wherever it is kept, to fill itself anew. The wish outlives every process."""
    await connection.execute(_REQUEST, by)


async def rebuild_wanted(connection: Connection, consumer: str) -> bool:
    """Whether it was asked to fill the consumer anew since it was filled."""
    return bool(await connection.fetchval(_WANTED, consumer))


async def advance(connection: Connection, cursor: Cursor, position: Position) -> Cursor:
    """Move forward (or, at the same position, only show that the consumer lives).

    Raises: Fenced.
    """
    moved = await connection.fetchval(_ADVANCE, cursor.consumer, str(position.txid), position.id, cursor.fence)
    if not moved:
        raise Fenced(cursor.consumer)
    return Cursor(cursor.consumer, position, cursor.fence)


_FIND: Final = "SELECT txid::text AS txid, id, fence FROM index_cursor WHERE consumer = $1 AND filled_at IS NOT NULL"
_TAKE: Final = """
UPDATE index_cursor SET fence = fence + 1, seen_at = now() WHERE consumer = $1 AND filled_at IS NOT NULL
RETURNING txid::text AS txid, id, fence
"""
_REGISTER: Final = """
INSERT INTO index_cursor (consumer, txid, id) VALUES ($1, $2::text::xid8, $3)
ON CONFLICT (consumer) DO UPDATE SET txid = excluded.txid, id = excluded.id, fence = index_cursor.fence + 1,
    filled_at = NULL, seen_at = now()
"""
_ADVANCE: Final = """
UPDATE index_cursor SET txid = $2::text::xid8, id = $3, seen_at = now()
WHERE consumer = $1 AND fence = $4 AND (txid, id) <= ($2::text::xid8, $3) RETURNING true
"""
_FILLED: Final = """
UPDATE index_cursor SET filled_at = now(), seen_at = now(), rebuild = coalesce((SELECT number FROM index_rebuild), 0)
WHERE consumer = $1
"""
_REQUEST: Final = """
INSERT INTO index_rebuild AS r (number, requested_by) VALUES (1, $1)
ON CONFLICT (single) DO UPDATE SET number = r.number + 1, requested_by = excluded.requested_by, requested_at = now()
"""
_WANTED: Final = """
SELECT true FROM index_cursor AS c, index_rebuild AS r WHERE c.consumer = $1 AND c.filled_at IS NOT NULL AND c.rebuild < r.number
"""
