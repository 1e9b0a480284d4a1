"""Kubernetes objects as dictionaries: what the manifests of all add-ons share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def an_object(api: str, kind: str, name: str, namespace: str | None = None, **fields: Any) -> dict[str, Any]:
    """An object's head, with whatever further fields it has."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def cluster_binding(role: str, account: str, namespace: str) -> dict[str, Any]:
    """A ClusterRole given to a service account, named after the role."""
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role}
    subjects = [{"kind": "ServiceAccount", "name": account, "namespace": namespace}]
    return an_object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", role, roleRef=reference, subjects=subjects)


def deployment(labels: Mapping[str, str], pod: dict[str, Any]) -> dict[str, Any]:
    """The spec of a Deployment of one pod, of which there are never two at a time."""
    return {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": dict(labels)},
        "template": {"metadata": {"labels": dict(labels)}, "spec": pod},
    }


def restricted() -> dict[str, Any]:
    """A container's security context under Pod Security `restricted`."""
    return {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
