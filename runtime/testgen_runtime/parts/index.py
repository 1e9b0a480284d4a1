"""What can be found, in this process or in the roles that have it."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from testgen_runtime.api.services import Component
from testgen_runtime.documents.model import Document
from testgen_runtime.errors import Unavailable
from testgen_runtime.generation.model import Retriever
from testgen_runtime.knowledge import outbox
from testgen_runtime.knowledge.chunks import chunks
from testgen_runtime.knowledge.follower import Projection
from testgen_runtime.knowledge.indexing import Indexing, IndexStatus
from testgen_runtime.knowledge.projections import GraphProjection, VectorProjection
from testgen_runtime.knowledge.service import Knowledge
from testgen_runtime.parts.stores import Stores
from testgen_runtime.peers.directory import Directory
from testgen_runtime.peers.ports import RemoteEmbedder, RemoteGraph, RemoteVectors
from testgen_runtime.retrieval.context import StoreRetriever
from testgen_runtime.retrieval.search import Search, SearchResult
from testgen_runtime.retrieval.vectors import VectorIndex, VectorLegs
from testgen_runtime.roles import COMPONENTS
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import connect
from testgen_runtime.telemetry.redaction import redact_text

if TYPE_CHECKING:
    from testgen_runtime.retrieval.dense import Embedder, OllamaEmbedder, OpenAIEmbedder
    from testgen_runtime.retrieval.graph import Graph
    from testgen_runtime.retrieval.neighbours import Neighbours
    from testgen_runtime.storage.database import Connection

T = TypeVar("T")


class Index:
    """What can be found: the vector index of this process or of a server, the graph where there is one, and their followers.

    A role without one of them asks the role that has it.
    """

    def __init__(self, settings: Settings, database: Database, peers: Directory) -> None:
        self._settings = settings
        self._database = database
        self._peers = peers
        self._tasks = COMPONENTS[settings.role].tasks
        self.knowledge = Knowledge(database)
        self._stack = AsyncExitStack()
        self._indexing: Indexing | None = None
        self._search: Search | None = None
        self._vectors_open: VectorIndex | None = None
        self._graph_open: Graph | None = None
        self._embedder_open: OllamaEmbedder | OpenAIEmbedder | None = None
        self._started = False
        self._stores = Stores(settings, self._stack, self._tasks, database.cipher)

    async def announce(self, connection: Connection, document_id: str, document: Document) -> None:
        """Tell every index of a new document, inside the transaction that stores it."""
        await outbox.enqueue(connection, self._database.cipher, (outbox.Put(chunk) for chunk in chunks(document_id, document)))

    async def withdraw(self, connection: Connection, document_id: str) -> None:
        """Tell every index that a document goes, inside the transaction that drops it."""
        await outbox.enqueue(connection, self._database.cipher, [outbox.RemoveDocument(document_id)])

    async def start(self) -> None:
        """Open the stores and begin to follow the outbox. A store that is down is tried again in the background."""
        if self._started:
            return
        projections: list[Projection] = []
        if "vector index" in self._tasks:
            projections.append(await self._open_vectors())
        if "graph index" in self._tasks and (graph := self._stores.graph()) is not None:
            self._graph_open = graph
            projections.append(GraphProjection(graph))
        if projections:
            indexing = Indexing(self._database, self._connect, projections, embedder=self._embedder_open)
            await indexing.start()
            self._stack.push_async_callback(indexing.stop)
            self._indexing = indexing
        self._search = self._made_search()
        self._started = True

    async def _open_vectors(self) -> VectorProjection:
        vectors = self._stores.vectors()
        with suppress(Unavailable):
            await vectors.open()
        self._vectors_open = vectors
        self._embedder_open = embedder = self._stores.embedder()
        shared = self._settings.qdrant.mode == "server"
        return VectorProjection(self._database, vectors, shared=shared, model=embedder.model if embedder else None)

    def _made_search(self) -> Search | None:
        """Over what this process has and what it reaches; None where that is nothing."""
        seconds = self._settings.qdrant.timeout
        vectors: VectorLegs | None = self._vectors_open
        embedder: Embedder | None = self._embedder_open
        graph: Neighbours | None = self._graph_open
        wanted = self._settings.llm.embedding
        if vectors is None and (peer := self._peers.get("vector")) is not None:
            vectors = RemoteVectors(peer, seconds=seconds)
            embedder = RemoteEmbedder(peer, wanted.model, seconds=seconds) if wanted is not None else None
        if graph is None and self._settings.neo4j.enabled and (peer := self._peers.get("graph")) is not None:
            graph = RemoteGraph(peer, seconds=self._settings.neo4j.timeout)
        if vectors is None and graph is None:
            return None
        return Search(vectors, embedder=embedder, graph=graph, deadline=seconds, synonyms=self.knowledge.synonyms)

    async def close(self) -> None:
        """Stop following, then close the stores."""
        self._indexing = self._search = None
        self._vectors_open = self._graph_open = self._embedder_open = None
        await self._stack.aclose()

    def vectors(self) -> VectorLegs:
        """The vector index of this process. Raises: Unavailable."""
        return there(self._vectors_open, "the vector index")

    def embedder(self) -> Embedder:
        """The embedding model, asked by this process. Raises: Unavailable."""
        embedder: Embedder | None = self._embedder_open
        return there(embedder, "an embedding model")

    def graph(self) -> Neighbours:
        """The graph, asked by this process. Raises: Unavailable."""
        return there(self._graph_open, "the graph")

    def retriever(self) -> Retriever | None:
        """What generation asks for context."""
        return StoreRetriever(self._search, knowledge=self.knowledge) if self._search is not None else None

    async def ready(self) -> bool:
        """Whether the vector index is filled and close enough behind."""
        return self._indexing is not None and await self._indexing.ready(self._settings.qdrant.ready_lag)

    async def search(self, query: str, *, limit: int) -> SearchResult:
        """Search everything.

        Raises: Unavailable before `start`; InvalidInput.
        """
        if self._search is None:
            raise Unavailable("the index is not open yet", mend="try again in a few seconds")
        return await self._search.search(query, limit)

    async def status(self) -> IndexStatus:
        """How each index stands.

        Raises: Unavailable before `start`.
        """
        if self._indexing is None or self._vectors_open is None:
            raise Unavailable("the index is not open yet", mend="try again in a few seconds")
        points = None
        with suppress(Unavailable):
            points = await self._vectors_open.count()
        return IndexStatus(tuple(await self._indexing.status()), await self._indexing.chunks(), points)

    async def rebuild(self, by: str) -> None:
        """Have every index filled anew, wherever it is kept; what is there serves meanwhile.

        Raises: Unavailable before `start`.
        """
        if self._indexing is None:
            raise Unavailable("the index is not open yet", mend="try again in a few seconds")
        await self._indexing.rebuild(by)

    async def components(self) -> dict[str, Component]:
        """For /health: each index, and how far it is behind."""
        if not self._started:
            return {"vector": Component("degraded", "not open yet")} if "vector index" in self._tasks else {}
        found = {}
        if "graph index" in self._tasks and not self._settings.neo4j.enabled:
            found["graph"] = Component("disabled")
        if self._indexing is None:
            return found
        for status in await self._indexing.status():
            if status.error:
                found[status.name] = Component("degraded", redact_text(status.error)[:200])
            elif not status.filled:
                found[status.name] = Component("degraded", "being filled")
            else:
                found[status.name] = Component("healthy", f"{status.lag} entries behind" if status.lag else "")
        return found

    async def _connect(self) -> Any:
        return await connect(self._database.target, self._settings.postgres, application="testgen-index")


def there(part: T | None, name: str) -> T:
    """The part. Raises: Unavailable where this process has not got it, or not yet."""
    if part is None:
        raise Unavailable(f"this process has not got {name}, or not yet", mend="try again in a few seconds")
    return part
