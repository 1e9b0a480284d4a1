"""What the cluster shows of one project: everything that planning and status may know.

`observe` reads live objects as the API gives them; a missing field is the same as an empty one, so it is total.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.plan import credentials
from testgen_operator.plan.model import PREVIOUS, ObjectKey
from testgen_operator.resources.project import TestGenProject

Json = Mapping[str, Any]


@dataclass(frozen=True)
class SecretFacts:
    """What may be known about a Secret: whether it exists, which keys it has, an opaque digest of its data, and the rotation that
    its values were drawn for."""

    name: str
    exists: bool = False
    keys: frozenset[str] = frozenset()
    digest: str = ""
    token: str = ""

    @property
    def rotating(self) -> bool:
        """Whether it still holds the values before a rotation."""
        return any(key.startswith(PREVIOUS) for key in self.keys)


def secret_digest(uid: str, data: Mapping[str, str]) -> str:
    """An opaque digest of a Secret's `data` (base64, as the API has it), without what a rotation leaves behind. Salted by the
    Secret's uid, and too short to confirm a guessed value by."""
    text = "\n".join([uid, *(f"{key}={data[key]}" for key in sorted(data) if not key.startswith(PREVIOUS))])
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def secret_names(project: TestGenProject) -> tuple[str, ...]:
    """The Secrets that the edge reads, each by its name, to give `observe` their SecretFacts."""
    return tuple({**credentials.secret_keys(project), **credentials.certificate(project)})


FOREIGN: Final = "ForeignObject"
"""The reason of an ApplyError that is our own: an object of a planned name that is somebody else's."""


@dataclass(frozen=True)
class ApplyError:
    """The API server's refusal of one object of the last plan."""

    key: ObjectKey
    code: int
    reason: str
    message: str
    causes: frozenset[str] = frozenset()
    """The reasons of the Status's causes: stable words, which its message is not."""


class Phase(StrEnum):
    ABSENT = "Absent"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


@dataclass(frozen=True)
class Workload:
    """A Deployment or StatefulSet. `current`: its controller has seen its newest spec."""

    kind: str
    name: str
    component: str
    current: bool = False
    replicas: int = 0
    ready: int = 0
    available: bool = False
    complete: bool = False
    deadline_exceeded: bool = False
    replica_failure: str = ""
    migration: str = ""
    release: str = ""
    version: str = ""
    image: str = ""
    secrets: str = ""
    """The hash of the Secrets that its pods were made with."""
    settled: bool = False
    """Every pod is of its newest template and ready, and none of an older one is left."""
    credentials: str = ""
    colour: str = ""
    owner: str = ""
    """The uid of the object that controls it."""
    remembered: str = ""
    """What its Secrets held when it was applied, for `credentials.changed`."""


@dataclass(frozen=True)
class Volume:
    """A PersistentVolumeClaim. `size` is what it asks for."""

    name: str
    uid: str = ""
    phase: str = ""
    size: str = ""
    storage_class: str = ""
    created: str = ""
    """RFC 3339."""


@dataclass(frozen=True)
class PostgresCluster:
    """A Cluster of CloudNativePG. `size` is what each of its volumes asks for, `ready` the number of its pods that answer."""

    name: str
    size: str = ""
    ready: int = 0


@dataclass(frozen=True)
class Container:
    """One container of a pod: why it waits, and how it ended last if it did not end well. `started`: its present run has
    passed the startup probe."""

    name: str
    image: str = ""
    ready: bool = False
    started: bool = False
    waiting: str = ""
    waiting_message: str = ""
    restarts: int = 0
    exit_code: int | None = None
    ended: str = ""
    last_words: str = ""


@dataclass(frozen=True)
class Pod:
    name: str
    component: str
    phase: str = ""
    ready: bool = False
    unschedulable: str = ""
    containers: tuple[Container, ...] = ()
    colour: str = ""
    evicted: str = ""
    """Why its node ended it, in the kubelet's words; such a pod stays as it is, beside the one that replaces it."""
    created: str = ""
    """When, as Kubernetes writes a time."""
    turned: str = ""
    """When it was last called ready, or called not ready any more."""
    release: str = ""
    """The rendering that it is of, as its Deployment's label has it."""


