"""The runtime: one Deployment for every role (mode Monolith) or one for each, and what stands around them.

Every part gets the same ConfigMap; which role it is comes from its arguments, how many connections it may open from its
environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import autoscaling, components, connections, credentials, destinations, pods, sizes, suspension
from testgen_operator.plan.components import Part
from testgen_operator.plan.configuration import CONFIG_DIRECTORY, CONFIG_PATH, DATA_DIRECTORY, DRAIN_SECONDS
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, runtime_image, runtime_version
from testgen_operator.plan.model import GeneratedSecret, Generator, Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

PRE_STOP_SECONDS: Final = 5
"""Until the endpoints of the Service no longer list the pod, it goes on answering."""
PRE_STOP: Final = f"kill -USR1 1; exec sleep {PRE_STOP_SECONDS}"
"""At once, each kept connection is told to end with its next answer: what is given up is rid of its callers before it ends. An
older runtime has no handler, and the kernel keeps the signal from a first process that has none."""
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


def active_service(
    project: TestGenProject, serving: Component, migration: str, *, release: str = "", both: bool = False
) -> Manifest:
    """The Service behind the tenant's endpoint. Its selector is the only thing that a rollout or a change of mode switches.

    `release`: the one that it leads to. `both`: it leads to both colours, so that the number of pods splits the requests.
    """
    annotations = {names.ANNOTATION_MIGRATION: migration} if migration else {}
    if release:
        annotations |= {names.ANNOTATION_RELEASE: release, names.ANNOTATION_COLOUR: project.colour}
    spec = _service_spec(project, serving)
    if both:
        spec["selector"] = names.selector(project.name, serving)
    name, labels = names.active_service(project.name), names.labels(project.name, "all")
    return manifest(project, "v1", "Service", name, labels, annotations=annotations or None, spec=spec)


def preview_service(project: TestGenProject) -> Manifest:
    """The address of a release that does not serve yet, or that is watched while it serves."""
    name, entry = names.preview_service(project.name), components.entry(project)
    labels = names.labels(project.name, "all", colour=project.colour)
    return manifest(project, "v1", "Service", name, labels, spec=_service_spec(project, entry))


def services(project: TestGenProject) -> list[Manifest]:
    """An address of its own for every part of a split runtime, by colour: a role calls roles of its own release."""
    if not components.is_split(project):
        return []
    return [
        manifest(
            project,
            "v1",
            "Service",
            names.workload(project.name, one, project.colour),
            names.labels(project.name, one, colour=project.colour),
            spec=_service_spec(project, one),
        )
        for one in components.named(project)
    ]


def _service_spec(project: TestGenProject, component: Component) -> Json:
    return {
        "type": "ClusterIP",
        "selector": names.selector(project.name, component, colour=project.colour),
        "ports": [{"name": "http", "port": names.PORT_SERVICE, "targetPort": "http", "protocol": "TCP"}],
    }


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


def disruption_budgets(project: TestGenProject) -> list[Manifest]:
    """A drained node takes one pod of a part at a time; with a single pod there is nothing to protect."""
    return [
        manifest(
            project,
            "policy/v1",
            "PodDisruptionBudget",
            names.workload(project.name, one, project.colour),
            names.labels(project.name, one, colour=project.colour),
            spec={
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": names.selector(project.name, one, colour=project.colour)},
            },
        )
        for one in components.named(project)
        if sizes.scale(project, one).fewest >= 2 and not project.spec.suspend
    ]


def deployment(project: TestGenProject, facts: Facts, images: Images, part: Part, config: str, migration: str) -> Manifest:
    """The pods of one role, with the ConfigMap called `config`; `migration` is what the database has been brought to."""
    annotations = {
        names.ANNOTATION_CONFIG_HASH: config.rpartition("-")[2],
        names.ANNOTATION_SECRETS_HASH: credentials.secrets_hash(project, facts),
    }
    pod = _pod(project, images, part, config)
    return workload(project, facts, part.name, runtime_version(project, images), pod, annotations, migration)


def workload(
    project: TestGenProject,
    facts: Facts,
    component: Component,
    version: str,
    pod: Json,
    annotations: Mapping[str, str],
    migration: str = "",
) -> Manifest:
    """The Deployment of one part. `replicas` is left out where an autoscaler has it."""
    name, annotations = names.workload(project.name, component, project.colour), dict(annotations)
    if project.spec.restarted_at:
        annotations[names.ANNOTATION_RESTARTED_AT] = project.spec.restarted_at
    # Also of a suspended project and whatever its replicas: neither is part of a release.
    release = f"{project.name}-{digest([pod, annotations, version])}"
    labels = {**names.labels(project.name, component, version=version, colour=project.colour), names.LABEL_RELEASE: release}
    count = replicas(project, facts, component)
    return manifest(
        project,
        "apps/v1",
        "Deployment",
        name,
        labels,
        annotations={names.ANNOTATION_MIGRATION: migration} if migration else None,
        spec={
            **({} if count is None else {"replicas": count}),
            "revisionHistoryLimit": 3,
            "progressDeadlineSeconds": PROGRESS_DEADLINE_SECONDS,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},  # X-13
            "selector": {"matchLabels": names.selector(project.name, component, colour=project.colour)},
            "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": pod},
        },
    )


def replicas(project: TestGenProject, facts: Facts, component: Component) -> int | None:
    """The number of pods to ask for now; None where it is the autoscaler's affair.

    An autoscaler does not touch what has no pod, so a part that is new or was suspended starts with its fewest. Pods that the
    database cannot bear are not started; those that run are not ended for it.
    """
    live, wanted = facts.workloads.get(names.workload(project.name, component, project.colour)), sizes.scale(project, component)
    if project.spec.suspend:
        return 0
    asleep = live is not None and live.replicas == 0
    if asleep and not suspension.database_answers(project, facts):
        return 0
    fewest = min(wanted.fewest, max(connections.most_pods(project), live.replicas if live else 0))
    if not autoscaling.applies(project, component):
        return fewest
    return fewest if live is None or asleep else None


def _pod(project: TestGenProject, images: Images, part: Part, config: str) -> Json:
    preset_amounts, override = sizes.amounts(project, part.name)
    secrets = credentials.mounted(project, part.stores)
    pool = connections.pool(project)
    serve = pods.container(
        project,
        "runtime",
        runtime_image(project, images),
        args=["testgen", "serve", "--role", part.role],
        amounts=pods.resources(preset_amounts, override),
        env=[
            {"name": "TESTGEN_CONFIG", "value": CONFIG_PATH},
            {"name": "TESTGEN_POSTGRES__POOL_MIN", "value": str(pool.fewest)},
            {"name": "TESTGEN_POSTGRES__POOL_MAX", "value": str(pool.most)},
            *([{"name": "TESTGEN_OUTBOUND__GUARDED", "value": "true"}] if destinations.are_named(project) else []),
            # From the pod's own label, so that a template is the same in both colours.
            {"name": "TESTGEN_COLOUR", "valueFrom": {"fieldRef": {"fieldPath": f"metadata.labels['{names.LABEL_COLOUR}']"}}},
            {"name": "HOME", "value": "/tmp"},  # noqa: S108
        ],
        ports=[{"name": "http", "containerPort": names.PORT_HTTP, "protocol": "TCP"}],
        **_probes(),
        lifecycle={"preStop": {"exec": {"command": ["sh", "-c", PRE_STOP]}}},
        mounts=[("data", DATA_DIRECTORY), ("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[("config", CONFIG_DIRECTORY), *map(credentials.mount, secrets)],
    )
    return pods.pod(
        project,
        pods.UID_TESTGEN,
        containers=[serve],
        volumes=[
            {"name": "config", "configMap": {"name": config, "defaultMode": 0o444}},
            *map(credentials.volume, secrets),
            pods.scratch("data", preset(project.spec.profile).index_scratch),
            pods.scratch("tmp", "256Mi"),
        ],
        topologySpreadConstraints=pods.spread(names.selector(project.name, part.name, colour=project.colour)),
        terminationGracePeriodSeconds=PRE_STOP_SECONDS + DRAIN_SECONDS + MARGIN_SECONDS,
    )


def _probes() -> dict[str, Any]:
    """X-08's periods; the startup probe asks every second, so that a pod is ready as soon as it can be, and stands in for X-08's
    initial delays. It gives up when the rollout does: seven roles that start at once on a busy node take minutes, and a restart
    would begin them anew.

    Liveness is /live, which needs no database: a restart mends no database and costs the pod its index. Readiness takes the pod
    out of the Service while the database does not answer.
    """
    return {
        "startupProbe": pods.probe(pods.http_get("/health", "http"), period=1, timeout=3, failures=PROGRESS_DEADLINE_SECONDS),
        "readinessProbe": pods.probe(pods.http_get("/ready", "http"), period=5, timeout=3, failures=2),
        "livenessProbe": pods.probe(pods.http_get("/live", "http"), period=10, timeout=5, failures=3),
    }
