"""Two replicas, one Lease: one works, the other stands by and takes over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess

Two = tuple[OperatorProcess, OperatorProcess]
LONG_LEASE = {"TESTGEN_OPERATOR_LEASE_DURATION": "300", "TESTGEN_OPERATOR_LEASE_DEADLINE": "200"}
"""Longer than any wait here: who leads within it has not waited until it ran out."""


@pytest.fixture
async def two(cluster: Cluster, images: dict[str, str], tmp_path: Path) -> AsyncIterator[Two]:
    """The leader and the one that stands by."""
    async with a_pair(cluster, images, tmp_path) as pair:
        yield pair


@pytest.fixture
async def two_of_a_long_lease(cluster: Cluster, images: dict[str, str], tmp_path: Path) -> AsyncIterator[Two]:
    async with a_pair(cluster, images | LONG_LEASE, tmp_path) as pair:
        yield pair


@asynccontextmanager
async def a_pair(cluster: Cluster, env: dict[str, str], folder: Path) -> AsyncIterator[Two]:
    one, other = (
        OperatorProcess(cluster.kubeconfig, (cluster.namespace,), folder, name=name, leader_elect=True, env=env)
        for name in ("one", "two")
    )
    try:
        await one.start()
        await leader(cluster, "one", within=20)
        await other.start()
        await serving(cluster, other)
        yield one, other
    finally:
        for operator in (one, other):
            await operator.stop()


async def leader(cluster: Cluster, name: str, *, within: float) -> None:
    async def leads() -> bool:
        lease = await cluster.find("Lease", "testgen-operator")
        return bool(lease and (lease["spec"].get("holderIdentity") or "").startswith(f"{name}_"))

    await cluster.eventually(leads, within=within, what=f"{name} leads", poll=0.05)


async def serving(cluster: Cluster, operator: OperatorProcess) -> None:
    async def answers() -> bool:
        return (await operator.probe("/healthz"))[0] == 200

    await cluster.eventually(answers, within=20, what=f"{operator.name} answers")


async def made(cluster: Cluster, project: str, *, within: float) -> None:
    await cluster.apply_project(project)

    async def has_service() -> Any:
        return await cluster.find("Service", project)

    await cluster.eventually(has_service, within=within, what=f"{project} was reconciled")


async def test_the_one_that_stands_by_is_alive_and_does_nothing(cluster: Cluster, two: Two) -> None:
    await made(cluster, "shop", within=20)
    assert (await two[1].probe("/healthz"))[0] == 200
    assert await two[1].metric("testgen_operator_leader") == 0
    assert await two[1].metric("testgen_operator_writes_total") == 0


async def test_a_leader_that_is_told_to_stop_hands_over_and_nobody_waits_for_the_leases_end(
    cluster: Cluster, two_of_a_long_lease: Two
) -> None:
    one, _ = two_of_a_long_lease
    one.terminate()
    await leader(cluster, "two", within=20)
    assert await one.ended() == 0
    assert any(entry.get("message") == "lease released" for entry in one.entries())
    await made(cluster, "after", within=20)


async def test_a_killed_leader_is_replaced_once_its_lease_has_run_out(cluster: Cluster, two: Two) -> None:
    two[0].kill()
    await leader(cluster, "two", within=20)
    await made(cluster, "after", within=20)


async def test_a_leader_whose_lease_was_taken_ends(cluster: Cluster, two: Two) -> None:
    await cluster.kubectl(
        "patch", "lease", "testgen-operator", "--type=merge", '--patch={"spec": {"holderIdentity": "intruder"}}'
    )
    assert await two[0].ended() == 70
