"""Rules about the stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.resources.rules_base import (
    HOST,
    Rule,
    image,
    matches,
    only_with,
    plain_url,
    reference,
    resources,
    storage,
)
from testgen_operator.resources.rules_hosts import place, place_of_url

DATABASE: Final = r"^[a-zA-Z_][-a-zA-Z0-9_]*$"
BAD_DATABASE: Final = "must hold only letters, digits, '_' and '-', and not begin with a digit"
BAD_HOST: Final = "is no host name or IPv4 address: write it without scheme, port and path, such as db.platform.svc"


def _unset_unless(at: str, kind: str, field: str, value: str, is_default: str) -> Rule:
    """`field` has a meaning with type `kind` alone; `is_default` is CEL, `value` the default as JSON shows it."""
    return Rule(
        at,
        f"{field} has a meaning only with type {kind}: remove it, or set the type",
        f"self.type == '{kind}' || {is_default}",
        lambda node: node["type"] == kind or str(node.get(field)).lower() == value,
    )


def _copies_fit(qdrant: Mapping[str, Any]) -> bool:
    return qdrant["type"] != "Managed" or int(qdrant["replicationFactor"]) <= int(qdrant["replicas"])


POOLED: Final[Mapping[str, int]] = {"Monolith": 1, "Microservices": 6, "AIGateway": 7}
"""Parts with a pool on PostgreSQL, Neo4j's aside."""
BESIDE: Final[Mapping[str, int]] = {"Monolith": 6, "Microservices": 3, "AIGateway": 3}
"""What they hold beside their pools. Both are `plan.connections` at one pod a part; a test compares them."""


def fewest_connections(spec: Mapping[str, Any]) -> int:
    """What the smallest pools of one pod of each part need, and as many again for a change of mode (X-11)."""
    stores, split = spec["stores"], spec["mode"] != "Monolith"
    graph: bool = split and stores["neo4j"]["type"] != "Disabled"
    lock: bool = split and stores["qdrant"]["type"] != "Embedded"
    of_a_pod = 4 if "readHost" in stores["postgres"]["external"] else 2
    pools: int = (POOLED[spec["mode"]] + graph) * of_a_pod
    return 12 + 4 * (pools + BESIDE[spec["mode"]] + 2 * graph + lock)


def _by_mode(values: Mapping[str, int]) -> str:
    whole, split, topped = values["Monolith"], values["Microservices"], values["AIGateway"]
    return f"(self.mode == 'Monolith' ? {whole} : self.mode == 'Microservices' ? {split} : {topped})"


_GRAPH: Final = "(self.mode != 'Monolith' && self.stores.neo4j.type != 'Disabled' ? 1 : 0)"
_LOCK: Final = "(self.mode != 'Monolith' && self.stores.qdrant.type != 'Embedded' ? 1 : 0)"
_EXTERNAL: Final = "self.stores.postgres.external"
_FEWEST: Final = (
    f"12 + 4 * (({_by_mode(POOLED)} + {_GRAPH}) * (has({_EXTERNAL}.readHost) ? 4 : 2)"
    f" + {_by_mode(BESIDE)} + 2 * {_GRAPH} + {_LOCK})"
)


