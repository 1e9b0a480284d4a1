"""What every pod of a project has in common: the restricted security context, scratch space, probes, spread over nodes.

All of it passes Pod Security `restricted`; the root file system is read-only everywhere, so each writable path is named here or
in the workload's own file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testgen_operator import names
from testgen_operator.plan.model import Manifest
from testgen_operator.resources import quantity
from testgen_operator.resources.parts import Resources
from testgen_operator.resources.project import TestGenProject, owner_reference

UID_TESTGEN: Final = 1001  # X-07; the image's own user
UID_POSTGRES: Final = 999  # the official image's `postgres`
UID_NEO4J: Final = 7474  # the official image's `neo4j`
UID_REDIS: Final = 999  # the image's `valkey` or `redis`
UID_QDRANT: Final = 1000  # the -unprivileged image's `qdrant`

Json = dict[str, Any]

CONTAINER_SECURITY: Final[Json] = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def manifest(
    project: TestGenProject,
    api_version: str,
    kind: str,
    name: str,
    labels: Mapping[str, str],
    *,
    annotations: Mapping[str, str] | None = None,
    owned: bool = True,
    **body: Any,
) -> Manifest:
    """A namespaced child of `project`; `owned`: the garbage collector deletes it with the project."""
    metadata: Json = {"name": name, "namespace": project.namespace, "labels": dict(labels)}
    if annotations:
        metadata["annotations"] = dict(annotations)
    if owned:
        metadata["ownerReferences"] = [owner_reference(project)]
    return Manifest({"apiVersion": api_version, "kind": kind, "metadata": metadata, **body})


def resources(preset: Mapping[str, Mapping[str, str]], override: Resources) -> Json:
    """The preset with single values overridden. A limit given alone takes a larger preset request down with it; a request given
    alone takes a smaller preset limit up."""
    given = override.model_dump(exclude_none=True)
    found = {half: {**preset[half], **given.get(half, {})} for half in ("requests", "limits")}
    for name, request in list(found["requests"].items()):
        limit = found["limits"][name]
        if quantity.parse(request) > quantity.parse(limit):
            half, value = ("limits", request) if name in given["requests"] else ("requests", limit)
            found[half][name] = value
    return found


def security(uid: int) -> Json:
    """The security context of a whole pod; volumes are group-writable for `uid`'s own group."""
    return {
        "runAsNonRoot": True,
        "runAsUser": uid,
        "runAsGroup": uid,
        "fsGroup": uid,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container(
    project: TestGenProject,
    name: str,
    image: str,
    *,
    amounts: Json,
    mounts: Sequence[tuple[str, str]],
    read_only_mounts: Sequence[tuple[str, str]] = (),
    env: Sequence[Json] = (),
    **more: Any,
) -> Json:
    """One container; `mounts` are (volume, path). What it says last before it dies becomes its termination message."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": project.spec.image_pull_policy,
        "env": list(env),
        "resources": amounts,
        "securityContext": CONTAINER_SECURITY,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [
            *({"name": volume, "mountPath": path} for volume, path in mounts),
            *({"name": volume, "mountPath": path, "readOnly": True} for volume, path in read_only_mounts),
        ],
        **more,
    }


def pod(project: TestGenProject, uid: int, *, containers: Sequence[Json], volumes: Sequence[Json], **more: Any) -> Json:
    """A pod's spec: no token of the API server, no variables about other Services, pull secrets as the project names them."""
    spec: Json = {
        "automountServiceAccountToken": False,
        "serviceAccountName": names.service_account(project.name),
        "enableServiceLinks": False,
        "securityContext": security(uid),
        "containers": list(containers),
        "volumes": list(volumes),
        **more,
    }
    if project.spec.image_pull_secrets:
        spec["imagePullSecrets"] = [{"name": one.name} for one in project.spec.image_pull_secrets]
    return spec


def scratch(name: str, size: str, *, memory: bool = False) -> Json:
    """An empty volume of bounded size that dies with the pod."""
    return {"name": name, "emptyDir": {"sizeLimit": size, **({"medium": "Memory"} if memory else {})}}


def secret_volume(name: str, secret: str, key: str, path: str) -> Json:
    """A volume with one key of a Secret as the file `path`, readable by the pod's user alone."""
    return {"name": name, "secret": {"secretName": secret, "defaultMode": 0o440, "items": [{"key": key, "path": path}]}}


def claim(name: str, claim_name: str) -> Json:
    return {"name": name, "persistentVolumeClaim": {"claimName": claim_name}}


def spread(selector: Mapping[str, str]) -> list[Json]:
    """Over nodes and zones where there are several; never a reason not to run."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]


def http_get(path: str, port: str | int) -> Json:
    return {"httpGet": {"path": path, "port": port}}


def probe(action: Json, *, period: int, timeout: int, failures: int) -> Json:
    """A probe, in seconds. No initial delay: a startup probe holds the others back."""
    return {**action, "periodSeconds": period, "timeoutSeconds": timeout, "failureThreshold": failures}
