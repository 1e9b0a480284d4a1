"""Where this process may open connections to: checked when they are opened, so a name that leads elsewhere by then is no way in.

A project names hosts of models, stores and identity providers. Where `outbound.guarded` is set (the operator does so for every
project that names any) nothing is dialled on this machine, in its link-local networks, where clouds answer with credentials, or
at the cluster's own API. The check is a hook of the interpreter (`socket.connect`, PEP 578), so no library is left out; uvloop,
which connects without the interpreter, tells it here.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

from testgen_runtime.settings import Outbound

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORBIDDEN: Final = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "100.100.100.200/32",
            "192.0.0.192/32",
            "::/127",
            "fe80::/10",
            "fd00:ec2::/32",
        ),
    )
)
NAT64: Final = ip_network("64:ff9b::/96")


class ForbiddenDestination(PermissionError):
    """Libraries treat it as a connection that failed; its words say why."""


class Guard:
    """`allow`: networks that are let through nevertheless. `api`: addresses of the cluster's own API."""

    def __init__(self, allow: Iterable[str] = (), api: Iterable[str] = ()) -> None:
        self._allow = tuple(ip_network(one, strict=False) for one in allow)
        self._forbidden: tuple[Network, ...] = (*FORBIDDEN, *(ip_network(one) for one in api if _is_address(one)))

    def refuses(self, host: str) -> bool:
        """Whether no connection may be opened to an address, as `getaddrinfo` writes it."""
        try:
            meant = _meant(ip_address(host.partition("%")[0]))
        except ValueError:
            return False  # a name: what it stands for is dialled next
        return _within(meant, self._forbidden) and not _within(meant, self._allow)

    def check(self, host: str) -> None:
        """Raises ForbiddenDestination."""
        if self.refuses(host):
            raise ForbiddenDestination(
                f"{host} is no destination for a project: this machine, a link-local network, a cloud's metadata or the "
                "cluster's own API; name another host in the project's spec"
            )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == one.version and address in one for one in networks)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(address.packed[12:])
    return address.ipv4_mapped or address.sixtofour or address


_guards: Final[list[Guard]] = []
"""At most one: a hook of the interpreter cannot be taken out again."""


def install(settings: Outbound) -> None:
    """Guard this process from now on, if the settings ask for it."""
    if not settings.guarded or _guards:
        return
    api = os.environ.get("KUBERNETES_SERVICE_HOST", "")
    _guards.append(Guard(settings.allow, [api] if api else []))
    sys.addaudithook(_on_event)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _guards[0].check(str(arguments[1][0]))


def new_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, which tells the guard of every connection."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()

    class Loop(uvloop.Loop):
        async def create_connection(  # type: ignore[override]  # what it does not look at is handed on
            self, factory: Callable[[], Any], host: Any = None, port: Any = None, **options: Any
        ) -> tuple[Any, Any]:
            if not _guards or host is None:
                return await super().create_connection(factory, host, port, **options)
            if options.get("ssl"):
                options.setdefault("server_hostname", host)
            found = await self.getaddrinfo(host, port, family=options.pop("family", 0), type=socket.SOCK_STREAM)
            refused: OSError | None = None
            for *_, address in found:  # what was checked is dialled, whatever the name says next
                try:
                    _guards[0].check(address[0])
                    return await super().create_connection(factory, address[0], address[1], **options)
                except OSError as error:
                    refused = error
            raise refused or OSError(f"{host} has no address")

        async def sock_connect(self, sock: Any, address: Any) -> Any:
            if _guards and isinstance(address, tuple):
                _guards[0].check(str(address[0]))
            return await super().sock_connect(sock, address)

    return Loop()
