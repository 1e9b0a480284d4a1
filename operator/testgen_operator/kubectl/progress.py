"""How far is a rollout, and how did it end? One answer from the project and its TestGenReleases. Pure; any object has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from testgen_operator.kubectl.verdict import NOT_LOOKED_AT, NOTHING_ROLLED_OUT, conditions, said
from testgen_operator.kubectl.views.text import moment
from testgen_operator.resources.release import to_record
from testgen_operator.rollout.history import PROMOTED, REJECTED, wins
from testgen_operator.rollout.model import Outcome, Record, Step, Strategy, Tally
from testgen_operator.status.reasons import MEANINGS, Reason

Json = Mapping[str, Any]
NEEDS_A_PERSON: Final = frozenset({Reason.ANALYSIS_INCONCLUSIVE, Reason.PROMETHEUS_UNREACHABLE, Reason.METRICS_UNREACHABLE})
"""What holds a rollout until somebody says how to go on."""
STEPS_OWN: Final = frozenset({Reason.AWAITING_PROMOTION, Reason.PAUSED})
"""What the status also calls a step that itself waits for a person. A release that `pause` holds says so in its position."""


class State(StrEnum):
    NONE = "None"
    UNDER_WAY = "UnderWay"
    WAITS = "Waits"
    """For a person: an approval, a pause without an end, a check without a result."""
    SERVES = "Serves"
    REPLACED = "Replaced"
    """It was let through and served; another release serves now."""
    FAILED = "Failed"


@dataclass(frozen=True)
class Release(Record):
    """One TestGenRelease, read."""

    spec: Json = field(default_factory=dict)
    status: Json = field(default_factory=dict)

    @property
    def version(self) -> str:
        return str(self.spec.get("version") or "?")

    @property
    def started(self) -> datetime | None:
        return moment(self.spec.get("startedAt"))

    @property
    def took(self) -> timedelta | None:
        """From its beginning to its outcome."""
        ended = self.position.ended if self.position else None
        return ended - self.started if ended and self.started else None


@dataclass(frozen=True)
class Progress:
    """`release`: the one meant; None where there is none. `reason`, `message`: what the state rests on. `run`: what to do."""

    state: State
    reason: str
    message: str
    release: Release | None = None
    run: tuple[str, ...] = ()
    weight: int | None = None
    """Canary: requests in a hundred that the release gets now."""
    ignored: tuple[tuple[str, str], ...] = ()
    """Commands of the spec that reach nothing, with the reason."""


def releases(objects: Iterable[Json]) -> tuple[Release, ...]:
    """The project's releases, in the order in which they began."""
    found = []
    for one in objects:
        record = to_record(one)
        spec, status = one.get("spec"), one.get("status")
        found.append(
            Release(
                record.name,
                record.template,
                record.sequence,
                record.previous,
                record.position,
                record.strategy,
                spec if isinstance(spec, Mapping) else {},
                status if isinstance(status, Mapping) else {},
            )
        )
    return tuple(sorted(found, key=lambda one: (one.sequence, one.name)))


def named(known: Sequence[Release], name: str) -> Release | None:
    return next((one for one in known if one.name == name), None)


def of_version(known: Sequence[Release], version: str) -> Release | None:
    """The newest release of the version."""
    return next((one for one in reversed(known) if one.version == version), None)


def under_way(known: Sequence[Release]) -> Release | None:
    """The newest, where it has no outcome yet: there is never another one."""
    return known[-1] if known and known[-1].outcome is None else None


def serving(known: Sequence[Release]) -> Release | None:
    """The release that has the requests; one that is on its way back has them no more."""
    newest = known[-1] if known else None
    if newest is None or newest.position is None:
        return named(known, newest.previous) if newest else None
    moved = newest.outcome is None and newest.position.served and newest.position.step is not Step.RETURNING
    return newest if moved or wins(newest) else named(known, newest.previous)


def is_replaced(known: Sequence[Release], release: Release) -> bool:
    """Whether a release that was let through serves no more. The same template rolled out again is the same release."""
    now = serving(known)
    return release.outcome in PROMOTED and now is not None and now.template != release.template


def meant(project: Json, known: Sequence[Release], version: str) -> str:
    """The newest release of the version; empty (what the spec asks for) where that version is asked for once more."""
    found = of_version(known, version)
    if found is None:
        return f"of version {version}"
    over = is_replaced(known, found) or found.outcome is Outcome.SUPERSEDED
    to = _rolled_back_to(project, known)
    asked = to.version if to else (project.get("spec") or {}).get("version")
    return "" if over and (asked == version or not is_observed(project)) else found.name


def is_observed(project: Json) -> bool:
    """Whether the operator has looked at the newest spec."""
    metadata, status = project.get("metadata") or {}, project.get("status") or {}
    return int(status.get("observedGeneration") or 0) >= int(metadata.get("generation") or 0)


