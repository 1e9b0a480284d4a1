"""A running project changes its mode there and back under traffic, sleeps and wakes: no request fails, no row is lost.

One project for all, in this order. `make soak SOAK=modes` does ten rounds of the same (MODE_ROUNDS), and keeps what it counted in
the file that MODE_RESULTS names.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from testgen_operator import names
from testgen_operator.plan import components
from tests.cluster import traffic as callers
from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.traffic import Traffic

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHIN = 420.0
ROUNDS = int(os.environ.get("MODE_ROUNDS", "1"))
ROLES = {"api", "requirements", "knowledge", "vector", "llm", "worker"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, shared_operator: OperatorProcess) -> str:
    await shared_cluster.apply_project("shop")
    await shared_cluster.ready("shop", within=WITHIN)
    return "shop"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traffic(shared_cluster: Cluster, shop: str) -> AsyncIterator[Traffic]:
    found = await callers.to(shared_cluster, shop)
    yield found
    if results := os.environ.get("MODE_RESULTS"):
        lost = await found.lost()
        counted = {"answered": found.answered, "failures": found.failures, "written": len(found.written), "lost": lost}
        await asyncio.to_thread(Path(results).write_text, json.dumps(counted))


async def change(cluster: Cluster, traffic: Traffic, mode: str) -> set[str]:
    """Change the mode under traffic, wait until nothing of the last one is left; the parts that run then."""
    async with callers.flowing(traffic):
        await cluster.apply_project("shop", {"mode": mode})
        await cluster.ready("shop", within=WITHIN)
        wanted = "all" if mode == "Monolith" else "edge"
        assert (await cluster.get("Service", "shop"))["spec"]["selector"][names.LABEL_COMPONENT] == wanted

        async def alone() -> bool:
            pods = await cluster.list("Pod", project="shop")
            parts = {one["metadata"]["labels"][names.LABEL_COMPONENT] for one in pods} & set(components.TABLE)
            return ("all" in parts) is (mode == "Monolith") and len(parts) == len(await deployments(cluster))

        await cluster.eventually(alone, within=120, what="the last mode's pods are gone")
    return {one["metadata"]["labels"][names.LABEL_COMPONENT] for one in await deployments(cluster)}


async def deployments(cluster: Cluster) -> list[Object]:
    return await cluster.list("Deployment", project="shop")


async def volumes(cluster: Cluster) -> dict[str, str]:
    found = await cluster.list("PersistentVolumeClaim", project="shop")
    return {one["metadata"]["name"]: one["metadata"]["uid"] for one in found}


async def test_monolith_to_microservices_loses_no_request(shared_cluster: Cluster, traffic: Traffic) -> None:  # S4-020
    before = await volumes(shared_cluster)
    assert await change(shared_cluster, traffic, "Microservices") == ROLES | {"edge"}
    assert traffic.failures == []
    assert traffic.answered > 50
    assert await volumes(shared_cluster) == before


async def test_every_part_of_a_split_project_is_ready(shared_cluster: Cluster, shop: str) -> None:  # S4-022…026
    async def every_one() -> bool:
        found = {one["metadata"]["name"]: one for one in await deployments(shared_cluster)}
        ready = {name: (one.get("status") or {}).get("readyReplicas") for name, one in found.items()}
        assert ready == {name: one["spec"]["replicas"] for name, one in found.items()} == dict.fromkeys(found, 1), ready
        return True

    await shared_cluster.eventually(every_one, within=60, what="every part is ready")


async def test_a_split_project_writes_cases(shared_cluster: Cluster, traffic: Traffic) -> None:  # S4-021
    async with traffic.client() as client:
        answer = await client.post(
            "/api/v1/generate",
            timeout=330,
            json={"text": "REQ-1: The system shall lock the account after 5 failed attempts within 15 minutes."},
            headers={"Prefer": "wait=300"},
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["cases"]


async def test_what_the_roles_say_to_each_other_is_nobody_elses(shared_cluster: Cluster, traffic: Traffic) -> None:
    async with traffic.client() as client:
        for path in ("/internal/v1/llm/write", "//internal/v1/vector/search", "/%69nternal/v1/llm", "/x/../internal/v1/llm"):
            assert (await client.get(path)).status_code == 404


async def test_the_gateway_stands_on_top(shared_cluster: Cluster, traffic: Traffic) -> None:  # S4-042
    assert await change(shared_cluster, traffic, "AIGateway") == ROLES | {"edge", "ai-gateway"}
    assert traffic.failures == []
    async with traffic.client() as client:
        answer = await client.post("/v1/chat/completions", json={})
    assert answer.status_code == 501


async def test_and_back_to_the_monolith_loses_no_request_and_no_row(shared_cluster: Cluster, traffic: Traffic) -> None:
    before = await volumes(shared_cluster)
    assert await change(shared_cluster, traffic, "Monolith") == {"all"}
    assert traffic.failures == []
    assert await volumes(shared_cluster) == before
    assert len(traffic.written) > 5
    assert await traffic.lost() == []


@pytest.mark.parametrize("turn", range(2, ROUNDS + 1))
async def test_there_and_back_again(shared_cluster: Cluster, traffic: Traffic, turn: int) -> None:
    for mode in ("Microservices", "Monolith"):
        await change(shared_cluster, traffic, mode)
        assert traffic.failures == []
    assert await traffic.lost() == []


async def test_a_suspended_project_runs_no_pod_and_keeps_everything(shared_cluster: Cluster, shop: str) -> None:
    before = await volumes(shared_cluster)
    await shared_cluster.apply_project("shop", {"suspend": True})

    async def empty() -> bool:
        pods = await shared_cluster.list("Pod", project=shop)
        return all(one["status"].get("phase") in ("Succeeded", "Failed") for one in pods)  # a Job's ended pod runs nothing

    await shared_cluster.eventually(empty, within=120, what="no pod is left")
    await shared_cluster.condition(shop, "Suspended", "True", within=30)
    assert await volumes(shared_cluster) == before


async def test_and_comes_back_as_it_was(shared_cluster: Cluster, traffic: Traffic) -> None:
    await shared_cluster.apply_project("shop", {"suspend": False})
    await shared_cluster.ready("shop", within=WITHIN)
    assert await traffic.lost() == []
