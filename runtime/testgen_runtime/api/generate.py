"""/generate: cases for a document, for some of its requirements, or for a text sent along."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from testgen_runtime.api.dependencies import Tester, TheServices, origin
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.jobs import JobOut, problem_as_error
from testgen_runtime.api.paging import opaque
from testgen_runtime.api.problems import problems
from testgen_runtime.api.services import Services
from testgen_runtime.api.uploads import media_type
from testgen_runtime.cases.model import Case
from testgen_runtime.cases.repository import Filter
from testgen_runtime.documents.model import Language
from testgen_runtime.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    Malformed,
    NoRequirements,
    NotFound,
    QueueFull,
    Unauthenticated,
    UnsupportedDocument,
)
from testgen_runtime.jobs.fairness import Priority
from testgen_runtime.jobs.model import Job, Purpose, State
from testgen_runtime.jobs.model import Request as JobRequest
from testgen_runtime.jobs.service import new_job_id
from testgen_runtime.security.keys import Principal
from testgen_runtime.storage.json import encode
from testgen_runtime.techniques.model import Technique

router = APIRouter(tags=["generation"], responses=problems(Unauthenticated, Forbidden))
_MOST_CASES: Final = 2000
"""More cases than this are told by GET /cases, page by page."""
_LONGEST_WAIT: Final = 300.0


class GenerateIn(BaseModel):
    """What to generate for: exactly one of text, a document, or requirements (of the document, if both are given)."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1)] | None = None
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(default=None, description="A name for `text`")
    document_id: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    requirement_ids: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=20_000)] | None
    ) = None
    language: Language | None = Field(default=None, description="The cases' language; the requirement's own where not given")
    techniques: Annotated[list[Technique], Field(min_length=1, max_length=len(Technique))] | None = Field(
        default=None,
        description="Only these techniques (ISO/IEC/IEEE 29119-4); all but classification_tree and cause_effect_graphing, whose "
        "tests are those of others, where not given",
    )
    max_cases_per_requirement: Annotated[int, Field(ge=1, le=100, strict=True)] | None = None
    boundary_values: Literal[2, 3] = Field(
        default=3, description="Values at each end of a range: the bound and one or both neighbours"
    )
    n_switch: Literal[0, 1, 2] = Field(
        default=0, description="Also test sequences of this many state transitions more than one, over the whole document"
    )
    priority: Literal["low", "normal", "high"] = Field(
        default="normal", description="Beside your other jobs, and beside others' where nobody of you has one at work"
    )

    @model_validator(mode="after")
    def _one_source(self) -> GenerateIn:
        if self.text is not None and (self.document_id is not None or self.requirement_ids is not None):
            raise ValueError("send either text, or document_id and requirement_ids, not both")
        if self.text is None and self.document_id is None and self.requirement_ids is None:
            raise ValueError("send text, document_id or requirement_ids")
        return self


class GenerateOut(BaseModel):
    """The cases of a job that has ended."""

    job_id: str
    document_id: str
    cases: list[Case] = Field(description=f"The first {_MOST_CASES} of them")
    next_cursor: str | None = Field(description="For more: GET /api/v1/cases?job_id=…&cursor=<next_cursor>")
    result: dict[str, Any] = Field(description="Coverage, counts, findings, what was degraded")


_PREFER = Annotated[
    str | None,
    Header(
        description="`wait=N` seconds, a whole number of at most 300 (30 when not said), or `respond-async`. A preference that "
        "can't be read, such as `wait=soon`, is ignored (RFC 7240); `Preference-Applied` says what was taken up.",
        max_length=200,
    ),
]


_PURPOSE = Annotated[
    Purpose,
    Header(
        alias="X-TestGen-Purpose",
        description="For admins: `smoke` (rules write, no token is spent) or `comparison`. The job is worked on by the release "
        "that answers this request, and by no other one.",
    ),
]


async def json_body(request: Request) -> None:
    """Raises: UnsupportedDocument for a body that does not say it is JSON, as POST /documents does."""
    kind = media_type(request)
    if kind != "application/json":
        raise UnsupportedDocument(
            f"the body's type is '{kind or 'missing'}'",
            mend="send JSON with the header Content-Type: application/json; for a file, POST /api/v1/documents first",
        )


