"""What keeps a project from being ready although nobody is working on it: causes that only a person can take away.

Each is read from the facts of the moment, never remembered, so it goes when its cause goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import answering, components, connections, credentials, ollama, postgres_cluster, stores
from testgen_operator.plan.facts import FOREIGN, ApplyError, Container, Facts, Phase, Pod
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status import nodes, store_checks, way_in
from testgen_operator.status.reasons import MEANINGS, Reason

COMPONENTS: Final[tuple[Component, ...]] = (
    "postgres", "postgres-replica", "migrate", "neo4j", "qdrant", "redis", "probe", "credentials", "ollama",
    *components.TABLE, "maintenance",
)  # fmt: skip
TITLES: Final[dict[str, str]] = {
    "postgres": "PostgreSQL",
    "postgres-replica": "the read replica of PostgreSQL",
    "probe": "the check of a store",
    "credentials": "the change of a password",
    "migrate": "the migration",
    "qdrant": "Qdrant",
    "redis": "Redis",
    "neo4j": "Neo4j",
    "ollama": "the model server",
    "all": "the runtime",
    "edge": "the edge",
    "api": "the API",
    "requirements": "the part for documents",
    "knowledge": "the part for knowledge",
    "vector": "the part for search",
    "graph": "the part for the graph",
    "llm": "the part for models",
    "worker": "the worker of jobs",
    "ai-gateway": "the AI gateway",
    "maintenance": "the maintenance page",
}
IMAGE_TROUBLE: Final = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"}
)
NEVER: Final = frozenset({"InvalidImageName", "ErrImageNeverPull", "ImageInspectError"})
"""Another try of the kubelet's cannot help."""
_NO_SUCH_IMAGE: Final = re.compile(r"\bnot found\b|manifest unknown|repository does not exist|unauthorized|\bdenied\b", re.I)
"""What a registry says that answers; one that does not may do so at the next try."""
MOST_WORDS: Final = 300
EXIT_VERSION_TOO_OLD: Final = 4
"""Of `testgen migrate`: the database has given up what this version needs."""
_LOOKS: Final[dict[Reason, Component]] = {
    **dict.fromkeys(store_checks.FOUND.values(), "probe"),
    Reason.STORE_CHECK_FAILED: "probe",
    Reason.CHECKING_STORES: "probe",
    Reason.ROTATION_FAILED: "credentials",
    Reason.MIGRATION_FAILED: "migrate",
    Reason.BACKUP_FAILED: "backup",
    Reason.BACKING_UP: "backup",
}
"""Whose pods tell more, where they are not the component's own."""


@dataclass(frozen=True)
class Blocker:
    """One cause. `subject`: the Secret, image, volume, model or object that is meant."""

    reason: Reason
    component: Component
    subject: str = ""
    container: str = ""
    exit_code: int | None = None
    last_words: str = ""
    since: str = field(default="", compare=False)
    """Since when it has been tried on the pod that it is seen on; empty where another try cannot help."""
    last_lines: str = field(default="", compare=False, repr=False)
    """All that the container said last, as it said it: for a release's record alone, which masks it."""


def blockers(project: TestGenProject, facts: Facts) -> list[Blocker]:
    """Every cause that can be seen, the one to be mended first in front."""
    found = [
        *(_refused(project, error) for error in facts.apply_errors if _stays(error)),
        *_secrets(project, facts),
        *_volumes(project, facts),
        *_store_checks(project, facts),
    ]
    found += [Blocker(reason, components.entry(project), subject) for reason, subject in way_in.blocked(project, facts)]
    if connections.too_few(project):
        found.append(Blocker(Reason.TOO_FEW_CONNECTIONS, "postgres"))
    left = set(components.TABLE) - set(components.named(project))
    for component in COMPONENTS:
        if component not in left:  # what goes anyway needs no mending
            found += _of_component(project, facts, component)
    return list(dict.fromkeys(found))


