"""What a rollout is made of: the policy, what is seen, the position, and the decision. No rules here: `machine.decide` has them.

Terms. A *template* is the name of everything that makes up the pods (`<project>-<digest>`: pod templates of all parts, the
ConfigMap's and the Secrets' hashes); replicas are no part of it. A *release* is one rollout of a template and has one record, a
TestGenRelease; rolling the same template out again makes another record. A *colour* is where pods of a template stand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from testgen_operator.names import Colour

COLOURS: Final[tuple[Colour, Colour]] = ("blue", "green")


def other(colour: Colour) -> Colour:
    return "green" if colour == "blue" else "blue"


class Strategy(StrEnum):
    BLUE_GREEN = "BlueGreen"
    CANARY = "Canary"
    ROLLING = "RollingUpdate"


class Step(StrEnum):
    """Where a rollout stands. The order is that of a good one; RETURNING may follow any step before DRAINING."""

    BACKING_UP = "BackingUp"
    """A backup of the database is taken before the migration."""
    MIGRATING = "Migrating"
    STARTING = "Starting"
    """Pods of the new template come up; nothing is sent to them."""
    SMOKING = "Smoking"
    ANALYSING = "Analysing"
    """Before the first request: web, Job and golden-set checks, and the figures of the preview."""
    SHIFTING = "Shifting"
    """Canary: a part of the traffic; `Position.number` is the index of the spec's step."""
    AWAITING = "AwaitingPromotion"
    SWITCHING = "Switching"
    """The active Service selects the new colour; its EndpointSlices do not show only that yet. RollingUpdate: what was tried
    beside takes the place of what serves, pod by pod."""
    BAKING = "Baking"
    """All traffic is on the new colour, the old one stands by at full size."""
    RETURNING = "Returning"
    """Traffic goes back to (or stays with) the old template."""
    DRAINING = "Draining"
    """The outcome is certain; the colour that lost keeps its pods for the scale-down delay."""
    DONE = "Done"


class Outcome(StrEnum):
    PROMOTED = "Promoted"
    FAST_PROMOTED = "FastPromoted"
    """Without analysis or bake: a rollback inside the window, or the active colour had no ready pod."""
    ABORTED = "Aborted"
    """It never had all the traffic."""
    SUPERSEDED = "Superseded"
    ROLLED_BACK = "RolledBack"
    """It had all the traffic, and gave it back."""


class Due(StrEnum):
    """What the edge has to do or to keep doing for the step."""

    BACKUP = "Backup"
    MIGRATION = "Migration"
    SMOKE = "Smoke"
    MEASUREMENT = "Measurement"


class Result(StrEnum):
    """Of a Job-like check."""

    ABSENT = "Absent"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    INCONCLUSIVE = "Inconclusive"


class Verdict(StrEnum):
    """Of one measurement. No traffic, NaN and an unreachable Prometheus are INCONCLUSIVE (Y-23)."""

    SUCCESSFUL = "Successful"
    FAILED = "Failed"
    INCONCLUSIVE = "Inconclusive"


@dataclass(frozen=True)
class CanaryStep:
    """`weight`: percent of the traffic. `pause_seconds`: None waits for a person (`skip` or `promote`)."""

    weight: int
    pause_seconds: int | None = 0


@dataclass(frozen=True)
class Policy:
    """`spec.rollout` with its defaults filled in. Times in seconds."""

    strategy: Strategy = Strategy.ROLLING
    preview_replicas: int | None = None
    """None: the active colour's observed size."""
    smoke: bool = True
    analysis: bool = True
    measurements: int = 1
    """Successful measurements in a row of calls that ANALYSING needs before it is over."""
    interval_seconds: int = 30
    failure_limit: int = 3
    """The analysis failed when more than this many measurements failed."""
    inconclusive_limit: int = 5
    """More inconclusive measurements than this stop the rollout where it is, and wait for a person."""
    bake_seconds: int = 300
    auto_promote: bool = True
    scale_down_delay_seconds: int = 30
    progress_deadline_seconds: int = 300
    steps: tuple[CanaryStep, ...] = ()
    by_pods: bool = False
    """Canary: nothing knows weights, so the numbers of pods split the traffic."""
    rollback_window: int = 1
    """How many earlier promoted releases can be returned to without smoke, analysis and bake."""
    history_limit: int = 10
    backup_before_upgrade: bool = False

    @property
    def is_tried_beside(self) -> bool:
        """Whether a release is tried on pods of its own before it gets a request. RollingUpdate has such pods only where there is
        something to be tried."""
        return self.strategy is not Strategy.ROLLING or self.smoke or self.analysis


@dataclass(frozen=True)
class Commands:
    """What a person asks for, each naming the release it means; empty: nothing. One that names no release that it could still
    reach does nothing, and `Decision.ignored` says so."""

    promote: str = ""
    abort: str = ""
    retry: str = ""
    """The name of a release that ended Aborted or RolledBack; its template is rolled out once more."""
    pause: str = ""
    """While it names the release under way, that takes no further step (an automatic return still happens)."""
    skip: str = ""
    """`<release>/<number>`: ends the pause of that canary step."""
    rollback_to: str = ""
    rollback_from: str = ""
    """In force while the spec's template is that of `rollback_from`: an old command cannot touch a new release."""


@dataclass(frozen=True)
class Tally:
    """Measurements of the present step."""

    successful: int = 0
    failed: int = 0
    inconclusive: int = 0
    last: str = ""
    """The id of the measurement that was counted last; one with the same id is not counted again."""


