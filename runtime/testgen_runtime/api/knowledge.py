"""/knowledge: glossary, standing checks and past cases, each on its own and all as one YAML file."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from testgen_runtime.api.dependencies import Reviewer, Tester, TheServices, Viewer
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.preconditions import seen_by
from testgen_runtime.api.problems import problems
from testgen_runtime.api.services import Services
from testgen_runtime.cases.imports.parse import ImportFormat
from testgen_runtime.errors import (
    Conflict,
    DocumentTooLarge,
    Forbidden,
    InvalidInput,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unauthenticated,
    UnreadableDocument,
    UnsupportedDocument,
)
from testgen_runtime.knowledge.model import Check, Id, KnowledgeKind, Known, PastCase, Term
from testgen_runtime.knowledge.repository import Entry
from testgen_runtime.seen import Seen

router = APIRouter(prefix="/knowledge", tags=["knowledge"], responses=problems(Unauthenticated, Forbidden))
Key = Annotated[Id, Path(description="Lower-case letters, digits, `-`, `.` and `_`")]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="The ETag that was seen, or a list of which one matches; left out to make a new one",
    ),
]
_LOCK_SECONDS: Final = 120.0  # how long a request may be at work before the same one may start anew
_LISTS: Final = problems(InvalidInput)
_READS: Final = problems(InvalidInput, NotFound)
_PUTS: Final = problems(Malformed, InvalidInput, Conflict, PreconditionRequired, PreconditionFailed)
_DELETES: Final = problems(Malformed, InvalidInput, NotFound, PreconditionRequired, PreconditionFailed)
_IMPORTS: Final = problems(Malformed, InvalidInput, Conflict, DocumentTooLarge, UnsupportedDocument, UnreadableDocument)
_BYTES: Final = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
_YAML_IN: Final = {"requestBody": {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}}


class Stored(BaseModel):
    """What is told of every entry."""

    id: str
    revision: int
    source: str = Field(description="`api`, `yaml`, or the name of the file that it came from")
    changed_by: str
    changed_at: datetime


class TermOut(Stored):
    body: Term


class PastCaseOut(Stored):
    body: PastCase


class CheckOut(BaseModel):
    """A standing check. `shipped`: as it came with the product; else the project has made or changed it."""

    id: str
    shipped: bool
    revision: int | None = Field(default=None, description="Null for a check as shipped")
    body: Check


class Imported(BaseModel):
    """What became of a file."""

    read: int
    changed: int = Field(description="Made or replaced; what was there just so is left alone")
    problems: list[dict[str, str]] = Field(default=[], description="Cases that can't be used: `place` and `problem`, at most 100")


def _stored(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*Stored.model_fields, "body")}


def _seen(if_match: str | None) -> Seen | None:
    return seen_by(if_match) if if_match is not None else None


def _tag(response: Response, entry: Entry) -> None:
    response.headers["ETag"] = f'"{entry.revision}"'


async def _listed(services: TheServices, kind: KnowledgeKind, cursor: str | None, limit: int) -> tuple[list[Entry], str | None]:
    found = await services.knowledge.page(kind, after=position(cursor), limit=limit + 1)
    return found[:limit], opaque(found[limit - 1].seq) if len(found) > limit else None


async def _put(
    services: TheServices, kind: KnowledgeKind, key: str, body: Known, if_match: str | None, by: str, response: Response
) -> Entry:
    entry, made = await services.knowledge.put(kind, key, body, seen=_seen(if_match), by=by)
    _tag(response, entry)
    response.status_code = 201 if made else 200
    return entry


_MADE: Final[dict[int | str, dict[str, Any]]] = {201: {"description": "It was made"}}


@router.get("/glossary", response_model=Page[TermOut], responses=_LISTS)
async def list_terms(caller: Viewer, services: TheServices, limit: Limit = 50, cursor: Cursor = None) -> Page[TermOut]:
    """The terms of the glossary, oldest first."""
    found, more = await _listed(services, "glossary", cursor, limit)
    return Page(items=[TermOut(**_stored(one)) for one in found], next_cursor=more)


@router.get("/glossary/{term_id}", response_model=TermOut, responses=_READS)
async def get_term(term_id: Key, caller: Viewer, services: TheServices, response: Response) -> TermOut:
    """One term."""
    entry = await services.knowledge.get("glossary", term_id)
    _tag(response, entry)
    return TermOut(**_stored(entry))


@router.put("/glossary/{term_id}", response_model=TermOut, responses={**_MADE, **_PUTS})
async def put_term(
    term_id: Key, body: Term, caller: Tester, services: TheServices, response: Response, if_match: IfMatch = None
) -> TermOut:
    """Make a term, or replace the one that was seen."""
    return TermOut(**_stored(await _put(services, "glossary", term_id, body, if_match, caller.key_id, response)))


@router.delete("/glossary/{term_id}", status_code=204, responses=_DELETES)
async def delete_term(term_id: Key, caller: Tester, services: TheServices, if_match: IfMatch = None) -> None:
    """Remove the term that was seen."""
    await services.knowledge.remove("glossary", term_id, seen=_seen(if_match), by=caller.key_id)


@router.get("/checks", response_model=Page[CheckOut], responses=_LISTS)
async def list_checks(caller: Viewer, services: TheServices, limit: Limit = 50, cursor: Cursor = None) -> Page[CheckOut]:
    """Every standing check, by id: those shipped as the project has changed them, and its own."""
    after = position(cursor) or 0
    found = sorted((await services.knowledge.checks()).items())
    shown = found[after : after + limit]
    items = [CheckOut(id=key, shipped=shipped, body=check) for key, (check, shipped) in shown]
    return Page(items=items, next_cursor=opaque(after + limit) if after + limit < len(found) else None)


@router.get("/checks/{check_id}", response_model=CheckOut, responses=_READS)
async def get_check(check_id: Key, caller: Viewer, services: TheServices, response: Response) -> CheckOut:
    """One check. It has an ETag where the project has made or changed it."""
    check, shipped = (await services.knowledge.checks()).get(check_id, (None, False))
    if check is not None and shipped:
        return CheckOut(id=check_id, shipped=True, body=check)
    entry = await services.knowledge.get("check", check_id)
    _tag(response, entry)
    return CheckOut(id=check_id, shipped=False, revision=entry.revision, body=check or Check.model_validate(entry.body))


@router.put("/checks/{check_id}", response_model=CheckOut, responses={**_MADE, **_PUTS})
async def put_check(
    check_id: Key, body: Check, caller: Reviewer, services: TheServices, response: Response, if_match: IfMatch = None
) -> CheckOut:
    """Make a check or change one; `enabled: false` switches one off, a shipped one too."""
    entry = await _put(services, "check", check_id, body, if_match, caller.key_id, response)
    return CheckOut(id=check_id, shipped=False, revision=entry.revision, body=body)


@router.delete("/checks/{check_id}", status_code=204, responses=_DELETES)
async def delete_check(check_id: Key, caller: Reviewer, services: TheServices, if_match: IfMatch = None) -> None:
    """Remove a check of the project; one that was shipped is as shipped again."""
    await services.knowledge.remove("check", check_id, seen=_seen(if_match), by=caller.key_id)


@router.get("/past-cases", response_model=Page[PastCaseOut], responses=_LISTS)
async def list_past_cases(caller: Viewer, services: TheServices, limit: Limit = 50, cursor: Cursor = None) -> Page[PastCaseOut]:
    """Cases that testers wrote before, oldest first."""
    found, more = await _listed(services, "past-case", cursor, limit)
    return Page(items=[PastCaseOut(**_stored(one)) for one in found], next_cursor=more)


@router.post("/past-cases", response_model=Imported, openapi_extra=_BYTES, responses=_IMPORTS)
async def import_past_cases(
    request: Request,
    caller: Tester,
    services: TheServices,
    filename: Annotated[str, Query(min_length=1, max_length=200, description="The file's name: told as source")],
    format: Annotated[ImportFormat | None, Query(description="Default: by name and content")] = None,  # noqa: A002
    dry_run: Annotated[bool, Query(description="Only tell what would become of the file")] = False,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Store the cases of a file (the body, in any import format). Safe to send again: the same cases are stored once."""
    data = await request.body()

    async def run() -> Imported:
        read, changed, wrong = await services.knowledge.import_cases(data, filename, format, by=caller.key_id, dry_run=dry_run)
        return Imported(read=read, changed=changed, problems=[{"place": p, "problem": why} for p, why in wrong[:100]])

    return await _once(
        services, caller.key_id, idempotency_key, f"past-cases {format} {filename}" + (" dry run" if dry_run else ""), data, run
    )


