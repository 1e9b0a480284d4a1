"""The names of children fit what Kubernetes allows their kind, under the longest name that a project may have.

Where the limits come from (kubernetes/kubernetes): the StatefulSet controller labels each pod with `controller-revision-hash`,
the name of its ControllerRevision, which is `<StatefulSet>-<hash of at most 10>`; the Job controller labels each pod with
`batch.kubernetes.io/job-name`; the CronJob controller appends eleven characters to name a Job; a Service's name is a DNS label. A
label's value has 63 characters at most. CloudNativePG's own webhook takes 50 for a Cluster. Everything else is named by a DNS
subdomain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from tests.unit.operator.build import OLLAMA, Json, project
from tests.unit.operator.releasing import Releasing
from tests.unit.operator.test_stores_plan import CLOUD_NATIVE, EXTERNAL, MANAGED, with_secrets

from testgen_operator import names
from testgen_operator.plan import stores
from testgen_operator.plan.model import ObjectKey, Plan

LONGEST: Final = "n" * names.MAX_PROJECT_NAME
LIMITS: Final = {"StatefulSet": 52, "CronJob": 52, "Job": 63, "Service": 63, "Cluster": 50}
OTHERS: Final = 253
LABEL: Final = 63
MODES: Final = ("Monolith", "Microservices", "AIGateway")
STORES: Final[dict[str, dict[str, Any]]] = {
    "managed": {**MANAGED, "qdrant": {"type": "Managed", "replicas": 9}},
    "external": EXTERNAL,
    "cloudnativepg": CLOUD_NATIVE,
}
CHECKS: Final[dict[str, Any]] = {
    "web": [{"name": "ready", "path": "/ready"}],
    "jobs": [
        {"name": "once", "image": "team/scan:1"},
        {"name": "often", "image": "team/load:1", "count": 3, "failureLimit": 1, "intervalSeconds": 1},
    ],
    "golden": {"configMap": "our-set"},
}
AROUND: Final[dict[str, Any]] = {
    **OLLAMA,
    "environment": "Production",
    "autoscaling": {"enabled": True},
    "rollout": {"strategy": "BlueGreen", "bakeSeconds": 0, "analysis": CHECKS},
    "exposure": {
        "type": "Ingress",
        "host": "a.example",
        "tls": {"issuerRef": {"name": "letsencrypt"}},
        "ingressClassName": "traefik",
        "maintenance": True,
    },
}


@dataclass
class Listing(Releasing):
    """Remembers every object that a plan ever asked for."""

    planned: dict[ObjectKey, Json] = field(default_factory=dict)

    def plan(self) -> Plan:
        found = super().plan()
        self.planned |= {one.key: dict(one.object) for one in found.manifests}
        self.planned |= {one.key: {"metadata": {"labels": dict(one.labels)}} for one in found.secrets}
        return found


def life(mode: str, kind: str, name: str = LONGEST) -> dict[ObjectKey, Json]:
    """All that is made for a project which comes up, is upgraded and then rotates its passwords."""

    def wanted(version: str, **more: str) -> dict[str, Any]:
        return {**AROUND, "mode": mode, "version": version, "stores": {**STORES[kind], **more}}

    cluster = Listing(project(wanted("1.0.0"), name))
    with_secrets(cluster).bring()
    cluster.roll()
    cluster.project = project(wanted("1.1.0"), name, 2)
    cluster.roll()
    if kind == "managed":
        cluster.project = project(wanted("1.1.0", rotateCredentials="1"), name, 3)
        for _ in range(12):
            cluster.step()
            cluster.settle()
    return cluster.planned


def labels(one: Json) -> dict[str, str]:
    """Of the object and of its pods."""
    template = one.get("spec", {}).get("template", {})
    inside = template.get("metadata", {}).get("labels", {}) if isinstance(template, dict) else {}
    return {**one["metadata"].get("labels", {}), **inside}


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("mode", MODES)
def test_every_name_fits_its_kind_under_the_longest_name_of_a_project(mode: str, kind: str) -> None:
    found = life(mode, kind)
    too_long = [f"{key.kind} {key.name}: {len(key.name)}" for key in found if len(key.name) > LIMITS.get(key.kind, OTHERS)]
    assert not too_long
    assert not [(key, one) for key, whole in found.items() for one in labels(whole).values() if len(one) > LABEL]


def test_what_the_limits_are_held_against_is_every_part_store_and_job() -> None:
    """A test of names proves nothing about an object that it never saw."""
    seen = {(key.kind, key.name.removeprefix(f"{LONGEST}-").partition("-")[0]) for key in life("AIGateway", "managed")}
    parts = {"edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai"}
    assert {("Deployment", one) for one in parts} <= seen
    assert {("HorizontalPodAutoscaler", one) for one in parts - {"edge"}} <= seen
    assert {("StatefulSet", one) for one in ("postgres", "pg", "qdrant", "neo4j", "redis", "ollama")} <= seen
    assert {("Job", one) for one in ("migrate", "smoke", "web", "golden", "check", "backup", "login")} <= seen
    assert ("Job", "probe") in {
        (key.kind, key.name.removeprefix(f"{LONGEST}-").partition("-")[0]) for key in life("Monolith", "external")
    }
    assert ("Cluster", f"{LONGEST}-postgres") in {(key.kind, key.name) for key in life("Monolith", "cloudnativepg")}


@pytest.mark.parametrize(
    ("length", "ending"), [(1, "-postgres-replica"), (35, "-postgres-replica"), (36, "-pg-replica"), (40, "-pg-replica")]
)
def test_a_replica_keeps_its_name_wherever_that_fits(length: int, ending: str) -> None:
    assert names.postgres_replica("n" * length) == "n" * length + ending


def test_a_replica_under_the_longest_name_is_made_is_looked_at_and_becomes_ready() -> None:
    cluster = Listing(project({"stores": {"postgres": {"readReplica": True}}}, LONGEST))
    cluster.roll()
    assert f"{LONGEST}-pg-replica" in cluster.kinds()["StatefulSet"]
    assert cluster.facts().ready(names.store(LONGEST, "postgres-replica"))


def test_the_claim_of_a_replica_that_never_ran_under_its_long_name_is_left_and_stays() -> None:
    old = stores.volume_name(f"{LONGEST}-postgres-replica")
    cluster = Listing(project({"stores": {"postgres": {"readReplica": True}}}, LONGEST))
    cluster.roll()
    claim = cluster.get("PersistentVolumeClaim", f"{LONGEST}-pg-replica-data")
    kept = {**claim, "metadata": {**claim["metadata"], "name": old}}
    cluster.objects[ObjectKey("v1", "PersistentVolumeClaim", "team", old)] = kept
    cluster.converge(20)
    assert {old, f"{LONGEST}-pg-replica-data"} <= set(cluster.kinds()["PersistentVolumeClaim"])