@dataclass(frozen=True)
class Position:
    """Where one release stands: what its record's status holds. Enough, with what is seen, to go on after any loss."""

    step: Step
    since: datetime
    """When the step began."""
    colour: Colour
    number: int = 0
    tally: Tally = Tally()
    outcome: Outcome | None = None
    reason: str = ""
    """Why it ended or is held: a Reason of the status."""
    message: str = ""
    served: bool = False
    """It had all the traffic once."""
    fast: bool = False
    """It goes without smoke, analysis and bake."""
    ended: datetime | None = None
    retried: bool = False
    """A `retry` that names it has had its effect, or came where there was nothing to retry: it has no other one until it is taken
    away."""
    held: str = ""
    """What holds it now (Suspended, Paused, a blocking Reason; Resuming after a suspension); its clock starts anew after that."""
    pods: int = 0
    """Canary: the pods that bear its share; 0 while it has none. While another number comes up, these go on bearing it."""


@dataclass(frozen=True)
class Record:
    """A TestGenRelease. `position` is None where its status was lost or never written. `sequence` counts within the project."""

    name: str
    template: str
    sequence: int
    previous: str = ""
    """The release that served when this one began; empty for the first."""
    position: Position | None = None
    strategy: Strategy | None = None
    """How it was rolled out; None where its record does not tell."""

    @property
    def outcome(self) -> Outcome | None:
        return self.position.outcome if self.position else None


@dataclass(frozen=True)
class ColourSeen:
    """The Deployments of one colour, all parts together. `template` is empty where parts disagree or none exists."""

    template: str = ""
    exists: bool = False
    replicas: int = 0
    """Of the entry part: what its Deployment asks for now."""
    complete: bool = False
    """Every part has all its pods, ready and of the newest template, and the EndpointSlices list them."""
    ready: int = 0
    """Ready endpoints of the entry part, by the EndpointSlices."""
    away_seconds: float = math.inf
    """Where none is ready: for how long. Infinite where no pod is left, or nothing tells."""
    failing: str = ""
    """The Reason of what keeps it from coming up; empty while it may still come."""
    message: str = ""
    answers: bool = True
    """Every part that is asked for pods has a ready one."""


@dataclass(frozen=True)
class Seen:
    """Everything that a decision may know."""

    target: str
    """The template that the spec asks for (not regarding a rollback)."""
    policy: Policy
    """With the strategy that the release under way, or that still drains, began with."""
    opening: Policy | None = None
    """Of a release that begins now; None: the same policy."""
    commands: Commands = Commands()
    records: tuple[Record, ...] = ()
    """In the order of their sequence."""
    colours: Mapping[Colour, ColourSeen] = field(default_factory=dict)
    serving: Colour | None = None
    """The colour that the active Service selects; None where there is no Service."""
    serving_release: str = ""
    """The release (record) written on the active Service."""
    endpoints_settled: bool = False
    """The active Service's EndpointSlices list ready pods of the colour that it selects, and no ready pod of the other."""
    backup: Result = Result.ABSENT
    migration: Result = Result.ABSENT
    smoke: Result = Result.ABSENT
    """Of the newest release."""
    job_reason: str = ""
    """Why the migration cannot even run (its image does not exist); empty: it failed by itself."""
    job_message: str = ""
    """What the backup, the migration or the smoke test of the present step said, where it failed."""
    checks: Result = Result.SUCCEEDED
    """Of what is checked once before the first request: web, Jobs, golden set. One that is bad ends the rollout, whatever is
    measured beside it; SUCCEEDED where there is none."""
    checks_reason: str = ""
    checks_message: str = ""
    measured: Verdict | None = None
    measured_id: str = ""
    measured_message: str = ""
    altered: Mapping[str, str] = field(default_factory=dict)
    """Templates of earlier releases that do not stand and would be rendered otherwise now (another operator, other Secrets), each
    with the template that it would be; empty where it cannot be rendered."""
    of_spec: frozenset[str] = frozenset()
    """The releases that had the spec as it is now, whatever Secrets and operator they were rendered with."""
    no_way_back: bool = False
    """In place: what served before would be rendered as the release that is under way."""
    suspended: bool = False
    at_rest: bool = False
    """The spec asks for no pods."""
    blocked: str = ""
    """The Reason for which nothing may move forward now (a Secret is missing, stores are not ready, a rotation is under way)."""
    blocked_back: str = ""
    """As `blocked`, for a rollback: the release that is returned to may need nothing of what is missing."""


@dataclass(frozen=True)
class Slot:
    """What a colour's Deployments are to be. `size` None: by the project's own scale (and its autoscaler)."""

    release: str
    template: str
    size: int | None = None


@dataclass(frozen=True)
class Decision:
    """What should be so now. Level-triggered: the same Seen gives the same Decision, and doing half of it is no harm.

    `slots`: a colour that is not in it has no Deployments. `serve`: what the active Service selects. `weight`: percent of the
    traffic for the colour that does not serve; None outside a canary's steps. `start`: a record to be made before anything else
    of this decision is done. `positions`: by release, each as it should be stored, only those that changed. `expired`: records
    to delete. `held`: why nothing moves, a Reason. `ignored`: commands that reach nothing, by field, with the reason.
    """

    serve: Colour
    serve_release: str
    slots: Mapping[Colour, Slot]
    weight: int | None = None
    start: Record | None = None
    positions: Mapping[str, Position] = field(default_factory=dict)
    due: frozenset[Due] = frozenset()
    expired: tuple[str, ...] = ()
    held: str = ""
    ignored: Mapping[str, str] = field(default_factory=dict)
    wanted: str = ""
    """The template that is to serve in the end; empty: nothing is asked for that does not serve."""
    wake_seconds: float | None = None
    """When time alone changes the decision; None: only something seen does."""
