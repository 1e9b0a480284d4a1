"""The table of cases and which job made them: saved, found, listed. What people do to them is in reviewing.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from testgen_runtime.cases import quotes
from testgen_runtime.cases.model import REVIEW_FIELDS, Case
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.storage.json import encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

# A case that is made again is a new revision of itself if its words differ. What a person has judged or edited stays as it is
# (review.kept_by_a_person), and words that a model wrote are not replaced by a rule's.
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
  WHERE c.status = 'draft' AND c.edited_by IS NULL AND c.body IS DISTINCT FROM EXCLUDED.body
    AND NOT (c.written_by = 'model' AND EXCLUDED.written_by = 'rules')
  RETURNING id, revision, body, written_by)
INSERT INTO case_revisions (case_id, revision, body, made_by) SELECT id, revision, body, written_by FROM saved
ON CONFLICT DO NOTHING
"""

LINK: Final = """
INSERT INTO job_cases (job_id, case_id, requirement_id) SELECT $1, unnest($2::text[]), $3 ON CONFLICT DO NOTHING
"""

SHOWN: Final = "c.body::text AS body, c.revision, c.status, c.edited_by, c.decided_by, c.reason, c.stale"
"""The columns of which `shown` makes a case as JSON: a list of cases is not parsed and written again on its way to the reader,
and the server need not take each apart to add what a review says."""

OF_JOB: Final = f"""
SELECT j.requirement_id, c.seq, {SHOWN} FROM job_cases j JOIN cases c ON c.id = j.case_id
WHERE j.job_id = $1 ORDER BY j.case_seq LIMIT $2
"""  # noqa: S608 - constant columns


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are asked for; None does not restrict. `stale` True: only stale ones, False: only others.

    `q`: words that all have to be in the title, the steps, the set-up or the test data; a word of three letters or more may be
    the beginning of a longer one, Chinese is found by pairs of characters.
    """

    document_id: str | None = None
    requirement_id: str | None = None
    technique: str | None = None
    polarity: str | None = None
    written_by: str | None = None
    job_id: str | None = None
    status: str | None = None
    priority: str | None = None
    stale: bool | None = None
    q: str | None = None


_REVIEW: Final = ("status", "revision", "edited_by", "decided_by", "reason", "stale")
_EQUAL: Final = ("document_id", "requirement_id", "technique", "polarity", "written_by", "status", "priority")
_STALE: Final = {True: "c.stale IS NOT NULL", False: "c.stale IS NULL"}


def selection(wanted: Filter, *, after: int, limit: int) -> tuple[str, list[object]]:
    """The query for a page of cases and its values.

    Only conditions that are asked for are in it, so that the server can take the index that fits them; a page starts at a
    place in that index, however many pages there were before.
    """
    values: list[object] = [after, limit]
    source, place, conditions = "cases c", "c.seq", []
    if wanted.job_id is not None:
        values.append(wanted.job_id)
        source, place = "job_cases j JOIN cases c ON c.id = j.case_id", "j.case_seq"
        conditions.append(f"j.job_id = ${len(values)}")
    for name in _EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            values.append(value)
            conditions.append(f"c.{name} = ${len(values)}")
    if wanted.stale is not None:
        conditions.append(_STALE[wanted.stale])
    if wanted.q is not None:
        values.append(wanted.q)
        conditions.append(f"c.search @@ search_query(${len(values)})")
    where = " AND ".join([f"{place} > $1", *conditions])
    if wanted.q is None:
        return f"SELECT {place} AS seq, {SHOWN} FROM {source} WHERE {where} ORDER BY {place} LIMIT $2", values  # noqa: S608
    # Who has a word is often found first and sorted then: the bodies are read of those that are left after that.
    found = f"SELECT {place} AS place, c.seq FROM {source} WHERE {where} ORDER BY {place} LIMIT $2"  # noqa: S608
    query = f"SELECT f.place AS seq, {SHOWN} FROM ({found}) AS f JOIN cases c ON c.seq = f.seq ORDER BY f.place"  # noqa: S608
    return query, values


def shown(cipher: Cipher, row: Mapping[str, Any]) -> str:
    """A case as JSON, from the columns `SHOWN`, with its quotes opened. Raises: BadConfiguration."""
    review = _review(row["status"], row["revision"], row["edited_by"], row["decided_by"], row["reason"], row["stale"])
    return f"{quotes.opened_shown(cipher, row['body'])[:-1]}, {review}"


@lru_cache(maxsize=512)
def _review(*values: str | int | None) -> str:
    """The end of a case's JSON: what the review says of it. Kept, because most cases of a list stand at the same."""
    return encode(dict(zip(_REVIEW, values, strict=True)))[1:]


async def save(
    connection: Connection, cipher: Cipher, *, document_id: str, requirement_id: str, job_id: str, cases: Sequence[Case]
) -> None:
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
        [stored(cipher, case) for case in cases],
    )
    await connection.execute(LINK, job_id, [case.id for case in cases], requirement_id)


async def page(connection: Connection, cipher: Cipher, wanted: Filter, *, after: int, limit: int) -> list[tuple[int, str]]:
    """(sequence number, case as JSON) in the order in which they were made, from after the number `after`."""
    query, values = selection(wanted, after=after, limit=limit)
    return [(row["seq"], shown(cipher, row)) for row in await connection.fetch(query, *values)]


async def get(connection: Connection, cipher: Cipher, case_id: str) -> tuple[int, str] | None:
    """(revision, case as JSON) of one case, or None."""
    row = await connection.fetchrow(f"SELECT {SHOWN} FROM cases c WHERE c.id = $1", case_id)  # noqa: S608
    return (row["revision"], shown(cipher, row)) if row else None


async def many(connection: Connection, cipher: Cipher, case_ids: Sequence[str]) -> list[str]:
    """Those of the cases that there are, as JSON, in no order."""
    rows = await connection.fetch(f"SELECT {SHOWN} FROM cases c WHERE c.id = ANY($1::text[])", list(case_ids))  # noqa: S608
    return [shown(cipher, row) for row in rows]


async def of_job(connection: Connection, cipher: Cipher, job_id: str, *, limit: int | None = None) -> list[tuple[str, int, Case]]:
    """(requirement id, sequence number, case) of what a job has made so far."""
    rows = await connection.fetch(OF_JOB, job_id, limit)
    return [(row["requirement_id"], row["seq"], parsed(shown(cipher, row))) for row in rows]


def stored(cipher: Cipher, case: Case) -> str:
    """The case as its `body` holds it: without what columns of their own hold, its quotes sealed. Raises: InvalidInput."""
    return encode(quotes.sealed(cipher, case.model_dump(mode="json", exclude=set(REVIEW_FIELDS))))


def parsed(shown: str) -> Case:
    """The case that its JSON tells; validated as JSON, because the model is strict and JSON has no tuples."""
    return Case.model_validate_json(shown)
