"""The node's network: a namespace of its own, linked to the host by one pair of interfaces.

The host gets routes to its own clone's pods and Services, and no firewall rule. Nothing that starts inside gets past the
host: the namespace has no default route, and the host does not forward what comes in by this link.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from pathlib import Path

from testgen_cluster.commands import run, tool
from testgen_cluster.names import NODES, PODS, SERVICES, Names

FORWARDING = Path("/proc/sys/net/ipv4/conf")


def ensure(names: Names) -> None:
    """Make the namespace, link, addresses and routes, or mend what is missing of them."""
    if not exists(names) or not _linked(names):
        remove(names)
        run([tool("ip"), "netns", "add", names.label])
        run([tool("ip"), "link", "add", names.label, "type", "veth", "peer", "name", "eth0", "netns", names.label])
    _ip(names, "link", "set", "lo", "up")
    _ip(names, "address", "replace", names.node.with_prefixlen, "dev", "eth0")
    _ip(names, "link", "set", "eth0", "up")
    run([tool("ip"), "address", "replace", names.host.with_prefixlen, "dev", names.label])
    run([tool("ip"), "link", "set", names.label, "up"])
    (FORWARDING / names.label / "forwarding").write_text("0\n")
    for network in (names.pods, names.services):
        run([tool("ip"), "route", "replace", str(network), "via", names.node_ip, "dev", names.label])
    # A process of the node that calls a Service (the API server a webhook) needs a route before kube-proxy's rules see it.
    _ip(names, "route", "replace", str(names.services), "via", str(names.host.ip), "dev", "eth0")
    _ip(names, "route", "replace", "unreachable", "default")
    _settings(names)


def exists(names: Names) -> bool:
    return names.netns.exists() and names.label in {found["name"] for found in _json("netns", "list")}


def remove(names: Names) -> None:
    """Remove the link (the routes go with it) and the namespace (its firewall rules go with it), if they are there."""
    run([tool("ip"), "link", "delete", names.label], check=False)
    run([tool("ip"), "netns", "delete", names.label], check=False)
    if names.netns.exists():  # a name whose mount is gone; `ip netns` cannot delete it twice
        names.netns.unlink(missing_ok=True)


def is_free(index: int, hash_: str) -> bool:
    """Whether no route of this machine, but the clone's own, leads into the addresses of an index."""
    return not taken(_json("route", "show", "table", "all"), index, own_device=f"tg-{hash_}")


def taken(routes: Iterable[Mapping[str, str]], index: int, *, own_device: str) -> bool:
    """Whether a route (as `ip -json route` tells it) leads into an index's addresses. Wider ones, as 0.0.0.0/0, do not."""
    wanted = Names(Path("/"), index)
    ranges = (wanted.node.network, wanted.pods, wanted.services)
    for route in routes:
        destination = str(route.get("dst", "default"))
        if destination == "default" or ":" in destination or route.get("dev") == own_device:
            continue
        network = IPv4Network(destination, strict=False)
        if network.prefixlen >= min(NODES.prefixlen, PODS.prefixlen, SERVICES.prefixlen) and any(
            network.overlaps(range_) for range_ in ranges
        ):
            return True
    return False


def _linked(names: Names) -> bool:
    """Whether the host's interface is there and its other end lies in the namespace."""
    return any(link["ifname"] == names.label for link in _json("link", "show")) and any(
        link["ifname"] == "eth0" for link in _json("-netns", names.label, "link", "show")
    )


def _settings(names: Names) -> None:
    """Forward between pods and link, and let kube-proxy's rules see what passes the bridge. Only inside the namespace."""
    script = """
    echo 1 > /proc/sys/net/ipv4/ip_forward
    [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] || modprobe br_netfilter 2>/dev/null
    echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
    """
    run([tool("nsenter"), f"--net={names.netns}", "sh", "-c", script])


def _ip(names: Names, *arguments: str) -> None:
    run([tool("ip"), "-netns", names.label, *arguments])


def _json(*arguments: str) -> list[dict[str, str]]:
    shown = run([tool("ip"), "-json", *arguments], check=False).strip()
    return [entry for entry in json.loads(shown or "[]") if entry]
