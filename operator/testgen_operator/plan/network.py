"""NetworkPolicies: nothing for a project's pods, then exactly the flows of its table (S4-067, S4-068, S2-149, S2-150, with Y-07).

They need a network plugin that enforces them; the local cluster's has none, there they are only evaluated in tests. Addresses
outside the cluster are meant by ipBlock, since a namespaceSelector matches pods only; a host that is a name can be bounded by its
port alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import checks, components, destinations, ollama, probe
from testgen_operator.plan.components import Part
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import manifest
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import policy

Json = dict[str, Any]

STORE_PORTS: Final[dict[Component, tuple[int, ...]]] = {
    "postgres": (names.PORT_POSTGRES,),
    "postgres-replica": (names.PORT_POSTGRES,),
    "qdrant": (names.PORT_QDRANT_HTTP, names.PORT_QDRANT_GRPC),
    "neo4j": (names.PORT_BOLT,),
    "redis": (names.PORT_REDIS,),
    "ollama": (names.PORT_OLLAMA,),
}
CONTROLLERS: Final = (("nginx", "ingress-nginx"), ("traefik", "traefik"))
"""Where the pods of an ingress controller usually are, by a word in the name of its class."""
_CHECKS: Final[tuple[Component, ...]] = ("smoke", "check", "backup")
"""What the Jobs of a rollout are of."""
DNS: Final[Json] = {"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}


@dataclass(frozen=True, order=True)
class Flow:
    """`caller` opens connections to these ports of `callee`'s pods."""

    caller: Component
    callee: Component
    ports: tuple[int, ...]


def policies(project: TestGenProject, facts: Facts) -> list[Manifest]:
    """One that denies everything, and one for each component that allows its flows."""
    if not project.spec.network_policy.enabled:
        return []
    found, there = flows(project, facts), sorted(standing(project, facts))
    return [_deny(project), *(_policy(project, one, found, facts.operator_namespace) for one in there)]


def standing(project: TestGenProject, facts: Facts) -> set[Component]:
    """Every component that has pods, may get some, or has some that end: what drains goes on talking until it is gone."""
    parts = set(components.named(project)) | {one for one in components.TABLE if _stands(project, facts, one)}
    return parts | managed(project) | set(_now_and_then(project, facts))


def _now_and_then(project: TestGenProject, facts: Facts) -> Iterator[Component]:
    """Components that not every project has pods of."""
    stores = project.spec.stores
    yield "migrate"
    wanted: dict[Component, bool] = {
        "probe": bool(probe.checked(project)),
        "credentials": stores.rotate_credentials is not None,
        "maintenance": project.spec.exposure.maintenance and not project.spec.suspend,
        **dict.fromkeys(_CHECKS, False),
        **dict.fromkeys(checks.components(project), True),
    }
    yield from (one for one, is_wanted in wanted.items() if is_wanted or one in facts.present)


def flows(project: TestGenProject, facts: Facts) -> frozenset[Flow]:
    """Every connection inside the project that may be opened."""
    return frozenset(_flows(project, standing(project, facts)))


def managed(project: TestGenProject) -> set[Component]:
    """The stores and model servers that the operator runs."""
    stores, found = project.spec.stores, set[Component]()
    if stores.postgres.type == "BuiltIn":
        found |= {"postgres", "postgres-replica"} if stores.postgres.read_replica else {"postgres"}
    if stores.qdrant.type == "Managed":
        found.add("qdrant")
    if stores.neo4j.type == "Managed":
        found.add("neo4j")
    if stores.redis.type == "Managed":
        found.add("redis")
    if ollama.managed(project) is not None:
        found.add("ollama")
    return found


def port(component: Component) -> int:
    """Where a part answers."""
    return names.PORT_HTTP if component in components.TABLE and component != "edge" else names.PORT_EDGE


def _stands(project: TestGenProject, facts: Facts, part: Component) -> bool:
    return part in facts.present or any(one.component == part for one in facts.workloads.values())


def _flows(project: TestGenProject, there: set[Component]) -> Iterator[Flow]:
    for name in there & set(components.TABLE):
        part = components.TABLE[name]
        yield from (Flow(name, one, (port(one),)) for one in part.calls if one in there)
        yield from _to_stores(part, there)
    for store in there & {"postgres", "qdrant", "neo4j", "redis"}:
        yield from (Flow(one, store, STORE_PORTS[store]) for one in ("probe", "credentials") if one in there)
    for name in there & set(components.ENTRIES):
        yield from (Flow(one, name, (port(name),)) for one in ("smoke", "check") if one in there)
    if "postgres" in there:
        yield Flow("migrate", "postgres", STORE_PORTS["postgres"])
        if "backup" in there:
            yield Flow("backup", "postgres", STORE_PORTS["postgres"])
    if "postgres-replica" in there:
        yield Flow("postgres-replica", "postgres", STORE_PORTS["postgres"])
    if "qdrant" in there:
        yield Flow("qdrant", "qdrant", (names.PORT_QDRANT_HTTP, names.PORT_QDRANT_P2P))


