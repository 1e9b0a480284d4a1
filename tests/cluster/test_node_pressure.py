"""A node that runs out of memory or disk by its own kubelet's word: what it evicts, what the project says, and what is there
afterwards.

The kubelet is told to find too little free, however much there is. It is a soft threshold: a hard one would also be taken off
what the node can give to pods, and the kubelet would then refuse those that run as it starts. A
kubelet short of disk begins with the images that no pod runs: they are kept in an archive, and loaded again.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from testgen_cluster import containerd, leases
from testgen_cluster.names import Names
from testgen_cluster.suite import cluster as cluster_tool
from tests.cluster.conftest import LOCAL
from tests.cluster.kube import Cluster
from tests.cluster.process import ROOT, OperatorProcess

DROP_IN = LOCAL / "kubelet.conf.d" / "pressure.conf"
KEPT = ("PersistentVolumeClaim", "Secret")


@asynccontextmanager
async def short_of(cluster: Cluster, signal: str, condition: str, *, grace: str) -> AsyncIterator[None]:
    """The node has the condition while the block lasts, and evicts after `grace`; it is as before afterwards."""
    if not DROP_IN.parent.exists():
        pytest.skip("the kubelet is told so on the local cluster only")
    always = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "evictionSoft": {signal: "99%"},
        "evictionSoftGracePeriod": {signal: grace},
        "evictionMaxPodGracePeriod": 5,
    }
    DROP_IN.write_text(json.dumps(always))
    try:
        await asyncio.to_thread(cluster_tool, "restart", "kubelet")
        await cluster.eventually(lambda: has(cluster, condition), within=60, what=f"the kubelet sets {condition}")
        yield
    finally:
        DROP_IN.unlink()
        await asyncio.to_thread(cluster_tool, "restart", "kubelet")

    async def over() -> bool:
        return not await has(cluster, condition)

    await cluster.eventually(over, within=60, what=f"the kubelet takes {condition} back")


async def has(cluster: Cluster, condition: str) -> bool:
    (node,) = json.loads(await cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    return {condition: "True"}.items() <= {one["type"]: one["status"] for one in node["status"]["conditions"]}.items()


async def kept(cluster: Cluster, project: str) -> dict[tuple[str, str], str]:
    """Claims and Secrets, by uid."""
    found = await cluster.children(project)
    return {key: one["metadata"]["uid"] for key, one in found.items() if key[0] in KEPT}


async def living(cluster: Cluster, project: str) -> Counter[str]:
    """Pods that have not ended, by component."""
    pods = await cluster.list("Pod", project=project)
    alive = [one for one in pods if one["status"]["phase"] not in ("Failed", "Succeeded")]
    return Counter(one["metadata"]["labels"]["app.kubernetes.io/component"] for one in alive)


async def test_a_project_says_that_the_node_is_short_of_memory_and_is_as_before_when_it_is_not(
    cluster: Cluster, operator: OperatorProcess
) -> None:
    await cluster.apply_project("shop")
    await cluster.ready("shop", within=300)
    before, objects, pods = await kept(cluster, "shop"), set(await cluster.children("shop")), await living(cluster, "shop")
    async with short_of(cluster, "memory.available", "MemoryPressure", grace="1s"):
        told = await cluster.condition("shop", "Stalled", "True", reason="NodeUnderPressure", within=120)
        assert "out of memory" in told["message"]
    await cluster.ready("shop", within=180)
    await cluster.condition("shop", "Stalled", "False", within=60)
    assert await kept(cluster, "shop") == before
    assert set(await cluster.children("shop")) == objects
    assert await living(cluster, "shop") == pods


@pytest.fixture
async def images_kept(tmp_path: Path) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Loads every image that is gone, when it is called and at the end."""
    lease = leases.find(ROOT)
    if lease is None:
        pytest.skip("the images of the local cluster only")
    local, archive = Names(ROOT, lease.index), tmp_path / "images.tar"
    await asyncio.to_thread(containerd.save, local, archive)

    async def load() -> None:
        await asyncio.to_thread(containerd.load, local, [archive])

    yield load
    await load()
    archive.unlink()


async def test_a_project_says_that_the_node_is_short_of_disk_and_is_as_before_when_it_is_not(
    cluster: Cluster, operator: OperatorProcess, images_kept: Callable[[], Awaitable[None]]
) -> None:
    await cluster.apply_project("shop")
    await cluster.ready("shop", within=300)
    before, objects, pods = await kept(cluster, "shop"), set(await cluster.children("shop")), await living(cluster, "shop")
    async with short_of(cluster, "nodefs.available", "DiskPressure", grace="1s"):
        told = await cluster.condition("shop", "Stalled", "True", reason="NodeUnderPressure", within=120)
        assert "out of disk" in told["message"]
    await images_kept()
    await cluster.ready("shop", within=300)
    await cluster.condition("shop", "Stalled", "False", within=60)
    assert await kept(cluster, "shop") == before
    assert set(await cluster.children("shop")) == objects
    assert await living(cluster, "shop") == pods
