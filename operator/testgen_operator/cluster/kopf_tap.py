"""Between kopf and the API server: what watches and listings bring is read here, and kopf is told only how far they are.

kopf keeps the watches (credentials, back-off, reopening, the fresh listing after a 410); it needs no object for that. Given the
objects it would copy each several times and start a task for it: that was a third of the processor time of a start with many
projects. So a listing is fetched page by page, taken in, and passed on empty; an event is taken in, and passed on as a BOOKMARK,
which is the protocol's own way to say how far a watch is. Errors go through as they are.

kopf also filters labels itself, after everything in the cluster was sent to it: here only labelled children are asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from typing import Any, Final

import aiohttp

from testgen_operator import names, telemetry
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import OPTIONAL, PROJECT, WATCHED, Kind
from testgen_operator.wire import decode, encode

Object = Mapping[str, Any]
OnEvent = Callable[[str, Object], None]
OnList = Callable[[Kind, str, list[dict[str, Any]], str], None]
OnContact = Callable[[Kind, str, int], None]
OnFailure = Callable[[str], None]
Send = Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]

log = telemetry.get_logger(__name__)

PAGE: Final = 250
"""Objects parsed at a time: a listing of 1,000 Deployments at once is 10 MB of JSON and 100 MB of dictionaries."""
PAGES: Final = 3
"""Pages that are on their way at a time, of all kinds: the API server writes the next ones while one is parsed. Nothing is
awaited between a page's parsing and its end, so that only one is ever there as dictionaries."""
_PASSING: Final = (408, 410, 429)
"""Answers that the same request may not get a moment later: 410 asks for a new listing."""
PAGE_BYTES: Final = 4 * 2**20
"""A page with more is not read to its end but asked for again with fewer objects, down to one, which etcd itself bounds. 250
Deployments have 2.5 MB, 250 of the largest ConfigMaps that somebody labelled would have 250."""
FEWER: Final = 8
CHANGES: Final = frozenset({"ADDED", "MODIFIED", "DELETED"})


class Response(aiohttp.ClientResponse):
    """What kopf gets: of a listing that was taken in already, only its head."""

    taken: dict[str, Any] | None = None

    async def json(self, **options: Any) -> Any:
        return self.taken if self.taken is not None else await super().json(**options)