@dataclass(frozen=True)
class Endpoint:
    """What an EndpointSlice lists: a pod, and whether a Service leads to it now."""

    pod: str
    ready: bool


@dataclass(frozen=True)
class Warned:
    """A Warning Event about a child."""

    kind: str
    name: str
    reason: str
    message: str


@dataclass(frozen=True)
class Facts:
    """All of it. Workloads, jobs, volumes and clusters are keyed by name; `live` holds every child that exists."""

    workloads: Mapping[str, Workload] = field(default_factory=dict)
    jobs: Mapping[str, Phase] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    clusters: Mapping[str, PostgresCluster] = field(default_factory=dict)
    pods: tuple[Pod, ...] = ()
    warnings: tuple[Warned, ...] = ()
    secrets: Mapping[str, SecretFacts] = field(default_factory=dict)
    apply_errors: tuple[ApplyError, ...] = ()
    service_migration: str = ""
    serving: str = ""
    """The component that the active Service selects; empty when there is no such Service."""
    serving_colour: Colour | None = None
    """The colour that the active Service leads to; None when there is no such Service."""
    serving_release: str = ""
    """The release that is written on the active Service."""
    endpoints: Mapping[str, tuple[Endpoint, ...]] = field(default_factory=dict)
    """By Service, of those that have EndpointSlices."""
    releases: tuple[Json, ...] = ()
    """The live TestGenReleases, by name."""
    present: frozenset[str] = frozenset()
    """The components that have a pod, also one that is about to end."""
    draining: frozenset[str] = frozenset()
    """The components with a pod that is about to end: it may still answer, and open connections."""
    served: frozenset[tuple[str, str]] = frozenset()
    """Of the kinds that not every cluster has, those that this one serves, as (apiVersion, kind)."""
    operator_namespace: str = ""
    """Where the operator's own pods are; empty where it runs outside of the cluster."""
    host_taken: bool = False
    """Whether an older project that this operator watches has the host that this one asks for."""
    class_missing: bool = False
    """Whether the IngressClass that the spec names is known not to exist."""
    admissions: Mapping[ObjectKey, str] = field(default_factory=dict)
    """Of each live Certificate and HTTPRoute: `True` once it is ready or accepted, `False` when it is refused, else empty."""
    blind_since: Mapping[str, str] = field(default_factory=dict)
    """By autoscaler that has no figures to go by: since when (RFC 3339)."""
    config_maps_in_use: frozenset[str] = frozenset()
    live: frozenset[ObjectKey] = frozenset()

    def ready(self, name: str) -> bool:
        """Whether the workload of that name has a ready pod of what it should run."""
        workload = self.workloads.get(name)
        return workload is not None and workload.current and workload.ready > 0

    def of(self, colour: Colour) -> Facts:
        """The same without the pods and Deployments of the other colour."""
        return replace(
            self,
            workloads={name: one for name, one in self.workloads.items() if one.colour in ("", colour)},
            pods=tuple(one for one in self.pods if one.colour in ("", colour)),
        )


