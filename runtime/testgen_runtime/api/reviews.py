"""/cases/{id}: edit, confirm, reject, reopen; /cases/bulk: the same for up to 500 cases at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from testgen_runtime.api.dependencies import Reviewer, Tester, TheCases, TheServices
from testgen_runtime.api.idempotency import IdempotencyKey, once
from testgen_runtime.api.preconditions import IfRevision, tag_of
from testgen_runtime.api.problems import BASE, Problem, problems
from testgen_runtime.cases.model import Case, Status
from testgen_runtime.cases.review import CaseChange, Reason, Wish
from testgen_runtime.cases.reviewing import Done, Item, Outcome
from testgen_runtime.cases.service import Cases
from testgen_runtime.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    TestGenError,
    Unauthenticated,
)
from testgen_runtime.security.keys import Principal
from testgen_runtime.security.service import allow_operation
from testgen_runtime.storage.json import encode

_CHANGES = problems(Malformed, InvalidInput, NotFound, PreconditionRequired, PreconditionFailed)
router = APIRouter(prefix="/cases", tags=["review"], responses=problems(Unauthenticated, Forbidden))
MOST_ITEMS: Final = 500
_LOCK_SECONDS: Final = 120.0


class BodyModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NoteIn(BodyModel):
    """Why, if there is something to say."""

    reason: Reason | None = None


class RejectIn(BodyModel):
    """Why the case is rejected."""

    reason: Reason


class BulkItem(BodyModel):
    """One case of a bulk. `revision` is the one that was seen."""

    case_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    action: Literal["edit", "confirm", "reject", "reopen"]
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Reason | None = None
    change: CaseChange | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> BulkItem:
        if (self.action == "edit") != (self.change is not None):
            raise ValueError("change: an edit has one, and nothing else has")
        if self.action == "reject" and self.reason is None:
            raise ValueError("reason: a case is rejected for a reason")
        return self

    def item(self, by: str) -> Item:
        """The same for the service."""
        return Item(self.case_id, Wish(self.action, by, self.revision, self.reason), self.change)


class BulkIn(BodyModel):
    """What to do; each case at most once."""

    items: Annotated[list[BulkItem], Field(min_length=1, max_length=MOST_ITEMS)]

    @model_validator(mode="after")
    def _names_each_case_once(self) -> BulkIn:
        seen: set[str] = set()
        twice = [item.case_id for item in self.items if item.case_id in seen or seen.add(item.case_id)]  # type: ignore[func-returns-value]
        if twice:
            raise ValueError(f"items: {twice[0]} is named twice")
        return self


class BulkResult(BaseModel):
    """What became of one item: `status` is what the same request for this case alone would have answered."""

    case_id: str
    status: int
    changed: bool = Field(default=False, description="False also where the case was so already")
    revision: int | None = None
    case_status: Status | None = None
    problem: Problem | None = None


class BulkOut(BaseModel):
    """What became of the items, in their order."""

    succeeded: int
    failed: int
    results: list[BulkResult]


@router.post("/bulk", response_model=BulkOut, responses=problems(Malformed, InvalidInput, Conflict))
async def bulk(body: BulkIn, caller: Tester, services: TheServices, idempotency_key: IdempotencyKey = None) -> Response:
    """Edit, confirm, reject or reopen up to 500 cases. Each item succeeds or fails by itself; the answer is 200 either way.

    Sent again after a lost answer it changes nothing twice: an item that had its effect says so again.
    """

    async def run() -> Response:
        results = await _bulk(services.cases, caller, body.items)
        failed = sum(result.status >= 400 for result in results)
        out = BulkOut(succeeded=len(results) - failed, failed=failed, results=results)
        return Response(out.model_dump_json(exclude_none=True), media_type="application/json")

    return await once(
        services.database,
        caller=caller.key_id,
        key=idempotency_key,
        fingerprint=hashlib.sha256(b"bulk" + body.model_dump_json().encode()).digest(),
        run=run,
        lock_seconds=_LOCK_SECONDS,
    )


@router.patch("/{case_id}", response_model=Case, responses=_CHANGES)
async def edit(case_id: str, body: CaseChange, caller: Tester, cases: TheCases, revision: IfRevision) -> Response:
    """Replace the fields that are sent. The case becomes a draft again: what was judged were other words."""
    return _answer(await cases.edit(case_id, body, if_revision=revision, by=caller.key_id))


@router.post("/{case_id}/confirm", response_model=Case, responses=_CHANGES | problems(Conflict))
async def confirm(case_id: str, caller: Reviewer, cases: TheCases, revision: IfRevision, body: NoteIn | None = None) -> Response:
    """Confirm a draft; a stale case: say that it fits after all."""
    reason = body.reason if body is not None else None
    return _answer(await cases.confirm(case_id, if_revision=revision, by=caller.key_id, reason=reason))


@router.post("/{case_id}/reject", response_model=Case, responses=_CHANGES | problems(Conflict))
async def reject(case_id: str, body: RejectIn, caller: Reviewer, cases: TheCases, revision: IfRevision) -> Response:
    """Reject a draft for a reason. It is kept, covers nothing, and is not made again."""
    return _answer(await cases.reject(case_id, if_revision=revision, by=caller.key_id, reason=body.reason))


@router.post("/{case_id}/reopen", response_model=Case, responses=_CHANGES)
async def reopen(case_id: str, caller: Reviewer, cases: TheCases, revision: IfRevision, body: NoteIn | None = None) -> Response:
    """Make a draft of a confirmed or rejected case."""
    reason = body.reason if body is not None else None
    return _answer(await cases.reopen(case_id, if_revision=revision, by=caller.key_id, reason=reason))


def _answer(case: Case) -> Response:
    body = encode(case).encode()
    return Response(body, media_type="application/json", headers={"ETag": tag_of(case.revision, body)})


async def _bulk(cases: Cases, caller: Principal, items: Sequence[BulkItem]) -> list[BulkResult]:
    """A role that may not do an item fails that item alone."""
    refused: dict[str, TestGenError] = {}
    for item in items:
        try:
            allow_operation(caller, "cases:write" if item.action == "edit" else "cases:review")
        except Forbidden as error:
            refused[item.case_id] = error
    wanted = [item.item(caller.key_id) for item in items if item.case_id not in refused]
    outcomes: dict[str, Outcome] = dict(zip((item.case_id for item in wanted), await cases.act(wanted), strict=True))
    return [_result(item.case_id, refused.get(item.case_id) or outcomes[item.case_id]) for item in items]


def _result(case_id: str, outcome: Outcome) -> BulkResult:
    if isinstance(outcome, Done):
        case = outcome.case
        return BulkResult(case_id=case_id, status=200, changed=outcome.changed, revision=case.revision, case_status=case.status)
    found: dict[str, Any] = {name: outcome.members.get(name) for name in ("revision", "case_status")}
    problem = Problem(
        type=BASE + outcome.slug,
        title=outcome.title,
        status=outcome.status,
        detail=outcome.detail,
        instance="",
        mend=outcome.mend,
    )
    return BulkResult(case_id=case_id, status=outcome.status, problem=problem, **found)
