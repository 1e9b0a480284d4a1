"""The life of a project on a real node: created, changed, meddled with, left alone. One project for all, in this order."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.cluster.kube import Cluster, audited
from tests.cluster.process import OperatorProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop")
    await shared_cluster.ready("shop")
    return "shop"


async def test_a_project_with_an_empty_spec_becomes_ready(shared_cluster: Cluster, shop: str) -> None:  # S4-007, S0-030, S0-031
    kinds = {kind for kind, _ in await shared_cluster.children(shop)}
    assert {"Deployment", "StatefulSet", "Service", "ConfigMap", "ServiceAccount", "Secret", "PersistentVolumeClaim"} <= kinds
    project = await shared_cluster.get("TestGenProject", shop)
    assert project["status"]["endpoint"] == f"http://shop.{shared_cluster.namespace}.svc"
    assert project["status"]["observedGeneration"] == project["metadata"]["generation"]


async def test_the_operator_leaves_nothing_on_the_project_but_its_status(shared_cluster: Cluster, shop: str) -> None:
    metadata = (await shared_cluster.get("TestGenProject", shop))["metadata"]
    assert "finalizers" not in metadata  # uninstalling the operator first hangs nothing
    assert not [name for name in metadata.get("annotations", {}) if name != "kubectl.kubernetes.io/last-applied-configuration"]


async def test_becoming_ready_is_told_once_in_an_event(shared_cluster: Cluster, shop: str) -> None:
    async def told() -> int:
        events = await shared_cluster.list("Event")
        ours = [one for one in events if one.get("regarding", {}).get("kind") == "TestGenProject"]
        return [one["reason"] for one in ours].count("Ready")

    assert await shared_cluster.eventually(told, within=30, what="the event, which comes after the status") == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Service", "shop"),
        ("Deployment", "shop-all-blue"),
        ("ServiceAccount", "shop-runtime"),
        ("NetworkPolicy", "shop-postgres"),
    ],
)
async def test_a_deleted_child_comes_back(shared_cluster: Cluster, shop: str, kind: str, name: str) -> None:  # S0-045
    before = await shared_cluster.get(kind, name)
    await shared_cluster.delete(kind, name)

    async def another() -> Any:
        again = await shared_cluster.find(kind, name)
        return again and again["metadata"]["uid"] != before["metadata"]["uid"] and again

    again = await shared_cluster.eventually(another, within=15)
    assert again.get("spec", {}).get("selector") == before.get("spec", {}).get("selector")


async def test_an_edited_field_is_set_back(shared_cluster: Cluster, shop: str) -> None:  # S0-045
    before = await shared_cluster.get("Service", shop)
    edited = [before["spec"]["ports"][0] | {"port": 81}]
    await shared_cluster.patch("Service", shop, {"spec": {"ports": edited, "selector": {"testgen.dev/project": "bank"}}})

    async def as_before() -> bool:
        live = await shared_cluster.get("Service", shop)
        return bool(live["spec"]["selector"] == before["spec"]["selector"] and live["spec"]["ports"] == before["spec"]["ports"])

    await shared_cluster.eventually(as_before, within=15)


async def test_what_others_add_is_left_alone(shared_cluster: Cluster, shop: str, shared_operator: OperatorProcess) -> None:
    await shared_cluster.patch("Service", shop, {"metadata": {"annotations": {"team.example/owner": "payments"}}})
    await settled(shared_operator, shared_cluster)
    annotations = (await shared_cluster.get("Service", shop))["metadata"]["annotations"]
    assert annotations["team.example/owner"] == "payments"


async def test_a_changed_spec_changes_the_deployment_and_brings_and_takes_a_budget(
    shared_cluster: Cluster, shop: str
) -> None:  # S4-081
    secret = await shared_cluster.get("Secret", "shop-postgres")
    await shared_cluster.apply_project(shop, {"replicas": 2})

    async def two() -> bool:
        return bool((await shared_cluster.get("Deployment", "shop-all-blue"))["spec"]["replicas"] == 2)

    await shared_cluster.eventually(two, within=15)

    async def budget() -> Any:
        return await shared_cluster.find("PodDisruptionBudget", "shop-all-blue")

    await shared_cluster.eventually(budget, within=15, what="the disruption budget")
    await shared_cluster.ready(shop)
    await shared_cluster.apply_project(shop, {"replicas": 1})

    async def gone() -> bool:
        return await shared_cluster.find("PodDisruptionBudget", "shop-all-blue") is None

    await shared_cluster.eventually(gone, within=15, what="the disruption budget pruned")
    await shared_cluster.ready(shop)
    assert (await shared_cluster.get("Secret", "shop-postgres"))["data"] == secret["data"]


async def settled(operator: OperatorProcess, cluster: Cluster, passes: int = 3) -> None:
    """Wait until the operator has looked at its projects a few more times, and found nothing to do."""
    before = await operator.metric("testgen_operator_reconcile_total", result="settled")

    async def looked() -> bool:
        return await operator.metric("testgen_operator_reconcile_total", result="settled") >= before + passes

    await cluster.eventually(looked, within=60, what=f"{passes} more passes that change nothing")


async def test_passes_that_change_nothing_write_nothing(
    shared_cluster: Cluster, shop: str, shared_operator: OperatorProcess, audit_log: Path
) -> None:
    await settled(shared_operator, shared_cluster)

    async def looked_at() -> tuple[Any, ...] | None:
        moving = await of_others(shared_cluster, shop)
        since, before = datetime.now(UTC).isoformat(), await shared_operator.metric("testgen_operator_writes_total")
        children = await shared_cluster.children(shop)
        await settled(shared_operator, shared_cluster, passes=4)
        writes = await shared_operator.metric("testgen_operator_writes_total") - before
        asked = audited(audit_log, agent="testgen-operator/", since=since)
        written = [(one["verb"], one["requestURI"]) for one in asked if in_namespace(one, shared_cluster)]
        kept = versions(await shared_cluster.children(shop)) == versions(children)
        # A pod that comes, goes or misses a probe is a change, and may be told.
        return None if writes and await of_others(shared_cluster, shop) != moving else (writes, written, kept)

    found = await shared_cluster.eventually(looked_at, within=120, what="four passes while nothing changes")
    assert found == (0, [], True)
    assert await shared_operator.metric("testgen_operator_writes_suppressed_total") > 0


async def of_others(cluster: Cluster, project: str) -> list[Any]:
    """What the kubelet and the controllers say of a project's pods and workloads; the operator writes none of it."""
    pods, *workloads = [await cluster.list(kind, project=project) for kind in ("Pod", "Deployment", "StatefulSet")]
    return [[one["metadata"]["resourceVersion"] for one in pods], *([one.get("status") for one in each] for each in workloads)]


def in_namespace(entry: dict[str, Any], cluster: Cluster) -> bool:
    """The canary is the operator's own and no project's."""
    about = entry.get("objectRef", {})
    return about.get("namespace") == cluster.namespace and not about.get("name", "").endswith("-canary")


def versions(children: dict[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The resourceVersions of what only the operator writes; others update the status of the rest."""
    quiet = {"ConfigMap", "Secret", "Service", "ServiceAccount", "NetworkPolicy"}
    return {key: child["metadata"]["resourceVersion"] for key, child in children.items() if key[0] in quiet}


async def test_no_secret_value_is_in_the_operators_log(
    shared_cluster: Cluster, shop: str, shared_operator: OperatorProcess
) -> None:
    text = shared_operator.log.read_text()
    assert "shop" in text  # it has written of this project
    for name in ("shop-postgres", "shop-admin-key"):
        encoded = (await shared_cluster.get("Secret", name))["data"]
        assert encoded
        for value in encoded.values():
            plain = base64.b64decode(value, validate=True).decode()
            assert plain
            assert plain not in text
            assert value not in text
