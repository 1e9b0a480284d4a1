"""Rules about modes, parts and the number of pods: a field that has no meaning in a mode is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from testgen_operator.resources.rules_base import Rule, resources

PARTS: Final = ("edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "aiGateway")


def _unset_in_microservices(field: str, default: str, mend: str) -> Rule:
    return Rule(
        "spec",
        f"{field} has no meaning in mode Microservices or AIGateway: {mend}",
        f"self.mode == 'Monolith' || {default}",
        lambda spec: spec["mode"] == "Monolith" or not _set(spec, field),
    )


def _set(spec: Mapping[str, Any], field: str) -> bool:
    found: Any = spec
    for step in field.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return bool(found.get("requests") or found.get("limits")) if isinstance(found, Mapping) else found is not None


def _ordered(low: str, high: str) -> tuple[str, Callable[[Mapping[str, Any]], bool]]:
    return (
        f"!has(self.{low}) || !has(self.{high}) || self.{low} <= self.{high}",
        lambda node: low not in node or high not in node or node[low] <= node[high],
    )


_MIN_MAX: Final = _ordered("minReplicas", "maxReplicas")

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "spec",
        "replicas has no meaning in mode Microservices or AIGateway: remove it (replicas: null in a patch), and set "
        "components.<name>.replicas",
        # 1 is what version 0.1 stored as the default of whoever wrote nothing
        "self.mode == 'Monolith' || !has(self.replicas) || self.replicas == 1",
        lambda spec: spec["mode"] == "Monolith" or spec.get("replicas", 1) == 1,
    ),
    _unset_in_microservices(
        "resources",
        "(!has(self.resources.requests.cpu) && !has(self.resources.requests.memory) && !has(self.resources.limits.cpu)"
        " && !has(self.resources.limits.memory))",
        "set components.<name>.resources",
    ),
    _unset_in_microservices("autoscaling.minReplicas", "!has(self.autoscaling.minReplicas)", "set components.<name>.minReplicas"),
    _unset_in_microservices("autoscaling.maxReplicas", "!has(self.autoscaling.maxReplicas)", "set components.<name>.maxReplicas"),
    Rule(
        "spec",
        "components has no meaning in mode Monolith: remove it, or set mode: Microservices",
        "self.mode != 'Monolith' || (" + " && ".join(f"!has(self.components.{part})" for part in PARTS) + ")",
        lambda spec: spec["mode"] != "Monolith" or not any(part in spec.get("components", {}) for part in PARTS),
    ),
    Rule(
        "spec",
        "components.aiGateway has no meaning in mode Microservices: remove it, or set mode: AIGateway",
        "self.mode == 'AIGateway' || !has(self.components.aiGateway)",
        lambda spec: spec["mode"] == "AIGateway" or "aiGateway" not in spec.get("components", {}),
    ),
    Rule(
        "spec",
        "components.graph has no meaning while stores.neo4j.type is Disabled: remove it, or choose a Neo4j",
        "self.stores.neo4j.type != 'Disabled' || !has(self.components.graph)",
        lambda spec: spec["stores"]["neo4j"]["type"] != "Disabled" or "graph" not in spec.get("components", {}),
    ),
    Rule("spec.autoscaling", "minReplicas exceeds maxReplicas: lower the one or raise the other", *_MIN_MAX),
    Rule(
        "spec.autoscaling",
        "minReplicas, maxReplicas, queueDepthPerReplica and requestsPerReplica mean nothing without autoscaling: set enabled, or "
        "remove them",
        "self.enabled || (!has(self.minReplicas) && !has(self.maxReplicas) && !has(self.queueDepthPerReplica)"
        " && !has(self.requestsPerReplica))",
        lambda node: (
            node["enabled"] or not {"minReplicas", "maxReplicas", "queueDepthPerReplica", "requestsPerReplica"}.intersection(node)
        ),
    ),
    *(
        rule
        for part in PARTS
        for rule in (
            Rule(f"spec.components.{part}", "minReplicas exceeds maxReplicas: lower the one or raise the other", *_MIN_MAX),
            *resources(f"spec.components.{part}.resources"),
        )
    ),
)