@router.get("/past-cases/{case_id}", response_model=PastCaseOut, responses=_READS)
async def get_past_case(case_id: Key, caller: Viewer, services: TheServices, response: Response) -> PastCaseOut:
    """One past case."""
    entry = await services.knowledge.get("past-case", case_id)
    _tag(response, entry)
    return PastCaseOut(**_stored(entry))


@router.put("/past-cases/{case_id}", response_model=PastCaseOut, responses={**_MADE, **_PUTS})
async def put_past_case(
    case_id: Key, body: PastCase, caller: Tester, services: TheServices, response: Response, if_match: IfMatch = None
) -> PastCaseOut:
    """Make a past case, or replace the one that was seen."""
    return PastCaseOut(**_stored(await _put(services, "past-case", case_id, body, if_match, caller.key_id, response)))


@router.delete("/past-cases/{case_id}", status_code=204, responses=_DELETES)
async def delete_past_case(case_id: Key, caller: Tester, services: TheServices, if_match: IfMatch = None) -> None:
    """Remove the past case that was seen."""
    await services.knowledge.remove("past-case", case_id, seen=_seen(if_match), by=caller.key_id)


@router.get("/export", response_class=Response, responses={200: {"content": {"application/yaml": {}}}})
async def export_knowledge(caller: Viewer, services: TheServices) -> Response:
    """All that the project knows beside what is shipped, as YAML to keep, edit and send back."""
    return Response(await services.knowledge.export(), media_type="application/yaml")


@router.post("/import", response_model=Imported, openapi_extra=_YAML_IN, responses=_IMPORTS)
async def import_knowledge(
    request: Request, caller: Reviewer, services: TheServices, idempotency_key: IdempotencyKey = None
) -> Response:
    """Take in a YAML file (the body): what it has is made or replaced, the rest stays; all of it or nothing."""
    data = await request.body()

    async def run() -> Imported:
        changed = await services.knowledge.import_whole(data, by=caller.key_id)
        return Imported(read=changed, changed=changed)

    return await _once(services, caller.key_id, idempotency_key, "import", data, run)


async def _once(
    services: Services, caller: str, key: str | None, ask: str, data: bytes, run: Callable[[], Awaitable[Imported]]
) -> Response:
    async def answer() -> Response:
        return Response((await run()).model_dump_json(), media_type="application/json")

    fingerprint = hashlib.sha256(b"knowledge" + hashlib.sha256(data).digest() + ask.encode("utf-8", "surrogatepass")).digest()
    return await once(services.database, caller=caller, key=key, fingerprint=fingerprint, run=answer, lock_seconds=_LOCK_SECONDS)
