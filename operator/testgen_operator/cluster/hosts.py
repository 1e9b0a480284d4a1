"""Which project has which host: one project a host among the namespaces that this operator watches, and whoever was there first
keeps it. Ingresses and routes of others are not looked at.

An index over the cache, built from it once and kept up by every reconcile. It decides nothing that a restart would decide
otherwise: age is the project's creationTimestamp, and its uid where two are of the same second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from testgen_operator.cluster.cache import Cache, Key

Age = tuple[str, str]


class Hosts:
    """`requeue` is called with each project that another's coming or going concerns."""

    def __init__(self, cache: Cache, requeue: Callable[[Key], None] = lambda _: None) -> None:
        self._cache = cache
        self._requeue = requeue
        self._claims: defaultdict[str, dict[Key, Age]] = defaultdict(dict)
        self._host_of: dict[Key, str] = {}
        self._built = False

    def taken(self, key: Key, live: Mapping[str, Any]) -> bool:
        """Whether an older project has the host that `live` asks for; takes note of what it asks for."""
        self._build()
        host = _host(live)
        if self._host_of.get(key, "") != host:
            self.forget(key)
            if host:
                self._note(key, live)
                self._tell_others(key, host)
        claims = self._claims.get(host, {}) if host else {}
        own = claims.get(key)
        return own is not None and any(age < own for age in claims.values())

    def forget(self, key: Key) -> None:
        """The project is gone, or has another host."""
        host = self._host_of.pop(key, "")
        if not host:
            return
        self._claims[host].pop(key, None)
        self._tell_others(key, host)
        if not self._claims[host]:
            del self._claims[host]

    def _build(self) -> None:
        """Once, when the cache is full: an older project that was not looked at yet counts too."""
        if self._built:
            return
        self._built = True
        for key in self._cache.projects():
            if (live := self._cache.project(key)) is not None and not live["metadata"].get("deletionTimestamp"):
                self._note(key, live)

    def _note(self, key: Key, live: Mapping[str, Any]) -> None:
        if host := _host(live):
            metadata = live["metadata"]
            self._claims[host][key] = (str(metadata.get("creationTimestamp", "")), str(metadata.get("uid", "")))
            self._host_of[key] = host

    def _tell_others(self, key: Key, host: str) -> None:
        for other in self._claims.get(host, ()):
            if other != key:
                self._requeue(other)


def _host(live: Mapping[str, Any]) -> str:
    """The host that a spec asks for, whether or not the rest of it is valid."""
    exposure = (live.get("spec") or {}).get("exposure")
    if not isinstance(exposure, Mapping) or exposure.get("type", "Disabled") == "Disabled":
        return ""
    return str(exposure.get("host") or "").lower()
