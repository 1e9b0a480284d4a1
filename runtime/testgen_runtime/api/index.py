"""/index: how the indexes stand, and filling them anew from the database while they serve."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from testgen_runtime.api.dependencies import Admin, TheServices, Viewer
from testgen_runtime.api.problems import problems
from testgen_runtime.api.services import Index
from testgen_runtime.errors import Forbidden, Unauthenticated, Unavailable
from testgen_runtime.telemetry.redaction import redact_text

router = APIRouter(prefix="/index", tags=["search"], responses=problems(Unauthenticated, Forbidden))


class Projection(BaseModel):
    """One index, as the process that answers sees it."""

    name: str
    filled: bool
    rebuilding: bool = Field(description="It is being filled anew, or will be; what was there before answers meanwhile")
    done: int = Field(description="Chunks taken in by the filling at work, else 0")
    lag: int | None = Field(description="Changes that it has not taken in yet; null where not known")
    lag_seconds: float | None = Field(description="The age of the oldest of them")
    error: str


class IndexStatus(BaseModel):
    """The indexes, and what they should hold."""

    chunks: int = Field(description="Findable things in the database: what a filled vector index holds")
    points: int | None = Field(description="Those in the vector index; null where it does not answer")
    consistent: bool = Field(description="Both numbers are the same and nothing is waiting")
    projections: list[Projection]


@router.get("/status", response_model=IndexStatus, responses=problems(Unavailable))
async def index_status(caller: Viewer, services: TheServices) -> IndexStatus:
    """How far each index is behind, and whether it holds what the database does."""
    return await _status(services.index)


@router.post("/rebuild", status_code=202, response_model=IndexStatus, responses=problems(Unavailable))
async def rebuild_index(caller: Admin, services: TheServices) -> IndexStatus:
    """Fill every index anew beside the one that serves, then exchange them. Asking again while it runs starts no second one.

    The wish is kept in the database: it outlives a restart, and where each process has an index of its own, each fills it anew.
    """
    if services.index is None:
        raise Unavailable("this process has no index", mend="ask a process with the role all or vector")
    await services.index.rebuild(caller.key_id)
    return await _status(services.index)


async def _status(index: Index | None) -> IndexStatus:
    if index is None:
        raise Unavailable("this process has no index", mend="ask a process with the role all or vector")
    found = await index.status()
    lags = [one.lag for one in found.followers if one.name == "vector"]
    return IndexStatus(
        chunks=found.chunks,
        points=found.points,
        consistent=found.chunks == found.points and lags == [0],
        projections=[
            Projection(
                name=one.name,
                filled=one.filled,
                rebuilding=one.rebuilding,
                done=one.done,
                lag=one.lag,
                lag_seconds=one.seconds,
                error=redact_text(one.error)[:200],
            )
            for one in found.followers
        ],
    )
