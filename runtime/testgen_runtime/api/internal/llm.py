"""/internal/v1/llm: the words of test points, under the project's budget (S4-026)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ValidationError

from testgen_runtime.api.dependencies import TheServices
from testgen_runtime.documents.model import Requirement
from testgen_runtime.errors import InvalidInput
from testgen_runtime.peers import wire

router = APIRouter(prefix="/llm")


@router.post("/write", response_model=wire.WrittenOut)
async def write(body: wire.WriteIn, services: TheServices) -> wire.WrittenOut:
    """Drafts for the points that the model words; the reservation is settled here, also where the caller hangs up."""
    writer = services.inside.writer()
    requirement = _requirement(body)
    written = await writer.write(requirement, body.points, body.context, body.language, request_id=body.request_id)
    return wire.WrittenOut.of(written)


@router.post("/close", response_model=wire.Nothing)
async def close(body: wire.CloseIn, services: TheServices) -> wire.Nothing:
    """Settle what an ended run has left open in the budget. Asking again changes nothing."""
    await services.inside.close_account(body.run_id)
    return wire.Nothing()


def _requirement(body: wire.WriteIn) -> Requirement:
    try:
        return body.requirement.requirement()
    except ValidationError as error:
        raise InvalidInput(
            "requirement.atoms: an atom's value is none of its kind", mend="send what the model of atoms has"
        ) from error
