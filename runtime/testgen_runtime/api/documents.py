"""/documents: send one, list them, look at one and its requirements."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from testgen_runtime.api.dependencies import Admin, Tester, TheDocuments, TheServices, Viewer
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.middleware import SMALLER
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.api.uploads import file_of, media_type, within
from testgen_runtime.documents.presentation import atom_of, requirement_of
from testgen_runtime.documents.repository import Stored
from testgen_runtime.documents.service import Parsed
from testgen_runtime.errors import (
    Conflict,
    DocumentTooLarge,
    Forbidden,
    InvalidInput,
    Malformed,
    NoRequirements,
    NotFound,
    Unauthenticated,
    UnreadableDocument,
    UnsupportedDocument,
)
from testgen_runtime.storage.json import decode, encode

router = APIRouter(prefix="/documents", tags=["documents"], responses=problems(Unauthenticated, Forbidden))
_LOCK_SECONDS: Final = 120.0


class TextIn(BaseModel):
    """A document as text (Markdown is understood)."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, Field(min_length=1, max_length=200)]
    text: Annotated[str, Field(min_length=1)]


class DocumentOut(BaseModel):
    """A stored document, without its text."""

    id: str
    name: str = Field(description="What it was sent as; other content under the same name is its next version")
    version: int
    title: str
    language: str
    media_type: str
    size_bytes: int
    sha256: str
    requirements: int = Field(description="How many requirements were found in it")
    created_at: datetime
    created_by: str | None

    @classmethod
    def of(cls, stored: Stored) -> DocumentOut:
        return cls(**{name: getattr(stored, name) for name in cls.model_fields})


class AtomOut(BaseModel):
    """The smallest part of a requirement that a test can exercise."""

    id: str
    kind: str
    text: str
    start: int
    end: int
    value: dict[str, Any] = Field(description="Its keys depend on `kind`")


class RequirementOut(BaseModel):
    """A requirement with its atoms; start and end are character offsets into the document's text."""

    id: str
    document_id: str
    text: str
    start: int
    end: int
    section: list[str]
    language: str
    given_id: bool = Field(description="Whether the id stands in the document")
    atoms: list[AtomOut]


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "title": {"type": "string", "maxLength": 200}},
                }
            },
            "application/json": {"schema": TextIn.model_json_schema()},
        },
    }
}


@router.post(
    "",
    status_code=201,
    response_model=DocumentOut | Page[DocumentOut],
    openapi_extra=_BODY,
    responses={
        200: {"model": DocumentOut | Page[DocumentOut], "description": "The same content is here already"},
        **problems(
            Malformed, NotFound, Conflict, DocumentTooLarge, UnsupportedDocument, UnreadableDocument, NoRequirements, InvalidInput
        ),
    },
)
async def send(
    request: Request,
    caller: Tester,
    services: TheServices,
    idempotency_key: IdempotencyKey = None,
    replaces: Annotated[
        str | None, Query(max_length=100, description="The document of which this is the next version, whatever it is called")
    ] = None,
) -> Response:
    """Send a document: a file (`multipart/form-data`, field `file`) or text (JSON). Stored whole or not at all.

    Other content under a name that is there is its next version: requirements keep their ids, cases go with them.
    A zip of documents gives one document for each member, and is answered with the list of them.
    """
    parsed = await read_body(request, services.documents, services.settings.limits.document_bytes)

    async def store() -> Response:
        stored = await services.documents.upload_all(parsed, created_by=caller.key_id, replaces=replaces)
        status = 201 if any(new for _, new in stored) else 200
        if parsed[0].member:
            page: Page[DocumentOut] = Page(items=[DocumentOut.of(one) for one, _ in stored], next_cursor=None)
            return Response(
                encode(page), status_code=status, media_type="application/json", headers={"Location": "/api/v1/documents"}
            )
        one = stored[0][0]
        return Response(
            encode(DocumentOut.of(one)),
            status_code=status,
            media_type="application/json",
            headers={"Location": f"/api/v1/documents/{one.id}", "ETag": f'"{one.sha256}"'},
        )

    what = b"".join(one.digest + one.name.encode() for one in parsed) + (f"\0{replaces}".encode() if replaces else b"")
    fingerprint = hashlib.sha256(b"documents" + what).digest()
    return await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=fingerprint,
        run=store,
        lock_seconds=_LOCK_SECONDS,
    )


