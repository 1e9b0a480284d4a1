"""When a case no longer fits what it was made for. Marked, never deleted; confirming a stale case says that it fits after all.

The rule, pure: `reason`. The same over whole documents in one statement each: `stale_after` (a new version of a document) and
`settle` (a requirement was generated again).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from testgen_runtime.cases.model import StaleReason

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

MADE_BY: Final = "testgen"
"""Who marks a case in its revisions: no person."""

# A case that is stale already keeps its first reason: it is the one that a reviewer has to see first, and a second run of the
# same change must change nothing.
AFTER: Final = """
WITH marked AS (
  UPDATE cases c SET
    stale = CASE WHEN c.requirement_id = ANY($3::text[]) THEN 'requirement-removed' ELSE 'requirement-changed' END,
    stale_since = now(), revision = c.revision + 1, updated_at = now()
  WHERE c.document_id = $1 AND c.stale IS NULL AND (c.requirement_id = ANY($2::text[]) OR c.requirement_id = ANY($3::text[]))
  RETURNING id, revision, body, status, stale),
told AS (
  INSERT INTO case_revisions (case_id, revision, body, made_by, action, status, reason, stale)
  SELECT id, revision, body, $5, 'stale', status, 'the document has a new version: ' || $4, stale FROM marked)
SELECT id FROM marked ORDER BY id
"""

SETTLE: Final = """
WITH settled AS (
  UPDATE cases c SET stale = CASE WHEN c.test_point = ANY($3::text[]) THEN NULL ELSE 'point-gone' END,
    stale_since = CASE WHEN c.test_point = ANY($3::text[]) THEN NULL ELSE now() END,
    revision = c.revision + 1, updated_at = now()
  WHERE c.document_id = $1 AND c.requirement_id = $2 AND (
    (c.stale = 'point-gone' AND c.test_point = ANY($3::text[]))
    OR (c.stale IS NULL AND c.technique = ANY($4::text[]) AND NOT c.test_point = ANY($3::text[])))
  RETURNING id, revision, body, status, stale)
INSERT INTO case_revisions (case_id, revision, body, made_by, action, status, stale)
SELECT id, revision, body, $5, CASE WHEN stale IS NULL THEN 'fits' ELSE 'stale' END, status, stale FROM settled
"""


def reason(
    requirement_id: str,
    *,
    changed: Collection[str],
    removed: Collection[str],
    point: str = "",
    points: Collection[str] | None = None,
) -> StaleReason | None:
    """Why a case of this requirement and test point is stale after a change; None where it still fits.

    `points`: all test points of the requirement as they are designed now; None where nobody designed them anew.
    """
    if requirement_id in removed:
        return "requirement-removed"
    if requirement_id in changed:
        return "requirement-changed"
    if points is not None and point not in points:
        return "point-gone"
    return None


async def stale_after(
    connection: Connection, document_id_old: str, document_id_new: str, *, changed: Collection[str], removed: Collection[str]
) -> list[str]:
    """Mark the cases of the old version whose requirement has other words in the new one, or is not in it; their ids.

    Call it inside the transaction that stores the new version. Doing it again changes nothing. Whatever a person did stays.
    """
    rows = await connection.fetch(AFTER, document_id_old, list(changed), list(removed), document_id_new, MADE_BY)
    return [row["id"] for row in rows]


async def settle(
    connection: Connection, document_id: str, requirement_id: str, *, points: Collection[str], techniques: Collection[str]
) -> None:
    """Mark the cases of a requirement whose test point is no longer designed, and take the mark from those whose point is back.

    `points` are all that design finds with the techniques `techniques`, those included that a limit left without a case.
    """
    await connection.execute(SETTLE, document_id, requirement_id, list(points), list(techniques), MADE_BY)
