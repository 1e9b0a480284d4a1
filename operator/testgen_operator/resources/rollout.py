"""How a new release comes to serve, and what a person asks of one that is under way. `policy` and `commands` are what the pure
rollout reads of it.

A command names the release that it means, so an old one that stays in Git cannot touch a new release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from testgen_operator.resources.parts import DnsName, ImageReference, ObjectName, Part, Percent, Url
from testgen_operator.rollout import model
from testgen_operator.rollout.model import Strategy

if TYPE_CHECKING:
    from testgen_operator.resources.project import Spec, TestGenProject

ReleaseName = Annotated[str, Field(min_length=1, max_length=63)]
PauseName = Annotated[str, Field(min_length=3, max_length=66)]
Milliseconds = Annotated[int, Field(ge=1, le=600_000)]
CheckSeconds = Annotated[int, Field(ge=10, le=3_600)]
Day = Annotated[int, Field(ge=0, le=86_400)]
Argument = Annotated[str, Field(max_length=512)]
Runs = Annotated[int, Field(ge=1, le=100)]
BadRuns = Annotated[int, Field(ge=0, le=100)]
Pause = Annotated[int, Field(ge=1, le=3_600)]

DEFAULT_STEPS: Final = (
    model.CanaryStep(10, 300),
    model.CanaryStep(25, 300),
    model.CanaryStep(50, 600),
    model.CanaryStep(75, 300),
)
"""S2-124."""
DEFAULT_BAKE_SECONDS: Final = 300
"""S2-121: five minutes of watching, with the old colour ready to take over again."""


DEFAULT_PAUSE_SECONDS: Final = 10
RUNS: Final = "How many good runs are needed."
BETWEEN_RUNS: Final = "Time between two runs."
BAD_RUNS: Final = "More bad runs than this end the rollout."
UNSET_CHECK: Final = (
    "Unset: on for BlueGreen and Canary, off for RollingUpdate, which tries a release on a pod beside what serves only where "
    "smoke or analysis is on."
)


class Smoke(Part):
    """The way of a user on pods of the new release, before anybody is led there: health, upload, generate, confirm (S2-217)."""

    enabled: bool | None = Field(None, description=f"{UNSET_CHECK} There it is on where analysis is.")
    timeout_seconds: CheckSeconds = Field(300, description="How long the whole check may take.")


class Prometheus(Part):
    address: Url = Field(
        description="Base URL of a Prometheus that scrapes the project and that the platform lets projects have asked, such as http://prometheus.monitoring.svc:9090."
    )


class WebCheck(Part):
    """A path of the new release that must answer as expected."""

    name: DnsName = Field(description="Name of the check.")
    path: Annotated[str, Field(min_length=1, max_length=256)] = Field(description="Path on the preview Service, such as /ready.")
    expected_status: Annotated[int, Field(ge=100, le=599)] = Field(200, description="Status code of a good answer.")
    count: Runs = Field(1, description=RUNS)
    interval_seconds: Pause = Field(DEFAULT_PAUSE_SECONDS, description=BETWEEN_RUNS)
    failure_limit: BadRuns = Field(0, description=BAD_RUNS)


class JobCheck(Part):
    """A container that ends with 0 where the new release is good; TESTGEN_URL tells it where that is."""

    name: Annotated[str, Field(min_length=1, max_length=20)] = Field(description="Name of the check.")
    image: ImageReference = Field(description="Image of the container.")
    args: Annotated[tuple[Argument, ...], Field(max_length=20)] = Field((), description="Arguments of its entry point.")
    timeout_seconds: CheckSeconds = Field(300, description="How long one run may take.")
    count: Runs = Field(1, description=RUNS)
    interval_seconds: Pause = Field(DEFAULT_PAUSE_SECONDS, description=BETWEEN_RUNS)
    failure_limit: BadRuns = Field(0, description=BAD_RUNS)


class Golden(Part):
    """Fixed requirements that both releases write cases for; the new one's may not be worse."""

    config_map: ObjectName = Field(description="ConfigMap that holds the golden set.")
    key: ObjectName = Field("golden.json", description="Key of the golden set in the ConfigMap.")
    tolerance_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        5, description="How much worse a figure may be than the serving release's."
    )
    timeout_seconds: CheckSeconds = Field(600, description="How long writing the cases on both may take.")