async def read_body(request: Request, documents: TheDocuments, most: int) -> list[Parsed]:
    """The document in a request's body, parsed; of an archive one for each member.

    Raises: Malformed, DocumentTooLarge and what `documents.parse` raises.
    """
    kind = media_type(request)
    if kind == "application/json":
        given = TextIn.model_validate_json(await request.body())
        return [await documents.parse_text(given.text, title=given.title)]
    if kind != "multipart/form-data":
        raise UnsupportedDocument(
            f"the body's type is '{kind or 'missing'}'",
            mend="send multipart/form-data with a field `file`, or application/json {title, text}",
        )
    async with request.form(max_files=1, max_fields=4, max_part_size=4096) as form:
        file, filename = file_of(form, example="requirements.docx")
        title = form.get("title")
        if title is not None and (not isinstance(title, str) or not 0 < len(title) <= 200):
            raise InvalidInput("title: it has to have 1 to 200 characters", mend="send a shorter title, or none")
        within(file, most, mend=SMALLER)
        return await documents.parse_all(file.read, filename, title=title or None, mime=file.content_type or "")


@router.get("", response_model=Page[DocumentOut])
async def list_documents(caller: Viewer, documents: TheDocuments, limit: Limit = 50, cursor: Cursor = None) -> Page[DocumentOut]:
    """The documents of this project, newest first."""
    found = await documents.page(before=position(cursor), limit=limit + 1)
    more = len(found) > limit
    return Page(items=[DocumentOut.of(one) for one in found[:limit]], next_cursor=opaque(found[limit - 1].seq) if more else None)


@router.get("/{document_id}", response_model=DocumentOut, responses=problems(NotFound))
async def get_document(document_id: str, request: Request, caller: Viewer, documents: TheDocuments) -> Response:
    """One document, without its text."""
    stored = await documents.get(document_id)
    tag = f'"{stored.sha256}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(encode(DocumentOut.of(stored)), media_type="application/json", headers={"ETag": tag})


@router.delete("/{document_id}", status_code=204, responses=problems(NotFound, Conflict))
async def remove_document(document_id: str, caller: Admin, documents: TheDocuments) -> None:
    """Remove a document with its requirements, its cases and their history, and its ended jobs. Not to be undone. Other versions
    of it stay as they are; the audit keeps who removed it."""
    await documents.remove(document_id, by=caller.key_id)


@router.get("/{document_id}/requirements", response_model=Page[RequirementOut], responses=problems(NotFound))
async def list_requirements(
    document_id: str,
    caller: Viewer,
    documents: TheDocuments,
    limit: Limit = 200,
    cursor: Cursor = None,
    atoms: Annotated[bool, Query(description="Whether to tell each requirement's atoms")] = True,
) -> Page[RequirementOut]:
    """The requirements of a document, in its order, with their atoms."""
    after = position(cursor)
    found = await documents.requirements(document_id, after=-1 if after is None else after, limit=limit + 1)
    items = [
        RequirementOut(
            **requirement_of(document_id, requirement),
            atoms=[AtomOut(**_atom(document_id, requirement.id, atom)) for atom in requirement.atoms] if atoms else [],
        )
        for _, requirement in found[:limit]
    ]
    return Page(items=items, next_cursor=opaque(found[limit - 1][0]) if len(found) > limit else None)


def _atom(document_id: str, requirement_id: str, atom: Any) -> dict[str, Any]:
    shown = atom_of(document_id, requirement_id, atom)
    return {name: shown[name] for name in ("id", "kind", "text", "start", "end")} | {"value": decode(encode(shown["value"]))}
