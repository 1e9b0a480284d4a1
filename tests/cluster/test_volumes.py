"""A store's volume that is to grow, on a real node: its StorageClass refuses, then allows it; nothing shrinks. In this order.

The local cluster has nobody who resizes volumes, so what is shown ends with the claim: the API server has accepted the new size.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.cluster.kube import Cluster, CommandFailed, Object
from tests.cluster.process import OperatorProcess

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLAIM = "shop-postgres-data"
SMALL, GREAT = "1Gi", "2Gi"


def spec(storage_class: str, size: str) -> Object:
    return {"stores": {"postgres": {"storage": {"size": size, "storageClassName": storage_class}}}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def storage_class(shared_cluster: Cluster) -> AsyncIterator[str]:
    """Like the local cluster's default class, whose volumes cannot grow, until somebody allows it."""
    name = f"tg-test-{secrets.token_hex(4)}"
    body = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name, "annotations": {"defaultVolumeType": "local"}},
        "provisioner": "rancher.io/local-path",
        "volumeBindingMode": "WaitForFirstConsumer",
        "reclaimPolicy": "Delete",
    }
    await shared_cluster.kubectl("create", "-f", "-", stdin=json.dumps(body))
    yield name
    await shared_cluster.kubectl("delete", "storageclass", name, "--wait=false", "--ignore-not-found")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before(shared_cluster: Cluster, shared_operator: OperatorProcess, storage_class: str) -> dict[str, Any]:
    """The store of a small volume as it ran before anything was asked of it."""
    await shared_cluster.apply_project("shop", spec(storage_class, SMALL))
    await shared_cluster.ready("shop", within=300)
    return await store(shared_cluster)


async def store(cluster: Cluster) -> dict[str, Any]:
    """Which objects the store is made of, and how often its container was started."""
    claim, workload, pod = (
        await cluster.get("PersistentVolumeClaim", CLAIM),
        await cluster.get("StatefulSet", "shop-postgres"),
        await cluster.get("Pod", "shop-postgres-0"),
    )
    return {
        "claim": claim["metadata"]["uid"],
        "volume": claim["spec"]["volumeName"],
        "StatefulSet": workload["metadata"]["uid"],
        "pod": pod["metadata"]["uid"],
        "restarts": sum(one["restartCount"] for one in pod["status"]["containerStatuses"]),
    }


async def asked_for(cluster: Cluster) -> str:
    claim = await cluster.get("PersistentVolumeClaim", CLAIM)
    return str(claim["spec"]["resources"]["requests"]["storage"])


async def test_a_class_that_cannot_grow_is_named_and_the_store_goes_on(
    shared_cluster: Cluster, before: dict[str, Any], storage_class: str
) -> None:
    await shared_cluster.apply_project("shop", spec(storage_class, GREAT))
    await shared_cluster.condition("shop", "Stalled", "True", reason="VolumeCannotGrow", within=60)
    assert await asked_for(shared_cluster) == SMALL
    assert await store(shared_cluster) == before


async def test_once_the_class_may_grow_the_claim_asks_for_more_and_no_pod_is_lost(
    shared_cluster: Cluster, before: dict[str, Any], storage_class: str
) -> None:
    await shared_cluster.kubectl("patch", "storageclass", storage_class, '--patch={"allowVolumeExpansion": true}')

    async def grown() -> bool:
        return await asked_for(shared_cluster) == GREAT

    await shared_cluster.eventually(grown, within=60, what="the claim asks for more")
    await shared_cluster.ready("shop", within=60)
    await shared_cluster.condition("shop", "Stalled", "False", within=60)
    assert await store(shared_cluster) == before


async def test_a_volume_that_would_shrink_is_refused_at_its_field(
    shared_cluster: Cluster, before: dict[str, Any], storage_class: str
) -> None:
    with pytest.raises(CommandFailed, match=r"spec\.stores\.postgres\.storage.*a volume cannot shrink"):
        await shared_cluster.apply_project("shop", spec(storage_class, SMALL))
    assert await asked_for(shared_cluster) == GREAT
    assert await store(shared_cluster) == before
