"""A proxy between an operator and a real API server that injects faults: it kills the operator at its k-th write, cuts watches,
answers in the server's stead, swallows events. What it does not touch is the real server's own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from testgen_operator.cluster.client import open_session
from testgen_operator.cluster.connection import Connection

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
NOT_FORWARDED = {"host", "connection", "transfer-encoding", "content-length", "accept-encoding", "keep-alive"}


@dataclass
class Proxy:
    """`writes`: the writes for projects that passed, as "METHOD path"; the operator's own Lease, canary and reviews are none.

    `before` and `after` are called around each of them. `refuse` may answer a request itself: it gets "LIST|WATCH|METHOD path".
    `deaf`: the plural of a kind whose events are swallowed while its watches stay open.
    """

    connection: Connection
    url: str = ""
    writes: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    after: Callable[[str], None] = lambda _: None
    refuse: Callable[[str], web.Response | None] = lambda _: None
    deaf: str = ""
    _frozen: list[web.StreamResponse] = field(default_factory=list)
    _streams: list[tuple[str, web.StreamResponse]] = field(default_factory=list)

    def kubeconfig(self, folder: Path) -> Path:
        """A kubeconfig that leads through the proxy; it needs no credentials, the proxy has them."""
        path = folder / "through-proxy.yaml"
        config = {
            "current-context": "proxy",
            "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "namespace": self.connection.namespace}}],
            "clusters": [{"name": "proxy", "cluster": {"server": self.url}}],
        }
        path.write_text(json.dumps(config))
        return path

    def watches(self, plural: str) -> int:
        return sum(1 for path, _ in self._streams if path.endswith(f"/{plural}"))

    async def inject(self, plural: str, event: dict[str, Any]) -> None:
        """Send an event of ours into every open watch of a kind."""
        for path, stream in list(self._streams):
            if path.endswith(f"/{plural}"):
                await stream.write(json.dumps(event).encode() + b"\n")

    def freeze(self, plural: str) -> int:
        """Swallow, from now on, every event of the watches of a kind that are open now; how many they are. Later ones hear."""
        found = [stream for path, stream in self._streams if path.endswith(f"/{plural}")]
        self._frozen += found
        return len(found)

    def cut(self, plural: str) -> None:
        """Cut the connection of every open watch of a kind."""
        for path, stream in list(self._streams):
            if path.endswith(f"/{plural}") and stream._req is not None and stream._req.transport is not None:
                stream._req.transport.abort()

    async def handle(self, request: web.Request, session: aiohttp.ClientSession) -> web.StreamResponse:
        watching = request.method == "GET" and "watch" in request.query
        listing = request.method == "GET" and not watching
        words = f"{'WATCH' if watching else 'LIST' if listing else request.method} {request.path}"
        if (refusal := self.refuse(words)) is not None:
            return refusal
        counted = request.method in WRITES and _for_a_project(request.path)
        if counted:
            self.before(words)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in NOT_FORWARDED}
        headers |= self.connection.headers()
        timeout = aiohttp.ClientTimeout(total=None if watching else 180, sock_connect=30)
        async with session.request(
            request.method,
            self.connection.server + request.path_qs,
            headers=headers,
            data=await request.read() or None,
            timeout=timeout,
            server_hostname=self.connection.tls_server_name,
        ) as answer:
            kept = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            if "Retry-After" in answer.headers:
                kept["Retry-After"] = answer.headers["Retry-After"]
            if watching and answer.status == 200:
                return await self._stream(request, answer, kept)
            body = await answer.read()
            if counted and answer.status < 300:
                self.writes.append(words)
                self.after(words)
            return web.Response(status=answer.status, body=body, headers=kept)

    async def _stream(self, request: web.Request, answer: aiohttp.ClientResponse, headers: dict[str, str]) -> web.StreamResponse:
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        entry = (request.path, response)
        self._streams.append(entry)
        try:
            with suppress(ConnectionError, aiohttp.ClientError):
                async for line in answer.content:
                    deaf = self.deaf and request.path.endswith(f"/{self.deaf}")
                    if not deaf and not any(one is response for one in self._frozen):
                        await response.write(line)
        finally:
            self._streams.remove(entry)
            self._frozen = [one for one in self._frozen if one is not response]
        return response


def _for_a_project(path: str) -> bool:
    own = ("/leases/", "/leases", "-canary", "selfsubjectaccessreviews")
    return not any(path.endswith(part) or part in path for part in own) and "/events" not in path


@asynccontextmanager
async def proxy(connection: Connection) -> AsyncIterator[Proxy]:
    found = Proxy(connection)
    async with open_session(connection) as session:

        async def handle(request: web.Request) -> web.StreamResponse:
            return await found.handle(request, session)

        application = web.Application(client_max_size=16 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", handle)
        server = TestServer(application)
        await server.start_server(shutdown_timeout=0.1)
        found.url = str(server.make_url("")).rstrip("/")
        try:
            yield found
        finally:
            await server.close()