class Analysis(Part):
    """What decides whether a new release is good: no traffic, or no figure, decides nothing."""

    enabled: bool | None = Field(None, description=UNSET_CHECK)
    minimum_success_percent: Percent = Field(95, description="Requests in a hundred that must not end with 5xx.")
    latency_p95_milliseconds: Milliseconds = Field(500, description="What 95 requests in a hundred may last at most.")
    interval_seconds: Annotated[int, Field(ge=5, le=3_600)] = Field(30, description="Time between two measurements.")
    measurements: Annotated[int, Field(ge=1, le=100)] = Field(1, description="Good measurements that are needed to go on.")
    failure_limit: Annotated[int, Field(ge=0, le=100)] = Field(3, description="More bad measurements than this end the rollout.")
    inconclusive_limit: Annotated[int, Field(ge=0, le=1_000)] = Field(
        5, description="More measurements without a figure than this hold the rollout until a person decides."
    )
    prometheus: Prometheus | None = Field(None, description="Where the figures are. Unset: the pods' own metrics.")
    web: Annotated[tuple[WebCheck, ...], Field(max_length=8, json_schema_extra={"x-map-key": "name"})] = Field(
        (), description="Requests to the new release before it serves."
    )
    jobs: Annotated[tuple[JobCheck, ...], Field(max_length=4, json_schema_extra={"x-map-key": "name"})] = Field(
        (), description="Containers that check the new release before it serves."
    )
    golden: Golden | None = Field(None, description="Comparison of the cases that both releases write.")


class CanaryStep(Part):
    weight: Annotated[int, Field(ge=1, le=99)] = Field(description="Requests in a hundred that the new release gets.")
    pause_seconds: Day | None = Field(None, description="How long. Unset: until a person goes on (skip or promote).")


class Rollback(Part):
    to: ReleaseName | None = Field(None, description="Release to return to; `kubectl get tgr` lists them.")
    from_: ReleaseName | None = Field(None, description="Release to leave. In force while the spec still asks for that one.")


class Rollout(Part):
    """How a new release comes to serve. What makes a release: everything of the pods but their number."""

    strategy: Literal["BlueGreen", "Canary", "RollingUpdate"] | None = Field(
        None,
        description="BlueGreen: beside the old one, then all at once. Canary: step by step. RollingUpdate: pod by pod, "
        "after the checks that are on. "
        "Unset: BlueGreen in Production, else RollingUpdate.",
    )
    preview_replicas: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="Pods of the new release before it serves. Unset: as many as the serving one has; 1 with RollingUpdate."
    )
    smoke: Smoke = Field(Smoke(), description="The way of a user, before anybody is led to the new release.")
    analysis: Analysis = Field(Analysis(), description="Measurements before and while it serves.")
    bake_seconds: Day | None = Field(
        None,
        description="How long the new release is watched while it serves, with the old one ready to take over. "
        "Unset: 300; 0 with RollingUpdate while analysis is off.",
    )
    auto_promote: bool = Field(True, description="Let it serve as soon as the checks are good; false: only after `promote`.")
    scale_down_delay_seconds: Day = Field(30, description="How long pods live on that no new request is led to.")
    progress_deadline_seconds: Annotated[int, Field(ge=30, le=86_400)] = Field(
        300, description="How long pods of the new release may take to become ready."
    )
    steps: Annotated[tuple[CanaryStep, ...], Field(min_length=1, max_length=20)] | None = Field(
        None, description="Canary only. Unset: 10 and 25 for 5 minutes each, 50 for 10 minutes, 75 for 5 minutes."
    )
    rollback_window: Annotated[int, Field(ge=0, le=10)] = Field(
        1, description="How many earlier releases can be returned to at once, without checks."
    )
    history_limit: Annotated[int, Field(ge=1, le=50)] = Field(10, description="How many TestGenReleases are kept.")
    backup_before_upgrade: bool | None = Field(
        None, description="Back the database up before it is migrated. BuiltIn PostgreSQL only. Unset: in Production."
    )
    promote: ReleaseName | None = Field(None, description="Release that is approved: it goes on past pauses, never past a check.")
    abort: ReleaseName | None = Field(None, description="Release under way that is given up; the last one serves.")
    retry: ReleaseName | None = Field(
        None, description="Release that was given up and is tried once more, or one that is held and measured anew."
    )
    pause: ReleaseName | None = Field(None, description="Release under way that takes no further step while it is named here.")
    skip: PauseName | None = Field(None, description="Canary only: <release>/<number of the step> whose pause is over.")
    rollback: Rollback | None = Field(None, description="Return to a release that is kept.")
    commit: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="Commit that the spec comes from, for the record. Starts no rollout."
    )
    author: Annotated[str, Field(min_length=1, max_length=128)] | None = Field(
        None, description="Who asked for it, for the record. Starts no rollout."
    )


