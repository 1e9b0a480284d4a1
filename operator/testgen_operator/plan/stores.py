"""What every store is made of: a volume claim of its own, one Service, a StatefulSet of one pod.

The claim is an object of the plan and no template of the StatefulSet: a template is immutable, a claim may grow, and whether it
outlives its project can be changed later. The Service has an address of its own and is not headless: a restarted pod has a new
address, and a client would try the old one for as long as DNS is cached.
"""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources import quantity
from testgen_operator.resources.parts import Storage
from testgen_operator.resources.project import TestGenProject


def volume_name(store: str) -> str:
    return f"{store}-data"


def volume(
    project: TestGenProject, facts: Facts, component: Component, store: str, storage: Storage, preset_size: str
) -> Manifest:
    """The claim; never smaller than the live one, since no volume shrinks."""
    name = volume_name(store)
    live = facts.volumes.get(name)
    size = storage.size or preset_size
    if live is not None and live.size:
        size = quantity.larger(size, live.size)
    spec: Json = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    if storage.storage_class_name:
        spec["storageClassName"] = storage.storage_class_name
    return manifest(
        project,
        "v1",
        "PersistentVolumeClaim",
        name,
        names.labels(project.name, component),
        owned=project.spec.stores.deletion_policy == "Delete",
        spec=spec,
    )


def service(project: TestGenProject, component: Component, name: str, port: int, port_name: str) -> Manifest:
    return manifest(
        project,
        "v1",
        "Service",
        name,
        names.labels(project.name, component),
        spec={
            "type": "ClusterIP",
            "selector": names.selector(project.name, component),
            "ports": [{"name": port_name, "port": port, "targetPort": port_name, "protocol": "TCP"}],
        },
    )


def stateful_set(project: TestGenProject, component: Component, name: str, *, version: str, pod: Json) -> Manifest:
    """One pod. `Parallel`, because with OrderedReady a pod that cannot start is never replaced by its mended version."""
    labels = names.labels(project.name, component, version=version)
    return manifest(
        project,
        "apps/v1",
        "StatefulSet",
        name,
        labels,
        spec={
            "replicas": 1,
            "serviceName": name,
            "podManagementPolicy": "Parallel",
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": names.selector(project.name, component)},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    )


def password_is_lost(secret: str, facts: Facts) -> bool:
    """Whether a store's Secret is gone while its data is there: a newly drawn password would lock everybody out."""
    volume, seen = facts.volumes.get(volume_name(secret)), facts.secrets.get(secret)
    return volume is not None and volume.phase == "Bound" and seen is not None and not seen.exists
