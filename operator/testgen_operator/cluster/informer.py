"""Between the watches and the workers: what a watch shows goes into the cache, the project concerned into the queue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from testgen_operator import telemetry
from testgen_operator.cluster.cache import Cache, Key, key_of
from testgen_operator.cluster.kinds import WATCHED, Kind, kind_of
from testgen_operator.cluster.queue import KeyedQueue
from testgen_operator.plan.model import ObjectKey

log = telemetry.get_logger(__name__)


class Informer:
    """`synced` is the start-up barrier: set once every watched kind was listed in every watched namespace (none: all).

    Before it a missing child may just not have been listed yet, so nothing is reconciled and nothing pruned.
    """

    def __init__(
        self,
        cache: Cache,
        queue: KeyedQueue[Key],
        *,
        namespaces: Collection[str],
        own: ObjectKey | None = None,
        kinds: Collection[Kind] = WATCHED,
    ) -> None:
        self.synced = asyncio.Event()
        self._cache = cache
        self._queue = queue
        self._own = own
        self._own_listener: Callable[[Mapping[str, Any]], None] = lambda _: None
        self._awaited = {(kind.resource, namespace) for kind in kinds for namespace in (namespaces or ("",))}
        self._contacts: dict[tuple[str, str], float] = {}
        self._refused: dict[tuple[str, str], tuple[float, int]] = {}
        self._clock = asyncio.get_running_loop().time

    def listen_to_own(self, listener: Callable[[Mapping[str, Any]], None]) -> None:
        """`listener` gets the watch's view of the operator's own object (the watchdog's canary)."""
        self._own_listener = listener

    def on_event(self, what: str, raw: Mapping[str, Any]) -> None:
        """An object as a listing ("LISTED") or a watch shows it."""
        resource = kind_of(raw["apiVersion"], raw["kind"]).resource
        telemetry.WATCH_EVENTS.labels(resource, what).inc()
        telemetry.WATCH_LAST_EVENT.labels(resource).set(time.time())
        if self._own is not None and key_of(raw) == self._own:
            if what != "LISTED":  # a listing proves nothing about the watch
                self._own_listener(raw)
            return
        owner = self._cache.remove(raw) if what == "DELETED" else self._cache.put(raw)
        if owner is not None:
            self._queue.add(owner)

    def on_list(self, kind: Kind, namespace: str, items: list[dict[str, Any]], resource_version: str) -> None:
        """The end of a listing: `items` is all there is at `resource_version`. Its objects were told one by one before."""
        telemetry.WATCH_LAST_EVENT.labels(kind.resource).set(time.time())
        items = [item for item in items if self._own is None or key_of(item) != self._own]
        for owner in self._cache.replace(kind, namespace, items, resource_version):
            self._queue.add(owner)
        self._awaited.discard((kind.resource, namespace))
        if not self._awaited and not self.synced.is_set():
            log.info("every watched kind was listed", objects=len(self._cache))
            self.synced.set()

    def on_contact(self, kind: Kind, namespace: str, refused: int) -> None:
        """The server answered a listing or a watch of `kind`; `refused`: with this status, 0: with what was asked for."""
        if refused:
            since, _ = self._refused.get((kind.resource, namespace), (self._clock(), 0))
            self._refused[kind.resource, namespace] = (since, refused)
            return
        self._refused.pop((kind.resource, namespace), None)
        self._contacts[kind.resource, namespace] = self._clock()

    def longest_silence(self) -> float:
        """Seconds since the server last answered the listing or watch that it has left unanswered longest."""
        return self._clock() - min(self._contacts.values()) if self._contacts else 0.0

    def longest_refusal(self) -> tuple[float, str]:
        """Seconds for which the server has refused one listing or watch without a break, and which with what; 0 where none."""
        if not self._refused:
            return 0.0, ""
        (resource, namespace), (since, status) = min(self._refused.items(), key=lambda one: one[1])
        return self._clock() - since, f"{resource}{f' in {namespace}' if namespace else ''}: HTTP {status}"

    def waiting_for(self) -> list[str]:
        """What the barrier still waits for."""
        return sorted({resource for resource, _ in self._awaited})
