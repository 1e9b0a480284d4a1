"""Between the pure rollout and the cluster: what is seen goes into `rollout.machine`, what it decides into TestGenReleases.

The records are written before the objects that follow from them. A pass that is killed in between is repeated from what is there:
a record without its pods is a release that starts, pods without a record stay as they are until it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.applier import status_of
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.cluster.measure import Measurer
from testgen_operator.errors import ApiError
from testgen_operator.names import Component
from testgen_operator.plan import checks, credentials, sides, traffic, watching
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, runtime_image, runtime_version
from testgen_operator.plan.model import ObjectKey
from testgen_operator.plan.traffic import Rollout
from testgen_operator.reconcile.rollout_look import Look
from testgen_operator.reconcile.rollout_look import look as look_at
from testgen_operator.reconcile.upgrades import Upgrades
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import (
    as_moment,
    as_time,
    committed_at,
    last_writer,
    named,
    release_object,
    release_status,
    snapshot_of,
)
from testgen_operator.rollout import analysis
from testgen_operator.rollout.figures import Measured
from testgen_operator.rollout.history import REJECTED
from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import Decision, Due, Outcome, Position, Record, Seen, Step
from testgen_operator.status.diagnosis import Blocker
from testgen_operator.status.reasons import Reason

Json = Mapping[str, Any]

log = telemetry.get_logger(__name__)

RECORDS_A_PASS: Final = 3
"""An adopted release, the next one, and a margin."""
CHECKED_BY: Final[Mapping[str, tuple[Component, ...]]] = {
    "SmokeFailed": ("smoke",),
    "BackupFailed": ("backup",),
    "AnalysisFailed": ("check", "smoke"),
}
"""By the reason for which a release was given up: the components of the Jobs that may have found it."""
TOO_LARGE: Final = (413, 422)
"""What the API server answers to an object beyond its limits. Without a snapshot a release cannot be rendered again: its pods are
left as they are, and a rollback to it is not possible."""


class Rollouts:
    """`measurer` None: nothing is measured, and what needs a measurement waits."""

    def __init__(
        self,
        client: Client,
        cache: Cache,
        measurer: Measurer | None,
        clock: Callable[[], datetime],
        upgrades: Upgrades | None = None,
    ) -> None:
        self._upgrades = upgrades
        self._client = client
        self._cache = cache
        self._measurer = measurer
        self._clock = clock

    async def decided(
        self, project: TestGenProject, live: Json, facts: Facts, children: Sequence[Json], images: Images
    ) -> tuple[Rollout, Facts]:
        """What is to be so now, with its records written, and the facts with those. `project`: as its spec has it. Raises
        ApiError where a record cannot be written."""
        look = look_at(project, facts, images, self._clock())
        found = decide(look.seen, self._clock())
        if (Due.MEASUREMENT in found.due or _is_watched(look.seen)) and self._measurer is not None:
            look = await self._measured(project, look, children, images)
            found = decide(look.seen, self._clock())
        for _ in range(RECORDS_A_PASS):
            start = found.start
            if start is None:
                break
            if wait := self._seconds_to_wait(project, look, found, start):
                found = replace(found, start=None, wake_seconds=wait, wanted="")  # nobody waits for it
                break
            # What ended for its sake is written before it begins: nobody could tell later how that ended.
            look = replace(look, facts=await self._write(project, look, found))
            facts = await self._begin(project, live, look, start, images)
            look = look_at(project, facts, images, self._clock())  # what was measured was the one before it
            found = decide(look.seen, self._clock())
        await self._write(project, look, found)
        if look.patience is not None:  # nothing else tells that it is over
            found = replace(found, wake_seconds=min(look.patience, found.wake_seconds or look.patience))
        return traffic.rollout(watching.as_begun(project, look.facts), look.facts, look.seen, found), look.facts

    def _seconds_to_wait(self, project: TestGenProject, look: Look, found: Decision, start: Record) -> float:
        """A release that nobody asked for but a new operator waits for its turn among all projects."""
        latest = next((one for one in reversed(look.seen.records) if one.template == start.template), None)
        again = latest is not None and look.seen.commands.retry == latest.name
        asked = start.template != look.seen.target or again
        if self._upgrades is None or start.outcome is not None or asked:
            return 0.0
        active = named(look.facts.releases, found.serve_release)
        if active is None or active["spec"].get("snapshot") != snapshot_of(project):
            return 0.0
        running = (one for one in look.facts.workloads.values() if one.replicas)
        if any(credentials.changed(one.remembered, look.facts.secrets) for one in running):
            return 0.0
        return self._upgrades.seconds(Key(project.namespace, project.name), self._clock())

    def forget(self, namespace: str, name: str) -> None:
        if self._measurer is not None:
            self._measurer.forget(namespace, name)

    async def _measured(self, project: TestGenProject, look: Look, children: Sequence[Json], images: Images) -> Look:
        """With the newest measurement of the release's pods."""
        newest = look.seen.records[-1] if look.seen.records else None
        position = newest.position if newest else None
        if newest is None or position is None or self._measurer is None:
            return look
        seen = look.seen
        pods = [one for one in children if one["kind"] == "Pod" and _labels(one).get(names.LABEL_COLOUR) == position.colour]
        measured = await self._measurer.measure(project, newest.name, position.colour, pods, seen.policy)
        seen = replace(seen, measured=measured.verdict, measured_id=measured.id, measured_message=_words(measured))
        return replace(look, seen=seen, measured=measured)

    async def _begin(self, project: TestGenProject, live: Json, look: Look, record: Record, images: Images) -> Facts:
        """Create the record, and give the facts with it."""
        assert record.position is not None
        then = watching.as_released(project, look.facts, record, look.seen.target)
        config, secrets = sides.hashes(then, look.facts)
        wanted = release_object(
            then,
            record,
            version=runtime_version(then, images),
            image=runtime_image(then, images),
            colour=record.position.colour,
            config_hash=config,
            secrets_hash=secrets,
            now=self._clock(),
            deployed_by=last_writer(live),
            origin=watching.origin(look.facts, record, look.seen.target),
            committed=_committed(live, look.facts),
        )
        made = await self._made(project, wanted)
        log.info("release begun", namespace=project.namespace, project=project.name, release=record.name)
        self._cache.put(made)
        if not made.get("status"):
            made = await self._store(made, release_status(record.position, {}))
        others = [one for one in look.facts.releases if one["metadata"]["name"] != record.name]
        return replace(look.facts, releases=(*others, made), live=look.facts.live | {_key(project, record.name)})

    async def _made(self, project: TestGenProject, wanted: dict[str, Any]) -> dict[str, Any]:
        """The record, made now or before; without its snapshot where that is larger than the API server takes."""
        try:
            return await self._client.create(wanted)
        except ApiError as problem:
            if problem.status in TOO_LARGE and wanted["spec"]["snapshot"]:
                return await self._made(project, {**wanted, "spec": {**wanted["spec"], "snapshot": {}}})
            if problem.reason != "AlreadyExists":
                raise
            there = await self._client.get(_key(project, wanted["metadata"]["name"]))
            if there is None:
                raise
            return there

    async def _write(self, project: TestGenProject, look: Look, found: Decision) -> Facts:
        """The positions that changed, the finished ones first: there is never a moment with two under way. Gives the facts with
        what was written."""
        by_name: dict[str, Json] = {one["metadata"]["name"]: one for one in look.facts.releases}
        for name, position in sorted(found.positions.items(), key=lambda one: one[1].outcome is None):
            live = by_name.get(name)
            if live is None or name in found.expired:
                continue
            before = live.get("status") or {}
            status = release_status(
                position,
                before,
                failure=_failure(look, position),
                analysis=[
                    *_figures_once(look, project, name, before, self._clock()),
                    *_figures(_measured_of(look, name), self._clock()),
                ],
                backup=_backup(project, look, name, before),
                rollback_version=_returned_to(position, live, by_name),
            )
            if status != before:
                by_name[name] = await self._store(live, status)
                _told(project, name, before, status)
                _measured_end(live, before, status)
        return replace(look.facts, releases=tuple(by_name.values()))

    async def _store(self, live: Json, status: Json) -> dict[str, Any]:
        answer = await self._client.apply(status_of(live, status), subresource="status")
        self._cache.put(answer)
        return answer


