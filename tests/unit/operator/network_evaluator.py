"""Would these NetworkPolicies let a connection through? A pure evaluator of networking.k8s.io/v1, as its reference says.

No controller of the local cluster enforces policies, so their meaning is what the tests judge. A pod that no policy of a
direction selects is open in it; one that some select may do what any of them allows. A connection needs both ends to agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Peer:
    """A pod, or (without a namespace) an address outside of the cluster. Namespaces carry kubernetes.io/metadata.name alone."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = "10.0.0.9"

    @property
    def is_pod(self) -> bool:
        return bool(self.namespace)


def allowed(policies: Sequence[Json], caller: Peer, callee: Peer, port: int, protocol: str = "TCP") -> bool:
    """Whether `caller` may open a connection to `port` of `callee`."""
    return _side(policies, "Egress", caller, callee, port, protocol) and _side(
        policies, "Ingress", callee, caller, port, protocol
    )


def _side(policies: Sequence[Json], direction: str, own: Peer, other: Peer, port: int, protocol: str) -> bool:
    if not own.is_pod:
        return True
    selecting = [one for one in policies if _selects(one, own) and direction in one["spec"]["policyTypes"]]
    if not selecting:
        return True
    rules, end = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    return any(_rule(one, rule, end, other, port, protocol) for one in selecting for rule in one["spec"].get(rules, ()))


def _rule(policy: Json, rule: Json, end: str, other: Peer, port: int, protocol: str) -> bool:
    ports = rule.get("ports")
    if ports and not any(one.get("protocol", "TCP") == protocol and one.get("port") in (None, port) for one in ports):
        return False
    peers = rule.get(end)
    return not peers or any(_peer(policy["metadata"]["namespace"], one, other) for one in peers)


def _peer(own_namespace: str, peer: Json, other: Peer) -> bool:
    if "ipBlock" in peer:
        address, block = ip_address(other.address), ip_network(peer["ipBlock"]["cidr"])
        left_out = any(address in ip_network(one) for one in peer["ipBlock"].get("except", ()))
        return address.version == block.version and address in block and not left_out
    if not other.is_pod:
        return False
    if "namespaceSelector" in peer:
        if not _matches(peer["namespaceSelector"], {"kubernetes.io/metadata.name": other.namespace}):
            return False
    elif other.namespace != own_namespace:
        return False
    return "podSelector" not in peer or _matches(peer["podSelector"], other.labels)


def _selects(policy: Json, pod: Peer) -> bool:
    return bool(policy["metadata"]["namespace"] == pod.namespace and _matches(policy["spec"]["podSelector"], pod.labels))


def _matches(selector: Json, labels: Mapping[str, str]) -> bool:
    assert not selector.get("matchExpressions"), "the evaluator knows matchLabels only"
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())


def of(manifests: Iterable[Any]) -> list[Json]:
    return [one.object for one in manifests if one.kind == "NetworkPolicy"]
