"""The tables of cases, their revisions, and which job made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.cases.model import Case
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

# A case that is made again is a new revision of itself if its words differ. What a person has judged stays as it is, and
# words that a model wrote are not replaced by a rule's.
SAVE: Final = """
WITH given AS (
  SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[])
    WITH ORDINALITY AS t(id, test_point, technique, polarity, written_by, status, body, n)),
saved AS (
  INSERT INTO cases AS c
    (id, document_id, requirement_id, test_point, technique, polarity, written_by, status, atom_ids, revision, body)
  SELECT id, $1, $2, test_point, technique, polarity, written_by, status,
         ARRAY(SELECT jsonb_array_elements_text(body -> 'atom_ids')), 1, body
  FROM given ORDER BY n
  ON CONFLICT (id) DO UPDATE SET
    technique = EXCLUDED.technique, polarity = EXCLUDED.polarity, written_by = EXCLUDED.written_by,
    atom_ids = EXCLUDED.atom_ids, body = EXCLUDED.body, revision = c.revision + 1, updated_at = now()
  WHERE c.status = 'draft' AND c.body IS DISTINCT FROM EXCLUDED.body
    AND NOT (c.written_by = 'model' AND EXCLUDED.written_by = 'rules')
  RETURNING id, revision, body, written_by)
INSERT INTO case_revisions (case_id, revision, body, made_by) SELECT id, revision, body, written_by FROM saved
ON CONFLICT DO NOTHING
"""

LINK: Final = """
INSERT INTO job_cases (job_id, case_id, requirement_id) SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING
"""

LIST: Final = """
SELECT c.seq, c.status, c.revision, c.body FROM cases c
WHERE c.seq > $1
  AND ($2::text IS NULL OR c.document_id = $2)
  AND ($3::text IS NULL OR c.requirement_id = $3)
  AND ($4::text IS NULL OR c.technique = $4)
  AND ($5::text IS NULL OR c.polarity = $5)
  AND ($6::text IS NULL OR c.written_by = $6)
  AND ($7::text IS NULL OR EXISTS (SELECT 1 FROM job_cases j WHERE j.job_id = $7 AND j.case_id = c.id))
ORDER BY c.seq LIMIT $8
"""

OF_JOB: Final = """
SELECT j.requirement_id, c.seq, c.status, c.revision, c.body FROM job_cases j JOIN cases c ON c.id = j.case_id
WHERE j.job_id = $1 ORDER BY c.seq LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are asked for; None does not restrict."""

    document_id: str | None = None
    requirement_id: str | None = None
    technique: str | None = None
    polarity: str | None = None
    written_by: str | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class CoveredBy:
    """What coverage needs to know of a case."""

    requirement_id: str
    atom_ids: tuple[str, ...]
    status: str


async def save(connection: Connection, *, document_id: str, requirement_id: str, job_id: str, cases: Sequence[Case]) -> None:
    """Store the cases of one requirement and that this job made them. Doing it again changes nothing."""
    if not cases:
        return
    await connection.execute(
        SAVE,
        document_id,
        requirement_id,
        [case.id for case in cases],
        [case.test_point for case in cases],
        [case.technique for case in cases],
        [case.polarity for case in cases],
        [case.written_by for case in cases],
        [case.status for case in cases],
        [encode(case.model_dump(mode="json", exclude={"status", "revision"})) for case in cases],
    )
    await connection.execute(LINK, job_id, [case.id for case in cases], requirement_id)


async def page(connection: Connection, wanted: Filter, *, after: int, limit: int) -> list[tuple[int, Case]]:
    """(sequence number, case) in the order in which they were made, from after the number `after`."""
    rows = await connection.fetch(
        LIST,
        after,
        wanted.document_id,
        wanted.requirement_id,
        wanted.technique,
        wanted.polarity,
        wanted.written_by,
        wanted.job_id,
        limit,
    )
    return [(row["seq"], _case(row)) for row in rows]


async def get(connection: Connection, case_id: str) -> Case | None:
    """One case, or None."""
    row = await connection.fetchrow("SELECT status, revision, body FROM cases WHERE id = $1", case_id)
    return _case(row) if row else None


async def of_job(connection: Connection, job_id: str, *, limit: int | None = None) -> list[tuple[str, int, Case]]:
    """(requirement id, sequence number, case) of what a job has made so far."""
    rows = await connection.fetch(OF_JOB, job_id, limit)
    return [(row["requirement_id"], row["seq"], _case(row)) for row in rows]


async def covering(connection: Connection, document_id: str) -> list[CoveredBy]:
    """What the cases of a document exercise."""
    rows = await connection.fetch("SELECT requirement_id, atom_ids, status FROM cases WHERE document_id = $1", document_id)
    return [CoveredBy(row["requirement_id"], tuple(row["atom_ids"]), row["status"]) for row in rows]


def _case(row: Any) -> Case:
    """Validated as JSON, because the model is strict and JSON has no tuples."""
    body = decode(row["body"]) | {"status": row["status"], "revision": row["revision"]}
    return Case.model_validate_json(encode(body))
