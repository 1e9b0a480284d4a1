"""Who may speak to whom, port by port: a table written by hand from the design, held against the rendered NetworkPolicies.

Nothing here is computed from the operator's own tables: each row is what DESIGN.md and REQUIREMENTS.md ask for (S2-149, S2-150,
S4-067, S4-068, Y-07). Of all other pairs of parts, and of parts and strangers, none may connect to any of the ports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import pytest
from tests.unit.operator import network_evaluator as evaluator
from tests.unit.operator.build import project
from tests.unit.operator.network_evaluator import Peer

from testgen_operator.plan import network
from testgen_operator.plan.facts import Facts

Row = tuple[str, str, int]

PORTS: Final = (22, 53, 443, 5432, 6333, 6334, 6335, 6379, 7474, 7687, 8000, 8080, 8081, 11434)
"""Those of the table, and others on which something might answer."""
INSIDE: Final = (
    "all", "edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai-gateway",
    "postgres", "postgres-replica", "qdrant", "neo4j", "redis", "ollama",
    "migrate", "backup", "smoke", "check", "credentials", "probe", "maintenance",
)  # fmt: skip
"""Every component that a project's pods may be of."""
OUTSIDE: Final[Mapping[str, Peer]] = {
    "neighbour": Peer("team", {"app": "anything"}),
    "stranger": Peer("elsewhere", {"app": "anything"}),
    "ingress controller": Peer("traefik", {"app.kubernetes.io/name": "traefik"}),
    "another ingress controller": Peer("ingress-nginx", {"app.kubernetes.io/name": "ingress-nginx"}),
    "monitoring": Peer("monitoring", {"app.kubernetes.io/name": "prometheus"}),
    "operator": Peer("testgen-system", {"app.kubernetes.io/name": "testgen-operator"}),
    "beside the operator": Peer("testgen-system", {"app": "anything"}),
    "name server": Peer("kube-system", {"k8s-app": "kube-dns"}),
    "internet": Peer(address="198.51.100.9"),
    "metadata of the node": Peer(address="169.254.169.254"),
    "their postgres": Peer(address="203.0.113.1"),
    "their qdrant": Peer(address="203.0.113.2"),
    "their neo4j": Peer(address="203.0.113.3"),
    "their redis": Peer(address="203.0.113.4"),
}
BOUND: Final = frozenset({"metadata of the node"})
"""Where no network that is opened leads to."""


def rows(text: str) -> frozenset[Row]:
    """`a, b > c, d : 1 2` on each line: each of a and b may open a connection to ports 1 and 2 of each of c and d."""
    found: set[Row] = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        ends, ports = line.rsplit(":", 1)
        callers, callees = ends.split(">")
        found |= set(product(names_in(callers), names_in(callees), map(int, ports.split())))
    return frozenset(found)


def names_in(text: str) -> list[str]:
    return [one.strip() for one in text.split(",")]


ROLES: Final = "api, requirements, knowledge, vector, graph, llm, worker"
INTO_STORES: Final = """
    migrate, backup, credentials, postgres-replica > postgres : 5432
    credentials > neo4j : 7687
    credentials > redis : 6379
    qdrant > qdrant : 6335
"""
"""A schema and a dump, a changed password, what the replica streams, and what Qdrant's servers agree on (S4-082, S4-083)."""
FROM_OUTSIDE: Final = """
    neighbour, ingress controller > maintenance : 8080
"""
MONOLITH: Final = """
    all > postgres, postgres-replica : 5432
    all > qdrant : 6333
    all > neo4j : 7687
    all > redis : 6379
    all > ollama : 11434
    smoke, check, neighbour, ingress controller, monitoring, operator > all : 8000
"""
SPLIT: Final = f"""
    edge > api, requirements, knowledge, vector : 8000
    worker > vector, graph, llm : 8000
    vector > graph : 8000
    {ROLES} > postgres, postgres-replica : 5432
    {ROLES} > redis : 6379
    vector > qdrant : 6333
    graph > neo4j : 7687
    vector, llm > ollama : 11434
    smoke, check, neighbour, ingress controller > edge : 8080
    monitoring, operator > {ROLES} : 8000
"""
GATEWAY: Final = """
    edge, monitoring, operator > ai-gateway : 8000
    ai-gateway > postgres, postgres-replica : 5432
    ai-gateway > redis : 6379
    ai-gateway > ollama : 11434
"""
SPARE: Final = """
    credentials > qdrant : 6333 6334
    qdrant > qdrant : 6333
"""
"""Let through although nothing that we know of uses it: Qdrant reads a new key when it starts, and its servers agree by 6335."""
SPARE_TO_QDRANT: Final = "{} > qdrant : 6334"
"""The same: the clients speak HTTP."""

