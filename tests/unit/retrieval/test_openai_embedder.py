"""The embedder for servers of the OpenAI kind, against a scripted server on loopback (S4-024)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.retrieval.test_dense import answering

from testgen_runtime.errors import InvalidInput, TestGenError, Unavailable
from testgen_runtime.retrieval.dense import OpenAIEmbedder


async def embedded(url: str, *texts: str, within: float = 5.0) -> list[tuple[float, ...]]:
    embedder = OpenAIEmbedder(f"{url}/v1/", "some-model", key="secret", timeout=within)
    try:
        return await embedder.embed(texts)
    finally:
        await embedder.close()


async def test_texts_become_vectors_in_the_order_of_their_index() -> None:
    rows = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    async with answering(200, {"data": rows}) as (url, asked):
        assert await embedded(url, "a", "b") == [(1.0, 0.0), (0.0, 1.0)]

    assert asked == [{"model": "some-model", "input": ["a", "b"]}]


async def test_no_text_asks_nothing() -> None:
    async with answering(200, {}) as (url, asked):
        assert await embedded(url) == []

    assert asked == []


@pytest.mark.parametrize(
    ("status", "body", "error", "tries"),
    [
        (400, {}, InvalidInput, 1),
        (401, {}, Unavailable, 1),
        (429, {}, Unavailable, 3),
        (503, {}, Unavailable, 3),
        (200, {"data": []}, Unavailable, 1),
        (200, {"data": [{"index": 0, "embedding": ["x"]}]}, Unavailable, 1),
        (200, [], Unavailable, 1),
    ],
)
async def test_what_is_no_answer_is_an_error_without_the_key(
    status: int, body: Any, error: type[TestGenError], tries: int
) -> None:
    async with answering(status, body) as (url, asked):
        with pytest.raises(error) as raised:
            await embedded(url, "a")

    assert len(asked) == tries
    assert "secret" not in str(raised.value)


async def test_a_server_that_is_slow_is_given_up_on() -> None:
    async with answering(200, {}, delay=5.0) as (url, _):
        with pytest.raises(Unavailable):
            await embedded(url, "a", within=0.2)
