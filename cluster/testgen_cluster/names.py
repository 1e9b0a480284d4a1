"""Every name and address of one clone's cluster, derived from where the clone lies and from the index it leased.

Pods and Services lie in 198.18.0.0/15 (RFC 2544, benchmarking), nodes in 198.51.100.0/24 (RFC 5737, documentation): no
network of that kind is anyone's real one, so a test that goes astray reaches nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Final

INDICES: Final = 64
NODES: Final = IPv4Network("198.51.100.0/24")
PODS: Final = IPv4Network("198.18.0.0/16")
SERVICES: Final = IPv4Network("198.19.0.0/16")
RUN_ROOT: Final = Path("/run/testgen")
NODE_NAME: Final = "testgen-node"
API_PORT: Final = 6443


def clone_root() -> Path:
    """The real path of the clone that this package lies in."""
    return Path(__file__).resolve().parents[2]


def clone_hash(root: Path) -> str:
    """Eight hexadecimal digits that stand for a clone's real path."""
    return hashlib.sha256(str(root).encode()).hexdigest()[:8]


def preferred_index(root: Path) -> int:
    """The index that a clone takes if no other running one has it; 0 to 63."""
    return int(hashlib.sha256(str(root).encode()).hexdigest(), 16) % INDICES


@dataclass(frozen=True)
class Names:
    """The cluster of one clone. `root` is the clone's real path, `index` its leased number from 0 to 63."""

    root: Path
    index: int

    @cached_property
    def hash(self) -> str:
        return clone_hash(self.root)

    @property
    def label(self) -> str:
        """The name of the network namespace, of the host's interface (at most 15 characters) and of the kind cluster."""
        return f"tg-{self.hash}"

    @property
    def netns(self) -> Path:
        return Path("/run/netns") / self.label

    @property
    def cgroup(self) -> str:
        return f"testgen-{self.hash}"

    @property
    def host(self) -> IPv4Interface:
        """The host's end of the link, first of the clone's four node addresses but the network's own."""
        return IPv4Interface((int(NODES[4 * self.index + 1]), 30))

    @property
    def node(self) -> IPv4Interface:
        return IPv4Interface((int(NODES[4 * self.index + 2]), 30))

    @property
    def node_ip(self) -> str:
        return str(self.node.ip)

    @property
    def pods(self) -> IPv4Network:
        return IPv4Network((int(PODS[256 * self.index]), 24))

    @property
    def services(self) -> IPv4Network:
        return IPv4Network((int(SERVICES[256 * self.index]), 24))

    @property
    def kubernetes_ip(self) -> IPv4Address:
        return self.services[1]

    @property
    def dns_ip(self) -> IPv4Address:
        return self.services[10]

    @property
    def ingress_ip(self) -> IPv4Address:
        """Traefik's Service, where it is installed; the first sixteen addresses are never given to others."""
        return self.services[11]

    @property
    def server(self) -> str:
        return f"https://{self.node_ip}:{API_PORT}"

    @property
    def state(self) -> Path:
        """All that the cluster writes and keeps while it is up."""
        return self.root / "build" / "cluster"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def kubeconfig(self) -> Path:
        return self.state / "kubeconfig"

    @property
    def run(self) -> Path:
        """Sockets and containerd's state: short, since a Unix socket's path has at most 107 bytes."""
        return RUN_ROOT / self.hash

    @property
    def containerd_socket(self) -> Path:
        return self.run / "containerd.sock"