def _is_watched(seen: Seen) -> bool:
    """Whether the newest release stands at a step that is measured.

    What is due after a decision does not tell that: where a bake ran out while the operator was away nothing is, and what went
    bad meanwhile would be promoted unseen.
    """
    newest = seen.records[-1] if seen.records else None
    if newest is None or newest.position is None or newest.outcome is not None or not newest.previous or seen.suspended:
        return False
    return analysis.is_due(seen.policy, newest.position)


def _failure(look: Look, position: Position) -> dict[str, Any] | None:
    if position.step is not Step.RETURNING and position.outcome not in REJECTED:
        return None
    cause = look.causes.get(position.colour) or look.unable or _failed_check(look.facts, position)
    if cause is None:
        return None
    return {
        "component": cause.component,
        "container": cause.container,
        "reason": str(cause.reason),
        "exitCode": cause.exit_code,
        "lastLines": cause.last_lines or cause.last_words,
    }


def _failed_check(facts: Facts, position: Position) -> Blocker | None:
    """The container of a check, or of the backup, that ended badly: its Job is gone after this pass."""
    of = CHECKED_BY.get(position.reason, ())
    ended = [(part, one) for pod in facts.pods for part in of if pod.component == part for one in pod.containers if one.exit_code]
    if not ended:
        return None
    part, last = ended[-1]
    return Blocker(Reason(position.reason), part, "", last.name, last.exit_code, last_lines=last.last_words)


