"""What every store is made of: a volume claim of its own, one Service, a StatefulSet of one pod.

The claim is an object of the plan and no template of the StatefulSet: a template is immutable, a claim may grow, and whether it
outlives its project can be changed later. The Service has an address of its own and is not headless: a restarted pod has a new
address, and a client would try the old one for as long as DNS is cached.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources import quantity
from testgen_operator.resources.parts import Storage
from testgen_operator.resources.project import TestGenProject

HAVE_VOLUMES: Final[tuple[Component, ...]] = ("postgres", "postgres-replica", "qdrant", "neo4j", "redis")


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


def left_behind(project: TestGenProject, facts: Facts, planned: Collection[str]) -> list[Manifest]:
    """The claims of stores that are switched off: they stay, with their data, until somebody deletes them or, under Delete, until
    the project goes. As large as they are, so that nothing but their owner ever changes."""
    found = []
    for component in HAVE_VOLUMES:
        for name, live in facts.volumes.items():
            base = f"{project.name}-{component}"  # a claim of the long name is left where a replica has the shorter one
            alone = {volume_name(base), volume_name(names.store(project.name, component))}
            mine = name in alone or re.fullmatch(rf"{re.escape(base)}-\d+-data", name)
            if mine and name not in planned and live.size:
                wanted = Storage(size=live.size, storage_class_name=live.storage_class or None)
                store = name.removesuffix("-data")
                found.append(volume(project, facts, component, store, wanted, live.size))
    return found


def service(
    project: TestGenProject, component: Component, name: str, port: int, port_name: str, *, alone: bool = False
) -> Manifest:
    """`alone`: one pod stands behind it, so there is no other to be chosen while it is not called ready. Where a node's kubelet
    is started again that are some seconds in which the store is well; one that is not refuses by itself."""
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
            **({"publishNotReadyAddresses": True} if alone else {}),
        },
    )


def stateful_set(
    project: TestGenProject,
    component: Component,
    name: str,
    *,
    version: str,
    pod: Json,
    replicas: int = 1,
    secrets: str = "",
    service_name: str = "",
    selector: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Manifest:
    """One pod, none while the project sleeps. `Parallel`, because with OrderedReady a pod that cannot start is never replaced by
    its mended version. `secrets`: a hash, for a server that reads its Secret at the start alone. `selector`: more labels, that
    tell this server from its peers."""
    own = dict(selector or {})
    labels = names.labels(project.name, component, version=version) | own
    metadata: Json = {"labels": labels}
    if secrets:
        metadata["annotations"] = {names.ANNOTATION_SECRETS_HASH: secrets}
    return manifest(
        project,
        "apps/v1",
        "StatefulSet",
        name,
        labels,
        annotations=annotations,
        spec={
            "replicas": replicas,
            "serviceName": service_name or name,
            "podManagementPolicy": "Parallel",
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": names.selector(project.name, component) | own},
            "template": {"metadata": metadata, "spec": pod},
        },
    )


def password_is_lost(project: TestGenProject, secret: str, facts: Facts) -> bool:
    """Whether a Secret is gone whose value the store's own data holds: a newly drawn one would lock everybody out."""
    if secret not in {names.postgres(project.name), names.neo4j(project.name)}:
        return False
    volume, seen = facts.volumes.get(volume_name(secret)), facts.secrets.get(secret)
    return volume is not None and volume.phase == "Bound" and seen is not None and not seen.exists
