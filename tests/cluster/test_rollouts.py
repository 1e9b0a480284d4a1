"""Releases come and go under traffic: a good one, a broken one, a rollback; no request fails (issue 7, S2-116…122, S3-125…129).

One project for all, in this order, on a real node with real Services and EndpointSlices.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from testgen_operator import names
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import ROOT, OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN = 300.0
ROLLOUT = {
    "strategy": "BlueGreen",
    "bakeSeconds": 5,
    "scaleDownDelaySeconds": 5,
    "progressDeadlineSeconds": 300,
    "analysis": {"intervalSeconds": 5, "latencyP95Milliseconds": 9000},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop", {"rollout": ROLLOUT})
    await shared_cluster.ready("shop", within=WITHIN)
    return "shop"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traffic(shared_cluster: Cluster, shop: str) -> AsyncIterator[Traffic]:
    yield await callers.to(shared_cluster, shop)


async def releases(cluster: Cluster) -> list[Object]:
    found = await cluster.list("TestGenRelease", project="shop")
    return sorted(found, key=lambda one: int(one["spec"]["sequence"]))


async def ended(cluster: Cluster, count: int) -> Object:
    """The release of that number, once it has ended and nothing drains."""

    async def check() -> Object | None:
        found = await releases(cluster)
        newest = found[-1] if len(found) == count else None
        return newest if newest and (newest.get("status") or {}).get("step") == "Done" else None

    found: Object = await cluster.eventually(check, within=WITHIN, what=f"release {count} has ended")
    return found


async def story(cluster: Cluster) -> str:
    """What a person sees; docs/ROLLOUTS.md shows such output."""
    found = await cluster.kubectl("get", "tgp,tgr")
    print(found)
    return found


async def watched(cluster: Cluster) -> str:
    """What `kubectl testgen rollout watch` says of the release under way, to its end."""
    environment = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig), "PYTHONPATH": str(ROOT / "operator")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_operator.kubectl", "rollout", "watch", "shop", "-n", cluster.namespace, "--timeout", "15m",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=environment,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), WITHIN * cluster.patience)
    print(out.decode())
    assert process.returncode == 0, out.decode()
    return out.decode()


async def selector(cluster: Cluster) -> dict[str, str]:
    found: dict[str, str] = (await cluster.get("Service", "shop"))["spec"]["selector"]
    return found


async def test_the_first_release_is_recorded(shared_cluster: Cluster, shop: str) -> None:  # S2-161, S2-163
    record = await ended(shared_cluster, 1)

    assert record["status"]["phase"] == "Succeeded"
    assert (record["spec"]["environment"], record["spec"]["strategy"]) == ("Development", "BlueGreen")
    assert (await selector(shared_cluster))[names.LABEL_COLOUR] == "blue"


async def test_a_good_release_comes_to_serve_without_a_failed_request(  # S2-117…122, S2-217
    shared_cluster: Cluster, traffic: Traffic
) -> None:
    async with callers.flowing(traffic):
        await shared_cluster.apply_project("shop", {"rollout": ROLLOUT, "budgets": {"dailyTokens": 1000}})

        async def begun() -> bool:
            return len(await releases(shared_cluster)) == 2

        await shared_cluster.eventually(begun, within=60, what="the release begins")
        told = await watched(shared_cluster)
        record = await ended(shared_cluster, 2)

    assert "Promoted" in told
    assert "Promoted" in await story(shared_cluster)
    assert (record["status"]["outcome"], record["status"]["phase"]) == ("Promoted", "Succeeded")
    assert (await selector(shared_cluster))[names.LABEL_COLOUR] == "green"
    assert traffic.failures == []
    assert traffic.quiet() == []
    await shared_cluster.ready("shop", within=60)
    project = await shared_cluster.get("TestGenProject", "shop")
    assert project["status"]["release"]["active"]["colour"] == "green"
    old = await shared_cluster.find("Deployment", "shop-all-blue")
    assert old is not None
    assert old["spec"]["replicas"] == 0  # kept for a rollback


async def test_a_rollback_inside_the_window_serves_at_once(shared_cluster: Cluster, traffic: Traffic) -> None:  # S2-175, S1-101
    first, second = await releases(shared_cluster)
    back = {"to": first["metadata"]["name"], "from": second["metadata"]["name"]}
    async with callers.flowing(traffic):
        await shared_cluster.apply_project("shop", {"rollout": ROLLOUT | {"rollback": back}, "budgets": {"dailyTokens": 1000}})

        async def serves() -> bool:
            return (await selector(shared_cluster))[names.LABEL_COLOUR] == "blue"

        await shared_cluster.eventually(serves, within=60, what="blue serves again", poll=0.2)
        record = await ended(shared_cluster, 3)

    assert record["status"]["outcome"] == "FastPromoted"
    assert "FastPromoted" in await story(shared_cluster)
    assert record["spec"]["template"] == first["spec"]["template"]
    assert traffic.failures == []


async def test_a_broken_release_is_given_up_and_the_old_one_serves_on(shared_cluster: Cluster, traffic: Traffic) -> None:
    async with callers.flowing(traffic):
        await shared_cluster.apply_project("shop", {"rollout": ROLLOUT, "image": "127.0.0.1:1/nowhere/runtime:broken"})
        record = await ended(shared_cluster, 4)

    assert (record["status"]["outcome"], record["status"]["reason"]) == ("Aborted", "ImagePullFailed")
    assert record["status"]["failure"]["reason"] == "ImagePullFailed"
    assert "Aborted" in await story(shared_cluster)
    assert traffic.failures == []
    await shared_cluster.condition("shop", "RolloutSucceeded", "False", within=60)
    await shared_cluster.ready("shop", within=60)

    async def gone() -> bool:
        return await shared_cluster.find("Service", "shop-preview") is None

    await shared_cluster.eventually(gone, within=60, what="the preview is gone")


async def test_pod_by_pod_with_checks_a_release_is_tried_beside_what_serves_and_then_takes_its_place(  # S2-129
    shared_cluster: Cluster, traffic: Traffic
) -> None:
    checked = {"smoke": {"enabled": True}, "analysis": {"enabled": True, "intervalSeconds": 5, "latencyP95Milliseconds": 9000}}
    rolling = {"strategy": "RollingUpdate", "bakeSeconds": 5, "progressDeadlineSeconds": 300, **checked}
    number = len(await releases(shared_cluster)) + 1
    async with callers.flowing(traffic):
        await shared_cluster.apply_project("shop", {"rollout": rolling, "budgets": {"dailyTokens": 2000}})

        async def tried() -> bool:
            newest = (await releases(shared_cluster))[-1]
            at = (newest.get("status") or {}).get("step")
            return newest["spec"]["sequence"] == number and at in ("Smoking", "Analysing")

        await shared_cluster.eventually(tried, within=WITHIN, what="the release is tried", poll=0.2)
        serving, beside = [await shared_cluster.get("Deployment", f"shop-all-{colour}") for colour in ("blue", "green")]
        assert serving["metadata"]["labels"][names.LABEL_RELEASE] != beside["metadata"]["labels"][names.LABEL_RELEASE]
        record = await ended(shared_cluster, number)

    assert (record["status"]["outcome"], record["spec"]["strategy"]) == ("Promoted", "RollingUpdate")
    assert (await selector(shared_cluster))[names.LABEL_COLOUR] == "blue"
    assert await shared_cluster.find("Deployment", "shop-all-green") is None
    assert traffic.failures == []
