"""The local port: what goes in at one end comes out at the other. The far end here is a fake of the API server's websocket;
the real one is in tests/cluster."""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web

from testgen_operator.cluster.connection import Connection
from testgen_operator.kubectl.forward import PROTOCOL, Forwarder
from testgen_operator.kubectl.kubeconfig import Target
from testgen_operator.kubectl.session import open_session

WITHIN = 10.0


async def far_end(request: web.Request) -> web.StreamResponse:
    """Echoes, ends after `bye`, and refuses port 1 on the error channel, as a pod does on whose port nobody listens."""
    if request.headers["Accept"] != "*/*":
        return web.Response(status=406)
    socket = web.WebSocketResponse(protocols=(PROTOCOL,))
    await socket.prepare(request)
    port = int(request.query["ports"])
    for channel in (0, 1):
        await socket.send_bytes(bytes([channel]) + struct.pack("<H", port))
    if port == 1:
        await socket.send_bytes(b"\x01connection refused")
        await socket.close()
        return socket
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            assert message.data[0] == 0
            await socket.send_bytes(message.data)
            if message.data.endswith(b"bye"):
                break
    await socket.close()
    return socket


@asynccontextmanager
async def local_port(port: int, told: list[str], *, ready: bool = True) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_get("/api/v1/namespaces/team/pods/shop-0/portforward", far_end)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server = f"http://127.0.0.1:{runner.addresses[0][1]}"
    target = Target(Connection(server, "team", None), "here")

    async def choose() -> tuple[str, int] | None:
        return ("shop-0", port) if ready else None

    async with open_session(target, "team") as session:
        listening = await Forwarder(session, choose, told.append).listen("127.0.0.1", 0)
        async with listening:
            yield listening.sockets[0].getsockname()[1]
    await runner.cleanup()


async def test_every_byte_goes_there_and_back() -> None:
    told: list[str] = []
    sent = os.urandom(300_000) + b"bye"
    async with local_port(8000, told) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        received = await asyncio.wait_for(reader.readexactly(len(sent)), WITHIN)
        rest = await asyncio.wait_for(reader.read(), WITHIN)
        writer.close()

    assert (received == sent, rest, told) == (True, b"", [])


async def test_connections_do_not_mix() -> None:
    async with local_port(8000, []) as port:

        async def echo(number: int) -> bool:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            sent = f"{number}-".encode() * 5_000 + b"bye"
            writer.write(sent)
            found = await asyncio.wait_for(reader.read(-1), WITHIN)
            writer.close()
            return found == sent

        assert all(await asyncio.gather(*(echo(number) for number in range(20))))


async def test_a_port_on_which_nobody_listens_is_told_and_closes_the_connection() -> None:
    told: list[str] = []
    async with local_port(1, told) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), WITHIN) == b""
        writer.close()

    assert told == ["the pod refused the connection: connection refused"]


async def test_without_a_ready_pod_the_connection_is_closed_and_it_says_why() -> None:
    told: list[str] = []
    async with local_port(8000, told, ready=False) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), WITHIN) == b""
        writer.close()

    assert "no pod is ready" in told[0]
