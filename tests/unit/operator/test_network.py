"""Who may talk to whom, case by case (evaluated, not enforced); the whole table of flows is in test_flows.py."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from tests.unit.operator import network_evaluator as evaluator
from tests.unit.operator.build import NEO4J, OLLAMA, Simulated, project
from tests.unit.operator.network_evaluator import Peer
from tests.unit.operator.strategies import projects

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, network
from testgen_operator.plan.facts import Facts
from testgen_operator.resources.project import TestGenProject

SPLIT: dict[str, Any] = {"mode": "Microservices", **NEO4J, **OLLAMA}
STRANGER = Peer("team", {"app": "anything"})
ABROAD = Peer("elsewhere", {"app": "anything"})
INTERNET = Peer(address="203.0.113.7")


def policies(*found: TestGenProject) -> list[Any]:
    return [one.object for each in found for one in network.policies(each, Facts())]


def pod(component: Component, name: str = "shop", namespace: str = "team") -> Peer:
    return Peer(namespace, names.selector(name, component))


@pytest.mark.parametrize(
    ("caller", "callee", "port"),
    [
        ("edge", "api", 8000),
        ("edge", "vector", 8000),
        ("vector", "graph", 8000),
        ("worker", "vector", 8000),
        ("worker", "graph", 8000),
        ("worker", "llm", 8000),
        ("api", "postgres", 5432),
        ("worker", "postgres", 5432),
        ("migrate", "postgres", 5432),
        ("graph", "neo4j", 7687),
        ("llm", "ollama", 11434),
    ],
)
def test_a_needed_flow_is_let_through(caller: Component, callee: Component, port: int) -> None:  # S4-067
    assert evaluator.allowed(policies(project(SPLIT)), pod(caller), pod(callee), port)


@pytest.mark.parametrize(
    ("caller", "callee", "port"),
    [
        ("edge", "postgres", 5432),
        ("edge", "llm", 8000),
        ("api", "neo4j", 7687),
        ("api", "ollama", 11434),
        ("requirements", "worker", 8000),
        ("llm", "api", 8000),
        ("postgres", "api", 8000),
        ("neo4j", "postgres", 5432),
        ("ollama", "postgres", 5432),
        ("worker", "postgres", 22),
    ],
)
def test_a_flow_that_nobody_needs_is_not(caller: Component, callee: Component, port: int) -> None:  # S4-067
    assert not evaluator.allowed(policies(project(SPLIT)), pod(caller), pod(callee), port)


@pytest.mark.parametrize("store", ["postgres", "neo4j"])
def test_a_store_answers_nobody_but_its_own_clients(store: Component) -> None:  # S4-068
    rules = policies(project(SPLIT))
    for caller in (STRANGER, ABROAD, INTERNET):
        assert not any(evaluator.allowed(rules, caller, pod(store), port) for port in (5432, 7687, 7474))


@pytest.mark.parametrize(("spec", "entry"), [({}, "all"), (SPLIT, "edge")])
def test_the_endpoint_answers_its_own_namespace_and_those_it_names(spec: dict[str, Any], entry: Component) -> None:  # S2-149
    rules = policies(project({**spec, "networkPolicy": {"allowFromNamespaces": ["ingress-nginx"]}}))
    port = network.port(entry)
    assert evaluator.allowed(rules, STRANGER, pod(entry), port)
    assert evaluator.allowed(rules, Peer("ingress-nginx", {"x": "y"}), pod(entry), port)
    assert not evaluator.allowed(rules, ABROAD, pod(entry), port)


def test_prometheus_reads_every_role_and_nothing_else() -> None:  # Y-07
    rules, prometheus = policies(project(SPLIT)), Peer("monitoring", {"app": "prometheus"})
    for part in components.parts(project(SPLIT)):
        assert evaluator.allowed(rules, prometheus, pod(part.name), 8000) is bool(part.role)
    assert not evaluator.allowed(rules, prometheus, pod("postgres"), 5432)


@pytest.mark.parametrize("there", ["team", "bank"])
def test_two_projects_do_not_reach_each_other(there: str) -> None:
    first, second = project(SPLIT), project(SPLIT, name="bank").model_copy(update={"namespace": there})
    rules = policies(first, second)
    for a in network.standing(first, Facts()):
        for b in network.standing(second, Facts()):
            for port in (8000, 8080, 5432, 7687, 11434):
                assert not evaluator.allowed(rules, pod(a), pod(b, "bank", there), port), (a, b, port)


def test_naming_anothers_store_does_not_open_its_fence() -> None:
    """A spec may name a Service of any namespace: a platform's servers are meant so. Whether it is let in is said over there."""
    external = {"host": "bank-postgres.vault.svc", "passwordSecretRef": {"name": "db", "key": "p"}}
    curious = project({"stores": {"postgres": {"type": "External", "external": external}}})
    bank = project({}, name="bank").model_copy(update={"namespace": "vault"})
    rules = policies(curious, bank)
    for caller in ("all", "migrate", "probe"):
        assert not evaluator.allowed(rules, pod(caller), pod("postgres", "bank", "vault"), 5432)
        assert evaluator.allowed(rules, pod(caller), Peer("vault", {"app": "not-fenced"}), 5432)


