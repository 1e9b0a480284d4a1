"""The two colours of a project: each is the project as the release that stands there has it. Pure.

A release is known by its template: the name of everything that makes up its pods. It is taken from what would be rendered for the
colour blue, so the same release has the same name on either side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Colour, Component
from testgen_operator.plan import components, configuration, credentials, edge, runtime
from testgen_operator.plan.facts import Facts, Workload
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import Manifest, ObjectKey, digest
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import from_snapshot, named
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.model import Decision, Slot, Strategy

CANONICAL: Final[Colour] = "blue"


@dataclass(frozen=True)
class Side:
    """`project`: as its release has it, of its colour. `size`: pods of each part, None by the project's own scale. `held`: what
    stands there is of another rendering than this operator's, and is left alone."""

    project: TestGenProject
    serves: bool = True
    template: str = ""
    is_target: bool = True
    size: int | None = None
    held: bool = False
    unknown: bool = False
    """How its release had the project cannot be read: then `project` is only as the spec has it."""


def of_colour(project: TestGenProject, colour: Colour) -> TestGenProject:
    return project if project.colour == colour else project.model_copy(update={"colour": colour})


def sides(project: TestGenProject, facts: Facts, images: Images, decision: Decision | None, target: str) -> list[Side]:
    """What is to stand, the colour that serves first. Without a decision: the spec, on the colour that serves."""
    if decision is None:
        return [Side(project)]
    found = [_side(of_colour(project, colour), facts, images, slot, decision, target) for colour, slot in decision.slots.items()]
    return sorted(found, key=lambda one: (not one.serves, one.project.colour))


def _side(project: TestGenProject, facts: Facts, images: Images, slot: Slot, decision: Decision, target: str) -> Side:
    serves = project.colour == decision.serve
    if slot.template == target:
        return Side(project, serves, target, size=slot.size)
    then = named(facts.releases, slot.release)
    as_it_was = from_snapshot(project, then) if then is not None else None
    if as_it_was is None:
        return Side(project, serves, slot.template, is_target=False, size=slot.size, held=True, unknown=True)
    as_it_was = of_colour(as_it_was, project.colour)
    # What stands there as it was made is left alone; what has to be made is rendered as it would be now.
    stands = live_template(as_it_was, facts, project.colour) == slot.template
    differs = template(as_it_was, facts, images) != slot.template
    return Side(as_it_was, serves, slot.template, is_target=False, size=slot.size, held=differs and stands)


def deployments(project: TestGenProject, facts: Facts, images: Images, migration: str, size: int | None) -> list[Manifest]:
    """The Deployments of the project's mode and what they mount, of its colour."""
    found = _rendered(project, facts, images, migration, size)
    if project.colour == CANONICAL:
        return found
    known = _releases(_rendered(of_colour(project, CANONICAL), facts, images, migration, size))
    return [_named(one, known) if one.kind == "Deployment" else one for one in found]


def template(project: TestGenProject, facts: Facts, images: Images) -> str:
    """The name of what makes up the pods; replicas are no part of it."""
    return of_parts(project.name, _releases(_rendered(of_colour(project, CANONICAL), facts, images, "", None)))


def live_template(project: TestGenProject, facts: Facts, colour: Colour) -> str:
    """The template that the Deployments of a colour are of; empty where none stands. Of two modes side by side it is that of the
    mode that is asked for, as soon as all of its parts are there."""
    there = {one.component: one.release for one in live(facts, colour) if one.release}
    if not there:
        return ""
    wanted = set(components.named(project))
    if wanted <= set(there):
        return of_parts(project.name, {one: there[one] for one in there if one in wanted})
    split = {one: release for one, release in there.items() if one != "all"}
    return of_parts(project.name, {"all": there["all"]} if "all" in there and (not split or "all" not in wanted) else split)


def live(facts: Facts, colour: Colour) -> list[Workload]:
    """The Deployments of the runtime's parts of a colour."""
    return [one for one in facts.workloads.values() if one.colour == colour and one.component in components.TABLE]


def of_parts(project: str, releases: Mapping[str, str]) -> str:
    """One name for all parts; a whole runtime's is that of its only part."""
    return releases["all"] if set(releases) == {"all"} else f"{project}-{digest(sorted(releases.values()))}"


def hashes(project: TestGenProject, facts: Facts) -> tuple[str, str]:
    """Of the configuration and of the Secrets, for the record."""
    config = configuration.config_map(of_colour(project, CANONICAL)).name.rpartition("-")[2]
    return config, credentials.secrets_hash(project, facts)


def _rendered(project: TestGenProject, facts: Facts, images: Images, migration: str, size: int | None) -> list[Manifest]:
    config = configuration.config_map(project)
    found: list[Manifest] = [config]
    for part in components.parts(project):
        if part.role:
            found.append(runtime.deployment(project, facts, images, part, config.name, migration))
        else:
            found += edge.manifests(project, facts, images, migration)
    return [
        _sized(one, _size(project, facts, one, size)) if one.kind == "Deployment" and size is not None else one for one in found
    ]


def scaled(side: Side, facts: Facts) -> dict[ObjectKey, int]:
    """The number of pods of a side whose Deployments are left as they are otherwise; without those that an autoscaler has."""
    project, found = side.project, {}
    for one in live(facts, project.colour):
        component: Component = one.component  # type: ignore[assignment]
        count = runtime.replicas(project, facts, component) if side.size is None else _count(project, facts, component, side.size)
        if count is not None:
            found[ObjectKey("apps/v1", "Deployment", project.namespace, one.name)] = count
    return found


def _size(project: TestGenProject, facts: Facts, manifest: Manifest, size: int | None) -> int:
    return _count(project, facts, manifest.object["metadata"]["labels"][names.LABEL_COMPONENT], size)


def _count(project: TestGenProject, facts: Facts, component: Component, size: int | None) -> int:
    """A fixed number of pods is meant for the entry; the parts behind it get what the other colour has of them, so that a split
    runtime is not served by fewer than before. What RollingUpdate tries beside it never serves."""
    if not size or component == components.entry(project) or policy(project).strategy is Strategy.ROLLING:
        return size or 0
    other: Colour = "green" if project.colour == "blue" else "blue"
    there = [facts.workloads.get(names.workload(project.name, component, one)) for one in (project.colour, other)]
    return max([1, *(one.replicas for one in there if one is not None)])


def _sized(manifest: Manifest, replicas: int) -> Manifest:
    return Manifest({**manifest.object, "spec": {**manifest.object["spec"], "replicas": replicas}})


def _releases(manifests: list[Manifest]) -> dict[str, str]:
    """The release that each part's Deployment is labelled with, by component."""
    labels = [one.object["metadata"]["labels"] for one in manifests if one.kind == "Deployment"]
    return {one[names.LABEL_COMPONENT]: one[names.LABEL_RELEASE] for one in labels}


def _named(manifest: Manifest, releases: Mapping[str, str]) -> Manifest:
    """With the canonical name of its release."""
    metadata, spec = manifest.object["metadata"], manifest.object["spec"]
    name = {names.LABEL_RELEASE: releases[metadata["labels"][names.LABEL_COMPONENT]]}
    pod = spec["template"]
    return Manifest(
        {
            **manifest.object,
            "metadata": {**metadata, "labels": {**metadata["labels"], **name}},
            "spec": {**spec, "template": {**pod, "metadata": _labelled(pod["metadata"], name)}},
        }
    )


def _labelled(metadata: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    return {**metadata, "labels": {**metadata["labels"], **labels}}
