"""The life of a project on a real node: created, changed, meddled with, deleted, found again."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.cluster.kube import Cluster
from tests.cluster.process import OperatorProcess


async def test_a_project_with_an_empty_spec_becomes_ready(cluster: Cluster, operator: OperatorProcess) -> None:  # S4-007
    await cluster.apply_project("shop")
    await cluster.ready("shop", within=120)
    children = await cluster.children("shop")
    kinds = {kind for kind, _ in children}
    assert {"Deployment", "StatefulSet", "Service", "ConfigMap", "ServiceAccount", "Secret"} <= kinds
    project = await cluster.get("TestGenProject", "shop")
    assert project["status"]["endpoint"] == f"http://shop.{cluster.namespace}.svc"
    assert "finalizers" not in project["metadata"]  # uninstalling the operator can hang nothing
    assert not [name for name in project["metadata"].get("annotations", {}) if "kopf" in name]
