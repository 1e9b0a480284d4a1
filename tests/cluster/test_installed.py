"""The operator as a team installs it: `kubectl apply -k`, in a pod, with the rights of gitops/base and nothing more; and as it is
upgraded: another image, applied in the same way. In this order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from testgen_cluster.deploy import NAMESPACE, Kubectl, install_operator, overlay
from testgen_operator import names
from tests.cluster import releases
from tests.cluster import traffic as callers
from tests.cluster.conftest import PATIENCE
from tests.cluster.kube import Cluster, audited
from tests.cluster.process import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNT = f"system:serviceaccount:{NAMESPACE}:testgen-operator"
CLUSTER_WIDE = ("clusterrole/testgen-operator", "clusterrolebinding/testgen-operator")


@pytest.fixture(scope="module")
def installed_operator(kubeconfig: Path, kubectl_binary: str, installed: None) -> Iterator[str]:
    """Two replicas of the image of this tree; when it was installed. Taken away again if it was not there before."""
    file = ROOT / "build" / "cluster" / "images.json"
    if not file.exists():
        pytest.skip("the operator's image is built by `make test` on the local cluster only")
    kubectl = Kubectl(kubeconfig)
    was_there = bool(kubectl.run("get", "namespace", NAMESPACE, "--ignore-not-found", "-o", "name").strip())
    started = datetime.now(UTC).isoformat()
    apply(kubectl, json.loads(file.read_text()))
    yield started
    if was_there:
        apply(kubectl, json.loads(file.read_text()))
    else:
        for what in (*CLUSTER_WIDE, f"namespace/{NAMESPACE}"):
            kubectl.run("delete", what, "--ignore-not-found", "--wait=false")


def apply(kubectl: Kubectl, images: dict[str, str], **environment: str) -> None:
    """The operator's manifests with these images; until all its pods are of them."""
    folder = overlay(ROOT / "build" / "test-operator", images, environment=environment)
    install_operator(kubectl, folder, timeout=120 * PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, installed_operator: str) -> str:
    await shared_cluster.apply_project("shop")
    await shared_cluster.ready("shop", within=180)
    return "shop"


async def in_system(cluster: Cluster, *arguments: str) -> str:
    return await cluster.kubectl(f"--namespace={NAMESPACE}", *arguments)


async def leader(cluster: Cluster) -> str:
    """The pod that holds the Lease; empty while nobody does."""
    lease: dict[str, Any] = json.loads(await in_system(cluster, "get", "lease", "testgen-operator", "-o", "json"))
    return str(lease["spec"].get("holderIdentity") or "").partition("_")[0]


async def test_a_project_becomes_ready_with_the_rights_that_are_shipped(shared_cluster: Cluster, shop: str) -> None:
    line = (await shared_cluster.kubectl("get", "tgp", shop, "--no-headers")).split()
    assert line[:2] == ["shop", "Monolith"]
    assert "True" in line
    assert f"http://shop.{shared_cluster.namespace}.svc" in line


async def test_nothing_that_the_operator_asks_for_is_forbidden(installed_operator: str, shop: str, audit_log: Path) -> None:
    verbs = ("get", "list", "watch", "create", "update", "patch", "delete")
    asked = audited(audit_log, agent="testgen-operator/", since=installed_operator, verbs=verbs)
    ours = [entry for entry in asked if entry["user"]["username"] == ACCOUNT]
    assert ours
    forbidden = [entry for entry in ours if entry.get("responseStatus", {}).get("code") == 403]
    # A namespace of an earlier test that is being deleted refuses what comes late, whatever the rights.
    forbidden = [entry for entry in forbidden if "being terminated" not in entry["responseStatus"].get("message", "")]
    assert [(entry["verb"], entry["requestURI"]) for entry in forbidden] == []