def _to_stores(part: Part, there: set[Component]) -> Iterator[Flow]:
    wanted: list[Component] = [*part.stores]
    if "postgres" in part.stores:
        wanted.append("postgres-replica")
    if part.models:
        wanted.append("ollama")
    yield from (Flow(part.name, store, STORE_PORTS[store]) for store in wanted if store in there)


def _deny(project: TestGenProject) -> Manifest:
    """Selects every pod of the project, whatever its component, and allows nothing."""
    return manifest(
        project,
        "networking.k8s.io/v1",
        "NetworkPolicy",
        names.deny(project.name),
        names.labels(project.name, "all"),
        spec={"podSelector": {"matchLabels": {names.LABEL_PROJECT: project.name}}, "policyTypes": ["Ingress", "Egress"]},
    )


def _policy(project: TestGenProject, component: Component, found: frozenset[Flow], operator: str) -> Manifest:
    return manifest(
        project,
        "networking.k8s.io/v1",
        "NetworkPolicy",
        names.fence(project.name, component),
        names.labels(project.name, component),
        spec={
            "podSelector": {"matchLabels": names.selector(project.name, component)},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": _ingress(project, component, found, operator),
            "egress": _egress(project, component, found),
        },
    )


def _ingress(project: TestGenProject, component: Component, found: frozenset[Flow], operator: str) -> list[Json]:
    by_ports: dict[tuple[int, ...], list[Json]] = {}
    for flow in sorted(found):
        if flow.callee == component:
            by_ports.setdefault(flow.ports, []).append(_pods(project, flow.caller))
    rules = [{"from": callers, "ports": _ports(ports)} for ports, callers in sorted(by_ports.items(), key=lambda one: one[0])]
    given = project.spec.network_policy
    if component in {*components.ENTRIES, "maintenance"}:
        # The endpoint: whoever is in the project's own namespace, and the namespaces that it names.
        outside = sorted({*given.allow_from_namespaces, *_controllers(project)})
        callers = [{"podSelector": {}}, *(_namespace(one) for one in outside)]
        rules.append({"from": callers, "ports": _ports((port(component),))})
    if component in components.TABLE and components.TABLE[component].role:
        readers = [_namespace(given.monitoring_namespace)]
        if operator and policy(project).analysis:  # it measures releases (cluster/measure.py)
            readers.append({**_namespace(operator), "podSelector": {"matchLabels": {names.LABEL_NAME: names.OPERATOR}}})
        rules.append({"from": readers, "ports": _ports((names.PORT_HTTP,))})
    return rules


def _egress(project: TestGenProject, component: Component, found: frozenset[Flow]) -> list[Json]:
    rules: list[Json] = [
        {"to": [_pods(project, flow.callee)], "ports": _ports(flow.ports)} for flow in sorted(found) if flow.caller == component
    ]
    rules += [{"to": one.peers(project), "ports": _ports(one.ports)} for one in destinations.of(project, component)]
    return [DNS, *rules] if rules else []  # whoever calls nobody looks up no name


def _controllers(project: TestGenProject) -> Iterator[str]:
    """The namespace of whatever brings requests from outside, as far as the spec tells."""
    exposure = project.spec.exposure
    if exposure.gateway_ref is not None and exposure.gateway_ref.namespace:
        yield exposure.gateway_ref.namespace
    words = exposure.ingress_class_name or (exposure.gateway_ref.name if exposure.gateway_ref else "")
    if exposure.type != "Disabled":
        yield from (namespace for word, namespace in CONTROLLERS if word in words)


def shuts_out(project: TestGenProject) -> bool:
    """Whether the fence lets nobody in from outside although the project is exposed: the spec tells no controller's namespace."""
    given = project.spec.network_policy
    exposed = project.spec.exposure.type != "Disabled"
    return given.enabled and exposed and not given.allow_from_namespaces and not any(True for _ in _controllers(project))


def _pods(project: TestGenProject, component: Component) -> Json:
    return {"podSelector": {"matchLabels": names.selector(project.name, component)}}


def _namespace(name: str) -> Json:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _ports(ports: tuple[int, ...]) -> list[Json]:
    return [{"protocol": "TCP", "port": one} for one in ports]