def observe(
    project: TestGenProject,
    children: Sequence[Json],
    referenced: Mapping[str, SecretFacts],
    events: Sequence[Json] = (),
    apply_errors: Sequence[ApplyError] = (),
    *,
    served: Iterable[tuple[str, str]] = (),
    host_taken: bool = False,
    class_missing: bool = False,
    operator_namespace: str = "",
) -> Facts:
    """The facts, from the live child objects, the Secrets in use, the children's Events and the last plan's refusals.

    `children`: every live object with the project's label, in its namespace, of every planned kind and of kind Pod, in any order;
    an object of another project is ignored. `events`: core/v1 Events of that namespace.
    """
    ours = [child for child in children if _labels(child).get(names.LABEL_PROJECT) == project.name]
    by_kind: dict[str, list[Json]] = {}
    for child in sorted(ours, key=_name):
        by_kind.setdefault(str(child.get("kind", "")), []).append(child)
    all_pods = by_kind.get("Pod", [])
    pods = [one for one in all_pods if not _get(one, "metadata").get("deletionTimestamp")]
    workloads = [*by_kind.get("Deployment", []), *by_kind.get("StatefulSet", [])]
    services = {_name(one): one for one in by_kind.get("Service", [])}
    active = services.get(names.active_service(project.name), {})
    return Facts(
        workloads={_name(one): _workload(one) for one in workloads},
        jobs={_name(one): _phase(one) for one in by_kind.get("Job", [])},
        volumes={_name(one): _volume(one) for one in by_kind.get("PersistentVolumeClaim", [])},
        clusters={_name(one): _cluster(one) for one in by_kind.get("Cluster", [])},
        pods=tuple(_pod(one) for one in pods),
        warnings=_warnings(events, project.name),
        secrets=dict(referenced),
        apply_errors=tuple(apply_errors),
        service_migration=_annotations(active).get(names.ANNOTATION_MIGRATION, ""),
        serving=str(_get(active, "spec", "selector").get(names.LABEL_COMPONENT, "")),
        serving_colour=_colour(active),
        serving_release=_annotations(active).get(names.ANNOTATION_RELEASE, ""),
        endpoints=_endpoints(by_kind.get("EndpointSlice", [])),
        releases=tuple(by_kind.get(names.RELEASE_KIND, [])),
        present=frozenset(
            _labels(one).get(names.LABEL_COMPONENT, "") for one in all_pods if _get(one, "status").get("phase") not in _OVER
        ),
        draining=frozenset(
            _labels(one).get(names.LABEL_COMPONENT, "") for one in all_pods if _get(one, "metadata").get("deletionTimestamp")
        ),
        served=frozenset(served),
        host_taken=host_taken,
        class_missing=class_missing,
        operator_namespace=operator_namespace,
        admissions={_key(one): _admission(one) for kind in ("Certificate", "HTTPRoute") for one in by_kind.get(kind, [])},
        blind_since={_name(one): since for one in by_kind.get("HorizontalPodAutoscaler", []) if (since := _blind_since(one))},
        config_maps_in_use=frozenset(
            [*_mounted(_get(one, "spec") for one in pods), *_mounted(_get(one, "spec", "template", "spec") for one in workloads)]
        ),
        live=frozenset(_key(one) for one in ours),
    )


_OVER: Final = frozenset({"Succeeded", "Failed"})


def _get(obj: Any, *path: str) -> Any:
    """The value at `path`, or an empty mapping."""
    for step in path:
        obj = obj.get(step) if isinstance(obj, Mapping) else None
    return obj if obj is not None else {}


def _name(obj: Json) -> str:
    return str(_get(obj, "metadata").get("name", ""))


def _labels(obj: Json) -> Mapping[str, str]:
    found: Mapping[str, str] = _get(obj, "metadata", "labels")
    return found


def _annotations(obj: Json) -> Mapping[str, str]:
    found: Mapping[str, str] = _get(obj, "metadata", "annotations")
    return found


def _key(obj: Json) -> ObjectKey:
    return ObjectKey(
        str(obj.get("apiVersion", "")), str(obj.get("kind", "")), str(_get(obj, "metadata").get("namespace", "")), _name(obj)
    )


def _conditions(obj: Json) -> dict[str, Json]:
    return {str(one.get("type")): one for one in _get(obj, "status").get("conditions") or ()}


