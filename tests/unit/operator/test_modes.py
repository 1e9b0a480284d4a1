"""A project changes its mode while it serves: who answers at each step, what is left alone, what goes when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import NEO4J, Simulated, project

from testgen_operator import names
from testgen_operator.plan import components, modes

MODES = ("Monolith", "Microservices", "AIGateway")
ROLES = {"api", "requirements", "knowledge", "vector", "llm", "worker"}


def serving(cluster: Simulated) -> str:
    return str(cluster.get("Service", cluster.project.name)["spec"]["selector"][names.LABEL_COMPONENT])


def ready_parts(cluster: Simulated) -> set[str]:
    live = cluster.facts().workloads.values()
    return {one.component for one in live if one.kind == "Deployment" and one.ready > 0}


def running(spec: dict[str, Any]) -> Simulated:
    cluster = Simulated(project(spec))
    cluster.converge()
    return cluster


def steps(cluster: Simulated, most: int = 14) -> Iterator[None]:
    """Reconcile and settle, looking on after every reconcile and every change of the pods."""
    for _ in range(most):
        wrote = cluster.step()
        yield
        cluster.settle()
        yield
        if not wrote:
            return
    raise AssertionError("still writing")


@pytest.mark.parametrize(("mode", "more"), [("Microservices", set()), ("AIGateway", {"ai-gateway"})])  # S4-020, S4-042
def test_a_split_project_has_a_deployment_and_a_service_for_each_part(mode: str, more: set[str]) -> None:
    kinds = running({"mode": mode}).kinds()
    parts = {f"shop-{one}-blue" for one in ROLES | more | {"edge"}}
    assert set(kinds["Deployment"]) == parts
    assert parts <= set(kinds["Service"])


def test_each_part_runs_its_own_role() -> None:  # S4-022…026
    cluster = running({"mode": "Microservices"})
    for role in ROLES:
        [container] = cluster.get("Deployment", f"shop-{role}-blue")["spec"]["template"]["spec"]["containers"]
        assert container["args"] == ["testgen", "serve", "--role", role]


@pytest.mark.parametrize("profile", ["Small", "Standard"])
def test_the_roles_beside_the_gateway_are_those_without_it(profile: str) -> None:  # S4-020, S4-042
    """So what tests/integration/test_roles.py finds of Microservices, the cases of a Monolith, holds for AIGateway too."""
    spec = {"profile": profile, **NEO4J}
    split, beside = (rendered({"mode": mode, **spec}) for mode in ("Microservices", "AIGateway"))
    edge = "Deployment/shop-edge-blue"
    fences = {name for name in (*split, *beside) if name.startswith("NetworkPolicy/")}  # test_flows.py
    routes = {name for name in (*split, *beside) if name.startswith("ConfigMap/shop-edge-")}  # test_edge.py, and below
    the_same = set(split) - fences - routes - {edge}

    assert {f"Deployment/shop-{role}-blue" for role in (*ROLES, "graph")} < the_same
    assert {name: beside.get(name) for name in the_same} == {name: split[name] for name in the_same}
    more = set(beside) - set(split) - fences - routes
    assert {"Deployment/shop-ai-gateway-blue", "Service/shop-ai-gateway-blue"} <= more
    assert {name.partition("/")[2] for name in more} == {"shop-ai-gateway-blue"}
    assert set(components.routes(project({"mode": "AIGateway", **spec}))) - set(
        components.routes(project({"mode": "Microservices", **spec}))
    ) == {("/v1", "ai-gateway")}


def rendered(spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is applied for such a project, by kind and name."""
    objects = running(spec).objects
    return {f"{key.kind}/{key.name}": one["applied"] for key, one in objects.items() if key.kind != "Pod"}


def test_the_graph_is_a_part_only_with_a_neo4j() -> None:  # S4-025
    assert "shop-graph-blue" not in running({"mode": "Microservices"}).kinds()["Deployment"]
    assert "shop-graph-blue" in running({"mode": "Microservices", **NEO4J}).kinds()["Deployment"]


@pytest.mark.parametrize("old", MODES)
@pytest.mark.parametrize("new", MODES)
def test_while_a_mode_changes_somebody_ready_serves_at_every_step(old: str, new: str) -> None:
    cluster = running({"mode": old})
    cluster.project = project({"mode": new}, generation=2)
    for _ in steps(cluster):
        assert serving(cluster) in ready_parts(cluster)
    wanted = set(components.named(cluster.project))
    assert serving(cluster) == components.entry(cluster.project)
    assert {one.component for one in cluster.facts().workloads.values() if one.kind == "Deployment"} == wanted


