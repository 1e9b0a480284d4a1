"""An autoscaler on real load, with the real metrics-server: the number of pods is its own affair."""

from __future__ import annotations

import asyncio

import httpx

from testgen_operator import names
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess

FIXED = {"replicas": 2, "resources": {"requests": {"cpu": "50m", "memory": "700Mi"}}}
SPEC = {
    "autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 3, "targetCpuUtilization": 30},
    "resources": FIXED["resources"],
}


async def replicas(cluster: Cluster) -> int:
    return int((await cluster.get("Deployment", "shop-all-blue"))["spec"]["replicas"])


async def test_an_autoscaler_takes_over_where_the_number_stands_and_load_raises_it(  # S2-057, S2-058
    cluster: Cluster, operator: OperatorProcess, metrics_server: None
) -> None:
    await cluster.apply_project("shop", FIXED)
    await cluster.ready("shop", within=300)
    await cluster.apply_project("shop", SPEC)
    seen = set()

    async def taken_over() -> bool:
        seen.add(await replicas(cluster))
        found = await cluster.find("HorizontalPodAutoscaler", "shop-all-blue")
        return found is not None and bool((found.get("status") or {}).get("desiredReplicas"))

    await cluster.eventually(taken_over, within=90, what="the autoscaler has looked")
    assert min(seen) == 2, "the number fell on its way from one to the other"  # on a busy node the autoscaler raises it at once
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

        async def three() -> bool:
            return await replicas(cluster) == 3

        await cluster.eventually(three, within=180, what="a third pod")
        live = await cluster.get("Deployment", "shop-all-blue")
        ours = [one for one in live["metadata"]["managedFields"] if one["manager"] == names.FIELD_MANAGER]
        assert all("f:replicas" not in one["fieldsV1"].get("f:spec", {}) for one in ours)
        await cluster.ready("shop", within=180)
        # A change of the template is no reason to touch the number.
        await cluster.apply_project("shop", {**SPEC, "restartedAt": "now"})
        await cluster.ready("shop", within=240)
        assert await three()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
