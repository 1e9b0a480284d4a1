"""Cases go with their requirement to a new version of the document, so that no person's work is lost to it.

The old version keeps its own cases: what was signed for it stays signed. The new version gets one of its own for each, with its
history and comments, and evidence that is found again in the new text. What no longer fits is marked stale:

| the requirement | a confirmed, rejected or edited case | a draft as it was generated |
|---|---|---|
| unchanged | carried | carried |
| other words, or an atom that the case exercises is another | carried, stale | left (generation writes it anew) |
| gone | stays with the old version, stale | the same |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.cases import quotes
from testgen_runtime.cases.staleness import MADE_BY, stale_after
from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.generation.assembly import case_id
from testgen_runtime.security.encryption import Cipher, comment_place, sealed_in
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_BATCH: Final = 500

READ: Final = """
SELECT seq, id, requirement_id, test_point, status, edited_by, stale, body FROM cases
WHERE document_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
"""

CARRY: Final = """
INSERT INTO cases
  (id, document_id, requirement_id, test_point, technique, polarity, written_by, status, atom_ids, revision, body, created_at,
   edited_by, edited_at, decided_by, decided_at, reason, stale, stale_since, carried_from)
SELECT g.id, $1, g.requirement_id, c.test_point, c.technique, c.polarity, c.written_by, c.status,
  ARRAY(SELECT jsonb_array_elements_text(g.body -> 'atom_ids')), c.revision + 1, g.body, c.created_at,
  c.edited_by, c.edited_at, c.decided_by, c.decided_at, c.reason, g.stale,
  CASE WHEN g.stale IS NULL THEN NULL ELSE coalesce(c.stale_since, now()) END, c.id
FROM unnest($2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[]) AS g(id, old, requirement_id, body, stale)
JOIN cases c ON c.id = g.old ORDER BY c.seq
ON CONFLICT DO NOTHING
"""

HISTORY: Final = """
INSERT INTO case_revisions (case_id, revision, body, made_by, created_at, action, status, changed, reason, stale)
SELECT c.id, r.revision, r.body || jsonb_build_object('id', c.id), r.made_by, r.created_at, r.action, r.status, r.changed,
  r.reason, r.stale