def message(project: TestGenProject, reason: Reason, component: Component = "all", subject: str = "") -> str:
    """The condition's message: what it means and what to run."""
    meaning = MEANINGS[reason]
    values = {
        "project": project.name,
        "namespace": project.namespace,
        "component": TITLES[component],
        "subject": subject,
        "pods": ",".join(f"{key}={value}" for key, value in names.selector(project.name, _LOOKS.get(reason, component)).items()),
    }
    text = meaning.says.format(**values)
    return f"{text}. Run: {meaning.run.format(**values)}" if meaning.run else text


def _stays(error: ApplyError) -> bool:
    """Whether trying again is no help: the server's own trouble, a race and a limit on requests pass."""
    return error.reason == FOREIGN or (error.code < 500 and error.code not in {409, 429})


def _refused(project: TestGenProject, error: ApplyError) -> Blocker:
    subject = f"{error.key.kind} {error.key.name}"
    fitting = [one for one in COMPONENTS if error.key.name.startswith((f"{project.name}-{one}", names.store(project.name, one)))]
    component: Component = max(fitting, key=len, default=components.entry(project))
    words = shorten(error.message)
    if error.reason == FOREIGN:
        return Blocker(Reason.FOREIGN_OBJECT, component, f"{error.key.kind.lower()}/{error.key.name}", last_words=words)
    if error.key.kind == postgres_cluster.KIND and error.code == 404:
        return Blocker(Reason.CLOUD_NATIVE_PG_MISSING, "postgres")
    if error.key.kind == "PersistentVolumeClaim" and "resize" in error.message:
        return Blocker(Reason.VOLUME_CANNOT_GROW, component, error.key.name, last_words=words)
    if "exceeded quota" in error.message:
        return Blocker(Reason.QUOTA_EXCEEDED, component, subject, last_words=words)
    if "violates PodSecurity" in error.message:
        return Blocker(Reason.POD_SECURITY_VIOLATION, component, subject, last_words=words)
    return Blocker(Reason.FORBIDDEN if error.code in {401, 403} else Reason.APPLY_REFUSED, component, subject, last_words=words)


def _secrets(project: TestGenProject, facts: Facts) -> Iterator[Blocker]:
    """The Secret that a project brings must be there; one that is drawn may be missing only as long as nothing depends on it."""
    brought = credentials.brought(project)
    of = {one.secret: one.component for one in credentials.drawn(project)}
    for name, keys in credentials.secret_keys(project).items():
        seen = facts.secrets.get(name)
        if seen is None:
            continue
        if name in brought:
            if not seen.exists:
                yield Blocker(Reason.SECRET_NOT_FOUND, "all", name)
            elif not keys <= seen.keys:
                yield Blocker(Reason.SECRET_KEY_MISSING, "all", name)
        elif stores.password_is_lost(project, name, facts):
            yield Blocker(Reason.PASSWORD_LOST, of.get(name, "all"), name)


def _store_checks(project: TestGenProject, facts: Facts) -> Iterator[Blocker]:
    for reason, store, one in store_checks.failures(project, facts):
        where = store_checks.address(project, store)
        yield _of_container(reason, store, where, one)
    for component, one in store_checks.untold(project, facts):
        found: Component = next(each for each in COMPONENTS if each == component)
        yield _of_container(Reason.ROTATION_FAILED, found, "", one)


def _volumes(project: TestGenProject, facts: Facts) -> Iterator[Blocker]:
    for component in COMPONENTS:
        yield from _of_volumes(project, facts, component)


def _of_volumes(project: TestGenProject, facts: Facts, component: Component) -> Iterator[Blocker]:
    for volume in filter(None, (facts.volumes.get(name) for name in answering.volumes(project, component))):
        if volume.phase != "Pending":
            continue
        told = [one.message for one in facts.warnings if one.kind == "PersistentVolumeClaim" and one.name == volume.name]
        waiting = [pod.unschedulable for pod in facts.pods if pod.component == component]
        if any("storageclass" in text.lower() and "not found" in text for text in [*told, *waiting]):
            yield Blocker(Reason.STORAGE_CLASS_NOT_FOUND, component, volume.name)
        elif told or any("unbound immediate PersistentVolumeClaim" in text for text in waiting):
            yield Blocker(Reason.VOLUME_PENDING, component, volume.name, last_words=shorten(told[0]) if told else "")


