"""/generate/estimate: what a generation would take, before it is asked for."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from testgen_runtime.api.dependencies import Tester, TheServices
from testgen_runtime.api.generate import GenerateIn, json_body, what_is_asked
from testgen_runtime.api.problems import problems
from testgen_runtime.api.services import Services
from testgen_runtime.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    Malformed,
    NoRequirements,
    NotFound,
    Unauthenticated,
    UnsupportedDocument,
)
from testgen_runtime.gateway.build import daily_budget
from testgen_runtime.generation.estimate import SAMPLE, Estimate, allows, estimate
from testgen_runtime.generation.model import Source

router = APIRouter(tags=["generation"], responses=problems(Unauthenticated, Forbidden))


class RangeOut(BaseModel):
    """`expected` if every answer is good; `most` is what the run can't pass."""

    expected: int
    most: int


class BudgetOut(BaseModel):
    """The tokens of today (UTC), and what is left of them enough for."""

    limit: int
    spent: int
    reserved: int
    left: int
    allows: Literal["all", "expected", "part", "none"] = Field(
        description="`all`: even if every answer has to be asked for again; `expected`: if all goes well; "
        "`part`: it will run out; `none`: nothing is left"
    )
    on_exhaustion: Literal["Reject", "Degrade"] = Field(description="Degrade: rules write the rest. Reject: the job fails")


class EstimateOut(BaseModel):
    """What a generation would take. Calls and tokens are zero where no model is configured."""

    model: str | None = Field(description="The model that would be asked; none: rules write every case")
    requirements: int
    points: int = Field(description="Test points that would become cases")
    left_out: int = Field(description="Points beyond max_cases_per_requirement")
    batches: int = Field(description="Batches of points that the model would be given")
    cases: RangeOut
    calls: RangeOut
    tokens_in: RangeOut
    tokens_out: RangeOut
    tokens: RangeOut
    exact: bool = Field(description=f"Whether every requirement was looked at; above {SAMPLE} the sums are scaled up")
    budget: BudgetOut | None = Field(description="The day's budget; none where no limit is set or no model is asked")


@router.post(
    "/generate/estimate",
    responses=problems(Malformed, InvalidInput, NotFound, Conflict, UnsupportedDocument, NoRequirements),
)
async def estimate_generation(
    body: GenerateIn, caller: Tester, services: TheServices, _is_json: Annotated[None, Depends(json_body)]
) -> EstimateOut:
    """A dry run of POST /generate with the same body: the test design is made, no model is asked, nothing is stored."""
    asked = what_is_asked(body, services)
    source = await _source(body, asked.requirement_ids, services)
    llm = services.settings.llm
    route = next((r for r in llm.routes if r.task in ("GenerateCases", "Any")), None) if llm.providers else None
    found = await estimate(source, asked.options(), model=route is not None, retrieval=True)
    return EstimateOut(
        model=route.model if route else None,
        requirements=found.requirements,
        points=found.points,
        left_out=found.left_out,
        batches=found.batches,
        **{name: _range(found, name) for name in ("cases", "calls", "tokens_in", "tokens_out", "tokens")},
        exact=found.exact,
        budget=await _budget(found, services) if route else None,
    )


def _range(found: Estimate, name: str) -> RangeOut:
    value = getattr(found, name)
    return RangeOut(expected=value.expected, most=value.most)


async def _source(body: GenerateIn, wanted: tuple[str, ...] | None, services: Services) -> Source:
    if body.text is not None:
        document = (await services.documents.parse_text(body.text, title=body.title)).document
        return Source("estimate", document, document.requirements)
    document_id = body.document_id if body.document_id is not None else await services.documents.document_of(wanted or ())
    await services.documents.count(document_id, wanted)
    document = await services.documents.load(document_id)
    asked = set(wanted) if wanted is not None else None
    return Source(document_id, document, tuple(r for r in document.requirements if asked is None or r.id in asked))


async def _budget(found: Estimate, services: Services) -> BudgetOut | None:
    settings = services.settings
    budget = daily_budget(settings.budgets, services.database.pool, scope=settings.project.name)
    if budget is None:
        return None
    spent, reserved, limit = await budget.used()
    left = max(0, limit - spent - reserved)
    return BudgetOut(
        limit=limit,
        spent=spent,
        reserved=reserved,
        left=left,
        allows=allows(found, left),
        on_exhaustion=settings.budgets.on_exhaustion,
    )
