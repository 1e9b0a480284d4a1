"""Stores that somebody else runs are checked by a Job for each, `testgen stores check`, before anything depends on them.

It is a new Job for every change of the spec or of the Secret, and tries again by itself until the store answers as it should;
what it finds is in its pod's last words, which `status.store_checks` reads. A store that fails later is the runtime's to tell
(GET /ready).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from testgen_operator import names
from testgen_operator.plan import configuration, credentials, tasks
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import Manifest
from testgen_operator.resources.project import TestGenProject

Store = Literal["postgres", "qdrant", "neo4j", "redis"]

SETTINGS: Final[dict[Store, Callable[[TestGenProject], dict[str, Any]]]] = {
    "postgres": lambda project: {
        **{key: value for key, value in configuration.postgres_settings(project).items() if not key.startswith("pool_")},
        "pool_min": 1,
        "pool_max": 2,
    },
    "qdrant": configuration.qdrant_settings,
    "neo4j": configuration.neo4j_settings,
    "redis": configuration.redis_settings,
}


def checked(project: TestGenProject) -> list[Store]:
    """The stores that the operator does not run itself."""
    stores = project.spec.stores
    types: dict[Store, str] = {
        "postgres": stores.postgres.type,
        "qdrant": stores.qdrant.type,
        "neo4j": stores.neo4j.type,
        "redis": stores.redis.type,
    }
    return [name for name, kind in types.items() if kind in {"External", "CloudNativePG"}]


def jobs(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The checks; none of a suspended project, and none before its Secrets are there."""
    if project.spec.suspend:
        return []
    return [_job(project, facts, images, store) for store in checked(project) if can_start(project, facts, store)]


def answers(project: TestGenProject, facts: Facts, store: Store) -> bool:
    """Whether the check of this store, with what the spec says now, has succeeded."""
    prefix = names.probe(project.name, store, "")
    found = [phase for name, phase in facts.jobs.items() if name.startswith(prefix)]
    return bool(found) and all(phase is Phase.SUCCEEDED for phase in found)


def can_start(project: TestGenProject, facts: Facts, store: Store) -> bool:
    """Whether the Secrets that the check of a store needs are there."""
    for one in credentials.mounted(project):
        seen = facts.secrets.get(one.secret)
        if one.store == store and (seen is None or one.key not in seen.keys):
            return False
    return True


def _job(project: TestGenProject, facts: Facts, images: Images, store: Store) -> Manifest:
    secrets = [one for one in credentials.mounted(project) if one.store == store]
    return tasks.task(
        project,
        images,
        "probe",
        lambda found: names.probe(project.name, store, found),
        ["stores", "check", "--store", store],
        {**tasks.variables(store, SETTINGS[store](project)), "OUTBOUND__GUARDED": True},
        secrets,
        credentials.hash_of([one.secret for one in secrets], facts),
    )
