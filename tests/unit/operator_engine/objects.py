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
    owned: bool = True,
    **more: Any,
) -> dict[str, Any]:
    labels = {"testgen.dev/project": project} if project is not None else {}
    owner = {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "name": project, "uid": "p1", "controller": True}
    metadata: dict[str, Any] = {"name": name, "namespace": namespace, "uid": uid, "resourceVersion": str(version)}
    metadata |= {"labels": labels} | ({"ownerReferences": [owner]} if owned else {})
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {},
    } | more
