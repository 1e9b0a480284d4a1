"""Which parts the runtime has in each mode, who calls whom, and which paths the edge sends where. One table, pure.

Deployments, Services, the edge's routes, the roles' peers and the NetworkPolicies are all computed from it, so none of them can
know a flow that another does not. tests/contract compares it with the runtime's own table of roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.resources.project import TestGenProject

Store = Literal["postgres", "qdrant", "neo4j", "redis"]


@dataclass(frozen=True)
class Part:
    """One Deployment. `role`: what `testgen serve --role` gets; empty where no runtime runs. `paths`: what the edge sends to it,
    each with everything below it. `stores` and `models`: what it opens itself. `called`: whether other roles call it."""

    name: Component
    role: str = ""
    calls: tuple[Component, ...] = ()
    stores: tuple[Store, ...] = ()
    models: bool = False
    paths: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Its name in spec.components, as pydantic has it."""
        return self.name.replace("-", "_")


_ROLES: Final = (
    Part("api", "api", stores=("postgres", "redis"), paths=("/",)),
    Part("requirements", "requirements", stores=("postgres", "redis"), paths=("/api/v1/documents",)),  # S4-022
    Part("knowledge", "knowledge", stores=("postgres", "redis"), paths=("/api/v1/knowledge",)),  # S4-023
    Part(
        "vector",
        "vector",
        calls=("graph",),
        stores=("postgres", "qdrant", "redis"),
        models=True,
        paths=("/api/v1/search", "/api/v1/index"),
    ),  # S4-024
    Part("graph", "graph", stores=("postgres", "neo4j", "redis")),  # S4-025
    Part("llm", "llm", stores=("postgres", "redis"), models=True),  # S4-026
    Part("worker", "worker", calls=("vector", "graph", "llm"), stores=("postgres", "redis")),
    Part("ai-gateway", "ai-gateway", stores=("postgres", "redis"), models=True, paths=("/v1",)),  # S4-042
)
TABLE: Final[Mapping[Component, Part]] = MappingProxyType(
    {
        "all": Part("all", "all", stores=("postgres", "qdrant", "neo4j", "redis"), models=True),  # S4-007
        "edge": Part("edge", calls=tuple(one.name for one in _ROLES if one.paths)),  # S4-021
        **{one.name: one for one in _ROLES},
    }
)
PEERS: Final[tuple[Component, ...]] = ("api", "requirements", "knowledge", "vector", "graph", "llm")
"""The parts whose addresses the roles are told."""
ENTRIES: Final[tuple[Component, ...]] = ("all", "edge")
"""The parts that the active Service may lead to, one for a whole runtime and one for a split one."""


def parts(project: TestGenProject) -> tuple[Part, ...]:
    """The parts that the project's mode asks for, the entry first."""
    if project.spec.mode == "Monolith":
        return (TABLE["all"],)
    left_out = set()
    if project.spec.mode != "AIGateway":
        left_out.add("ai-gateway")
    if project.spec.stores.neo4j.type == "Disabled":
        left_out.add("graph")
    return tuple(one for one in TABLE.values() if one.name not in {"all", *left_out})


def named(project: TestGenProject) -> tuple[Component, ...]:
    return tuple(one.name for one in parts(project))


def entry(project: TestGenProject) -> Component:
    """The part that the endpoint's Service leads to."""
    return parts(project)[0].name


def is_split(project: TestGenProject) -> bool:
    return entry(project) == "edge"


def peers(project: TestGenProject) -> dict[str, str]:
    """Where each role answers the others; empty when all are one process."""
    if not is_split(project):
        return {}
    there = named(project)
    return {one: address(project, one) for one in PEERS if one in there}


def address(project: TestGenProject, component: Component) -> str:
    """Where the part answers that is of this colour of the project."""
    return f"http://{names.host(names.workload(project.name, component, project.colour), project.namespace)}"


def clients(store: Store) -> tuple[Component, ...]:
    """The parts that open a store."""
    return tuple(one.name for one in TABLE.values() if store in one.stores)


def routes(project: TestGenProject) -> tuple[tuple[str, Component], ...]:
    """What the edge sends where, the longest prefix first; `/` fits whatever nothing else does."""
    found = [(path, one.name) for one in parts(project) for path in one.paths]
    return tuple(sorted(found, key=lambda route: (-len(route[0]), route[0])))
