"""From what a node, a scheduler or the API server shows to a stable reason, and back to nothing when the cause is gone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.operator.build import OLLAMA, Simulated, nothing, project

from testgen_operator.plan.facts import ApplyError, Container, Facts, Phase, Pod, SecretFacts, Volume, Warned, Workload
from testgen_operator.plan.model import ObjectKey
from testgen_operator.status.diagnosis import EXIT_VERSION_TOO_OLD, Blocker, blockers, message, shorten
from testgen_operator.status.reasons import BLOCKING, Reason

OWN_KEY = {"access": {"adminKeySecretRef": {"name": "own", "key": "k"}}}


def reasons(facts: Facts, spec: Any = None) -> list[Reason]:
    return [one.reason for one in blockers(project(spec), facts)]


def pod(component: str, *containers: Container, **more: Any) -> Facts:
    return Facts(pods=(Pod(f"shop-{component}-0", component, "Pending", containers=containers, **more),))


PULLING = Container("c", "bad:1", waiting="ImagePullBackOff", waiting_message="Back-off pulling")


@pytest.mark.parametrize("component", ["postgres", "neo4j", "ollama", "all"])
@pytest.mark.parametrize("waiting", ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull"])
def test_an_image_that_cannot_be_pulled(component: str, waiting: str) -> None:
    [found] = blockers(project(), pod(component, replace(PULLING, waiting=waiting)))
    assert (found.reason, found.component, found.subject) == (Reason.IMAGE_PULL_FAILED, component, "bad:1")


@pytest.mark.parametrize("job", ["shop-backup-0a1b2c3d", "shop-smoke-0a1b2c3d", "shop-golden-0a1b2c3d"])
def test_a_check_of_a_release_that_failed_is_no_failed_migration(job: str) -> None:
    assert reasons(Facts(jobs={job: Phase.FAILED})) == []
    assert reasons(Facts(jobs={"shop-migrate-0a1b2c3d": Phase.FAILED})) == [Reason.MIGRATION_FAILED]


def test_an_image_of_the_migration_that_cannot_be_pulled() -> None:
    facts = replace(pod("migrate", PULLING), jobs={"shop-migrate": Phase.RUNNING})
    assert reasons(facts) == [Reason.IMAGE_PULL_FAILED]


@pytest.mark.parametrize(
    ("component", "container", "expected"),
    [
        ("ollama", Container("models", exit_code=3, last_words="model x not found in the library"), Reason.MODEL_NOT_FOUND),
        ("ollama", Container("models", exit_code=4, last_words="Error: no such host"), Reason.MODEL_PULL_FAILED),
        ("postgres", Container("postgres", exit_code=1, last_words="PANIC: … No space left on device"), Reason.VOLUME_FULL),
        ("neo4j", Container("neo4j", exit_code=1, last_words="java.io.IOException: No space left on device"), Reason.VOLUME_FULL),
        ("all", Container("runtime", exit_code=137, ended="OOMKilled", restarts=1), Reason.OUT_OF_MEMORY),
        ("all", Container("runtime", exit_code=1, restarts=2), Reason.CRASH_LOOP),
        ("all", Container("runtime", exit_code=1, restarts=2, waiting="CrashLoopBackOff"), Reason.CRASH_LOOP),
        ("all", Container("runtime", exit_code=4, restarts=1, waiting="CrashLoopBackOff"), Reason.VERSION_BELOW_SCHEMA),
        ("all", Container("runtime", waiting="CreateContainerConfigError"), Reason.CONTAINER_CONFIG_ERROR),
    ],
)
def test_why_a_container_died(component: str, container: Container, expected: Reason) -> None:
    spec = OLLAMA if component == "ollama" else None
    assert reasons(pod(component, container), spec) == [expected]


@pytest.mark.parametrize(
    "container",
    [
        Container("runtime"),
        Container("runtime", exit_code=0, restarts=5),
        Container("runtime", exit_code=1, restarts=1),
        Container("runtime", exit_code=1, restarts=9, started=True),
        Container("runtime", exit_code=137, ended="OOMKilled", started=True),
        Container("postgres", exit_code=1, last_words="could not resize shared memory segment: No space left on device"),
    ],
)
def test_what_needs_nobody(container: Container) -> None:
    assert reasons(pod("all", container)) == []


def test_a_ready_pod_is_never_to_blame() -> None:
    assert reasons(pod("all", replace(PULLING), ready=True)) == []


def test_a_pod_that_no_node_has_room_for() -> None:
    assert reasons(pod("all", unschedulable="0/1 nodes are available: 1 Insufficient cpu.")) == [Reason.UNSCHEDULABLE]


LOW_ON_MEMORY = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 40Mi. "
FULL_DISK = "The node had condition: [DiskPressure]. "
TAINTED = (
    "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/%s: }. preemption: 0/1 nodes are available."
)
RUNTIME = {"shop-all-blue": Workload("Deployment", "shop-all-blue", "all", replicas=1)}


@pytest.mark.parametrize(
    ("taint", "words"), [("disk-pressure", "disk space"), ("memory-pressure", "memory"), ("pid-pressure", "process numbers")]
)
def test_a_node_that_is_out_of_something_and_takes_no_pod(taint: str, words: str) -> None:  # issue 6: node out of disk or memory
    [found] = blockers(project(), pod("all", unschedulable=TAINTED % taint))
    assert (found.reason, found.component, found.subject) == (Reason.NODE_UNDER_PRESSURE, "all", words)
    assert words in message(project(), found.reason, found.component, found.subject)


def test_a_node_that_takes_no_pod_of_the_migration() -> None:
    facts = replace(pod("migrate", unschedulable=TAINTED % "disk-pressure"), jobs={"shop-migrate": Phase.RUNNING})
    assert reasons(replace(facts, pods=(replace(facts.pods[0], name="shop-migrate-x"),))) == [Reason.NODE_UNDER_PRESSURE]


def evicted(told: str, **more: Any) -> Pod:
    """As the kubelet leaves it."""
    ended = Container("runtime", exit_code=137, ended="Error", restarts=3)
    return Pod("shop-all-blue-old", "all", "Failed", evicted=told, containers=(ended,), **more)


@pytest.mark.parametrize(("told", "words"), [(LOW_ON_MEMORY, "memory"), (FULL_DISK, "disk space")])
def test_a_node_that_ended_every_pod(told: str, words: str) -> None:
    [found] = blockers(project(), Facts(workloads=RUNTIME, pods=(evicted(told),)))
    assert (found.reason, found.component, found.subject) == (Reason.NODE_UNDER_PRESSURE, "all", words)


NAMELESS = "0/1 nodes are available: 1 node(s) had untolerated taint(s). preemption: 0/1 nodes are available."


def test_which_taint_it_is_follows_from_the_pod_that_was_ended_before() -> None:  # Kubernetes 1.34 does not name it
    waiting = Pod("shop-all-blue-new", "all", "Pending", unschedulable=NAMELESS)
    [found] = blockers(project(), Facts(workloads=RUNTIME, pods=(evicted(LOW_ON_MEMORY), waiting)))
    assert (found.reason, found.subject) == (Reason.NODE_UNDER_PRESSURE, "memory")


def test_of_a_stateful_set_it_follows_from_the_event_of_the_pod_before() -> None:
    facts = pod("postgres", unschedulable=NAMELESS)
    told = Warned("Pod", "shop-postgres-0", "Evicted", FULL_DISK)
    [found] = blockers(project(), replace(facts, warnings=(told,)))
    assert (found.reason, found.subject) == (Reason.NODE_UNDER_PRESSURE, "disk space")
    assert reasons(replace(facts, warnings=(replace(told, name="shop-neo4j-0"),))) == [Reason.UNSCHEDULABLE]


def test_a_taint_of_the_administrators_is_no_pressure() -> None:
    assert reasons(pod("all", unschedulable=NAMELESS)) == [Reason.UNSCHEDULABLE]


def test_no_room_beside_an_old_eviction_is_no_pressure() -> None:
    waiting = Pod("shop-all-blue-new", "all", "Pending", unschedulable="0/1 nodes are available: 1 Insufficient cpu.")
    assert reasons(Facts(workloads=RUNTIME, pods=(evicted(LOW_ON_MEMORY), waiting))) == [Reason.UNSCHEDULABLE]


@pytest.mark.parametrize("ready", [True, False])
def test_an_evicted_pod_is_forgotten_when_another_lives(ready: bool) -> None:
    living = Pod("shop-all-blue-new", "all", "Running", ready=ready)
    assert reasons(Facts(workloads=RUNTIME, pods=(evicted(LOW_ON_MEMORY), living))) == []


def test_a_pod_that_was_evicted_for_its_own_appetite_says_nothing_of_the_node() -> None:
    told = "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. "
    assert reasons(Facts(workloads=RUNTIME, pods=(evicted(told),))) == []


CLAIM = {"shop-postgres-data": Volume("shop-postgres-data", phase="Pending")}


@pytest.mark.parametrize(
    ("told", "waiting", "expected"),
    [
        ('storageclass.storage.k8s.io "nope" not found', "", [Reason.STORAGE_CLASS_NOT_FOUND]),
        ("failed to provision volume: no room", "", [Reason.VOLUME_PENDING]),
        ("", "pod has unbound immediate PersistentVolumeClaims", [Reason.VOLUME_PENDING]),
        ("", 'storageclass.storage.k8s.io "nope" not found', [Reason.STORAGE_CLASS_NOT_FOUND]),
        ("", "", []),
        ("", "Insufficient cpu", [Reason.UNSCHEDULABLE]),
    ],
)
def test_a_volume_that_is_not_provided(told: str, waiting: str, expected: list[Reason]) -> None:
    warned = (Warned("PersistentVolumeClaim", "shop-postgres-data", "ProvisioningFailed", told),) if told else ()
    facts = replace(pod("postgres", unschedulable=waiting), volumes=CLAIM, warnings=warned)
    assert reasons(facts) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('pods "x" is forbidden: exceeded quota: q, requested: cpu=1', Reason.QUOTA_EXCEEDED),
        ('pods "x" is forbidden: violates PodSecurity "restricted:latest"', Reason.POD_SECURITY_VIOLATION),
        ('admission webhook "policy" denied: pods "x" is forbidden', Reason.POD_SECURITY_VIOLATION),
    ],
)
def test_pods_that_may_not_be_made(told: str, expected: Reason) -> None:
    stateful = {"shop-postgres": Workload("StatefulSet", "shop-postgres", "postgres", replicas=1)}
    warned = (Warned("StatefulSet", "shop-postgres", "FailedCreate", told),)
    assert reasons(Facts(workloads=stateful, warnings=warned)) == [expected]
    deployment = {"shop-all-blue": Workload("Deployment", "shop-all-blue", "all", replicas=1, replica_failure=told)}
    assert reasons(Facts(workloads=deployment)) == [expected]


def test_a_quota_that_nobody_has_counted_for_yet_is_no_violation() -> None:
    stateful = {"shop-postgres": Workload("StatefulSet", "shop-postgres", "postgres", replicas=1)}
    told = 'pods "shop-postgres-0" is forbidden: status unknown for quota: none, resources: pods'
    warned = (Warned("StatefulSet", "shop-postgres", "FailedCreate", told),)
    assert reasons(Facts(workloads=stateful, warnings=warned)) == []


def test_an_old_warning_is_forgotten_when_the_pods_are_there() -> None:
    stateful = {"shop-postgres": Workload("StatefulSet", "shop-postgres", "postgres", replicas=1)}
    warned = (Warned("StatefulSet", "shop-postgres", "FailedCreate", "exceeded quota"),)
    facts = Facts(workloads=stateful, warnings=warned, pods=(Pod("shop-postgres-0", "postgres", ready=True),))
    assert reasons(facts) == []


@pytest.mark.parametrize(
    ("kind", "name", "code", "text", "expected"),
    [
        (
            "PersistentVolumeClaim",
            "shop-postgres-data",
            403,
            "provisioned pvc can be resized",
            Reason.VOLUME_CANNOT_GROW,
        ),
        ("PersistentVolumeClaim", "shop-postgres-data", 403, "is forbidden: exceeded quota: q", Reason.QUOTA_EXCEEDED),
        ("Deployment", "shop-all-blue", 403, "violates PodSecurity", Reason.POD_SECURITY_VIOLATION),
        ("Deployment", "shop-all-blue", 403, "User cannot patch resource", Reason.FORBIDDEN),
        ("Service", "shop", 422, "spec.ports: Invalid value", Reason.APPLY_REFUSED),
    ],
)
def test_an_object_that_the_api_server_refuses(kind: str, name: str, code: int, text: str, expected: Reason) -> None:
    error = ApplyError(ObjectKey("v1", kind, "team", name), code, "Reason", text)
    assert reasons(Facts(apply_errors=(error,))) == [expected]


@pytest.mark.parametrize("code", [409, 429, 500, 503])
def test_a_busy_api_server_is_no_cause_for_a_person(code: int) -> None:
    error = ApplyError(ObjectKey("v1", "Service", "team", "shop"), code, "Reason", "try again")
    assert reasons(Facts(apply_errors=(error,))) == []


def test_the_secret_that_a_project_brings() -> None:
    for seen, expected in (
        (SecretFacts("own"), [Reason.SECRET_NOT_FOUND]),
        (SecretFacts("own", True, frozenset(["other"])), [Reason.SECRET_KEY_MISSING]),
        (SecretFacts("own", True, frozenset(["k"])), []),
    ):
        assert reasons(Facts(secrets={"own": seen}), OWN_KEY) == expected


def test_secrets_that_are_yet_to_be_drawn_block_nothing() -> None:
    assert blockers(project(), nothing(project())) == []


def test_a_lost_password_is_told_only_where_there_is_data() -> None:
    cluster = Simulated(project())
    cluster.converge()
    del cluster.secrets["shop-postgres"]
    [found] = blockers(cluster.project, cluster.facts())
    assert (found.reason, found.subject) == (Reason.PASSWORD_LOST, "shop-postgres")


def test_a_failed_migration_tells_how_it_ended() -> None:
    ended = Container("migrate", exit_code=1, last_words='{"event": "migration failed", "error": "relation exists"}')
    facts = Facts(
        jobs={"shop-migrate-1": Phase.FAILED}, pods=(Pod("shop-migrate-1-x", "migrate", "Failed", containers=(ended,)),)
    )
    [found] = blockers(project(), facts)
    assert (found.reason, found.exit_code, found.last_words) == (Reason.MIGRATION_FAILED, 1, "migration failed: relation exists")


def test_all_that_a_container_said_last_is_for_the_record_alone() -> None:
    said = 'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: error-of-pod-{}'
    jobs = {"shop-migrate-1": Phase.FAILED}

    def of(number: int) -> Blocker:
        ended = Container("migrate", exit_code=1, last_words=said.format(number) + "\nbye")
        [found] = blockers(project(), Facts(jobs=jobs, pods=(Pod("shop-migrate-1-x", "migrate", containers=(ended,)),)))
        return found

    found = of(1)
    assert (found.last_words, found.last_lines) == ("KeyError: error-of-pod-1", said.format(1) + "\nbye")
    assert found == replace(found, last_lines="")  # another pod's lines are no other cause
    assert "Traceback" not in repr(found)


def test_a_version_below_the_schema_is_told_from_a_migration_that_broke() -> None:
    ended = Container("migrate", exit_code=EXIT_VERSION_TOO_OLD, last_words="This version is older than the schema allows")
    facts = Facts(
        jobs={"shop-migrate-1": Phase.FAILED}, pods=(Pod("shop-migrate-1-x", "migrate", "Failed", containers=(ended,)),)
    )
    assert reasons(facts) == [Reason.VERSION_BELOW_SCHEMA]


def test_a_cause_is_told_once_however_many_pods_have_it() -> None:
    one = pod("all", PULLING).pods[0]
    assert len(blockers(project(), Facts(pods=(one, replace(one, name="another"))))) == 1


@pytest.mark.parametrize(("reason", "component"), [(Reason.BACKUP_FAILED, "backup"), (Reason.MIGRATION_FAILED, "migrate")])
def test_the_command_of_a_failed_job_looks_at_its_own_pods(reason: Reason, component: str) -> None:
    assert f"app.kubernetes.io/component={component}" in message(project(), reason)


@pytest.mark.parametrize("reason", sorted(BLOCKING - {Reason.SPEC_INVALID}))
def test_every_cause_has_a_message_with_a_command_and_without_leftovers(reason: Reason) -> None:
    text = message(project(), reason, "postgres", "the-subject")
    assert ". Run: kubectl" in text
    assert not re.search(r"\{(project|namespace|component|subject|pods)\}|\{\{|\}\}", text)
    assert len(text) <= 1024


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", ""),
        ("one\nFATAL: the cause\nbye", "FATAL: the cause"),
        ("2026-01-02 03:04:05.678 UTC [42] PANIC:  full", "PANIC:  full"),
        ("2026-01-02T03:04:05Z error x", "error x"),
        ("error: cannot reach postgresql://me:hunter2@db:5432/x", "error: cannot reach postgresql://***@db:5432/x"),
        ("dial tcp 10.0.0.1:4711: failed", "dial tcp <address>: failed"),
        ('Back-off pulling image "x": ErrImagePull: failed to pull', "failed to pull"),
        ('{"event": "no", "level": "error"', '{"event": "no", "level": "error"'),
        (
            'pods "shop-69bbcd694c-xfvqc" is forbidden: exceeded quota: q, requested: pods=1, used: pods=11, limited: pods=0',
            "pods is forbidden: exceeded quota: q, requested: pods=1, limited: pods=0",
        ),
        ("x" * 999, "x" * 300),
    ],
)
def test_last_words_are_short_stable_and_without_credentials(words: str, told: str) -> None:
    assert shorten(words) == told
