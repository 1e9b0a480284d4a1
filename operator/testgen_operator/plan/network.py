"""NetworkPolicies: a store answers this project's own pods and nobody else.

They need a network plugin that enforces them; the local cluster's has none, there they are only evaluated in tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import manifest
from testgen_operator.resources.project import TestGenProject

TO_ANYWHERE: Final[tuple[dict[str, Any], ...]] = (
    {"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]},
    {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}, {"ipBlock": {"cidr": "::/0"}}], "ports": [{"protocol": "TCP", "port": 443}]},
)
"""Names and HTTPS: for what must fetch something from outside. An ipBlock, since a namespaceSelector matches pods only (Y-07)."""


def only_from(
    project: TestGenProject,
    component: Component,
    name: str,
    port: int,
    callers: tuple[Component, ...],
    *,
    egress: Sequence[dict[str, Any]] = (),
) -> Manifest:
    """Only `callers` of the same project and namespace reach `port`; the store itself reaches only `egress`."""
    return manifest(
        project,
        "networking.k8s.io/v1",
        "NetworkPolicy",
        name,
        names.labels(project.name, component),
        spec={
            "podSelector": {"matchLabels": names.selector(project.name, component)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [
                {
                    "from": [{"podSelector": {"matchLabels": names.selector(project.name, caller)}} for caller in callers],
                    "ports": [{"protocol": "TCP", "port": port}],
                }
            ],
            "egress": list(egress),
        },
    )
