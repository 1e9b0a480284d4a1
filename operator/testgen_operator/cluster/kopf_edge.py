"""kopf, and nothing but kopf: its watches feed `on_event` and `on_list`. The only module that imports it.

Used are `kopf.on.event` and `kopf.on.login`. What is relied on beyond the documentation is small, pinned and tested in
tests/unit/operator_engine/test_kopf_contract.py: the names of the watcher tasks, that error backoffs may be endless, and that
kopf lists a collection once before it watches it, and again after a 410, with the session that the login handler gave it.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import aiohttp

from testgen_operator import names, telemetry
from testgen_operator.cluster.client import open_session
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import OPTIONAL, PROJECT, WATCHED, Kind


@contextmanager
def _absent(*modules: str) -> Iterator[None]:
    """Meanwhile these modules can't be imported, unless they already are."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] - None is how Python itself marks it
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


# Where the kubernetes client is installed kopf imports it to read its credentials: 45 MB for what the operator never uses.
with _absent("kubernetes", "pykube"):
    import kopf

Object = Mapping[str, Any]
OnEvent = Callable[[str, Object], None]
OnList = Callable[[Kind, str, list[dict[str, Any]], str], None]
OnContact = Callable[[Kind, str], None]
OnFailure = Callable[[str], None]

log = telemetry.get_logger(__name__)

WATCHER_TASK: Final = "watcher for "
WATCH_SECONDS: Final = 300
"""The server ends each watch after this time, so each is opened anew at least that often."""


class EndlessBackoff:
    """1, 2, 4 … 30 s with jitter, for ever; each iteration starts anew.

    It must have no length: kopf counts the tries of a sized one, and its watcher dies for good after the last.
    """

    def __iter__(self) -> Iterator[float]:
        return (min(2.0**n, 30.0) * random.uniform(0.8, 1.2) for n in (min(i, 10) for i in itertools.count()))  # noqa: S311


def settings() -> kopf.OperatorSettings:
    found = kopf.OperatorSettings()
    found.posting.enabled = False
    found.scanning.disabled = True
    found.peering.standalone = True
    found.networking.request_timeout = 30
    found.networking.connect_timeout = 5
    found.networking.error_backoffs = EndlessBackoff()
    found.watching.server_timeout = WATCH_SECONDS
    found.watching.client_timeout = 310
    found.watching.connect_timeout = 5
    return found


def dead_watchers(namespaces: Collection[str], kinds: Collection[Kind] = WATCHED) -> int:
    """How many of the watcher tasks that should run do not. kopf itself calls a process with dead watchers healthy."""
    expected = len(kinds) * max(1, len(namespaces))
    alive = sum(1 for task in asyncio.all_tasks() if task.get_name().startswith(WATCHER_TASK) and not task.done())
    return max(0, expected - alive)


async def watch(
    connection: Connection,
    *,
    namespaces: Collection[str],
    on_event: OnEvent,
    on_list: OnList,
    on_contact: OnContact,
    on_failure: OnFailure,
    stop: asyncio.Event,
    ready: asyncio.Event,
    kinds: Collection[Kind] = WATCHED,
) -> None:
    """Watch the projects and their children in `namespaces` (none: all) until `stop`.

    `on_list` gets every listing that a watch starts from, `on_event` ("ADDED" | "MODIFIED" | "DELETED") what comes after it,
    `on_contact` every answer to a listing or a watch. What `on_event` raises goes to `on_failure`: kopf would only log it.
    kopf cancels tasks that were started after it when it ends, so start everything else before.
    """
    registry = kopf.OperatorRegistry()
    tap = _Tap(connection, on_list, on_contact)

    @kopf.on.login(registry=registry)
    async def login(**_: Any) -> kopf.AiohttpSession:
        # Called again after a 401; the token is read again by then.
        return kopf.AiohttpSession(
            server=connection.server,
            default_namespace=connection.namespace,
            aiohttp_session=open_session(connection, middlewares=(tap,)),
        )

    async def seen(event: Any, **_: Any) -> None:
        if event["type"] is not None:  # None: part of a listing, which on_list has had as a whole
            try:
                on_event(event["type"], event["object"])
            except Exception as problem:
                log.exception("an event could not be taken in")
                on_failure(f"an event could not be taken in: {problem}")

    for kind in kinds:
        kopf.on.event(kind.group, kind.version, kind.plural, id=kind.plural, registry=registry)(seen)

    await kopf.operator(
        registry=registry,
        settings=settings(),
        clusterwide=not namespaces,
        namespaces=tuple(namespaces),
        standalone=True,
        stop_flag=stop,
        ready_flag=ready,
    )


class _Tap:
    """aiohttp middleware of kopf's session: asks for labelled children only, and passes every listing on.

    kopf filters labels itself, after everything in the cluster was sent to it; and its event handlers never learn what vanished
    between two listings.
    """

    def __init__(self, connection: Connection, on_list: OnList, on_contact: OnContact) -> None:
        self._connection = connection
        self._on_list = on_list
        self._on_contact = on_contact
        self._opened: set[tuple[Kind, str]] = set()

    async def __call__(
        self, request: aiohttp.ClientRequest, send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
    ) -> aiohttp.ClientResponse:
        request.headers.update(self._connection.headers())
        found = _collection(request.url.path) if request.method == "GET" else None
        if found is None:
            return await send(request)
        kind, namespace = found
        if kind != PROJECT:
            request.url = request.url.update_query(labelSelector=names.LABEL_PROJECT)
        response = await send(request)
        if response.status == 401 and self._connection.token:
            self._connection.token.expire()
        if response.status == 200:
            self._on_contact(kind, namespace)
            if "watch" in request.url.query:
                self._count(kind, namespace)
        if response.status == 200 and "watch" not in request.url.query:
            telemetry.WATCH_LISTS.labels(kind.resource).inc()
            listing = await response.json()  # kopf's own reading of it gets the same bytes
            items = [{"apiVersion": kind.api_version, "kind": kind.kind} | item for item in listing.get("items") or ()]
            self._on_list(kind, namespace, items, listing["metadata"]["resourceVersion"])
        return response

    def _count(self, kind: Kind, namespace: str) -> None:
        if (kind, namespace) in self._opened:
            telemetry.WATCH_RESTARTS.labels(kind.resource).inc()
        self._opened.add((kind, namespace))


def _collection(path: str) -> tuple[Kind, str] | None:
    """The kind and namespace (empty: all) that a collection's path speaks of; None for any other path."""
    return _collections().get(path) or _namespaced(path)


def _collections() -> dict[str, tuple[Kind, str]]:
    return {kind.collection(): (kind, "") for kind in (*WATCHED, *OPTIONAL)}


def _namespaced(path: str) -> tuple[Kind, str] | None:
    head, marker, rest = path.partition("/namespaces/")
    namespace, slash, plural = rest.partition("/")
    if not marker or not slash:
        return None
    found = _collections().get(f"{head}/{plural}")
    return (found[0], namespace) if found else None
