"""Ollama behind the embedder's port. The server here is a script of answers: what a real one says is tested with a real one."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from testgen_runtime.errors import InvalidInput, Unavailable
from testgen_runtime.retrieval.dense import OllamaEmbedder


@contextlib.asynccontextmanager
async def answering(status: int, body: Any, *, delay: float = 0.0) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP server that gives one answer to everything; what it was asked."""
    asked: list[dict[str, Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
            asked.append(json.loads(await reader.readexactly(length)))
            await asyncio.sleep(delay)
            payload = json.dumps(body).encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(payload)}\r\n"
                "connection: close\r\n\r\n".encode()
                + payload
            )
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()


async def embedded(url: str, *texts: str, within: float = 5.0) -> list[tuple[float, ...]]:
    embedder = OllamaEmbedder(url, "some-model", timeout=within)
    try:
        return await embedder.embed(texts)
    finally:
        await embedder.close()


async def test_texts_become_vectors_in_order() -> None:
    async with answering(200, {"model": "some-model", "embeddings": [[1, 0], [0, 1]]}) as (url, asked):
        assert await embedded(url, "a", "b") == [(1.0, 0.0), (0.0, 1.0)]

    assert asked[0]["model"] == "some-model"
    assert asked[0]["input"] == ["a", "b"]


async def test_no_text_asks_nothing() -> None:
    assert await embedded("http://127.0.0.1:1") == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {"error": "model 'some-model' not found"}, Unavailable),
        (500, {"error": "out of memory"}, Unavailable),
        (400, {"error": "input too long"}, InvalidInput),
        (200, {"embeddings": [[1, 0]]}, Unavailable),
        (200, {"embeddings": [[1, 0], [1]]}, Unavailable),
        (200, {"embeddings": [[], []]}, Unavailable),
        (200, {"embeddings": [[1, 0], [1, float("nan")]]}, InvalidInput),
    ],
)
async def test_a_bad_answer_is_told(status: int, body: Any, expected: type[Exception]) -> None:
    async with answering(status, body) as (url, _):
        with pytest.raises(expected):
            await embedded(url, "a", "b")


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await embedded("http://127.0.0.1:1", "a")


async def test_a_slow_server_is_given_up_on() -> None:
    async with answering(200, {"embeddings": [[1.0]]}, delay=30) as (url, _):
        with pytest.raises(Unavailable):
            await embedded(url, "a", within=0.3)
