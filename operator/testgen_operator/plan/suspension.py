"""Suspended: no pod runs, everything else stays, and all of it comes back as it was.

Down: the runtime first, so that no request loses its database half-way; the stores when the last pod of it is gone. Up: the
stores first, the runtime when they answer. Both are read from the live pods, so a half-way stop or a killed operator goes on.
"""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.plan import components
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.resources.project import TestGenProject

CLIENTS = frozenset({*components.TABLE, "maintenance", "migrate", "probe", "smoke", "check", "backup"})
"""The components whose pods use a store."""


def stores_run(project: TestGenProject, facts: Facts) -> bool:
    """Whether the pods of stores and model servers are to run now."""
    if not project.spec.suspend:
        return True
    workloads = (one for one in facts.workloads.values() if one.component in components.TABLE)
    down = all(one.current and one.replicas == 0 for one in workloads)
    return not down or bool(facts.present & CLIENTS) or Phase.RUNNING in facts.jobs.values()


def store_replicas(project: TestGenProject, facts: Facts, wanted: int = 1) -> int:
    return wanted if stores_run(project, facts) else 0


def database_answers(project: TestGenProject, facts: Facts) -> bool:
    """Whether the runtime may be started again; a database of somebody else's is not waited for."""
    name = names.postgres(project.name)
    match project.spec.stores.postgres.type:
        case "BuiltIn":
            return facts.ready(name)
        case "CloudNativePG":
            return name in facts.clusters and facts.clusters[name].ready > 0
        case "External":
            return True
