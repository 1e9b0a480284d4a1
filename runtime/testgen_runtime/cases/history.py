"""The tables of a case's revisions and of the comments on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.cases import quotes
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.storage.json import decode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

MOST_COMMENTS: Final = 500
"""Comments on one case; more is a discussion that belongs elsewhere."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: who did what, when and why, and the case's words after it."""

    revision: int
    action: str
    by: str
    at: datetime
    status: str
    changed: tuple[str, ...]
    reason: str | None
    stale: str | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `revision` is the one that its author saw."""

    id: int
    case_id: str
    revision: int
    author: str
    text: str
    created_at: datetime


async def revisions(connection: Connection, cipher: Cipher, case_id: str, *, after: int, limit: int) -> list[Revision]:
    """The revisions of a case from after the one numbered `after`, oldest first."""
    rows = await connection.fetch(
        "SELECT * FROM case_revisions WHERE case_id = $1 AND revision > $2 ORDER BY revision LIMIT $3", case_id, after, limit
    )
    return [_revision(cipher, row) for row in rows]


async def revision(connection: Connection, cipher: Cipher, case_id: str, number: int) -> Revision | None:
    """One revision, or None."""
    row = await connection.fetchrow("SELECT * FROM case_revisions WHERE case_id = $1 AND revision = $2", case_id, number)
    return _revision(cipher, row) if row else None


async def exists(connection: Connection, case_id: str) -> bool:
    """Whether there is such a case."""
    return bool(await connection.fetchval("SELECT EXISTS (SELECT 1 FROM cases WHERE id = $1)", case_id))


async def comment(connection: Connection, case_id: str, *, author: str, text: str) -> Comment | None:
    """The comment, stored; None where the case has as many as it may have. Call it inside a transaction."""
    revision_now = await connection.fetchval("SELECT revision FROM cases WHERE id = $1 FOR UPDATE", case_id)
    row = await connection.fetchrow(
        """
        INSERT INTO case_comments (case_id, revision, author, text)
        SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM case_comments WHERE case_id = $1) < $5
        RETURNING *
        """,
        case_id, revision_now, author, text, MOST_COMMENTS,
    )  # fmt: skip
    return Comment(**dict(row)) if row else None


async def comments(connection: Connection, case_id: str, *, after: int, limit: int) -> list[Comment]:
    """The comments on a case from after the one numbered `after`, oldest first."""
    rows = await connection.fetch(
        "SELECT * FROM case_comments WHERE case_id = $1 AND id > $2 ORDER BY id LIMIT $3", case_id, after, limit
    )
    return [Comment(**dict(row)) for row in rows]


async def author_of(connection: Connection, case_id: str, comment_id: int) -> str | None:
    """Who wrote a comment; None where it is not there."""
    found: str | None = await connection.fetchval(
        "SELECT author FROM case_comments WHERE case_id = $1 AND id = $2", case_id, comment_id
    )
    return found


async def remove_comment(connection: Connection, comment_id: int) -> None:
    """Delete a comment; deleting it again changes nothing."""
    await connection.execute("DELETE FROM case_comments WHERE id = $1", comment_id)


def _revision(cipher: Cipher, row: Any) -> Revision:
    return Revision(
        revision=row["revision"],
        action=row["action"],
        by=row["made_by"],
        at=row["created_at"],
        status=row["status"],
        changed=tuple(row["changed"]),
        reason=row["reason"],
        stale=row["stale"],
        body=quotes.opened(cipher, decode(row["body"])),
    )
