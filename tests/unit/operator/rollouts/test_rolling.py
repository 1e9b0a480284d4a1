"""RollingUpdate as stories: one colour, changed in place."""

from __future__ import annotations

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
    bypassing = replace(story.position, fast=True, reason="ActiveUnavailableBypass")  # nobody was ready when it began
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
    story.reach(Step.SMOKING)
    seen = replace(story.world.see(), no_way_back=True, commands=Commands(abort=record.name))

    found = decide(seen, story.world.now)

    assert ("put another version into the spec" in found.ignored.get("abort", "")) is in_place
    assert (record.name in found.positions) is not in_place


def test_checks_that_the_spec_asks_for_put_a_bad_version_back() -> None:
    story = Story(CHECKED)
    story.release("app-1", Quality.FAILS_SMOKE)

    record = story.end()

    assert record.position is not None
    assert (record.outcome, record.position.reason, story.serving) == (Outcome.ROLLED_BACK, "SmokeFailed", "app-0")


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
