"""Objects as the API server sends them, as small as they can be."""

from __future__ import annotations

from typing import Any


def project(name: str = "shop", *, uid: str = "p1", version: int = 1, namespace: str = "team", **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "testgen.dev/v1alpha1",
        "kind": "TestGenProject",
        "metadata": {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version), "generation": 1},
        "spec": {},
    } | more


def config_map(
    name: str = "shop-config",
    *,
    uid: str = "c1",
    version: int = 1,
    project: str | None = "shop",
    namespace: str = "team",
    **more: Any,
) -> dict[str, Any]:
    labels = {"testgen.dev/project": project} if project is not None else {}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version), "labels": labels},
        "data": {},
    } | more
