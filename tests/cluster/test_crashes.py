"""The operator killed in the middle of its work, at every write that it makes. It starts anew and goes on; nothing is lost,
nothing is there twice."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess
from tests.cluster.proxy import Proxy

MOST_LIVES = 60


async def test_killed_after_each_single_write_of_a_projects_creation(
    cluster: Cluster, operator_behind_proxy: OperatorProcess, through_proxy: Proxy
) -> None:
    """Every k at once: each life of the operator ends with SIGKILL right after its first write, before it sees the answer."""
    passwords: set[str] = set()
    through_proxy.before = lambda _: None
    through_proxy.after = lambda _: operator_behind_proxy.kill()
    await cluster.apply_project("shop")
    lives = await relive(cluster, operator_behind_proxy, passwords)
    assert lives >= 10  # one write each: a project is made of more than ten
    assert len(passwords) == 1
    through_proxy.after = lambda _: None
    await cluster.ready("shop")
    await complete(cluster, passwords)


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_at_random_moments(cluster: Cluster, operator_behind_proxy: OperatorProcess, seed: int) -> None:
    """Anywhere, also between two writes; the seeds are written down so that a failure can be had again."""
    chance = random.Random(seed)
    passwords: set[str] = set()
    await cluster.apply_project("shop")
    for _ in range(4):
        await operator_behind_proxy.start()
        await asyncio.sleep(chance.uniform(1.0, 4.0))  # a moment, not a condition: where it hits is left to chance
        operator_behind_proxy.kill()
        await operator_behind_proxy.ended()
        await note_password(cluster, passwords)
    await operator_behind_proxy.start()
    await cluster.ready("shop")
    await note_password(cluster, passwords)
    assert len(passwords) == 1
    await complete(cluster, passwords)


async def relive(cluster: Cluster, operator: OperatorProcess, passwords: set[str]) -> int:
    """Start the operator again each time it is killed, until a life sees the project Ready; the number of lives."""
    for life in range(1, MOST_LIVES):
        await operator.start()
        while operator.running and not await is_ready(cluster):  # noqa: ASYNC110 - the cluster is not ours to signal
            await asyncio.sleep(0.2)
        await note_password(cluster, passwords)
        if await is_ready(cluster):
            return life
        await operator.ended()
    raise AssertionError(f"not ready after {MOST_LIVES} lives")


async def is_ready(cluster: Cluster) -> bool:
    status = (await cluster.get("TestGenProject", "shop")).get("status") or {}
    return any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions") or ())


async def note_password(cluster: Cluster, passwords: set[str]) -> None:
    secret = await cluster.find("Secret", "shop-postgres")
    if secret is not None:
        passwords.add(secret["data"]["password"])


async def complete(cluster: Cluster, passwords: set[str]) -> None:
    """One of everything, and the password that was drawn first still opens the database."""
    children = await cluster.children("shop")
    count: dict[str, int] = {}
    for kind, _ in children:
        count[kind] = count.get(kind, 0) + 1
    assert count["Deployment"] == count["StatefulSet"] == count["PersistentVolumeClaim"] == 1, count
    assert count["ConfigMap"] == 2, count  # the runtime's and the database's
    assert count["Secret"] == 2, count
    found: Any = (await cluster.get("Secret", "shop-postgres"))["data"]["password"]
    assert {found} == passwords
