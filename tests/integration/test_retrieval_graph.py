"""The graph in a real Neo4j: what is stored, what is near, whose it is, and what hostile names do (nothing)."""

from __future__ import annotations

import contextlib
import functools
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.integration import neo4j_server
from tests.integration.conftest import SETTINGS
from tests.integration.neo4j_server import Neo4jServer
from tests.integration.retrieval_stage import chunk, eventually, put, remove

from testgen_runtime.knowledge.chunks import Facts
from testgen_runtime.knowledge.indexing import Indexing
from testgen_runtime.knowledge.projections import GraphProjection, VectorProjection
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.graph import HUB, Graph, Node
from testgen_runtime.retrieval.search import Search
from testgen_runtime.retrieval.vectors import IndexUnavailable
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def server() -> Iterator[Neo4jServer]:
    with tempfile.TemporaryDirectory(prefix="testgen-neo4j-") as folder, neo4j_server.running(Path(folder)) as server:
        yield server


@contextlib.asynccontextmanager
async def opened(server: Neo4jServer, project: str, *, answers_within: float = 60.0) -> AsyncIterator[Graph]:
    graph = Graph.connect(server.uri, server.user, server.password, project, timeout=answers_within)
    try:
        yield graph
    finally:
        await graph.close()


@pytest.fixture
async def graph(server: Neo4jServer) -> AsyncIterator[Graph]:
    """An empty graph of a project of its own."""
    async with opened(server, f"project-{uuid.uuid4().hex[:8]}") as graph:
        await graph.begin()
        yield graph


def node(
    ref: str,
    *,
    document: str = "d1",
    section: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    actors: tuple[str, ...] = (),
    terms: tuple[str, ...] = (),
    refers: tuple[str, ...] = (),
) -> Node:
    return Node(
        f"{document}/{ref}", "requirement", document, ref, 1, "T", f"text of {ref}", section, states, actors, terms, refers
    )


async def near(graph: Graph, *seeds: str, limit: int = 50) -> list[tuple[str, str]]:
    return [(one.id.split("/", 1)[1], one.relation) for one in await graph.neighbours(seeds, limit)]


async def counted(graph: Graph) -> dict[str, int]:
    rows = await graph._ask("MATCH (n {project: $project}) RETURN labels(n)[0] AS label, count(*) AS count", {})
    return {row["label"]: row["count"] for row in rows if row["label"] != "TestGenIndex"}


async def test_neighbours_share_a_reference_a_state_a_term_or_an_actor(graph: Graph) -> None:  # S4-025
    await graph.put(
        [
            node("R-1", states=("order paid",), actors=("clerk",), terms=("parcel weight",), refers=("R-5",)),
            node("R-2", states=("order paid",)),
            node("R-3", terms=("parcel weight",)),
            node("R-4", actors=("clerk",)),
            node("R-5"),
            node("R-6", states=("order sent",), actors=("driver",), terms=("colour",)),
        ]
    )

    assert await near(graph, "d1/R-1") == [
        ("R-5", "REFERS_TO"),
        ("R-2", "SHARES_STATE"),
        ("R-3", "MENTIONS"),
        ("R-4", "SAME_ACTOR"),
    ]
    assert await near(graph, "d1/R-5") == [("R-1", "REFERS_TO")]
    assert await near(graph, "d1/R-6") == []
    assert await near(graph, "d1/R-1", limit=2) == [("R-5", "REFERS_TO"), ("R-2", "SHARES_STATE")]


async def test_what_shares_more_comes_first_and_once(graph: Graph) -> None:
    await graph.put(
        [node("R-1", states=("a",), terms=("x", "y")), node("R-2", terms=("x",)), node("R-3", states=("a",), terms=("x", "y"))]
    )

    assert [ref for ref, _ in await near(graph, "d1/R-1")] == ["R-3", "R-2"]


