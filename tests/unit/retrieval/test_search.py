"""The search over its legs: concurrent, each with a deadline, each missed when it is gone, the graph never in the ranking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from testgen_runtime.documents.model import Document, Requirement, Span
from testgen_runtime.errors import InvalidInput, Unavailable
from testgen_runtime.generation.model import Source
from testgen_runtime.knowledge.application import Snapshot
from testgen_runtime.retrieval.context import StoreRetriever, estimated_tokens
from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.graph import Graph
from testgen_runtime.retrieval.legs import Leg
from testgen_runtime.retrieval.neighbours import Neighbour
from testgen_runtime.retrieval.search import ANYTHING, Search, SearchResult
from testgen_runtime.retrieval.sparse import document_vector
from testgen_runtime.retrieval.vectors import DenseVector, Filter, Point

VECTORS: dict[str, DenseVector] = {"R-1": (1.0, 0.0), "R-2": (0.0, 1.0), "R-3": (0.7, 0.7)}
TEXTS = {"R-1": "the account is locked", "R-2": "the parcel is weighed", "R-3": "the account is opened by a clerk"}


Delay = float | asyncio.Barrier
"""Seconds, or until as many others wait too."""


async def pause(delay: Delay) -> None:
    if isinstance(delay, asyncio.Barrier):
        await delay.wait()
    else:
        await asyncio.sleep(delay)


class Meaning:
    """An embedder that knows two meanings; stands in for a model."""

    model = "two-meanings"

    def __init__(self, delay: Delay = 0.0) -> None:
        self.delay = delay
        self.calls = 0

    async def embed(self, texts: Sequence[str]) -> list[DenseVector]:
        self.calls += 1
        await pause(self.delay)
        return [(0.0, 1.0) if "freight" in text else (1.0, 0.0) for text in texts]


class Near(Graph):
    """A graph that knows its answers; what it stands in for is tested on a real Neo4j."""

    def __init__(self, *neighbours: Neighbour, delay: Delay = 0.0, broken: bool = False) -> None:
        self.known = neighbours
        self.delay = delay
        self.broken = broken
        self.seeds: list[Sequence[str]] = []

    async def neighbours(self, seeds: Sequence[str], limit: int = 20, documents: frozenset[str] | None = None) -> list[Neighbour]:
        self.seeds.append(list(seeds))
        await pause(self.delay)
        if self.broken:
            raise Unavailable("the graph is down")
        return [one for one in self.known if one.id not in seeds]

    async def by_reference(self, refs: Sequence[str]) -> list[str]:
        return [f"d/{ref}" for ref in refs if ref in TEXTS]


class Slow(EdgeIndex):
    """The real index behind an injected delay."""

    delay: Delay = 0.0

    async def query_sparse(self, *arguments: Any) -> Any:
        await pause(self.delay)
        return await super().query_sparse(*arguments)


def neighbour(ref: str, score: float = 0.5) -> Neighbour:
    return Neighbour(f"d/{ref}", "d", "A section", TEXTS.get(ref, "more"), "SHARES_STATE", "paid", score)


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Slow]:
    made = Slow(tmp_path, timeout=10)
    await made.open()
    staging = await made.stage(2)
    await staging.upsert(
        [
            Point(f"d/{ref}", "requirement", "d", "A section", text, document_vector(text), VECTORS[ref])
            for ref, text in TEXTS.items()
        ]
    )
    await made.promote(staging)
    yield made
    await made.close()


async def test_lexical_alone_without_an_embedder(index: Slow) -> None:
    result = await Search(index).search("locked account")

    assert [hit.id for hit in result.hits] == ["d/R-1", "d/R-3"]
    assert all(set(hit.legs) == {"sparse"} for hit in result.hits)
    assert result.degraded == ()


async def test_both_legs_are_fused_and_shown(index: Slow) -> None:
    result = await Search(index, embedder=Meaning()).search("account freight")

    by_id = {hit.id: hit.legs for hit in result.hits}
    assert set(by_id) == {"d/R-1", "d/R-2", "d/R-3"}
    assert set(by_id["d/R-2"]) == {"dense"}
    assert set(by_id["d/R-3"]) == {"sparse", "dense"}
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)


async def test_neighbours_come_after_the_ranked_and_change_no_rank(index: Slow) -> None:  # S4-025
    plain = await Search(index).search("account")
    graph = Near(neighbour("R-3", 9.0), neighbour("R-2", 8.0), neighbour("R-9", 7.0))

    result = await Search(index, graph=graph).search("account")

    assert [hit.id for hit in result.hits][: len(plain.hits)] == [hit.id for hit in plain.hits]
    assert [(hit.id, hit.relation, hit.via) for hit in result.hits[len(plain.hits) :]] == [
        ("d/R-2", "SHARES_STATE", "paid"),
        ("d/R-9", "SHARES_STATE", "paid"),
    ]
    assert result.hits[-1].score == 0.0


async def test_neighbours_are_those_of_the_seeds_else_of_the_named_else_of_the_best(index: Slow) -> None:
    graph = Near(neighbour("R-9"))
    search = Search(index, graph=graph)

    await search.search("account", seeds=["d/R-7"])
    await search.search("what R-2 says of the account")
    await search.search("account")

    assert graph.seeds == [["d/R-7"], ["d/R-2"], ["d/R-1", "d/R-3"]]


async def test_legs_are_asked_at_the_same_time(index: Slow) -> None:
    all_three = asyncio.Barrier(3)  # one after another they would wait for each other until the deadline
    index.delay = all_three
    search = Search(index, embedder=Meaning(delay=all_three), graph=Near(delay=all_three), deadline=30)

    assert (await search.search("account", seeds=["d/R-7"])).degraded == ()


@pytest.mark.parametrize("slow", ["sparse", "dense", "graph"])
async def test_a_slow_leg_is_left_behind_and_named(index: Slow, slow: str) -> None:
    index.delay = 600.0 if slow == "sparse" else 0.0
    embedder, graph = (
        Meaning(delay=600.0 if slow == "dense" else 0.0),
        Near(neighbour("R-2"), delay=600.0 if slow == "graph" else 0.0),
    )
    search = Search(index, embedder=embedder, graph=graph, deadline=4.0)

    async with asyncio.timeout(300):
        result = await search.search("account", seeds=["d/R-9"])

    assert result.degraded == (slow,)
    assert result.hits


async def test_with_every_leg_gone_the_answer_is_empty_and_says_so(tmp_path: Path) -> None:
    closed = EdgeIndex(tmp_path)

    result = await Search(closed, embedder=Meaning(), graph=Near(broken=True)).search("account", seeds=["d/R-1"])

    assert result.hits == ()
    assert result.degraded == ("sparse", "dense", "graph")
    await closed.close()


async def test_a_leg_that_failed_rests_and_is_asked_again_later() -> None:
    now = 0.0
    calls = 0
    fails = True

    async def call() -> str:
        nonlocal calls
        calls += 1
        if fails:
            raise Unavailable("down")
        return "answer"

    leg = Leg("graph", 1.0, clock=lambda: now)
    assert await leg.ask(call) is None
    assert await leg.ask(call) is None
    assert calls == 1

    now, fails = 1.5, False
    assert await leg.ask(call) == "answer"
    assert await leg.ask(call) == "answer"
    assert calls == 3


async def test_a_rest_grows_to_a_bound() -> None:
    now = 0.0

    async def call() -> None:
        raise Unavailable("down")

    leg = Leg("graph", 1.0, clock=lambda: now)
    rests = []
    for _ in range(12):
        await leg.ask(call)
        rests.append(leg._rests_until - now)
        now = leg._rests_until

    assert rests[:4] == [1, 2, 4, 8]
    assert max(rests) == 30


async def test_a_cancelled_search_cancels_its_legs(index: Slow) -> None:
    index.delay = 60
    task = asyncio.create_task(Search(index, deadline=60).search("account"))
    await asyncio.sleep(0.05)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 30)


async def test_a_query_s_vector_is_computed_once(index: Slow) -> None:
    embedder = Meaning()
    search = Search(index, embedder=embedder)

    await search.search("account")
    await search.search("account")

    assert embedder.calls == 1


@pytest.mark.parametrize(("query", "limit"), [("", 5), ("  \n", 5), ("x" * 20_001, 5), ("x", 0), ("x", 101)])
async def test_a_bad_question_is_told_what_to_change(index: Slow, query: str, limit: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        await Search(index).search(query, limit)

    assert refused.value.mend


def source(*texts: str) -> Source:
    requirements = tuple(Requirement(f"R-{n}", text, Span(0, 1), (), "en", True) for n, text in enumerate(texts, start=1))
    return Source("d", Document("t", "x", "en", "text/plain", (), requirements), requirements)


async def test_the_pipeline_s_context_leaves_the_requirement_itself_out(index: Slow) -> None:
    graph = Near(neighbour("R-9"))
    asked = source(*TEXTS.values())

    context = await StoreRetriever(Search(index, graph=graph)).context(asked, asked.requirements[0])

    assert [(item.id, item.relation) for item in context.items] == [
        ("d/R-3", "similar"),
        ("d/R-2", "similar"),
        ("d/R-9", "neighbour"),
    ]
    assert graph.seeds == [["d/R-1"]]


async def test_the_context_keeps_to_its_tokens_and_room_for_neighbours(index: Slow) -> None:
    asked = source(*TEXTS.values())
    graph = Near(neighbour("R-9"))

    context = await StoreRetriever(Search(index, graph=graph), tokens=14).context(asked, asked.requirements[0])

    assert [item.id for item in context.items] == ["d/R-3", "d/R-9"]
    assert sum(estimated_tokens(item.text) for item in context.items) <= 14


async def test_a_context_never_fails(tmp_path: Path) -> None:
    asked = source("account", " ")
    closed = EdgeIndex(tmp_path)
    retriever = StoreRetriever(Search(closed))

    assert (await retriever.context(asked, asked.requirements[0])).degraded == ("sparse",)
    assert (await retriever.context(asked, asked.requirements[1])).items == ()
    await closed.close()


class NothingKnown:
    """A project that knows nothing beside its documents."""

    async def snapshot(self) -> Snapshot:
        return Snapshot({}, {})


class LosesPastCases(Search):
    """A search whose lexical leg does not answer where past cases are asked for."""

    async def search(self, query: str, limit: int = 10, allowed: Filter = ANYTHING, **rest: Any) -> SearchResult:
        if "past-case" in (allowed.kinds or ()):
            return SearchResult((), degraded=("sparse",))
        return await super().search(query, limit, allowed, **rest)


async def test_a_leg_that_fails_for_past_cases_only_is_named_too(index: Slow) -> None:
    asked = source(*TEXTS.values())

    context = await StoreRetriever(LosesPastCases(index), knowledge=NothingKnown()).context(asked, asked.requirements[0])

    assert context.items
    assert context.degraded == ("sparse",)


def test_tokens_are_counted_for_both_languages() -> None:
    assert estimated_tokens("账户锁定") == 4
    assert estimated_tokens("lock the account") == 4


async def test_a_filter_holds_for_every_leg(index: Slow) -> None:
    graph = Near(neighbour("R-2"))
    search = Search(index, embedder=Meaning(), graph=graph)

    result = await search.search("account", allowed=Filter(without=frozenset({"d/R-1", "d/R-2"})), seeds=["d/R-1"])

    assert [hit.id for hit in result.hits] == ["d/R-3"]
