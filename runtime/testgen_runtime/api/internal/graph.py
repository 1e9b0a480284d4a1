"""/internal/v1/graph: what is near a requirement (S4-025)."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from testgen_runtime.api.dependencies import TheServices
from testgen_runtime.peers import wire
from testgen_runtime.retrieval.neighbours import expanded

router = APIRouter(prefix="/graph")


@router.post("/neighbours", response_model=wire.NeighboursOut)
async def neighbours(body: wire.NeighboursIn, services: TheServices) -> wire.NeighboursOut:
    """The requirements up to `hops` away from the seeds."""
    found = await expanded(services.inside.graph(), body.seeds, hops=body.hops, limit=body.limit, documents=body.documents)
    return wire.NeighboursOut(neighbours=tuple(wire.NeighbourOut(**asdict(one)) for one in found))


@router.post("/references", response_model=wire.ReferencesOut)
async def references(body: wire.ReferencesIn, services: TheServices) -> wire.ReferencesOut:
    """The requirements that go by these names in their documents."""
    return wire.ReferencesOut(ids=tuple(await services.inside.graph().by_reference(body.references)))
