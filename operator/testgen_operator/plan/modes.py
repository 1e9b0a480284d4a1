"""From one mode to another without the loss of a request: who serves while old and new parts stand side by side.

Nothing is remembered: the active Service's selector says who serves, and the live Deployments say what there is. The order is

1. the new mode's parts come up beside the old ones, which nothing touches;
2. when every new part is ready the Service's selector moves, in one write, to the new entry;
3. when that write is seen, the old parts go, callers before those that they call: the old entry's pods end their last requests
   (preStop, then their drain) before the parts behind it are taken away.

New parts that never become ready leave the old ones serving, for as long as it takes. Databases and volumes are no part of this.
"""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components
from testgen_operator.plan.facts import Facts
from testgen_operator.resources.project import TestGenProject


def serving(project: TestGenProject, facts: Facts) -> Component:
    """The part that the active Service is to select now."""
    wanted = components.entry(project)
    if project.spec.suspend or complete(project, facts):
        return wanted
    others = [one for one in components.ENTRIES if one != wanted]
    # A Service that somebody deleted comes back in front of whoever can answer.
    now = facts.serving or next((one for one in others if facts.ready(_name(project, one))), wanted)
    return now if now in others and _name(project, now) in facts.workloads else wanted


def complete(project: TestGenProject, facts: Facts) -> bool:
    """Whether every part of the wanted mode has all its pods, ready and of the newest template."""
    return all(_is_complete(project, facts, one) for one in components.named(project))


def changing(project: TestGenProject, facts: Facts) -> bool:
    """Whether parts of another mode still stand."""
    return bool(leaving(project, facts))


def leaving(project: TestGenProject, facts: Facts) -> tuple[Component, ...]:
    """The live parts that the project no longer asks for."""
    wanted = components.named(project)
    return tuple(one for one in components.TABLE if one not in wanted and _name(project, one) in facts.workloads)


def kept(project: TestGenProject, facts: Facts) -> tuple[Component, ...]:
    """Those of them that must stay for now: all until the new ones serve, then each until its last caller is gone."""
    old = leaving(project, facts)
    if project.spec.suspend:
        return ()
    if facts.serving != components.entry(project) or not complete(project, facts):
        return old
    # Callers may be pods that are about to end: their Deployment is gone, their last requests are not.
    gone = [one for one in components.TABLE if one not in components.named(project)]
    return tuple(one for one in old if any(one in components.TABLE[caller].calls and caller in facts.present for caller in gone))


def _is_complete(project: TestGenProject, facts: Facts, component: Component) -> bool:
    live = facts.workloads.get(_name(project, component))
    return live is not None and live.current and live.complete and live.ready >= live.replicas


def _name(project: TestGenProject, component: Component) -> str:
    return names.workload(project.name, component, project.colour)
