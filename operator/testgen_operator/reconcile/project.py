"""How a TestGenProject becomes what it asks for: observe, plan, apply, prune, status."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from testgen_operator import telemetry
from testgen_operator.cluster.applier import Applier
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.classes import IngressClasses
from testgen_operator.cluster.events import EventPoster
from testgen_operator.cluster.hosts import Hosts
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.cluster.outcome import Outcome, is_going
from testgen_operator.cluster.secrets import SecretKeeper
from testgen_operator.cluster.trouble import Trouble, all_well
from testgen_operator.errors import ApiError
from testgen_operator.plan import credentials, replaced, watching
from testgen_operator.plan import facts as facts_of
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.plan import plan
from testgen_operator.plan.traffic import Rollout
from testgen_operator.reconcile.reporting import Reports
from testgen_operator.reconcile.rollouts import Rollouts
from testgen_operator.reconcile.specs import Specs
from testgen_operator.reconcile.upgrades import Turn, Upgrades, written
from testgen_operator.reconcile.wakeup import WakeUp
from testgen_operator.resources.problems import Problem
from testgen_operator.resources.project import InvalidProject, TestGenProject, owner_reference
from testgen_operator.status import compute, events

LEAST_WAIT: Final = 0.5
"""Seconds: a moment that is due comes a little later rather than a little too early."""
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Cluster:
    """The edges of a reconcile. Everything that it reads or writes goes through one of them."""

    cache: Cache
    applier: Applier
    secrets: SecretKeeper
    events: EventPoster
    trouble: Trouble
    served: frozenset[tuple[str, str]] = frozenset()
    """Of the kinds that not every cluster has, those that this one serves, as (apiVersion, kind)."""
    hosts: Hosts | None = None
    classes: IngressClasses | None = None
    upgrades: Upgrades | None = None
    namespace: str = ""
    """Of the operator itself."""
    reports: Reports = field(default_factory=Reports)
    specs: Specs = field(default_factory=Specs)
    rollouts: Rollouts | None = None
    """None: the spec is followed in place, without records."""


async def reconcile(key: Key, cluster: Cluster, images: Images, clock: Clock, resync: float) -> WakeUp:
    """Take one project one step nearer to its spec. Safe to be killed at any line and to be run again at any time."""
    live = cluster.cache.project(key)
    if live is None or live["metadata"].get("deletionTimestamp"):
        cluster.secrets.forget(key)
        if cluster.hosts is not None:
            cluster.hosts.forget(key)
        if cluster.upgrades is not None:
            cluster.upgrades.forget(key)
        cluster.reports.forget(key)
        cluster.specs.forget(key)
        if cluster.rollouts is not None:
            cluster.rollouts.forget(key.namespace, key.name)
        telemetry.CONDITIONS.forget(*key)
        return WakeUp.never()  # its children go by their owner references
    try:
        project = cluster.specs.parse(key, live)
    except InvalidProject as invalid:
        return await _refuse(invalid.problems, key, live, cluster, clock, resync)

    facts = await _observe(project, key, cluster)
    if problems := replaced.problems(project, facts):
        return await _refuse(problems, key, live, cluster, clock, resync)
    try:
        rollout, facts = await _rollout(project, key, live, facts, cluster, images)
    except ApiError as problem:
        if is_going(problem.status, problem.causes, problem.message):
            return WakeUp.waiting()  # no new release is recorded where nothing new may be made
        raise
    project = watching.as_begun(project, facts)
    project = project.model_copy(update={"colour": rollout.decision.serve if rollout else facts.serving_colour or "blue"})
    wanted = plan(project, facts, images, rollout)
    outcome = Outcome()
    await cluster.secrets.ensure(wanted.secrets, owner_reference(project), outcome)
    if outcome.namespace_is_going:
        return WakeUp.waiting()
    under_way = rollout is not None and rollout.position is not None and rollout.position.outcome is None
    # The Jobs of a release are no upgrade: one that a new operator causes has waited for its turn before it began.
    paced = [one for one in wanted.manifests if not under_way or one.kind != "Job"]
    turn = _turn(key, live, paced, facts, cluster, clock())
    manifests = [one for one in wanted.manifests if one.key not in turn.held]
    await cluster.applier.apply(manifests, outcome, marked=turn.marked, mark=written(clock()))
    await cluster.applier.scale(wanted.scaled, outcome)
    if outcome.namespace_is_going:
        return WakeUp.waiting()  # the project goes with it; there is nobody left to tell
    if not outcome.refused:
        await cluster.applier.prune(key, project.uid, wanted.prune_keep, outcome)

    if outcome.writes:
        facts = await _observe(project, key, cluster)
    facts = replace(facts, apply_errors=tuple(outcome.refused))
    shown = None if turn.held else wanted
    status = compute(project, facts, _status(live), clock(), wanted=shown, settled=not outcome.writes, rollout=rollout)
    await _report(key, live, status, cluster, settled=not outcome.writes, kept=_kept(live, facts))
    if turn.held and not outcome.writes:
        return WakeUp.resync(min(turn.seconds, resync))
    soon = rollout.decision.wake_seconds if rollout else None
    return _next(facts, outcome, resync if soon is None else max(LEAST_WAIT, min(soon, resync)))


async def _refuse(
    problems: Sequence[Problem], key: Key, live: Mapping[str, Any], cluster: Cluster, clock: Clock, resync: float
) -> WakeUp:
    """Say why the spec is not followed. What runs keeps running; only a new spec mends this."""
    generation = int(live["metadata"].get("generation", 0))
    await _report(key, live, compute(problems, None, _status(live), clock(), generation=generation), cluster)
    return WakeUp.resync(resync)


async def _rollout(
    project: TestGenProject, key: Key, live: Mapping[str, Any], facts: Facts, cluster: Cluster, images: Images
) -> tuple[Rollout | None, Facts]:
    """What the releases of the project are to be now. None where the cluster keeps no records of them."""
    if cluster.rollouts is None or (RELEASE.api_version, RELEASE.kind) not in cluster.served:
        return None, facts
    return await cluster.rollouts.decided(project, live, facts, cluster.cache.children(key), images)


def _turn(
    key: Key, live: Mapping[str, Any], manifests: Sequence[Manifest], facts: Facts, cluster: Cluster, now: datetime
) -> Turn:
    if cluster.upgrades is None:
        return Turn()
    return cluster.upgrades.turn(key, live, cluster.cache.children(key), manifests, facts.secrets, now)


async def _observe(project: TestGenProject, key: Key, cluster: Cluster) -> Facts:
    children = cluster.cache.children(key)
    live = cluster.cache.project(key)
    absent = _drawn(project) if live is not None and not children and not _status(live) else frozenset[str]()
    releases = [child for child in children if child["kind"] == RELEASE.kind]
    wanted = watching.secret_names(project, releases)
    read = await cluster.secrets.read(key, wanted, well=_pods_are_well(children), absent=absent)
    needed = facts_of.secret_names(project)  # what only an earlier release needs is nothing to wait for
    referenced = {name: one for name, one in read.items() if one.exists or name in needed}
    taken = live is not None and cluster.hosts is not None and cluster.hosts.taken(key, live)
    events = await cluster.trouble.seen(key.namespace, children)
    asked = project.spec.exposure.ingress_class_name or ""
    return facts_of.observe(
        project,
        children,
        referenced,
        events,
        served=cluster.served,
        host_taken=taken,
        class_missing=cluster.classes is not None and await cluster.classes.lack(asked),
        operator_namespace=cluster.namespace,
    )


def _drawn(project: TestGenProject) -> frozenset[str]:
    """The Secrets that are the operator's to make. Of a project that it has never dealt with they are not looked for first: to
    create one that is there after all says so."""
    return frozenset(credentials.secret_keys(project)) - credentials.brought(project)


def _pods_are_well(children: Sequence[Mapping[str, Any]]) -> bool:
    """A pod that does not come up may wait for a Secret: then what is remembered of Secrets is not good enough."""
    return all_well([child for child in children if child["kind"] == "Pod"])


async def _report(
    key: Key,
    live: Mapping[str, Any],
    status: dict[str, Any],
    cluster: Cluster,
    *,
    settled: bool = True,
    kept: Sequence[str] = (),
) -> None:
    """Events first: their names make a repetition harmless, a status that is already written would hide that they are due."""
    before = _status(live)
    telemetry.CONDITIONS.set(*key, status)
    if cluster.reports.due(key, before, status, settled=settled):
        await cluster.events.post(live, events(before, status, kept))
        await cluster.applier.write_status(live, status)


def _kept(live: Mapping[str, Any], facts: Facts) -> list[str]:
    """The volumes that are older than the project: an earlier one of its name left them."""
    begun = str(live["metadata"].get("creationTimestamp", ""))
    return sorted(one.name for one in facts.volumes.values() if one.created and one.created < begun)


def _status(live: Mapping[str, Any]) -> dict[str, Any]:
    return dict(live.get("status") or {})


def _next(facts: Facts, outcome: Outcome, resync: float) -> WakeUp:
    if outcome.writes:
        return WakeUp.at_once()
    if outcome.refused or facts.class_missing or any(not secret.exists for secret in facts.secrets.values()):
        return WakeUp.waiting()
    return WakeUp.resync(resync)
