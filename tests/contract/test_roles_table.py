"""The operator's table of parts and the runtime's table of roles say the same: who serves which path, who calls whom."""

from __future__ import annotations

import pytest
from tests.unit.operator.build import NEO4J, project

from testgen_operator.plan import components
from testgen_runtime import roles
from testgen_runtime.settings import Peers

SPLIT = components.parts(project({"mode": "AIGateway", **NEO4J}))
ROLES = [one for one in SPLIT if one.role]
BY_NAME = {str(name): one for name, one in roles.COMPONENTS.items()}


def test_there_is_a_deployment_for_every_role() -> None:  # S4-020
    assert {one.role for one in ROLES} | {"all"} == set(roles.COMPONENTS)


@pytest.mark.parametrize(("path", "role"), roles.PATHS)
def test_the_edge_sends_every_path_to_the_role_that_serves_it(path: str, role: str) -> None:  # S4-021
    below = f"{path}/anything"
    for wanted in (path, below):
        found = next(part for prefix, part in components.routes(project({"mode": "AIGateway"})) if fits(prefix, wanted))
        assert components.TABLE[found].role == role


@pytest.mark.parametrize("part", ROLES, ids=lambda one: one.role)
def test_a_role_may_call_whom_it_calls(part: components.Part) -> None:
    assert set(part.calls) == set(BY_NAME[part.role].calls)


@pytest.mark.parametrize("part", ROLES, ids=lambda one: one.role)
def test_a_role_opens_the_stores_that_its_work_needs(part: components.Part) -> None:
    tasks = BY_NAME[part.role].tasks
    assert ("qdrant" in part.stores) is ("vector index" in tasks)
    assert ("neo4j" in part.stores) is ("graph index" in tasks)
    assert "postgres" in part.stores
    assert part.models or "model" not in tasks


def test_a_role_is_told_of_peers_that_the_runtime_knows() -> None:
    assert set(components.peers(project({"mode": "AIGateway", **NEO4J}))) <= set(Peers.model_fields)


def fits(prefix: str, path: str) -> bool:
    return prefix == "/" or path == prefix or path.startswith(f"{prefix}/")
