"""/cases/{id}/revisions, /diff and /comments: what happened to a case, and what people say about it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from testgen_runtime.api.dependencies import Tester, TheServices, Viewer
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.cases.history import Comment, Revision
from testgen_runtime.cases.review import Reason
from testgen_runtime.cases.revisions import Difference
from testgen_runtime.errors import Conflict, Forbidden, InvalidInput, Malformed, NotFound, Unauthenticated
from testgen_runtime.security.keys import Role
from testgen_runtime.storage.json import encode

router = APIRouter(
    prefix="/cases/{case_id}", tags=["review"], responses=problems(Unauthenticated, Forbidden, NotFound, InvalidInput)
)
_LOCK_SECONDS: Final = 30.0
_BIGGEST: Final = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=_BIGGEST)]


class RevisionOut(BaseModel):
    """Who did what to a case, when and why."""

    revision: int
    action: str = Field(description="generated, edit, confirm, reject, reopen, stale, fits")
    by: str = Field(description="The key of a person, or what wrote the case")
    at: datetime
    status: str
    changed: list[str] = Field(description="The fields that an edit changed")
    reason: str | None
    stale: str | None

    @classmethod
    def of(cls, revision: Revision, **more: Any) -> RevisionOut:
        values = {name: getattr(revision, name) for name in RevisionOut.model_fields if name != "changed"}
        return cls(**values, changed=list(revision.changed), **more)


class RevisionWithCase(RevisionOut):
    """A revision with the case's words as they were after it."""

    case: dict[str, Any]


class DifferenceOut(BaseModel):
    """What leads from one revision to another."""

    before: RevisionOut
    after: RevisionOut
    differences: list[Difference]


class CommentIn(BaseModel):
    """What is said."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Reason


class CommentOut(BaseModel):
    """A comment. `revision` is the one that its author saw."""

    id: int
    case_id: str
    revision: int
    author: str
    text: str
    created_at: datetime

    @classmethod
    def of(cls, comment: Comment) -> CommentOut:
        return cls(**{name: getattr(comment, name) for name in cls.model_fields})


@router.get("/revisions", response_model=Page[RevisionOut])
async def list_revisions(
    case_id: str, caller: Viewer, services: TheServices, limit: Limit = 100, cursor: Cursor = None
) -> Page[RevisionOut]:
    """The revisions of a case, oldest first."""
    found = await services.discussion.revisions(case_id, after=min(position(cursor) or 0, _BIGGEST), limit=limit + 1)
    more = len(found) > limit
    return Page(
        items=[RevisionOut.of(one) for one in found[:limit]], next_cursor=opaque(found[limit - 1].revision) if more else None
    )


@router.get("/revisions/{revision}", response_model=RevisionWithCase)
async def get_revision(case_id: str, revision: Number, caller: Viewer, services: TheServices) -> RevisionWithCase:
    """One revision with the case's words as they were."""
    found = await services.discussion.revision(case_id, revision)
    return RevisionWithCase(**RevisionOut.of(found).model_dump(), case=found.body)


@router.get("/diff", response_model=DifferenceOut)
async def get_difference(
    case_id: str,
    caller: Viewer,
    services: TheServices,
    before: Annotated[int, Query(ge=1, le=_BIGGEST, description="A revision")],
    after: Annotated[int, Query(ge=1, le=_BIGGEST, description="Another one")],
) -> DifferenceOut:
    """What differs between two revisions."""
    first, second, found = await services.discussion.difference(case_id, before, after)
    return DifferenceOut(before=RevisionOut.of(first), after=RevisionOut.of(second), differences=found)


@router.get("/comments", response_model=Page[CommentOut])
async def list_comments(
    case_id: str, caller: Viewer, services: TheServices, limit: Limit = 100, cursor: Cursor = None
) -> Page[CommentOut]:
    """The comments on a case, oldest first."""
    found = await services.discussion.comments(case_id, after=position(cursor) or 0, limit=limit + 1)
    more = len(found) > limit
    return Page(items=[CommentOut.of(one) for one in found[:limit]], next_cursor=opaque(found[limit - 1].id) if more else None)


@router.post("/comments", status_code=201, response_model=CommentOut, responses=problems(Malformed, Conflict))
async def add_comment(
    case_id: str, body: CommentIn, caller: Tester, services: TheServices, idempotency_key: IdempotencyKey = None
) -> Response:
    """Say something about a case."""

    async def run() -> Response:
        comment = await services.discussion.comment(case_id, author=caller.key_id, text=body.text)
        return Response(
            encode(CommentOut.of(comment)),
            status_code=201,
            media_type="application/json",
            headers={"Location": f"/api/v1/cases/{case_id}/comments/{comment.id}"},
        )

    return await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=hashlib.sha256(f"comment\x1f{case_id}\x1f{body.text}".encode()).digest(),
        run=run,
        lock_seconds=_LOCK_SECONDS,
    )


@router.delete("/comments/{comment_id}", status_code=204)
async def delete_comment(
    case_id: str, comment_id: Annotated[int, Path(ge=1, le=2**63 - 1)], caller: Tester, services: TheServices
) -> Response:
    """Take back a comment of one's own; an admin may delete any."""
    await services.discussion.withdraw(case_id, comment_id, by=caller.key_id, of_anybody=caller.role is Role.ADMIN)
    return Response(status_code=204)
