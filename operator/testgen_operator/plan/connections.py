"""Connection pools that fit the database: pods x pool never exceeds what the server grants (X-11). Pure arithmetic.

Half of the server is for each mode: while a mode is changed the old parts and the new ones are both there, and a pool that
changed with them would restart every pod twice. What is set aside is for migrations, probes, replication and people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from testgen_operator.names import Component
from testgen_operator.plan import components, sizes
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

RESERVED: Final = 12
"""superuser_reserved_connections (3), a migration (2), a probe, a read replica (2), people (4)."""
BESIDE_THE_POOL: Final[Mapping[Component, int]] = MappingProxyType({"all": 6, "api": 1, "worker": 1, "graph": 2, "vector": 1})
"""What a pod opens that is not of its pool; parts that are not named: nothing. api: notifications; worker: the queue; graph:
wake-ups and its projection's lock; vector: wake-ups, and see `beside`; all: each of them, whether or not its store is there."""
LEAST: Final = 2
"""The smallest pool that a role works with: a job holds one connection while it writes with another."""
SURGE: Final = 1
"""A rolling update has one pod more than the number asked for (X-13), for each part."""


@dataclass(frozen=True)
class Pool:
    """Connections that one pod keeps at least and opens at most, on each host that it asks."""

    fewest: int
    most: int


def limit(project: TestGenProject) -> int:
    """The connections that the server grants this project; a server that the operator writes is told the profile's number."""
    external = project.spec.stores.postgres.external
    return external.max_connections if external is not None else preset(project.spec.profile).max_connections


def pools(project: TestGenProject) -> int:
    """The pools that one pod may open on what `limit` speaks of. A `readHost` of somebody else's may be another name of the same
    server, so its pool counts with the first; a replica that the operator or CloudNativePG runs grants connections of its own."""
    external = project.spec.stores.postgres.external
    return 2 if external is not None and external.read_host else 1


def beside(project: TestGenProject, component: Component) -> int:
    """The connections that one pod of a part opens beside its pool: listening ones, and those that hold a lock.

    A part that writes an index on a Qdrant server holds a lock meanwhile; one that fills an index of its own needs none.
    (An embedding model would be one more; a project's spec has none.)
    """
    a_lock = component == "vector" and project.spec.stores.qdrant.type != "Embedded"
    return BESIDE_THE_POOL.get(component, 0) + a_lock


def pool(project: TestGenProject) -> Pool:
    """The pool of one pod of any part: the profile's, or less where the server or the number of pods asks for it."""
    sizes_, pods = preset(project.spec.profile), _most_pods_by_part(project)
    left = (limit(project) - RESERVED) // 2 - sum(most * beside(project, one) for one, most in pods.items())
    most = max(LEAST, min(sizes_.pool_max, left // max(1, pools(project) * sum(pods.values()))))
    return Pool(min(sizes_.pool_min, most), most)


def most_connections(project: TestGenProject) -> int:
    """What all pods of the project's mode open at most."""
    each = pools(project) * pool(project).most
    return sum(most * (each + beside(project, one)) for one, most in _most_pods_by_part(project).items())


def too_few(project: TestGenProject) -> bool:
    """Whether even the smallest pools need more than the server grants: a person must raise the one or lower the pods."""
    return 2 * most_connections(project) + RESERVED > limit(project)


def most_pods(project: TestGenProject) -> int:
    """How many pods each part may have at most, so that the smallest pools fit; no less than one, and no bound where all fit.

    What a spec asks for beyond that is not started: pods past the server's limit would take connections from those that serve.
    """
    if not too_few(project):
        return sizes.MOST_OF_ALL
    wanted = {one: most - SURGE for one, most in _most_pods_by_part(project).items()}
    half = (limit(project) - RESERVED) // 2

    def needed(most: int) -> int:
        return sum((min(pods, most) + SURGE) * (pools(project) * LEAST + beside(project, one)) for one, pods in wanted.items())

    return max((most for most in range(1, max(wanted.values(), default=1) + 1) if needed(most) <= half), default=1)


def _most_pods_by_part(project: TestGenProject) -> dict[Component, int]:
    """How many pods of each part of the project's mode can be connected at a time, surging ones too."""
    clients = [one for one in components.named(project) if "postgres" in components.TABLE[one].stores]
    return {one: sizes.scale(project, one).most + SURGE for one in clients}