@pytest.mark.parametrize(("old", "new", "entry"), [("Monolith", "Microservices", "all"), ("Microservices", "Monolith", "edge")])
def test_parts_that_never_become_ready_leave_the_old_ones_serving(old: str, new: str, entry: str) -> None:
    cluster = running({"mode": old})
    before = set(cluster.kinds()["Deployment"])
    cluster.broken = {f"shop-{'api' if new == 'Microservices' else 'all'}-blue"}
    cluster.project = project({"mode": new}, generation=2)
    for _ in steps(cluster):
        assert serving(cluster) == entry
    assert before <= set(cluster.kinds()["Deployment"])


def test_whoever_changes_his_mind_half_way_has_the_old_mode_again() -> None:
    cluster = running({})
    cluster.broken = {"shop-worker-blue"}
    cluster.project = project({"mode": "Microservices"}, generation=2)
    list(steps(cluster))
    cluster.project = project({}, generation=3)
    for _ in steps(cluster):
        assert serving(cluster) == "all"
    assert cluster.kinds()["Deployment"] == ["shop-all-blue"]


def test_what_the_edge_calls_stays_until_the_edges_last_pod_is_gone() -> None:
    cluster = running({"mode": "Microservices"})
    cluster.project = project({}, generation=2)
    cluster.step()
    cluster.settle()
    cluster.step()  # the Service has moved
    cluster.step()
    assert "shop-edge-blue" not in cluster.kinds()["Deployment"]
    draining = [name for name in cluster.kinds()["Pod"] if name.startswith("shop-edge-")]
    assert draining, "the simulated pods end only when they are settled"
    assert {"shop-api-blue", "shop-vector-blue"} <= set(cluster.kinds()["Deployment"])
    assert "shop-worker-blue" not in cluster.kinds()["Deployment"]  # nobody calls it
    assert {"shop-api-blue", "shop-vector-blue"} <= set(cluster.kinds()["Service"])


def test_databases_and_volumes_do_not_notice() -> None:
    cluster = running({"mode": "Monolith", **NEO4J})
    kinds = ("StatefulSet", "PersistentVolumeClaim")
    before = {key: one for key, one in cluster.objects.items() if key.kind in kinds}
    for mode in ("Microservices", "AIGateway", "Monolith"):
        cluster.project = project({"mode": mode, **NEO4J}, generation=cluster.project.generation + 1)
        list(steps(cluster))
        after = {key: one for key, one in cluster.objects.items() if key.kind in kinds}
        assert {key: one["applied"] for key, one in after.items()} == {key: one["applied"] for key, one in before.items()}


def test_a_deleted_service_comes_back_in_front_of_who_can_answer() -> None:
    cluster = running({})
    cluster.broken = {"shop-edge-blue"}
    cluster.project = project({"mode": "Microservices"}, generation=2)
    list(steps(cluster))
    del cluster.objects[next(key for key in cluster.objects if (key.kind, key.name) == ("Service", "shop"))]
    cluster.step()
    assert serving(cluster) == "all"


def test_a_mode_change_is_no_new_migration() -> None:
    cluster = running({})
    jobs = cluster.kinds()["Job"]
    cluster.project = project({"mode": "Microservices"}, generation=2)
    list(steps(cluster))
    assert cluster.kinds()["Job"] == jobs


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MODES), st.booleans(), st.integers(0, 4)), min_size=1, max_size=5))
def test_whatever_is_asked_for_in_whatever_order_a_ready_entry_stays_selected(turns: list[tuple[str, bool, int]]) -> None:
    """Modes and breakage at random, each left to work for a few steps only, so that changes meet half-way ones."""
    cluster = running({})
    for generation, (mode, broken, few) in enumerate(turns, start=2):
        cluster.project = project({"mode": mode}, generation=generation)
        was = serving(cluster)
        # Whatever serves works on; only what is new may be broken.
        fresh = {names.workload("shop", one, "blue") for one in components.named(cluster.project)} - set(
            cluster.kinds().get("Deployment", [])
        )
        cluster.broken = {min(fresh)} if broken and fresh else set()
        for turn, _ in enumerate(steps(cluster, most=20)):
            assert serving(cluster) in ready_parts(cluster), (turns, was)
            if turn >= 2 * few:
                break
    cluster.broken = set()
    cluster.settle()
    for _ in steps(cluster, most=20):
        assert serving(cluster) in ready_parts(cluster)
    assert serving(cluster) == components.entry(cluster.project)
    assert not modes.changing(cluster.project, cluster.facts())
