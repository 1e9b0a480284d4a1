"""The tables of documents, requirements and atoms. Rows are never changed: other content is another document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import TypeAdapter

from testgen_runtime.documents.model import VALUE_TYPES, Atom, AtomKind, AtomValue, Document, Finding, Requirement, Section, Span
from testgen_runtime.documents.presentation import document_id
from testgen_runtime.security.encryption import Cipher, field_place
from testgen_runtime.storage.json import decode, encode

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a stored document beside its content. `seq` orders documents by arrival."""

    id: str
    seq: int
    name: str
    version: int
    title: str
    language: str
    media_type: str
    size_bytes: int
    sha256: str
    requirements: int
    created_at: datetime
    created_by: str | None


async def add(
    connection: Connection,
    cipher: Cipher,
    document: Document,
    *,
    name: str,
    digest: bytes,
    size_bytes: int,
    created_by: str | None,
) -> tuple[str, bool]:
    """Store a document with its requirements and atoms; (id, whether it is new). Call it inside a transaction.

    The same content again gives the document that is there. New content under a name is the next version of that name.
    """
    new_id = document_id(digest, document.media_type)
    await lock_name(connection, name)
    added = await connection.fetchval(
        """
        INSERT INTO documents
          (id, name, version, sha256, media_type, title, language, size_bytes, text, sections, findings, created_by)
        SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11
        FROM documents WHERE name = $2
        ON CONFLICT DO NOTHING -- by content or by the id made of it: who comes second finds either index first
        RETURNING id
        """,
        new_id, name, digest, document.media_type, document.title, document.language, size_bytes,
        cipher.seal_text(field_place("documents", "text", new_id), document.text), encode(document.sections),
        cipher.seal_json(field_place("documents", "findings", new_id), encode(document.findings)), created_by,
    )  # fmt: skip
    if added is None:
        return new_id, False
    await _add_requirements(connection, cipher, new_id, document.requirements)
    return new_id, True


async def remove(connection: Connection, document: str) -> bool:
    """Drop a document with its requirements, atoms, cases and jobs; False where there is none. Other versions of it stay."""
    return await connection.fetchval("DELETE FROM documents WHERE id = $1 RETURNING id", document) is not None


async def unfinished_job(connection: Connection, document: str) -> str | None:
    """A job that waits or works on the document; no other one can be added until this transaction ends."""
    await connection.execute("SELECT 1 FROM documents WHERE id = $1 FOR UPDATE", document)
    found: str | None = await connection.fetchval(
        "SELECT id FROM jobs WHERE document_id = $1 AND state IN ('queued', 'running') ORDER BY seq LIMIT 1", document
    )
    return found


async def lock_name(connection: Connection, name: str) -> None:
    """Hold a name until the transaction ends: its versions are stored one after the other."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", name)


async def _add_requirements(connection: Connection, cipher: Cipher, document: str, requirements: Sequence[Requirement]) -> None:
    def sealed(requirement: Requirement) -> str:
        return cipher.seal_text(field_place("requirements", "text", document, requirement.id), requirement.text)

    def sealed_atom(atom: Atom) -> tuple[str, str]:
        return (
            cipher.seal_text(field_place("atoms", "text", document, atom.id), atom.text),
            cipher.seal_json(field_place("atoms", "value", document, atom.id), encode(atom.value)),
        )

    await connection.copy_records_to_table(
        "requirements",
        columns=["document_id", "id", "ordinal", "text", "span_start", "span_end", "section", "language", "given_id"],
        records=[
            (document, r.id, n, sealed(r), r.span.start, r.span.end, list(r.section), r.language, r.given_id)
            for n, r in enumerate(requirements)
        ],
    )
    await connection.copy_records_to_table(
        "atoms",
        columns=["document_id", "requirement_id", "id", "ordinal", "kind", "span_start", "span_end", "text", "value"],
        records=[
            (document, r.id, a.id, n, a.kind.value, a.span.start, a.span.end, *sealed_atom(a))
            for r in requirements
            for n, a in enumerate(r.atoms)
        ],
    )


_HEAD: Final = """
SELECT d.id, d.seq, d.name, d.version, d.title, d.language, d.media_type, d.size_bytes, encode(d.sha256, 'hex') AS sha256,
       (SELECT count(*) FROM requirements r WHERE r.document_id = d.id) AS requirements, d.created_at, d.created_by