def _figures_once(look: Look, project: TestGenProject, release: str, before: Json, now: datetime) -> list[dict[str, Any]]:
    """Of the checks that are made once, the golden set's above all, as soon as they have ended; each is written down once."""
    once = checks.analysed(look.facts, project, release)
    known = {one.get("name") for one in before.get("analysis") or ()}
    return [one for one in _figures(once, now) if one["name"] not in known]


def _measured_of(look: Look, release: str) -> Measured | None:
    """What was measured now, where it was that release: of them all the newest alone is measured."""
    return look.measured if look.seen.records and look.seen.records[-1].name == release else None


def _figures(measured: Measured | None, now: datetime) -> list[dict[str, Any]]:
    if measured is None:
        return []
    at = as_time(now)
    return [
        {
            "name": one.name,
            "verdict": str(one.verdict),
            "value": "" if one.value is None else f"{one.value:g}",
            "limit": f"{one.limit:g}",
            "at": at,
        }
        for one in measured.figures
    ]


def _backup(project: TestGenProject, look: Look, release: str, before: Json) -> Json | None:
    """What was taken, as far as it is known; once its pod is gone no more than its place, which takes nothing from the record."""
    taken = checks.results(look.facts, project, release)["backup"].record
    known = ("location", "sizeBytes", "sha256", "takenAt")
    told = {name: taken[name] for name in known if name in taken}
    return told if "sha256" in told or not before.get("backup") else None


def _words(measured: Measured) -> str:
    return f"{measured.reason}: {measured.message}" if measured.reason else measured.message


def _returned_to(position: Position, live: Json, by_name: Mapping[str, Json]) -> str:
    """The version that serves again after this release; empty while it is not given up."""
    if position.step is not Step.RETURNING and position.outcome not in REJECTED:
        return ""
    before = by_name.get(str(live["spec"].get("previous", "")))
    return str(before["spec"].get("version", "")) if before else ""


def _committed(live: Json, facts: Facts) -> str:
    """When the change was committed, where the project tells it and that is a time. What an earlier release has is that one's: it
    stays on a project whose spec is then changed by hand."""
    told = committed_at(live)
    known = {committed_at(one) for one in facts.releases}
    return told if as_moment(told) is not None and told not in known else ""


def _told(project: TestGenProject, release: str, before: Json, after: Json) -> None:
    if (before.get("step"), before.get("outcome")) != (after.get("step"), after.get("outcome")):
        log.info(
            "release",
            namespace=project.namespace,
            project=project.name,
            release=release,
            step=after.get("step"),
            outcome=after.get("outcome"),
            reason=after.get("reason"),
        )


ENVIRONMENTS: Final = ("Development", "Staging", "Production")


def begin_figures() -> None:
    """Every series of the figures of DORA at 0. One that first appears with its first release has no increase in Prometheus: what
    is released once a week would be seen never, since each start of the operator begins anew."""
    for environment in ENVIRONMENTS:
        for outcome in Outcome:
            telemetry.RELEASES.labels(environment, str(outcome))
            telemetry.RELEASE_SECONDS.labels(environment, str(outcome))
        telemetry.RESTORE_SECONDS.labels(environment)
        telemetry.LEAD_SECONDS.labels(environment)


def _measured_end(record: Json, before: Json, after: Json) -> None:
    """The figures of DORA. A record ends once, so it is counted once, unless the operator is killed in between."""
    ended = as_moment(after.get("completedAt"))
    if before.get("outcome") or not after.get("outcome") or ended is None:
        return
    environment, outcome = str(record["spec"].get("environment", "")), str(after["outcome"])
    telemetry.RELEASES.labels(environment, outcome).inc()
    begun = as_moment(record["spec"].get("startedAt"))
    if begun is not None:
        telemetry.RELEASE_SECONDS.labels(environment, outcome).observe(max(0.0, (ended - begun).total_seconds()))
    changed = as_moment(committed_at(record)) or begun
    if outcome == str(Outcome.PROMOTED) and changed is not None:  # what was promoted fast is mostly a return, and no change
        telemetry.LEAD_SECONDS.labels(environment).observe(max(0.0, (ended - changed).total_seconds()))
    found_bad = as_moment(before.get("since")) if before.get("step") == str(Step.RETURNING) else ended
    if outcome == str(Outcome.ROLLED_BACK) and found_bad is not None:
        telemetry.RESTORE_SECONDS.labels(environment).observe(max(0.0, (ended - found_bad).total_seconds()))


def _labels(obj: Json) -> Mapping[str, str]:
    return obj["metadata"].get("labels") or {}


def _key(project: TestGenProject, name: str) -> ObjectKey:
    return ObjectKey(RELEASE.api_version, RELEASE.kind, project.namespace, name)
