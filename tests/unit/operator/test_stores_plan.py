"""Each type of each store: what is made, what is waited for, what is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.operator.build import IMAGES, Simulated, project
from tests.unit.operator.test_status import conditions, status_of

from testgen_operator import names
from testgen_operator.plan import configuration
from testgen_operator.plan.facts import FOREIGN, ApplyError, Container, Pod, SecretFacts
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status.diagnosis import blockers
from testgen_operator.status.reasons import MEANINGS, Reason

GOLDEN = Path(__file__).parent / "golden"
EXTERNAL: dict[str, Any] = {
    "postgres": {
        "type": "External",
        "external": {
            "host": "db.platform.svc",
            "passwordSecretRef": {"name": "db", "key": "pw"},
            "readHost": "ro.platform.svc",
            "maxConnections": 200,
        },
    },
    "qdrant": {"type": "External", "external": {"url": "https://q.example:6333", "apiKeySecretRef": {"name": "q", "key": "k"}}},
    "neo4j": {"type": "External", "external": {"uri": "neo4j+s://g.example", "passwordSecretRef": {"name": "g", "key": "p"}}},
    "redis": {"type": "External", "external": {"host": "r.example", "passwordSecretRef": {"name": "r", "key": "p"}}},
}
MANAGED: dict[str, Any] = {
    "postgres": {"readReplica": True},
    "qdrant": {"type": "Managed", "replicas": 3, "shards": 6, "replicationFactor": 2},
    "neo4j": {"type": "Managed"},
    "redis": {"type": "Managed"},
}
CLOUD_NATIVE: dict[str, Any] = {
    "postgres": {"type": "CloudNativePG", "cloudNativePg": {"instances": 3}, "storage": {"size": "20Gi"}}
}


def using(stores: Mapping[str, Any], **more: Any) -> TestGenProject:
    return project({"stores": dict(stores), **more})


def with_secrets(cluster: Simulated) -> Simulated:
    for name, keys in (("db", ["pw"]), ("q", ["k"]), ("g", ["p"]), ("r", ["p"])):
        cluster.secrets[name] = SecretFacts(name, True, frozenset(keys), f"digest-of-{name}")
    for name, keys in (("shop-postgres-app", ["password"]), ("shop-postgres-ca", ["ca.crt"])):
        cluster.secrets[name] = SecretFacts(name, True, frozenset(keys), f"digest-of-{name}")
    return cluster


def running(stores: Mapping[str, Any], **more: Any) -> Simulated:
    cluster = with_secrets(Simulated(using(stores, **more)))
    cluster.converge(20)
    return cluster


@pytest.mark.parametrize(("name", "stores"), [("managed", MANAGED), ("external", EXTERNAL), ("cloudnativepg", CLOUD_NATIVE)])
def test_the_stores_as_yaml(name: str, stores: Mapping[str, Any]) -> None:
    """After a wanted change: UPDATE_GOLDEN=1, and read the diff."""
    cluster = running(stores)
    runtime = {"all", "maintenance"}
    found = [
        dict(one.object)
        for one in cluster.plan().manifests
        if one.kind != "NetworkPolicy" and one.object["metadata"]["labels"][names.LABEL_COMPONENT] not in runtime
    ]
    shown = {
        "configuration": {key: configuration.settings(cluster.project)[key] for key in ("postgres", "qdrant", "neo4j", "redis")}
    }
    text = yaml.safe_dump_all([shown, *found], sort_keys=False)
    path = GOLDEN / f"stores-{name}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def test_qdrant_servers_form_a_cluster_when_there_are_several() -> None:  # S4-083
    def started(replicas: int) -> list[list[str]]:
        stores = {"qdrant": {"type": "Managed", "replicas": replicas}}
        sets = [
            one
            for one in running(stores).objects.values()
            if one["kind"] == "StatefulSet" and "qdrant" in one["metadata"]["name"]
        ]
        return [one["spec"]["template"]["spec"]["containers"][0]["command"][1:] for one in sets]

    def uri(number: int) -> str:
        return f"http://shop-qdrant-{number}-0.shop-qdrant-peers.team.svc:6335"

    assert started(1) == [[]]
    assert started(3) == [
        ["--uri", uri(0)],
        ["--uri", uri(1), "--bootstrap", uri(0)],
        ["--uri", uri(2), "--bootstrap", uri(0)],
    ]
    settings = configuration.qdrant_settings(using(MANAGED))
    assert (settings["shard_number"], settings["replication_factor"]) == (6, 2)


def test_each_qdrant_server_has_a_claim_of_its_own_that_stays_when_the_servers_go() -> None:
    cluster = running(MANAGED)
    cluster.project = using({})
    cluster.converge(20)
    assert not [name for name in cluster.kinds()["StatefulSet"] if "qdrant" in name]
    assert [name for name in cluster.kinds()["PersistentVolumeClaim"] if "qdrant" in name] == [
        f"shop-qdrant-{number}-data" for number in range(3)
    ]


def test_redis_evicts_the_least_used_within_two_gigabytes_and_saves_snapshots() -> None:  # S3-086, S3-087, S3-088
    cluster = running(MANAGED, profile="Standard")
    command = " ".join(cluster.get("StatefulSet", "shop-redis")["spec"]["template"]["spec"]["containers"][0]["command"][4:])
    assert "--maxmemory 2gb --maxmemory-policy allkeys-lru" in command
    assert "--save 900 1 300 10 60 10000" in command


def test_a_replica_is_made_after_its_user_and_that_is_made_once() -> None:  # S4-033
    cluster = Simulated(using({"postgres": {"readReplica": True}}))
    cluster.step()
    assert "shop-postgres-replica" not in cluster.kinds()["StatefulSet"]
    cluster.settle()
    cluster.step()
    [job] = [name for name in cluster.kinds()["Job"] if name.startswith("shop-login-replica-")]
    cluster.settle()
    cluster.converge(20)
    assert "shop-postgres-replica" in cluster.kinds()["StatefulSet"]
    cluster.objects = {key: one for key, one in cluster.objects.items() if key.name != job}
    cluster.images = replace(IMAGES, runtime="testgen/runtime:2.0.0")
    cluster.converge(20)
    assert not [name for name in cluster.kinds().get("Job", []) if name.startswith("shop-login-replica-")]


def test_reads_go_to_a_replica_where_there_is_one() -> None:  # S4-082
    for stores, expected in (
        (MANAGED, "shop-postgres-replica.team.svc"),
        (EXTERNAL, "ro.platform.svc"),
        (CLOUD_NATIVE, "shop-postgres-ro.team.svc"),
        ({}, None),
    ):
        assert configuration.postgres_settings(using(stores)).get("read_host") == expected


def test_nothing_is_run_for_what_somebody_else_runs() -> None:
    cluster = running(EXTERNAL)
    assert "StatefulSet" not in cluster.kinds()
    assert "PersistentVolumeClaim" not in cluster.kinds()
    assert "Deployment" in cluster.kinds()


def test_an_external_database_is_checked_before_it_is_migrated() -> None:
    cluster = with_secrets(Simulated(using(EXTERNAL)))
    cluster.step()
    jobs = cluster.kinds()["Job"]
    assert [name.rpartition("-")[0] for name in jobs] == [
        f"shop-probe-{store}" for store in ("neo4j", "postgres", "qdrant", "redis")
    ]
    cluster.broken.update(name for name in jobs if "redis" in name)
    cluster.settle()
    cluster.converge(20)
    assert any(name.startswith("shop-migrate-") for name in cluster.kinds()["Job"]), "Redis holds up no migration"
    assert "Deployment" in cluster.kinds(), "nor the runtime: it degrades"


def test_another_secret_or_another_host_is_another_check() -> None:
    cluster = running(EXTERNAL)

    def checks() -> dict[str, str]:
        return {name.rpartition("-")[0]: name for name in cluster.kinds()["Job"] if "-probe-" in name}

    before = checks()
    cluster.secrets["db"] = replace(cluster.secrets["db"], digest="another")
    cluster.converge(20)
    assert {store for store, name in checks().items() if before[store] != name} == {"shop-probe-postgres"}


def test_a_check_waits_for_its_secret_and_does_not_hold_up_a_suspended_project() -> None:
    cluster = Simulated(using(EXTERNAL))
    cluster.step()
    assert "Job" not in cluster.kinds()
    asleep = with_secrets(Simulated(using(EXTERNAL, suspend=True)))
    asleep.step()
    assert "Job" not in asleep.kinds()


@pytest.mark.parametrize("word", ["DnsFailed", "ConnectionRefused", "Timeout", "AuthenticationFailed", "CertificateInvalid",
                                  "DatabaseMissing", "VersionTooOld", "PermissionDenied", "SomethingNew"])  # fmt: skip
def test_what_a_check_says_is_the_reason_of_the_condition(word: str) -> None:
    cluster = with_secrets(Simulated(using(EXTERNAL)))
    cluster.step()
    [job] = [name for name in cluster.kinds()["Job"] if "postgres" in name]
    record = json.dumps({"store": "postgres", "reason": word, "message": "as it is"})
    container = Container("probe", restarts=1, exit_code=1, last_words=f"a line\n{record}", started=True, ready=True)
    facts = replace(cluster.facts(), pods=(Pod(f"{job}-x2x4b", "probe", "Running", False, "", (container,)),))
    [found] = blockers(cluster.project, facts)
    assert found.reason == (Reason.STORE_CHECK_FAILED if word == "SomethingNew" else Reason(word))
    assert (found.component, found.subject, found.last_words) == ("postgres", "db.platform.svc:5432", "as it is")
    done = replace(facts, pods=(Pod(f"{job}-x2x4b", "probe", "Succeeded", False, "", (container,)),))
    assert not blockers(cluster.project, done), "the cause goes when a later try succeeds"


def test_each_reason_of_a_store_says_what_to_do() -> None:
    for reason in (Reason.FOREIGN_OBJECT, Reason.CLOUD_NATIVE_PG_MISSING, Reason.ROTATION_FAILED, Reason.DATABASE_MISSING):
        assert MEANINGS[reason].run


def test_stores_are_ready_only_when_every_one_of_them_is() -> None:
    cluster = running(MANAGED)
    assert conditions(status_of(cluster, {}))["StoresReady"][0] == "True"
    for broken in ("shop-postgres", "shop-postgres-replica", "shop-neo4j", "shop-redis", "shop-qdrant-2"):
        cluster.broken = {broken}
        cluster.settle()
        assert conditions(status_of(cluster, {}))["StoresReady"][:2] == ("False", "StoresStarting"), broken


def test_the_secrets_that_cloudnativepg_makes_are_waited_for_and_asked_of_nobody() -> None:
    cluster = Simulated(using(CLOUD_NATIVE))
    cluster.step()
    assert not blockers(cluster.project, cluster.facts())
    assert conditions(status_of(cluster, {}))["StoresReady"][:2] == ("False", "CloudNativePGStarting")
    with_secrets(cluster).step()
    assert conditions(status_of(cluster, {}))["StoresReady"][:2] == ("False", "CheckingStores")
    cluster.settle()
    cluster.converge(20)
    assert "Deployment" in cluster.kinds()


def test_a_cluster_of_cloudnativepg_asks_for_no_smaller_volumes_than_it_has() -> None:
    def asked(cluster: Simulated) -> str:
        found: str = cluster.get("Cluster", "shop-postgres")["spec"]["storage"]["size"]
        return found

    preset_size = {"postgres": {"type": "CloudNativePG"}}
    cluster = running(preset_size, profile="Standard")
    assert asked(cluster) == "50Gi"
    cluster.project = using(preset_size, profile="Small")
    cluster.converge(20)
    assert asked(cluster) == "50Gi"
    cluster.project = using({"postgres": {"type": "CloudNativePG", "storage": {"size": "60Gi"}}}, profile="Small")
    cluster.converge(20)
    assert asked(cluster) == "60Gi"


def test_an_absent_cloudnativepg_is_named() -> None:
    cluster = with_secrets(Simulated(using(CLOUD_NATIVE)))
    error = ApplyError(ObjectKey("postgresql.cnpg.io/v1", "Cluster", "team", "shop-postgres"), 404, "NotFound", "not found")
    found = blockers(cluster.project, replace(cluster.facts(), apply_errors=(error,)))
    assert found[0].reason is Reason.CLOUD_NATIVE_PG_MISSING


def test_somebody_elses_object_is_named() -> None:
    cluster = Simulated(using({}))
    error = ApplyError(ObjectKey("v1", "Service", "team", "shop-postgres"), 409, FOREIGN, "it has no label")
    [found] = blockers(cluster.project, replace(cluster.facts(), apply_errors=(error,)))
    assert (found.reason, found.subject) == (Reason.FOREIGN_OBJECT, "service/shop-postgres")


@pytest.mark.parametrize("store", ["neo4j", "redis", "qdrant"])
@pytest.mark.parametrize("other", ["off", "external"])
def test_no_volume_goes_by_a_change_of_type_and_the_policy_still_reaches_it(store: str, other: str) -> None:
    cluster = running(
        {store: MANAGED[store] | ({"replicas": 1, "shards": 1, "replicationFactor": 1} if store == "qdrant" else {})}
    )
    before = {name for name in cluster.kinds()["PersistentVolumeClaim"] if store in name}
    assert before
    changed = {store: EXTERNAL[store]} if other == "external" else {}
    for policy in ("Delete", "Retain"):
        cluster.project = using({**changed, "deletionPolicy": policy})
        cluster.converge(20)
        assert {name for name in cluster.kinds()["PersistentVolumeClaim"] if store in name} == before
        for name in before:
            metadata = cluster.get("PersistentVolumeClaim", name)["metadata"]
            assert bool(metadata.get("ownerReferences")) is (policy == "Delete")


def test_a_mode_change_touches_no_volume() -> None:
    cluster = running({})
    before = cluster.get("PersistentVolumeClaim", "shop-postgres-data")
    for mode in ("Microservices", "AIGateway", "Monolith"):
        cluster.project = using({}, mode=mode)
        cluster.converge(30)
        assert cluster.get("PersistentVolumeClaim", "shop-postgres-data") == before
        assert cluster.get("StatefulSet", "shop-postgres")["spec"]["replicas"] == 1


def test_what_the_operator_never_mounted_before_is_in_the_configuration_and_in_the_pods() -> None:
    spec = {
        "access": {
            "encryptionKeysSecretRef": {"name": "enc", "key": "k"},
            "jwt": {"secretRef": {"name": "jwt", "key": "s"}, "audience": "team"},
            "fourEyes": True,
        },
        "exposure": {"type": "Ingress", "host": "a.example", "tls": {"secretName": "t"}, "trustedProxies": ["10.0.0.0/8"]},
    }
    found = project(spec)
    settings = configuration.settings(found)
    assert settings["security"] == {"encryption_keys_file": "/etc/testgen-secrets/encryption/keys"}
    assert settings["auth"]["jwt"] == {
        "audience": "team",
        "algorithms": ["HS256"],
        "secret_file": "/etc/testgen-secrets/jwt/secret",
    }
    assert settings["review"] == {"four_eyes": True}
    assert settings["server"]["trusted_proxies"] == ["10.0.0.0/8"]
    cluster = Simulated(found)
    cluster.secrets |= {name: SecretFacts(name, True, frozenset([key]), name) for name, key in (("enc", "k"), ("jwt", "s"))}
    cluster.converge(20)
    pod = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]
    mounted = {one["mountPath"] for one in pod["containers"][0]["volumeMounts"]}
    assert {"/etc/testgen-secrets/encryption", "/etc/testgen-secrets/jwt"} <= mounted


def test_a_role_mounts_only_the_secrets_of_the_stores_that_it_opens() -> None:
    cluster = running(MANAGED, mode="Microservices")

    def secrets(part: str) -> set[str]:
        pod = cluster.get("Deployment", f"shop-{part}-blue")["spec"]["template"]["spec"]
        return {one["name"].removeprefix("secret-") for one in pod["volumes"] if one["name"].startswith("secret-")}

    assert "qdrant" in secrets("vector")
    assert "qdrant" not in secrets("api")
    assert "neo4j" in secrets("graph")
    assert "internal" in secrets("api")
