"""Which Prometheus the operator may be made to ask: a list that the platform keeps, since the operator stands inside every fence.

`rollout.analysis.prometheus.address` is a tenant's, and the operator's pods are let in where that tenant is not. An entry is
`host:port`, or `host` for every port of it; `*.suffix` stands for every name below the suffix. An address is compared as it is
written: a name is allowed as a name, and no number stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

SETTING: Final = "TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES"
DEFAULT: Final = ("*.monitoring.svc:9090", "*.monitoring.svc.cluster.local:9090")
"""The conventional port of the Services of the conventional namespace (`networkPolicy.monitoringNamespace`'s default)."""
MOST: Final = 64
_LABEL: Final = r"[a-z0-9]([-a-z0-9_]{0,61}[a-z0-9])?"
_NAME: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Place:
    """Where an address leads: an http(s) server."""

    scheme: str
    host: str
    """A name or an IP address, in lower case, without brackets and without the dot at the end."""
    port: int

    @property
    def base(self) -> str:
        """A URL to exactly this, so that what was judged is what is called, however the address was written."""
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True)
class Entry:
    """One of the list. `port` None: every port; `below`: names that end in `.host`, not `host` itself."""

    host: str
    port: int | None = None
    below: bool = False

    def covers(self, place: Place) -> bool:
        if self.port is not None and self.port != place.port:
            return False
        return place.host.endswith(f".{self.host}") if self.below else place.host == self.host


def entry(text: str) -> Entry:
    """Raises: ValueError, which says what an entry is."""
    below = text.startswith("*.")
    try:
        parts = urlsplit(f"//{text.removeprefix('*.')}")
        port = parts.port
    except ValueError:
        raise _bad(text) from None
    host = _host(parts.hostname)
    rest = parts.path or parts.query or parts.fragment or parts.username is not None or parts.netloc.endswith(":")
    # One label, such as `*.svc`, would allow the Services of every tenant.
    if not host or rest or port == 0 or len(text) > 270 or (below and (_is_address(host) or "." not in host)):
        raise _bad(text)
    return Entry(host, port, below)


def place(address: str) -> Place:
    """Where a base URL leads. Raises: ValueError."""
    parts = urlsplit(address)
    host, port = _host(parts.hostname), _PORTS.get(parts.scheme) if parts.port is None else parts.port
    if parts.scheme not in _PORTS or not host or not port or parts.username is not None:
        raise ValueError("no http(s) URL of a host without a user")
    return Place(parts.scheme, host, port)


def is_allowed(entries: Sequence[Entry], wanted: Place) -> bool:
    return any(one.covers(wanted) for one in entries)


def _host(written: str | None) -> str:
    """The one form of a host; "" for what is none."""
    host = (written or "").lower().removesuffix(".")
    if ":" in host:
        try:
            return str(ip_address(host))
        except ValueError:
            return ""
    return host if len(host) <= 253 and _NAME.fullmatch(host) else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _bad(text: str) -> ValueError:
    return ValueError(
        f"{text[:80]!r} is no address of a Prometheus: write host:port, host, or *.suffix:port with a suffix of two labels or "
        "more, such as *.monitoring.svc:9090, separated by commas"
    )
