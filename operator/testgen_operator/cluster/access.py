"""Is the operator installed as it needs to be? Asked before anything is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable

from testgen_operator import names
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import PROJECT
from testgen_operator.errors import ApiError
from testgen_operator.rbac import Permission

__all__ = ["Permission", "is_served", "missing"]


async def missing(client: Client, wanted: Iterable[Permission]) -> list[Permission]:
    """Those of `wanted` that the API server says we do not have (SelfSubjectAccessReview)."""
    permissions = sorted(set(wanted))
    allowed = await asyncio.gather(*(_allowed(client, one) for one in permissions))
    return [one for one, may in zip(permissions, allowed, strict=True) if not may]


async def _allowed(client: Client, permission: Permission) -> bool:
    resource, _, subresource = permission.resource.partition("/")
    attributes = {
        "group": permission.group,
        "resource": resource,
        "subresource": subresource,
        "verb": permission.verb,
        "namespace": permission.namespace,
    }
    answer = await client.review(
        {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
    )
    return bool((answer.get("status") or {}).get("allowed"))


async def is_served(client: Client) -> bool:
    """Whether the API server serves TestGenProject: the CRD is there and established."""
    try:
        found = await client.read(f"/apis/{names.API_VERSION}")
    except ApiError as problem:
        if problem.status == 404:
            return False
        raise
    served: Collection[str] = {entry.get("name", "") for entry in found.get("resources") or ()}
    return PROJECT.plural in served and f"{PROJECT.plural}/status" in served
