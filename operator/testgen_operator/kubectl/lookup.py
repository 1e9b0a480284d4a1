"""Names from the cluster for completion: quickly or not at all, and never an error."""

from __future__ import annotations

import asyncio

from testgen_operator.kubectl import kubeconfig
from testgen_operator.kubectl.completion import Kind
from testgen_operator.kubectl.progress import releases
from testgen_operator.kubectl.session import open_session
from testgen_operator.kubectl.views import parts

WITHIN = 2.0


def known(kind: Kind, given: dict[str, str]) -> list[str]:
    """Projects of the chosen namespace, or components or releases of the chosen project. `given`: the options so far."""
    try:
        return asyncio.run(asyncio.wait_for(_known(kind, given), WITHIN))
    except Exception:  # a shell that shows a traceback at TAB is worse than one that offers nothing
        return []


async def _known(kind: Kind, given: dict[str, str]) -> list[str]:
    target = kubeconfig.load(given.get("kubeconfig"), given.get("context"))
    async with open_session(target, given.get("namespace") or target.connection.namespace) as session:
        if kind == "projects":
            return sorted(parts.name(one) for one in await session.projects(session.namespace))
        project = parts.name(await session.the_project(given.get("name")))
        if kind == "releases":
            return [one.name for one in reversed(releases(await session.releases(project)))]
        return parts.in_order(parts.component(one) for one in await session.pods(project))