def strategy_of(spec: Spec) -> Strategy:
    """The strategy in force (S2-113: a production project is not updated in place unless it says so)."""
    if spec.rollout.strategy:
        return Strategy(spec.rollout.strategy)
    return Strategy.BLUE_GREEN if spec.environment == "Production" else Strategy.ROLLING


def policy(project: TestGenProject) -> model.Policy:
    """`spec.rollout` with what is unset filled in."""
    spec, rollout = project.spec, project.spec.rollout
    strategy = strategy_of(spec)
    beside = strategy is not Strategy.ROLLING
    analysis = rollout.analysis
    measured = beside if analysis.enabled is None else analysis.enabled
    backup = spec.environment == "Production" and spec.stores.postgres.type == "BuiltIn"
    return model.Policy(
        strategy=strategy,
        preview_replicas=rollout.preview_replicas if beside else rollout.preview_replicas or 1,
        # Nobody but the smoke check calls a release that is measured before it serves.
        smoke=beside or measured if rollout.smoke.enabled is None else rollout.smoke.enabled,
        analysis=measured,
        measurements=analysis.measurements,
        interval_seconds=analysis.interval_seconds,
        failure_limit=analysis.failure_limit,
        inconclusive_limit=analysis.inconclusive_limit,
        bake_seconds=(DEFAULT_BAKE_SECONDS if beside or measured else 0)
        if rollout.bake_seconds is None
        else rollout.bake_seconds,
        auto_promote=rollout.auto_promote,
        scale_down_delay_seconds=rollout.scale_down_delay_seconds,
        progress_deadline_seconds=rollout.progress_deadline_seconds,
        steps=_steps(rollout) if strategy is Strategy.CANARY else (),
        rollback_window=rollout.rollback_window,
        history_limit=rollout.history_limit,
        backup_before_upgrade=backup if rollout.backup_before_upgrade is None else rollout.backup_before_upgrade,
    )


def _steps(rollout: Rollout) -> tuple[model.CanaryStep, ...]:
    if rollout.steps is None:
        return DEFAULT_STEPS
    return tuple(model.CanaryStep(step.weight, step.pause_seconds) for step in rollout.steps)


def commands(project: TestGenProject) -> model.Commands:
    """What the spec asks of single releases; empty where it asks nothing."""
    rollout = project.spec.rollout
    back = rollout.rollback or Rollback()
    return model.Commands(
        promote=rollout.promote or "",
        abort=rollout.abort or "",
        retry=rollout.retry or "",
        pause=rollout.pause or "",
        skip=rollout.skip or "",
        rollback_to=back.to or "",
        rollback_from=back.from_ or "",
    )