@router.post(
    "/generate",
    response_model=GenerateOut,
    responses={
        202: {"model": JobOut, "description": "It takes longer; follow the job"},
        **problems(Malformed, InvalidInput, NotFound, Conflict, UnsupportedDocument, NoRequirements, QueueFull),
    },
)
async def generate(
    body: GenerateIn,
    request: Request,
    caller: Tester,
    services: TheServices,
    _is_json: Annotated[None, Depends(json_body)],
    idempotency_key: IdempotencyKey = None,
    prefer: _PREFER = None,
    purpose: _PURPOSE = "",
) -> Response:
    """Generate test cases. Answers with them when they are done in time, else with the job that makes them.

    The job goes on whatever happens to this connection.
    """
    seconds, applied = _patience(prefer, services.settings.jobs.wait_seconds)
    unique = f"{caller.key_id}\x1f{idempotency_key}" if idempotency_key else None

    async def run() -> Response:
        job_id = await _submit(body, request, caller, services, new_job_id(unique), purpose)
        job = await services.jobs.wait(job_id, seconds=seconds) if seconds > 0 else await services.jobs.get(job_id)
        return await _answer(job, services, applied)

    return await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=hashlib.sha256(b"generate" + body.model_dump_json().encode()).digest(),
        run=run,
        lock_seconds=seconds + 30,
    )


def what_is_asked(body: GenerateIn, services: Services) -> JobRequest:
    """The body as it is kept: each requirement once, the limit on cases filled in.

    Raises: InvalidInput for more cases than this project allows.
    """
    most = services.settings.limits.cases_per_requirement
    if body.max_cases_per_requirement is not None and body.max_cases_per_requirement > most:
        raise InvalidInput(f"max_cases_per_requirement: at most {most} are allowed here", mend=f"ask for {most} or fewer")
    return JobRequest(
        requirement_ids=tuple(dict.fromkeys(body.requirement_ids)) if body.requirement_ids is not None else None,
        language=body.language,
        techniques=tuple(body.techniques) if body.techniques is not None else None,
        max_cases_per_requirement=body.max_cases_per_requirement or most,
        boundary_values=body.boundary_values,
        n_switch=body.n_switch,
    )


async def _submit(
    body: GenerateIn, request: Request, caller: Principal, services: Services, job_id: str, purpose: Purpose
) -> str:
    asked = what_is_asked(body, services)
    wanted = asked.requirement_ids
    who = replace(origin(request, caller), priority=Priority[body.priority.upper()], purpose=purpose)
    documents = services.documents
    if body.text is not None:
        parsed = await documents.parse_text(body.text, title=body.title)
        async with services.database.transaction() as connection:
            document_id, _ = await documents.add(connection, parsed, created_by=caller.key_id)
            await services.jobs.submit(
                connection,
                job_id=job_id,
                document_id=document_id,
                request=asked,
                total=len(parsed.document.requirements),
                origin=who,
            )
        return job_id
    document_id = body.document_id if body.document_id is not None else await documents.document_of(wanted or ())
    total = await documents.count(document_id, wanted)
    async with services.database.transaction() as connection:
        await services.jobs.submit(connection, job_id=job_id, document_id=document_id, request=asked, total=total, origin=who)
    return job_id


async def _answer(job: Job, services: Services, applied: str | None) -> Response:
    headers = {"Location": f"/api/v1/jobs/{job.id}"}
    if applied:
        headers["Preference-Applied"] = applied
    if not job.state.finished:
        return Response(encode(JobOut.of(job)), status_code=202, media_type="application/json", headers=headers)
    if job.state is State.FAILED:
        raise problem_as_error(job)
    if job.state is State.CANCELED:
        raise Conflict(f"the job {job.id} was canceled", mend="send the request again", job_id=job.id)
    found = await services.cases.page(Filter(job_id=job.id), after=0, limit=_MOST_CASES + 1)
    shown = found[:_MOST_CASES]
    body = {
        "job_id": job.id,
        "document_id": job.document_id,
        "cases": [case.model_dump(mode="json") for _, case in shown],
        "next_cursor": opaque(shown[-1][0]) if len(found) > _MOST_CASES else None,
        "result": job.result,
    }
    return Response(encode(body), media_type="application/json", headers=headers)


def _patience(prefer: str | None, default: float) -> tuple[float, str | None]:
    """(seconds to wait, what to say in Preference-Applied) of a Prefer header (RFC 7240)."""
    for part in (prefer or "").split(","):
        word = part.strip().lower()
        if word == "respond-async":
            return 0.0, "respond-async"
        if match := re.fullmatch(r"wait\s*=\s*\"?(\d{1,6})\"?", word):
            return min(float(match[1]), _LONGEST_WAIT), f"wait={int(min(float(match[1]), _LONGEST_WAIT))}"
    return default, None
