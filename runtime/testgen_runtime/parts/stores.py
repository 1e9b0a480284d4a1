"""Opens what the settings name: vector index, graph, embedding model. Nothing is sent before the first call."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.places import data_dir
from testgen_runtime.retrieval.vectors import VectorIndex
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings

if TYPE_CHECKING:
    from testgen_runtime.retrieval.dense import OllamaEmbedder, OpenAIEmbedder
    from testgen_runtime.retrieval.graph import Graph


class Stores:
    """Each client is closed with `stack`. Clients are imported where they are needed: most take a while to load."""

    def __init__(self, settings: Settings, stack: AsyncExitStack, tasks: Collection[str], cipher: Cipher) -> None:
        """`tasks`: of this process' role. All roles have the same settings, and each only the secrets of its own stores.

        Raises: BadConfiguration where a secret's file can't be read.
        """
        self._settings = settings
        self._stack = stack
        self._cipher = cipher
        self._neo4j_password = self._qdrant_key = None
        if "graph index" in tasks:
            self._neo4j_password = read_secret(settings.neo4j.password_file, "neo4j.password_file")
        if "vector index" in tasks:
            self._qdrant_key = read_secret(settings.qdrant.api_key_file, "qdrant.api_key_file")

    def vectors(self) -> VectorIndex:
        """The vector index: Qdrant's engine in this process, or a server."""
        index = self._server() if self._settings.qdrant.mode == "server" else self._edge()
        self._stack.push_async_callback(index.close)
        return index

    def _server(self) -> VectorIndex:
        from qdrant_client import AsyncQdrantClient

        from testgen_runtime.retrieval.server import ServerIndex

        qdrant = self._settings.qdrant
        client = AsyncQdrantClient(
            url=qdrant.url, api_key=self._qdrant_key, timeout=max(1, round(qdrant.timeout)), check_compatibility=False
        )
        return ServerIndex(
            client,
            qdrant.scope or self._settings.project.name,
            timeout=qdrant.timeout,
            shards=qdrant.shard_number,
            replicas=qdrant.replication_factor,
            cipher=self._cipher,
        )

    def _edge(self) -> VectorIndex:
        from testgen_runtime.retrieval.edge import EdgeIndex

        folder = self._settings.qdrant.path
        if folder is None and (self._settings.data_dir is not None or self._settings.postgres.mode == "embedded"):
            folder = data_dir(self._settings) / "qdrant"
        if folder is None:
            scratch = TemporaryDirectory(prefix="testgen-index-", ignore_cleanup_errors=True)
            self._stack.callback(scratch.cleanup)
            folder = Path(scratch.name)
        return EdgeIndex(folder, timeout=self._settings.qdrant.timeout, cipher=self._cipher)

    def graph(self) -> Graph | None:
        """The graph, where there is one."""
        neo4j = self._settings.neo4j
        if not neo4j.enabled:
            return None
        from testgen_runtime.retrieval.graph import Graph

        graph = Graph.connect(
            neo4j.uri,
            neo4j.user,
            self._neo4j_password,
            neo4j.scope or self._settings.project.name,
            database=neo4j.database,
            timeout=neo4j.timeout,
            cipher=self._cipher,
        )
        self._stack.push_async_callback(graph.close)
        return graph

    def embedder(self) -> OllamaEmbedder | OpenAIEmbedder | None:
        """The embedding model, where one is configured.

        Raises: BadConfiguration where its provider is not there.
        """
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
