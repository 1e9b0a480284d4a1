"""Everything that a plan asks for, on a real API server with the definitions of the Gateway API, cert-manager, Traefik and
CloudNativePG: each object is taken as it is, and a second look finds nothing to write.

Nothing runs there; that the parts work is in tests/cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import yaml
from tests.control_plane import Admin, control_plane
from tests.integration.patience import PATIENCE
from tests.unit.operator.build import IMAGES, Simulated, project

from testgen_cluster import crds
from testgen_operator import names
from testgen_operator.cluster.applier import Applier, fingerprint, stamped
from testgen_operator.cluster.cache import Cache
from testgen_operator.cluster.client import Client, open_session
from testgen_operator.cluster.kinds import OPTIONAL
from testgen_operator.cluster.optional import served
from testgen_operator.cluster.outcome import Outcome
from testgen_operator.cluster.owned import difference
from testgen_operator.plan import checks
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.rollout.model import Due

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVERYTHING: dict[str, Any] = {
    "mode": "AIGateway",
    "profile": "Standard",
    "environment": "Production",
    "autoscaling": {"enabled": True, "queueDepthPerReplica": 5, "requestsPerReplica": 20},
    "restartedAt": "2026-01-28T00:00:00Z",
    "stores": {"neo4j": {"type": "Managed"}, "redis": {"type": "Managed"}, "qdrant": {"type": "Managed", "replicas": 3}},
    "networkPolicy": {"allowTo": [{"cidr": "203.0.113.0/24"}], "allowFromNamespaces": ["traefik"]},
}
TLS = {"issuerRef": {"name": "letsencrypt"}}
INGRESS = {"type": "Ingress", "host": "a.example", "tls": TLS, "maintenance": True}
SPECS: dict[str, dict[str, Any]] = {
    "empty": {},
    "nginx": {**EVERYTHING, "exposure": {**INGRESS, "ingressClassName": "nginx"}},
    "traefik": {**EVERYTHING, "exposure": {**INGRESS, "ingressClassName": "traefik"}},
    "gateway": {
        **EVERYTHING,
        "exposure": {"type": "Gateway", "host": "b.example", "tls": TLS, "gatewayRef": {"name": "traefik", "namespace": "front"}},
    },
    "cloud-native": {"stores": {"postgres": {"type": "CloudNativePG", "cloudNativePg": {"instances": 3}}}},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with control_plane(tmp_path_factory.mktemp("plane")) as plane, Admin(plane.connection()) as admin:
        await admin.namespace("team")
        for name in crds.SOURCES:
            for file in crds.files(name):
                for one in yaml.safe_load_all(file.read_text()):
                    if one and one["kind"] == "CustomResourceDefinition":
                        await admin.apply(one)
        connection = plane.connection()
        async with open_session(connection) as session:
            found = Client(connection, session)
            for _ in range(round(150 * PATIENCE)):  # definitions are served a moment after they were taken
                if len(await served(found)) == len(OPTIONAL):
                    break
                await asyncio.sleep(0.2)
            assert len(await served(found)) == len(OPTIONAL)
            yield found


@pytest.mark.parametrize("name", SPECS)
async def test_every_planned_object_is_taken_as_it_is(client: Client, name: str) -> None:
    cluster = Simulated(project(SPECS[name], name=name))
    cluster.served = frozenset((kind.api_version, kind.kind) for kind in await served(client))
    kinds = set()
    for _ in range(6):
        for manifest in cluster.plan().manifests:
            desired = stamped(manifest.object, fingerprint(manifest.object))
            answer = await client.apply(desired)
            assert difference(desired, answer) == "", (manifest.kind, manifest.name)
            kinds.add(manifest.kind)
        cluster.step()
        cluster.settle()
    assert {"NetworkPolicy", "Service"} <= kinds
    if name == "traefik":
        assert {"Deployment", "Ingress", "Middleware", "Certificate", "HorizontalPodAutoscaler", "PodDisruptionBudget"} <= kinds
    if name == "gateway":
        assert {"HTTPRoute", "Middleware", "Certificate"} <= kinds
    if name == "cloud-native":
        assert "Cluster" in kinds


async def test_every_check_of_a_release_is_taken_as_it_is(client: Client) -> None:  # S2-217, S3-130
    every = {
        "web": [{"name": "ready", "path": "/ready"}],
        "jobs": [
            {"name": "own", "image": "team/own:1", "count": 2},
            {"name": "other", "image": "team/other:1", "args": ["--fast", ""]},
        ],
        "golden": {"configMap": "ours"},
    }
    found = project({"environment": "Production", "rollout": {"strategy": "BlueGreen", "analysis": every}}, name="checked")
    release = "checked-0123456789"
    first = checks.jobs(found, release, release, IMAGES, frozenset(Due), Facts())
    ended = Facts(jobs={one.name: Phase.SUCCEEDED for one in first})
    again = [one for one in checks.jobs(found, release, release, IMAGES, frozenset(Due), ended) if one not in first]
    kinds = []
    for manifest in [*first, *again]:
        desired = stamped(manifest.object, fingerprint(manifest.object))
        for _ in range(2):  # a Job's template can't be changed: applied again it has to be the same
            assert difference(desired, await client.apply(desired)) == "", manifest.name
        kinds.append(manifest.kind)
    assert kinds == ["PersistentVolumeClaim", *["Job"] * 7], "one of them is the second run of a check"


async def test_a_number_of_pods_stays_when_it_is_left_to_an_autoscaler(client: Client) -> None:  # S2-057
    """Without the handover the field would fall back to one pod, since nobody owned it any more."""
    fixed, left = (
        Simulated(project({"environment": "Production", **more}, name="handed"))
        for more in ({}, {"autoscaling": {"enabled": True}})
    )
    for cluster in (fixed, left):
        cluster.converge()
    cache = Cache()
    applier = Applier(client, cache)
    for cluster in (fixed, left, left):
        outcome = Outcome()
        found = [one for one in cluster.plan().manifests if one.kind == "Deployment"]
        await applier.apply(found, outcome)
        assert outcome.refused == []
        live = await client.get(found[0].key)
        assert live is not None
        assert live["spec"]["replicas"] == 3
    assert live is not None
    ours = next(one for one in live["metadata"]["managedFields"] if one["manager"] == names.FIELD_MANAGER)
    assert "f:replicas" not in ours["fieldsV1"]["f:spec"]
    assert outcome.writes == 0