class Tap:
    """aiohttp middleware of kopf's session.

    `on_event` gets each object of a listing ("LISTED") and each change ("ADDED" | "MODIFIED" | "DELETED"); `on_list` the whole
    of a listing, as keys and versions; `on_contact` every answer, with what it was refused with (0: it was not). What `on_event`
    raises goes to `on_failure`.
    """

    def __init__(
        self, connection: Connection, *, on_event: OnEvent, on_list: OnList, on_contact: OnContact, on_failure: OnFailure
    ) -> None:
        self._connection = connection
        self._on_event = on_event
        self._on_list = on_list
        self._on_contact = on_contact
        self._on_failure = on_failure
        self._opened: set[tuple[Kind, str]] = set()
        self._pages = asyncio.Semaphore(PAGES)

    async def __call__(self, request: aiohttp.ClientRequest, send: Send) -> aiohttp.ClientResponse:
        request.headers.update(self._connection.headers())
        found = collection(request.url.path) if request.method == "GET" else None
        if found is None:
            return await send(request)
        kind, namespace = found
        if kind != PROJECT:
            request.url = request.url.update_query(labelSelector=names.LABEL_PROJECT)
        if "watch" not in request.url.query:
            return await self._listed(request, send, kind, namespace)
        response = await self._sent(request, send, kind, namespace)
        if response.status == 200:
            self._count(kind, namespace)
            response.content = _Watch(response.content, self._take)  # type: ignore[assignment]  # all that kopf calls
        return response

    async def _sent(self, request: aiohttp.ClientRequest, send: Send, kind: Kind, namespace: str) -> aiohttp.ClientResponse:
        response = await send(request)
        if response.status == 401 and self._connection.token:
            self._connection.token.expire()
        if response.status == 200:
            self._on_contact(kind, namespace, 0)
        elif 400 <= response.status < 500 and response.status not in _PASSING:
            self._on_contact(kind, namespace, response.status)
        return response

    async def _listed(self, request: aiohttp.ClientRequest, send: Send, kind: Kind, namespace: str) -> aiohttp.ClientResponse:
        url, limit, more, keys = request.url, PAGE, "", []
        while True:
            request.url = url.update_query({"limit": str(limit)} | ({"continue": more} if more else {}))
            async with self._pages:
                response = await self._sent(request, send, kind, namespace)
                if response.status != 200:
                    return response
                text = await _read(response, None if limit == 1 else PAGE_BYTES)
                if text is None:
                    limit = max(1, limit // FEWER)
                    continue
                limit = min(PAGE, limit * 2) if len(text) * 2 < PAGE_BYTES else limit
                page = decode(text)
                del text
                for item in page.get("items") or ():
                    found = {"apiVersion": kind.api_version, "kind": kind.kind} | item
                    self._take("LISTED", found)
                    keys.append(_key_alone(found))
                metadata = page["metadata"]
                del page
            more = metadata.get("continue")
            if not more:
                break
        telemetry.WATCH_LISTS.labels(kind.resource).inc()
        self._on_list(kind, namespace, keys, metadata["resourceVersion"])
        if isinstance(response, Response):
            response.taken = {"apiVersion": kind.api_version, "kind": f"{kind.kind}List", "metadata": metadata, "items": []}
        return response

    def _take(self, what: str, raw: Object) -> None:
        try:
            self._on_event(what, raw)
        except Exception as problem:
            log.exception("an event could not be taken in")
            self._on_failure(f"an event could not be taken in: {problem}")

    def _count(self, kind: Kind, namespace: str) -> None:
        if (kind, namespace) in self._opened:
            telemetry.WATCH_RESTARTS.labels(kind.resource).inc()
        self._opened.add((kind, namespace))


class _Watch:
    """The body of a watch as kopf reads it: changes taken out, the last one's version told by a BOOKMARK."""

    def __init__(self, content: aiohttp.StreamReader, take: Callable[[str, Object], None]) -> None:
        self._content = content
        self._take = take

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        rest = b""
        async for chunk in self._content.iter_chunked(size):
            *lines, rest = (rest + chunk).split(b"\n") if b"\n" in chunk else (rest + chunk,)
            if passed := b"".join(self._pass_on(lines)):
                yield passed
        if rest:
            yield rest

    def _pass_on(self, lines: Collection[bytes]) -> list[bytes]:
        passed: list[bytes] = []
        for line in lines:
            if not line.strip():
                continue
            event = decode(line)
            if event["type"] not in CHANGES:
                passed.append(line + b"\n")
                continue
            raw = event["object"]
            self._take(event["type"], raw)
            head = {"kind": raw["kind"], "apiVersion": raw["apiVersion"]}
            head["metadata"] = {"resourceVersion": raw["metadata"]["resourceVersion"]}
            passed.append(encode({"type": "BOOKMARK", "object": head}) + b"\n")
        return passed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)


async def _read(response: aiohttp.ClientResponse, most: int | None) -> bytearray | None:
    """The body; None where it is longer, and then no more of it was read."""
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if most is not None and len(found) > most:
            response.close()
            return None
    return found


def _key_alone(raw: Object) -> dict[str, Any]:
    """Of a listed object, what says which one it is."""
    metadata = raw["metadata"]
    kept = {name: metadata[name] for name in ("name", "namespace", "uid", "resourceVersion", "labels") if name in metadata}
    return {"apiVersion": raw["apiVersion"], "kind": raw["kind"], "metadata": kept}


def collection(path: str) -> tuple[Kind, str] | None:
    """The kind and namespace (empty: all) that a collection's path speaks of; None for any other path."""
    return _COLLECTIONS.get(path) or _namespaced(path)


_COLLECTIONS: Final = {kind.collection(): (kind, "") for kind in (*WATCHED, *OPTIONAL)}


def _namespaced(path: str) -> tuple[Kind, str] | None:
    head, marker, rest = path.partition("/namespaces/")
    namespace, slash, plural = rest.partition("/")
    if not marker or not slash:
        return None
    found = _COLLECTIONS.get(f"{head}/{plural}")
    return (found[0], namespace) if found else None
