"""A Qdrant server, reached with the vendor's asyncio client. Many processes share the index; an alias names what serves."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from testgen_runtime.retrieval import sparse
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.retrieval.vectors import (
    DENSE,
    SPARSE,
    DenseVector,
    Filter,
    Found,
    IndexRejected,
    IndexUnavailable,
    Point,
    Staging,
    found,
    payload,
    point_id,
)
from testgen_runtime.security.encryption import PLAIN, Cipher

T = TypeVar("T")
_UUID: Final = 36
"""Characters of a UUID."""
_TRANSPORT: Final = (ApiException, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class _Collection:
    """A collection; also what `stage` hands out."""

    index: ServerIndex
    instance: str
    dimensions: int | None

    async def upsert(self, points: Sequence[Point]) -> None:
        await self.index.write(self, points)


class ServerIndex:
    """An index in a Qdrant server, one per project and shape: pods of an older shape keep their own until they are gone."""

    def __init__(
        self,
        client: AsyncQdrantClient,
        project: str,
        *,
        timeout: float = 3.0,
        shards: int = 1,
        replicas: int = 1,
        cipher: Cipher = PLAIN,
    ) -> None:
        self._client = client
        self._timeout = max(1, round(timeout))
        self._shards = shards
        self._replicas = replicas
        self._cipher = cipher
        self.alias = f"testgen-{project}-v{sparse.VERSION}"
        self._serving: _Collection | None = None

    @classmethod
    def connect(cls, url: str, project: str, *, api_key: str | None = None, timeout: float = 3.0) -> ServerIndex:
        """Nothing is sent before the first call."""
        client = AsyncQdrantClient(url=url, api_key=api_key, timeout=max(1, round(timeout)), check_compatibility=False)
        return cls(client, project, timeout=timeout)

    @property
    def instance(self) -> str | None:
        return self._serving.instance if self._serving else None

    @property
    def dimensions(self) -> int | None:
        return self._serving.dimensions if self._serving else None

    async def open(self) -> None:
        await self.refresh()

    async def close(self) -> None:
        await self._client.close()

    async def refresh(self) -> None:
        """Ask which collection the alias names now: another pod may have built the index anew."""
        name = await self._aliased()
        if name is None:
            self._serving = None
        elif self._serving is None or self._serving.instance != name:
            described = await self._call(self._client.get_collection(name))
            vectors = described.config.params.vectors
            dense = vectors.get(DENSE) if isinstance(vectors, dict) else None
            self._serving = _Collection(self, name, dense.size if dense else None)

    async def upsert(self, points: Sequence[Point]) -> None:
        await self.write(self._collection(), points)

    async def write(self, collection: _Collection, points: Sequence[Point]) -> None:
        """Store points in one collection, the one that serves or one that is being filled."""
        if not points:
            return
        structs = [_point(self._cipher, point, collection.dimensions) for point in points]
        await self._call(self._client.upsert(collection.instance, structs, wait=True))

    async def delete(self, keys: Sequence[str]) -> None:
        if keys:
            selector = models.PointIdsList(points=[point_id(key) for key in keys])
            await self._call(self._client.delete(self._collection().instance, selector, wait=True))

    async def query_sparse(self, vector: SparseVector, limit: int, allowed: Filter) -> list[Found]:
        if not vector:
            return []
        asked = models.SparseVector(indices=list(vector.indices), values=list(vector.values))
        return await self._query(asked, SPARSE, limit, allowed)

    async def query_dense(self, vector: DenseVector, limit: int, allowed: Filter) -> list[Found]:
        if self._collection().dimensions != len(vector):
            raise IndexUnavailable("the index holds no vectors of this model yet")
        return await self._query(list(vector), DENSE, limit, allowed)

    async def count(self) -> int:
        return (await self._call(self._client.count(self._collection().instance, exact=True))).count

    async def optimize(self) -> None:
        """The server optimises by itself."""

    async def stage(self, dimensions: int | None) -> Staging:
        name = f"{self.alias}-{uuid.uuid4()}"
        dense = {DENSE: models.VectorParams(size=dimensions, distance=models.Distance.COSINE)} if dimensions else {}
        await self._sweep()
        await self._call(
            self._client.create_collection(
                name,
                vectors_config=dense,
                sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
                shard_number=self._shards,
                replication_factor=self._replicas,
            )
        )
        for field in ("kind", "document_id"):
            await self._call(self._client.create_payload_index(name, field, models.PayloadSchemaType.KEYWORD))
        return _Collection(self, name, dimensions)

    async def promote(self, staging: Staging) -> None:
        if not isinstance(staging, _Collection):
            raise TypeError("promote takes what stage gave")
        create = models.CreateAliasOperation(
            create_alias=models.CreateAlias(collection_name=staging.instance, alias_name=self.alias)
        )
        drop = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=self.alias))
        switch: list[Any] = [drop, create] if await self._aliased() else [create]
        await self._call(self._client.update_collection_aliases(switch))
        self._serving = staging
        await self._sweep()

    async def _sweep(self) -> None:
        """Remove this alias's collections that it does not name: the one before, and those that were never filled to the end."""
        serving = await self._aliased()
        for other in (await self._call(self._client.get_collections())).collections:
            if self._is_ours(other.name) and other.name != serving:
                await self._call(self._client.delete_collection(other.name))

    def _is_ours(self, collection: str) -> bool:
        """Named as `stage` names: a project whose name only begins with this one's has collections of its own."""
        return collection.startswith(f"{self.alias}-") and len(collection) == len(self.alias) + 1 + _UUID

    async def _aliased(self) -> str | None:
        aliases = (await self._call(self._client.get_aliases())).aliases
        return next((alias.collection_name for alias in aliases if alias.alias_name == self.alias), None)

    async def _query(self, vector: Any, using: str, limit: int, allowed: Filter) -> list[Found]:
        answer = await self._call(
            self._client.query_points(
                self._collection().instance, vector, using=using, limit=limit, query_filter=_filter(allowed), with_payload=True
            )
        )
        return [found(self._cipher, hit.payload, hit.score) for hit in answer.points if hit.payload]

    def _collection(self) -> _Collection:
        if self._serving is None:
            raise IndexUnavailable("the index is being filled", mend="try again in a few seconds")
        return self._serving

    async def _call(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except UnexpectedResponse as error:
            status = error.status_code or 500
            if status == 404:
                self._serving = None
            if status in (400, 413, 422):
                raise IndexRejected(f"the index refused the call: {error.reason_phrase} {error.content[:200]!r}") from error
            raise IndexUnavailable(f"the vector store answered {status}") from error
        except _TRANSPORT as error:
            raise IndexUnavailable(f"the vector store does not answer ({type(error).__name__})") from error
        except ValueError as error:  # the in-memory stand-in's way to say 4xx
            raise IndexRejected(f"the index refused the call: {str(error)[:200]}") from error


def _point(cipher: Cipher, point: Point, dimensions: int | None) -> models.PointStruct:
    vectors: dict[str, Any] = {}
    if point.sparse:
        vectors[SPARSE] = models.SparseVector(indices=list(point.sparse.indices), values=list(point.sparse.values))
    if point.dense is not None and dimensions:
        vectors[DENSE] = list(point.dense)
    return models.PointStruct(id=point_id(point.key), vector=vectors, payload=payload(cipher, point))


def _filter(allowed: Filter) -> models.Filter | None:
    must: list[Any] = [
        models.FieldCondition(key=field, match=models.MatchAny(any=sorted(values)))
        for field, values in (("kind", allowed.kinds), ("document_id", allowed.documents))
        if values is not None
    ]
    without: list[Any] = [models.HasIdCondition(has_id=[point_id(key) for key in allowed.without])] if allowed.without else []
    return models.Filter(must=must or None, must_not=without or None) if must or without else None
