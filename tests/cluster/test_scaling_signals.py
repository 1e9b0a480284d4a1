"""The autoscaler's second signals on a real node (S2-057): jobs that wait and requests in flight raise the number of pods.

The autoscaler, Prometheus and our rules are real; the program between Prometheus and the API server is a stand-in
(metrics_adapter.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from testgen_cluster import leases
from testgen_cluster.names import Names
from testgen_operator.plan import autoscaling
from tests.bench.rollout_slow import SLOW, fields, slow_jobs
from tests.cluster import metrics_adapter
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, Object
from tests.cluster.metrics_adapter import Adapter
from tests.cluster.process import ROOT, OperatorProcess
from tests.integration import prometheus_server
from tests.integration.prometheus_server import PrometheusServer

AUTOSCALED = {"enabled": True, "minReplicas": 1, "targetCpuUtilization": 100, "targetMemoryUtilization": 100}
RESOURCES = {"requests": {"cpu": "50m", "memory": "400Mi"}}
WORKLOAD = "shop-all-blue"
REQUIREMENTS = 20
"""Of a job: as many seconds at least, in which it costs its pod nothing."""


@asynccontextmanager
async def scraped(cluster: Cluster, prometheus: PrometheusServer) -> AsyncIterator[None]:
    """The port `http` of the project's pods, whichever there are, under the labels that the PodMonitor of docs/OPERATIONS.md
    ("Scaling by queue and requests") gives them; the distribution's Prometheus has no discovery of pods."""

    async def follow() -> None:
        while True:
            pods = [pod for pod in await cluster.list("Pod", project="shop") if pod["status"].get("podIP")]
            ports = {pod["metadata"]["name"]: http_port(pod) for pod in pods}
            found = {name: f"{pod['status']['podIP']}:{port}" for pod in pods if (port := ports[name := pod["metadata"]["name"]])}
            prometheus.scrape(found, cluster.namespace, **{autoscaling.LABEL_OF_SERIES: "shop"})
            await asyncio.sleep(1)

    following = asyncio.create_task(follow())
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def http_port(pod: Object) -> int:
    """0 where the pod has none."""
    ports = [port for one in pod["spec"]["containers"] for port in one.get("ports") or ()]
    return next((int(port["containerPort"]) for port in ports if port.get("name") == "http"), 0)


@pytest.fixture
async def adapter(cluster: Cluster, metrics_server: None, tmp_path: Path) -> AsyncIterator[Adapter]:
    lease = leases.find(ROOT)
    assert lease is not None, "the local cluster runs, and so has its addresses"
    host = str(Names(ROOT, lease.index).host.ip)
    with prometheus_server.running(tmp_path) as prometheus:
        async with scraped(cluster, prometheus), metrics_adapter.serving(cluster, host, prometheus.url, tmp_path) as found:
            yield found


def spec(most: int, **signal: int) -> dict[str, Any]:
    return {"autoscaling": AUTOSCALED | {"maxReplicas": most} | signal, "resources": RESOURCES}


async def replicas(cluster: Cluster) -> int:
    return int((await cluster.get("Deployment", WORKLOAD))["spec"]["replicas"])


async def reasons(cluster: Cluster) -> str:
    """Why the autoscaler says that it changed the number."""
    events = yaml.safe_load(await cluster.kubectl("get", "events", "-o", "json"))["items"]
    return "\n".join(one["message"] for one in events if one["reason"] == "SuccessfulRescale")


async def raised_to(cluster: Cluster, number: int) -> None:
    async def raised() -> bool:
        return await replicas(cluster) == number

    await cluster.eventually(raised, within=120, what=f"{number} pods are asked for")


@asynccontextmanager
async def waiting(http: httpx.AsyncClient, count: int) -> AsyncIterator[None]:
    """So many callers, each of whom waits for the cases of a slow document in the request that asked for them."""

    async def ask(n: int) -> None:
        body = {"text": fields(1000 + n, REQUIREMENTS, SLOW)}
        await http.post("/api/v1/generate", json=body, headers={"Prefer": "wait=120"})

    tasks = [asyncio.create_task(ask(n)) for n in range(count)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_jobs_that_wait_raise_the_number_of_pods_and_requests_in_flight_do_too(
    cluster: Cluster, operator: OperatorProcess, adapter: Adapter
) -> None:
    await cluster.apply_project("shop", spec(2, queueDepthPerReplica=2))
    await cluster.ready("shop", within=300)
    await slow_jobs(cluster, "shop")
    assert await replicas(cluster) == 1
    traffic = await callers.to(cluster, "shop")
    async with traffic.client() as http:
        for n in range(12):
            body = {"text": fields(n, REQUIREMENTS, SLOW)}
            answer = await http.post("/api/v1/generate", json=body, headers={"Prefer": "respond-async"})
            assert answer.status_code == 202, answer.text
        await raised_to(cluster, 2)
        assert f"external metric {autoscaling.METRIC_QUEUE}" in await reasons(cluster)

        await cluster.apply_project("shop", spec(3, requestsPerReplica=2))
        await cluster.condition("shop", "Ready", "True", within=180)
        async with waiting(http, 9):
            await raised_to(cluster, 3)
            assert f"pods metric {autoscaling.METRIC_IN_FLIGHT}" in await reasons(cluster)
    queue, in_flight = (
        [one for one in adapter.asked if name in one] for name in (autoscaling.METRIC_QUEUE, autoscaling.METRIC_IN_FLIGHT)
    )
    assert f'{autoscaling.LABEL_OF_SERIES}="shop"' in queue[0]
    assert in_flight
