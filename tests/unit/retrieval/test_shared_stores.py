"""Servers that several projects share: each reads, counts and removes what is its own alone (issue 6, isolation)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from qdrant_client import AsyncQdrantClient

from testgen_runtime import app
from testgen_runtime.parts.stores import Stores
from testgen_runtime.retrieval.server import ServerIndex
from testgen_runtime.retrieval.sparse import document_vector, query_vector
from testgen_runtime.retrieval.vectors import Filter, Point
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.settings import Neo4j, Project, Qdrant, Redis, Settings

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")  # said by the stand-in


def shared(scope: str) -> Settings:
    return Settings(
        project=Project(name="shop"),
        qdrant=Qdrant(mode="server", url="http://vectors.example.com:6333", scope=scope),
        neo4j=Neo4j(enabled=True, uri="bolt://graph.example.com:7687", scope=scope),
        redis=Redis(enabled=True, host="redis.example.com", scope=scope),
    )


async def parts(settings: Settings) -> tuple[str, str, str]:
    """What divides each server: the alias, the nodes' property, the keys' prefix."""
    async with AsyncExitStack() as stack:
        stores = Stores(settings, stack, ("vector index", "graph index"), PLAIN)
        vectors, graph, rates = stores.vectors(), stores.graph(), app._rates(settings)
        assert isinstance(vectors, ServerIndex)
        assert graph is not None
        assert rates is not None
        stack.push_async_callback(rates.close)
        return vectors.alias, graph._project, rates._prefix


async def test_a_scope_divides_every_shared_server() -> None:
    first, second = await parts(shared("a.shop")), await parts(shared("b.shop"))
    assert all(one != other for one, other in zip(first, second, strict=True))
    assert all("a.shop" in one for one in first)


async def test_without_a_scope_data_stays_under_the_projects_name() -> None:
    assert await parts(shared("")) == (ServerIndex(AsyncQdrantClient(":memory:"), "shop").alias, "shop", "testgen:shop:rate:")


@pytest.fixture
async def server() -> AsyncIterator[AsyncQdrantClient]:
    client = AsyncQdrantClient(":memory:")
    yield client
    await client.close()


async def filled(client: AsyncQdrantClient, scope: str, text: str) -> ServerIndex:
    index = ServerIndex(client, scope, timeout=10)
    staging = await index.stage(None)
    await staging.upsert([Point(f"{scope}/1", "requirement", "d", "A section", text, document_vector(text), None)])
    await index.promote(staging)
    return index


@pytest.mark.parametrize("other", ["b.shop", "a.shop-v1-x"])
async def test_building_one_index_anew_leaves_the_others(server: AsyncQdrantClient, other: str) -> None:
    theirs = await filled(server, other, "parcels are weighed")
    ours = await filled(server, "a.shop", "invoices are signed")
    await asyncio.gather(ours.refresh(), theirs.refresh())
    assert [one.key for one in await theirs.query_sparse(query_vector("parcels"), 5, Filter())] == [f"{other}/1"]
    assert await ours.query_sparse(query_vector("parcels"), 5, Filter()) == []
