"""A release under way with all that its next step may know, and what the strategies share: entering, leaving, sizes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from testgen_operator.rollout import analysis
from testgen_operator.rollout.commands import Orders
from testgen_operator.rollout.history import Standing, colour_seen
from testgen_operator.rollout.model import ColourSeen, Outcome, Policy, Position, Record, Result, Seen, Step, Strategy
from testgen_operator.rollout.moment import elapsed

BYPASS: Final = "ActiveUnavailableBypass"
NOT_READY: Final = "PreviewNotReady"
NAMED: Final = frozenset({"VersionBelowSchema", "ImagePullFailed"})
"""Why pods do not come up, with a way out of its own."""
ABORTED: Final = "Aborted"
SUPERSEDED: Final = "Superseded"
ROLLED_BACK: Final = "RolledBack"
SUSPENDED: Final = "Suspended"
SCALED_TO_ZERO: Final = "ScaledToZero"
RESUMING: Final = "Resuming"
GROWING: Final = "Growing"
"""A canary's step waits for the pods that its share needs; its pause has not begun."""
PAUSED: Final = "Paused"
READY_AGAIN_SECONDS: Final = 10.0
"""For so long pods that were ready may be called not ready before that ends a release. Where a node's kubelet is started again,
Kubernetes calls all pods of the node not ready until each was probed once (kubernetes/kubernetes#100277): three to eight
seconds."""
BEFORE_PODS: Final = frozenset({Step.BACKING_UP, Step.MIGRATING})


