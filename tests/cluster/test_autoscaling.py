"""An autoscaler on real load, with the real metrics-server: the number of pods is its own affair."""

from __future__ import annotations

import asyncio

import httpx

from testgen_operator import names
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess

SPEC = {
    "autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 2, "targetCpuUtilization": 30},
    "resources": {"requests": {"cpu": "50m", "memory": "700Mi"}},
}


async def test_load_brings_a_second_pod_that_the_operator_leaves_alone(  # S2-057, S2-058
    cluster: Cluster, operator: OperatorProcess, metrics_server: None
) -> None:
    await cluster.apply_project("shop", SPEC)
    await cluster.ready("shop", within=240)
    traffic = await callers.to(cluster, "shop")

    async def load() -> None:
        async with traffic.client() as client:
            while True:
                try:
                    await client.get("/api/v1/search?q=account")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(load()) for _ in range(4)]
    try:

        async def two() -> bool:
            return bool((await cluster.get("Deployment", "shop-all-blue"))["spec"]["replicas"] == 2)

        await cluster.eventually(two, within=180, what="a second pod")
        live = await cluster.get("Deployment", "shop-all-blue")
        ours = [one for one in live["metadata"]["managedFields"] if one["manager"] == names.FIELD_MANAGER]
        assert all("f:replicas" not in one["fieldsV1"].get("f:spec", {}) for one in ours)
        await cluster.ready("shop", within=180)
        # A change of the template is no reason to touch the number.
        await cluster.apply_project("shop", {**SPEC, "restartedAt": "now"})
        await cluster.ready("shop", within=240)
        assert await two()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
