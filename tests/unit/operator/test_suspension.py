"""A suspended project runs nothing: down from the runtime to the stores, up from stores to runtime, the same as before."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.operator.build import NEO4J, OLLAMA, Simulated, project

SPEC: dict[str, Any] = {**NEO4J, **OLLAMA}


def replicas(cluster: Simulated) -> dict[str, int]:
    return {
        one["metadata"]["name"]: one["spec"]["replicas"]
        for key, one in cluster.objects.items()
        if key.kind in {"Deployment", "StatefulSet"}
    }


@pytest.mark.parametrize("mode", ["Monolith", "Microservices"])
def test_the_stores_stop_when_the_last_pod_of_the_runtime_is_gone(mode: str) -> None:
    cluster = Simulated(project({**SPEC, "mode": mode}))
    cluster.converge()
    cluster.project = project({**SPEC, "mode": mode, "suspend": True}, generation=2)
    cluster.step()
    cluster.step()  # the pods are still ending
    found = replicas(cluster)
    assert {name for name, count in found.items() if count} == {"shop-postgres", "shop-neo4j", "shop-ollama"}
    cluster.settle()
    cluster.step()
    assert not any(replicas(cluster).values())


def test_nothing_is_deleted() -> None:
    cluster = Simulated(project(SPEC))
    cluster.converge()
    kept = {key for key in cluster.objects if key.kind not in {"Pod", "PodDisruptionBudget"}}
    secrets = dict(cluster.secrets)
    cluster.project = project({**SPEC, "suspend": True}, generation=2)
    cluster.converge()
    assert kept <= set(cluster.objects)
    assert cluster.secrets == secrets
    assert "Pod" not in cluster.kinds()


@pytest.mark.parametrize("mode", ["Monolith", "Microservices"])
def test_it_comes_back_identical_and_the_runtime_waits_for_its_database(mode: str) -> None:
    cluster = Simulated(project({**SPEC, "mode": mode}))
    cluster.converge()
    before = {key: one["applied"] for key, one in cluster.objects.items() if key.kind != "Pod"}
    cluster.project = project({**SPEC, "mode": mode, "suspend": True}, generation=2)
    cluster.converge()
    cluster.project = project({**SPEC, "mode": mode}, generation=3)
    cluster.step()
    found = replicas(cluster)
    assert found["shop-postgres"] == 1
    assert not any(count for name, count in found.items() if name.endswith("-blue"))
    cluster.settle()
    cluster.converge()
    assert {key: one["applied"] for key, one in cluster.objects.items() if key.kind != "Pod"} == before


CLOUD_NATIVE: dict[str, Any] = {"stores": {"postgres": {"type": "CloudNativePG", "cloudNativePg": {"instances": 2}}}}


def hibernation(cluster: Simulated) -> str:
    found: str = cluster.get("Cluster", "shop-postgres")["metadata"]["annotations"]["cnpg.io/hibernation"]
    return found


def test_a_cluster_of_cloudnativepg_hibernates_when_the_last_pod_of_the_runtime_is_gone() -> None:
    cluster = Simulated(project(CLOUD_NATIVE)).bring()
    cluster.converge()
    assert hibernation(cluster) == "off"
    cluster.project = project({**CLOUD_NATIVE, "suspend": True}, generation=2)
    cluster.step()
    cluster.step()  # the pods are still ending
    assert hibernation(cluster) == "off"
    cluster.settle()
    cluster.step()
    assert hibernation(cluster) == "on"
    assert cluster.get("Cluster", "shop-postgres")["spec"]["instances"] == 2


def test_the_runtime_waits_until_a_cluster_of_cloudnativepg_is_awake() -> None:
    cluster = Simulated(project(CLOUD_NATIVE)).bring()
    cluster.converge()
    before = {key: one["applied"] for key, one in cluster.objects.items() if key.kind != "Pod"}
    cluster.project = project({**CLOUD_NATIVE, "suspend": True}, generation=2)
    cluster.converge()
    cluster.project = project(CLOUD_NATIVE, generation=3)
    cluster.step()
    assert hibernation(cluster) == "off"
    assert not any(replicas(cluster).values())
    cluster.settle()
    cluster.converge()
    assert all(replicas(cluster).values())
    assert {key: one["applied"] for key, one in cluster.objects.items() if key.kind not in {"Pod", "Job"}} == {
        key: one for key, one in before.items() if key.kind != "Job"
    }


def test_whoever_wakes_it_half_way_has_it_whole() -> None:
    cluster = Simulated(project(SPEC))
    cluster.converge()
    cluster.project = project({**SPEC, "suspend": True}, generation=2)
    cluster.step()
    cluster.project = project(SPEC, generation=3)
    cluster.converge()
    assert all(replicas(cluster).values())
