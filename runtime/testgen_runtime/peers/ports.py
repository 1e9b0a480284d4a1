"""The ports of retrieval and generation, answered by other roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.generation.model import Context, Written
from testgen_runtime.peers import wire
from testgen_runtime.peers.client import Peer, PeerUnavailable
from testgen_runtime.retrieval.neighbours import SEEDS, Neighbour
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.retrieval.vectors import DenseVector, Filter, Found
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
_CLOSE_SECONDS: Final = 5.0


class RemoteVectors:
    """The legs of the vector index, in the role vector. Raises PeerUnavailable, which is an IndexUnavailable to whoever asks."""

    def __init__(self, peer: Peer, *, seconds: float) -> None:
        self._peer, self._seconds = peer, seconds

    async def query_sparse(self, vector: SparseVector, limit: int, allowed: Filter) -> list[Found]:
        body = wire.SparseIn(indices=vector.indices, values=vector.values, limit=limit, allowed=wire.FilterIn.of(allowed))
        return list((await self._peer.ask("sparse", body, wire.FoundOut, seconds=self._seconds)).found)

    async def query_dense(self, vector: DenseVector, limit: int, allowed: Filter) -> list[Found]:
        body = wire.DenseIn(vector=vector, limit=limit, allowed=wire.FilterIn.of(allowed))
        return list((await self._peer.ask("dense", body, wire.FoundOut, seconds=self._seconds)).found)


class RemoteEmbedder:
    """The project's embedding model, asked by the role vector. For questions, not for filling an index."""

    def __init__(self, peer: Peer, model: str, *, seconds: float) -> None:
        self.model = model
        self._peer, self._seconds = peer, seconds

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        if not texts:
            return []
        found = await self._peer.ask("embeddings", wire.EmbedIn(texts=tuple(texts)), wire.EmbedOut, seconds=self._seconds)
        return list(found.vectors)


class RemoteGraph:
    """The graph, in the role graph."""

    def __init__(self, peer: Peer, *, seconds: float) -> None:
        self._peer, self._seconds = peer, seconds

    async def neighbours(self, seeds: Sequence[str], limit: int = 20, documents: frozenset[str] | None = None) -> list[Neighbour]:
        body = wire.NeighboursIn(seeds=tuple(seeds[:SEEDS]), limit=limit, documents=documents)
        found = await self._peer.ask("neighbours", body, wire.NeighboursOut, seconds=self._seconds)
        return [Neighbour(**one.model_dump()) for one in found.neighbours]

    async def by_reference(self, refs: Sequence[str]) -> list[str]:
        short = tuple(ref for ref in refs if len(ref) <= wire.LONGEST_REFERENCE)[: wire.MOST_REFERENCES]
        if not short:
            return []
        found = await self._peer.ask("references", wire.ReferencesIn(references=short), wire.ReferencesOut, seconds=self._seconds)
        return list(found.ids)


class RemoteWriter:
    """The pipeline's Writer, in the role llm, which keeps the budget. A role that does not answer is a model that does not.

    A call that may have begun is not made again: it would cost the same tokens once more.
    """

    def __init__(self, peer: Peer, *, max_parallel: int, seconds: float) -> None:
        self._peer, self._max_parallel, self._seconds = peer, max_parallel, seconds

    @property
    def max_parallel(self) -> int:
        """How many requirements may be worded at once."""
        return self._max_parallel

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        body = wire.WriteIn(
            requirement=wire.RequirementIn.of(requirement),
            points=tuple(points[: wire.MOST_POINTS]),
            context=context,
            language=language,
            request_id=request_id,
        )
        try:
            found = await self._peer.ask("write", body, wire.WrittenOut, seconds=self._seconds, repeatable=False)
        except PeerUnavailable as error:
            log.warning("the writer does not answer", reason=error.detail)
            return Written((), "", "", 0, "unavailable")
        return found.written()

    async def close_account(self, run_id: str) -> None:
        """Settle what an ended run has left open. Where the role is down, the budget does so itself when the reservation expires
        (gateway/budgets.py): until then it counts in full, so nothing is overshot and no job waits for it.
        """
        try:
            await self._peer.ask("close", wire.CloseIn(run_id=run_id), wire.Nothing, seconds=_CLOSE_SECONDS)
        except PeerUnavailable as error:
            log.warning("the account of a run stays open", run_id=run_id, reason=error.detail)
