"""Neo4j Managed: the graph of a project, a projection that can be rebuilt, after the official image's conventions."""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import pods, stores, suspension
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

HOME: Final = "/var/lib/neo4j"
SEED: Final = f"if [ -d {HOME}/conf ]; then cp -R {HOME}/conf/. /seed/; fi"
"""The image's entrypoint edits its configuration in place, which a read-only root file system forbids: it gets a copy."""


def neo4j(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The graph's volume, Service and server; nothing unless it is Managed."""
    wanted = project.spec.stores.neo4j
    if wanted.type != "Managed":
        return []
    name = names.neo4j(project.name)
    return [
        stores.volume(project, facts, "neo4j", name, wanted.storage, preset(project.spec.profile).neo4j_storage),
        stores.service(project, "neo4j", name, names.PORT_BOLT, "bolt"),
        _server(project, facts, name, wanted.image or images.neo4j),
    ]


def _server(project: TestGenProject, facts: Facts, name: str, image: str) -> Manifest:
    sizes = preset(project.spec.profile)
    amounts = pods.resources(sizes.neo4j, project.spec.stores.neo4j.resources)
    answers = {"tcpSocket": {"port": "bolt"}}
    seed = pods.container(
        project, "configuration", image, command=["sh", "-c", SEED], amounts=amounts, mounts=[("conf", "/seed")]
    )
    server = pods.container(
        project,
        "neo4j",
        image,
        amounts=amounts,
        env=[
            {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": name, "key": "password"}}},
            {"name": "NEO4J_AUTH", "value": "neo4j/$(DB_PASSWORD)"},
            {"name": "NEO4J_server_memory_heap_initial__size", "value": sizes.neo4j_heap},
            {"name": "NEO4J_server_memory_heap_max__size", "value": sizes.neo4j_heap},
            {"name": "NEO4J_server_memory_pagecache_size", "value": sizes.neo4j_page_cache},
            {"name": "NEO4J_dbms_usage__report_enabled", "value": "false"},
        ],
        ports=[{"name": "bolt", "containerPort": names.PORT_BOLT, "protocol": "TCP"}],
        startupProbe=pods.probe(answers, period=2, timeout=5, failures=900),  # half an hour: it may recover a large graph first
        readinessProbe=pods.probe(answers, period=5, timeout=5, failures=3),
        livenessProbe=pods.probe(answers, period=10, timeout=5, failures=6),
        mounts=[("data", "/data"), ("logs", "/logs"), ("conf", f"{HOME}/conf"), ("run", f"{HOME}/run"), ("tmp", "/tmp")],  # noqa: S108
    )
    return stores.stateful_set(
        project,
        "neo4j",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        pod=pods.pod(
            project,
            pods.UID_NEO4J,
            initContainers=[seed],
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                pods.scratch("logs", "256Mi"),
                pods.scratch("conf", "16Mi"),
                pods.scratch("run", "16Mi"),
                pods.scratch("tmp", "256Mi"),
            ],
            terminationGracePeriodSeconds=120,
        ),
    )
