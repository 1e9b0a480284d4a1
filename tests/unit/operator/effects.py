"""Every field of a spec, set to something else in every kind of project: what a walk over the schema needs to show that each one
is refused there or does something.

The schema is the CRD's own, so a new field is walked without a word here; only a field whose values are no mere numbers, switches
or words of a list needs a row in `VALUES`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from tests.unit.operator.broken_specs import schema
from tests.unit.operator.build import Simulated, resource

from testgen_operator.cluster.kinds import OPTIONAL
from testgen_operator.resources.project import parse
from testgen_operator.status import compute

Json = dict[str, Any]
Path = tuple[str, ...]

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SERVED: Final = frozenset((kind.api_version, kind.kind) for kind in OPTIONAL)
SECRET: Final = {"name": "outside", "key": "password"}
HOST: Final = "cases.example.org"

VALUES: Final[dict[str, list[Any]]] = {
    "version": ["9.9.9"],
    "image": ["registry.example/other:2"],
    "imagePullSecrets": [[{"name": "registry"}]],
    "cpu": ["333m"],
    "memory": ["333Mi", "64Gi"],
    "size": ["77Gi"],
    "storageClassName": ["quick"],
    "restartedAt": ["again"],
    "rotateCredentials": ["again"],
    "host": ["other.example.org"],
    "readHost": ["reads.example.org"],
    "database": ["another"],
    "user": ["somebody"],
    "url": ["https://other.example.org:7443"],
    "uri": ["neo4j+s://other.example.org:7688"],
    "issuer": ["https://other.example.org"],
    "jwksUrl": ["https://other.example.org/keys"],
    "audience": ["others"],
    "ingressClassName": ["nginx-internal", "traefik"],
    "sectionName": ["secure"],
    "namespace": ["elsewhere"],
    "monitoringNamespace": ["prometheus"],
    "secretName": ["certificate"],
    "maxBodySize": ["5Mi"],
    "trustedProxies": [["198.51.100.0/24"]],
    "allowFromNamespaces": [["elsewhere"]],
    "allowTo": [[{"cidr": "203.0.113.0/24", "port": 8443}]],
    "model": ["other:1b"],
    "name": ["elsewhere"],
    "key": ["word"],
    "llm.providers[].name": [],  # and its route's
    "llm.routes[].provider": [],
    "cidr": ["203.0.113.0/24"],
}
"""By the whole path, else by the field's own name."""

NEEDED: Final[dict[str, Json]] = {
    "stores.postgres.external": {"host": "db.example.org", "passwordSecretRef": SECRET},
    "stores.qdrant.external": {"url": "https://qdrant.example.org:6333"},
    "stores.neo4j.external": {"uri": "neo4j+s://graph.example.org:7687", "passwordSecretRef": SECRET},
    "stores.redis.external": {"host": "cache.example.org"},
    "exposure.gatewayRef": {"name": "public"},
    "exposure.tls.issuerRef": {"name": "letsencrypt"},
    "access.jwt": {"secretRef": SECRET},
}
"""What stands in an object that has to be made for a field. Any reference to a Secret: `SECRET`."""

LLM: Final[Json] = {
    "providers": [{"name": "one", "managed": {}}, {"name": "two", "url": "https://models.example.org"}],
    "routes": [{"provider": "one", "model": "a:1b"}, {"task": "GenerateCases", "provider": "two", "model": "b:1b"}],
}
INGRESS: Final[Json] = {
    "type": "Ingress",
    "host": HOST,
    "tls": {"secretName": "cert"},
    "ingressClassName": "nginx",
}
TRAEFIK: Final[Json] = INGRESS | {"ingressClassName": "traefik", "tls": {"issuerRef": {"name": "letsencrypt"}}}
GATEWAY: Final[Json] = {"type": "Gateway", "host": HOST, "gatewayRef": {"name": "public"}}


def external(store: str) -> Json:
    return {"type": "External", "external": NEEDED[f"stores.{store}.external"]}


POSTGRES: Final[dict[str, Json]] = {
    "BuiltIn": {},
    "with a replica": {"readReplica": True},
    "CloudNativePG": {"type": "CloudNativePG", "cloudNativePg": {"instances": 2}},
    "External": external("postgres"),
}
QDRANT: Final[dict[str, Json]] = {"Embedded": {}, "Managed": {"type": "Managed", "replicas": 2}, "External": external("qdrant")}
NEO4J: Final[dict[str, Json]] = {"Disabled": {}, "Managed": {"type": "Managed"}, "External": external("neo4j")}
REDIS: Final[dict[str, Json]] = {"Disabled": {}, "Managed": {"type": "Managed"}, "External": external("redis")}
EXPOSURE: Final[dict[str, Json]] = {
    "Disabled": {},
    "Ingress": INGRESS,
    "plain Ingress": {"type": "Ingress", "host": HOST, "forceHttps": False, "ingressClassName": "nginx"},
    "Ingress of Traefik": TRAEFIK,
    "Gateway": GATEWAY,
    "Gateway of Traefik": GATEWAY | {"gatewayRef": {"name": "traefik"}},
}


