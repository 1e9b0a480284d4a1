"""A node that runs out of memory by its own kubelet's word: what it evicts, what the project says, and what is there afterwards.

The kubelet is told to find too little memory free, however much there is. It is a soft threshold: a hard one would also be taken
off what the node can give to pods, and the kubelet would then refuse those that run as it starts.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from testgen_cluster.suite import cluster as cluster_tool
from tests.cluster.conftest import LOCAL
from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess

DROP_IN = LOCAL / "kubelet.conf.d" / "pressure.conf"
ALWAYS_SHORT = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "evictionSoft": {"memory.available": "99%"},
    "evictionSoftGracePeriod": {"memory.available": "1s"},
    "evictionMaxPodGracePeriod": 5,
}
KEPT = ("PersistentVolumeClaim", "Secret")


@asynccontextmanager
async def short_of_memory(cluster: Cluster) -> AsyncIterator[None]:
    """The node has MemoryPressure while the block lasts, and none after it."""
    if not DROP_IN.parent.exists():
        pytest.skip("the kubelet is told so on the local cluster only")
    DROP_IN.write_text(json.dumps(ALWAYS_SHORT))
    try:
        await asyncio.to_thread(cluster_tool, "restart", "kubelet")
        await cluster.eventually(lambda: has_pressure(cluster), within=60, what="the kubelet sets MemoryPressure")
        yield
    finally:
        DROP_IN.unlink()
        await asyncio.to_thread(cluster_tool, "restart", "kubelet")

    async def over() -> bool:
        return not await has_pressure(cluster)

    await cluster.eventually(over, within=60, what="the kubelet takes MemoryPressure back")


async def has_pressure(cluster: Cluster) -> bool:
    (node,) = json.loads(await cluster.kubectl("get", "nodes", "-o", "json"))["items"]
    return {"MemoryPressure": "True"}.items() <= {one["type"]: one["status"] for one in node["status"]["conditions"]}.items()


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
    async with short_of_memory(cluster):
        told = await cluster.condition("shop", "Stalled", "True", reason="NodeUnderPressure", within=120)
        assert "out of memory" in told["message"]
    await cluster.ready("shop", within=180)
    await cluster.condition("shop", "Stalled", "False", within=60)
    assert await kept(cluster, "shop") == before
    assert set(await cluster.children("shop")) == objects
    assert await living(cluster, "shop") == pods
