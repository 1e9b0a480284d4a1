"""Rows of the admission table about stores."""

from __future__ import annotations

from typing import Any, Final

from tests.refused import Refused

KEY: Final = {"name": "outside", "key": "password"}
POSTGRES: Final = {"host": "db.platform.svc", "passwordSecretRef": KEY}
NEO4J: Final = {"uri": "neo4j+s://graph.example:7687", "passwordSecretRef": KEY}


def postgres(**fields: Any) -> dict[str, Any]:
    return {"stores": {"postgres": {"type": "External", "external": {**POSTGRES, **fields}}}}


def qdrant(**fields: Any) -> dict[str, Any]:
    return {"stores": {"qdrant": fields}}


def neo4j(**fields: Any) -> dict[str, Any]:
    return {"stores": {"neo4j": {"type": "External", "external": {**NEO4J, **fields}}}}


def redis(**fields: Any) -> dict[str, Any]:
    return {"stores": {"redis": fields}}


STORES_ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "stores that exist": {
        "stores": {
            "postgres": {
                "type": "External",
                "external": {
                    **POSTGRES,
                    "port": 6432,
                    "database": "cases_1",
                    "user": "team-a",
                    "sslMode": "verify-ca",
                    "caSecretRef": {"name": "ca", "key": "ca.crt"},
                    "readHost": "192.0.2.7",
                    "maxConnections": 60,
                },
            },
            "qdrant": {
                "type": "External",
                "shards": 4,
                "replicationFactor": 2,
                "external": {"url": "https://qdrant.example:6333", "apiKeySecretRef": KEY},
            },
            "neo4j": {"type": "External", "external": {**NEO4J, "user": "graph", "database": "cases"}},
            "redis": {"type": "External", "external": {"host": "cache.example", "tls": False, "passwordSecretRef": KEY}},
        }
    },
    "stores that the operator runs": {
        "stores": {
            "rotateCredentials": "2026-11-21T10:00:00Z",
            "postgres": {"readReplica": True},
            "qdrant": {"type": "Managed", "replicas": 3, "shards": 6, "replicationFactor": 2, "storage": {"size": "20Gi"}},
            "redis": {"type": "Managed", "image": "redis:7.2", "resources": {"limits": {"memory": "3Gi"}}},
        }
    },
    "stores by address and by names that only look like others": {
        "stores": {
            "postgres": {"type": "External", "external": {**POSTGRES, "host": "10.0.127.1", "readHost": "127.0.0.1.example.org"}},
            "qdrant": {"type": "External", "external": {"url": "https://[2001:db8::7]:6333"}},
            "neo4j": {"type": "External", "external": {**NEO4J, "uri": "bolt://kubernetes.example.org"}},
            "redis": {"type": "External", "external": {"host": "localhost.example.org"}},
        }
    },
    "a cluster of CloudNativePG": {"stores": {"postgres": {"type": "CloudNativePG", "cloudNativePg": {"instances": 2}}}},
}

STORES_CHANGES: Final[tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...]] = (
    ("the database becomes somebody else's", {}, postgres(), "cannot be changed: restore the old value"),
    (
        "the database becomes a cluster",
        {"stores": {"postgres": {"type": "BuiltIn"}}},
        {"stores": {"postgres": {"type": "CloudNativePG"}}},
        "cannot be changed: restore the old value",
    ),
    ("somebody else's database becomes the operator's", postgres(), {}, "cannot be changed: restore the old value"),
    ("the database is named as it is", {}, {"stores": {"postgres": {"type": "BuiltIn"}}}, ""),
    (
        "fewer servers of the index",
        qdrant(type="Managed", replicas=3),
        qdrant(type="Managed", replicas=2),
        "a running cluster cannot be given fewer servers",
    ),
    (
        "the number of the index's servers is forgotten",
        qdrant(type="Managed", replicas=3),
        qdrant(type="Managed"),
        "write the old number or a larger one",
    ),
    ("more servers of the index", qdrant(type="Managed", replicas=2), qdrant(type="Managed", replicas=3), ""),
    ("the index's servers go altogether", qdrant(type="Managed", replicas=3), {}, ""),
    ("an embedded index gets a server", {}, qdrant(type="Managed"), ""),
)
"""Title, old spec, new spec, words of the refusal (none: accepted)."""

