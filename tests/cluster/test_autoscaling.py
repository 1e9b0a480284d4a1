"""An autoscaler on real load, with the real metrics-server: the number of pods is its own affair."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from testgen_operator import names
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

FIXED = {"replicas": 2, "resources": {"requests": {"cpu": "50m", "memory": "700Mi"}}}
SPEC = {
    "autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 3, "targetCpuUtilization": 30},
    "resources": FIXED["resources"],
}
THERE_AND_BACK = {
    "autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 2, "targetCpuUtilization": 80},
    "resources": FIXED["resources"],
}
"""One caller who asks now and then is below the target; four who do not wait are above it on a busy machine too."""
WINDOW = 300
"""Seconds for which the autoscaler remembers that more pods were needed (S2-059)."""


async def replicas(cluster: Cluster) -> int:
    return int((await cluster.get("Deployment", "shop-all-blue"))["spec"]["replicas"])


@asynccontextmanager
async def repeated(call: Callable[[], Awaitable[object]], *, callers: int) -> AsyncIterator[None]:
    """So many callers, each of whom calls again as soon as the last call has ended."""

    async def again_and_again() -> None:
        while True:
            await call()

    tasks = [asyncio.create_task(again_and_again()) for _ in range(callers)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def load(traffic: Traffic) -> AsyncIterator[None]:
    """More than one pod's share of work. What fails of it is not counted."""
    async with traffic.client() as client:

        async def search() -> None:
            try:
                await client.get("/api/v1/search?q=account")
            except httpx.HTTPError:
                await asyncio.sleep(0.1)

        async with repeated(search, callers=4):
            yield


@asynccontextmanager
async def somebody(traffic: Traffic) -> AsyncIterator[None]:
    """One caller who reads once a second, and notes what fails."""
    async with traffic.client() as client:

        async def look() -> None:
            await traffic.read(client, "/api/v1/cases")
            await asyncio.sleep(1)

        async with repeated(look, callers=1):
            yield


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

    async with load(traffic):

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


@pytest.mark.skipif(os.environ.get("AUTOSCALING_DOWN") != "1", reason="seven minutes: make soak SOAK=autoscaling")
async def test_when_the_load_has_ended_the_number_falls_to_the_least_and_no_request_fails(  # S2-059
    cluster: Cluster, operator: OperatorProcess, metrics_server: None
) -> None:
    await cluster.apply_project("shop", THERE_AND_BACK)
    await cluster.ready("shop", within=300)
    traffic = await callers.to(cluster, "shop")

    async def pods(number: int) -> bool:
        state = (await cluster.get("Deployment", "shop-all-blue"))["status"]
        return bool(state.get("replicas") == state.get("readyReplicas") == number)

    async with load(traffic):
        await cluster.eventually(lambda: pods(2), within=180, what="a second pod")
    async with somebody(traffic):
        await cluster.eventually(lambda: pods(1), within=WINDOW + 120, what="one pod again", poll=1)

        async def gone() -> bool:
            return len([one for one in await cluster.list("Pod", project="shop") if "all-blue" in one["metadata"]["name"]]) == 1

        await cluster.eventually(gone, within=90, what="the other pod has ended", poll=1)
    assert traffic.failures == []
    assert traffic.answered > WINDOW / 4, "somebody asked all the time"
    await cluster.ready("shop", within=60)
