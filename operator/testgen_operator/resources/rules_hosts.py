"""Where a spec may lead the runtime and the operator: to servers, not to a pod's or a node's own machine, nor to the cluster's
API.

A tenant names hosts of models, stores and identity providers. Loopback, link-local addresses and those at which clouds answer
with credentials are refused as they are written, in every form that an address has (`127.1`, `0x7f000001`, `017700000001`,
`::ffff:127.0.0.1`), and so are names that stand for them. What a name resolves to is known when it is dialled: the runtime checks
there again (`testgen_runtime.security.outbound`), and the fences leave the same networks out.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from testgen_operator.resources.rules_base import Rule

BAD_PLACE: Final = (
    "leads to the pod's or the node's own machine, a cloud's metadata or the cluster's own API, or writes an address in an "
    "unusual form: name a server that is there for projects, an address as four decimal numbers"
)
NUMERIC: Final = r"(0x[0-9a-f]*|[0-9]+)([.](0x[0-9a-f]*|[0-9]+))*[.]?"
"""What resolvers take for an IPv4 address."""
QUAD: Final = r"((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PART: Final = "(0x[0-9a-f]*|[0-9]+)"
_ODD: Final = "(0x[0-9a-f]*|0[0-9]+)"
OWN_MACHINE: Final = (
    # addresses, then forms of them that only resolvers know
    rf"(127|0|169[.]254)([.][0-9]+)+|100[.]100[.]100[.]200|192[.]0[.]0[.]192|{_PART}([.]{_PART}){{0,2}}"
    rf"|({_PART}[.]){{0,3}}{_ODD}([.]{_PART}){{0,3}}"
    # names
    r"|([^:/]*[.])?localhost|ip6-localhost|ip6-loopback|metadata([.](goog|google[.]internal|azure[.]internal))?"
    r"|instance-data([.]ec2[.]internal)?|kubernetes([.]default([.]svc([.][^:/]*)?)?)?"
)
"""Hosts, in lower case. At 100.100.100.200 and 192.0.0.192 two clouds answer with credentials."""
SIX: Final = r"\[?([0:]+1?|[0:]+[0-9]*[.][0-9.]*|[0:]*ffff:.*|64:ff9b:.*|2002:.*|fe[89ab].*|fd00:0?ec2:.*)\]?"
"""IPv6 addresses that are the pod's own, carry an IPv4 one, are link-local, or answer with a cloud's metadata."""


def is_a_place(host: str) -> bool:
    """Whether a host may be named. Of an IPv6 address the canonical form is judged."""
    host = host.strip("[]").lower()
    if ":" in host:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        plain = isinstance(address, IPv6Address) and address.scope_id is None and any(address.packed[:12])
        return plain and re.fullmatch(SIX, str(address)) is None
    if re.fullmatch(NUMERIC, host) and not re.fullmatch(QUAD, host):
        return False
    return re.fullmatch(OWN_MACHINE, host.removesuffix(".")) is None


OUT_OF_BOUNDS: Final = ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fd00:ec2::/32")
"""Networks of the pod itself and of its node, and where a cloud answers with credentials: no fence is opened to them."""


def _is_open(cidr: str) -> bool:
    try:
        wanted = ip_network(cidr, strict=False)
    except ValueError:
        return True  # another rule's
    return not any(one.version == wanted.version and wanted.subnet_of(one) for one in map(ip_network, OUT_OF_BOUNDS))  # type: ignore[arg-type]


def network(at: str) -> Rule:
    """A network that a fence may be opened to."""
    inside = " || ".join(f"cidr('{one}').containsCIDR(self)" for one in OUT_OF_BOUNDS)
    return Rule(
        at,
        "is the pod's or the node's own network, or a cloud's metadata: remove it",
        f"!isCIDR(self) || !({inside})",
        _is_open,
    )


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def place(at: str) -> Rule:
    """A host or an address by itself."""
    return Rule(at, BAD_PLACE, f"!self.matches(r'(?i)^({OWN_MACHINE}|{SIX})[.]?$')", is_a_place)


def place_of_url(at: str, message: str = BAD_PLACE) -> Rule:
    """The host of a URL. In CEL matched within the whole text: the API server charges by the longest text that there could be,
    and knows no bound of a part."""
    cel = f"!self.matches(r'(?i)^[a-z0-9+.-]+://({OWN_MACHINE}|{SIX})[.]?([:/?#].*)?$')"
    return Rule(at, message, cel, lambda url: is_a_place(host_of(url)))
