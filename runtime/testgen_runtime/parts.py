"""The parts of a process that may be missing or degraded while it goes on: the model and the index."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

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
from testgen_runtime.retrieval.context import StoreRetriever
from testgen_runtime.retrieval.search import Search, SearchResult
from testgen_runtime.retrieval.vectors import VectorIndex
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import connect
from testgen_runtime.telemetry.redaction import redact_text

if TYPE_CHECKING:
    from testgen_runtime.gateway.gateway import Gateway
    from testgen_runtime.retrieval.dense import OllamaEmbedder, OpenAIEmbedder
    from testgen_runtime.retrieval.graph import Graph
    from testgen_runtime.storage.database import Connection


class Model:
    """Made from the settings; without a provider there is no writer, and rules write every case."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._gateway: Gateway | None = None
        self.writer: Writer | None = None

    def start(self, database: Database) -> None:
        """Wire the gateway to the budgets in the database. Calls no model."""
        if not self._settings.llm.providers:
            return
        from testgen_runtime.gateway.build import gateway
        from testgen_runtime.generation.writer import ModelWriter

        self._gateway = gateway(self._settings.llm, self._settings.budgets, pool=database.pool, scope=self._settings.project.name)
        if self._gateway is not None:
            parallel = max(provider.max_parallel for provider in self._settings.llm.providers)
            self.writer = ModelWriter(self._gateway, max_parallel=parallel)

    async def close_account(self, run_id: str) -> None:
        """Settle what an ended run has left open in the budget."""
        if self._gateway is not None:
            await self._gateway.close_account(run_id)

    async def close(self) -> None:
        """Close the connections to the providers."""
        if self._gateway is not None:
            await self._gateway.close()

    def describe(self) -> str:
        """One word for the log and the terminal."""
        routes = self._settings.llm.routes
        return routes[0].model if self._settings.llm.providers and routes else "none"

    def components(self) -> dict[str, Component]:
        """For /health."""
        if self.describe() == "none":
            return {"llm": Component("disabled", "no model configured: rules write the cases")}
        if self._gateway is not None and (silent := self._gateway.left_alone()):
            return {"llm": Component("degraded", f"{', '.join(silent)} does not answer: rules write the cases meanwhile")}
        return {"llm": Component("healthy", self.describe())}


class Index:
    """What can be found: the vector index of this process or of a server, the graph where there is one, and their followers."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self.knowledge = Knowledge(database)
        self._stack = AsyncExitStack()
        self._indexing: Indexing | None = None
        self._search: Search | None = None
        self._vectors_open: VectorIndex | None = None
        self._neo4j_password = read_secret(settings.neo4j.password_file, "neo4j.password_file")
        self._qdrant_key = read_secret(settings.qdrant.api_key_file, "qdrant.api_key_file")

    async def announce(self, connection: Connection, document_id: str, document: Document) -> None:
        """Tell every index of a new document, inside the transaction that stores it."""
        await outbox.enqueue(connection, (outbox.Put(chunk) for chunk in chunks(document_id, document)))

    async def start(self) -> None:
        """Open the stores and begin to follow the outbox. A store that is down is tried again in the background."""
        if self._indexing is not None:
            return
        vectors = self._vectors()
        self._stack.push_async_callback(vectors.close)
        with suppress(Unavailable):
            await vectors.open()
        embedder = self._embedder()
        graph = self._graph()
        model = embedder.model if embedder else None
        projections: list[Projection] = [
            VectorProjection(self._database, vectors, shared=self._settings.qdrant.mode == "server", model=model)
        ]
        if graph is not None:
            projections.append(GraphProjection(graph))
        indexing = Indexing(self._database, self._connect, projections, embedder=embedder)
        await indexing.start()
        self._stack.push_async_callback(indexing.stop)
        self._search = Search(
            vectors,
            embedder=embedder,
            graph=graph,
            deadline=self._settings.qdrant.timeout,
            synonyms=self.knowledge.synonyms,
        )
        self._vectors_open = vectors
        self._indexing = indexing

    async def close(self) -> None:
        """Stop following, then close the stores."""
        self._indexing = self._search = None
        await self._stack.aclose()

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
        if self._indexing is None:
            return {"vector": Component("degraded", "not open yet")}
        found = {"graph": Component("disabled")} if not self._settings.neo4j.enabled else {}
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

            client = AsyncQdrantClient(url=qdrant.url, api_key=self._qdrant_key, timeout=max(1, round(qdrant.timeout)))
            return ServerIndex(client, self._settings.project.name, timeout=qdrant.timeout)
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
