"""Qdrant Managed: servers for the search index (S4-034, S4-083), a projection of PostgreSQL that can be filled anew.

Each server is a StatefulSet of one pod with a claim of its own, because a claim template could never grow. With more than one
they form Qdrant's own cluster: the first begins it, the others join it by its name in the headless Service.
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import credentials, pods, stores, suspension
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

HOME: Final = "/qdrant"
LABEL_SERVER: Final = "testgen.dev/server"


def qdrant(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The servers, their volumes and Services; nothing unless it is Managed."""
    wanted, name = project.spec.stores.qdrant, names.qdrant(project.name)
    if wanted.type != "Managed":
        return []
    size = preset(project.spec.profile).qdrant_storage
    servers = [names.qdrant_server(project.name, number) for number in range(wanted.replicas)]
    image = wanted.image or images.qdrant
    return [
        stores.service(project, "qdrant", name, names.PORT_QDRANT_HTTP, "http"),
        _peers(project),
        *(stores.volume(project, facts, "qdrant", one, wanted.storage, size) for one in servers),
        *(_server(project, facts, number, one, image) for number, one in enumerate(servers)),
        *_disruption_budget(project),
    ]


def ready(project: TestGenProject, facts: Facts) -> bool:
    """Whether every server answers."""
    return all(facts.ready(names.qdrant_server(project.name, number)) for number in range(project.spec.stores.qdrant.replicas))


def _peers(project: TestGenProject) -> Manifest:
    """Headless, and with the pods that are not ready yet: they become so by finding each other."""
    return manifest(
        project,
        "v1",
        "Service",
        names.qdrant_peers(project.name),
        names.labels(project.name, "qdrant"),
        spec={
            "type": "ClusterIP",
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": names.selector(project.name, "qdrant"),
            "ports": [{"name": "p2p", "port": names.PORT_QDRANT_P2P, "targetPort": "p2p", "protocol": "TCP"}],
        },
    )


def _uri(project: TestGenProject, number: int) -> str:
    pod = f"{names.qdrant_server(project.name, number)}-0"
    return f"http://{pod}.{names.host(names.qdrant_peers(project.name), project.namespace)}:{names.PORT_QDRANT_P2P}"


def _server(project: TestGenProject, facts: Facts, number: int, name: str, image: str) -> Manifest:
    wanted, sizes = project.spec.stores.qdrant, preset(project.spec.profile)
    together = wanted.replicas > 1
    arguments = ["--uri", _uri(project, number)] if together else []
    if together and number > 0:
        arguments += ["--bootstrap", _uri(project, 0)]
    secret = names.qdrant(project.name)
    server = pods.container(
        project,
        "qdrant",
        image,
        command=["./entrypoint.sh", *arguments],
        workingDir=HOME,
        amounts=pods.resources(sizes.qdrant, wanted.resources),
        env=[
            {"name": "QDRANT__SERVICE__API_KEY", "valueFrom": {"secretKeyRef": {"name": secret, "key": "api-key"}}},
            {"name": "QDRANT__CLUSTER__ENABLED", "value": str(together).lower()},
            {"name": "QDRANT__CLUSTER__P2P__PORT", "value": str(names.PORT_QDRANT_P2P)},
            {"name": "QDRANT__STORAGE__STORAGE_PATH", "value": f"{HOME}/storage"},
            {"name": "QDRANT__STORAGE__SNAPSHOTS_PATH", "value": f"{HOME}/storage/snapshots"},
            {"name": "QDRANT__STORAGE__TEMP_PATH", "value": "/tmp"},  # noqa: S108
            {"name": "QDRANT__TELEMETRY_DISABLED", "value": "true"},
            {"name": "QDRANT_INIT_FILE_PATH", "value": f"{HOME}/init/.qdrant-initialized"},
        ],
        ports=[
            {"name": "http", "containerPort": names.PORT_QDRANT_HTTP, "protocol": "TCP"},
            {"name": "grpc", "containerPort": names.PORT_QDRANT_GRPC, "protocol": "TCP"},
            {"name": "p2p", "containerPort": names.PORT_QDRANT_P2P, "protocol": "TCP"},
        ],
        # These need no key.
        startupProbe=pods.probe(pods.http_get("/healthz", "http"), period=2, timeout=5, failures=300),
        readinessProbe=pods.probe(pods.http_get("/readyz", "http"), period=5, timeout=5, failures=6),
        livenessProbe=pods.probe(pods.http_get("/livez", "http"), period=10, timeout=5, failures=6),
        mounts=[("data", f"{HOME}/storage"), ("init", f"{HOME}/init"), ("tmp", "/tmp")],  # noqa: S108
    )
    return stores.stateful_set(
        project,
        "qdrant",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        secrets=credentials.hash_of([secret], facts),
        service_name=names.qdrant_peers(project.name),
        selector={LABEL_SERVER: str(number)},
        pod=pods.pod(
            project,
            pods.UID_QDRANT,
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                pods.scratch("init", "1Mi"),
                pods.scratch("tmp", "1Gi"),
            ],
            topologySpreadConstraints=_spread(project),
            terminationGracePeriodSeconds=60,
        ),
    )


def _spread(project: TestGenProject) -> list[Json]:
    found = pods.spread(names.selector(project.name, "qdrant"))
    return [{key: value for key, value in one.items() if key != "matchLabelKeys"} for one in found]


def _disruption_budget(project: TestGenProject) -> list[Manifest]:
    if project.spec.stores.qdrant.replicas < 2 or project.spec.suspend:
        return []
    return [
        manifest(
            project,
            "policy/v1",
            "PodDisruptionBudget",
            names.qdrant(project.name),
            names.labels(project.name, "qdrant"),
            spec={
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": names.selector(project.name, "qdrant")},
            },
        )
    ]
