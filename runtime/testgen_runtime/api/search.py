"""/search: what retrieval finds, with each leg's score."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from testgen_runtime.api.dependencies import TheServices, Viewer
from testgen_runtime.api.problems import problems
from testgen_runtime.errors import Forbidden, Unauthenticated, Unavailable

router = APIRouter(tags=["search"], responses=problems(Unauthenticated, Forbidden))


class Hit(BaseModel):
    """Something that was found."""

    id: str
    document_id: str
    requirement_id: str | None
    title: str
    text: str
    score: float = Field(description="After fusion; 0 for neighbours, which are appended and not ranked")
    legs: dict[str, float] = Field(description="The score in each leg that found it; comparable within a leg only")
    relation: str = Field(description="`similar` for what was ranked, else the edge over which a neighbour was found")
    via: str = Field(description="What a neighbour shares")


class SearchOut(BaseModel):
    """What was found, best first, then neighbours in the graph."""

    query: str
    hits: list[Hit]
    degraded: list[str] = Field(description="Legs that did not answer")


@router.get("/search", response_model=SearchOut, responses=problems(Unavailable))
async def search(
    caller: Viewer,
    services: TheServices,
    q: Annotated[str, Query(min_length=1, max_length=1000)],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> SearchOut:
    """Search the requirements of this project, as generation does. A dead leg degrades the answer, it does not fail it."""
    if services.index is None:
        raise Unavailable("this process has no index", mend="ask a process with the role all or vector")
    result = await services.index.search(q, limit=limit)
    hits = [
        Hit(
            id=hit.id,
            document_id=hit.document_id,
            requirement_id=hit.id.removeprefix(f"{hit.document_id}/") or None,
            title=hit.title,
            text=hit.text,
            score=hit.score,
            legs=hit.legs,
            relation=hit.relation,
            via=hit.via,
        )
        for hit in result.hits
    ]
    return SearchOut(query=q, hits=hits, degraded=list(result.degraded))
