"""Passwords of the stores that the operator runs: drawn once, and changed on request without a failed request.

A rotation is asked for by a new text in `stores.rotateCredentials`. Where it stands can be read from the cluster alone, so it may
be killed at any line:

1. draw: the Secret gets the new value and keeps the old one as `previous-<key>`, in one write (a resourceVersion precondition);
   the text that asked for it is on the Secret, so there are never two draws for one text;
2. roll: another hash of the Secrets rolls the runtime's pods, and the servers that read their Secret at the start; every new pod
   knows both values, and takes the old one where the new one is refused;
3. tell: when every pod has rolled and no old one is left, a Job sets the new password in the store;
4. drop: the old value leaves the Secret. That changes no hash, so nothing rolls again.

While `previous-<key>` is there, a further text waits.
"""

from __future__ import annotations

from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import answering, configuration, credentials, tasks
from testgen_operator.plan.credentials import Drawn, Mounted
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import DropPrevious, GeneratedSecret, Generator, Manifest, Redraw, digest
from testgen_operator.plan.stores import password_is_lost, volume_name
from testgen_operator.resources.project import TestGenProject

AT_START: Final = frozenset({"redis", "qdrant"})
"""Servers that read their Secret at the start alone."""


def secrets(project: TestGenProject, facts: Facts) -> list[GeneratedSecret]:
    """The Secrets of the stores, each with the step of a rotation that is due. Under Retain a password belongs to the data and
    stays with it; one that the data needs and that is gone is not drawn anew."""
    retain = project.spec.stores.deletion_policy == "Retain"
    return [
        GeneratedSecret(
            namespace=project.namespace,
            name=one.secret,
            labels=names.labels(project.name, one.component),
            keys={one.key: Generator()},
            owned=not (retain and one.outlives),
            token=project.spec.stores.rotate_credentials or "",
            rotation=step(project, facts, one),
        )
        for one in credentials.drawn(project)
        if not password_is_lost(project, one.secret, facts)
    ]


def step(project: TestGenProject, facts: Facts, one: Drawn) -> Redraw | DropPrevious | None:
    """What is to be done to this Secret now; None: nothing, or to wait."""
    seen, wanted = facts.secrets.get(one.secret), project.spec.stores.rotate_credentials
    if seen is None or not seen.exists or project.spec.suspend:
        return None
    if seen.rotating:
        done = _rolled(project, facts, one) and (not one.told or _is_told(project, facts, one))
        return DropPrevious(seen.token) if done else None
    if wanted is None or wanted == seen.token or not _answers(project, facts, one):
        return None
    return Redraw(wanted, seen.token, one.keep_previous)


def rotating(project: TestGenProject, facts: Facts) -> bool:
    """Whether a rotation is under way."""
    if project.spec.suspend:
        return False
    wanted = project.spec.stores.rotate_credentials
    for one in credentials.drawn(project):
        seen = facts.secrets.get(one.secret)
        if seen is not None and seen.exists and (seen.rotating or (wanted is not None and wanted != seen.token)):
            return True
    return False


def jobs(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The Jobs that tell stores their new passwords, as long as the old ones are kept."""
    found = []
    for one in credentials.drawn(project):
        seen = facts.secrets.get(one.secret)
        if not one.told or seen is None or not seen.rotating or project.spec.suspend:
            continue
        # Neo4j locks a user out after three wrong passwords, so it is told before the new pods ask it.
        if one.component == "neo4j" or _rolled(project, facts, one):
            found.append(_job(project, facts, images, one))
    return found


def replica_job(project: TestGenProject, facts: Facts, images: Images) -> Manifest:
    """The Job that gives the replica's user to the primary: once for a database and a password."""
    mine = Mounted("postgres-replica", names.postgres_replica(project.name), "password", "password")
    return tasks.task(
        project,
        images,
        "credentials",
        lambda found: names.credentials(project.name, "replica", found),
        ["stores", "set-password", "--store", "postgres-replica", "--password-file", mine.path],
        tasks.variables("postgres", _one_connection(project)),
        [credentials.postgres_password(project), mine],
        replica_user(project, facts),
    )


def replica_user(project: TestGenProject, facts: Facts) -> str:
    """Which database and which password the replica's user is of."""
    seen = facts.secrets.get(names.postgres_replica(project.name))
    volume = facts.volumes.get(volume_name(names.postgres(project.name)))
    return digest([seen.digest if seen else "", volume.uid if volume else ""])


def _job(project: TestGenProject, facts: Facts, images: Images, one: Drawn) -> Manifest:
    mine = credentials.by_folder(project)[one.component]
    settings = {"postgres": _one_connection, "neo4j": configuration.neo4j_settings, "redis": configuration.redis_settings}
    files = ["--password-file", mine.path, "--previous-password-file", mine.previous_path]
    seen = facts.secrets[one.secret]
    return tasks.task(
        project,
        images,
        "credentials",
        lambda found: names.credentials(project.name, one.component, found),
        ["stores", "set-password", "--store", one.component, *files],
        tasks.variables(one.component, settings[one.component](project)),
        [mine],
        [seen.digest, seen.token],
    )


def _one_connection(project: TestGenProject) -> dict[str, Any]:
    """A bigger pool must not change what a Job is."""
    found = configuration.postgres_settings(project) | {"pool_min": 1, "pool_max": 2}
    return {key: value for key, value in found.items() if not key.startswith("read_")}


def _is_told(project: TestGenProject, facts: Facts, one: Drawn) -> bool:
    prefix = names.credentials(project.name, one.component, "")
    phases = [phase for name, phase in facts.jobs.items() if name.startswith(prefix)]
    return bool(phases) and all(phase is Phase.SUCCEEDED for phase in phases)


def _rolled(project: TestGenProject, facts: Facts, one: Drawn) -> bool:
    """Whether every pod that uses the Secret has been made with its new value, and none of the others is left."""
    wanted = credentials.secrets_hash(project, facts)
    own = credentials.hash_of([one.secret], facts)
    # What stands by without a pod reads the Secret when it is needed again.
    used = (each for each in facts.workloads.values() if each.kind == "Deployment" and each.secrets)
    users = [(each, wanted) for each in used if each.replicas > 0 or not each.settled]
    if one.component in AT_START:
        users += [(each, own) for each in facts.workloads.values() if each.component == one.component]
    going = {each.component for each, _ in users} & facts.draining
    return not going and all(each.secrets == needed and each.settled for each, needed in users)


def _answers(project: TestGenProject, facts: Facts, one: Drawn) -> bool:
    """Whether the store can be told a new password."""
    asked: Component = "postgres" if one.component == "postgres-replica" else one.component
    return asked == "all" or answering.answers(project, facts, asked)
