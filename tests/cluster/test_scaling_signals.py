"""The autoscaler's second signals on a real node (S2-057): jobs that wait and requests in flight raise the number of pods.

The autoscaler, Prometheus, its discovery of pods and our rules are real; only the program between Prometheus and the API server
is a stand-in (metrics_adapter.py).
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
from tests.cluster.kube import Cluster
from tests.cluster.metrics_adapter import Adapter
from tests.cluster.process import ROOT, OperatorProcess
from tests.integration import prometheus_server

AUTOSCALED = {"enabled": True, "minReplicas": 1, "targetCpuUtilization": 100, "targetMemoryUtilization": 100}
RESOURCES = {"requests": {"cpu": "50m", "memory": "400Mi"}}
WORKLOAD = "shop-all-blue"
REQUIREMENTS = 20
"""Of a job: as many seconds at least, in which it costs its pod nothing."""


def discovery(cluster: Cluster) -> dict[str, Any]:
    """As the PodMonitor of docs/OPERATIONS.md ("Scaling by queue and requests") has the Prometheus operator write it: the port
    `http` of a project's pods, with the labels `namespace`, `pod` and the project's."""
    project = autoscaling.LABEL_OF_SERIES
    return {
        "job_name": "testgen-runtime",
        "kubernetes_sd_configs": [
            {"role": "pod", "kubeconfig_file": str(cluster.kubeconfig), "namespaces": {"names": [cluster.namespace]}}
        ],
        "relabel_configs": [
            {"source_labels": [f"__meta_kubernetes_pod_labelpresent_{project}"], "regex": "true", "action": "keep"},
            {"source_labels": ["__meta_kubernetes_pod_container_port_name"], "regex": "http", "action": "keep"},
            {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
            {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
            {"source_labels": [f"__meta_kubernetes_pod_label_{project}"], "target_label": project},
        ],
    }


@pytest.fixture
async def adapter(cluster: Cluster, metrics_server: None, tmp_path: Path) -> AsyncIterator[Adapter]:
    lease = leases.find(ROOT)
    assert lease is not None, "the local cluster runs, and so has its addresses"
    host = str(Names(ROOT, lease.index).host.ip)
    with prometheus_server.running(tmp_path, discovery(cluster)) as prometheus:
        async with metrics_adapter.serving(cluster, host, prometheus.url, tmp_path) as found:
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
