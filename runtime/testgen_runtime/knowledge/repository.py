"""Knowledge in PostgreSQL. Past cases are chunks too, so that search finds them; both are written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from testgen_runtime.knowledge.model import MODELS, Check, KnowledgeKind, Known, Term
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_COLUMNS: Final = "seq, kind, id, revision, body::text AS body, source, changed_by, changed_at"


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored thing. `source` says where it came from."""

    seq: int
    kind: KnowledgeKind
    id: str
    revision: int
    body: Known
    source: str
    changed_by: str
    changed_at: datetime


def _entry(row: object) -> Entry:
    found = dict(row)  # type: ignore[call-overload]
    return Entry(**found | {"body": MODELS[found["kind"]].model_validate(decode(found["body"]))})


async def get(connection: Connection, kind: KnowledgeKind, key: str, *, lock: bool = False) -> Entry | None:
    """One entry."""
    row = await connection.fetchrow(_GET_LOCKED if lock else _GET, kind, key)
    return _entry(row) if row else None


async def page(connection: Connection, kind: KnowledgeKind, after: int | None, limit: int) -> list[Entry]:
    """Entries in the order in which they were made."""
    return [_entry(row) for row in await connection.fetch(_PAGE, kind, after or 0, limit)]


async def count(connection: Connection, kind: KnowledgeKind) -> int:
    """How many of a kind there are."""
    return int(await connection.fetchval("SELECT count(*) FROM knowledge WHERE kind = $1", kind))


async def put(connection: Connection, kind: KnowledgeKind, bodies: Mapping[str, Known], *, source: str, by: str) -> int:
    """Make or replace entries; what is the same already keeps its revision. How many were changed."""
    keys = list(bodies)
    found = await connection.fetch(_PUT, kind, keys, [encode(bodies[key]) for key in keys], source, by)
    return len(found)


async def new(connection: Connection, kind: KnowledgeKind, bodies: Mapping[str, Known]) -> tuple[int, int]:
    """(how many entries `put` would make, how many it would change)."""
    keys = list(bodies)
    row = await connection.fetchrow(_NEW, kind, keys, [encode(bodies[key]) for key in keys])
    return int(row["made"]), int(row["changed"])


async def remove(connection: Connection, kind: KnowledgeKind, key: str) -> bool:
    """Whether there was one."""
    return bool(await connection.fetchval("DELETE FROM knowledge WHERE kind = $1 AND id = $2 RETURNING true", kind, key))


async def version(connection: Connection) -> str:
    """Another text whenever terms or checks have changed."""
    return str(await connection.fetchval(_VERSION))


async def terms_and_checks(connection: Connection) -> tuple[dict[str, Term], dict[str, Check]]:
    """All terms, and the checks that the project has of its own or has changed."""
    terms: dict[str, Term] = {}
    checks: dict[str, Check] = {}
    for row in await connection.fetch(f"SELECT {_COLUMNS} FROM knowledge WHERE kind <> 'past-case' ORDER BY seq"):  # noqa: S608
        entry = _entry(row)
        if isinstance(entry.body, Term):
            terms[entry.id] = entry.body
        elif isinstance(entry.body, Check):
            checks[entry.id] = entry.body
    return terms, checks


_GET: Final = f"SELECT {_COLUMNS} FROM knowledge WHERE kind = $1 AND id = $2"  # noqa: S608 - only our own text is put in
_GET_LOCKED: Final = f"{_GET} FOR UPDATE"
_PAGE: Final = f"SELECT {_COLUMNS} FROM knowledge WHERE kind = $1 AND seq > $2 ORDER BY seq LIMIT $3"  # noqa: S608 - as above
_PUT: Final = """
INSERT INTO knowledge AS k (kind, id, body, source, changed_by)
SELECT $1, i.id, i.body, $4, $5 FROM unnest($2::text[], $3::jsonb[]) AS i(id, body)
ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body, source = excluded.source, changed_by = excluded.changed_by,
    changed_at = now(), revision = k.revision + 1
WHERE k.body IS DISTINCT FROM excluded.body
RETURNING k.id
"""
_NEW: Final = """
SELECT count(*) FILTER (WHERE k.id IS NULL) AS made, count(*) FILTER (WHERE k.body IS DISTINCT FROM i.body) AS changed
FROM unnest($2::text[], $3::jsonb[]) AS i(id, body) LEFT JOIN knowledge k ON k.kind = $1 AND k.id = i.id
"""
_VERSION: Final = "SELECT concat(count(*), '/', sum(revision), '/', max(seq)) FROM knowledge WHERE kind <> 'past-case'"
