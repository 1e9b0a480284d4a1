"""BlueGreen as stories: a good release, each kind of bad one, and what comes between."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.operator.rollouts.stories import BLUE_GREEN, Story, at_position
from tests.unit.operator.rollouts.world import Quality, World

from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import Outcome, Policy, Result, Slot, Step, Strategy, Verdict


def test_a_good_release_takes_every_step_in_order() -> None:  # S2-116, S2-118, S2-121, S2-122
    story = Story(replace(BLUE_GREEN, backup_before_upgrade=True))
    story.release("app-1")

    record = story.end()

    order = [Step.BACKING_UP, Step.MIGRATING, Step.STARTING, Step.SMOKING, Step.ANALYSING, Step.BAKING, Step.DRAINING, Step.DONE]
    assert [step for step in story.steps if step is not Step.SWITCHING] == order
    assert record.outcome is Outcome.PROMOTED
    assert story.serving == "app-1"


def test_the_first_release_serves_at_once() -> None:
    story = Story()

    assert story.record.outcome is Outcome.PROMOTED
    assert (story.world.serving, story.serving) == ("blue", "app-0")


def test_what_ran_before_there_were_records_gets_one_as_it_is() -> None:
    story = Story()
    story.world.records.clear()
    story.world.serving_release = ""

    story.look()

    assert (story.record.template, story.record.outcome, story.serving) == ("app-0", Outcome.PROMOTED, "app-0")


def test_the_new_colour_starts_at_the_observed_size_of_the_active_one() -> None:
    story = Story(scale=3)
    story.world.deployments["blue"].replicas = 7  # by an autoscaler
    story.world.scale = 7
    story.release("app-1")

    assert story.reach(Step.STARTING).slots["green"].size == 7


def test_a_preview_grows_to_full_size_before_the_switch() -> None:
    story = Story(replace(BLUE_GREEN, preview_replicas=1, auto_promote=False))
    story.release("app-1")
    assert story.reach(Step.AWAITING).slots["green"].size == 1

    story.command(promote=story.record.name)
    story.look()

    assert (story.decision.serve, story.decision.slots["green"].size) == ("blue", 3)
    assert story.reach(Step.BAKING).serve == "green"


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        (Quality.CRASHES, "PreviewNotReady"),
        (Quality.NEVER_READY, "PreviewNotReady"),
        (Quality.FAILS_SMOKE, "SmokeFailed"),
        (Quality.SERVES_ERRORS, "AnalysisFailed"),
        (Quality.WRITES_WORSE_CASES, "GoldenSetWorse"),
        (Quality.BREAKS_MIGRATION, "MigrationFailed"),
    ],
)
def test_a_release_that_fails_before_the_switch_is_aborted(quality: Quality, reason: str) -> None:  # S2-119
    story = Story()
    story.release("app-1", quality)

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason, record.position.served) == (Outcome.ABORTED, reason, False)
    assert (story.world.serving, story.serving, story.world.deployments["blue"].replicas) == ("blue", "app-0", 3)
    assert "green" not in story.world.deployments


@pytest.mark.parametrize(
    ("quality", "reason"), [(Quality.DIES_SERVING, "PreviewNotReady"), (Quality.SERVES_ERRORS_LATE, "AnalysisFailed")]
)
def test_a_release_that_fails_in_its_bake_gives_the_traffic_back(quality: Quality, reason: str) -> None:  # S2-121
    story = Story()
    story.release("app-1", quality)

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason, record.position.served) == (Outcome.ROLLED_BACK, reason, True)
    assert story.serving == "app-0"


def test_nobody_stays_connected_to_a_release_that_was_given_up() -> None:
    """Kept connections end with its pods: these go as soon as the traffic is back, not after the scale-down delay."""
    story = Story(replace(BLUE_GREEN, scale_down_delay_seconds=3600))
    story.release("app-1", Quality.SERVES_ERRORS_LATE)
    story.until(lambda: story.record.outcome is Outcome.ROLLED_BACK)
    story.look(0)
    story.look(0)
    assert "green" not in story.world.deployments


def test_a_release_that_failed_does_not_start_again_by_itself() -> None:
    story = Story()
    story.release("app-1", Quality.FAILS_SMOKE)
    story.end()

    for _ in range(5):
        assert (story.look(600).start, story.decision.held) == (None, "SmokeFailed")


def test_retry_rolls_the_template_out_once_more() -> None:
    story = Story()
    failed = story.release("app-1", Quality.FAILS_SMOKE)
    story.end()
    story.world.qualities["app-1"] = Quality.GOOD

    story.command(retry=failed.name)
    story.until(lambda: story.record.name == "app-1-2")

    assert story.end().outcome is Outcome.PROMOTED
    assert story.look(600).start is None, "the command that stays in the spec starts nothing more"


def test_a_night_without_traffic_fails_no_bake() -> None:  # Y-23
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.qualities["app-1"] = Quality.QUIET

    assert story.end().outcome is Outcome.PROMOTED


def test_a_bake_that_nobody_can_measure_does_not_end_until_somebody_can() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.blind = True
    story.look(31)
    assert story.decision.held == "", "its time is not over"

    for _ in range(12):
        story.look(100)
        assert (story.position.step, story.serving) == (Step.BAKING, "app-1")
    assert story.decision.held == "PrometheusUnreachable"

    story.world.blind = False
    assert story.end().outcome is Outcome.PROMOTED


def test_a_bake_that_nobody_can_measure_can_be_aborted() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.world.blind = True
    story.look(400)

    story.command(abort=record.name)

    assert (story.end().outcome, story.serving) == (Outcome.ROLLED_BACK, "app-0")


def test_an_analysis_without_a_result_waits_for_a_person() -> None:  # Y-23
    story = Story()
    record = story.release("app-1", Quality.QUIET)
    story.until(lambda: story.decision.held == "AnalysisInconclusive", 31)

    story.command(promote=record.name)
    for _ in range(5):
        assert (story.look(31).held, story.serving) == ("AnalysisInconclusive", "app-0")

    story.quiet()
    story.world.qualities["app-1"] = Quality.GOOD
    story.command(retry=record.name)
    assert story.end().outcome is Outcome.PROMOTED


def test_a_prometheus_that_is_down_is_named_while_the_release_waits() -> None:
    story = Story(replace(BLUE_GREEN, inconclusive_limit=0))
    story.release("app-1", Quality.QUIET)
    story.reach(Step.ANALYSING)
    words = "PrometheusUnreachable: Prometheus: no answer within 5 s"
    seen = replace(story.world.see(), measured=Verdict.INCONCLUSIVE, measured_id="one", measured_message=words)
    assert decide(seen, story.world.now).held == "PrometheusUnreachable"


@pytest.mark.parametrize("policy", [BLUE_GREEN, replace(BLUE_GREEN, strategy=Strategy.ROLLING)])
def test_checks_that_end_without_a_result_wait_for_a_person_and_retry_makes_them_anew(policy: Policy) -> None:
    story = Story(policy)
    record = story.release("app-1", Quality.CHECKED_WITHOUT_RESULT)
    story.until(lambda: story.decision.held == "AnalysisInconclusive")
    for command in ("", "promote"):
        story.command(**{command: record.name} if command else {})
        assert story.look(400).held == "AnalysisInconclusive"
    story.quiet()

    story.world.qualities["app-1"] = Quality.GOOD
    story.command(retry=record.name)

    story.until(lambda: story.record.name != record.name)
    given_up = story.world.records[record.name].position
    assert given_up is not None
    assert (given_up.reason, story.record.template) == ("AnalysisInconclusive", "app-1")
    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-1")


def test_a_check_without_a_result_is_told_in_its_own_words() -> None:
    story = Story()
    record = story.release("app-1", Quality.QUIET)
    story.reach(Step.ANALYSING)
    words = "golden set: the comparison did not end by itself"
    seen = replace(story.world.see(), checks=Result.INCONCLUSIVE, checks_message=words)

    found = decide(seen, story.world.now)

    assert (found.held, found.positions[record.name].message) == ("AnalysisInconclusive", words)


@pytest.mark.parametrize("step", [Step.SWITCHING, Step.BAKING])
@pytest.mark.parametrize(
    ("away", "failing", "ends"),
    [(0.0, "", False), (9.9, "", False), (10.0, "", True), (math.inf, "", True), (0.0, "CrashLoopBackOff", True)],
)
def test_pods_that_are_not_ready_for_a_moment_end_no_release(step: Step, away: float, failing: str, ends: bool) -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    there = story.world.see()
    blip = replace(there.colours["green"], ready=0, complete=False, away_seconds=away, failing=failing)
    at = replace(story.position, step=step)
    records = at_position(there.records, at)
    seen = replace(there, colours={**there.colours, "green": blip}, records=records, endpoints_settled=False)

    found = decide(seen, story.world.now)

    left = found.positions.get(record.name, at)
    assert (left.step is Step.RETURNING, found.serve) == ((True, "blue") if ends else (False, "green"))
    assert ends or (found.wake_seconds is not None and found.wake_seconds <= 10 - away), "it is looked at again in time"


@pytest.mark.parametrize("cause", ["VersionBelowSchema", "ImagePullFailed"])
@pytest.mark.parametrize("strategy", [Strategy.BLUE_GREEN, Strategy.ROLLING])
def test_a_cause_with_a_way_out_of_its_own_is_named_as_what_it_is(strategy: Strategy, cause: str) -> None:
    """A version that the schema has left behind, an image that has gone: a rollback makes no migration, and the image of another
    part none either, so that nothing but the pods tells."""
    story = Story(replace(BLUE_GREEN, strategy=strategy))
    story.release("app-1")
    story.reach(Step.SMOKING)
    there = story.world.see()
    colour = story.position.colour
    old = replace(there.colours[colour], ready=0, complete=False, failing=cause, message="too old")

    found = decide(replace(there, colours={**there.colours, colour: old}), story.world.now)

    left = found.positions[story.record.name]
    assert (left.reason, left.message) == (cause, "too old")


def test_what_crashes_in_its_bake_is_not_promoted_and_is_returned_from_at_the_deadline() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.look(31)
    one_of_three = replace(story.world.see().colours["green"], ready=1, complete=False, failing="CrashLoopBackOff")
    seen = replace(story.world.see(), colours={**story.world.see().colours, "green": one_of_three})
    assert story.position.step is Step.BAKING

    baked = decide(seen, story.position.since + timedelta(seconds=BLUE_GREEN.bake_seconds + 1))
    late = story.position.since + timedelta(seconds=BLUE_GREEN.bake_seconds + BLUE_GREEN.progress_deadline_seconds + 1)

    assert baked.serve == "green"
    assert record.name not in baked.positions or baked.positions[record.name].step is Step.BAKING
    assert (decide(seen, late).serve, decide(seen, late).positions[record.name].step) == ("blue", Step.RETURNING)


def test_one_that_is_superseded_in_its_bake_unmeasured_gives_the_traffic_back_first() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)
    assert story.position.tally.successful == 0

    seen = replace(story.world.see(), target="app-2", measured=None)

    assert decide(seen, story.world.now).serve == "blue"


def test_a_dead_active_colour_can_be_replaced_without_a_comparison() -> None:
    story = Story()
    story.world.qualities["app-0"] = Quality.CRASHES
    story.look()
    story.release("app-1")

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason) == (Outcome.FAST_PROMOTED, "ActiveUnavailableBypass")
    assert Step.SMOKING in story.steps or story.world.checks, "smoke counts"
    assert story.serving == "app-1"


def test_a_newer_version_supersedes_one_that_does_not_serve_yet() -> None:
    story = Story()
    first = story.release("app-1")
    story.reach(Step.SMOKING)

    story.release("app-2")

    assert story.world.records[first.name].outcome is Outcome.SUPERSEDED
    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-2")


def test_one_that_is_superseded_in_its_bake_serves_until_the_next_does() -> None:
    story = Story()
    first = story.release("app-1")
    story.reach(Step.BAKING)

    story.release("app-2")

    assert (story.world.records[first.name].outcome, story.serving) == (Outcome.SUPERSEDED, "app-1")
    assert story.record.previous == first.name
    assert story.end().outcome is Outcome.PROMOTED


def test_a_spec_that_is_taken_back_in_the_bake_returns_the_traffic() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)

    story.world.target = "app-0"

    assert story.look().serve == "blue"
    assert (story.end().outcome, story.serving) == (Outcome.ROLLED_BACK, "app-0")
    assert story.look().start is None


def test_replicas_alone_start_nothing() -> None:
    story = Story()
    story.world.scale = 9

    for _ in range(4):
        story.look()

    assert len(story.world.records) == 1
    assert story.world.deployments["blue"].replicas == 9


def test_the_old_colour_keeps_its_size_through_the_drain_and_none_after_it() -> None:  # S2-122
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)
    story.until(lambda: story.position.step is Step.DRAINING, 31)
    assert story.decision.slots["blue"] == Slot("app-0", "app-0", 3)

    story.end()

    assert story.decision.slots["blue"] == Slot("app-0", "app-0", 0), "kept for a rollback"


def test_outside_the_window_the_old_colour_is_removed() -> None:
    story = Story(replace(BLUE_GREEN, rollback_window=0))
    story.release("app-1")
    story.end()

    assert set(story.look().slots) == {"green"}


def test_a_lost_status_in_the_bake_bakes_again() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.world.now += timedelta(seconds=290)
    story.world.records[record.name] = replace(record, position=None)

    story.look(20)

    assert (story.position.step, story.position.outcome) == (Step.BAKING, None)


def test_a_lost_status_before_the_switch_begins_again_and_promotes_nothing() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.ANALYSING)
    story.world.records[record.name] = replace(record, position=None)
    story.world.checks = dict.fromkeys(story.world.checks, Result.ABSENT)
    story.world.measured = None

    story.look()

    assert (story.position.step, story.world.serving) == (Step.MIGRATING, "blue")


def test_a_clock_that_was_set_back_ends_no_step() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)

    story.world.now -= timedelta(hours=2)
    story.look()

    assert story.position.step is Step.BAKING
    assert story.position.since == story.world.now


def test_a_preview_that_dies_while_it_waits_for_approval_is_given_up() -> None:
    story = Story(replace(BLUE_GREEN, auto_promote=False))
    story.release("app-1")
    story.reach(Step.AWAITING)
    story.world.qualities["app-1"] = Quality.CRASHES

    assert (story.end().outcome, story.position.reason) == (Outcome.ABORTED, "PreviewNotReady")


def test_a_first_release_that_never_served_is_not_taken_for_promoted_when_the_spec_is_corrected() -> None:
    world = World(BLUE_GREEN, qualities={"app-0": Quality.CRASHES})
    rng = random.Random(7)
    for _ in range(5):
        world.tick(5)
        world.act(rng)
    world.target = "app-1"
    for _ in range(20):
        world.tick(31)
        world.act(rng)

    ended = {one.template: one.outcome for one in world.records.values()}
    assert ended == {"app-0": Outcome.SUPERSEDED, "app-1": Outcome.PROMOTED}
    assert [one.sequence for one in world.records.values()] == [1, 2]


def test_a_rollback_past_a_release_that_does_not_come_up_again_gets_through() -> None:
    story = Story(replace(BLUE_GREEN, rollback_window=2))
    story.release("app-1")
    story.end()
    left = story.release("app-2")
    story.reach(Step.BAKING)
    story.world.qualities["app-1"] = Quality.CRASHES
    story.world.deployments["green"].pods.clear()

    story.command(rollback_to="app-0", rollback_from=left.name)
    story.until(lambda: story.position.step is Step.RETURNING)
    story.look(BLUE_GREEN.progress_deadline_seconds + 1)
    story.until(lambda: story.record.template == "app-0" and story.record.outcome is not None, 31)

    assert story.serving == "app-0"


def test_a_return_that_does_not_come_to_its_end_says_what_holds_it() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.world.qualities["app-0"] = Quality.CRASHES
    story.world.deployments["blue"].pods.clear()
    story.command(abort=record.name)
    story.until(lambda: story.position.step is Step.RETURNING)

    story.look(BLUE_GREEN.progress_deadline_seconds + 1)

    assert story.decision.held == "PreviewNotReady"
