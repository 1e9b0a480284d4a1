"""Who gets the requests while releases come and go: the active Service, the preview, and a canary's share. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from testgen_operator.plan import exposure, modes, runtime
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.sides import of_colour
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import from_snapshot, named
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.history import REJECTED
from testgen_operator.rollout.model import Decision, Due, Position, Seen, Step, Strategy

Traffic = Literal["Service", "GatewayWeights", "TraefikWeights", "NginxWeights", "ReplicaRatio"]


@dataclass(frozen=True)
class Rollout:
    """What the plan needs of a rollout. `target`: the template that the spec asks for. `release`: the newest release, and where
    it stands; `preview`: the project as that release has it, where its pods stand beside those that serve."""

    decision: Decision
    strategy: Strategy
    target: str
    release: str = ""
    preview: TestGenProject | None = None
    position: Position | None = None
    template: str = ""
    tried: TestGenProject | None = None
    """The project as the newest release has it."""
    leaving: TestGenProject | None = None
    """A canary that has ended and drains, of its colour: a way in that has not heard of it yet still gives it its share."""

    @property
    def in_place(self) -> bool:
        """Whether the newest release changes what serves. One of RollingUpdate with checks stands beside it until they passed."""
        there = self.position is None or self.position.colour == self.decision.serve
        return self.strategy is Strategy.ROLLING and there

    @property
    def checks(self) -> frozenset[Due]:
        """What Jobs are to be made for: those of the analysis before the first request alone."""
        before = self.position is not None and self.position.step is Step.ANALYSING
        return self.decision.due if before else self.decision.due - {Due.MEASUREMENT}

    @property
    def migrates(self) -> bool:
        """Whether the migration that the spec needs may be made now. One that was lost (with its database) is made again where
        the release that serves needs it and none is under way."""
        at_rest = self.position is None or self.position.outcome is not None
        slot = self.decision.slots.get(self.decision.serve)
        serves_it = slot is not None and slot.template == self.target
        return Due.MIGRATION in self.decision.due or self._replaces_pods or (at_rest and serves_it)

    @property
    def _replaces_pods(self) -> bool:
        """The release that the spec asks for goes forward in place, past its migration."""
        if self.position is None or self.position.outcome is not None or self.template != self.target:
            return False
        before = self.position.step in (Step.BACKING_UP, Step.MIGRATING, Step.RETURNING)
        return self.in_place and not before

    @property
    def gave_up(self) -> bool:
        """Whether the release that the spec asks for was given up: it is tried anew only when somebody says so."""
        given_up = self.position is not None and self.position.outcome in REJECTED
        return given_up and self.template == self.target


def rollout(project: TestGenProject, facts: Facts, seen: Seen, decision: Decision) -> Rollout:
    """What a plan needs of a decision."""
    newest = seen.records[-1] if seen.records else None
    strategy = policy(project).strategy
    if newest is None:
        return Rollout(decision, strategy, seen.target)
    position, preview, tried = decision.positions.get(newest.name, newest.position), None, project
    if position is not None and position.outcome is None:
        if newest.template != seen.target and (record := named(facts.releases, newest.name)) is not None:
            tried = from_snapshot(project, record) or project
        slot = decision.slots.get(position.colour)
        beside = len(decision.slots) > 1 or position.colour != decision.serve
        if slot is not None and beside and slot.release == newest.name:
            preview = of_colour(tried, position.colour)
    leaving = None
    if position is not None and position.step is Step.DRAINING and strategy is Strategy.CANARY:
        record = named(facts.releases, newest.name)
        leaving = of_colour((from_snapshot(project, record) if record is not None else None) or project, position.colour)
    return Rollout(decision, strategy, seen.target, newest.name, preview, position, newest.template, tried, leaving)


def services(
    project: TestGenProject, served: TestGenProject, facts: Facts, migration: str, rollout: Rollout | None
) -> list[Manifest]:
    """The active Service and, while a release stands beside, its preview. `served`: the project as what serves has it; the way in
    is the spec's, whatever it was when that release began.

    A canary's preview outlives its share: a controller that sees the Service go before it sees the share go answers that part of
    the requests with an error (Traefik 3.5: 500)."""
    entry = modes.serving(served, facts)
    if rollout is None:
        return [runtime.active_service(served, entry, migration)]
    ratio = splits(project, facts) == "ReplicaRatio" and bool(rollout.decision.weight)
    found = [runtime.active_service(served, entry, migration, release=rollout.decision.serve_release, both=ratio)]
    beside = rollout.preview or rollout.leaving
    if beside is not None:
        found.append(runtime.preview_service(beside))
    return found


def splits(project: TestGenProject, facts: Facts) -> Traffic:
    """What can give a part of the requests to another release: the way in where it knows weights, else the number of pods."""
    wanted = project.spec.exposure
    if wanted.type == "Gateway" and exposure.HTTP_ROUTE in facts.served:
        return "GatewayWeights"
    if wanted.type == "Ingress" and exposure.controller(project) == "traefik" and exposure.INGRESS_ROUTE in facts.served:
        return "TraefikWeights"
    if exposure.controller(project) == "nginx":
        return "NginxWeights"
    return "ReplicaRatio"


def weight(project: TestGenProject, facts: Facts, rollout: Rollout | None) -> int | None:
    """Percent of the requests that the way in gives to the preview; None where it has no part in it."""
    if rollout is None or rollout.preview is None or splits(project, facts) == "ReplicaRatio":
        return None
    return rollout.decision.weight
