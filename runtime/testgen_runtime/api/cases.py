"""/cases and /coverage: what was generated, and what it covers."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from testgen_runtime.api.dependencies import TheCases, Viewer
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import problems
from testgen_runtime.cases.model import Case, Coverage
from testgen_runtime.cases.repository import Filter
from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from testgen_runtime.techniques.model import Technique

router = APIRouter(tags=["cases"], responses=problems(Unauthenticated, Forbidden))
Id = Annotated[str | None, Query(min_length=1, max_length=200)]


@router.get("/cases", response_model=Page[Case], responses=problems(InvalidInput))
async def list_cases(
    caller: Viewer,
    cases: TheCases,
    document_id: Id = None,
    requirement_id: Id = None,
    job_id: Id = None,
    technique: Technique | None = None,
    polarity: Literal["positive", "negative"] | None = None,
    written_by: Literal["model", "rules"] | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Case]:
    """The cases of this project, in the order in which they were first made."""
    wanted = Filter(
        document_id=document_id,
        requirement_id=requirement_id,
        technique=technique.value if technique else None,
        polarity=polarity,
        written_by=written_by,
        job_id=job_id,
    )
    found = await cases.page(wanted, after=position(cursor) or 0, limit=limit + 1)
    return Page(
        items=[case for _, case in found[:limit]], next_cursor=opaque(found[limit - 1][0]) if len(found) > limit else None
    )


@router.get("/cases/{case_id}", response_model=Case, responses=problems(NotFound))
async def get_case(case_id: str, request: Request, caller: Viewer, cases: TheCases) -> Response:
    """One case. Its ETag changes with its revision and its status."""
    case = await cases.get(case_id)
    body = case.model_dump_json().encode()
    tag = f'"{case.revision}-{hashlib.sha256(body).hexdigest()[:12]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


@router.get("/coverage", response_model=Coverage, responses=problems(NotFound, InvalidInput))
async def get_coverage(
    caller: Viewer, cases: TheCases, document_id: Annotated[str | None, Query(min_length=1, max_length=100)] = None
) -> Coverage:
    """How far the stored cases cover a document's requirements and their atoms.

    Without `document_id`: the totals over the latest version of every document; `by_requirement` is empty then.
    """
    return await cases.coverage(document_id) if document_id is not None else await cases.coverage_of_all()
