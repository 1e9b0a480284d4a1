"""The runtime: one Deployment for every role (mode Monolith), and what stands around it."""

from __future__ import annotations

from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.plan import pods
from testgen_operator.plan.configuration import CONFIG_DIRECTORY, CONFIG_PATH, DATA_DIRECTORY, DRAIN_SECONDS, SECRETS_DIRECTORY
from testgen_operator.plan.facts import Facts, secret_keys
from testgen_operator.plan.images import Images, runtime_image, runtime_version
from testgen_operator.plan.model import GeneratedSecret, Generator, Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset, replicas
from testgen_operator.resources.project import TestGenProject

ACTIVE: Final[Colour] = "blue"
PRE_STOP_SECONDS: Final = 5
"""Until the endpoints of the Service no longer list the pod, it goes on answering."""
MARGIN_SECONDS: Final = 10
PROGRESS_DEADLINE_SECONDS: Final = 300


def service_account(project: TestGenProject) -> Manifest:
    """The pods' identity. It has no rights, and no pod mounts its token."""
    return manifest(
        project,
        "v1",
        "ServiceAccount",
        names.service_account(project.name),
        names.labels(project.name, "all"),
        automountServiceAccountToken=False,
    )


def active_service(project: TestGenProject, migration: str) -> Manifest:
    """The Service behind the tenant's endpoint. Its selector is the only thing that a rollout switches."""
    return manifest(
        project,
        "v1",
        "Service",
        names.active_service(project.name),
        names.labels(project.name, "all"),
        annotations={names.ANNOTATION_MIGRATION: migration} if migration else None,
        spec={
            "type": "ClusterIP",
            "selector": names.selector(project.name, "all", colour=ACTIVE),
            "ports": [{"name": "http", "port": names.PORT_SERVICE, "targetPort": "http", "protocol": "TCP"}],
        },
    )


def admin_key(project: TestGenProject) -> GeneratedSecret | None:
    """The first admin key, unless the project brings its own. It opens nothing once the project is gone."""
    if project.spec.access.admin_key_secret_ref:
        return None
    return GeneratedSecret(
        namespace=project.namespace,
        name=names.admin_key(project.name),
        labels=names.labels(project.name, "all"),
        keys={"api-key": Generator(length=43, prefix="tg_")},
        owned=True,
    )


def disruption_budget(project: TestGenProject) -> list[Manifest]:
    """A drained node takes one pod at a time; with a single pod there is nothing to protect."""
    if replicas(project) < 2 or project.spec.suspend:
        return []
    return [
        manifest(
            project,
            "policy/v1",
            "PodDisruptionBudget",
            names.runtime(project.name, ACTIVE),
            names.labels(project.name, "all", colour=ACTIVE),
            spec={
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": names.selector(project.name, "all", colour=ACTIVE)},
            },
        )
    ]


def deployment(project: TestGenProject, facts: Facts, images: Images, config: str, migration: str) -> Manifest:
    """The runtime's pods, with the ConfigMap called `config`; `migration` is what the database has been brought to."""
    version = runtime_version(project, images)
    annotations = {
        names.ANNOTATION_CONFIG_HASH: config.rpartition("-")[2],
        names.ANNOTATION_SECRETS_HASH: digest(
            {name: facts.secrets[name].digest for name in secret_keys(project) if name in facts.secrets}
        ),
    }
    pod = _pod(project, images, config)
    # Also of a suspended project and whatever its replicas: neither is part of a release.
    release = f"{project.name}-{digest([pod, annotations, version])}"
    labels = {**names.labels(project.name, "all", version=version, colour=ACTIVE), names.LABEL_RELEASE: release}
    return manifest(
        project,
        "apps/v1",
        "Deployment",
        names.runtime(project.name, ACTIVE),
        labels,
        annotations={names.ANNOTATION_MIGRATION: migration} if migration else None,
        spec={
            "replicas": 0 if project.spec.suspend else replicas(project),
            "revisionHistoryLimit": 3,
            "progressDeadlineSeconds": PROGRESS_DEADLINE_SECONDS,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "selector": {"matchLabels": names.selector(project.name, "all", colour=ACTIVE)},
            "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": pod},
        },
    )


def _pod(project: TestGenProject, images: Images, config: str) -> Json:
    sizes, reference = preset(project.spec.profile), project.spec.access.admin_key_secret_ref
    key_secret, key = (reference.name, reference.key) if reference else (names.admin_key(project.name), "api-key")
    secrets: list[tuple[str, str, str, str]] = [
        ("postgres", names.postgres(project.name), "password", "password"),
        ("admin", key_secret, key, "api-key"),
    ]
    if project.spec.stores.neo4j.type == "Managed":
        secrets.append(("neo4j", names.neo4j(project.name), "password", "password"))
    serve = pods.container(
        project,
        "runtime",
        runtime_image(project, images),
        args=["testgen", "serve", "--role", "all"],
        amounts=pods.resources(sizes.runtime, project.spec.resources),
        env=[
            {"name": "TESTGEN_CONFIG", "value": CONFIG_PATH},
            {"name": "HOME", "value": "/tmp"},  # noqa: S108
        ],
        ports=[{"name": "http", "containerPort": names.PORT_HTTP, "protocol": "TCP"}],
        **_probes(),
        lifecycle={"preStop": {"sleep": {"seconds": PRE_STOP_SECONDS}}},
        mounts=[("data", DATA_DIRECTORY), ("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[("config", CONFIG_DIRECTORY), *((name, f"{SECRETS_DIRECTORY}/{name}") for name, *_ in secrets)],
    )
    return pods.pod(
        project,
        pods.UID_TESTGEN,
        containers=[serve],
        volumes=[
            {"name": "config", "configMap": {"name": config, "defaultMode": 0o444}},
            *(pods.secret_volume(*one) for one in secrets),
            pods.scratch("data", sizes.index_scratch),
            pods.scratch("tmp", "256Mi"),
        ],
        topologySpreadConstraints=pods.spread(names.selector(project.name, "all", colour=ACTIVE)),
        terminationGracePeriodSeconds=PRE_STOP_SECONDS + DRAIN_SECONDS + MARGIN_SECONDS,
    )


def _probes() -> dict[str, Any]:
    """X-08's periods; the startup probe asks every second, so that a pod is ready as soon as it can be, and stands in for X-08's
    initial delays.

    Liveness is /live, which needs no database: a restart mends no database and costs the pod its index. Readiness takes the pod
    out of the Service while the database does not answer.
    """
    return {
        "startupProbe": pods.probe(pods.http_get("/health", "http"), period=1, timeout=3, failures=120),
        "readinessProbe": pods.probe(pods.http_get("/ready", "http"), period=5, timeout=3, failures=2),
        "livenessProbe": pods.probe(pods.http_get("/live", "http"), period=10, timeout=5, failures=3),
    }
