"""Projects for tests, and a cluster in a dictionary: it stores what a plan wants and plays the controllers that make it ready."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from testgen_operator import names
from testgen_operator.plan import credentials
from testgen_operator.plan.facts import Facts, SecretFacts, observe, secret_names
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import PREVIOUS, DropPrevious, ObjectKey, Plan, Redraw
from testgen_operator.plan.plan import plan
from testgen_operator.resources.project import TestGenProject, parse

Json = dict[str, Any]

IMAGES = Images("testgen/runtime:1.0.0", "postgres:17", "neo4j:5", "ollama:0.9.6", "nginx:1.28", "valkey:8", "qdrant:v1.18")
OLLAMA: Json = {
    "llm": {
        "providers": [{"name": "local", "managed": {}}],
        "routes": [{"provider": "local", "model": "qwen2.5-coder:1.5b"}],
    }
}
NEO4J: Json = {"stores": {"neo4j": {"type": "Managed"}}}


def resource(spec: Mapping[str, Any] | None = None, name: str = "shop", generation: int = 1) -> Json:
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "metadata": {"name": name, "namespace": "team", "uid": f"uid-of-{name}", "generation": generation},
        "spec": dict(spec or {}),
    }


def project(
    spec: Mapping[str, Any] | None = None, name: str = "shop", generation: int = 1, *, accepted: bool = False
) -> TestGenProject:
    return parse(resource(spec, name, generation), accepted=accepted)


def nothing(found: TestGenProject) -> Facts:
    """The facts before anything was made."""
    return observe(found, [], {name: SecretFacts(name) for name in secret_names(found)})


@dataclass
class Simulated:
    """The live objects, by key. `broken` names workloads whose pods never become ready."""

    project: TestGenProject
    images: Images = IMAGES
    objects: dict[ObjectKey, Json] = field(default_factory=dict)
    secrets: dict[str, SecretFacts] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    writes: int = 0
    served: frozenset[tuple[str, str]] = frozenset()
    host_taken: bool = False
    class_missing: bool = False

    def bring(self) -> Simulated:
        """Every Secret that the operator does not make."""
        for name in credentials.brought(self.project) | credentials.cloud_native_pgs(self.project):
            self.secrets[name] = SecretFacts(name, True, credentials.secret_keys(self.project)[name], f"brought-{name}")
        for name, keys in credentials.certificate(self.project).items():
            self.secrets[name] = SecretFacts(name, True, keys, f"brought-{name}")
        return self

    def facts(self) -> Facts:
        """As the edge sees it."""
        seen = {name: self.secrets.get(name, SecretFacts(name)) for name in secret_names(self.project)}
        return observe(
            self.project,
            list(self.objects.values()),
            seen,
            served=self.served,
            host_taken=self.host_taken,
            class_missing=self.class_missing,
        )

    def plan(self) -> Plan:
        return plan(self.project, self.facts(), self.images)

    def step(self) -> bool:
        """One reconcile: secrets, apply, prune. Whether it wrote anything."""
        wanted, before = self.plan(), self.writes
        for secret in wanted.secrets:
            if secret.name not in self.secrets:
                self.secrets[secret.name] = SecretFacts(
                    secret.name, True, frozenset(secret.keys), f"digest-of-{secret.name}", secret.token
                )
                self.writes += 1
            elif secret.rotation is not None:
                self._rotate(self.secrets[secret.name], secret.rotation)
                self.writes += 1
        for manifest in wanted.manifests:
            self._apply(manifest.key, copy.deepcopy(dict(manifest.object)))
        for key, count in wanted.scaled.items():
            if (live := self.objects[key])["spec"]["replicas"] != count:
                live["spec"]["replicas"] = count
                live["metadata"]["generation"] += 1
                self.writes += 1
        for key in [key for key, one in self.objects.items() if key not in wanted.prune_keep and self._may_prune(key, one)]:
            del self.objects[key]
            self.writes += 1
        return self.writes > before

    def _rotate(self, seen: SecretFacts, step: Redraw | DropPrevious) -> None:
        own = frozenset(key for key in seen.keys if not key.startswith(PREVIOUS))
        if isinstance(step, DropPrevious):
            assert seen.rotating
            assert step.token == seen.token
            self.secrets[seen.name] = replace(seen, keys=own)
            return
        assert not seen.rotating
        assert step.since == seen.token
        kept = frozenset(f"{PREVIOUS}{key}" for key in own) if step.keep_previous else frozenset()
        new = f"digest-of-{seen.name}-{step.token}"
        self.secrets[seen.name] = replace(seen, keys=own | kept, digest=new, token=step.token)

    def _may_prune(self, key: ObjectKey, live: Json) -> bool:
        return key.kind != "Pod" and live["metadata"]["labels"][names.LABEL_PROJECT] == self.project.name

    def _apply(self, key: ObjectKey, desired: Json) -> None:
        live = self.objects.get(key)
        if live is not None and live["applied"] == desired:
            return
        old = live["metadata"] if live else {"generation": 0}
        made = copy.deepcopy(desired)
        same_spec = live is not None and live["applied"].get("spec") == desired.get("spec")
        if made["kind"] == "Deployment" and "replicas" not in made["spec"]:  # an autoscaler's affair: stays as it is
            made["spec"]["replicas"] = live["spec"]["replicas"] if live else 1
        made["metadata"] |= {"uid": f"uid-of-{key.kind}-{key.name}", "generation": old["generation"] + (0 if same_spec else 1)}
        self.objects[key] = {**made, "applied": desired, "status": live.get("status", {}) if live else {}}
        self.writes += 1

    def settle(self) -> None:
        """What the controllers would do: every pod that can becomes ready, every Job completes, every claim is bound."""
        self.objects = {key: one for key, one in self.objects.items() if key.kind != "Pod"}
        for key, one in list(self.objects.items()):
            works = key.name not in self.broken
            if key.kind == "PersistentVolumeClaim":
                one["status"] = {"phase": "Bound"}
            elif key.kind == "Cluster":  # CloudNativePG
                sleeps = one["metadata"]["annotations"]["cnpg.io/hibernation"] == "on"
                one["status"] = {"readyInstances": 0 if sleeps or not works else one["spec"]["instances"]}
            elif key.kind == "Job":
                one["status"] = {"conditions": [{"type": "Complete" if works else "Failed", "status": "True"}]}
            elif key.kind in {"StatefulSet", "Deployment"}:
                count, generation = one["spec"]["replicas"], one["metadata"]["generation"]
                # A Deployment that got through once says so for that generation, whatever becomes of its pods.
                complete = works or (one["status"].get("observedGeneration") == generation and one["status"].get("complete"))
                one["status"] = {
                    "observedGeneration": generation,
                    "complete": complete,
                    "replicas": count,
                    "readyReplicas": count if works else 0,
                    "updatedReplicas": count,
                    "conditions": [
                        {"type": "Available", "status": str(works)},
                        {"type": "Progressing", "reason": "NewReplicaSetAvailable" if complete else "ReplicaSetUpdated"},
                    ],
                }
                for number in range(count):
                    self.add_pod(one, number, works)

    def add_pod(self, workload: Json, number: int, ready: bool) -> None:
        template, name = workload["spec"]["template"], f"{workload['metadata']['name']}-{number}"
        self.objects[ObjectKey("v1", "Pod", self.project.namespace, name)] = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": self.project.namespace, "labels": template["metadata"]["labels"]},
            "spec": template["spec"],
            "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]},
        }

    def converge(self, most: int = 12) -> int:
        """Reconcile and settle until a reconcile writes nothing; how many wrote."""
        for turn in range(most):
            if not self.step():
                return turn
            self.settle()
        raise AssertionError(f"still writing after {most} reconciles")

    def kinds(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in sorted(self.objects):
            found.setdefault(key.kind, []).append(key.name)
        return found

    def get(self, kind: str, name: str) -> Json:
        return next(one for key, one in self.objects.items() if (key.kind, key.name) == (kind, name))
