"""The operator's rights against what it really does, on a real API server that enforces RBAC (issue 6: no rule unused, no
wildcard, no read of Secrets outside its tenants). What it does is read from the API server's audit log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, ControlPlane, control_plane
from tests.integration.patience import PATIENCE
from tests.integration.rights_used import Right, granted, used, words
from tests.workload_player import WorkloadPlayer

from testgen_cluster import crds
from testgen_operator import names, rbac

NAMESPACE: Final = "team"
STORES: Final[dict[str, Any]] = {"neo4j": {"type": "Managed"}, "redis": {"type": "Managed"}, "qdrant": {"type": "Managed"}}
TLS: Final[dict[str, Any]] = {"issuerRef": {"name": "letsencrypt"}}
INGRESS: Final[dict[str, Any]] = {"type": "Ingress", "host": "cases.example.com", "tls": TLS, "ingressClassName": "traefik"}
GATEWAY: Final[dict[str, Any]] = {"type": "Gateway", "host": "cases.example.com", "gatewayRef": {"name": "traefik"}}
SPLIT: Final[dict[str, Any]] = {
    "mode": "Microservices",
    "environment": "Production",
    "autoscaling": {"enabled": True},
    "stores": STORES,
    "exposure": INGRESS,
}
BRIEF: Final[dict[str, Any]] = {"mode": "Monolith", "rollout": {"historyLimit": 1}}
COURSE: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("everything, by an Ingress", SPLIT),
    ("passwords exchanged", {**SPLIT, "stores": {**STORES, "rotateCredentials": "1"}}),
    ("by a Gateway", {**SPLIT, "exposure": GATEWAY}),
    ("asleep", {**SPLIT, "exposure": GATEWAY, "suspend": True}),
    ("little, and all of it to go", {"mode": "Monolith", "stores": {"deletionPolicy": "Delete"}}),
    ("another runtime, so another migration", {"image": "other:2", "networkPolicy": {"enabled": False}, **BRIEF}),
    ("and one more, so that the oldest record goes", {"image": "other:3", **BRIEF}),
)
"""What one project lives through. Each step needs rights that no other one does."""
CLOUD_NATIVE: Final[dict[str, Any]] = {"stores": {"postgres": {"type": "CloudNativePG", "cloudNativePg": {"instances": 1}}}}
FOREIGN: Final[dict[str, Any]] = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": {"name": "taken-postgres", "namespace": NAMESPACE},
    "spec": {"instances": 2, "storage": {"size": "7Gi"}},
}
RARE: Final[Mapping[Right, str]] = {
    (names.GROUP, names.RELEASE_PLURAL, "get"): "where another leader made the record a moment ago",
    **{
        ("traefik.io", "ingressroutes", verb): "a canary's share behind Traefik: tests/cluster/test_canary.py needs it"
        for verb in ("get", "create", "patch", "delete")
    },
}
"""Rights that this course of events does not need, each with the reason to keep it."""


def test_no_rule_has_a_wildcard() -> None:
    for grant in rbac.GRANTS:
        assert "*" not in (grant.group, grant.resource, *grant.verbs)
    for manifest in rbac.manifests():
        for rule in manifest.get("rules") or ():
            assert not {"*"} & {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[ControlPlane, Admin]]:
    """An API server with RBAC, the optional kinds and two namespaces, of which the second one has no project; workloads start."""
    async with control_plane(folder / "plane") as plane, Admin(plane.connection()) as admin:
        for name in (NAMESPACE, "stranger"):
            await admin.namespace(name)
        hidden = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "hidden", "namespace": "stranger"}}
        await admin.apply(hidden | {"stringData": {"a": "b"}})
        for file in (file for name in crds.SOURCES for file in crds.files(name)):
            for one in yaml.safe_load_all(file.read_text()):
                if one and one["kind"] == "CustomResourceDefinition":
                    await admin.apply(one)
        playing = asyncio.create_task(WorkloadPlayer(plane.connection()).run())
        try:
            yield plane, admin
        finally:
            playing.cancel()


@pytest.mark.timeout(1800)
async def test_every_right_is_used_none_is_missing_and_secrets_are_those_of_tenants(tmp_path: Path) -> None:
    async with served(tmp_path) as (plane, admin):
        operator = OperatorProcess(plane.kubeconfig(), (), tmp_path, leader_elect=True, home=SYSTEM)
        await operator.start()
        try:
            await put(admin, CLOUD_NATIVE, "cloud")
            await admin.apply(FOREIGN)
            await put(admin, CLOUD_NATIVE, "taken")
            for _, spec in COURSE:
                await put(admin, spec)
                await quiet(admin, "cases")
            await put(admin, {**CLOUD_NATIVE, "suspend": True}, "cloud")
            await quiet(admin, "cloud")
            await quiet(admin, "taken")
            for name in ("cases", "cloud", "taken"):
                await admin.delete(path(name))
        finally:
            await operator.stop()
        found = used(plane.audited())
    assert found.forbidden == []
    assert words(found.rights - granted()) == []
    unused = words(granted() - found.rights - set(RARE))
    assert not unused, ", ".join(unused)
    assert {namespace for namespace, _ in found.secrets} == {NAMESPACE}
    assert not {name for _, name in found.secrets} & {"*", "hidden"}


@pytest.mark.timeout(900)
async def test_an_operator_of_named_namespaces_needs_no_right_outside_of_them(tmp_path: Path) -> None:
    """The Roles of gitops/components/tenant and not the ClusterRole, as gitops/overlays/namespaces installs them."""
    async with served(tmp_path) as (plane, admin):
        for kind in ("clusterrolebindings", "clusterroles"):
            await admin.delete(f"/apis/rbac.authorization.k8s.io/v1/{kind}/{names.OPERATOR}")
        for one in rbac.tenant_manifests():
            await admin.apply(one | {"metadata": {**one["metadata"], "namespace": NAMESPACE}})
        operator = OperatorProcess(plane.kubeconfig(), (NAMESPACE,), tmp_path, leader_elect=True, home=SYSTEM)
        await operator.start()
        try:
            await put(admin, {"exposure": INGRESS})
            await quiet(admin, "cases")
            live = await admin.get(path("cases")) or {}
        finally:
            await operator.stop()
        found = used(plane.audited())
    conditions = {one["type"]: one["status"] for one in live["status"]["conditions"]}
    assert conditions["SpecValid"] == "True"
    assert conditions["StoresReady"] == "True"
    assert found.forbidden == []
    assert {namespace for namespace, _ in found.secrets} == {NAMESPACE}


def path(name: str) -> str:
    return f"/apis/{names.API_VERSION}/namespaces/{NAMESPACE}/{names.PLURAL}/{name}"


async def put(admin: Admin, spec: dict[str, Any], name: str = "cases") -> None:
    metadata = {"name": name, "namespace": NAMESPACE}
    await admin.apply({"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": metadata, "spec": spec})


async def quiet(admin: Admin, name: str, within: float = 120.0) -> None:
    """Until the status is of the newest spec and has not changed for some seconds."""
    last, since = None, 0.0
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(within * PATIENCE):
        while True:
            live = await admin.get(path(name)) or {}
            now = (live.get("status") or {}).get("conditions"), live.get("metadata", {}).get("generation")
            fresh = (live.get("status") or {}).get("observedGeneration") == now[1]
            if not fresh or now != last:
                last, since = now, loop.time()
            elif loop.time() - since > 10:
                return
            await asyncio.sleep(0.5)