def test_a_network_that_is_opened_leaves_the_node_out() -> None:
    rules = policies(project({"networkPolicy": {"allowTo": [{"cidr": "128.0.0.0/1"}]}}))
    assert evaluator.allowed(rules, pod("all"), Peer(address="203.0.113.7"), 443)
    assert not evaluator.allowed(rules, pod("all"), Peer(address="169.254.169.254"), 443)


def test_names_are_looked_up_by_every_part() -> None:  # S2-150
    rules, dns = policies(project(SPLIT)), Peer("kube-system", {"k8s-app": "kube-dns"})
    for part in components.parts(project(SPLIT)):
        assert evaluator.allowed(rules, pod(part.name), dns, 53, "UDP")
        assert evaluator.allowed(rules, pod(part.name), dns, 53, "TCP")


@pytest.mark.parametrize(
    ("url", "callee", "port", "expected"),
    [
        ("https://models.example", INTERNET, 443, True),
        ("https://models.example", INTERNET, 5432, False),
        ("http://203.0.113.7:11434", INTERNET, 11434, True),
        ("http://203.0.113.8:11434", INTERNET, 11434, False),
        ("http://ollama.models.svc:11434", Peer("models", {"app": "ollama"}), 11434, True),
        ("http://ollama.models.svc:11434", Peer("elsewhere", {"app": "ollama"}), 11434, False),
        ("http://gpu-0.ollama.models.svc:11434", Peer("models", {"app": "ollama"}), 11434, True),
        ("http://gpu-0.ollama.models.svc.cluster.local:11434", Peer("models", {"app": "ollama"}), 11434, True),
        ("http://gpu-0.ollama.models.svc.cluster.local:11434", INTERNET, 11434, False),
        ("http://a.b.c.svc.example.org:11434", INTERNET, 11434, True),
        ("http://svc.models.svc:11434", Peer("models", {"app": "ollama"}), 11434, True),
        ("https://models.example", Peer(address="169.254.169.254"), 443, False),
        ("https://models.example", Peer(address="127.0.0.1"), 443, False),
        ("https://models.example", Peer(address="fe80::1"), 443, False),
    ],
)
def test_a_provider_is_reached_where_its_address_says_and_by_who_calls_models(
    url: str, callee: Peer, port: int, expected: bool
) -> None:
    llm = {"providers": [{"name": "there", "url": url}], "routes": [{"provider": "there", "model": "m:1b"}]}
    rules = policies(project({"mode": "Microservices", "llm": llm}))
    assert evaluator.allowed(rules, pod("llm"), callee, port) is expected
    assert not evaluator.allowed(rules, pod("requirements"), callee, port)
    assert not evaluator.allowed(rules, pod("edge"), callee, port)


