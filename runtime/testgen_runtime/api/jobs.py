"""/jobs: look at one, follow it, end it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from testgen_runtime import errors
from testgen_runtime.api.dependencies import Tester, TheJobs, Viewer
from testgen_runtime.api.paging import Cursor, Limit, Page, opaque, position
from testgen_runtime.api.problems import BASE, problems
from testgen_runtime.errors import Forbidden, InvalidInput, NotFound, TestGenError, Unauthenticated
from testgen_runtime.jobs.fairness import Priority
from testgen_runtime.jobs.model import Job, State
from testgen_runtime.security.roles import Role
from testgen_runtime.storage.json import encode

_PRIORITIES: Final[dict[Priority, Literal["low", "normal", "high"]]] = {
    Priority.LOW: "low",
    Priority.NORMAL: "normal",
    Priority.HIGH: "high",
}
RETRY_MILLISECONDS: Final = 1000
"""After a stream has broken off; about as long as Kubernetes needs to send new connections to another pod."""
router = APIRouter(prefix="/jobs", tags=["jobs"], responses=problems(Unauthenticated, Forbidden))


class JobOut(BaseModel):
    """A generation job."""

    id: str
    state: State
    document_id: str
    total: int = Field(description="Requirements asked for")
    done: int = Field(description="Requirements done; their cases are stored already")
    attempt: int = Field(description="How often it was started: more than 1 after a worker was lost")
    priority: Literal["low", "normal", "high"]
    cancel_requested: bool
    result: dict[str, Any] | None = Field(description="When it has succeeded: coverage, counts, findings")
    problem: dict[str, Any] | None = Field(description="When it has failed: why, and what to change")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: dict[str, str]

    @classmethod
    def of(cls, job: Job) -> JobOut:
        values = {name: getattr(job, name) for name in cls.model_fields if name not in ("links", "problem", "priority")}
        problem = (
            {"type": BASE + job.problem["slug"], **{k: v for k, v in job.problem.items() if k != "slug"}} if job.problem else None
        )
        here = f"/api/v1/jobs/{job.id}"
        links = {"self": here, "events": f"{here}/events", "cancel": f"{here}/cancel", "cases": f"/api/v1/cases?job_id={job.id}"}
        return cls(**values, priority=_PRIORITIES[job.priority], problem=problem, links=links)


def problem_as_error(job: Job) -> TestGenError:
    """The error that a failed job ended with, to be raised once more for whoever waited."""
    kept = job.problem or {}
    kinds = {kind.slug: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TestGenError)}
    kind = kinds.get(str(kept.get("slug")), TestGenError)
    return kind(str(kept.get("detail", "the job failed")), mend=str(kept.get("mend", "")), job_id=job.id)


@router.get("", response_model=Page[JobOut])
async def list_jobs(caller: Viewer, jobs: TheJobs, limit: Limit = 50, cursor: Cursor = None) -> Page[JobOut]:
    """The jobs of this project, newest first."""
    found = await jobs.page(before=position(cursor), limit=limit + 1)
    return Page(
        items=[JobOut.of(job) for _, job in found[:limit]],
        next_cursor=opaque(found[limit - 1][0]) if len(found) > limit else None,
    )


@router.get("/{job_id}", response_model=JobOut, responses=problems(NotFound))
async def get_job(job_id: str, caller: Viewer, jobs: TheJobs) -> JobOut:
    """One job: how far it is, and what came of it."""
    return JobOut.of(await jobs.get(job_id))


@router.get(
    "/{job_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Server-sent events until the job has ended"},
        204: {"description": "The job has ended and everything after `Last-Event-ID` was told: do not connect again"},
        **problems(NotFound),
    },
)
async def follow(
    job_id: str,
    caller: Viewer,
    jobs: TheJobs,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=18)] = None,
) -> Response:
    """Follow a job: queued, started, progress, handed_back, then succeeded, failed or canceled.

    Each event has an id; a reader that lost the connection sends the last one as `Last-Event-ID` and misses nothing, whichever
    process answers. The stream also ends when its process does: connect again after the time that `retry` tells.
    """
    if last_event_id is not None and not (last_event_id.isascii() and last_event_id.isdigit()):
        raise InvalidInput(
            "Last-Event-ID: it has to be the id of one of this job's events", mend="send it unchanged, or not at all"
        )
    after = int(last_event_id or 0)
    if await jobs.told_all(job_id, after=after):
        return Response(status_code=204)

    async def stream() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(retry=RETRY_MILLISECONDS)
        async for event in jobs.follow(job_id, after=after):
            yield ServerSentEvent(data=encode(event.data | {"at": event.created_at}), event=event.kind, id=str(event.id))

    return EventSourceResponse(stream(), ping=15)


@router.post("/{job_id}/cancel", status_code=202, response_model=JobOut, responses=problems(NotFound))
async def cancel(job_id: str, caller: Tester, jobs: TheJobs) -> JobOut:
    """Ask for the end of a job of one's own; reviewers and admins may end any. What it has made so far stays; an ended job stays
    as it is."""
    of_anybody = caller.role.may_act_as(Role.REVIEWER)
    return JobOut.of(await jobs.cancel(job_id, by=caller.key_id, of_anybody=of_anybody))