FROM cases c JOIN case_revisions r ON r.case_id = c.carried_from WHERE c.id = ANY($1::text[])
UNION ALL
SELECT c.id, c.revision, c.body, $2, now(), 'carried', c.status, '{}', 'from ' || c.carried_from || ' of ' || $3, c.stale
FROM cases c WHERE c.id = ANY($1::text[])
ON CONFLICT DO NOTHING
"""

COMMENTS: Final = """
INSERT INTO case_comments (case_id, revision, author, text, created_at)
SELECT c.id, m.revision, m.author, m.text, m.created_at FROM cases c JOIN case_comments m ON m.case_id = c.carried_from
WHERE c.id = ANY($1::text[]) ORDER BY m.id
RETURNING id, case_id, text
"""

CARRIED_FROM: Final = "SELECT id, carried_from FROM cases WHERE id = ANY($1::text[])"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a requirement of the old version: itself in the new one, whether its words differ, the atoms that stayed."""

    requirement: Requirement
    changed: bool
    atoms_kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What deciding needs to know of a case."""

    requirement_id: str
    body: Mapping[str, Any]
    touched: bool  # a person confirmed, rejected or edited it
    stale: str | None


def goes_on(case: Standing, fates: Mapping[str, Fate]) -> tuple[bool, str | None]:
    """(whether the case is carried to the new version, why it is stale there)."""
    fate = fates.get(case.requirement_id)
    if fate is None:
        return False, None
    exercised = [fates.get(name) for name in case.body.get("requirement_ids", ())]
    kept = frozenset().union(*(one.atoms_kept for one in exercised if one is not None), fate.atoms_kept)
    changed = (
        fate.changed
        or fate.requirement.id != case.requirement_id
        or any(one is None or one.changed for one in exercised)
        or not kept.issuperset(case.body.get("atom_ids", ()))
    )
    if changed:
        return case.touched, case.stale or "requirement-changed"
    return True, case.stale


def moved_body(
    body: Mapping[str, Any], *, new_id: str, document_id: str, document: Document, fates: Mapping[str, Fate], old_id: str
) -> dict[str, Any]:
    """The words of a case in the new version: its ids, and its evidence where the quote still stands there verbatim.

    A quote that does not stand in the new text goes on naming the old version, where it does.
    """
    names = {old: fates[old].requirement.id for old in body.get("requirement_ids", ()) if old in fates}
    evidence = [_anchored(one, document_id, document, fates, old_id) for one in body.get("evidence", ())]
    renamed = [_renamed(atom, names) for atom in body.get("atom_ids", ())]
    return {
        **body,
        "id": new_id,
        "requirement_ids": [names.get(name, name) for name in body.get("requirement_ids", ())],
        "atom_ids": renamed,
        "evidence": evidence,
    }


def _renamed(atom: str, names: Mapping[str, str]) -> str:
    requirement, slash, rest = atom.rpartition("/")
    return f"{names.get(requirement, requirement)}{slash}{rest}"


def _anchored(
    evidence: Mapping[str, Any], document_id: str, document: Document, fates: Mapping[str, Fate], old_id: str
) -> Mapping[str, Any]:
    fate = fates.get(evidence["requirement_id"])
    if fate is None or evidence["document_id"] != old_id:
        return evidence
    span = fate.requirement.span
    at = document.text.find(evidence["quote"], span.start, span.end)
    if at < 0:
        at = document.text.find(evidence["quote"])
    if at < 0:
        return evidence
    end = at + len(evidence["quote"])
    return {**evidence, "document_id": document_id, "requirement_id": fate.requirement.id, "start": at, "end": end}


async def carry(
    connection: Connection,
    cipher: Cipher,
    old_id: str,
    new_id: str,
    document: Document,
    fates: Mapping[str, Fate],
    *,
    removed: Sequence[str],
) -> int:
    """Carry the cases of one version to the next; how many. Call it inside the transaction that stores the new version.

    Doing it again changes nothing.
    """
    await stale_after(connection, old_id, new_id, changed=(), removed=removed)
    after, carried = -1, 0
    while rows := await connection.fetch(READ, old_id, after, _BATCH):
        after = rows[-1]["seq"]
        batch: list[tuple[str, str, str, str, str | None]] = []
        for row in rows:
            body = quotes.opened(cipher, decode(row["body"]))
            touched = row["status"] != "draft" or row["edited_by"] is not None
            goes, stale = goes_on(Standing(row["requirement_id"], body, touched, row["stale"]), fates)
            if not goes:
                continue
            requirement = fates[row["requirement_id"]].requirement.id
            name = case_id(new_id, requirement, row["test_point"])
            moved = moved_body(body, new_id=name, document_id=new_id, document=document, fates=fates, old_id=old_id)
            batch.append((name, row["id"], requirement, encode(quotes.sealed(cipher, moved)), stale))
        if batch:
            await connection.execute(CARRY, new_id, *(list(column) for column in zip(*batch, strict=True)))
            names = [one[0] for one in batch]
            await connection.execute(HISTORY, names, MADE_BY, old_id)
            await _carry_comments(connection, cipher, names)
            carried += len(batch)
    return carried


async def _carry_comments(connection: Connection, cipher: Cipher, names: Sequence[str]) -> None:
    """Copy the comments; an envelope opens for its own case alone, so what was sealed for the old one is sealed anew."""
    copied = await connection.fetch(COMMENTS, names)
    sealed = [row for row in copied if sealed_in(row["text"]) is not None]
    if not sealed:
        return
    origins = {row["id"]: row["carried_from"] for row in await connection.fetch(CARRIED_FROM, names)}
    for row in sealed:
        text = cipher.open_text(comment_place(origins[row["case_id"]]), row["text"])
        text = cipher.seal_text(comment_place(row["case_id"]), text)
        await connection.execute("UPDATE case_comments SET text = $2 WHERE id = $1", row["id"], text)
