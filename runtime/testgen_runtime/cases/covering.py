"""Coverage and its matrix from the tables: counted where the rows are, so that a large document costs no parsing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from testgen_runtime.cases.coverage_matrix import FoundAtom, FoundCase
from testgen_runtime.cases.model import RequirementCoverage
from testgen_runtime.documents.repository import atom_text, requirement_text
from testgen_runtime.security.encryption import Cipher

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

# coverage.of_requirement, for every requirement of a document at once.
BY_REQUIREMENT: Final = """
WITH exercised AS (
  SELECT requirement_id, atom_id, bool_or(status = 'confirmed') AS confirmed
  FROM cases, unnest(atom_ids) AS atom_id WHERE document_id = $1 AND status <> 'rejected' AND stale IS NULL GROUP BY 1, 2),
judged AS (
  SELECT requirement_id, count(*) AS cases, count(*) FILTER (WHERE status = 'confirmed') AS confirmed
  FROM cases WHERE document_id = $1 AND status <> 'rejected' AND stale IS NULL GROUP BY 1),
parts AS (
  SELECT a.requirement_id, count(*) AS atoms, count(e.atom_id) AS covered, count(*) FILTER (WHERE e.confirmed) AS confirmed,
    array_agg(a.id ORDER BY a.ordinal) FILTER (WHERE e.atom_id IS NULL) AS uncovered
  FROM atoms a LEFT JOIN exercised e ON e.requirement_id = a.requirement_id AND e.atom_id = a.id
  WHERE a.document_id = $1 GROUP BY 1)
SELECT r.id, coalesce(p.atoms, 0) AS atoms, coalesce(p.covered, 0) AS covered, coalesce(p.confirmed, 0) AS atoms_confirmed,
  coalesce(p.uncovered, '{}') AS uncovered, coalesce(j.cases, 0) AS cases, coalesce(j.confirmed, 0) AS confirmed
FROM requirements r LEFT JOIN parts p ON p.requirement_id = r.id LEFT JOIN judged j ON j.requirement_id = r.id
WHERE r.document_id = $1 ORDER BY r.ordinal
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document for its matrix; `last` is the ordinal of its last requirement."""

    last: int
    requirements: tuple[tuple[str, str], ...]
    atoms: tuple[FoundAtom, ...]
    cases: tuple[FoundCase, ...]


async def by_requirement(connection: Connection, document_id: str) -> list[RequirementCoverage]:
    """The coverage of each requirement of a document, in its order."""
    return [
        RequirementCoverage(
            requirement_id=row["id"],
            atoms=row["atoms"],
            atoms_covered=row["covered"],
            cases=row["cases"],
            uncovered=tuple(row["uncovered"]),
            confirmed_cases=row["confirmed"],
            atoms_confirmed=row["atoms_confirmed"],
        )
        for row in await connection.fetch(BY_REQUIREMENT, document_id)
    ]


async def part(connection: Connection, cipher: Cipher, document_id: str, *, after: int, limit: int) -> Part | None:
    """The next `limit` requirements of a document after the ordinal `after`, with all that its matrix needs; None at its end."""
    found = await connection.fetch(
        "SELECT ordinal, id, text FROM requirements WHERE document_id = $1 AND ordinal > $2::bigint ORDER BY ordinal LIMIT $3",
        document_id, after, limit,
    )  # fmt: skip
    if not found:
        return None
    ids = [row["id"] for row in found]
    atoms = await connection.fetch(
        "SELECT requirement_id, id, kind, text FROM atoms WHERE document_id = $1 AND requirement_id = ANY($2::text[]) "
        "ORDER BY requirement_id, ordinal",
        document_id, ids,
    )  # fmt: skip
    cases = await connection.fetch(
        "SELECT requirement_id, id, body ->> 'title' AS title, technique, status, stale, atom_ids FROM cases "
        "WHERE document_id = $1 AND requirement_id = ANY($2::text[]) ORDER BY seq",
        document_id, ids,
    )  # fmt: skip
    return Part(
        last=found[-1]["ordinal"],
        requirements=tuple((row["id"], requirement_text(cipher, document_id, row["id"], row["text"])) for row in found),
        atoms=tuple(
            FoundAtom.model_construct(**(dict(row) | {"text": atom_text(cipher, document_id, row["id"], row["text"])}))
            for row in atoms
        ),
        cases=tuple(FoundCase.model_construct(**(dict(row) | {"atom_ids": tuple(row["atom_ids"])})) for row in cases),
    )