@dataclass(frozen=True)
class Trial:
    """`base`: what served when the release began, None for the first and where nothing is left of it. `hold`: why no step forward
    may be taken. `away`: why its template is no longer wanted while what served before is. `replaced`: a third one is wanted.
    """

    seen: Seen
    now: datetime
    record: Record
    base: Standing | None
    orders: Orders
    hold: str = ""
    away: str = ""
    replaced: bool = False

    @property
    def policy(self) -> Policy:
        return self.seen.policy

    @property
    def is_first(self) -> bool:
        """The project's first release: it serves at once, and there is nothing to compare it with or to return to."""
        return not self.record.previous

    @property
    def wants_another(self) -> bool:
        """Neither this release nor the one before it is asked for, by the spec or by a rollback."""
        back = self.orders.rollback and self.base is not None and self.orders.wanted != self.base.template
        return self.replaced or back

    def is_in_place(self, position: Position) -> bool:
        return self.base is None or self.base.colour == position.colour

    def new(self, position: Position) -> ColourSeen:
        """The release's own pods; nothing where its colour still shows another template."""
        seen = colour_seen(self.seen, position.colour)
        return seen if seen.exists and seen.template == self.record.template else ColourSeen()

    def old(self) -> ColourSeen:
        return colour_seen(self.seen, self.base.colour) if self.base else ColourSeen()

    def is_gone(self, position: Position) -> bool:
        """None of its pods answers, and that is no matter of a moment."""
        new = self.new(position)
        return new.ready == 0 and (bool(new.failing) or new.away_seconds >= READY_AGAIN_SECONDS)

    def has_moved(self, position: Position) -> bool:
        """The active Service selects the release's colour, beside that of the release before."""
        return not self.is_in_place(position) and self.seen.serving == position.colour

    def is_bypass_over(self, position: Position) -> bool:
        """What had no ready pod when the release began (it woke up, it was restarted) serves again: nothing may be left out."""
        return position.reason == BYPASS and position.fast and self.old().ready > 0

    def elapsed(self, position: Position) -> float:
        return elapsed(position.since, self.now)

    def is_late(self, position: Position) -> bool:
        """Past the progress deadline. Time for which something held the step does not count: its clock starts anew after that."""
        return not self.hold and not position.held and self.elapsed(position) >= self.policy.progress_deadline_seconds

    def is_late_in_place(self, position: Position) -> bool:
        """Pods in place come one after another: the deadline is that of each."""
        return self.is_late(position) and self.elapsed(position) >= self.seconds_in_place(position)

    def seconds_in_place(self, position: Position) -> float:
        pods = colour_seen(self.seen, position.colour).replicas
        return float(self.policy.progress_deadline_seconds * max(1, pods))

    def is_over(self, position: Position) -> bool:
        """Time alone keeps a share of the traffic, or a bake, where it is no longer."""
        steps = self.policy.steps[position.number : position.number + 1]
        match position.step:
            case Step.BAKING:
                return position.fast or self.elapsed(position) >= self.policy.bake_seconds
            case Step.SHIFTING if steps and steps[0].pause_seconds is not None:
                return self.elapsed(position) >= steps[0].pause_seconds
        return False

    def is_overdue(self, position: Position) -> bool:
        """Its bake is over, and so is the time that pods may take."""
        bake = 0 if position.fast or position.step is not Step.BAKING else self.policy.bake_seconds
        late = self.elapsed(position) >= bake + self.policy.progress_deadline_seconds
        return late and not self.hold and not position.held and not analysis.is_blind(self.policy, position)

    def unready(self, position: Position) -> tuple[str, str]:
        """Reason and message of pods that do not come up: a cause with a way out of its own keeps its name."""
        new = self.new(position)
        return (new.failing if new.failing in NAMED else NOT_READY), new.message

    def crashes_with_a_share(self, position: Position) -> bool:
        """A canary's pods crash, longer than the step and the pods may take. What merely lacks room is waited for."""
        if not self.new(position).failing or self.hold or position.held not in ("", GROWING):
            return False
        steps = self.policy.steps[position.number : position.number + 1] if position.step is Step.SHIFTING else ()
        pause = (steps[0].pause_seconds or 0) if steps else 0
        return self.elapsed(position) >= pause + self.policy.progress_deadline_seconds

    def is_proven(self, position: Position) -> bool:
        """It is fit to be returned to: measured under the traffic, and never badly."""
        tally = position.tally
        measured = tally.successful > 0 or not analysis.is_due(self.policy, position)
        return position.step is Step.BAKING and tally.failed == 0 and measured

    def crashes_late(self, position: Position) -> bool:
        """In a bake that should long be over."""
        return position.step is Step.BAKING and bool(self.new(position).failing) and self.is_overdue(position)

    def stands_after_all(self, position: Position) -> bool:
        """At the end of a bake. What is missing long after it (room for an autoscaler's pods) is no fault of the release; what
        crashes is."""
        new = self.new(position)
        return self.stands(position, None) or (new.ready > 0 and not new.failing and self.is_overdue(position))

    def has_weight(self, position: Position) -> bool:
        """A canary's share of the traffic may be on the release."""
        return (
            self.policy.strategy is Strategy.CANARY
            and bool(self.policy.steps)
            and not self.is_in_place(position)
            and position.step in (Step.SHIFTING, Step.AWAITING, Step.SWITCHING)
        )

    def needs_smoke(self, position: Position) -> bool:
        """Where the spec asks for no pod nobody answers."""
        wanted = self.policy.smoke and not self.is_first and not self.seen.at_rest
        return wanted and (not position.fast or position.reason == BYPASS)

    def full_size(self, position: Position) -> int | None:
        """At least what the active colour has now, and never less than it has itself. None: the project's own scale."""
        if self.policy.by_pods and position.step in (Step.SHIFTING, Step.AWAITING) and self.has_weight(position):
            return self._share(position.number if position.step is Step.SHIFTING else len(self.policy.steps) - 1)
        size = max(self.old().replicas, self.new(position).replicas)
        return size or None

    def _share(self, number: int) -> int | None:
        """As many pods as make the step's part of all pods, at least one."""
        weight, old = self.policy.steps[min(max(number, 0), len(self.policy.steps) - 1)].weight, self.old().replicas
        return max(1, round(old * weight / (100 - weight))) if old else None

    def preview_size(self, position: Position) -> int | None:
        if self.policy.by_pods and self.policy.steps and not position.fast:
            return self._share(0)
        return self.policy.preview_replicas or max(self.old().replicas, 0) or None

    def stands(self, position: Position, size: int | None) -> bool:
        """All its pods are there and ready, as many as asked for. A project scaled to zero has none; one that has just been
        resumed has none yet."""
        seen = self.new(position)
        return seen.complete and seen.replicas >= (size or 0) and (seen.ready > 0 or (seen.replicas == 0 and self.seen.at_rest))