def judge(project: Json, known: Sequence[Release], name: str = "") -> Progress:
    """Of the release `name`, or of what the spec asks for."""
    ignored = _ignored(project)
    if name:
        found = named(known, name)
        if found is None:
            return Progress(State.NONE, Reason.RELEASE_GONE, f"There is no release {name}", ignored=ignored)
        if not is_replaced(known, found):
            return _of(project, found, ignored)
        return judge(project, known) if _is_returned_to(project, known, found) else _replaced(project, known, found, ignored)
    if not is_observed(project):
        return Progress(State.UNDER_WAY, NOT_LOOKED_AT, "The operator has not looked at the newest spec yet", ignored=ignored)
    judged = conditions(project)
    valid, rolled = judged.get("SpecValid", {}), judged.get("RolloutSucceeded", {})
    if valid.get("status") == "False":
        return _by(State.FAILED, valid, None, ignored)
    current = under_way(known)
    if current is not None:
        return _of(project, current, ignored)
    newest = known[-1] if known else None
    if rolled.get("status") == "True":
        return _by(State.SERVES, rolled, newest, ignored)
    if rolled.get("status") == "False":
        return _by(State.FAILED, rolled, newest, ignored)
    waits_for_the_next = rolled.get("reason") == Reason.ROLLING_OUT
    if newest is not None and newest.outcome in REJECTED and not waits_for_the_next:
        return _of(project, newest, ignored)
    reason = str(rolled.get("reason") or NOT_LOOKED_AT)
    return _by(State.UNDER_WAY, {**rolled, "reason": reason}, newest, ignored) if rolled else _nothing(newest, ignored)


def _is_returned_to(project: Json, known: Sequence[Release], release: Release) -> bool:
    to = _rolled_back_to(project, known)
    return to is not None and to.template == release.template


def _rolled_back_to(project: Json, known: Sequence[Release]) -> Release | None:
    """The release that a rollback in force asks for."""
    back = ((project.get("spec") or {}).get("rollout") or {}).get("rollback") or {}
    return None if _is_ignored(project, "rollback") else named(known, str(back.get("to") or ""))


def _is_ignored(project: Json, command: str) -> bool:
    return is_observed(project) and command in dict(_ignored(project))


def _replaced(project: Json, known: Sequence[Release], release: Release, ignored: tuple[tuple[str, str], ...]) -> Progress:
    now, values = serving(known), _values(project)
    by = f"{now.name} ({now.version})" if now else "another release"
    run = f"kubectl testgen rollout history {values['project']} -n {values['namespace']}"
    return Progress(State.REPLACED, "Replaced", f"It served; {by} serves now", release, (run,), ignored=ignored)


def _nothing(newest: Release | None, ignored: tuple[tuple[str, str], ...]) -> Progress:
    return Progress(State.NONE, NOTHING_ROLLED_OUT, "Nothing has been rolled out yet", newest, ignored=ignored)


def _by(state: State, condition: Json, release: Release | None, ignored: tuple[tuple[str, str], ...]) -> Progress:
    message, run = said(condition)
    return Progress(state, str(condition.get("reason") or ""), message, release, run, ignored=ignored)


def _of(project: Json, release: Release, ignored: tuple[tuple[str, str], ...]) -> Progress:
    position = release.position
    if position is None:
        return Progress(State.UNDER_WAY, "Pending", "It is about to begin", release, ignored=ignored)
    if position.outcome in PROMOTED:
        reason = position.reason or str(position.outcome)
        return Progress(State.SERVES, reason, position.message or means(reason, project), release, ignored=ignored)
    if position.outcome is not None:
        reason = position.reason or str(position.outcome)
        run = _next(project, reason) if position.outcome in REJECTED else ()
        return Progress(State.FAILED, reason, position.message or means(reason, project), release, run, ignored=ignored)
    weight = _weight(project, release)
    if position.step is Step.RETURNING:
        return Progress(
            State.UNDER_WAY, position.reason or str(position.step), _words(project, release), release, ignored=ignored
        )
    held = held_by(project, release)
    reason = held or str(position.step)
    if waits(project, release):
        reason = held or (Reason.AWAITING_PROMOTION if position.step is Step.AWAITING else Reason.PAUSED)
        return Progress(State.WAITS, reason, _words(project, release), release, _next(project, reason, release), weight, ignored)
    return Progress(State.UNDER_WAY, reason, _words(project, release), release, (), weight, ignored)


def held_by(project: Json, release: Release) -> str:
    """The reason for which it takes no step now: kept with its position, or told in the project's status."""
    said = str(_told(project, release).get("held") or "")
    kept = release.position.held if release.position else ""
    return "" if said in STEPS_OWN and not kept else said if said and kept == Reason.GROWING else kept or said


def _told(project: Json, release: Release) -> Json:
    """What the project's status says of the release."""
    told = (project.get("status") or {}).get("rollout") or {}
    return told if told.get("release") == release.name else {}


