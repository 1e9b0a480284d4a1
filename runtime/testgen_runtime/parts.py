"""The parts of a process that may be missing or degraded while it goes on: the model and the index, here or in another role."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from testgen_runtime.api.services import Component
from testgen_runtime.documents.model import Document
from testgen_runtime.errors import BadConfiguration, Unavailable
from testgen_runtime.generation.model import Retriever, Writer
from testgen_runtime.knowledge import outbox
from testgen_runtime.knowledge.chunks import chunks
from testgen_runtime.knowledge.follower import Projection
from testgen_runtime.knowledge.indexing import Indexing, IndexStatus
from testgen_runtime.knowledge.projections import GraphProjection, VectorProjection
from testgen_runtime.knowledge.service import Knowledge
from testgen_runtime.operations.places import data_dir
from testgen_runtime.peers.directory import Directory
from testgen_runtime.peers.ports import RemoteEmbedder, RemoteGraph, RemoteVectors, RemoteWriter
from testgen_runtime.retrieval.context import StoreRetriever
from testgen_runtime.retrieval.search import Search, SearchResult
from testgen_runtime.retrieval.vectors import VectorIndex, VectorLegs
from testgen_runtime.roles import COMPONENTS
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import connect
from testgen_runtime.telemetry.redaction import redact_text

if TYPE_CHECKING:
    from testgen_runtime.gateway.gateway import Gateway
    from testgen_runtime.retrieval.dense import Embedder, OllamaEmbedder, OpenAIEmbedder
    from testgen_runtime.retrieval.graph import Graph
    from testgen_runtime.retrieval.neighbours import Neighbours
    from testgen_runtime.storage.database import Connection

T = TypeVar("T")


class Model:
    """Made from the settings; without a provider there is no writer, and rules write every case."""

    def __init__(self, settings: Settings, peers: Directory) -> None:
        self._settings = settings
        self._peers = peers
        self._gateway: Gateway | None = None
        self._remote: RemoteWriter | None = None
        self.writer: Writer | None = None

    def start(self, database: Database) -> None:
        """Wire the gateway to the budgets in the database, or the way to the role that has it. Calls no model."""
        llm = self._settings.llm
        if not llm.providers or not llm.routes:
            return
        parallel = max(provider.max_parallel for provider in llm.providers)
        peer = self._peers.get("llm")
        if peer is not None:
            self._remote = RemoteWriter(peer, max_parallel=parallel, seconds=self._settings.peer_calls.write_seconds)
            self.writer = self._remote
        elif "model" in COMPONENTS[self._settings.role].tasks:
            self._start_gateway(database, parallel)

    def _start_gateway(self, database: Database, parallel: int) -> None:
        from testgen_runtime.gateway.build import gateway
        from testgen_runtime.generation.writer import ModelWriter

        self._gateway = gateway(self._settings.llm, self._settings.budgets, pool=database.pool, scope=self._settings.project.name)
        if self._gateway is not None:
            self.writer = ModelWriter(self._gateway, max_parallel=parallel)

    async def close_account(self, run_id: str) -> None:
        """Settle what an ended run has left open in the budget."""
        if self._gateway is not None:
            await self._gateway.close_account(run_id)
        elif self._remote is not None:
            await self._remote.close_account(run_id)

    async def close(self) -> None:
        """Close the connections to the providers."""
        if self._gateway is not None:
            await self._gateway.close()

    def describe(self) -> str:
        """One word for the log and the terminal."""
        routes = self._settings.llm.routes
        return routes[0].model if self._settings.llm.providers and routes else "none"

    def components(self) -> dict[str, Component]:
        """For /health, where this process has to do with a model."""
        if "model" not in COMPONENTS[self._settings.role].tasks:
            return {}
        if self.describe() == "none":
            return {"llm": Component("disabled", "no model configured: rules write the cases")}
        if self._gateway is not None and (silent := self._gateway.left_alone()):
            return {"llm": Component("degraded", f"{', '.join(silent)} does not answer: rules write the cases meanwhile")}
        return {"llm": Component("healthy", self.describe())}


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
        self._neo4j_password = read_secret(settings.neo4j.password_file, "neo4j.password_file")
        self._qdrant_key = read_secret(settings.qdrant.api_key_file, "qdrant.api_key_file")

    async def announce(self, connection: Connection, document_id: str, document: Document) -> None:
        """Tell every index of a new document, inside the transaction that stores it."""
        await outbox.enqueue(connection, (outbox.Put(chunk) for chunk in chunks(document_id, document)))

    async def start(self) -> None:
        """Open the stores and begin to follow the outbox. A store that is down is tried again in the background."""
        if self._started:
            return
        projections: list[Projection] = []
        if "vector index" in self._tasks:
            projections.append(await self._open_vectors())
        if "graph index" in self._tasks and (graph := self._graph()) is not None:
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
        vectors = self._vectors()
        self._stack.push_async_callback(vectors.close)
        with suppress(Unavailable):
            await vectors.open()
        self._vectors_open = vectors
        self._embedder_open = embedder = self._embedder()
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
        return _there(self._vectors_open, "the vector index")

    def embedder(self) -> Embedder:
        """The embedding model, asked by this process. Raises: Unavailable."""
        embedder: Embedder | None = self._embedder_open
        return _there(embedder, "an embedding model")

    def graph(self) -> Neighbours:
        """The graph, asked by this process. Raises: Unavailable."""
        return _there(self._graph_open, "the graph")

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

    def _vectors(self) -> VectorIndex:
        qdrant = self._settings.qdrant
        if qdrant.mode == "server":
            from qdrant_client import AsyncQdrantClient

            from testgen_runtime.retrieval.server import ServerIndex

            client = AsyncQdrantClient(
                url=qdrant.url, api_key=self._qdrant_key, timeout=max(1, round(qdrant.timeout)), check_compatibility=False
            )
            return ServerIndex(
                client,
                self._settings.project.name,
                timeout=qdrant.timeout,
                shards=qdrant.shard_number,
                replicas=qdrant.replication_factor,
            )
        from testgen_runtime.retrieval.edge import EdgeIndex

        folder = qdrant.path
        if folder is None and (self._settings.data_dir is not None or self._settings.postgres.mode == "embedded"):
            folder = data_dir(self._settings) / "qdrant"
        if folder is None:
            scratch = TemporaryDirectory(prefix="testgen-index-", ignore_cleanup_errors=True)
            self._stack.callback(scratch.cleanup)
            folder = Path(scratch.name)
        return EdgeIndex(folder, timeout=qdrant.timeout)

    def _graph(self) -> Graph | None:
        neo4j = self._settings.neo4j
        if not neo4j.enabled:
            return None
        from testgen_runtime.retrieval.graph import Graph

        graph = Graph.connect(
            neo4j.uri,
            neo4j.user,
            self._neo4j_password,
            self._settings.project.name,
            database=neo4j.database,
            timeout=neo4j.timeout,
        )
        self._stack.push_async_callback(graph.close)
        return graph

    def _embedder(self) -> OllamaEmbedder | OpenAIEmbedder | None:
        wanted = self._settings.llm.embedding
        if wanted is None:
            return None
        from testgen_runtime.retrieval.dense import OllamaEmbedder, OpenAIEmbedder

        provider = next((one for one in self._settings.llm.providers if one.name == wanted.provider), None)
        if provider is None:
            raise BadConfiguration(
                f"llm.embedding names the provider {wanted.provider}, which is not in llm.providers", mend="name one that is"
            )
        embedder: OllamaEmbedder | OpenAIEmbedder
        bounds = {"timeout": provider.timeout, "max_parallel": provider.max_parallel}
        if provider.type == "OpenAI":
            key = read_secret(provider.api_key_file, "llm.providers.api_key_file")
            embedder = OpenAIEmbedder(provider.url, wanted.model, key=key, **bounds)  # type: ignore[arg-type]
        else:
            embedder = OllamaEmbedder(provider.url, wanted.model, **bounds)  # type: ignore[arg-type]
        self._stack.push_async_callback(embedder.close)
        return embedder


class Inside:
    """The parts of this process that other roles ask for (api/internal)."""

    def __init__(self, index: Index, model: Model) -> None:
        self.vectors, self.embedder, self.graph = index.vectors, index.embedder, index.graph
        self.close_account = model.close_account
        self._model = model

    def writer(self) -> Writer:
        """The model behind the gateway. Raises: Unavailable."""
        return _there(self._model.writer, "a model")


def _there(part: T | None, name: str) -> T:
    if part is None:
        raise Unavailable(f"this process has not got {name}, or not yet", mend="try again in a few seconds")
    return part
