"""The operator's table of parts and the runtime's table of roles agree: who exists, who calls whom, which path is whose."""

from __future__ import annotations

import pytest

from testgen_operator.plan.components import PEERS, TABLE
from testgen_runtime.roles import COMPONENTS, PATHS, role_of
from testgen_runtime.settings import Peers

RUNTIME = {name: part for name, part in TABLE.items() if part.role}
ROUTES = {path: part.role for part in RUNTIME.values() for path in part.paths}


def edge_sends(path: str) -> str:
    """The role that the edge's longest prefix names."""
    fits = [prefix for prefix in ROUTES if prefix == "/" or path == prefix or path.startswith(f"{prefix}/")]
    return ROUTES[max(fits, key=len)]


def test_both_know_the_same_roles() -> None:
    assert {part.role for part in RUNTIME.values()} == set(COMPONENTS)
    assert set(PEERS) == set(Peers.model_fields)


@pytest.mark.parametrize("name", list(RUNTIME))
def test_a_role_may_call_whom_it_calls(name: str) -> None:
    part = TABLE[name]  # type: ignore[index]
    assert set(part.calls) == set(COMPONENTS[part.role].calls)  # type: ignore[index]


@pytest.mark.parametrize("path", [prefix + rest for prefix, _ in PATHS for rest in ("", "/x", "/x/y")])
def test_the_edge_sends_a_path_to_the_role_that_serves_it(path: str) -> None:  # S4-021
    assert edge_sends(path) == role_of(path)


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/health", "/metrics", "/api/v1/documentsx"])
def test_everything_else_goes_to_the_api(path: str) -> None:
    assert edge_sends(path) == "api"


@pytest.mark.parametrize("name", list(RUNTIME))
def test_a_role_that_opens_a_store_or_a_model_may_reach_it(name: str) -> None:
    part, tasks = TABLE[name], COMPONENTS[TABLE[name].role].tasks  # type: ignore[index]
    assert "postgres" in part.stores
    assert ("qdrant" in part.stores) is ("vector index" in tasks)
    assert ("neo4j" in part.stores) is ("graph index" in tasks)
    assert part.models is bool(tasks & {"model", "vector index"} or name == "ai-gateway")
