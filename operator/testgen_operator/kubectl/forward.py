"""A local port that leads to a pod, over the API server's own websocket protocol: no kubectl is needed.

Each connection chooses a ready pod anew, so the port outlives a rollout; `kubectl port-forward` ends with its pod.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp

from testgen_operator.cluster.kinds import POD
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import parts

PROTOCOL: Final = "v4.channel.k8s.io"
DATA, ERROR = 0, 1
PIECE: Final = 32 * 1024
MOST_CONNECTIONS: Final = 64
AFTER_HANGING_UP: Final = 60.0
"""Seconds that the pod may go on talking to a client that has said all it wants to say, or has gone."""

Choose = Callable[[], Awaitable[tuple[str, int] | None]]
Tell = Callable[[str], None]


def target_port(service: Mapping[str, Any], pod: Mapping[str, Any]) -> int | None:
    """The container port that the Service's first port leads to in this pod; None when the pod has none of that name."""
    port = (service["spec"].get("ports") or [{}])[0]
    wanted = port.get("targetPort", port.get("port"))
    if isinstance(wanted, int):
        return wanted
    for container in pod["spec"].get("containers") or ():
        for one in container.get("ports") or ():
            if one.get("name") == wanted:
                return int(one["containerPort"])
    return None


async def a_ready_pod(session: Session, service: Mapping[str, Any]) -> tuple[str, int] | None:
    """A ready pod behind the Service and its port; None when there is none."""
    selector = ",".join(f"{key}={value}" for key, value in sorted((service["spec"].get("selector") or {}).items()))
    for pod in (await session.client.list(POD, session.namespace, selector=selector)).items:
        port = target_port(service, pod)
        if parts.ready(pod) and not pod["metadata"].get("deletionTimestamp") and port:
            return parts.name(pod), port
    return None


class Forwarder:
    """Listens on loopback and carries each connection to the pod that `choose` names."""

    def __init__(self, session: Session, choose: Choose, tell: Tell) -> None:
        self._session, self._choose, self._tell = session, choose, tell
        self._slots = asyncio.Semaphore(MOST_CONNECTIONS)

    async def listen(self, address: str, port: int) -> asyncio.Server:
        """Raises OSError when the port is taken."""
        return await asyncio.start_server(self._accepted, address, port)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with self._slots:
                await self._carry(reader, writer)
        except ApiError as problem:
            self._tell(str(self._session.in_words(problem).message))
        except (ConnectionError, aiohttp.ClientError):
            pass  # one of both ends hung up
        finally:
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen = await self._choose()
        if chosen is None:
            self._tell("no pod is ready behind the endpoint; the connection was closed")
            return
        pod, port = chosen
        path = POD.path(self._session.namespace, pod, "portforward")
        async with self._session.socket(path, {"ports": str(port)}, PROTOCOL) as socket:
            upward = asyncio.create_task(_up(reader, socket))
            downward = asyncio.create_task(_down(socket, writer, self._tell))
            # The pod's end closes the connection; ours may only have said all that it wants to say.
            await asyncio.wait([downward, upward], return_when=asyncio.FIRST_COMPLETED)
            if upward.done() and not downward.done() and upward.exception() is None:
                await asyncio.wait([downward], timeout=AFTER_HANGING_UP)
            for task in (upward, downward):
                task.cancel()
            await asyncio.gather(upward, downward, return_exceptions=True)


async def _up(reader: asyncio.StreamReader, socket: aiohttp.ClientWebSocketResponse) -> None:
    while piece := await reader.read(PIECE):
        await socket.send_bytes(bytes([DATA]) + piece)


async def _down(socket: aiohttp.ClientWebSocketResponse, writer: asyncio.StreamWriter, tell: Tell) -> None:
    """Each channel begins with the port's number, two bytes; then come its data."""
    begun: set[int] = set()
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.BINARY or not message.data:
            continue
        channel, data = message.data[0], message.data[1:]
        if channel not in begun:
            begun.add(channel)
            struct.unpack_from("<H", data.ljust(2, b"\0"))
            data = data[2:]
        if channel == ERROR and data:
            tell(f"the pod refused the connection: {data.decode(errors='replace').strip()[:300]}")
            return
        if channel == DATA and data:
            writer.write(data)
            await writer.drain()
