"""What people do to cases, in the tables: lock, decide by the rules of review.py, write the new revision. Safe to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.cases import review
from testgen_runtime.cases.model import REVIEW_FIELDS, Case
from testgen_runtime.cases.repository import SHOWN, parsed, shown, stored
from testgen_runtime.cases.review import CaseChange, Standing, Wish
from testgen_runtime.errors import NotFound, TestGenError
from testgen_runtime.security.encryption import Cipher

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

# In the order of the ids, so that two callers who want the same cases wait for each other and never in a circle.
LOCK: Final = f"SELECT c.id, {SHOWN} FROM cases c WHERE c.id = ANY($1::text[]) ORDER BY c.id FOR UPDATE OF c"  # noqa: S608

# A statement of its own: it has to see what those wrote who held the locks before.
LAST: Final = """
SELECT c.id, r.action, r.made_by FROM cases c JOIN case_revisions r ON r.case_id = c.id AND r.revision = c.revision
WHERE c.id = ANY($1::text[])
"""

DECIDE: Final = """
UPDATE cases SET revision = $2, status = $3, decided_by = $4, decided_at = CASE WHEN $4::text IS NULL THEN NULL ELSE now() END,
  reason = $5, stale = $6, stale_since = CASE WHEN $6::text IS NULL THEN NULL ELSE stale_since END, updated_at = now()
WHERE id = $1 AND revision = $2 - 1
"""

EDIT: Final = """
UPDATE cases SET body = $2::jsonb, polarity = $2::jsonb ->> 'polarity', edited_by = $3, edited_at = now() WHERE id = $1
"""

REVISION: Final = """
INSERT INTO case_revisions (case_id, revision, body, made_by, action, status, changed, reason, stale)
SELECT id, revision, body, $2, $3, status, $4::text[], $5, stale FROM cases WHERE id = $1
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One case and what somebody wants done to it; `change` goes with an edit."""

    case_id: str
    wish: Wish
    change: CaseChange | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The case as it is now, and whether anything was left to do."""

    case: Case
    changed: bool


Outcome = Done | TestGenError


async def act(connection: Connection, cipher: Cipher, items: Sequence[Item], *, four_eyes: bool) -> list[Outcome]:
    """What became of each item, in their order. Call it inside a transaction; no two items may name the same case."""
    ids = [item.case_id for item in items]
    held = {row["id"]: parsed(shown(cipher, row)) for row in await connection.fetch(LOCK, ids)}
    last = {row["id"]: (row["action"], row["made_by"]) for row in await connection.fetch(LAST, ids)}
    outcomes: list[Outcome] = []
    for item in items:
        case = held.get(item.case_id)
        if case is None:
            outcomes.append(NotFound(f"there is no case {item.case_id[:200]}", mend="list what there is with GET /api/v1/cases"))
            continue
        action, by = last.get(case.id, ("generated", case.written_by))
        standing = Standing.of(case, last_action=action, last_by=by)
        try:
            outcomes.append(await _one(connection, cipher, item, case, standing, four_eyes))
        except TestGenError as refused:  # raised by the rules, before anything was written
            outcomes.append(refused)
    return outcomes


async def _one(connection: Connection, cipher: Cipher, item: Item, case: Case, standing: Standing, four_eyes: bool) -> Done:
    new, changed = review.apply(case, item.change) if item.change is not None else (case, ())
    after = review.decide(standing, item.wish, changed=changed, four_eyes=four_eyes)
    if after is None:
        return Done(case, changed=False)
    await connection.execute(
        DECIDE, case.id, after.revision, after.status, after.decided_by, after.reason, after.stale
    )  # fmt: skip
    if changed:
        await connection.execute(EDIT, case.id, stored(cipher, new), after.edited_by)
    await connection.execute(REVISION, case.id, item.wish.by, item.wish.action, list(changed), item.wish.reason)
    return Done(
        new.model_copy(update={name: getattr(after, name) for name in REVIEW_FIELDS}),
        changed=True,
    )
