"""Who a request comes from, when proxies stand between. Pure.

A header that anybody can send is believed only from a hop that the settings trust (S3-109).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Network = IPv4Network | IPv6Network
UNIX: Final = "unix"
"""Stands for the peer on a Unix socket, as an address and in the list of trusted proxies."""
_MOST_HOPS: Final = 32


class TrustedProxies:
    """The hops whose word counts: networks in CIDR notation, and `unix`."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._networks = tuple(ip_network(one, strict=False) for one in trusted if one != UNIX)
        self._unix = UNIX in trusted

    def trusts(self, hop: str) -> bool:
        """Whether this hop's headers are believed."""
        if hop == UNIX:
            return self._unix
        address = _address(hop)
        return address is not None and any(address in network for network in self._networks)

    def client(self, peer: str | None, forwarded_for: Sequence[str], real_ip: str | None = None) -> str:
        """The client's address: the last hop, read from the right of `X-Forwarded-For`, that is not trusted.

        `peer` is the socket's other end (None: a Unix socket). `X-Real-IP` is read where a trusted hop sent no
        `X-Forwarded-For`. What is no address ends the walk: the last hop that was one counts.
        """
        at = peer or UNIX
        if not self.trusts(at):
            return _plain(at)
        hops = [hop.strip() for hop in ",".join(forwarded_for).split(",") if hop.strip()]
        if not hops and real_ip is not None:
            hops = [real_ip.strip()]
        for hop in reversed(hops[-_MOST_HOPS:]):
            if _address(hop) is None:
                break
            at = hop
            if not self.trusts(hop):
                break
        return _plain(at)


def rate_key(address: str) -> str:
    """Whom failed attempts are counted for: an IPv4 address, or the /64 that one IPv6 host has for itself."""
    found = _address(address)
    if isinstance(found, IPv6Address):
        return f"address:{IPv6Network((found, 64), strict=False)}"
    return f"address:{address}"


def _plain(address: str) -> str:
    found = _address(address)
    return str(found) if found is not None else address[:64]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address, also with a port (`10.0.0.1:80`, `[::1]:80`); an IPv4 address mapped into IPv6 is an IPv4 address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