def _no_server_goes(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    managed = before["type"] == after["type"] == "Managed"
    return not managed or int(after["replicas"]) >= int(before["replicas"])


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "spec.stores.postgres.type",
        "cannot be changed: restore the old value",
        "self == oldSelf",
        keeps=lambda before, after: before == after,
    ),
    *only_with("spec.stores.postgres", "external", "External"),
    Rule(
        "spec.stores.postgres",
        "cloudNativePg has a meaning only with type CloudNativePG: remove it, or set the type",
        "self.type == 'CloudNativePG' || !has(self.cloudNativePg)",
        lambda node: node["type"] == "CloudNativePG" or "cloudNativePg" not in node,
    ),
    _unset_unless("spec.stores.postgres", "BuiltIn", "readReplica", "false", "!self.readReplica"),
    matches("spec.stores.postgres.external.host", HOST, BAD_HOST),
    matches("spec.stores.postgres.external.readHost", HOST, BAD_HOST),
    place("spec.stores.postgres.external.host"),
    place("spec.stores.postgres.external.readHost"),
    matches("spec.stores.postgres.external.database", DATABASE, BAD_DATABASE),
    matches("spec.stores.postgres.external.user", DATABASE, BAD_DATABASE),
    Rule(
        "spec",
        "is fewer connections than one pod of each part and a change of mode need: write at least 44 in mode Monolith, 72 in "
        "Microservices, 80 in AIGateway, with readHost 52, 120 and 136; in the split modes 16 more with a Neo4j (24 with "
        "readHost) and 4 more with a Qdrant server",
        f"!has({_EXTERNAL}) || {_EXTERNAL}.maxConnections >= {_FEWEST}",
        lambda spec: (
            "external" not in spec["stores"]["postgres"]
            or spec["stores"]["postgres"]["external"]["maxConnections"] >= fewest_connections(spec)
        ),
        tolerated=True,
        of="spec.stores.postgres.external.maxConnections",
    ),
    *reference("spec.stores.postgres.external.passwordSecretRef"),
    *reference("spec.stores.postgres.external.caSecretRef"),
    *storage("spec.stores.postgres"),
    *resources("spec.stores.postgres.resources"),
    image("spec.stores.postgres.image"),
    *only_with("spec.stores.qdrant", "external", "External"),
    _unset_unless("spec.stores.qdrant", "Managed", "replicas", "1", "self.replicas == 1"),
    Rule(
        "spec.stores.qdrant",
        "shards and replicationFactor have no meaning with type Embedded: remove them, or set the type",
        "self.type != 'Embedded' || (self.shards == 1 && self.replicationFactor == 1)",
        lambda node: node["type"] != "Embedded" or (node["shards"] == 1 and node["replicationFactor"] == 1),
    ),
    Rule(
        "spec.stores.qdrant",
        "replicationFactor exceeds replicas: a shard has at most one copy on each server; lower it, or raise replicas",
        "self.type != 'Managed' || self.replicationFactor <= self.replicas",
        _copies_fit,
    ),
    Rule(
        "spec.stores.qdrant",
        "replicas: a running cluster cannot be given fewer servers, which would take shards and the quorum with them: write the "
        "old number or a larger one. For a smaller cluster set type: Embedded, wait until the servers are gone, delete their "
        "volumes, and set type: Managed with the new number: the index is filled anew from PostgreSQL",
        "self.type != 'Managed' || oldSelf.type != 'Managed' || self.replicas >= oldSelf.replicas",
        keeps=_no_server_goes,
    ),
    *plain_url("spec.stores.qdrant.external.url", ("http", "https"), "https://qdrant.example:6333"),
    place_of_url("spec.stores.qdrant.external.url"),
    *reference("spec.stores.qdrant.external.apiKeySecretRef"),
    *storage("spec.stores.qdrant", "type", "Managed"),
    *resources("spec.stores.qdrant.resources"),
    image("spec.stores.qdrant.image"),
    *only_with("spec.stores.neo4j", "external", "External"),
    *plain_url("spec.stores.neo4j.external.uri", ("bolt", "bolt+s", "neo4j", "neo4j+s"), "neo4j+s://graph.example:7687"),
    place_of_url("spec.stores.neo4j.external.uri"),
    matches("spec.stores.neo4j.external.database", DATABASE, BAD_DATABASE),
    matches("spec.stores.neo4j.external.user", DATABASE, BAD_DATABASE),
    *reference("spec.stores.neo4j.external.passwordSecretRef"),
    *storage("spec.stores.neo4j", "type", "Managed"),
    *resources("spec.stores.neo4j.resources"),
    image("spec.stores.neo4j.image"),
    *only_with("spec.stores.redis", "external", "External"),
    matches("spec.stores.redis.external.host", HOST, BAD_HOST),
    place("spec.stores.redis.external.host"),
    *reference("spec.stores.redis.external.passwordSecretRef"),
    *storage("spec.stores.redis", "type", "Managed"),
    *resources("spec.stores.redis.resources"),
    image("spec.stores.redis.image"),
)