FROM documents d
"""


async def head(connection: Connection, document: str) -> Stored | None:
    """What is known of one document, or None."""
    row = await connection.fetchrow(_HEAD + "WHERE d.id = $1", document)
    return Stored(**dict(row)) if row else None


async def heads(connection: Connection, *, before: int | None, limit: int) -> list[Stored]:
    """Documents, newest first, from before the one with the sequence number `before`."""
    rows = await connection.fetch(_HEAD + "WHERE $1::bigint IS NULL OR d.seq < $1 ORDER BY d.seq DESC LIMIT $2", before, limit)
    return [Stored(**dict(row)) for row in rows]


async def latest(connection: Connection) -> list[str]:
    """The ids of the latest version of every document, oldest first."""
    rows = await connection.fetch(
        "SELECT id FROM (SELECT DISTINCT ON (name) id, seq FROM documents ORDER BY name, version DESC) d ORDER BY seq"
    )
    return [row["id"] for row in rows]


async def load(connection: Connection, cipher: Cipher, document: str) -> Document | None:
    """The whole document as it was parsed, or None."""
    row = await connection.fetchrow(
        "SELECT title, text, language, media_type, sections, findings FROM documents WHERE id = $1", document
    )
    if row is None:
        return None
    return Document(
        title=row["title"],
        text=cipher.open_text(field_place("documents", "text", document), row["text"]),
        language=row["language"],
        media_type=row["media_type"],
        sections=_adapter(tuple[Section, ...]).validate_python(decode(row["sections"])),
        requirements=tuple(
            requirement for _, requirement in await requirements(connection, cipher, document, after=-1, limit=None)
        ),
        findings=_findings(cipher, document, row["findings"]),
    )


async def findings(connection: Connection, cipher: Cipher, document: str, *, after: int, limit: int) -> list[Finding]:
    """The findings of a document from after the place `after`, in their order."""
    row = await connection.fetchrow(
        """
        SELECT jsonb_typeof(d.findings) = 'string' AS sealed, CASE jsonb_typeof(d.findings) WHEN 'string' THEN d.findings ELSE (
          SELECT jsonb_agg(f.value ORDER BY f.n) FROM jsonb_array_elements(d.findings) WITH ORDINALITY AS f(value, n)
          WHERE f.n > $2::bigint + 1 AND f.n <= $2::bigint + 1 + $3) END AS findings
        FROM documents d WHERE d.id = $1
        """,
        document, after, limit,
    )  # fmt: skip
    if row is None or row["findings"] is None:
        return []
    found = _findings(cipher, document, row["findings"])
    return list(found[after + 1 : after + 1 + limit] if row["sealed"] else found)


def _findings(cipher: Cipher, document: str, stored: str) -> tuple[Finding, ...]:
    told = decode(cipher.open_json(field_place("documents", "findings", document), stored))
    return cast(tuple[Finding, ...], _adapter(tuple[Finding, ...]).validate_python(told))


async def requirements(
    connection: Connection, cipher: Cipher, document: str, *, after: int, limit: int | None
) -> list[tuple[int, Requirement]]:
    """(ordinal, requirement) in the document's order, from after the ordinal `after`."""
    rows = await connection.fetch(
        "SELECT * FROM requirements WHERE document_id = $1 AND ordinal > $2::bigint ORDER BY ordinal LIMIT $3",
        document, after, limit,
    )  # fmt: skip
    atoms = await connection.fetch(
        """
        SELECT a.requirement_id, a.id, a.kind, a.span_start, a.span_end, a.text, a.value FROM atoms a
        JOIN requirements r ON r.document_id = a.document_id AND r.id = a.requirement_id
        WHERE a.document_id = $1 AND r.ordinal > $2::bigint AND r.ordinal <= $3::bigint ORDER BY r.ordinal, a.ordinal
        """,
        document, after, rows[-1]["ordinal"] if rows else after,
    )  # fmt: skip
    by_requirement: dict[str, list[Atom]] = {}
    for atom in atoms:
        by_requirement.setdefault(atom["requirement_id"], []).append(_atom(cipher, document, atom))
    return [(row["ordinal"], _requirement(cipher, row, tuple(by_requirement.get(row["id"], ())))) for row in rows]


