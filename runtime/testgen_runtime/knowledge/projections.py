"""The vector index and the graph as followers of the outbox."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from testgen_runtime.knowledge import embeddings
from testgen_runtime.knowledge.chunks import Chunk
from testgen_runtime.knowledge.follower import Fill, NeedsFilling
from testgen_runtime.knowledge.outbox import Entry
from testgen_runtime.retrieval.sparse import document_vector
from testgen_runtime.retrieval.vectors import DenseVector, Point, Staging, VectorIndex

if TYPE_CHECKING:
    from testgen_runtime.retrieval.graph import Graph, Node
    from testgen_runtime.storage.database import Database

_OPTIMIZE_EVERY = 5_000  # written chunks


class VectorProjection:
    """Requirements as points. Embeddings are taken from PostgreSQL and never computed here."""

    name = "vector"

    def __init__(self, database: Database, index: VectorIndex, *, shared: bool, model: str | None = None) -> None:
        self._database = database
        self._index = index
        self.shared = shared
        self.model = model
        self._written = 0

    async def consumer(self) -> str | None:
        await self._index.refresh()
        return f"vector/{self._index.instance}" if self._index.instance else None

    async def apply(self, entries: Sequence[Entry]) -> None:
        size = (self._index.dimensions or 0) * 4
        other_size = any(entry.vector is not None and len(entry.vector) != size for entry in entries)
        if other_size and await self._dimensions() != self._index.dimensions:
            raise NeedsFilling
        await self._index.delete([entry.key for entry in entries if entry.chunk is None or entry.chunk.kind == "document"])
        await self._index.upsert(await asyncio.to_thread(points, entries, self._index.dimensions))
        self._written += len(entries)
        if self._written >= _OPTIMIZE_EVERY:
            self._written = 0
            await self._index.optimize()

    async def begin(self) -> Fill:
        dimensions = await self._dimensions()
        return _VectorFill(self._index, await self._index.stage(dimensions), dimensions)

    async def _dimensions(self) -> int | None:
        if self.model is None:
            return None
        async with self._database.connection() as connection:
            return await embeddings.dimensions(connection, self.model)


@dataclass(slots=True)
class _VectorFill:
    index: VectorIndex
    staging: Staging
    dimensions: int | None

    @property
    def consumer(self) -> str:
        return f"vector/{self.staging.instance}"

    async def put(self, entries: Sequence[Entry]) -> None:
        await self.staging.upsert(await asyncio.to_thread(points, entries, self.dimensions))

    async def finish(self) -> None:
        await self.index.promote(self.staging)


class GraphProjection:
    """Requirements, the document and sections that contain them, and what they name, as nodes and typed edges."""

    name = "graph"
    shared = True
    model = None

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def consumer(self) -> str | None:
        instance = await self._graph.instance()
        return f"graph/{instance}" if instance else None

    async def apply(self, entries: Sequence[Entry]) -> None:
        await self._graph.remove([entry.key for entry in entries if entry.chunk is None])
        await self._graph.put([node(entry.chunk) for entry in entries if entry.chunk is not None])

    async def begin(self) -> Fill:
        return _GraphFill(self._graph, await self._graph.begin())


@dataclass(slots=True)
class _GraphFill:
    graph: Graph
    instance: str

    @property
    def consumer(self) -> str:
        return f"graph/{self.instance}"

    async def put(self, entries: Sequence[Entry]) -> None:
        await self.graph.put([node(entry.chunk) for entry in entries if entry.chunk is not None], generation=self.instance)

    async def finish(self) -> None:
        await self.graph.finish(self.instance)


def points(entries: Sequence[Entry], dimensions: int | None) -> list[Point]:
    """The entries that are findable, as points. A vector of another length than the index's is left out."""
    return [
        Point(
            key=entry.key,
            kind=entry.chunk.kind,
            document_id=entry.chunk.document_id,
            title=entry.chunk.title,
            text=entry.chunk.text,
            sparse=document_vector(entry.chunk.searchable),
            dense=vector(entry.vector) if entry.vector is not None and len(entry.vector) == (dimensions or 0) * 4 else None,
        )
        for entry in entries
        if entry.chunk is not None and entry.chunk.kind != "document"
    ]


def node(chunk: Chunk) -> Node:
    """A chunk as the graph takes it."""
    from testgen_runtime.retrieval.graph import Node  # Neo4j's client takes a while to load: only where there is a graph

    return Node(
        id=chunk.id,
        kind=chunk.kind,
        document_id=chunk.document_id,
        ref=chunk.ref,
        ordinal=chunk.ordinal,
        title=chunk.title,
        text=chunk.text,
        section=chunk.section,
        states=chunk.facts.states,
        actors=chunk.facts.actors,
        terms=chunk.facts.terms,
        refers=chunk.facts.refers,
    )


def vector(stored: bytes) -> DenseVector:
    """Little-endian 32-bit floats as numbers."""
    return tuple(array("f", stored))
