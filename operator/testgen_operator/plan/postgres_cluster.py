"""PostgreSQL as a Cluster of CloudNativePG (postgresql.cnpg.io/v1). That operator makes the pods, the volumes, the Services
`<cluster>-rw` and `-ro`, and the Secrets `<cluster>-app` and `<cluster>-ca`; whether it answers is checked as for External."""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import connections, pods, suspension
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources import quantity
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.stores import CloudNativePg

API_VERSION: Final = "postgresql.cnpg.io/v1"
KIND: Final = "Cluster"
HIBERNATION: Final = "cnpg.io/hibernation"
"""`on`: CloudNativePG ends the Cluster's pods and keeps their volumes; `off`: it starts them again."""
_INHERITED: Final = {names.LABEL_COMPONENT: "postgres", names.LABEL_PART_OF: names.PRODUCT}
"""What its pods, volumes and Secrets tell people. Not the project's label: the denial selects by it, and only CloudNativePG knows
which ways its pods need (each other, the API server, their operator, a store of backups). Who fences them does so by
`cnpg.io/cluster`."""


def cluster(project: TestGenProject, facts: Facts) -> Manifest:
    """The Cluster. Under Retain it outlives its project, as a volume does, and asks for no smaller volumes than it has."""
    wanted, sizes = project.spec.stores.postgres, preset(project.spec.profile)
    live = facts.clusters.get(names.postgres(project.name))
    size = wanted.storage.size or sizes.postgres_storage
    storage: Json = {"size": quantity.larger(size, live.size) if live is not None and live.size else size}
    if wanted.storage.storage_class_name:
        storage["storageClass"] = wanted.storage.storage_class_name
    spec: Json = {
        "instances": (wanted.cloud_native_pg or CloudNativePg()).instances,
        "storage": storage,
        "bootstrap": {"initdb": {"database": "testgen", "owner": "testgen"}},
        "enableSuperuserAccess": False,
        "postgresql": {
            "parameters": {"max_connections": str(connections.limit(project)), "shared_buffers": sizes.shared_buffers}
        },
        "resources": pods.resources(sizes.postgres, wanted.resources),
        "inheritedMetadata": {"labels": _INHERITED | {names.LABEL_INSTANCE: project.name}},
    }
    if wanted.image:
        spec["imageName"] = wanted.image
    if project.spec.image_pull_secrets:
        spec["imagePullSecrets"] = [{"name": one.name} for one in project.spec.image_pull_secrets]
    return manifest(
        project,
        API_VERSION,
        KIND,
        names.postgres(project.name),
        names.labels(project.name, "postgres"),
        annotations={HIBERNATION: "off" if suspension.stores_run(project, facts) else "on"},
        owned=project.spec.stores.deletion_policy == "Delete",
        spec=spec,
    )
