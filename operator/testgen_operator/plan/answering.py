"""Which stores a project has, and whether those answer that the operator runs."""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import qdrant, stores
from testgen_operator.plan.facts import Facts
from testgen_operator.resources.project import TestGenProject


def standing(project: TestGenProject) -> list[Component]:
    """The stores that the spec asks for, PostgreSQL first; embedded ones are part of the runtime."""
    wanted, found = project.spec.stores, list[Component](["postgres"])
    if wanted.postgres.read_replica:
        found.append("postgres-replica")
    if wanted.neo4j.type != "Disabled":
        found.append("neo4j")
    if wanted.qdrant.type != "Embedded":
        found.append("qdrant")
    if wanted.redis.type != "Disabled":
        found.append("redis")
    return found


def answers(project: TestGenProject, facts: Facts, component: Component) -> bool:
    """Whether a store that the operator runs has every server ready."""
    if component == "qdrant":
        return qdrant.ready(project, facts)
    return facts.ready(names.store(project.name, component))


def volumes(project: TestGenProject, component: Component) -> list[str]:
    """The claims of a component, whether they exist or not."""
    if component == "qdrant":
        return [f"{names.qdrant_server(project.name, one)}-data" for one in range(project.spec.stores.qdrant.replicas)]
    return [stores.volume_name(names.store(project.name, component))]