async def atoms_of(
    connection: Connection, cipher: Cipher, document: str, requirement_ids: Sequence[str]
) -> dict[str, list[Atom]]:
    """The atoms of some requirements of a document, in their order, by requirement."""
    rows = await connection.fetch(
        """
        SELECT requirement_id, id, kind, span_start, span_end, text, value FROM atoms
        WHERE document_id = $1 AND requirement_id = ANY($2::text[]) ORDER BY requirement_id, ordinal
        """,
        document, list(requirement_ids),
    )  # fmt: skip
    found: dict[str, list[Atom]] = {}
    for row in rows:
        found.setdefault(row["requirement_id"], []).append(_atom(cipher, document, row))
    return found


async def documents_with(connection: Connection, requirement_ids: Sequence[str]) -> dict[str, list[str]]:
    """For each requirement id, the documents that have one of that name, newest first."""
    rows = await connection.fetch(
        """
        SELECT r.id, r.document_id FROM requirements r JOIN documents d ON d.id = r.document_id
        WHERE r.id = ANY($1::text[]) ORDER BY d.seq DESC
        """,
        list(requirement_ids),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(row["document_id"])
    return found


async def missing(connection: Connection, document: str, requirement_ids: Sequence[str]) -> list[str]:
    """Those of the requirement ids that the document has not, in the order given."""
    rows = await connection.fetch(
        """
        SELECT wanted.id FROM unnest($2::text[]) WITH ORDINALITY AS wanted(id, n)
        WHERE NOT EXISTS (SELECT 1 FROM requirements r WHERE r.document_id = $1 AND r.id = wanted.id) ORDER BY wanted.n
        """,
        document, list(requirement_ids),
    )  # fmt: skip
    return [row["id"] for row in rows]


def requirement_text(cipher: Cipher, document: str, requirement: str, stored: str) -> str:
    """The text of a requirement as its column holds it, opened. Raises: BadConfiguration."""
    return cipher.open_text(field_place("requirements", "text", document, requirement), stored)


def atom_text(cipher: Cipher, document: str, atom: str, stored: str) -> str:
    """The same for an atom. Raises: BadConfiguration."""
    return cipher.open_text(field_place("atoms", "text", document, atom), stored)


def _requirement(cipher: Cipher, row: Any, atoms: tuple[Atom, ...]) -> Requirement:
    return Requirement(
        id=row["id"],
        text=requirement_text(cipher, row["document_id"], row["id"], row["text"]),
        span=Span(row["span_start"], row["span_end"]),
        section=tuple(row["section"]),
        language=row["language"],
        given_id=row["given_id"],
        atoms=atoms,
    )


def _atom(cipher: Cipher, document: str, row: Any) -> Atom:
    kind = AtomKind(row["kind"])
    told = decode(cipher.open_json(field_place("atoms", "value", document, row["id"]), row["value"]))
    value = cast(AtomValue, _adapter(VALUE_TYPES[kind]).validate_python(told))
    text = atom_text(cipher, document, row["id"], row["text"])
    return Atom(id=row["id"], kind=kind, span=Span(row["span_start"], row["span_end"]), text=text, value=value)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
