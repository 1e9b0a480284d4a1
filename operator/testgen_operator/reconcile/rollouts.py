"""Between the pure rollout and the cluster: what is seen goes into `rollout.machine`, what it decides into TestGenReleases.

The records are written before the objects that follow from them. A pass that is killed in between is repeated from what is there:
a record without its pods is a release that starts, pods without a record stay as they are until it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from testgen_operator import names, telemetry
from testgen_operator.cluster.applier import status_of
from testgen_operator.cluster.cache import Cache, Key
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import RELEASE
from testgen_operator.cluster.measure import Measurer
from testgen_operator.errors import ApiError
from testgen_operator.names import Colour
from testgen_operator.plan import checks, components, credentials, sides, traffic, watching
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, runtime_image, runtime_version
from testgen_operator.plan.model import ObjectKey
from testgen_operator.plan.plan import missing_secrets
from testgen_operator.plan.traffic import Rollout
from testgen_operator.reconcile.upgrades import Upgrades
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import (
    as_moment,
    as_time,
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
from testgen_operator.rollout.model import COLOURS, Decision, Due, Outcome, Position, Record, Seen, Step
from testgen_operator.status.diagnosis import Blocker, blockers, message
from testgen_operator.status.reasons import Reason

Json = Mapping[str, Any]

log = telemetry.get_logger(__name__)

RECORDS_A_PASS: Final = 3
"""An adopted release, the next one, and a margin."""
TOO_LARGE: Final = (413, 422)
"""What the API server answers to an object beyond its limits. Without a snapshot a release cannot be rendered again: its pods are
left as they are, and a rollback to it is not possible."""
MAY_PASS: Final = frozenset(
    {Reason.UNSCHEDULABLE, Reason.QUOTA_EXCEEDED, Reason.VOLUME_PENDING, Reason.PROGRESS_DEADLINE_EXCEEDED, Reason.APPLY_REFUSED}
)
"""What ends without a change of the release: a node comes, other pods end. Such a release is given up at its deadline alone."""


@dataclass(frozen=True)
class _Look:
    """One look at a project: what was seen, and what explains it."""

    seen: Seen
    facts: Facts
    causes: Mapping[Colour, Blocker]
    unable: Blocker | None = None
    """Why the migration cannot run."""
    measured: Measured | None = None


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
        """What is to be so now, with its records written, and the facts with those. Raises ApiError where one cannot be."""
        look = self._look(project, facts, images)
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
            facts = await self._begin(project, live, look, start, images)
            look = replace(self._look(project, facts, images), measured=look.measured)
            found = decide(look.seen, self._clock())
        await self._write(project, look, found)
        return traffic.rollout(project, look.facts, look.seen, found), look.facts

    def _seconds_to_wait(self, project: TestGenProject, look: _Look, found: Decision, start: Record) -> float:
        """A release that nobody asked for but a new operator waits for its turn among all projects."""
        latest = next((one for one in reversed(look.seen.records) if one.template == start.template), None)
        again = latest is not None and look.seen.commands.retry == latest.name
        asked = start.template != look.seen.target or again
        if self._upgrades is None or start.outcome is not None or asked:
            return 0.0
        active = named(look.facts.releases, found.serve_release)
        if active is None or active["spec"].get("snapshot") != snapshot_of(project):
            return 0.0
        if active["spec"].get("secretsHash") != credentials.secrets_hash(project, look.facts):
            return 0.0
        return self._upgrades.seconds(Key(project.namespace, project.name), self._clock())

    def forget(self, namespace: str, name: str) -> None:
        if self._measurer is not None:
            self._measurer.forget(namespace, name)

    def _look(self, project: TestGenProject, facts: Facts, images: Images) -> _Look:
        causes = {colour: cause for colour in COLOURS if (cause := _cause(project, facts, colour)) is not None}
        failing = {
            colour: (
                "" if one.reason in MAY_PASS else str(one.reason),
                message(project, one.reason, one.component, one.subject),
            )
            for colour, one in causes.items()
        }
        held = watching.blocked(project, facts, bool(missing_secrets(project, facts)))
        back = watching.blocked(project, facts, bool(missing_secrets(watching.returned_to(project, facts), facts)))
        unable = next(
            (one for one in blockers(project, facts) if one.component == "migrate" and one.reason not in MAY_PASS), None
        )
        told = (str(unable.reason), message(project, unable.reason, "migrate", unable.subject)) if unable else None
        seen = watching.seen(project, facts, images, blocked=held, blocked_back=back, failing=failing, unable=told)
        return _Look(seen, facts, causes, unable)

    async def _measured(self, project: TestGenProject, look: _Look, children: Sequence[Json], images: Images) -> _Look:
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

    async def _begin(self, project: TestGenProject, live: Json, look: _Look, record: Record, images: Images) -> Facts:
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

    async def _write(self, project: TestGenProject, look: _Look, found: Decision) -> None:
        """The positions that changed, the finished ones first: there is never a moment with two under way."""
        by_name = {one["metadata"]["name"]: one for one in look.facts.releases}
        for name, position in sorted(found.positions.items(), key=lambda one: one[1].outcome is None):
            live = by_name.get(name)
            if live is None or name in found.expired:
                continue
            before = live.get("status") or {}
            status = release_status(
                position,
                before,
                failure=_failure(look, position),
                analysis=[*_figures_once(look, project, name, before, self._clock()), *_figures(look.measured, self._clock())],
                backup=_backup(project, look, name),
                rollback_version=_returned_to(position, live, by_name),
            )
            if status != before:
                await self._store(live, status)
                _told(project, name, before, status)
                _measured_end(live, before, status)

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


def _cause(project: TestGenProject, facts: Facts, colour: Colour) -> Blocker | None:
    """Why the pods of a colour do not come up, where a person has to look."""
    if not sides.live(facts, colour):
        return None
    parts = {one.component for one in sides.live(facts, colour)} & set(components.TABLE)
    found = blockers(sides.of_colour(project, colour), facts.of(colour))
    return next((one for one in found if one.component in parts), None)


def _failure(look: _Look, position: Position) -> dict[str, Any] | None:
    cause = look.causes.get(position.colour) or look.unable
    given_up = position.step is Step.RETURNING or position.outcome in REJECTED
    if cause is None or not given_up:
        return None
    return {
        "component": cause.component,
        "container": cause.container,
        "reason": str(cause.reason),
        "exitCode": cause.exit_code,
        "lastLines": cause.last_words,
    }


def _figures_once(look: _Look, project: TestGenProject, release: str, before: Json, now: datetime) -> list[dict[str, Any]]:
    """Of the checks that are made once, the golden set's above all, as soon as they have ended; each is written down once."""
    once = checks.analysed(look.facts, project, release)
    known = {one.get("name") for one in before.get("analysis") or ()}
    return [one for one in _figures(once, now) if one["name"] not in known]


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


