"""Two replicas, one Lease: one works, the other stands by and takes over."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess


@pytest.fixture
async def two(cluster: Cluster, images: dict[str, str], tmp_path: Path) -> AsyncIterator[tuple[OperatorProcess, OperatorProcess]]:
    """The leader and the one that stands by."""
    pair = tuple(
        OperatorProcess(cluster.kubeconfig, (cluster.namespace,), tmp_path, name=name, leader_elect=True, env=images)
        for name in ("one", "two")
    )
    await pair[0].start()
    await leader(cluster, "one", within=20)
    await pair[1].start()
    await serving(cluster, pair[1])
    try:
        yield pair[0], pair[1]
    finally:
        for operator in pair:
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


async def test_the_one_that_stands_by_is_alive_and_does_nothing(
    cluster: Cluster, two: tuple[OperatorProcess, OperatorProcess]
) -> None:
    await made(cluster, "shop", within=20)
    assert (await two[1].probe("/healthz"))[0] == 200
    assert await two[1].metric("testgen_operator_leader") == 0
    assert await two[1].metric("testgen_operator_writes_total") == 0


async def test_a_leader_that_is_told_to_stop_hands_over_within_three_seconds(
    cluster: Cluster, two: tuple[OperatorProcess, OperatorProcess]
) -> None:
    started = time.monotonic()
    two[0].terminate()
    await leader(cluster, "two", within=3.5)
    took = time.monotonic() - started
    assert await two[0].ended() == 0
    assert took <= 3.5
    await made(cluster, "after", within=20)


async def test_a_killed_leader_is_replaced_within_twenty_seconds(
    cluster: Cluster, two: tuple[OperatorProcess, OperatorProcess]
) -> None:
    two[0].kill()
    await leader(cluster, "two", within=20)
    await made(cluster, "after", within=20)


async def test_a_leader_whose_lease_was_taken_ends_at_once(
    cluster: Cluster, two: tuple[OperatorProcess, OperatorProcess]
) -> None:
    await cluster.kubectl(
        "patch", "lease", "testgen-operator", "--type=merge", '--patch={"spec": {"holderIdentity": "intruder"}}'
    )
    assert await two[0].ended(within=5) == 70
