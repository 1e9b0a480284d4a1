"""The operator's rights against what it really does, on a real API server that enforces RBAC (issue 6: no rule unused, no
wildcard, no read of Secrets outside its tenants). What it does is read from the API server's audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, control_plane
from tests.integration.rights_used import Right, granted, used, words
from tests.workload_player import WorkloadPlayer

from testgen_operator import names, rbac

NAMESPACE: Final = "team"
FULL: Final[dict[str, Any]] = {
    "mode": "Microservices",
    "environment": "Production",
    "autoscaling": {"enabled": True},
    "stores": {"neo4j": {"type": "Managed"}, "redis": {"type": "Managed"}, "qdrant": {"type": "Managed"}},
    "exposure": {"type": "Ingress", "host": "cases.example.com", "tls": {"secretName": "cases-tls"}},
}
PLAIN: Final[dict[str, Any]] = {"mode": "Monolith", "stores": {"deletionPolicy": "Delete"}}
ELSEWHERE: Final[Mapping[str, str]] = {
    "gateway.networking.k8s.io": "the Gateway API is not installed on this API server",
    "cert-manager.io": "cert-manager is not installed on this API server",
    "traefik.io": "Traefik is not installed on this API server",
    "postgresql.cnpg.io": "CloudNativePG is not installed on this API server",
}
RARE: Final[Mapping[Right, str]] = {
    ("", "serviceaccounts", "delete"): "one identity for each project: it goes with the project, by the garbage collector",
    ("", "serviceaccounts", "get"): "before a first apply only",
    ("", "pods", "get"): "part of what a reader of pods has; listing and watching are what is done",
    (names.GROUP, names.PLURAL, "get"): "part of what a reader of projects has; listing and watching are what is done",
    ("batch", "jobs", "delete"): "a migration's Job goes with the next one",
    ("batch", "jobs", "get"): "the look before it is deleted",
}
"""Rights that this course of events does not need, each with the reason to keep it."""


def test_no_rule_has_a_wildcard() -> None:
    for grant in rbac.GRANTS:
        assert "*" not in (grant.group, grant.resource, *grant.verbs)
    for manifest in rbac.manifests():
        for rule in manifest.get("rules") or ():
            assert not {"*"} & {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}


async def test_every_right_is_used_none_is_missing_and_secrets_are_those_of_tenants(tmp_path: Path) -> None:
    async with control_plane(tmp_path / "plane") as plane, Admin(plane.connection()) as admin:
        await admin.namespace(NAMESPACE)
        await admin.namespace("stranger")
        hidden = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hidden", "namespace": "stranger"}}
        await admin.apply(hidden | {"stringData": {"a": "b"}})
        playing = asyncio.create_task(WorkloadPlayer(plane.connection()).run())
        operator = OperatorProcess(plane.kubeconfig(), (), tmp_path, leader_elect=True, home=SYSTEM)
        await operator.start()
        path = f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/cases"
        try:
            await put(admin, FULL)
            await quiet(admin, path)
            await put(admin, PLAIN)
            await quiet(admin, path)
        finally:
            await operator.stop()
            playing.cancel()
        found = used(plane.audited())
    assert found.forbidden == []
    assert words(found.rights - granted()) == []
    unused = {right for right in granted() - found.rights if right[0] not in ELSEWHERE and right not in RARE}
    assert words(unused) == []
    assert {namespace for namespace, _ in found.secrets} == {NAMESPACE}
    assert not {name for _, name in found.secrets} & {"*", "hidden"}


async def put(admin: Admin, spec: dict[str, Any]) -> None:
    metadata = {"name": "cases", "namespace": NAMESPACE}
    await admin.apply({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": spec})


async def quiet(admin: Admin, path: str, within: float = 120.0) -> None:
    """Until the status is of the newest spec and has not changed for some seconds."""
    last, since = None, 0.0
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(within):
        while True:
            live = await admin.get(path) or {}
            now = (live.get("status") or {}).get("conditions"), live.get("metadata", {}).get("generation")
            fresh = (live.get("status") or {}).get("observedGeneration") == now[1]
            if not fresh or now != last:
                last, since = now, loop.time()
            elif loop.time() - since > 6:
                return
            await asyncio.sleep(0.5)