def _workload(obj: Json) -> Workload:
    status, conditions, labels = _get(obj, "status"), _conditions(obj), _labels(obj)
    wanted = int(_get(obj, "spec").get("replicas", 1) or 0)
    progressing = conditions.get("Progressing", {})
    containers = _get(obj, "spec", "template", "spec").get("containers") or [{}]
    return Workload(
        kind=str(obj.get("kind", "")),
        name=_name(obj),
        component=labels.get(names.LABEL_COMPONENT, ""),
        current=int(status.get("observedGeneration") or 0) >= int(_get(obj, "metadata").get("generation") or 0),
        replicas=wanted,
        ready=int(status.get("readyReplicas") or 0),
        available=conditions.get("Available", {}).get("status") == "True",
        complete=progressing.get("reason") == "NewReplicaSetAvailable" and int(status.get("updatedReplicas") or 0) >= wanted,
        deadline_exceeded=progressing.get("reason") == "ProgressDeadlineExceeded",
        replica_failure=str(conditions.get("ReplicaFailure", {}).get("message", "")),
        migration=_annotations(obj).get(names.ANNOTATION_MIGRATION, ""),
        release=labels.get(names.LABEL_RELEASE, ""),
        version=labels.get(names.LABEL_VERSION, ""),
        image=str(containers[0].get("image", "")),
        secrets=_annotations(_get(obj, "spec", "template")).get(names.ANNOTATION_SECRETS_HASH, ""),
        settled=_settled(obj, wanted),
        credentials=_annotations(obj).get(names.ANNOTATION_CREDENTIALS, ""),
        remembered=_annotations(obj).get(names.ANNOTATION_SECRETS_HASH, ""),
        colour=labels.get(names.LABEL_COLOUR, ""),
        owner=next(
            (str(one.get("uid", "")) for one in _get(obj, "metadata", "ownerReferences") or () if one.get("controller")), ""
        ),
    )


def _colour(active: Json) -> Colour | None:
    """While a canary's share goes by the number of pods the selector leaves the colour out; then it is written beside it."""
    found = _get(active, "spec", "selector").get(names.LABEL_COLOUR) or _annotations(active).get(names.ANNOTATION_COLOUR)
    return "blue" if found == "blue" else "green" if found == "green" else None


def _endpoints(slices: Sequence[Json]) -> dict[str, tuple[Endpoint, ...]]:
    found: dict[str, list[Endpoint]] = {}
    for one in slices:
        listed = found.setdefault(_labels(one).get("kubernetes.io/service-name", ""), [])
        for endpoint in one.get("endpoints") or ():
            conditions = _get(endpoint, "conditions")
            # An absent condition means yes to consumers of the API.
            is_ready = conditions.get("ready") is not False and not conditions.get("terminating")
            listed.append(Endpoint(str(_get(endpoint, "targetRef").get("name", "")), is_ready))
    return {service: tuple(listed) for service, listed in found.items()}


def _settled(obj: Json, wanted: int) -> bool:
    """Of a Deployment or a StatefulSet alike: `status.replicas` counts pods of every template."""
    status = _get(obj, "status")
    counts = {int(status.get(name) or 0) for name in ("replicas", "updatedReplicas", "readyReplicas")}
    seen = int(status.get("observedGeneration") or 0) >= int(_get(obj, "metadata").get("generation") or 0)
    same = status.get("updateRevision") == status.get("currentRevision") if obj.get("kind") == "StatefulSet" else True
    return seen and same and counts == {wanted}


def _phase(job: Json) -> Phase:
    conditions = _conditions(job)
    for phase, type_ in ((Phase.SUCCEEDED, "Complete"), (Phase.FAILED, "Failed")):
        if conditions.get(type_, {}).get("status") == "True":
            return phase
    return Phase.RUNNING


def _admission(obj: Json) -> str:
    """What a controller says of a Certificate (Ready) or an HTTPRoute (Accepted by each parent). What it said of the spec before,
    with another issuer or host, counts for nothing."""
    if obj.get("kind") == "Certificate":
        ready = _conditions(obj).get("Ready", {})
        return str(ready.get("status", "")) if _is_current(obj, ready) else ""
    conditions = [one for parent in _get(obj, "status").get("parents") or () for one in _get(parent, "conditions") or ()]
    accepted = [one for one in conditions if one.get("type") == "Accepted"]
    if not all(_is_current(obj, one) for one in accepted):
        return ""
    said = {str(one.get("status", "")) for one in accepted}
    return "True" if said == {"True"} else "False" if said else ""