async def test_no_secret_is_listed_or_watched(installed_operator: str, shop: str, audit_log: Path) -> None:
    asked = audited(audit_log, agent="testgen-operator/", since=installed_operator, verbs=("list", "watch"))
    assert asked
    assert not [entry for entry in asked if entry.get("objectRef", {}).get("resource") == "secrets"]


async def test_both_replicas_are_ready_and_one_leads(shared_cluster: Cluster, shop: str) -> None:
    async def both() -> bool:
        words = ("get", "pods", "-l", "app.kubernetes.io/name=testgen-operator", "-o", "json")
        pods = json.loads(await in_system(shared_cluster, *words))
        ready = {
            pod["metadata"]["name"]
            for pod in pods["items"]
            if any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"].get("conditions", ()))
        }
        assert len(ready) == 2, ready
        assert await leader(shared_cluster) in ready
        return True

    await shared_cluster.eventually(both, within=60, what="two ready pods, one of which leads")


async def test_the_image_knows_its_own_health(shared_cluster: Cluster, shop: str) -> None:
    name = await shared_cluster.eventually(lambda: leader(shared_cluster), within=60, what="somebody leads")
    await in_system(shared_cluster, "exec", name, "--", "python", "-m", "testgen_operator.health")


async def test_another_replica_takes_over_when_the_leaders_pod_is_deleted(shared_cluster: Cluster, shop: str) -> None:
    before = await shared_cluster.eventually(lambda: leader(shared_cluster), within=60, what="somebody leads")
    await in_system(shared_cluster, "delete", "pod", before, "--wait=false")

    async def another() -> bool:
        now = await leader(shared_cluster)
        return bool(now) and now != before

    await shared_cluster.eventually(another, within=20, what="another leader")
    await shared_cluster.delete("Service", shop)

    async def back() -> Any:
        return await shared_cluster.find("Service", shop)

    await shared_cluster.eventually(back, within=30, what="the new leader mends")


async def operators(cluster: Cluster) -> dict[str, str]:
    """The image of each of the operator's pods that is not about to end."""
    words = ("get", "pods", "-l", "app.kubernetes.io/name=testgen-operator", "-o", "json")
    pods = json.loads(await in_system(cluster, *words))["items"]
    living = (one for one in pods if not one["metadata"].get("deletionTimestamp"))
    return {one["metadata"]["name"]: one["spec"]["containers"][0]["image"] for one in living}


