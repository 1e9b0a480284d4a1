"""Clients that send slowly, over real sockets on loopback: they cost themselves an answer, and nobody else (S0-034)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from tests.integration.api import Api
from tests.integration.conftest import running
from tests.integration.patience import PATIENCE

from testgen_runtime.connections import impatient
from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Server, Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
Made = Callable[..., Settings]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
SLOW = 8
"""Of so many requests that may be in flight."""


@asynccontextmanager
async def served(target: Target, settings: Settings) -> AsyncIterator[tuple[Api, int]]:
    """The API, and its port on loopback."""
    async with running(settings, target) as api:
        config = uvicorn.Config(
            api.runtime.app,
            port=0,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=impatient(settings.server.head_seconds),
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve())
        while not server.started:  # noqa: ASYNC110 - set by the server
            await asyncio.sleep(0.01)
        try:
            yield api, server.servers[0].sockets[0].getsockname()[1]
        finally:
            server.should_exit = True
            await serving


async def post(port: int, key: str, *, length: int = 1000, body: bytes = b"{") -> Connection:
    """A request that has sent only the beginning of its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + f"X-API-Key: {key}\r\nContent-Length: {length}\r\n\r\n".encode()
        + body
    )
    await writer.drain()
    return reader, writer


async def get(port: int, key: str) -> int:
    """The status of a plain call."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /api/v1/documents HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 20 * PATIENCE)
    writer.close()
    return int(answer.split()[1])


async def whole_answer(reader: asyncio.StreamReader) -> bytes:
    """The head and as much of a body as it promises, whatever becomes of the connection then."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length:"))
    return head + await reader.readexactly(int(length.split(b":")[1]))


def status(answer: bytes) -> int:
    return int(answer.split()[1])


async def test_slow_bodies_keep_nobody_else_out_and_end_with_408(target: Target, settings: Made) -> None:
    made = settings(server=Server(max_inflight=SLOW, head_seconds=10, body_part_seconds=10, body_seconds=60))
    async with served(target, made) as (api, port):
        slow, meanwhile = [], []
        for _ in range(2 * SLOW):
            slow.append(await post(port, api.keys[Role.TESTER]))
            # One after the other: more than SLOW whose key is not known yet would be too many at work, whoever they are of.
            meanwhile.append(await get(port, api.keys[Role.VIEWER]))
        answers = [await asyncio.wait_for(reader.read(), 20 * PATIENCE) for reader, _ in slow]
        for _, writer in slow:
            writer.close()
        statuses = [status(answer) for answer in answers]

        assert meanwhile == [200] * (2 * SLOW)
        assert sorted(statuses) == [408] * (SLOW // 2) + [429] * (2 * SLOW - SLOW // 2)
        assert all(b"application/problem+json" in answer for answer in answers)
        assert all(b"connection: close" in answer.lower() for answer in answers if status(answer) == 408)
        assert await get(port, api.keys[Role.TESTER]) == 200


async def test_a_body_that_drips_ends_when_its_whole_time_is_over(target: Target, settings: Made) -> None:
    made = settings(server=Server(body_part_seconds=1, body_seconds=2))
    async with served(target, made) as (api, port):
        reader, writer = await post(port, api.keys[Role.TESTER])
        answering = asyncio.create_task(whole_answer(reader))
        async with asyncio.timeout(30 * PATIENCE):
            while not answering.done():
                writer.write(b" ")
                await asyncio.wait({answering}, timeout=0.2)
        answer = await answering
        writer.close()

    assert status(answer) == 408


async def test_a_body_is_not_waited_for_without_a_key(target: Target, settings: Made) -> None:
    async with served(target, settings()) as (_, port):
        reader, writer = await post(port, "tg_00000000_" + "x" * 43)
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10 * PATIENCE)
        writer.close()

    assert status(answer) == 401


@pytest.mark.parametrize("sent", [b"", b"GET /live HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
async def test_a_head_that_does_not_come_is_not_waited_for(target: Target, settings: Made, sent: bytes) -> None:
    async with served(target, settings(server=Server(head_seconds=0.5))) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        assert await asyncio.wait_for(reader.read(), 10 * PATIENCE) == b""
        writer.close()


async def test_a_second_head_that_drips_is_not_waited_for_but_a_whole_one_is_answered(target: Target, settings: Made) -> None:
    async with served(target, settings(server=Server(head_seconds=3))) as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            assert status(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10 * PATIENCE)) == 200
        reading = asyncio.create_task(reader.read())
        writer.write(b"GET /live HTTP/1.1\r\n")
        async with asyncio.timeout(30 * PATIENCE):
            while not reading.done():
                writer.write(b"X: y\r\n")
                await asyncio.wait({reading}, timeout=0.2)

        assert b"HTTP/1.1 200" not in await reading
        writer.close()