def _blind_since(autoscaler: Json) -> str:
    """Since when it could not read what it is to go by; empty where it can, or was not asked to (no pod)."""
    active = _conditions(autoscaler).get("ScalingActive", {})
    failed = active.get("status") == "False" and str(active.get("reason", "")).startswith(("FailedGet", "InvalidMetric"))
    return str(active.get("lastTransitionTime") or "") if failed else ""


def _is_current(obj: Json, condition: Json) -> bool:
    generation = int(_get(obj, "metadata").get("generation") or 0)
    return int(condition.get("observedGeneration") or generation) >= generation


def _volume(claim: Json) -> Volume:
    return Volume(
        name=_name(claim),
        uid=str(_get(claim, "metadata").get("uid", "")),
        phase=str(_get(claim, "status").get("phase", "")),
        size=str(_get(claim, "spec", "resources", "requests").get("storage", "")),
        storage_class=str(_get(claim, "spec").get("storageClassName", "")),
        created=str(_get(claim, "metadata").get("creationTimestamp", "")),
    )


def _cluster(cluster: Json) -> PostgresCluster:
    return PostgresCluster(
        name=_name(cluster),
        size=str(_get(cluster, "spec", "storage").get("size", "")),
        ready=int(_get(cluster, "status").get("readyInstances") or 0),
    )


def _pod(pod: Json) -> Pod:
    status, conditions = _get(pod, "status"), _conditions(pod)
    scheduled = conditions.get("PodScheduled", {})
    statuses = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    return Pod(
        name=_name(pod),
        component=_labels(pod).get(names.LABEL_COMPONENT, ""),
        phase=str(status.get("phase", "")),
        ready=conditions.get("Ready", {}).get("status") == "True",
        unschedulable=str(scheduled.get("message", "")) if scheduled.get("reason") == "Unschedulable" else "",
        evicted=str(status.get("message") or "Evicted") if status.get("reason") == "Evicted" else "",
        containers=tuple(_container(one) for one in statuses),
        colour=_labels(pod).get(names.LABEL_COLOUR, ""),
        created=str(_get(pod, "metadata").get("creationTimestamp", "")),
        turned=str(conditions.get("Ready", {}).get("lastTransitionTime") or ""),
        release=_labels(pod).get(names.LABEL_RELEASE, ""),
    )


def _container(status: Json) -> Container:
    waiting = _get(status, "state", "waiting")
    ended = _get(status, "state", "terminated") or _get(status, "lastState", "terminated")
    code = ended.get("exitCode")
    return Container(
        name=str(status.get("name", "")),
        image=str(status.get("image", "")),
        ready=bool(status.get("ready")),
        started=bool(status.get("started")),
        waiting=str(waiting.get("reason", "")),
        waiting_message=str(waiting.get("message", "")),
        restarts=int(status.get("restartCount") or 0),
        exit_code=int(code) if code is not None else None,
        ended=str(ended.get("reason", "")),
        last_words=str(ended.get("message", "")),
    )


def _warnings(events: Sequence[Json], project: str) -> tuple[Warned, ...]:
    """Warnings about objects whose name begins with the project's, from events.k8s.io/v1 or core/v1 Events."""
    found = set()
    for one in events:
        about = _get(one, "regarding") or _get(one, "involvedObject")
        if one.get("type") == "Warning" and str(about.get("name", "")).startswith(f"{project}-"):
            text = str(one.get("note") or one.get("message") or "")
            found.add(Warned(str(about.get("kind", "")), str(about.get("name", "")), str(one.get("reason", "")), text))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name, one.reason, one.message)))


def _mounted(pod_specs: Iterable[Json]) -> list[str]:
    """The names of the ConfigMaps that these pods mount."""
    return [
        str(_get(volume, "configMap").get("name"))
        for spec in pod_specs
        for volume in _get(spec).get("volumes") or ()
        if _get(volume, "configMap").get("name")
    ]