STORES_REFUSED: Final[tuple[Refused, ...]] = (
    Refused(
        "an external database nowhere",
        {"stores": {"postgres": {"type": "External"}}},
        "type External needs external",
        "spec.stores.postgres",
    ),
    Refused(
        "an external database beside the own one",
        {"stores": {"postgres": {"external": POSTGRES}}},
        "external has a meaning only with type External",
        "spec.stores.postgres",
    ),
    Refused(
        "instances without CloudNativePG",
        {"stores": {"postgres": {"cloudNativePg": {"instances": 3}}}},
        "cloudNativePg has a meaning only with type CloudNativePG",
        "spec.stores.postgres",
    ),
    Refused(
        "a replica of somebody else's database",
        {"stores": {"postgres": {"type": "External", "external": POSTGRES, "readReplica": True}}},
        "readReplica has a meaning only with type BuiltIn",
        "spec.stores.postgres",
    ),
    Refused(
        "a volume of somebody else's database",
        {"stores": {"postgres": {"type": "External", "external": POSTGRES, "storage": {"size": "1Gi"}}}},
        "storage, resources and image have no meaning with type External",
        "spec.stores.postgres",
    ),
    Refused(
        "an image of an embedded index", qdrant(image="a:1"), "only for a Qdrant that the operator runs", "spec.stores.qdrant"
    ),
    Refused(
        "a volume of a graph that is switched off",
        {"stores": {"neo4j": {"storage": {"size": "1Gi"}}}},
        "only for a Neo4j that the operator runs",
        "spec.stores.neo4j",
    ),
    Refused(
        "memory of a cache that is switched off",
        redis(resources={"limits": {"memory": "1Gi"}}),
        "only for a Redis that the operator runs",
        "spec.stores.redis",
    ),
    Refused(
        "a URL as a host",
        postgres(host="postgres://db"),
        "write it without scheme, port and path",
        "spec.stores.postgres.external.host",
    ),
    Refused(
        "a host with a path",
        postgres(readHost="db/x"),
        "write it without scheme, port and path",
        "spec.stores.postgres.external.readHost",
    ),
    Refused(
        "SQL in a database's name",
        postgres(database="x; drop"),
        "must hold only letters, digits, '_' and '-'",
        "spec.stores.postgres.external.database",
    ),
    Refused(
        "a user with a quote",
        postgres(user='a"b'),
        "must hold only letters, digits, '_' and '-'",
        "spec.stores.postgres.external.user",
    ),
    Refused(
        "fewer connections than a runtime's own",
        postgres(maxConnections=43),
        "write at least 44 in mode Monolith",
        "spec.stores.postgres.external.maxConnections",
    ),
    Refused(
        "fewer connections than the parts' own, with a graph and a host for reads",
        {
            "mode": "Microservices",
            "stores": {
                **postgres(maxConnections=143, readHost="replica.example")["stores"],
                "neo4j": {"type": "Managed"},
            },
        },
        "24 with readHost",
        "spec.stores.postgres.external.maxConnections",
    ),
    Refused(
        "a Secret in another namespace",
        postgres(passwordSecretRef={"name": "a/b", "key": "c"}),
        "is no name of a Secret",
        "spec.stores.postgres.external.passwordSecretRef.name",
    ),
    Refused(
        "a key with a slash",
        postgres(passwordSecretRef={"name": "a", "key": "../c"}),
        "is no key of a Secret",
        "spec.stores.postgres.external.passwordSecretRef.key",
    ),
    *(
        Refused(
            f"a database at {host}",
            postgres(host=host),
            "leads to the pod's or the node's own machine",
            "spec.stores.postgres.external.host",
        )
        for host in ("localhost", "db.localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "017700000001", "0.0.0.0")
    ),
    *(
        Refused(
            f"reads at {host}",
            postgres(readHost=host),
            "leads to the pod's or the node's own machine",
            "spec.stores.postgres.external.readHost",
        )
        for host in ("169.254.169.254", "100.100.100.200", "metadata.google.internal", "kubernetes.default.svc", "kubernetes")
    ),
    *(
        Refused(
            f"an index at {host}",
            qdrant(type="External", external={"url": f"https://{host}:6333"}),
            "leads to the pod's or the node's own machine",
            "spec.stores.qdrant.external.url",
        )
        for host in ("[::1]", "[::]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "LOCALHOST.")
    ),
    Refused(
        "a graph on the node",
        neo4j(uri="bolt://169.254.1.1:7687"),
        "leads to the pod's or the node's own machine",
        "spec.stores.neo4j.external.uri",
    ),
    Refused(
        "a cache of the pod",
        redis(type="External", external={"host": "127.0.0.2"}),
        "leads to the pod's or the node's own machine",
        "spec.stores.redis.external.host",
    ),
    Refused("an external index nowhere", qdrant(type="External"), "type External needs external", "spec.stores.qdrant"),
    Refused(
        "many servers of an embedded index",
        qdrant(replicas=3),
        "replicas has a meaning only with type Managed",
        "spec.stores.qdrant",
    ),
    Refused(
        "shards of an embedded index",
        qdrant(shards=2),
        "shards and replicationFactor have no meaning with type Embedded",
        "spec.stores.qdrant",
    ),
    Refused(
        "more copies than servers",
        qdrant(type="Managed", replicas=2, replicationFactor=3),
        "a shard has at most one copy on each server",
        "spec.stores.qdrant",
    ),
    Refused(
        "an index behind another scheme",
        qdrant(type="External", external={"url": "grpc://x:6334"}),
        "must be a http or https URL with a host, such as https://qdrant.example:6333",
        "spec.stores.qdrant.external.url",
    ),
    Refused(
        "a graph behind another scheme",
        neo4j(uri="https://x"),
        "must be a bolt or bolt+s or neo4j or neo4j+s URL with a host",
        "spec.stores.neo4j.external.uri",
    ),
    Refused(
        "credentials of a graph in its URI",
        neo4j(uri="bolt://me:pw@x"),
        "may not hold credentials",
        "spec.stores.neo4j.external.uri",
    ),
    Refused(
        "a rotation with a line break",
        {"stores": {"rotateCredentials": "a\nb"}},
        "such as a time",
        "spec.stores.rotateCredentials",
    ),
    Refused(
        "a rotation where others run the only store",
        {"stores": {"postgres": {"type": "External", "external": POSTGRES}, "rotateCredentials": "1"}},
        "has no meaning where the operator draws no password",
        "spec",
    ),
)
