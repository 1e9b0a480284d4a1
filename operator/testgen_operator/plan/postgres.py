"""PostgreSQL: the truth of a project.

BuiltIn is one server after the official image's conventions, and a replica where the project wants one (`postgres_replica`);
CloudNativePG is a Cluster of that operator (`postgres_cluster`); External is somebody else's.
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import pods, postgres_cluster, postgres_replica, probe, stores, suspension
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

DATA: Final = "/var/lib/postgresql/data"
PASSWORD_DIRECTORY: Final = "/etc/postgresql-secrets"  # noqa: S105 - a folder
CONFIGURATION: Final = "/etc/testgen-postgres"

HBA: Final = f"""\
# Local connections come from inside the container only; all others show a password. `all` does not cover replication.
local all all trust
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
host replication {postgres_replica.USER} all scram-sha-256
host all all all scram-sha-256
"""


def postgres(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The database's volume, Service and server; nothing when it is External."""
    name, wanted = names.postgres(project.name), project.spec.stores.postgres
    if wanted.type == "External":
        return []
    if wanted.type == "CloudNativePG":
        return [postgres_cluster.cluster(project, facts)]
    hba = _hba(project)
    return [
        stores.volume(project, facts, "postgres", name, wanted.storage, preset(project.spec.profile).postgres_storage),
        stores.service(project, "postgres", name, names.PORT_POSTGRES, "postgres", alone=True),
        hba,
        _server(project, facts, name, wanted.image or images.postgres, hba.name),
        *postgres_replica.replica(project, facts, images, settings(project), hba.name),
    ]


def answers(project: TestGenProject, facts: Facts) -> bool:
    """Whether the database can be asked: ours is ready, or somebody else's has been checked."""
    if project.spec.stores.postgres.type == "BuiltIn":
        return facts.ready(names.postgres(project.name))
    return probe.answers(project, facts, "postgres")


def settings(project: TestGenProject) -> list[str]:
    """The server's own settings; a replica's may not be smaller than its primary's. Whether there is a replica changes none of
    them, so that one can come and go without a restart of the primary."""
    sizes = preset(project.spec.profile)
    found = {
        "max_connections": str(sizes.max_connections),
        "shared_buffers": sizes.shared_buffers,
        "wal_keep_size": sizes.wal_keep,
        "hba_file": f"{CONFIGURATION}/pg_hba.conf",
    }
    return [word for name, value in found.items() for word in ("-c", f"{name}={value}")]


def _hba(project: TestGenProject) -> Manifest:
    return manifest(
        project,
        "v1",
        "ConfigMap",
        names.postgres_configuration(project.name, digest(HBA)),
        names.labels(project.name, "postgres"),
        immutable=True,
        data={"pg_hba.conf": HBA},
    )


def _server(project: TestGenProject, facts: Facts, name: str, image: str, configuration: str) -> Manifest:
    # Over TCP, because the server that the image's entrypoint starts for its first initialisation listens on the socket alone.
    answers: Json = {"exec": {"command": ["pg_isready", "--quiet", "--host=127.0.0.1", "--username=testgen", "--dbname=testgen"]}}
    server = pods.container(
        project,
        "postgres",
        image,
        args=["postgres", *settings(project)],
        amounts=pods.resources(preset(project.spec.profile).postgres, project.spec.stores.postgres.resources),
        env=[
            {"name": "POSTGRES_USER", "value": "testgen"},
            {"name": "POSTGRES_DB", "value": "testgen"},
            {"name": "POSTGRES_PASSWORD_FILE", "value": f"{PASSWORD_DIRECTORY}/password"},
            {"name": "PGDATA", "value": f"{DATA}/pgdata"},
        ],
        ports=[{"name": "postgres", "containerPort": names.PORT_POSTGRES, "protocol": "TCP"}],
        startupProbe=pods.probe(answers, period=1, timeout=5, failures=300),
        readinessProbe=pods.probe(answers, period=5, timeout=5, failures=3),
        livenessProbe=pods.probe(answers, period=10, timeout=5, failures=6),
        mounts=[("data", DATA), ("run", "/var/run/postgresql"), ("tmp", "/tmp"), ("shm", "/dev/shm")],  # noqa: S108
        read_only_mounts=[("password", PASSWORD_DIRECTORY), ("configuration", CONFIGURATION)],
    )
    return stores.stateful_set(
        project,
        "postgres",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        pod=pods.pod(
            project,
            pods.UID_POSTGRES,
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                pods.secret_volume("password", name, "password", "password"),
                {"name": "configuration", "configMap": {"name": configuration, "defaultMode": 0o444}},
                *postgres_replica.scratch(),
            ],
            terminationGracePeriodSeconds=60,
        ),
    )