def test_the_internet_is_meant_by_addresses_and_no_rule_means_every_namespace() -> None:  # Y-07
    llm = {"providers": [{"name": "there", "url": "https://models.example"}], "routes": [{"provider": "there", "model": "m:1b"}]}
    for rules in (policies(project({**SPLIT})), policies(project({"llm": llm}))):
        for policy in rules:
            for rule in policy["spec"].get("egress", []) + policy["spec"].get("ingress", []):
                for peer in rule.get("to", []) + rule.get("from", []):
                    assert peer.get("namespaceSelector") != {}


def test_parts_of_another_mode_keep_their_flows_until_their_last_pod_is_gone() -> None:
    cluster = Simulated(project({"mode": "Microservices"}))
    cluster.converge()
    cluster.project = project({}, generation=2)
    cluster.step()
    rules = evaluator.of(cluster.plan().manifests)
    assert evaluator.allowed(rules, pod("edge"), pod("api"), 8000)
    assert evaluator.allowed(rules, pod("worker"), pod("postgres"), 5432)


CLOUD_NATIVE: dict[str, Any] = {"stores": {"postgres": {"type": "CloudNativePG"}}}


@pytest.mark.parametrize("mode", ["Monolith", "Microservices"])
def test_the_pods_of_a_cloudnativepg_cluster_are_not_cut_off_from_their_operator_and_each_other(mode: str) -> None:  # S4-068
    found = project({"mode": mode, **CLOUD_NATIVE})
    cluster = Simulated(found).bring()
    cluster.step()
    [wanted] = [one for one in cluster.plan().manifests if one.kind == "Cluster"]
    labels = wanted.object["spec"]["inheritedMetadata"]["labels"] | {"cnpg.io/cluster": "shop-postgres"}
    database, rules = Peer("team", labels), policies(found)
    assert evaluator.allowed(rules, database, database, 5432)
    assert evaluator.allowed(rules, database, INTERNET, 443)
    assert evaluator.allowed(rules, Peer("cnpg-system", {"app": "operator"}), database, 8000)
    callers: tuple[Component, ...] = ("all",) if mode == "Monolith" else ("api", "worker")
    for caller in (*callers, "migrate", "probe"):
        assert evaluator.allowed(rules, pod(caller), database, 5432), caller


@pytest.mark.parametrize(
    "postgres",
    [
        {"type": "CloudNativePG"},
        {"type": "External", "external": {"host": "203.0.113.7", "passwordSecretRef": {"name": "db", "key": "p"}}},
    ],
)
def test_a_probe_reaches_its_store_before_its_first_pod_was_seen(postgres: dict[str, Any]) -> None:
    there = INTERNET if postgres["type"] == "External" else Peer("team", {"cnpg.io/cluster": "shop-postgres"})
    rules = policies(project({"stores": {"postgres": postgres}}))
    assert evaluator.allowed(rules, pod("probe"), there, 5432)
    assert not evaluator.allowed(rules, pod("probe"), there, 22)


def test_a_project_without_stores_of_somebody_else_has_no_fence_for_probes() -> None:
    assert "shop-probe" not in {one["metadata"]["name"] for one in policies(project(SPLIT))}


def test_fences_can_be_switched_off() -> None:
    assert policies(project({"networkPolicy": {"enabled": False}})) == []


@settings(max_examples=30, deadline=None)
@given(projects())
def test_every_pod_of_a_project_falls_under_the_denial(found: TestGenProject) -> None:
    cluster = Simulated(found)
    cluster.step()
    cluster.settle()
    rules = evaluator.of(cluster.plan().manifests)
    if not rules:
        return
    for manifest in cluster.plan().manifests:
        if manifest.kind in {"Deployment", "StatefulSet", "Job"}:
            labels = manifest.object["spec"]["template"]["metadata"]["labels"]
            # an address that no drawn project names in allowTo
            assert not evaluator.allowed(rules, Peer(found.namespace, labels), Peer(address="198.51.100.9"), 8443)
            assert not evaluator.allowed(rules, ABROAD, Peer(found.namespace, labels), 22)