async def test_a_name_that_everything_shares_says_nothing(graph: Graph) -> None:
    await graph.put([node(f"R-{n}", actors=("user",)) for n in range(HUB + 1)])

    assert await near(graph, "d1/R-0") == []


async def test_the_number_of_neighbours_is_bounded(graph: Graph) -> None:
    await graph.put([node(f"R-{n}", terms=("weight",)) for n in range(HUB)])

    assert len(await near(graph, "d1/R-0")) == 10


async def test_documents_contain_sections_contain_requirements(graph: Graph) -> None:
    await graph.put([Node("d1/", "document", "d1", "", 0, "Parcels", "Parcels", ())])
    await graph.put([node("R-1", section=("Lockers", "Doors")), node("R-2", section=("Lockers",)), node("R-3")])

    rows = await graph._ask(
        "MATCH path = (d:Document {project: $project, id: 'd1'})-[:CONTAINS*1..5]->(r:Requirement) "
        "RETURN r.ref AS ref, [n IN nodes(path) | coalesce(n.title, '')] AS titles ORDER BY ref",
        {},
    )
    assert [(row["ref"], row["titles"]) for row in rows] == [
        ("R-1", ["Parcels", "Lockers", "Doors", "T"]),
        ("R-2", ["Parcels", "Lockers", "T"]),
        ("R-3", ["Parcels", "T"]),
    ]


async def test_writing_again_replaces_edges_and_adds_nothing(graph: Graph) -> None:
    before = [node("R-1", section=("A",), states=("s",)), node("R-2", states=("s",))]
    await graph.put(before)
    await graph.put(before)
    once = await counted(graph)
    assert await near(graph, "d1/R-1") == [("R-2", "SHARES_STATE")]

    await graph.put([node("R-1", section=("A",), terms=("t",))])

    assert await near(graph, "d1/R-1") == []
    assert once["Requirement"] == 2
    assert (await counted(graph))["Requirement"] == 2


async def test_a_removed_document_leaves_nothing(graph: Graph) -> None:
    await graph.put([Node("d1/", "document", "d1", "", 0, "Parcels", "Parcels", ())])
    await graph.put([node("R-1", section=("A", "B"), states=("s",), refers=("R-2",)), node("R-2", actors=("a",), terms=("t",))])

    await graph.remove(["d1/", "d1/R-1", "d1/R-2"])
    await graph.remove(["d1/", "d1/R-1", "d1/R-2"])

    assert await counted(graph) in ({}, {"Requirement": 1})  # R-2 was referred to when it went; without text nobody finds it
    assert await near(graph, "d1/R-1", "d1/R-2") == []


async def test_projects_share_a_server_and_nothing_else(server: Neo4jServer) -> None:
    async with opened(server, "tenant-a") as first, opened(server, "tenant-b") as second:
        await first.begin()
        for graph in (first, second):
            await graph.put([node("R-1", states=("s",), refers=("R-3",)), node("R-2", states=("s",)), node("R-3")])
        await second.remove(["d1/R-2"])
        await second.finish(await second.begin())

        assert await near(first, "d1/R-1") == [("R-3", "REFERS_TO"), ("R-2", "SHARES_STATE")]
        assert await near(second, "d1/R-1") == []
        rows = await first._ask("MATCH (a {project: $project})--(b) WHERE b.project <> $project RETURN count(*) AS crossing", {})
        assert rows == [{"crossing": 0}]


HOSTILE = (
    "'}) DETACH DELETE n //",
    "`) MATCH (n) DETACH DELETE n //",
    "x\\u0027}) CALL dbms.shutdown() //",
    "$project",
    "\u202e反转\u0000"[:4],
    "*/ RETURN 1 /*",
)