def enter(trial: Trial, position: Position, step: Step, number: int = 0) -> Position:
    return replace(
        position,
        step=step,
        since=trial.now,
        number=number,
        tally=analysis.anew(position.tally, trial.seen.measured_id),
        pods=0,
        held="" if step in (Step.RETURNING, Step.DRAINING, Step.DONE) else trial.hold,
        message="",
    )


def leave(trial: Trial, position: Position, reason: str, message: str = "") -> Position:
    """The way back; it ends when all traffic is on the release before."""
    return replace(enter(trial, position, Step.RETURNING), reason=reason, message=message)


def end(trial: Trial, position: Position, outcome: Outcome, *, drain: bool, reason: str = "") -> Position:
    ended = enter(trial, position, Step.DRAINING if drain else Step.DONE, position.number)
    return replace(
        ended, outcome=outcome, reason=reason or position.reason or str(outcome), message=position.message, ended=trial.now
    )


def promoted(trial: Trial, position: Position) -> Position:
    outcome = Outcome.FAST_PROMOTED if position.fast else Outcome.PROMOTED
    reason = position.reason if position.reason == BYPASS else str(outcome)
    done = replace(position, served=True, message="")
    return end(trial, done, outcome, drain=not trial.is_in_place(position), reason=reason)


def returned(trial: Trial, position: Position) -> Position:
    """A release that was replaced before it served is superseded; one that had the traffic gave it back."""
    outcome = Outcome.ROLLED_BACK if position.served else Outcome.ABORTED
    if position.reason == SUPERSEDED and not position.served:
        outcome = Outcome.SUPERSEDED
    return end(trial, position, outcome, drain=not trial.is_in_place(position))


def failed_check(trial: Trial, position: Position) -> tuple[str, str] | None:
    """Reason and message of a check that failed, the same in every strategy."""
    seen = trial.seen
    match position.step:
        case Step.BACKING_UP if seen.backup is Result.FAILED:
            return "BackupFailed", seen.job_message
        case Step.MIGRATING if seen.migration is Result.FAILED:
            return seen.job_reason or "MigrationFailed", seen.job_message
        case Step.SMOKING if trial.needs_smoke(position) and seen.smoke is Result.FAILED:
            return "SmokeFailed", seen.job_message
        case Step.ANALYSING if analysis.is_due(trial.policy, position) and seen.checks is Result.FAILED:
            return seen.checks_reason or analysis.FAILED, seen.checks_message
    if analysis.has_failed(trial.policy, position):
        return analysis.failure(seen, position)
    asked_again = trial.orders.retry and not position.retried
    if asked_again and analysis.is_undecided(trial.policy, position, seen.checks):
        return analysis.INCONCLUSIVE, seen.checks_message
    return None


def checked(trial: Trial, position: Position) -> Step | None:
    """The step after a check that is over, for those that every strategy has; None while it is not."""
    seen = trial.seen
    match position.step:
        case Step.BACKING_UP if seen.backup is Result.SUCCEEDED:
            return Step.MIGRATING
        case Step.MIGRATING if seen.migration is Result.SUCCEEDED:
            return Step.STARTING
        case Step.SMOKING if not trial.needs_smoke(position) or seen.smoke is Result.SUCCEEDED:
            return Step.ANALYSING
    return None
