"""A field that has no meaning where it stands is refused, not ignored: one row for each place where fields mean nothing.

tests/unit/operator/test_meaning.py walks every field of the schema through every kind of project: it is refused, or it changes
what the operator makes. `rules_modes`, `rules_stores` and `rules_exposure` have more rows of this kind; those here are younger
than objects that may break them, so a project that was accepted once is served on (`Rule.tolerated`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.resources.rules_base import Rule
from testgen_operator.resources.rules_modes import PARTS

Json = Mapping[str, Any]

OWN: Final[dict[str, Any]] = {
    "storage.size": None,
    "storage.storageClassName": None,
    "resources.requests.cpu": None,
    "resources.requests.memory": None,
    "resources.limits.cpu": None,
    "resources.limits.memory": None,
    "image": None,
}
"""What only a store that the operator runs has. By field: what it is when nobody wrote it; None: it is not there."""


def _without_meaning(at: str, fields: Mapping[str, Any], unless: str, holds: str, value: Any, message: str) -> Rule:
    """`fields` of the node mean nothing unless its field `unless` has this `value`; `holds` is that in CEL."""
    unset = " && ".join(_unset(field, default) for field, default in fields.items())
    return Rule(
        at,
        message,
        f"{holds} || ({unset})",
        lambda node: node[unless] == value or all(_is_unset(node, field, default) for field, default in fields.items()),
        tolerated=True,
    )


def _unset(field: str, default: Any) -> str:
    if default is None:
        return f"!has(self.{field})"
    if isinstance(default, list):
        return f"self.{field}.size() == 0"
    return f"self.{field} == {repr(default) if isinstance(default, str) else str(default).lower()}"


def _is_unset(node: Json, field: str, default: Any) -> bool:
    *steps, last = field.split(".")
    found: Any = node
    for step in steps:
        found = found.get(step, {})
    return bool(found.get(last) == default)


def _own(store: str, kind: str, instead: str) -> Rule:
    return _without_meaning(
        f"spec.stores.{store}",
        OWN,
        "type",
        f"self.type == '{kind}'",
        kind,
        f"storage, resources and image have a meaning only for a {instead} that the operator runs: remove them, or set "
        f"type: {kind}",
    )


def _has_own(node: Json) -> bool:
    return not all(_is_unset(node, field, default) for field, default in OWN.items())


def _pods_elsewhere(part: str) -> tuple[Rule, Rule]:
    """Who decides about the number of a part's pods: the spec, or an autoscaler between two bounds."""
    at = f"components.{part}"

    def there(spec: Json, *fields: str) -> bool:
        return any(field in spec.get("components", {}).get(part, {}) for field in fields)

    return (
        Rule(
            "spec",
            f"{at}.replicas has no meaning with autoscaling: remove it, and set {at}.minReplicas and {at}.maxReplicas",
            f"!self.autoscaling.enabled || !has(self.{at}) || !has(self.{at}.replicas)",
            lambda spec: not spec["autoscaling"]["enabled"] or not there(spec, "replicas"),
            tolerated=True,
        ),
        Rule(
            "spec",
            f"{at}.minReplicas and {at}.maxReplicas have no meaning without autoscaling: set autoscaling.enabled, or remove them "
            f"and set {at}.replicas",
            f"self.autoscaling.enabled || !has(self.{at}) || (!has(self.{at}.minReplicas) && !has(self.{at}.maxReplicas))",
            lambda spec: spec["autoscaling"]["enabled"] or not there(spec, "minReplicas", "maxReplicas"),
            tolerated=True,
        ),
    )


def _draws(spec: Json) -> bool:
    """As `plan.credentials.drawn` has it."""
    stores = spec["stores"]
    managed = any(stores[one]["type"] == "Managed" for one in ("neo4j", "redis", "qdrant"))
    return spec["mode"] != "Monolith" or stores["postgres"]["type"] == "BuiltIn" or managed


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "spec.stores.postgres",
        "storage, resources and image have no meaning with type External, which somebody else runs: remove them",
        "self.type != 'External' || (" + " && ".join(_unset(field, None) for field in OWN) + ")",
        lambda node: node["type"] != "External" or not _has_own(node),
        tolerated=True,
    ),
    _own("qdrant", "Managed", "Qdrant"),
    _own("neo4j", "Managed", "Neo4j"),
    _own("redis", "Managed", "Redis"),
    Rule(
        "spec",
        "stores.rotateCredentials has no meaning where the operator draws no password: remove it, and change those of the stores "
        "that somebody else runs where they are run",
        "!has(self.stores.rotateCredentials) || self.mode != 'Monolith' || self.stores.postgres.type == 'BuiltIn'"
        " || self.stores.neo4j.type == 'Managed' || self.stores.redis.type == 'Managed' || self.stores.qdrant.type == 'Managed'",
        lambda spec: "rotateCredentials" not in spec["stores"] or _draws(spec),
        tolerated=True,
    ),
    Rule(
        "spec",
        "replicas has no meaning with autoscaling: remove it (replicas: null in a patch), and set autoscaling.minReplicas and "
        "autoscaling.maxReplicas",
        # 1 is what version 0.1 stored as the default of whoever wrote nothing
        "!self.autoscaling.enabled || self.mode != 'Monolith' || !has(self.replicas) || self.replicas == 1",
        lambda spec: not spec["autoscaling"]["enabled"] or spec["mode"] != "Monolith" or spec.get("replicas", 1) == 1,
        tolerated=True,
    ),
    *(rule for part in PARTS for rule in _pods_elsewhere(part)),
    _without_meaning(
        "spec.autoscaling",
        {"targetCpuUtilization": 70, "targetMemoryUtilization": 80},
        "enabled",
        "self.enabled",
        True,
        "targetCpuUtilization and targetMemoryUtilization mean nothing without autoscaling: set enabled, or remove them",
    ),
    Rule(
        "spec.exposure",
        "forceHttps, requestsPerMinute and maxConnections have no meaning while type is Disabled: choose Ingress or Gateway, or "
        "remove them",
        "self.type != 'Disabled' || (self.forceHttps && self.requestsPerMinute == 100 && self.maxConnections == 10)",
        lambda node: (
            node["type"] != "Disabled"
            or (node["forceHttps"] and node["requestsPerMinute"] == 100 and node["maxConnections"] == 10)
        ),
        tolerated=True,
    ),
    Rule(
        "spec.exposure",
        "tls.secretName has no meaning with type Gateway, whose listener holds the certificate: remove it, or have cert-manager "
        "make one for the listener by tls.issuerRef",
        "self.type != 'Gateway' || !has(self.tls) || !has(self.tls.secretName)",
        lambda node: node["type"] != "Gateway" or "secretName" not in node.get("tls", {}),
        tolerated=True,
    ),
    _without_meaning(
        "spec.networkPolicy",
        {"allowFromNamespaces": [], "monitoringNamespace": "monitoring", "allowTo": []},
        "enabled",
        "self.enabled",
        True,
        "allowFromNamespaces, monitoringNamespace and allowTo have no meaning without fences: set enabled, or remove them",
    ),
    _without_meaning(
        "spec.llm.providers[].managed",
        {"storage.size": None, "storage.storageClassName": None},
        "modelSource",
        "self.modelSource == 'Pull'",
        "Pull",
        "storage has no meaning with modelSource Image, which holds the models: remove it, or set modelSource: Pull",
    ),
)