def waits(project: Json, release: Release) -> bool:
    """Whether nothing goes on without a person."""
    position = release.position
    if position is None or position.outcome is not None:
        return False
    if held := held_by(project, release):
        return held in NEEDS_A_PERSON or held == Reason.PAUSED
    if position.step is Step.SHIFTING:
        step, told = _step(project, position.number), _told(project, release)
        waits_here = told.get("number") == position.number and told.get("held") == Reason.PAUSED
        return waits_here or (step is not None and step.get("pauseSeconds") is None)
    return position.step is Step.AWAITING


STORY: Final[dict[Step, str]] = {
    Step.BACKING_UP: "the database is backed up before it is migrated",
    Step.MIGRATING: "the database is migrated",
    Step.STARTING: "its pods start; nobody is led to them yet",
    Step.SMOKING: "it is tried the way a user would",
    Step.ANALYSING: "it is measured before anybody is led to it",
    Step.SHIFTING: "a part of the requests goes to it",
    Step.AWAITING: "it is good so far and waits to be let through",
    Step.SWITCHING: "all requests are led to it",
    Step.BAKING: "it serves and is watched; the last one stands by",
    Step.RETURNING: "the last one takes over again",
    Step.DRAINING: "the pods that lost finish what they have begun",
    Step.DONE: "it is over",
}


BY_PODS: Final = "its pods take the place of those that serve, one by one"


def _story(release: Release, step: Step) -> str:
    """RollingUpdate has one set of pods to be told of, and one more for a while where it tries a release first."""
    if release.strategy is not Strategy.ROLLING:
        return STORY[step]
    policy = release.spec.get("policy") or {}
    is_tried = bool(policy.get("smoke") or policy.get("analysis"))
    is_fast = release.position is not None and release.position.fast
    if step is Step.SWITCHING or (step is Step.STARTING and (is_fast or not is_tried)):
        return BY_PODS
    return "it serves and is watched" if step is Step.BAKING else STORY[step]


def _words(project: Json, release: Release) -> str:
    """What happens in the step, as a clause."""
    position = release.position
    if position is None:
        return ""
    text = _story(release, position.step)
    if position.step is Step.SHIFTING and (weight := _weight(project, release)) is not None:
        text = f"{weight} of 100 requests go to it"
    tally = position.tally
    if tally.successful or tally.failed or tally.inconclusive:
        text += f" ({tally.successful} good, {tally.failed} bad, {tally.inconclusive} without a figure)"
    if position.message and (position.step is Step.RETURNING or tally != Tally(last=tally.last)):
        text += f". {position.message}"
    if held := held_by(project, release):
        meaning = means(held, project)
        text += f". Held by {held}" + (f": {meaning}" if meaning else "")
    return text


def _step(project: Json, number: int) -> Json | None:
    """Step `number` of the spec's own steps; the default ones all have an end."""
    steps = ((project.get("spec") or {}).get("rollout") or {}).get("steps") or ()
    found = steps[number] if 0 <= number < len(steps) else None
    return found if isinstance(found, Mapping) else None


def _weight(project: Json, release: Release) -> int | None:
    position = release.position
    if position is None or position.step is not Step.SHIFTING:
        return None
    told = ((project.get("status") or {}).get("rollout") or {}).get("weight")
    step = _step(project, position.number) or {}
    found = told if told is not None else step.get("weight")
    return found if isinstance(found, int) else None


def means(reason: str, project: Json) -> str:
    """What a reason says, for this project; empty where it is none or says more than is known here."""
    try:
        meaning = MEANINGS[Reason(reason)]
        return meaning.says.format(**_values(project)) if "{subject}" not in meaning.says else ""
    except (ValueError, KeyError):
        return ""


def _values(project: Json) -> dict[str, str]:
    metadata = project.get("metadata") or {}
    return {
        "project": str(metadata.get("name") or ""),
        "namespace": str(metadata.get("namespace") or ""),
        "component": "the runtime",
        "pods": f"testgen.dev/project={metadata.get('name')}",
    }


def _next(project: Json, reason: str, release: Release | None = None) -> tuple[str, ...]:
    values = _values(project)
    where = f"{values['project']} -n {values['namespace']}"
    if release is not None and release.position is not None and reason in NEEDS_A_PERSON:
        return (f"kubectl testgen rollout retry {where}", f"kubectl testgen rollout abort {where}")
    if release is not None and release.position is not None and not held_by(project, release):
        verb = "promote" if release.position.step is Step.AWAITING else "skip"
        return (f"kubectl testgen rollout {verb} {where}", f"kubectl testgen rollout abort {where}")
    if reason == Reason.PAUSED:
        return (f"kubectl testgen rollout resume {where}",)
    return (f"kubectl testgen explain {reason}", f"kubectl testgen rollout retry {where}")


def _ignored(project: Json) -> tuple[tuple[str, str], ...]:
    told = ((project.get("status") or {}).get("rollout") or {}).get("ignored") or ()
    return tuple((str(one.get("command") or ""), str(one.get("message") or "")) for one in told if isinstance(one, Mapping))
