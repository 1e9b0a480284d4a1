"""The status of a project: every condition, from the facts of the moment.

kstatus: a project is current when Ready is True and observedGeneration is the object's; Reconciling and Stalled are True only
while something is under way or needs a person, and never both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, exposure, modes, ollama, passwords, postgres, probe, sizes, suspension
from testgen_operator.plan.answering import answers, standing
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.model import Plan
from testgen_operator.plan.traffic import Rollout
from testgen_operator.resources.problems import Problem
from testgen_operator.resources.project import TestGenProject
from testgen_operator.status import parts, releases, way_in
from testgen_operator.status.diagnosis import Blocker, blockers, message
from testgen_operator.status.reasons import MEANINGS, Reason, Type

Truth = Literal["True", "False", "Unknown"]
MOST_MESSAGE: Final = 1024
MOST_FAILURES: Final = 5


@dataclass(frozen=True)
class Finding:
    """One condition without its times."""

    type: Type
    status: Truth
    reason: Reason
    message: str = ""


def compute(
    project: TestGenProject | Sequence[Problem],
    facts: Facts | None,
    previous: Mapping[str, Any],
    now: datetime,
    *,
    generation: int = 0,
    wanted: Plan | None = None,
    settled: bool = True,
    rollout: Rollout | None = None,
) -> dict[str, Any]:
    """The whole status, from the last one and what is seen now.

    With problems instead of a project, `generation` says which spec they are of. `wanted`: the plan of this pass, which tells
    whether the live Deployment is the one that is asked for. `settled`: False if this pass wrote something, so that the facts may
    be older than the objects; then a new generation is not called ready yet.
    """
    if not isinstance(project, TestGenProject):
        return _invalid(project, previous, now, generation)
    if facts is None:
        raise ValueError("a valid project has facts")
    fresh = settled or previous.get("observedGeneration") == project.generation
    view = _View(project, facts, wanted, fresh, now, rollout)
    status: dict[str, Any] = {
        "observedGeneration": project.generation,
        "conditions": _stamped(view.findings(), previous, now, project.generation),
        "endpoint": exposure.endpoint(project, facts),
        "replicas": parts.count(facts),
        "selector": parts.selector(project),
    }
    if (release := parts.release(project, facts)) is not None:
        status["release"] = {"active": release}
        if (beside := parts.preview(project, facts, rollout)) is not None:
            status["release"]["preview"] = beside
    if (shown := releases.shown(project, facts, rollout)) is not None:
        status["rollout"] = shown
    if failures := _failures(view.blockers):
        status["failures"] = failures
    return status


def _failures(found: Sequence[Blocker]) -> list[dict[str, Any]]:
    """What failed, for machines: the component, the container, how it ended and what it said last."""
    shown = []
    for one in found[:MOST_FAILURES]:
        entry: dict[str, Any] = {"component": one.component, "reason": str(one.reason)}
        if one.container:
            entry["container"] = one.container
        if one.exit_code is not None:
            entry["exitCode"] = one.exit_code
        if one.last_words:
            entry["message"] = one.last_words
        shown.append(entry)
    return shown


class _View:
    """The questions that the conditions are made of, asked of one project's facts."""

    def __init__(
        self,
        project: TestGenProject,
        facts: Facts,
        wanted: Plan | None,
        fresh: bool,
        now: datetime,
        rollout: Rollout | None = None,
    ) -> None:
        # A release that does not serve yet is nothing that the project's own state suffers from.
        facts = facts.of(project.colour)
        self.project, self.facts, self.fresh = project, facts, fresh
        beside = releases.is_beside(rollout)
        self.blockers = [one for one in blockers(project, facts) if not (beside and one.component in releases.TRIED)]
        self.wanted = wanted
        self.now = now
        self.under_way = rollout

    def findings(self) -> list[Finding]:
        found = [self.stores(), self.models(), self.available(), self.rollout(), self.exposed()]
        ready = self.ready(found)
        return [
            ready,
            self.reconciling(ready),
            self.stalled(),
            self.say(Type.SPEC_VALID, "True", Reason.VALID),
            *found,
            self.say(Type.BACKUPS_HEALTHY, "Unknown", Reason.NOT_CONFIGURED),
            self.say(Type.RESTORE_VERIFIED, "Unknown", Reason.NOT_CONFIGURED),
            self.say(Type.MONITORING_CONFIGURED, "False", Reason.NOT_CONFIGURED),
            self.say(Type.SUSPENDED, "True", Reason.SUSPENDED)
            if self.project.spec.suspend
            else self.say(Type.SUSPENDED, "False", Reason.NOT_SUSPENDED),
        ]

    def say(self, kind: Type, status: Truth, reason: Reason, component: Component = "all", subject: str = "") -> Finding:
        return Finding(kind, status, reason, message(self.project, reason, component, subject))

    def blocked(self, kind: Type, *components: Component, status: Truth = "False") -> Finding | None:
        """The condition as the first cause among these components makes it."""
        first = next((one for one in self.blockers if one.component in components), None)
        return self.say(kind, status, first.reason, first.component, first.subject) if first else None

    def stores(self) -> Finding:
        """Every store, whoever runs it; a rotation of their passwords leaves them ready."""
        kind = Type.STORES_READY
        if self.project.spec.suspend and not suspension.stores_run(self.project, self.facts):
            return self.say(kind, "False", Reason.SUSPENDED)
        checked = probe.checked(self.project)
        for component in standing(self.project):
            if component in checked:
                if not probe.answers(self.project, self.facts, component):
                    return self.blocked(kind, component, "probe") or self.say(kind, "False", self.unchecked(component), component)
            elif not answers(self.project, self.facts, component):
                return self.blocked(kind, component) or self.say(kind, "False", Reason.STORES_STARTING, component)
        if passwords.rotating(self.project, self.facts):
            return self.say(kind, "True", Reason.ROTATING_CREDENTIALS)
        return self.say(kind, "True", Reason.ALL_READY)

    def unchecked(self, store: probe.Store) -> Reason:
        """What a store that is not known to answer waits for: its check, or whoever makes it."""
        made = store != "postgres" or self.project.spec.stores.postgres.type != "CloudNativePG"
        started = made or probe.can_start(self.project, self.facts, store)
        return Reason.CHECKING_STORES if started else Reason.CLOUD_NATIVE_PG_STARTING

    def models(self) -> Finding:
        if ollama.managed(self.project) is None:
            reason = Reason.NOT_MANAGED if self.project.spec.llm.providers else Reason.NOT_CONFIGURED
            return self.say(Type.MODELS_READY, "Unknown", reason)
        if self.facts.ready(names.ollama(self.project.name)):
            return self.say(Type.MODELS_READY, "True", Reason.MODELS_PRESENT)
        return self.blocked(Type.MODELS_READY, "ollama") or self.say(
            Type.MODELS_READY, "False", Reason.PREPARING_MODELS, "ollama"
        )

    def available(self) -> Finding:
        kind, named = Type.RUNTIME_AVAILABLE, components.named(self.project)
        if self.project.spec.suspend:
            return self.say(kind, "False", Reason.SUSPENDED)
        if sizes.rests(self.project):
            return self.say(kind, "False", Reason.SCALED_TO_ZERO)
        lacking = parts.unavailable(self.project, self.facts)
        if lacking is None:
            blind = parts.without_metrics(self.project, self.facts, self.now)
            return self.say(kind, "True", Reason.AUTOSCALER_WITHOUT_METRICS if blind else Reason.AVAILABLE, blind or "all")
        if blocked := self.blocked(kind, *named, "migrate"):
            return blocked
        live = parts.workload(self.project, self.facts, lacking)
        if live is None or live.replicas == 0 or not live.complete:
            return self.say(kind, "False", self.stage(), self.stage_of(lacking))
        return self.say(kind, "False", Reason.PODS_NOT_READY, lacking)

    def rollout(self) -> Finding:
        kind = Type.ROLLOUT_SUCCEEDED
        if self.project.spec.suspend:
            return self.say(kind, "Unknown", Reason.SUSPENDED)
        judged = releases.judged(self.under_way)
        if judged is not None:
            status, reason, words = judged
            found = self.say(kind, status, reason)
            return Finding(kind, status, reason, f"{words}. {found.message}" if words else found.message)
        late = parts.unfinished(self.project, self.facts, self.wanted)
        if late is None and not modes.changing(self.project, self.facts):
            return self.say(kind, "True", Reason.COMPLETE)
        named = components.named(self.project)
        return self.blocked(kind, *named, "migrate") or self.say(kind, "Unknown", self.stage(), self.stage_of(late or named[0]))

    def exposed(self) -> Finding:
        status, reason, subject = way_in.judged(self.project, self.facts)
        return self.say(Type.EXPOSURE_READY, status, reason, subject=subject)

    def ready(self, found: Sequence[Finding]) -> Finding:
        """True when every part is; else the reason is that of the cause to be mended first, or of the stage."""
        if self.blockers:
            first = self.blockers[0]
            return self.say(Type.READY, "False", first.reason, first.component, first.subject)
        if not self.fresh:
            return self.say(Type.READY, "False", Reason.APPLYING)
        for part in found:
            counted = part.reason not in {Reason.NOT_CONFIGURED, Reason.NOT_MANAGED}
            if part.type is Type.ROLLOUT_SUCCEEDED and releases.is_beside(self.under_way):
                continue  # the release before it serves
            if counted and part.status != "True":
                return Finding(Type.READY, "False", part.reason, part.message)
        return self.say(Type.READY, "True", Reason.SERVING)

    def reconciling(self, ready: Finding) -> Finding:
        if releases.is_moving(self.under_way) and not self.blockers and ready.status == "True":
            found = self.rollout()
            return Finding(Type.RECONCILING, "True", found.reason, found.message)
        under_way = ready.status != "True" and not self.blockers
        resting = {Reason.SUSPENDED, Reason.SCALED_TO_ZERO}
        if not under_way or ready.reason in resting:
            # What is suspended rests, but its stores may still be on their way; then Ready names them.
            return self.say(Type.RECONCILING, "False", Reason.SETTLED)
        return Finding(Type.RECONCILING, "True", ready.reason, ready.message)

    def stalled(self) -> Finding:
        if not self.blockers:
            return self.say(Type.STALLED, "False", Reason.NOTHING_BLOCKS)
        first = self.blockers[0]
        return self.say(Type.STALLED, "True", first.reason, first.component, first.subject)

    def stage(self) -> Reason:
        """What the runtime waits for."""
        if self._is_migrating():
            return Reason.MIGRATING
        if not postgres.answers(self.project, self.facts):
            return Reason.WAITING_FOR_STORES
        return Reason.CHANGING_MODE if modes.changing(self.project, self.facts) else Reason.ROLLING_OUT

    def stage_of(self, part: Component) -> Component:
        return "migrate" if self.stage() is Reason.MIGRATING else part

    def _is_migrating(self) -> bool:
        prefix = names.migration(self.project.name, "")
        planned = self.wanted.manifests if self.wanted is not None else ()
        running = (name for name, phase in self.facts.jobs.items() if phase is Phase.RUNNING)
        return any(name.startswith(prefix) for name in (*running, *(one.name for one in planned if one.kind == "Job")))


