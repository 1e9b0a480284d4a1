"""The cases of an export from the tables, in the order of their documents and requirements, a batch at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.cases.exports.model import Item
from testgen_runtime.cases.repository import SHOWN, parsed, shown
from testgen_runtime.documents.repository import requirement_text
from testgen_runtime.security.encryption import Cipher

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection, Database

_BATCH: Final = 500
_EQUAL: Final = ("document_id", "requirement_id", "technique", "polarity", "written_by", "priority")

ITEMS: Final = f"""
SELECT {SHOWN}, d.title, c.document_id, c.requirement_id, r.section, r.text
FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted(seq, n)
JOIN cases c ON c.seq = wanted.seq
JOIN documents d ON d.id = c.document_id
LEFT JOIN requirements r ON r.document_id = c.document_id AND r.id = c.requirement_id
ORDER BY wanted.n
"""  # noqa: S608 - constant columns


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases are exported; None does not restrict. `statuses` without "rejected" is what an export has by default."""

    statuses: tuple[str, ...] = ("draft", "confirmed")
    document_id: str | None = None
    requirement_id: str | None = None
    technique: str | None = None
    polarity: str | None = None
    written_by: str | None = None
    priority: str | None = None
    job_id: str | None = None
    stale: bool | None = None
    q: str | None = None
    case_ids: tuple[str, ...] | None = None


def selection(wanted: Selection, *, limit: int) -> tuple[str, list[object]]:
    """The query for the sequence numbers of the cases, in the order of the export, and its values."""
    values: list[object] = [limit, list(wanted.statuses)]
    conditions = ["c.status = ANY($2::text[])"]
    for name in _EQUAL:
        if (value := getattr(wanted, name)) is not None:
            values.append(value)
            conditions.append(f"c.{name} = ${len(values)}")
    if wanted.job_id is not None:
        values.append(wanted.job_id)
        conditions.append(f"EXISTS (SELECT 1 FROM job_cases j WHERE j.job_id = ${len(values)} AND j.case_id = c.id)")  # noqa: S608
    if wanted.case_ids is not None:
        values.append(list(wanted.case_ids))
        conditions.append(f"c.id = ANY(${len(values)}::text[])")
    if wanted.stale is not None:
        conditions.append("c.stale IS NOT NULL" if wanted.stale else "c.stale IS NULL")
    if wanted.q is not None:
        values.append(wanted.q)
        conditions.append(f"c.search @@ search_query(${len(values)})")
    query = f"""
    SELECT c.seq FROM cases c
    JOIN documents d ON d.id = c.document_id
    LEFT JOIN requirements r ON r.document_id = c.document_id AND r.id = c.requirement_id
    WHERE {" AND ".join(conditions)} ORDER BY d.seq, r.ordinal, c.seq LIMIT $1
    """  # noqa: S608 - constant conditions, values are parameters
    return query, values


async def places(connection: Connection, wanted: Selection, *, limit: int) -> list[int]:
    """The sequence numbers of the cases, in the order of the export: 8 bytes a case instead of the case."""
    query, values = selection(wanted, limit=limit)
    return [row["seq"] for row in await connection.fetch(query, *values)]


async def batches(database: Database, found: list[int]) -> AsyncIterator[list[Item]]:
    """The cases at these places. No connection is held between batches, and a case that vanishes meanwhile is left out.

    Raises: Unavailable.
    """
    for start in range(0, len(found), _BATCH):
        part = found[start : start + _BATCH]
        rows = await database.read(partial(_rows, part=part))
        yield [_item(database.cipher, row) for row in rows]


def _item(cipher: Cipher, row: Any) -> Item:
    text = requirement_text(cipher, row["document_id"], row["requirement_id"], row["text"] or "")
    return Item(parsed(shown(cipher, row)), row["title"], tuple(row["section"] or ()), text)


async def _rows(connection: Connection, part: list[int]) -> list[Any]:
    return list(await connection.fetch(ITEMS, part))
