"""What a project would come to, if everything it needs were to start at once: the operator's own plan, taken to its end. Pure.

The plan is staged (stores, then the migration, then the runtime), so one look at it does not show where it leads. Here each round
plays the controllers: what is planned becomes ready, Jobs succeed, pods are replaced, until the plan wants nothing new.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from testgen_operator import names
from testgen_operator.plan import credentials
from testgen_operator.plan.facts import SecretFacts, observe
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import ObjectKey
from testgen_operator.plan.plan import plan
from testgen_operator.resources.project import TestGenProject

Json = dict[str, Any]
MOST_ROUNDS: Final = 30


@dataclass(frozen=True)
class Future:
    """Where a plan leads. `wanted`: what its last round planned, and the Jobs of every round; `left`: every object that is
    there in the end, planned or kept; `secrets`: those that the operator draws."""

    wanted: Mapping[ObjectKey, Json]
    left: frozenset[ObjectKey]
    secrets: frozenset[str]
    settled: bool


def future(
    project: TestGenProject,
    live: Iterable[Mapping[str, Any]],
    images: Images,
    absent: frozenset[str] = frozenset(),
    served: Iterable[tuple[str, str]] = (),
) -> Future:
    """Take the plan of `project` to its end, from the live children.

    `absent`: names of Secrets that are known not to exist; the others are taken to hold what the project looks for, and a
    rotation of their values to be over. `served`: the optional kinds, as (apiVersion, kind), that the cluster knows.
    """
    objects = {_key(one): copy.deepcopy(dict(one)) for one in live if one.get("kind") != "Pod"}
    needed = credentials.secret_keys(project)
    token = project.spec.stores.rotate_credentials or ""
    served = tuple(served)
    present = {name for name in needed if name not in absent}
    drawn: set[str] = set()
    jobs: dict[ObjectKey, Json] = {}
    wanted: dict[ObjectKey, Json] = {}
    for _ in range(MOST_ROUNDS):
        seen = {name: _secret(name, keys, token, name in present) for name, keys in needed.items()}
        facts = observe(project, list(objects.values()), seen, served=served)
        planned = plan(project, facts, images)
        new = {secret.name for secret in planned.secrets} - present
        drawn |= {secret.name for secret in planned.secrets}
        present |= new
        wanted = {manifest.key: copy.deepcopy(dict(manifest.object)) for manifest in planned.manifests}
        jobs |= {key: one for key, one in wanted.items() if key.kind == "Job"}
        after = {key: one for key, one in objects.items() if key in planned.prune_keep or not _may_go(one, project)}
        after |= {key: ready(one, objects.get(key)) for key, one in wanted.items()}
        if after == objects and not new:
            return Future(wanted | jobs, frozenset(objects), frozenset(drawn), True)
        objects = after
    return Future(wanted | jobs, frozenset(objects), frozenset(drawn), False)


def _key(one: Mapping[str, Any]) -> ObjectKey:
    metadata = one["metadata"]
    return ObjectKey(str(one.get("apiVersion", "")), str(one["kind"]), str(metadata.get("namespace", "")), str(metadata["name"]))


def _secret(name: str, keys: frozenset[str], token: str, exists: bool) -> SecretFacts:
    return SecretFacts(name, True, keys, "unread", token) if exists else SecretFacts(name)


def _may_go(live: Mapping[str, Any], project: TestGenProject) -> bool:
    """As the operator prunes: what carries our label and this project's controller reference."""
    metadata = live["metadata"]
    labelled = (metadata.get("labels") or {}).get(names.LABEL_PROJECT) == project.name
    return labelled and any(
        owner.get("uid") == project.uid and owner.get("controller") for owner in metadata.get("ownerReferences") or ()
    )


def ready(wanted: Mapping[str, Any], live: Mapping[str, Any] | None) -> Json:
    """A planned object as it is once its controller is done with it; what lives already keeps its identity."""
    metadata = (live or {}).get("metadata") or {}
    found = copy.deepcopy(dict(wanted))
    found["metadata"] = {"uid": f"new-{wanted['metadata']['name']}"} | found["metadata"] | {
        key: metadata[key] for key in ("uid", "creationTimestamp") if key in metadata
    }  # fmt: skip
    replicas = int((found.get("spec") or {}).get("replicas", (live or {}).get("spec", {}).get("replicas", 1)) or 0)
    match found["kind"]:
        case "Deployment" | "StatefulSet":
            found["spec"] = dict(found["spec"]) | {"replicas": replicas}
            counts = dict.fromkeys(
                ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas", "currentReplicas"), replicas
            )
            available = {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"}
            progressing = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}
            found["metadata"]["generation"] = 1
            found["status"] = counts | {"observedGeneration": 1, "conditions": [available, progressing]}
        case "Cluster":
            found["status"] = {"readyInstances": int((found.get("spec") or {}).get("instances", 1))}
        case "Job":
            found["status"] = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
        case "PersistentVolumeClaim":
            size = ((found.get("spec") or {}).get("resources") or {}).get("requests") or {}
            found["status"] = {"phase": "Bound", "capacity": size}
    return found