STORES: Final[dict[str, Any]] = {
    "postgres": {"readReplica": True},
    "qdrant": {"type": "Managed", "replicas": 3},
    "neo4j": {"type": "Managed"},
    "redis": {"type": "Managed"},
    "rotateCredentials": "once",
}
THEIRS: Final[dict[str, Any]] = {
    "postgres": {"type": "External", "external": {"host": "203.0.113.1", "passwordSecretRef": {"name": "a", "key": "k"}}},
    "qdrant": {"type": "External", "external": {"url": "http://203.0.113.2:6333"}},
    "neo4j": {"type": "External", "external": {"uri": "bolt://203.0.113.3:7687", "passwordSecretRef": {"name": "c", "key": "k"}}},
    "redis": {"type": "External", "external": {"host": "203.0.113.4", "passwordSecretRef": {"name": "d", "key": "k"}}},
}
EVERYTHING: Final[dict[str, Any]] = {
    "llm": {
        "providers": [{"name": "local", "managed": {"modelSource": "Image"}}, {"name": "far", "url": "https://api.far.example"}],
        "routes": [{"provider": "local", "model": "a:1b"}, {"provider": "far", "model": "b", "task": "GenerateCases"}],
    },
    "exposure": {
        "type": "Ingress",
        "host": "shop.example",
        "ingressClassName": "traefik",
        "forceHttps": False,
        "maintenance": True,
    },
    "rollout": {
        "strategy": "BlueGreen",
        "backupBeforeUpgrade": True,
        "smoke": {"enabled": True},
        "analysis": {"enabled": True, "jobs": [{"name": "own", "image": "team/check:1"}]},
    },
}
TO_THEIRS: Final = """
    {all} > their postgres : 5432
    {qdrant} > their qdrant : 6333
    {neo4j} > their neo4j : 7687
    {all} > their redis : 6379
    migrate > their postgres : 5432
    probe > their postgres : 5432
    probe > their qdrant : 6333
    probe > their neo4j : 7687
    probe > their redis : 6379
"""
CALLERS_OF_MODELS: Final[Mapping[str, str]] = {
    "Monolith": "all",
    "Microservices": "vector, llm",
    "AIGateway": "vector, llm, ai-gateway",
}
PARTS: Final[Mapping[str, str]] = {
    "Monolith": "all",
    "Microservices": ROLES,
    "AIGateway": f"{ROLES}, ai-gateway",
}
BY_MODE: Final[Mapping[str, str]] = {"Monolith": MONOLITH, "Microservices": SPLIT, "AIGateway": SPLIT + GATEWAY}
QUIET: Final = "postgres, neo4j, redis, ollama, maintenance"
"""Those who call nobody, and so look no name up."""


@dataclass(frozen=True)
class Story:
    """A project, and what may be opened in it: between its parts and those outside, and by whom anywhere on port 443."""

    spec: Mapping[str, Any]
    wanted: frozenset[Row]
    there: frozenset[str]
    abroad: frozenset[str] = frozenset()

    def policies(self) -> list[Any]:
        return [one.object for one in network.policies(project(dict(self.spec)), Facts(operator_namespace="testgen-system"))]


def full(mode: str) -> Story:
    """Everything that the operator can run, at once."""
    callers = "all" if mode == "Monolith" else "vector"
    flows = rows(BY_MODE[mode] + INTO_STORES + FROM_OUTSIDE + SPARE + SPARE_TO_QDRANT.format(callers))
    there = set(INSIDE) - {"probe"} - (set(names_in(PARTS["AIGateway"])) | {"all", "edge"})
    there |= set(names_in(PARTS[mode])) | ({"edge"} if mode != "Monolith" else set())
    return Story(
        {"mode": mode, "stores": STORES, **EVERYTHING}, flows, frozenset(there), frozenset(names_in(CALLERS_OF_MODELS[mode]))
    )


