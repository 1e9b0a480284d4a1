"""RollingUpdate as stories: one colour, changed in place; with checks, tried beside it first."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.unit.operator.rollouts.stories import BLUE_GREEN, Story, at_position
from tests.unit.operator.rollouts.world import Quality

from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import Commands, Outcome, Policy, Step, Strategy

PLAIN = Policy(Strategy.ROLLING, smoke=False, analysis=False, bake_seconds=0)
CHECKED = replace(PLAIN, smoke=True, analysis=True, bake_seconds=120)


def test_the_colour_is_changed_in_place_and_the_record_is_promoted() -> None:  # S2-129
    story = Story(PLAIN)
    story.release("app-1")

    assert story.end().outcome is Outcome.PROMOTED
    assert (story.world.serving, story.serving, set(story.world.deployments)) == ("blue", "app-1", {"blue"})


def test_a_broken_version_stays_to_be_looked_at_while_old_pods_serve() -> None:  # S2-129
    story = Story(PLAIN)
    story.release("app-1", Quality.CRASHES)

    for _ in range(5):
        story.look(600)

    assert (story.position.step, story.decision.held) == (Step.STARTING, "PreviewNotReady")
    assert story.world.deployments["blue"].ready == 3


def test_abort_puts_the_old_template_back() -> None:  # S2-130
    story = Story(PLAIN)
    record = story.release("app-1", Quality.CRASHES)
    story.reach(Step.STARTING)

    story.command(abort=record.name)

    assert (story.end().outcome, story.serving) == (Outcome.ABORTED, "app-0")


def test_a_rollback_returns_in_place() -> None:  # S1-101, S2-130
    story = Story(PLAIN)
    record = story.release("app-1")
    story.end()

    story.command(rollback_to="app-0", rollback_from=record.name)
    story.until(lambda: story.record.name == "app-0-2")

    assert (story.end().outcome, story.serving) == (Outcome.FAST_PROMOTED, "app-0")


def test_what_crashes_in_its_bake_in_place_is_put_back_at_the_deadline() -> None:
    story = Story(CHECKED)
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.look(31)
    some = replace(story.world.see().colours["blue"], ready=2, complete=False, failing="CrashLoopBackOff")
    seen = replace(story.world.see(), colours={"blue": some})

    end = story.position.since + timedelta(seconds=CHECKED.bake_seconds)
    soon, late = (decide(seen, end + timedelta(seconds=more)) for more in (1, CHECKED.progress_deadline_seconds))

    assert record.name not in soon.positions or soon.positions[record.name].step is Step.BAKING
    assert (late.positions[record.name].step, late.positions[record.name].reason) == (Step.RETURNING, "PreviewNotReady")
    assert late.slots["blue"].template == "app-0"


def test_what_crashes_in_its_bake_in_place_without_a_way_back_is_named() -> None:
    story = Story(CHECKED)
    story.release("app-1")
    story.reach(Step.BAKING)
    story.look(31)
    some = replace(story.world.see().colours["blue"], ready=2, complete=False, failing="CrashLoopBackOff")
    seen = replace(story.world.see(), colours={"blue": some}, no_way_back=True)
    late = story.position.since + timedelta(seconds=CHECKED.bake_seconds + CHECKED.progress_deadline_seconds)

    assert decide(seen, late).held == "PreviewNotReady"


@pytest.mark.parametrize("good", [0, 2])
def test_what_measures_badly_in_place_without_a_way_back_is_neither_promoted_nor_returned_from(good: int) -> None:
    story = Story(replace(CHECKED, failure_limit=0, bake_seconds=300))
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.world.no_way_back = True
    for _ in range(good):
        story.look(31)
    story.world.qualities["app-1"] = Quality.SERVES_ERRORS

    for _ in range(40):
        story.look(31)
    assert (story.position.step, story.decision.held, story.serving) == (Step.BAKING, "AnalysisFailed", "app-1")

    story.world.no_way_back = False
    story.until(lambda: story.record.outcome is not None)
    assert (record.name, story.record.outcome, story.serving) == (story.record.name, Outcome.ROLLED_BACK, "app-0")


def test_a_project_that_asks_for_no_pods_takes_a_version_in_place_untried() -> None:
    story = Story(CHECKED)
    story.release("app-1")
    story.reach(Step.STARTING)
    there = story.world.see()
    rests = replace(there.colours["blue"], template="app-1", replicas=0, ready=0, complete=True)
    # Nobody was ready when it began.
    bypassing = replace(story.position, colour="blue", fast=True, reason="ActiveUnavailableBypass")
    seen = replace(there, colours={"blue": rests}, at_rest=True, records=at_position(there.records, bypassing))

    found = decide(seen, story.world.now)

    assert (found.positions["app-1"].outcome, found.due) == (Outcome.FAST_PROMOTED, frozenset())


def test_a_bake_in_place_that_nobody_can_measure_does_not_end_until_somebody_can() -> None:
    story = Story(CHECKED)
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.blind = True

    for _ in range(5):
        story.look(100)
    assert (story.position.step, story.decision.held) == (Step.BAKING, "PrometheusUnreachable")

    story.world.blind = False
    assert story.end().outcome is Outcome.PROMOTED


@pytest.mark.parametrize("in_place", [True, False])
def test_an_abort_without_a_way_back_is_ignored_aloud_where_nothing_stands_beside_it(in_place: bool) -> None:
    story = Story(CHECKED if in_place else BLUE_GREEN)
    record = story.release("app-1")
    story.reach(Step.BAKING if in_place else Step.SMOKING)
    seen = replace(story.world.see(), no_way_back=True, commands=Commands(abort=record.name))

    found = decide(seen, story.world.now)

    assert ("put another version into the spec" in found.ignored.get("abort", "")) is in_place
    assert (record.name in found.positions) is not in_place


def test_checks_that_the_spec_asks_for_put_a_bad_version_back() -> None:
    story = Story(CHECKED)
    story.release("app-1", Quality.FAILS_SMOKE)

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason, story.serving) == (Outcome.ABORTED, "SmokeFailed", "app-0")


def test_with_checks_a_release_is_tried_beside_what_serves_and_then_takes_its_place() -> None:  # S2-129
    story = Story(CHECKED)
    story.release("app-1")

    story.reach(Step.ANALYSING)
    templates = {colour: one.template for colour, one in story.world.deployments.items()}
    assert (templates, story.world.serving, story.position.served) == ({"blue": "app-0", "green": "app-1"}, "blue", False)

    story.reach(Step.BAKING)
    assert {colour: one.template for colour, one in story.world.deployments.items()} == {"blue": "app-1"}
    assert (story.world.serving, story.position.colour, story.position.served) == ("blue", "blue", True)
    assert story.end().outcome is Outcome.PROMOTED


@pytest.mark.parametrize("quality", [Quality.CRASHES, Quality.FAILS_SMOKE, Quality.WRITES_WORSE_CASES, Quality.SERVES_ERRORS])
def test_with_checks_a_bad_release_never_gets_a_request(quality: Quality) -> None:
    story = Story(replace(CHECKED, failure_limit=0))
    story.release("app-1", quality)

    story.until(lambda: story.record.outcome is not None)

    assert (story.record.outcome, story.position.served, story.world.deployments["blue"].pods) == (
        Outcome.ABORTED,
        False,
        {"app-0": 3},
    )


def test_what_dies_as_it_takes_the_place_of_what_serves_is_put_back() -> None:
    story = Story(CHECKED)
    story.release("app-1", Quality.DIES_SERVING)

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason, story.serving) == (Outcome.ABORTED, "PreviewNotReady", "app-0")


def test_what_had_no_ready_pod_for_a_moment_is_tried_beside_it_after_all() -> None:
    story = Story(CHECKED)
    story.world.deployments["blue"].pods.clear()
    story.world.target = "app-1"
    story.world.act(story.rng)
    assert (story.position.reason, story.position.colour) == ("ActiveUnavailableBypass", "green")

    story.look()

    assert (story.position.fast, story.position.colour) == (False, "green")


def test_a_newer_version_replaces_one_that_never_got_ready() -> None:
    story = Story(PLAIN)
    first = story.release("app-1", Quality.CRASHES)
    story.reach(Step.STARTING)

    story.release("app-2")

    assert story.record.previous == "app-0"
    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-2")
    assert story.world.records[first.name].outcome is Outcome.SUPERSEDED


def test_a_lost_status_is_smoked_again_though_it_serves() -> None:
    story = Story(CHECKED)
    record = story.release("app-1")
    story.until(lambda: story.position.served)
    story.world.records[record.name] = replace(record, position=None)
    story.world.checks.clear()

    story.look()

    assert story.position.step is Step.SMOKING


def test_one_look_without_a_ready_pod_leaves_out_no_check() -> None:
    story = Story(CHECKED)
    story.world.deployments["blue"].pods.clear()
    story.world.target = "app-1"
    story.world.act(story.rng)
    assert story.position.reason == "ActiveUnavailableBypass"

    story.look()

    assert (story.position.fast, story.position.reason) == (False, "")


@pytest.mark.parametrize("returning", [False, True])
def test_what_fails_in_place_is_never_what_the_next_release_returns_to(returning: bool) -> None:
    story = Story(replace(CHECKED, failure_limit=0, bake_seconds=300))
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.qualities["app-1"] = Quality.SERVES_ERRORS
    if returning:
        story.world.pace = 0
        story.until(lambda: story.position.step is Step.RETURNING, 31)
        story.world.pace = 9
    story.release("app-2", Quality.FAILS_SMOKE)

    assert story.end().outcome is Outcome.ABORTED
    assert (story.record.previous, story.serving) == ("app-0", "app-0")


def test_what_is_proven_in_place_is_what_the_next_release_returns_to() -> None:
    story = Story(replace(CHECKED, bake_seconds=300))
    story.release("app-1")
    story.reach(Step.BAKING)
    story.look(31)
    story.look(31)
    story.release("app-2", Quality.FAILS_SMOKE)

    assert story.end().outcome is Outcome.ABORTED
    assert (story.record.previous, story.serving) == ("app-1", "app-1")


@pytest.mark.parametrize(("looks", "expected"), [(100, Step.SWITCHING), (5 * 300, Step.DONE)])
def test_pods_in_place_come_one_after_another_so_the_deadline_is_that_of_each(looks: int, expected: Step) -> None:
    story = Story(replace(CHECKED, bake_seconds=0), scale=5)
    story.release("app-1")
    story.until(lambda: story.position.step is Step.ANALYSING)
    story.world.pace = 0
    story.reach(Step.SWITCHING)

    story.look(CHECKED.progress_deadline_seconds + looks)
    story.look(0)

    assert (story.position.step, story.serving) == (expected, "app-1" if expected is Step.SWITCHING else "app-0")


def test_what_nobody_let_through_does_not_serve_because_the_last_one_is_gone() -> None:
    story = Story(replace(CHECKED, auto_promote=False))
    story.world.qualities["app-0"] = Quality.CRASHES
    story.look()
    story.release("app-1")

    for _ in range(10):
        story.look(31)

    assert (story.position.step, story.position.reason, story.position.served) == (
        Step.AWAITING,
        "ActiveUnavailableBypass",
        False,
    )


@pytest.mark.parametrize(("away", "at_rest", "bad"), [(1.0, False, False), (11.0, False, True), (math.inf, True, False)])
def test_in_a_bake_in_place_pods_that_are_away_for_a_moment_or_not_asked_for_end_nothing(
    away: float, at_rest: bool, bad: bool
) -> None:
    story = Story(replace(CHECKED, bake_seconds=3600))
    story.release("app-1")
    story.reach(Step.BAKING)
    there = story.world.see()
    gone = replace(there.colours["blue"], ready=0, complete=False, away_seconds=away, replicas=0 if at_rest else 3)

    found = decide(replace(there, colours={"blue": gone}, at_rest=at_rest), story.position.since + timedelta(seconds=400))

    assert (found.positions.get("app-1", story.position).step is Step.RETURNING) is bad


def test_a_return_in_place_that_another_version_overtakes_is_still_the_end_of_what_failed() -> None:
    story = Story(replace(CHECKED, failure_limit=0, bake_seconds=300), scale=5)
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.qualities["app-1"] = Quality.SERVES_ERRORS
    story.world.pace = 0
    story.until(lambda: story.position.step is Step.RETURNING, 31)
    story.world.target = "app-2"

    story.look(CHECKED.progress_deadline_seconds + 1)
    assert story.world.records["app-1"].outcome is None, "its pods come one after another"
    story.look(5 * CHECKED.progress_deadline_seconds)

    ended = story.world.records["app-1"].position
    assert ended is not None
    assert (ended.outcome, ended.reason) == (Outcome.ROLLED_BACK, "AnalysisFailed")


@pytest.mark.parametrize(("policy", "outcome"), [(CHECKED, Outcome.ABORTED), (PLAIN, None)])
def test_a_rollback_in_place_whose_pods_never_come_up_is_put_back_where_releases_are_checked(
    policy: Policy, outcome: Outcome | None
) -> None:
    story = Story(policy)
    record = story.release("app-1")
    story.end()
    story.world.qualities["app-0"] = Quality.NEVER_READY
    story.command(rollback_to="app-0", rollback_from=record.name)
    story.until(lambda: story.record.name == "app-0-2")

    for _ in range(5):
        story.look(1000)

    assert story.record.outcome is outcome
    assert story.world.deployments["blue"].pods == {"app-1": 3}