def _of_component(project: TestGenProject, facts: Facts, component: Component) -> Iterator[Blocker]:
    pods = [pod for pod in facts.pods if pod.component == component]
    if component == "migrate":
        yield from _of_migration(project, facts, pods)
        return
    workloads = [one for one in facts.workloads.values() if one.component == component]
    for workload in workloads:
        if workload.replica_failure or (workload.replicas and not pods):
            told = [one.message for one in facts.warnings if one.name == workload.name and one.reason == "FailedCreate"]
            yield from _not_created(component, workload.name, [workload.replica_failure, *told])
    if workloads and (lacking := nodes.has_ended(pods)):
        yield Blocker(Reason.NODE_UNDER_PRESSURE, component, lacking)
    for pod in pods:
        if not pod.ready and not pod.evicted:
            yield from _of_pod(project, facts, pod)
    if any(workload.deadline_exceeded for workload in workloads):
        yield Blocker(Reason.PROGRESS_DEADLINE_EXCEEDED, component)


def _of_migration(project: TestGenProject, facts: Facts, pods: list[Pod]) -> Iterator[Blocker]:
    """Of migrations alone: a backup or a check of a release is a Job too, and its failure is the release's own affair."""
    own = names.migration(project.name, "").removesuffix("-")
    migrations = {name: phase for name, phase in facts.jobs.items() if name.startswith(own)}
    for name, phase in migrations.items():
        if phase is Phase.FAILED:
            ended = [one for pod in pods if pod.name.startswith(name) for one in pod.containers if one.exit_code]
            last = ended[-1] if ended else Container("migrate")
            below = last.exit_code == EXIT_VERSION_TOO_OLD
            reason = Reason.VERSION_BELOW_SCHEMA if below else Reason.MIGRATION_FAILED
            yield _of_container(reason, "migrate", name, last)
        elif phase is Phase.RUNNING:
            running = [pod for pod in pods if pod.name.startswith(name) and pod.phase == "Pending"]
            for pod in running:
                yield from _waiting("migrate", pod)
                if pod.unschedulable:
                    yield _no_node("migrate", pod, facts)
            if not pods:
                told = [one.message for one in facts.warnings if one.name == name and one.reason == "FailedCreate"]
                yield from _not_created("migrate", name, told)


def _not_created(component: Component, workload: str, told: Iterable[str]) -> Iterator[Blocker]:
    """Why a controller could not make a pod."""
    for text in filter(None, told):
        words = shorten(text)
        if "exceeded quota" in text:
            yield Blocker(Reason.QUOTA_EXCEEDED, component, f"the pods of {workload}", last_words=words)
        elif "status unknown for quota" in text:
            continue  # a quota that nobody has counted for yet: the controller asks again, and its answer tells
        elif "violates PodSecurity" in text or "forbidden" in text:
            yield Blocker(Reason.POD_SECURITY_VIOLATION, component, workload, last_words=words)
        else:
            continue
        return


def _of_pod(project: TestGenProject, facts: Facts, pod: Pod) -> Iterator[Blocker]:
    component: Component = next(one for one in COMPONENTS if one == pod.component)
    volume = facts.volumes.get(stores.volume_name(names.store(project.name, component)))
    if pod.unschedulable and not _VOLUME_TALK.search(pod.unschedulable):
        yield _no_node(component, pod, facts)
    yield from _waiting(component, pod)
    for one in pod.containers:
        reason = _why_it_died(component, one)
        if reason is not None:
            subject = volume.name if volume and reason is Reason.VOLUME_FULL else one.image
            yield _of_container(reason, component, subject, one)


def _of_container(reason: Reason, component: Component, subject: str, one: Container) -> Blocker:
    """A container that ended: how, and what it said last."""
    return Blocker(reason, component, subject, one.name, one.exit_code, shorten(one.last_words), last_lines=one.last_words)


