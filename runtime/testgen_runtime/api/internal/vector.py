"""/internal/v1/vector: the legs of the vector index, and embeddings of questions."""

from __future__ import annotations

from fastapi import APIRouter

from testgen_runtime.api.dependencies import TheServices
from testgen_runtime.peers import wire

router = APIRouter(prefix="/vector")


@router.post("/sparse", response_model=wire.FoundOut)
async def sparse(body: wire.SparseIn, services: TheServices) -> wire.FoundOut:
    """The lexical leg."""
    return wire.FoundOut(
        found=tuple(await services.inside.vectors().query_sparse(body.vector(), body.limit, body.allowed.filter()))
    )


@router.post("/dense", response_model=wire.FoundOut)
async def dense(body: wire.DenseIn, services: TheServices) -> wire.FoundOut:
    """The leg of embeddings."""
    return wire.FoundOut(found=tuple(await services.inside.vectors().query_dense(body.vector, body.limit, body.allowed.filter())))


@router.post("/embeddings", response_model=wire.EmbedOut)
async def embeddings(body: wire.EmbedIn, services: TheServices) -> wire.EmbedOut:
    """One vector a text, by the project's embedding model."""
    return wire.EmbedOut(vectors=tuple(await services.inside.embedder().embed(body.texts)))
