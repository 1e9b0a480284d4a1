"""Connection pools that fit the database: pods x pool never exceeds what the server grants (X-11). Pure arithmetic.

Half of the server is for each mode: while a mode is changed the old parts and the new ones are both there, and a pool that
changed with them would restart every pod twice. What is set aside is for migrations, probes, replication and people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testgen_operator.names import Component
from testgen_operator.plan import components, sizes
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

RESERVED: Final = 12
"""superuser_reserved_connections (3), a migration (2), a probe, a read replica (2), people (4)."""
BESIDE_THE_POOL: Final = 1
"""A process listens on one connection that is not of its pool (notifications of jobs, or the queue)."""
LEAST: Final = 2
"""The smallest pool that a role works with: a job holds one connection while it writes with another."""
SURGE: Final = 1
"""A rolling update has one pod more than the number asked for (X-13), for each part."""
CLOUD_NATIVE_PG: Final = 200
"""max_connections of the Cluster that the operator writes."""


@dataclass(frozen=True)
class Pool:
    """Connections that one pod keeps at least and opens at most."""

    fewest: int
    most: int


def limit(project: TestGenProject) -> int:
    """The connections that the server grants this project."""
    wanted = project.spec.stores.postgres
    if wanted.external is not None:
        return wanted.external.max_connections
    return CLOUD_NATIVE_PG if wanted.type == "CloudNativePG" else preset(project.spec.profile).max_connections


def most_pods(project: TestGenProject) -> int:
    """How many pods of the project's mode can be connected at a time, surging ones too."""
    return sum(sizes.scale(project, one).most + SURGE for one in _clients(project))


def pool(project: TestGenProject, component: Component) -> Pool:
    """The pool of one pod: the profile's, or less where the server or the number of pods asks for it."""
    sizes_ = preset(project.spec.profile)
    share = (limit(project) - RESERVED) // 2 // max(1, most_pods(project)) - BESIDE_THE_POOL
    most = max(LEAST, min(sizes_.pool_max, share))
    return Pool(min(sizes_.pool_min, most), most)


def most_connections(project: TestGenProject) -> int:
    """What all pods of the project's mode open at most."""
    return sum(
        (sizes.scale(project, one).most + SURGE) * (pool(project, one).most + BESIDE_THE_POOL) for one in _clients(project)
    )


def too_few(project: TestGenProject) -> bool:
    """Whether even the smallest pools need more than the server grants: a person must raise the one or lower the pods."""
    return 2 * most_connections(project) + RESERVED > limit(project)


def _clients(project: TestGenProject) -> list[Component]:
    return [one for one in components.named(project) if "postgres" in components.TABLE[one].stores]
