"""One contract for every vector index: the engine inside the process, and a server (here the client's in-memory stand-in)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from testgen_runtime.retrieval.edge import EdgeIndex
from testgen_runtime.retrieval.server import ServerIndex
from testgen_runtime.retrieval.sparse import document_vector, query_vector
from testgen_runtime.retrieval.vectors import Filter, IndexRejected, IndexUnavailable, Point, VectorIndex

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect")  # said by the stand-in
ANYTHING = Filter()


def point(key: str, text: str, *, dense: tuple[float, ...] | None = None, kind: str = "requirement") -> Point:
    return Point(key, kind, key.split("/", maxsplit=1)[0], "A section", text, document_vector(text), dense)


@pytest.fixture(params=["edge", "server stand-in"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[VectorIndex]:
    made: VectorIndex = (
        EdgeIndex(tmp_path / "index", timeout=10)
        if request.param == "edge"
        else ServerIndex(AsyncQdrantClient(":memory:"), "parcels", timeout=10)
    )
    await made.open()
    yield made
    await made.close()


async def filled(index: VectorIndex, *points: Point, dimensions: int | None = None) -> None:
    staging = await index.stage(dimensions)
    await staging.upsert(points)
    await index.promote(staging)


async def keys(index: VectorIndex, query: str, allowed: Filter = ANYTHING, limit: int = 10) -> list[str]:
    return [found.key for found in await index.query_sparse(query_vector(query), limit, allowed)]


async def test_nothing_serves_before_the_first_filling(index: VectorIndex) -> None:
    assert index.instance is None
    with pytest.raises(IndexUnavailable):
        await keys(index, "lock")


async def test_what_was_staged_serves_after_its_promotion(index: VectorIndex) -> None:
    staging = await index.stage(None)
    await staging.upsert([point("d1/R-1", "the account is locked")])
    assert index.instance is None

    await index.promote(staging)

    assert index.instance == staging.instance
    [found] = await index.query_sparse(query_vector("locked account"), 5, ANYTHING)
    assert (found.key, found.kind, found.document_id, found.title) == ("d1/R-1", "requirement", "d1", "A section")
    assert found.text == "the account is locked"
    assert found.score > 0


async def test_the_best_match_comes_first_in_both_languages(index: VectorIndex) -> None:
    await filled(
        index,
        point("d1/R-1", "After five wrong passwords the account is locked for 30 minutes."),
        point("d1/R-2", "A parcel may weigh at most 20 kg."),
        point("d2/R-1", "连续五次输入错误密码后, 账户锁定30分钟。"),
        point("d2/R-2", "报销金额不得超过 5000 元。"),
    )

    assert (await keys(index, "locked account"))[0] == "d1/R-1"
    assert (await keys(index, "账户锁定"))[0] == "d2/R-1"
    assert (await keys(index, "报销的金额上限"))[0] == "d2/R-2"


async def test_a_rarer_word_counts_more(index: VectorIndex) -> None:  # the engine's own document frequency
    await filled(index, *(point(f"d/R-{n}", "the parcel waits") for n in range(20)), point("d/R-99", "the drone waits"))

    assert (await keys(index, "parcel drone"))[0] == "d/R-99"


async def test_writing_a_key_again_replaces_it(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "the account is locked"))

    await index.upsert([point("d/R-1", "a parcel is weighed"), point("d/R-1", "a parcel is weighed")])

    assert await index.count() == 1
    assert await keys(index, "account") == []
    assert await keys(index, "parcel") == ["d/R-1"]


async def test_what_is_deleted_is_not_found(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "the account is locked"), point("d/R-2", "the account is open"))

    await index.delete(["d/R-1", "never/there"])

    assert await keys(index, "account") == ["d/R-2"]
    assert await index.count() == 1


async def test_filters_leave_out_what_they_name(index: VectorIndex) -> None:
    await filled(index, point("d1/R-1", "account"), point("d2/R-1", "account"), point("d2/T-1", "account", kind="term"))

    assert set(await keys(index, "account", Filter(documents=frozenset({"d2"})))) == {"d2/R-1", "d2/T-1"}
    assert await keys(index, "account", Filter(kinds=frozenset({"term"}))) == ["d2/T-1"]
    assert set(await keys(index, "account", Filter(without=frozenset({"d1/R-1"})))) == {"d2/R-1", "d2/T-1"}
    assert await keys(index, "account", Filter(documents=frozenset())) == []


async def test_a_text_without_terms_can_be_stored_and_asked_with(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "？！"), point("d/R-2", "account"))

    assert await index.count() == 2
    assert await keys(index, "？！") == []


async def test_dense_vectors_find_the_nearest(index: VectorIndex) -> None:
    await filled(
        index, point("d/R-1", "one", dense=(1.0, 0.0)), point("d/R-2", "two", dense=(0.0, 1.0)), point("d/R-3", "x"), dimensions=2
    )

    found = await index.query_dense((0.9, 0.1), 5, ANYTHING)

    assert [one.key for one in found] == ["d/R-1", "d/R-2"]
    assert index.dimensions == 2


async def test_dense_vectors_of_another_length_are_refused(index: VectorIndex) -> None:
    await filled(index, dimensions=2)

    with pytest.raises(IndexRejected):
        await index.upsert([point("d/R-1", "one", dense=(1.0, 0.0, 0.0))])
    with pytest.raises(IndexUnavailable):
        await index.query_dense((1.0, 0.0, 0.0), 5, ANYTHING)


async def test_a_second_filling_replaces_the_first(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "account"))
    before = index.instance

    await filled(index, point("d/R-2", "account", dense=(1.0, 0.0)), dimensions=2)

    assert index.instance != before
    assert await keys(index, "account") == ["d/R-2"]


async def test_what_serves_goes_on_serving_while_another_is_filled(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "account"))

    staging = await index.stage(None)
    await staging.upsert([point("d/R-2", "account")])

    assert await keys(index, "account") == ["d/R-1"]


async def test_an_abandoned_filling_leaves_nothing(index: VectorIndex) -> None:
    await filled(index, point("d/R-1", "account"))
    abandoned = await index.stage(None)
    await abandoned.upsert([point("d/R-2", "account")])

    await filled(index, point("d/R-3", "account"))

    assert await keys(index, "account") == ["d/R-3"]


async def test_optimizing_changes_no_answer(index: VectorIndex) -> None:
    await filled(index, *(point(f"d/R-{n}", f"account number {n}") for n in range(50)))
    await index.delete([f"d/R-{n}" for n in range(0, 50, 2)])
    before = await keys(index, "account number 7")

    await index.optimize()

    assert await keys(index, "account number 7") == before