def _backup(project: TestGenProject, look: _Look, release: str) -> Json | None:
    taken = checks.results(look.facts, project, release)["backup"].record
    known = ("location", "sizeBytes", "sha256", "takenAt")
    return {name: taken[name] for name in known if name in taken} or None


def _words(measured: Measured) -> str:
    return f"{measured.reason}: {measured.message}" if measured.reason else measured.message


def _returned_to(position: Position, live: Json, by_name: Mapping[str, Json]) -> str:
    """The version that serves again after this release; empty while it is not given up."""
    if position.step is not Step.RETURNING and position.outcome not in REJECTED:
        return ""
    before = by_name.get(str(live["spec"].get("previous", "")))
    return str(before["spec"].get("version", "")) if before else ""


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


def _measured_end(record: Json, before: Json, after: Json) -> None:
    """The figures of DORA. A record ends once, so it is counted once, unless the operator is killed in between."""
    ended = as_moment(after.get("completedAt"))
    if before.get("outcome") or not after.get("outcome") or ended is None:
        return
    environment, outcome = str(record["spec"].get("environment", "")), str(after["outcome"])
    telemetry.RELEASES.labels(environment, outcome).inc()
    if (begun := as_moment(record["spec"].get("startedAt"))) is not None:
        telemetry.RELEASE_SECONDS.labels(environment, outcome).observe(max(0.0, (ended - begun).total_seconds()))
    found_bad = as_moment(before.get("since")) if before.get("step") == str(Step.RETURNING) else ended
    if outcome == str(Outcome.ROLLED_BACK) and found_bad is not None:
        telemetry.RESTORE_SECONDS.labels(environment).observe(max(0.0, (ended - found_bad).total_seconds()))


def _labels(obj: Json) -> Mapping[str, str]:
    return obj["metadata"].get("labels") or {}


def _key(project: TestGenProject, name: str) -> ObjectKey:
    return ObjectKey(RELEASE.api_version, RELEASE.kind, project.namespace, name)
