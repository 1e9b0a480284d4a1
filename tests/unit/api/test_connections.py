"""A process that ends answers what has reached it, also what it has not read yet."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from testgen_runtime.connections import impatient

REQUEST = b"GET / HTTP/1.1\r\nHost: testgen\r\n\r\n"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answers as every answer of an ending process does: with the end of the connection."""
    headers = [(b"content-length", b"2"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hi"})


async def connected() -> tuple[Any, socket.socket]:
    """The server's protocol on one end of a connection, and the client's end."""
    ours, theirs = socket.socketpair()
    config = uvicorn.Config(hello, http=impatient(10), ws="none", log_config=None)
    config.load()
    loop = asyncio.get_running_loop()
    _, protocol = await loop.connect_accepted_socket(lambda: impatient(10)(config, ServerState(), {}), ours)
    theirs.setblocking(False)
    return protocol, theirs


async def heard(client: socket.socket) -> bytes:
    loop, found = asyncio.get_running_loop(), b""
    async with asyncio.timeout(10):
        while part := await loop.sock_recv(client, 4096):
            found += part
    return found


@pytest.mark.parametrize("sent", [REQUEST, REQUEST[:10]])
async def test_a_request_that_was_not_read_yet_is_answered_at_the_end(sent: bytes) -> None:
    protocol, client = await connected()
    client.sendall(sent)
    protocol.shutdown()  # before the loop has read anything
    await asyncio.sleep(0)
    if rest := REQUEST[len(sent) :]:
        client.sendall(rest)

    assert (await heard(client)).startswith(b"HTTP/1.1 200")
    client.close()


async def test_a_connection_without_a_request_is_closed_at_the_end() -> None:
    protocol, client = await connected()
    protocol.shutdown()

    assert await heard(client) == b""
    client.close()
