"""What the status says of the runtime's parts, whatever the mode: who serves, whether all of it is there and as asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, modes, sizes
from testgen_operator.plan.facts import Facts, Workload
from testgen_operator.plan.model import Plan, digest
from testgen_operator.plan.traffic import Rollout
from testgen_operator.resources.project import TestGenProject

BLIND: Final = timedelta(minutes=3)
"""metrics-server measures every 15 s by default, and an autoscaler leaves out a pod's processor time for its first minutes."""


def workload(project: TestGenProject, facts: Facts, component: Component) -> Workload | None:
    return facts.workloads.get(names.workload(project.name, component, project.colour))


def behind_the_endpoint(project: TestGenProject, facts: Facts) -> tuple[Component, ...]:
    """The parts that answer now: of the mode that the active Service leads to, which may be the last one's."""
    wanted = components.entry(project)
    if facts.serving in ("", wanted):
        return components.named(project)
    return modes.leaving(project, facts)


def unavailable(project: TestGenProject, facts: Facts) -> Component | None:
    """The first part behind the endpoint that has no ready pod although it should."""
    for one in behind_the_endpoint(project, facts):
        live = workload(project, facts, one)
        rests = one in components.named(project) and sizes.scale(project, one).most == 0
        if not rests and (live is None or not live.available or live.ready == 0):
            return one
    return None


def without_metrics(project: TestGenProject, facts: Facts, now: datetime) -> Component | None:
    """The first part whose autoscaler has had no figures for longer than pods need that have just started."""
    for one in behind_the_endpoint(project, facts):
        since = facts.blind_since.get(names.workload(project.name, one, project.colour))
        if since and now - datetime.fromisoformat(since) > BLIND:
            return one
    return None


def unfinished(project: TestGenProject, facts: Facts, wanted: Plan | None) -> Component | None:
    """The first part of the wanted mode whose pods are not all of the planned template, ready and counted."""
    planned = {one.name: one for one in wanted.manifests if one.kind == "Deployment"} if wanted is not None else None
    for one in components.named(project):
        live = workload(project, facts, one)
        if live is None or not live.current or not live.complete:
            return one
        if planned is None:
            continue
        manifest = planned.get(live.name)
        if manifest is None or manifest.object["metadata"]["labels"][names.LABEL_RELEASE] != live.release:
            return one
        if manifest.object["spec"].get("replicas", live.replicas) != live.replicas:
            return one
    return None


def release(project: TestGenProject, facts: Facts) -> dict[str, str] | None:
    """What runs. A split runtime's release is that of all its parts together; its version and image are the API's."""
    live = [(one, found) for one in behind_the_endpoint(project, facts) if (found := workload(project, facts, one))]
    live = [(one, found) for one, found in live if found.release]
    if not live:
        return None
    by_part = dict(live)
    shown = by_part.get("all") or by_part.get("api") or live[0][1]
    name = shown.release if "all" in by_part else f"{project.name}-{digest(sorted(found.release for _, found in live))}"
    return {"name": name, "colour": project.colour, "version": shown.version, "image": shown.image}


def preview(project: TestGenProject, facts: Facts, rollout: Rollout | None) -> dict[str, str] | None:
    """The release under way, where its pods stand beside those that serve."""
    if rollout is None or rollout.preview is None or rollout.preview.colour == project.colour:
        return None
    return release(rollout.preview, replace(facts, serving=components.entry(rollout.preview)))


def count(facts: Facts) -> int:
    """Pods of the runtime that exist."""
    return sum(pod.component in components.TABLE and pod.phase not in ("Failed", "Succeeded") for pod in facts.pods)


def selector(project: TestGenProject) -> str:
    """What selects them: of all parts, and of one where there is only one."""
    if components.is_split(project):
        labels = {names.LABEL_PROJECT: project.name, names.LABEL_COLOUR: project.colour}
    else:
        labels = names.selector(project.name, components.entry(project), colour=project.colour)
    return ",".join(f"{key}={value}" for key, value in labels.items())
