"""A fake of an API server's faults, and of nothing else: what it stores and lists is only as true as these tests need.

That a real API server's watches, listings and writes behave so is shown in tests/cluster.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import WATCHED, Kind

Answer = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


@dataclass
class FaultServer:
    """`faults`: answers to give, in turn, instead of the right one, by "<METHOD> <plural>" ("LIST pods", "WATCH pods")."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    queries: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    version: int = 100
    url: str = ""
    _streams: dict[str, list[asyncio.Queue[dict[str, Any] | None]]] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        return Connection(server=self.url, namespace="ops", tls=None)

    def put(self, kind: Kind, name: str, what: str = "MODIFIED", **more: Any) -> dict[str, Any]:
        """Store an object and tell the watches of it."""
        self.version += 1
        uid = f"{kind.plural}-{name}"
        metadata = {
            "name": name,
            "namespace": "team",
            "uid": uid,
            "resourceVersion": str(self.version),
            "labels": {"testgen.dev/project": "shop"},
        }
        found = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata} | more
        if what == "DELETED":
            self.objects.pop(uid, None)
        else:
            self.objects[uid] = found
        self.send(kind.plural, {"type": what, "object": found})
        return found

    def send(self, plural: str, event: dict[str, Any]) -> None:
        for stream in self._streams.get(plural, []):
            stream.put_nowait(event)

    def watches(self, plural: str) -> int:
        return len(self._streams.get(plural, []))

    def hang_up(self, plural: str) -> None:
        """End every watch of a kind as a server that restarts does."""
        for stream in self._streams.get(plural, []):
            stream.put_nowait(None)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        self.headers.append(dict(request.headers))
        if path in _DISCOVERY:
            return web.json_response(_DISCOVERY[path])
        kind = next(
            (kind for kind in WATCHED if f"/{kind.plural}" in path and path.startswith(kind.collection().rsplit("/", 1)[0])), None
        )
        plural = kind.plural if kind else path
        what = f"{'WATCH' if 'watch' in request.query else 'LIST' if request.method == 'GET' else request.method} {plural}"
        self.seen[what] += 1
        self.queries.append((what, dict(request.query)))
        if self.faults.get(what):
            return await self.faults[what].pop(0)(request)
        if kind is None:
            return problem(404, "NotFound")
        if request.method != "GET":
            return web.json_response(json.loads(await request.read() or b"{}"))
        if "watch" not in request.query:
            items = [one for one in self.objects.values() if one["kind"] == kind.kind]
            return web.json_response({"metadata": {"resourceVersion": str(self.version)}, "items": items})
        return await self._stream(request, kind.plural)

    async def _stream(self, request: web.Request, plural: str) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._streams.setdefault(plural, []).append(queue)
        try:
            while (event := await queue.get()) is not None:
                await response.write(json.dumps(event).encode() + b"\n")
        finally:
            self._streams[plural].remove(queue)
        return response


def problem(status: int, reason: str, **headers: str) -> web.Response:
    body = {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "reason": reason,
        "message": f"fault: {reason}",
        "code": status,
    }
    return web.json_response(body, status=status, headers=headers)


def fault(status: int, reason: str, **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return problem(status, reason, **headers)

    return answer


async def dropped(request: web.Request) -> web.StreamResponse:
    """The connection is cut without an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def in_stream(code: int, reason: str) -> dict[str, Any]:
    """An ERROR inside of a watch."""
    return {"type": "ERROR", "object": {"kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": "fault"}}


@asynccontextmanager
async def fault_server() -> AsyncIterator[FaultServer]:
    fake = FaultServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", fake.handle)
    server = TestServer(application)
    await server.start_server(shutdown_timeout=0.1)
    fake.url = str(server.make_url("")).rstrip("/")
    try:
        yield fake
    finally:
        for plural in list(fake._streams):
            fake.hang_up(plural)
        await server.close()


_CRDS = "/apis/apiextensions.k8s.io/v1"


def _discovery() -> dict[str, Any]:
    groups: dict[str, set[str]] = {}
    resources: dict[str, list[dict[str, Any]]] = {}
    for kind in WATCHED:
        path = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
        entry = {"name": kind.plural, "singularName": kind.kind.lower(), "namespaced": True, "kind": kind.kind}
        resources.setdefault(path, []).append(entry | {"verbs": ["get", "list", "watch", "patch"]})
        if kind.group:
            groups.setdefault(kind.group, set()).add(kind.version)
    for path, plural, kind_name in (
        ("/api/v1", "namespaces", "Namespace"),
        (_CRDS, "customresourcedefinitions", "CustomResourceDefinition"),
    ):
        entry = {"name": plural, "singularName": kind_name.lower(), "namespaced": False, "kind": kind_name}
        resources.setdefault(path, []).append(entry | {"verbs": ["get", "list", "watch"]})
    groups["apiextensions.k8s.io"] = {"v1"}
    found: dict[str, Any] = {path: {"kind": "APIResourceList", "resources": entries} for path, entries in resources.items()}
    found["/apis/testgen.dev/v1alpha1"]["resources"].append(
        {"name": "testgenprojects/status", "namespaced": True, "kind": "X", "verbs": []}
    )
    found["/api"] = {"versions": ["v1"]}
    found["/apis"] = {
        "groups": [
            {"name": group, "versions": [{"version": one} for one in versions], "preferredVersion": {"version": min(versions)}}
            for group, versions in groups.items()
        ]
    }
    return found


_DISCOVERY = _discovery()
