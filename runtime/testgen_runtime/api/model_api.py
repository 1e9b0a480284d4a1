"""/v1: the OpenAI-compatible API of the AIGateway mode. Its place and its refusal stand; what is behind it is a later issue."""

from __future__ import annotations

from fastapi import APIRouter

from testgen_runtime.api.problems import problems
from testgen_runtime.errors import TestGenError

router = APIRouter(prefix="/v1", tags=["models"])


class NotImplementedYet(TestGenError):
    slug = "not-implemented"
    title = "This is not there yet"
    status = 501


@router.get("/{path:path}", status_code=501, responses=problems(NotImplementedYet))
@router.post("/{path:path}", status_code=501, responses=problems(NotImplementedYet))
async def model_api(path: str) -> None:
    """Every call is refused."""
    raise NotImplementedYet("the OpenAI-compatible API is not there yet", mend="use /api/v1/generate")