def _invalid(problems: Sequence[Problem], previous: Mapping[str, Any], now: datetime, generation: int) -> dict[str, Any]:
    """The status of a spec that cannot be followed: what runs keeps running, and so do its conditions."""
    text = "; ".join(map(str, problems))
    findings = [
        Finding(Type.READY, "False", Reason.SPEC_INVALID, text),
        Finding(Type.RECONCILING, "False", Reason.SETTLED, MEANINGS[Reason.SETTLED].says),
        Finding(Type.STALLED, "True", Reason.SPEC_INVALID, text),
        Finding(Type.SPEC_VALID, "False", Reason.SPEC_INVALID, text),
    ]
    known = {one["type"]: one for one in previous.get("conditions") or ()}
    for kind in Type:
        if kind in {one.type for one in findings}:
            continue
        old = known.get(kind)
        if old is not None and old["reason"] in set(Reason):
            findings.append(Finding(kind, old["status"], Reason(old["reason"]), old.get("message", "")))
        else:
            findings.append(Finding(kind, "Unknown", Reason.NOT_OBSERVED, MEANINGS[Reason.NOT_OBSERVED].says))
    kept = {key: value for key, value in previous.items() if key in {"endpoint", "replicas", "selector", "release"}}
    return {**kept, "observedGeneration": generation, "conditions": _stamped(findings, previous, now, generation)}


def _stamped(findings: Sequence[Finding], previous: Mapping[str, Any], now: datetime, generation: int) -> list[dict[str, Any]]:
    """The conditions with their times: a transition is a change of status, nothing less."""
    known = {one["type"]: one for one in previous.get("conditions") or ()}
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = []
    for one in findings:
        old = known.get(one.type)
        same = old is not None and old.get("status") == one.status
        found.append(
            {
                "type": str(one.type),
                "status": one.status,
                "reason": str(one.reason),
                "message": one.message[:MOST_MESSAGE],
                "observedGeneration": generation,
                "lastTransitionTime": old["lastTransitionTime"] if same and old and "lastTransitionTime" in old else stamp,
            }
        )
    return found
