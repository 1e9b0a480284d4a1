"""A change that may not be, told by what lives: the operator's own guard behind the rules of the API server. Pure.

The API server refuses such a change by the old spec. Where it did not (an older definition, a restored object), the stores that
the project has made still tell what it was, and they are left alone until the spec fits them.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from testgen_operator import names
from testgen_operator.plan import components
from testgen_operator.plan.facts import Facts
from testgen_operator.resources.problems import Problem
from testgen_operator.resources.project import TestGenProject, changed

_NUMBER: Final = re.compile(r"\d+")


def problems(project: TestGenProject, facts: Facts) -> list[Problem]:
    """Why the project may not become what its spec asks for; nothing where what lives does not tell."""
    stores = project.spec.stores
    kind, servers = postgres_type(project, facts), qdrant_servers(project, facts)
    if kind in (None, stores.postgres.type) and servers <= stores.qdrant.replicas:
        return []  # all but always: nothing is to be written out
    postgres = stores.postgres.model_copy(update={"type": kind or stores.postgres.type})
    qdrant = stores.qdrant.model_copy(update={"replicas": max(servers, stores.qdrant.replicas)})
    was = stores.model_copy(update={"postgres": postgres, "qdrant": qdrant})
    return changed(project.spec.model_copy(update={"stores": was}), project.spec)


def postgres_type(project: TestGenProject, facts: Facts) -> Literal["BuiltIn", "CloudNativePG"] | None:
    """Which PostgreSQL the project runs on. None: nobody can tell, it is somebody else's or there is none yet.

    A Cluster alone is no proof, since under Retain it outlives a project of the same name; pods of this one's runtime that have
    come up without a server of the operator's are.
    """
    name = names.postgres(project.name)
    server = facts.workloads.get(name)
    if server is not None and server.owner == project.uid:
        return "BuiltIn"
    served = any(one.component in components.TABLE and one.owner == project.uid for one in facts.workloads.values())
    asks_for_one = project.spec.stores.postgres.type == "BuiltIn"
    return "CloudNativePG" if name in facts.clusters and served and asks_for_one else None


def qdrant_servers(project: TestGenProject, facts: Facts) -> int:
    """How many servers of Qdrant the project runs."""
    prefix = names.qdrant(project.name) + "-"
    numbers = [
        int(found[0])
        for name, one in facts.workloads.items()
        if one.owner == project.uid and name.startswith(prefix) and (found := _NUMBER.fullmatch(name.removeprefix(prefix)))
    ]
    return max(numbers, default=-1) + 1