async def standing(cluster: Cluster, project: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Every object of a project, its pods among them: uid, and generation (where it has none, resourceVersion). What becomes of
    an object by itself, such as a probe that fails once, leaves them as they are."""
    found = await cluster.children(project)
    pods = await cluster.list("Pod", project=project)
    found |= {(one["kind"], one["metadata"]["name"]): one for one in [*pods, await cluster.get("TestGenProject", project)]}
    metadata = {key: one["metadata"] for key, one in found.items()}
    return {key: (one["uid"], str(one.get("generation") or one["resourceVersion"])) for key, one in metadata.items()}


async def test_an_upgraded_operator_takes_over_and_no_healthy_project_notices(
    shared_cluster: Cluster, kubeconfig: Path, shop: str, audit_log: Path
) -> None:
    await shared_cluster.ready(shop, within=60)
    images = json.loads((ROOT / "build" / "cluster" / "images.json").read_text())
    newer = await asyncio.to_thread(releases.newer_operator)
    old = await operators(shared_cluster)
    before = await standing(shared_cluster, shop)
    since = datetime.now(UTC).isoformat()

    async def led_by_a_new_pod() -> str:
        now = await leader(shared_cluster)
        return now if now and now not in old else ""

    async def said(pod: str) -> bool:
        """The new leader has looked at the project: it carries on what is asked of it next."""
        return "every watched kind was listed" in await in_system(shared_cluster, "logs", pod)

    async with callers.flowing(await callers.to(shared_cluster, shop)) as traffic:
        await asyncio.to_thread(apply, Kubectl(kubeconfig), images | {"operator": newer})
        now = await shared_cluster.eventually(led_by_a_new_pod, within=60, what="a pod of the new image leads")
        await shared_cluster.eventually(lambda: said(now), within=60, what="the new leader has listed everything")
        await shared_cluster.apply_project("witness", {"suspend": True})
        await shared_cluster.condition("witness", "Suspended", "True", within=120)
        after = await standing(shared_cluster, shop)
    assert set((await operators(shared_cluster)).values()) == {newer}
    assert {key: one for key, one in after.items() if before.get(key) != one} == {}
    assert set(before) == set(after)
    written = [
        (one["verb"], one["requestURI"])
        for one in audited(audit_log, agent="testgen-operator/", since=since)
        if (one["user"]["username"], one["objectRef"].get("namespace")) == (ACCOUNT, shared_cluster.namespace)
        and one["objectRef"].get("name", "").startswith(shop)
    ]
    assert written == []
    assert traffic.failures == []
    assert traffic.quiet() == []


async def uids(cluster: Cluster, project: str, component: str) -> set[str]:
    """The pods of one part that are not about to end."""
    pods = await cluster.list("Pod", project=project)
    mine = [one["metadata"] for one in pods if one["metadata"]["labels"][names.LABEL_COMPONENT] == component]
    return {one["uid"] for one in mine if not one.get("deletionTimestamp")}


async def grace(cluster: Cluster, project: str) -> set[int]:
    """How long the pods of the runtime may take to end, by each that is there."""
    pods = await cluster.list("Pod", project=project)
    return {
        one["spec"]["terminationGracePeriodSeconds"] for one in pods if one["metadata"]["labels"][names.LABEL_COMPONENT] == "all"
    }


async def release_begun(cluster: Cluster, project: str) -> datetime:
    """When the newest release's turn came."""
    newest = await releases.newest(cluster, project)
    assert newest is not None
    return datetime.fromisoformat(newest["metadata"]["creationTimestamp"])


async def test_an_operator_that_renders_pods_otherwise_restarts_one_project_after_the_other(
    shared_cluster: Cluster, kubeconfig: Path, shop: str
) -> None:
    """Issue 6 point 6: at one project a minute the second one waits for its turn, and nobody's request fails."""
    await shared_cluster.apply_project("stall")
    both = (shop, "stall")
    for project in both:
        await shared_cluster.ready(project, within=180)
    images = json.loads((ROOT / "build" / "cluster" / "images.json").read_text())
    otherwise = await asyncio.to_thread(releases.operator_that_renders_otherwise)
    (before,) = await grace(shared_cluster, shop)
    stores = {project: await uids(shared_cluster, project, "postgres") for project in both}
    before_it = [await release_begun(shared_cluster, project) for project in both]
    assert all(stores.values())

    def renewed(project: str) -> Callable[[], Awaitable[bool]]:
        async def only_newer() -> bool:
            return await grace(shared_cluster, project) == {before + 1}

        return only_newer

    callers_of_shop = await callers.to(shared_cluster, shop)
    callers_of_shop.sent = 1_000  # the documents of the test before this are there already
    async with (
        callers.flowing(callers_of_shop) as of_shop,
        callers.flowing(await callers.to(shared_cluster, "stall")) as of_stall,
    ):
        await asyncio.to_thread(
            apply, Kubectl(kubeconfig), images | {"operator": otherwise}, TESTGEN_OPERATOR_UPGRADES_PER_MINUTE="1"
        )
        for project in both:
            await shared_cluster.eventually(renewed(project), within=240, what=f"only newer pods of {project}")
            await shared_cluster.ready(project, within=120)

    turns = [await release_begun(shared_cluster, project) for project in both]
    assert all(after > then for after, then in zip(turns, before_it, strict=True))
    assert abs((turns[0] - turns[1]).total_seconds()) > 55, turns
    assert {project: await uids(shared_cluster, project, "postgres") for project in both} == stores
    for traffic in (of_shop, of_stall):
        assert traffic.failures == []
        assert traffic.quiet() == []