def external(mode: str) -> Story:
    """Stores that somebody else runs, at addresses; nothing is exposed, checked or measured, no model is called."""
    every = PARTS[mode]
    who = {"all": every, "qdrant": "all" if mode == "Monolith" else "vector", "neo4j": "all" if mode == "Monolith" else "graph"}
    entry = "all : 8000" if mode == "Monolith" else "edge : 8080"
    text = TO_THEIRS.format_map(who) + f"neighbour > {entry}\nmonitoring > {every} : 8000\n"
    own = {row for row in rows(BY_MODE[mode]) if {row[0], row[1]} <= {*names_in(every), "edge"}}
    there = {*names_in(every), "migrate", "probe"} | ({"edge"} if mode != "Monolith" else set())
    return Story({"mode": mode, "stores": THEIRS, "rollout": {"strategy": "RollingUpdate"}}, rows(text) | own, frozenset(there))


def smallest() -> Story:
    """`spec: {}`: a runtime and its database."""
    text = """
        all, migrate > postgres : 5432
        neighbour, monitoring > all : 8000
    """
    return Story({}, rows(text), frozenset({"all", "migrate", "postgres"}))


STORIES: Final[Mapping[str, Story]] = {
    "smallest": smallest(),
    **{f"{mode}, everything": full(mode) for mode in BY_MODE},
    **{f"{mode}, stores of others": external(mode) for mode in BY_MODE},
}


def peer(name: str) -> Peer:
    return OUTSIDE.get(name) or Peer("team", {"testgen.dev/project": "shop", "app.kubernetes.io/component": name})


def opened(policies: list[Any], there: Iterable[str], around: Iterable[str] = INSIDE) -> frozenset[Row]:
    """Every connection that the policies let through, of which an end is one of `around`: by default any pod of the project."""
    ends, seen = sorted({*there, *OUTSIDE}), set(around)
    return frozenset(
        (caller, callee, port)
        for caller, callee in product(ends, ends)
        if caller in seen or callee in seen
        for port in PORTS
        if evaluator.allowed(policies, peer(caller), peer(callee), port)
    )


def abroad(story: Story) -> frozenset[Row]:
    """Port 53 of whatever is outside for whoever calls anybody (S2-150), and 443 for who calls a provider of a public name."""
    lookups = set(product(story.there - set(names_in(QUIET)), OUTSIDE, (53,)))
    return frozenset(lookups | set(product(story.abroad, set(OUTSIDE) - BOUND, (443,))))


@pytest.mark.parametrize("name", STORIES)
def test_what_is_let_through_is_the_table_and_nothing_else(name: str) -> None:  # S2-149, S2-150, S4-067, S4-068, Y-07
    story = STORIES[name]
    seen, wanted = opened(story.policies(), story.there), story.wanted | abroad(story)
    assert sorted(wanted - seen) == [], "these have to be let through"
    assert sorted(seen - wanted) == [], "nobody asked for these"


@pytest.mark.parametrize("name", STORIES)
def test_the_table_speaks_of_the_parts_that_are_there(name: str) -> None:
    """A row of a part that the project has not would be refused for want of a policy, or let through for want of one."""
    story = STORIES[name]
    fenced = {one["spec"]["podSelector"]["matchLabels"].get("app.kubernetes.io/component") for one in story.policies()}
    assert fenced - {None} == story.there
    assert {end for caller, callee, _ in story.wanted for end in (caller, callee)} <= story.there | set(OUTSIDE)


@pytest.mark.parametrize("name", STORIES)
def test_a_pod_of_a_part_that_nobody_thought_of_is_reached_by_nobody_and_reaches_nobody(name: str) -> None:
    story = STORIES[name]
    assert opened(story.policies(), {*story.there, "new-part"}, around=["new-part"]) == set()