def _no_node(component: Component, pod: Pod, facts: Facts) -> Blocker:
    """Why no node takes the pod: one that is short of something for all pods, or none with room for this one."""
    lacking = nodes.keeps_out(pod, [one for one in facts.pods if one.component == pod.component], facts.warnings)
    return Blocker(Reason.NODE_UNDER_PRESSURE, component, lacking) if lacking else Blocker(Reason.UNSCHEDULABLE, component)


def _waiting(component: Component, pod: Pod) -> Iterator[Blocker]:
    tried = max(pod.created, pod.turned)
    for one in pod.containers:
        words = shorten(one.waiting_message)
        if one.waiting in IMAGE_TROUBLE:
            since = "" if one.waiting in NEVER or _NO_SUCH_IMAGE.search(one.waiting_message) else tried
            yield Blocker(Reason.IMAGE_PULL_FAILED, component, one.image, one.name, last_words=words, since=since)
        elif one.waiting in {"CreateContainerConfigError", "CreateContainerError", "RunContainerError"}:
            yield Blocker(Reason.CONTAINER_CONFIG_ERROR, component, one.image, one.name, last_words=words, since=tried)


def _why_it_died(component: Component, one: Container) -> Reason | None:
    """Why a container that is not up again ended, if it ended badly and will not get over it by itself.

    It holds while the container runs once more, until that run has started: a cause that came and went with every try would
    make the status change with every try.
    """
    if one.ready or not one.exit_code:
        return None
    if component == "ollama" and one.name == ollama.MODEL_CONTAINER:
        if one.exit_code == ollama.EXIT_MODEL_NOT_FOUND:
            return Reason.MODEL_NOT_FOUND
        if one.exit_code == ollama.EXIT_PULL_FAILED:
            return Reason.MODEL_PULL_FAILED
    if one.started or component in {"probe", "credentials"}:
        return None  # what these Jobs say is read by `store_checks`
    if "No space left on device" in one.last_words and "shared memory" not in one.last_words:
        return Reason.VOLUME_FULL
    if one.ended == "OOMKilled":
        return Reason.OUT_OF_MEMORY
    if component in components.TABLE and one.exit_code == EXIT_VERSION_TOO_OLD:
        return Reason.VERSION_BELOW_SCHEMA
    # A first crash may be a matter of order (the database not yet there); a second in a row is none.
    return Reason.CRASH_LOOP if one.restarts >= 2 else None


_VOLUME_TALK: Final = re.compile(r"persistentvolumeclaim|storageclass", re.IGNORECASE)
"""The scheduler also waits for volumes; those have reasons of their own."""
_TROUBLE: Final = re.compile(r"panic|fatal|error|exception|fail|denied|no space left|not found", re.IGNORECASE)
_NOISE: Final = re.compile(r"^(\d{4}-\d\d-\d\d[T ][\d:.,]+( ?[A-Z]{3}|Z|[+-]\d\d:?\d\d)?\s*)?(\[\d+(-\d+)?\]\s*)?")
_REPEATED: Final = re.compile(r'^Back-off pulling image "[^"]*": \w+: ')
_COUNTS: Final = re.compile(r'(?<=pods) "[^"]*"|, used: \S+(?=,)')
"""A pod's name and what a quota has given out so far: both are others at the next try."""
_ADDRESS: Final = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}:\d+")
_CREDENTIALS: Final = re.compile(r"(\w+://)[^\s/@]+@")


def shorten(words: str) -> str:
    """The line of a container's last words that tells most, in at most 300 characters: without credentials, and without time,
    process number or port, since it is shown in a status that must not change at every try."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if not lines:
        return ""
    line = next((one for one in reversed(lines) if _TROUBLE.search(one)), lines[-1])
    told = _REPEATED.sub("", _NOISE.sub("", _of_log_record(line)))
    told = _COUNTS.sub("", _CREDENTIALS.sub(r"\1***@", told))
    return _ADDRESS.sub("<address>", told)[:MOST_WORDS]


def _of_log_record(line: str) -> str:
    """The words of a JSON log record; any other line as it is."""
    if not line.startswith("{"):
        return line
    try:
        record = json.loads(line)
    except ValueError:
        return line
    said = [record.get(key) for key in ("event", "message", "error", "detail")]
    return ": ".join(str(one) for one in said if one) or line
