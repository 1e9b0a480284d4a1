"""/cases: what was generated, found by filters and words; one case; how far the review has come."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, Literal, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from testgen_runtime.api.dependencies import Needs, TheCases, Viewer, services
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.preconditions import tag_of
from testgen_runtime.api.problems import problems
from testgen_runtime.api.understood import Understood
from testgen_runtime.cases.model import Case, Status
from testgen_runtime.cases.repository import Filter
from testgen_runtime.cases.service import Cases
from testgen_runtime.cases.statistics import By, Figures, Group
from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, Unauthenticated
from testgen_runtime.security.keys import Role
from testgen_runtime.storage.json import encode
from testgen_runtime.techniques.model import Technique

router = APIRouter(tags=["cases"], responses=problems(Unauthenticated, Forbidden, InvalidInput))
Id = Annotated[str | None, Query(min_length=1, max_length=200)]
Words = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        description="Words that all have to be in the title, steps, preconditions, test data or requirement id; a word of three "
        "letters or more may be the beginning of a longer one; Chinese is found by two characters in a row",
    ),
]


class StatisticsOut(BaseModel):
    """Counts and the confirmation rate (S4-059)."""

    total: Figures
    by: By
    groups: list[Group]
    more_groups: bool


class Asked(NamedTuple):
    """A page of cases, as a query string asks for it."""

    wanted: Filter
    after: int
    limit: int


class ListRoute(APIRoute):
    """A page that was asked for before goes from the caller's check straight to the cases."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        understand = super().get_route_handler()

        async def handle(request: Request) -> Response:
            asked = _understood.get(request.scope["query_string"])
            if asked is None:
                return await understand(request)
            await _may_look(request)
            return await _listed(services(request).cases, asked)

        return handle


_understood: Final = Understood[Asked]()
_may_look: Final = Needs(Role.VIEWER)


async def list_cases(
    request: Request,
    caller: Viewer,
    cases: TheCases,
    document_id: Id = None,
    requirement_id: Id = None,
    job_id: Id = None,
    technique: Technique | None = None,
    polarity: Literal["positive", "negative"] | None = None,
    written_by: Literal["model", "rules"] | None = None,
    status: Status | None = None,
    priority: Literal["high", "medium", "low"] | None = None,
    stale: bool | None = None,
    q: Words = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """The cases of this project, in the order in which they were first made."""
    if q is not None and not any(character.isalnum() for character in q):
        raise InvalidInput("q: there is no letter or digit to look for", mend="send a word, or leave q out")
    wanted = Filter(
        document_id=document_id,
        requirement_id=requirement_id,
        technique=technique.value if technique else None,
        polarity=polarity,
        written_by=written_by,
        job_id=job_id,
        status=status,
        priority=priority,
        stale=stale,
        q=q,
    )
    asked = Asked(wanted, position(cursor) or 0, limit)
    _understood.note(request.scope["query_string"], asked)
    return await _listed(cases, asked)


async def _listed(cases: Cases, asked: Asked) -> Response:
    limit = asked.limit
    found = await cases.shown_page(asked.wanted, after=asked.after, limit=limit + 1)
    following = opaque(found[limit - 1][0]) if len(found) > limit else None
    items = ",".join(shown for _, shown in found[:limit])
    return Response(f'{{"items":[{items}],"next_cursor":{encode(following)}}}', media_type="application/json")


router.add_api_route("/cases", list_cases, methods=["GET"], response_model=Page[Case], route_class_override=ListRoute)


@router.get("/cases/statistics", response_model=StatisticsOut, responses=problems(NotFound))
async def get_statistics(
    caller: Viewer,
    cases: TheCases,
    by: By = "technique",
    document_id: Id = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most groups in the answer, the largest first")] = 100,
) -> StatisticsOut:
    """How many cases there are, how many were confirmed and rejected, by document, technique, author or prompt version."""
    total, groups = await cases.statistics(by, document_id=document_id, limit=limit + 1)
    return StatisticsOut(total=total, by=by, groups=groups[:limit], more_groups=len(groups) > limit)


@router.get("/cases/{case_id}", response_model=Case, responses=problems(NotFound))
async def get_case(case_id: str, request: Request, caller: Viewer, cases: TheCases) -> Response:
    """One case. Its ETag begins with its revision; send it as If-Match with a change."""
    revision, shown = await cases.shown(case_id)
    body = shown.encode()
    tag = tag_of(revision, body)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})
