"""The versions of a document in the tables: which there are, and what comparing them needs of their requirements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.documents.repository import Stored, head, requirement_text
from testgen_runtime.documents.versions import Statement
from testgen_runtime.security.encryption import Cipher

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_MOST_STALE_TOLD: Final = 100
"""Stale cases that are named for one requirement; their number is always told."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A requirement without its atoms, in the document's order; offsets are into the document's text."""

    statement: Statement
    section: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StaleCases:
    """How many cases of a requirement are stale, and the first of them."""

    count: int
    ids: tuple[str, ...]


async def latest_of(connection: Connection, name: str) -> str | None:
    """The id of the newest version that has this name."""
    found: str | None = await connection.fetchval("SELECT id FROM documents WHERE name = $1 ORDER BY version DESC LIMIT 1", name)
    return found


async def version_of(connection: Connection, name: str, version: int) -> str | None:
    """The id of the version of this number, or of the nearest one before it that is still there."""
    found: str | None = await connection.fetchval(
        "SELECT id FROM documents WHERE name = $1 AND version <= $2 ORDER BY version DESC LIMIT 1", name, version
    )
    return found


async def versions(connection: Connection, name: str, *, before: int | None, limit: int) -> list[Stored]:
    """The versions of a name, newest first, from before the version numbered `before`."""
    rows = await connection.fetch(
        "SELECT id FROM documents WHERE name = $1 AND ($2::bigint IS NULL OR version < $2) ORDER BY version DESC LIMIT $3",
        name, before, limit,
    )  # fmt: skip
    found = [await head(connection, row["id"]) for row in rows]
    return [one for one in found if one is not None]


async def placed(connection: Connection, cipher: Cipher, document: str) -> list[Placed]:
    """All requirements of a document, without their atoms."""
    rows = await connection.fetch(
        "SELECT id, text, given_id, section, span_start, span_end FROM requirements WHERE document_id = $1 ORDER BY ordinal",
        document,
    )
    return [
        Placed(
            Statement(r["id"], requirement_text(cipher, document, r["id"], r["text"]), r["given_id"]),
            tuple(r["section"]),
            r["span_start"],
            r["span_end"],
        )
        for r in rows
    ]


async def stale_cases(connection: Connection, document: str, requirement_ids: list[str]) -> dict[str, StaleCases]:
    """For each of the requirements of a document that has stale cases: how many and which."""
    rows = await connection.fetch(
        """
        SELECT requirement_id, count(*) AS n, (array_agg(id ORDER BY seq))[1:$3::integer] AS ids FROM cases
        WHERE document_id = $1 AND requirement_id = ANY($2::text[]) AND stale IS NOT NULL GROUP BY requirement_id
        """,
        document, requirement_ids, _MOST_STALE_TOLD,
    )  # fmt: skip
    return {row["requirement_id"]: StaleCases(row["n"], tuple(row["ids"])) for row in rows}


async def stale_count(connection: Connection, document: str, requirement_ids: list[str] | None = None) -> int:
    """How many cases of a document (of these requirements) are stale."""
    return int(
        await connection.fetchval(
            """
            SELECT count(*) FROM cases WHERE document_id = $1 AND stale IS NOT NULL
              AND ($2::text[] IS NULL OR requirement_id = ANY($2::text[]))
            """,
            document, requirement_ids,
        )
    )  # fmt: skip