def _store(name: str, of: Json) -> Json:
    return {"stores": {name: of}} if of else {}


KINDS: Final[dict[str, Json]] = {
    **{f"postgres {title}": _store("postgres", one) for title, one in POSTGRES.items()},
    **{f"qdrant {title}": _store("qdrant", one) for title, one in QDRANT.items()},
    **{f"neo4j {title}": _store("neo4j", one) for title, one in NEO4J.items()},
    **{f"redis {title}": _store("redis", one) for title, one in REDIS.items()},
    **{f"exposure {title}": {"exposure": one} for title, one in EXPOSURE.items()},
    "autoscaling": {"autoscaling": {"enabled": True}},
    "models": {"llm": LLM},
    "models from an image": {
        "llm": {**LLM, "providers": [{"name": "one", "managed": {"modelSource": "Image"}}, LLM["providers"][1]]}
    },
    "no fences": {"networkPolicy": {"enabled": False}},
    "tokens by a secret": {"access": {"jwt": {"secretRef": SECRET}}},
    "tokens of a provider": {
        "access": {"jwt": {"jwksUrl": "https://login.example.org/keys", "issuer": "https://login.example.org"}}
    },
}
IN_EVERY_MODE: Final = (
    "postgres BuiltIn",
    "postgres External",
    "qdrant Managed",
    "neo4j Managed",
    "exposure Gateway",
    "autoscaling",
    "models",
    "no fences",
)
"""The kinds that are walked in Microservices too; in AIGateway the first one. A store is made of the same in every mode."""
BASES: Final[dict[str, Json]] = {
    f"{mode}, {kind}": {"mode": mode, **copy.deepcopy(KINDS[kind])}
    for mode, kinds in (("Monolith", tuple(KINDS)), ("Microservices", IN_EVERY_MODE), ("AIGateway", IN_EVERY_MODE[:1]))
    for kind in kinds
}


def fields(node: Json | None = None, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Every field that holds a value, inside lists of objects too: `("llm", "providers[]", "url")`."""
    for name, below in (schema() if node is None else node).get("properties", {}).items():
        if "properties" in below:
            yield from fields(below, (*path, name))
        elif below.get("type") == "array" and "properties" in below["items"]:
            yield (*path, name), below
            yield from fields(below["items"], (*path, f"{name}[]"))
        else:
            yield (*path, name), below


FIELDS: Final = dict(fields())


def values(path: Path) -> list[Any]:
    node, dotted = FIELDS[path], ".".join(path)
    if "enum" in node:
        return list(node["enum"])
    if node.get("type") == "boolean":
        return [True, False]
    if node.get("type") == "integer":
        least, most = node.get("minimum", 0), node.get("maximum", 100)
        return sorted({min(most, max(least, one)) for one in (2, 7, 61)})
    return VALUES[dotted] if dotted in VALUES else VALUES.get(path[-1], [])


def parents(base: Json, path: Path) -> Json | None:
    """`base` with every object on the way to a field; None where a list on the way has no item."""
    found = copy.deepcopy(base)
    inner = found
    for number, step in enumerate(path[:-1], 1):
        name = step.removesuffix("[]")
        if step.endswith("[]"):
            if not inner.get(name):
                return None
            inner = inner[name][0]
            continue
        if name not in inner:
            dotted = ".".join(path[:number])
            inner[name] = copy.deepcopy(SECRET if name.endswith("SecretRef") or name == "secretRef" else NEEDED.get(dotted, {}))
        inner = inner[name]
    return found


def changed(spec: Json, path: Path, value: Any) -> Json:
    found = copy.deepcopy(spec)
    inner = found
    for step in path[:-1]:
        inner = inner[step.removesuffix("[]")]
        inner = inner[0] if step.endswith("[]") else inner
    inner[path[-1]] = value
    return found


class World:
    """A cluster in which a base of `BASES` has come to rest, and what the operator then makes of another spec."""

    def __init__(self, base: Json) -> None:
        self.cluster = Simulated(parse(resource(base)), served=SERVED).bring()
        self.cluster.converge(40)

    def outcome(self, spec: Json) -> Json:
        """Objects, Secrets and status. Raises InvalidProject."""
        project = parse(resource(spec))
        here = Simulated(project, objects=self.cluster.objects, secrets=dict(self.cluster.secrets), served=SERVED).bring()
        facts, wanted = here.facts(), here.plan()
        status = compute(project, facts, {}, NOW, wanted=wanted)
        objects = {str(one.key): dict(one.object) for one in wanted.manifests}
        return {"objects": objects, "secrets": repr(wanted.secrets), "brought": sorted(facts.secrets), "status": status}