async def test_names_with_cypher_in_them_are_only_names(graph: Graph) -> None:
    nodes = [
        node(f"{name}-{n}", document=name, section=(name,), states=(name,), actors=(name,), terms=(name,), refers=(name,))
        for name in HOSTILE
        for n in range(2)
    ]
    await graph.put(nodes)

    for one, twin in zip(nodes[::2], nodes[1::2], strict=True):
        assert [near.id for near in await graph.neighbours([one.id], 50)] == [twin.id]
    assert await graph.by_reference([nodes[0].ref]) == [nodes[0].id]
    assert (await counted(graph))["State"] == len(HOSTILE)
    await graph.remove([one.id for one in nodes])


async def test_a_filling_removes_what_it_did_not_put(graph: Graph) -> None:
    await graph.put([node("R-old", states=("s",)), node("R-1", states=("s",))])

    generation = await graph.begin()
    await graph.put([node("R-1", states=("s",)), node("R-2", states=("s",))], generation=generation)
    await graph.finish(generation)

    assert await graph.instance() == generation
    assert await near(graph, "d1/R-1") == [("R-2", "SHARES_STATE")]


async def test_a_wrong_password_is_told_without_the_password(server: Neo4jServer) -> None:
    graph = Graph.connect(server.uri, "neo4j", "not-the-one", "p", timeout=60)

    with pytest.raises(IndexUnavailable) as refused:
        await graph.ping()

    assert "not-the-one" not in str(refused.value)
    await graph.close()


async def test_the_graph_follows_the_outbox_beside_the_vectors(
    server: Neo4jServer, database: Database, target: Target, tmp_path: Path
) -> None:
    index = EdgeIndex(tmp_path, timeout=60)
    await index.open()
    async with opened(server, f"project-{uuid.uuid4().hex[:8]}") as graph:
        indexing = Indexing(
            database,
            functools.partial(connect, target, SETTINGS),
            [VectorProjection(database, index, shared=False), GraphProjection(graph)],
        )
        await put(
            database,
            chunk("R-1", "After payment the parcel is released.", facts=Facts(states=("order paid",))),
            chunk("R-2", "An invoice is printed.", facts=Facts(states=("order paid",))),
        )
        await indexing.start()

        async def caught_up() -> bool:
            return all(status.filled and status.lag == 0 for status in await indexing.status())

        await eventually(caught_up, within=30)
        result = await Search(index, graph=graph, deadline=60).search("released parcel", 1)
        assert [(hit.id, hit.relation, hit.via) for hit in result.hits] == [
            ("d1/R-1", "similar", ""),
            ("d1/R-2", "SHARES_STATE", "order paid"),
        ]
        assert result.degraded == ()

        await put(database, chunk("R-3", "The driver is paid.", facts=Facts(states=("order paid",))))
        await remove(database, "d1")

        async def empty() -> bool:
            return await graph.neighbours(["d1/R-1"]) == []

        await eventually(empty)
        await indexing.stop()
    await index.close()


async def test_a_graph_that_hangs_degrades_the_search_and_comes_back(
    server: Neo4jServer, database: Database, target: Target, tmp_path: Path
) -> None:
    index = EdgeIndex(tmp_path, timeout=60)
    await index.open()
    async with opened(server, f"project-{uuid.uuid4().hex[:8]}", answers_within=4.0) as graph:
        indexing = Indexing(
            database,
            functools.partial(connect, target, SETTINGS),
            [VectorProjection(database, index, shared=False), GraphProjection(graph)],
        )
        await put(
            database,
            chunk("R-1", "The parcel is released.", facts=Facts(states=("paid",))),
            chunk("R-2", "An invoice is printed.", facts=Facts(states=("paid",))),
        )
        await indexing.start()
        search = Search(index, graph=graph, deadline=4.0)

        async def whole() -> bool:
            result = await search.search("parcel", 1)
            return result.degraded == () and len(result.hits) == 2

        await eventually(whole, within=30)
        with server.paused():
            result = await search.search("parcel", 1)
            assert [hit.id for hit in result.hits] == ["d1/R-1"]
            assert result.degraded == ("graph",)
            assert await indexing.ready(bound=0)
        await eventually(whole, within=60)
        await indexing.stop()
    await index.close()
