"""The order of work: stores, then the migration, then the runtime; and what is left alone on the way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.operator.build import IMAGES, NEO4J, OLLAMA, Simulated, project

from testgen_operator import names
from testgen_operator.plan.facts import SecretFacts
from testgen_operator.plan.images import Images

OWN_KEY = {"access": {"adminKeySecretRef": {"name": "own", "key": "k"}}}


def running(spec: Mapping[str, object] | None = None) -> Simulated:
    cluster = Simulated(project(spec))
    cluster.converge()
    return cluster


def test_at_first_there_are_only_stores_and_what_they_need() -> None:
    cluster = Simulated(project())
    cluster.step()
    assert cluster.kinds() == {
        "ConfigMap": cluster.kinds()["ConfigMap"],
        "NetworkPolicy": ["shop-all", "shop-default-deny", "shop-migrate", "shop-postgres"],
        "PersistentVolumeClaim": ["shop-postgres-data"],
        "Service": ["shop", "shop-postgres"],
        "ServiceAccount": ["shop-runtime"],
        "StatefulSet": ["shop-postgres"],
    }
    assert set(cluster.secrets) == {"shop-postgres", "shop-admin-key"}


def test_the_migration_is_due_when_postgres_is_ready_and_the_runtime_when_the_migration_is_done() -> None:
    cluster = Simulated(project())
    cluster.step()
    assert "Job" not in {one.kind for one in cluster.plan().manifests}
    cluster.settle()
    assert "Job" in {one.kind for one in cluster.plan().manifests}
    assert "Deployment" not in {one.kind for one in cluster.plan().manifests}
    cluster.step()
    cluster.settle()
    assert "Deployment" in {one.kind for one in cluster.plan().manifests}


def test_a_failed_migration_keeps_the_runtime_from_starting() -> None:
    cluster = Simulated(project())
    cluster.step()
    cluster.settle()
    cluster.step()
    cluster.broken.add(cluster.kinds()["Job"][0])
    cluster.settle()
    cluster.converge()
    assert "Deployment" not in cluster.kinds()


def test_a_finished_migration_is_remembered_when_its_job_is_cleaned_away() -> None:
    cluster = running()
    before = cluster.kinds()["Deployment"]
    cluster.objects = {key: one for key, one in cluster.objects.items() if key.kind != "Job"}
    assert not cluster.step()
    assert cluster.kinds()["Deployment"] == before


@pytest.mark.parametrize("lost", ["Service", "Deployment"])
def test_either_memory_of_the_migration_is_enough(lost: str) -> None:
    cluster = running()
    cluster.objects = {
        key: one for key, one in cluster.objects.items() if key.kind != "Job" and (key.kind, key.name[:4]) != (lost, "shop")
    }
    assert "Job" not in {one.kind for one in cluster.plan().manifests}


def test_a_new_image_is_migrated_before_it_runs_and_the_old_pods_stay_meanwhile() -> None:
    cluster = running()
    old = cluster.get("Deployment", "shop-all-blue")["spec"]
    [config] = [name for name in cluster.kinds()["ConfigMap"] if name.startswith("shop-config-")]
    cluster.images = Images("testgen/runtime:2.0.0", IMAGES.postgres, IMAGES.neo4j, IMAGES.ollama)
    cluster.project = project({"environment": "Production"}, generation=2)
    cluster.step()
    assert cluster.get("Deployment", "shop-all-blue")["spec"] == old
    assert config in cluster.kinds()["ConfigMap"], "the old pods mount it"
    cluster.settle()
    cluster.converge()
    assert (
        cluster.get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]["containers"][0]["image"]
        == "testgen/runtime:2.0.0"
    )
    assert config not in cluster.kinds()["ConfigMap"], "and nobody does any more"


def test_a_database_that_was_made_anew_is_migrated_anew() -> None:
    cluster = running()
    cluster.get("PersistentVolumeClaim", "shop-postgres-data")["metadata"]["uid"] = "another"
    assert "Job" in {one.kind for one in cluster.plan().manifests}


def test_a_restart_of_postgres_neither_migrates_nor_stops_the_runtime() -> None:
    cluster = running()
    cluster.broken.add("shop-postgres")
    cluster.settle()
    assert not cluster.step()
    assert "Deployment" in cluster.kinds()


def test_a_missing_admin_key_keeps_the_runtime_from_starting_until_it_is_there() -> None:
    cluster = running(OWN_KEY)
    assert "Deployment" not in cluster.kinds()
    cluster.secrets["own"] = SecretFacts("own", True, frozenset(["k"]), "1")
    cluster.converge()
    assert "Deployment" in cluster.kinds()


def test_a_changed_secret_rolls_the_pods() -> None:  # S0-031
    cluster = running()
    before = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]
    cluster.secrets["shop-admin-key"] = SecretFacts("shop-admin-key", True, frozenset(["api-key"]), "changed")
    cluster.converge()
    after = cluster.get("Deployment", "shop-all-blue")["spec"]["template"]
    key = names.ANNOTATION_SECRETS_HASH
    assert after["metadata"]["annotations"][key] != before["metadata"]["annotations"][key]


def test_a_secret_that_goes_away_leaves_running_pods_alone() -> None:
    cluster = running()
    before = cluster.get("Deployment", "shop-all-blue")["spec"]
    del cluster.secrets["shop-admin-key"]
    cluster.project = project(OWN_KEY)
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"] == before


def test_scaling_is_no_new_release() -> None:
    cluster = running()
    release = cluster.get("Deployment", "shop-all-blue")["metadata"]["labels"][names.LABEL_RELEASE]
    cluster.project = project({"replicas": 3}, generation=2)
    cluster.converge()
    deployment = cluster.get("Deployment", "shop-all-blue")
    assert (deployment["spec"]["replicas"], deployment["metadata"]["labels"][names.LABEL_RELEASE]) == (3, release)


def test_suspend_takes_the_runtime_to_zero_and_then_the_stores() -> None:
    cluster = running()
    cluster.project = project({"suspend": True}, generation=2)
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 0
    assert cluster.get("StatefulSet", "shop-postgres")["spec"]["replicas"] == 0


def test_suspend_reaches_a_project_whose_migration_fails() -> None:
    cluster = running()
    cluster.images = Images("testgen/runtime:2.0.0", IMAGES.postgres, IMAGES.neo4j, IMAGES.ollama)
    cluster.step()
    cluster.broken.update(cluster.kinds()["Job"])
    cluster.settle()
    cluster.project = project({"suspend": True}, generation=2)
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 0


def test_a_volume_grows_with_the_spec_and_never_shrinks_with_the_profile() -> None:
    cluster = running({"profile": "Standard"})
    cluster.project = project({"profile": "Small"}, generation=2)
    cluster.converge()
    assert cluster.get("PersistentVolumeClaim", "shop-postgres-data")["spec"]["resources"]["requests"]["storage"] == "50Gi"
    cluster.project = project({"stores": {"postgres": {"storage": {"size": "60Gi"}}}}, generation=3)
    cluster.converge()
    assert cluster.get("PersistentVolumeClaim", "shop-postgres-data")["spec"]["resources"]["requests"]["storage"] == "60Gi"


def test_a_store_that_is_switched_off_keeps_its_volume_and_password_whatever_the_policy() -> None:
    for policy in ("Retain", "Delete"):
        cluster = running({"stores": {**NEO4J["stores"], "deletionPolicy": policy}})
        cluster.project = project({"stores": {"deletionPolicy": policy}}, generation=2)
        cluster.converge()
        claim = cluster.get("PersistentVolumeClaim", "shop-neo4j-data")["metadata"]
        assert ("ownerReferences" in claim) is (policy == "Delete"), "under Delete it goes with the project, not before"
        assert "shop-neo4j" in cluster.secrets
        assert "shop-neo4j" not in cluster.kinds()["StatefulSet"]


def test_passwords_and_volumes_outlive_their_project_under_retain_only() -> None:
    for policy, owned in (("Retain", False), ("Delete", True)):
        found = Simulated(project({"stores": {"deletionPolicy": policy}})).plan()
        [password] = [one for one in found.secrets if one.name == "shop-postgres"]
        [volume] = [one for one in found.manifests if one.kind == "PersistentVolumeClaim"]
        assert (password.owned, "ownerReferences" in volume.object["metadata"]) == (owned, owned)


def test_a_lost_password_is_not_drawn_anew_while_its_database_is_there() -> None:
    cluster = running()
    del cluster.secrets["shop-postgres"]
    assert "shop-postgres" not in {one.name for one in cluster.plan().secrets}
    cluster.objects = {key: one for key, one in cluster.objects.items() if key.kind != "PersistentVolumeClaim"}
    assert "shop-postgres" in {one.name for one in cluster.plan().secrets}


def test_a_model_server_pulls_onto_a_volume_or_finds_the_models_in_its_image() -> None:
    pulling = running(OLLAMA)
    assert "shop-ollama-data" in pulling.kinds()["PersistentVolumeClaim"]
    spec = {"llm": {**OLLAMA["llm"], "providers": [{"name": "local", "managed": {"modelSource": "Image"}}]}}
    ready_made = running(spec)
    assert "shop-ollama-data" not in ready_made.kinds()["PersistentVolumeClaim"]
    assert pulling.get("NetworkPolicy", "shop-ollama")["spec"]["egress"]
    assert ready_made.get("NetworkPolicy", "shop-ollama")["spec"]["egress"] == []


def test_only_the_pods_of_the_same_project_reach_its_stores() -> None:
    cluster = running({**NEO4J, **OLLAMA})
    for store, port in (("postgres", 5432), ("neo4j", 7687), ("ollama", 11434)):
        spec = cluster.get("NetworkPolicy", f"shop-{store}")["spec"]
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        [rule] = spec["ingress"]
        assert [one["port"] for one in rule["ports"]] == [port]
        for peer in rule["from"]:
            assert set(peer) == {"podSelector"}, "no namespaceSelector: its own namespace alone"
            assert peer["podSelector"]["matchLabels"][names.LABEL_PROJECT] == "shop"


def test_the_pods_of_a_graph_or_a_model_server_reach_nothing_inside() -> None:
    assert running(NEO4J).get("NetworkPolicy", "shop-neo4j")["spec"]["egress"] == []


def test_two_projects_in_one_namespace_see_only_their_own_objects() -> None:
    one, other = running(), Simulated(project(name="shop-2"))
    other.objects |= one.objects
    other.converge()
    assert set(one.objects) <= set(other.objects), "nothing of the other project was pruned"
    assert "shop-all-blue" not in other.facts().workloads


def test_a_pod_stops_answering_only_after_the_service_has_forgotten_it() -> None:
    pod = running().get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["lifecycle"]["preStop"]["exec"]["command"] == ["sh", "-c", "kill -USR1 1; exec sleep 5"]
    assert pod["terminationGracePeriodSeconds"] > 5 + 20, "the drain of the runtime fits in"


def test_probes_ask_what_x08_says_and_find_a_pod_ready_within_a_second() -> None:  # S1-058, S1-059
    [container] = running().get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]["containers"]
    assert container["startupProbe"]["periodSeconds"] == 1
    assert container["livenessProbe"]["httpGet"] == {"path": "/live", "port": "http"}, "no restart for a database that is down"
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}


def test_small_and_standard_have_their_documented_sizes() -> None:  # S4-011, S4-012, S4-014, X-09
    def amounts(profile: str, kind: str, name: str) -> object:
        cluster = running({"profile": profile, **NEO4J})
        return cluster.get(kind, name)["spec"]["template"]["spec"]["containers"][0]["resources"]

    assert amounts("Small", "Deployment", "shop-all-blue") == {
        "requests": {"cpu": "500m", "memory": "512Mi"},
        "limits": {"cpu": "1", "memory": "1Gi"},
    }
    for kind, name, cpu, memory in (
        ("Deployment", "shop-all-blue", "4", "8Gi"),
        ("StatefulSet", "shop-postgres", "2", "4Gi"),
        ("StatefulSet", "shop-neo4j", "2", "4Gi"),
    ):
        found = amounts("Standard", kind, name)
        assert isinstance(found, dict)
        assert found["limits"] == {"cpu": cpu, "memory": memory}


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"limits": {"cpu": "100m"}}, {"requests": {"cpu": "100m"}, "limits": {"cpu": "100m"}}),
        ({"requests": {"cpu": "3"}}, {"requests": {"cpu": "3"}, "limits": {"cpu": "3"}}),
        ({"requests": {"cpu": "600m"}}, {"requests": {"cpu": "600m"}, "limits": {"cpu": "1"}}),
    ],
)
def test_one_overridden_amount_takes_its_counterpart_along(
    override: dict[str, object], expected: dict[str, dict[str, str]]
) -> None:
    [container] = running({"resources": override}).get("Deployment", "shop-all-blue")["spec"]["template"]["spec"]["containers"]
    assert {half: {"cpu": container["resources"][half]["cpu"]} for half in expected} == expected


@pytest.mark.parametrize(
    ("spec", "image", "version"),
    [
        ({}, "testgen/runtime:1.0.0", "1.0.0"),
        ({"version": "1.2"}, "testgen/runtime:1.2", "1.2"),
        ({"image": "r.example:5000/x/y:7"}, "r.example:5000/x/y:7", "7"),
        ({"image": "r.example:5000/x/y", "version": "8"}, "r.example:5000/x/y", "8"),
        ({"image": "x@sha256:" + "ab" * 32}, "x@sha256:" + "ab" * 32, "abababababab"),
    ],
)
def test_which_image_runs_and_what_it_is_called(spec: dict[str, str], image: str, version: str) -> None:
    deployment = running(dict(spec)).get("Deployment", "shop-all-blue")
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image
    assert deployment["metadata"]["labels"][names.LABEL_VERSION] == version
