"""PostgreSQL BuiltIn: the truth of a project, one server after the official image's conventions."""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import network, pods, stores
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import GeneratedSecret, Generator, Manifest
from testgen_operator.plan.pods import Json
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

DATA: Final = "/var/lib/postgresql/data"
PASSWORD_DIRECTORY: Final = "/etc/postgresql-secrets"  # noqa: S105 - a folder


def postgres(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The database's volume, Service, server and fence."""
    name, wanted = names.postgres(project.name), project.spec.stores.postgres
    return [
        network.only_from(project, "postgres", name, names.PORT_POSTGRES, ("all", "migrate")),
        stores.volume(project, facts, "postgres", name, wanted.storage, preset(project.spec.profile).postgres_storage),
        stores.service(project, "postgres", name, names.PORT_POSTGRES, "postgres"),
        _server(project, name, wanted.image or images.postgres),
    ]


def secret(project: TestGenProject) -> GeneratedSecret:
    """The password, drawn once. Under Retain it belongs to the data and stays with it."""
    return GeneratedSecret(
        namespace=project.namespace,
        name=names.postgres(project.name),
        labels=names.labels(project.name, "postgres"),
        keys={"password": Generator()},
        owned=project.spec.stores.deletion_policy == "Delete",
    )


def _server(project: TestGenProject, name: str, image: str) -> Manifest:
    sizes = preset(project.spec.profile)
    # Over TCP, because the server that the image's entrypoint starts for its first initialisation listens on the socket alone.
    answers: Json = {"exec": {"command": ["pg_isready", "--quiet", "--host=127.0.0.1", "--username=testgen", "--dbname=testgen"]}}
    server = pods.container(
        project,
        "postgres",
        image,
        args=["postgres", "-c", f"max_connections={sizes.max_connections}", "-c", f"shared_buffers={sizes.shared_buffers}"],
        amounts=pods.resources(sizes.postgres, project.spec.stores.postgres.resources),
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
        read_only_mounts=[("password", PASSWORD_DIRECTORY)],
    )
    return stores.stateful_set(
        project,
        "postgres",
        name,
        version=version_of(image),
        pod=pods.pod(
            project,
            pods.UID_POSTGRES,
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                pods.secret_volume("password", name, "password", "password"),
                pods.scratch("run", "16Mi"),
                pods.scratch("tmp", "256Mi"),
                # The runtime's default of 64 MB is too little for parallel queries.
                pods.scratch("shm", "128Mi", memory=True),
            ],
            terminationGracePeriodSeconds=60,
        ),
    )
