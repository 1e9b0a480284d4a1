"""Canary as stories: shares of the traffic between the checks and the switch."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.operator.rollouts.stories import Story, at_position
from tests.unit.operator.rollouts.world import Quality

from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import CanaryStep, Outcome, Policy, Step, Strategy

CANARY = Policy(Strategy.CANARY, steps=(CanaryStep(10, 300), CanaryStep(25, 300), CanaryStep(50, 600), CanaryStep(75, 300)))
WAITING = Policy(Strategy.CANARY, steps=(CanaryStep(10, None), CanaryStep(50, 60)))


def test_shares_grow_step_by_step_to_the_whole() -> None:  # S2-124
    story = Story(CANARY)
    story.release("app-1")
    weights: list[int | None] = []

    while story.position.step is not Step.DONE:
        story.look(31)
        if story.decision.weight not in weights[-1:]:
            weights.append(story.decision.weight)

    assert [one for one in weights if one is not None] == [10, 25, 50, 75]
    assert weights[-1] is None
    assert story.record.outcome is Outcome.PROMOTED


def test_a_pause_lasts_as_long_as_the_step_says() -> None:  # S2-124
    story = Story(CANARY)
    story.release("app-1")
    story.reach(Step.SHIFTING)

    story.look(290)
    assert story.decision.weight == 10
    story.look(15)
    assert story.decision.weight == 25


def test_a_share_that_sees_errors_is_taken_back() -> None:  # S2-126, S2-127
    story = Story(CANARY)
    story.release("app-1")
    story.reach(Step.SHIFTING)
    story.world.qualities["app-1"] = Quality.SERVES_ERRORS

    story.reach(Step.DRAINING)

    assert (story.decision.weight, story.decision.serve) == (None, "blue")
    assert (story.end().outcome, story.serving) == (Outcome.ABORTED, "app-0")


@pytest.mark.parametrize("command", ["", "promote", "skip"])
def test_a_share_that_nobody_can_measure_does_not_grow(command: str) -> None:
    story = Story(CANARY)
    record = story.release("app-1")
    story.reach(Step.SHIFTING)
    story.world.blind = True
    story.look(31)
    story.command(**{command: f"{record.name}/0" if command == "skip" else record.name} if command else {})

    for _ in range(4):
        assert story.look(310).weight == 10
    assert story.decision.held == "PrometheusUnreachable"

    story.world.blind = False
    story.look(31)
    assert story.decision.weight != 10


def test_a_share_that_finds_no_room_says_so() -> None:
    story = Story(replace(CANARY, preview_replicas=1))
    story.release("app-1")
    story.reach(Step.SHIFTING)
    there = story.world.see()
    short = replace(there.colours["green"], replicas=3, ready=1, complete=False)
    seen = replace(there, colours={**there.colours, "green": short})

    assert decide(seen, story.world.now).held == ""
    late = decide(seen, story.position.since + timedelta(seconds=CANARY.progress_deadline_seconds))
    assert (late.held, late.weight) == ("PreviewNotReady", 0)


def test_the_pause_of_a_share_begins_when_the_share_does() -> None:
    story = Story(replace(CANARY, preview_replicas=1))
    story.release("app-1")
    story.reach(Step.ANALYSING)
    story.world.pace = 0  # one of three pods is there, and there is no room for more
    story.reach(Step.SHIFTING)
    for _ in range(8):
        assert (story.look(100).weight, story.position.number) == (0, 0)
    assert story.decision.held == "PreviewNotReady"

    story.world.pace = 3
    story.until(lambda: story.decision.weight == 10, 1)
    begun = story.world.now
    story.until(lambda: story.decision.weight != 10, 10)
    assert (story.world.now - begun).total_seconds() >= 300


@pytest.mark.parametrize("by_pods", [False, True])
@pytest.mark.parametrize("scale", [7, 1])
def test_an_autoscaler_takes_nothing_from_a_pause(by_pods: bool, scale: int) -> None:
    story = Story(replace(CANARY, by_pods=by_pods, steps=(CanaryStep(50, 300), CanaryStep(75, 300))))
    story.release("app-1")
    story.until(lambda: story.decision.weight == 50, 1)
    begun = story.world.now
    story.look(100)

    story.world.scale, story.world.pace = scale, 1
    story.world.deployments["blue"].replicas = scale  # by the autoscaler, in between two looks
    for _ in range(8):
        assert (story.look(5).weight, story.decision.held) == (50, "")
    story.until(lambda: story.position.number == 1, 5)

    assert 300 <= (story.world.now - begun).total_seconds() <= 310


def test_a_share_grows_only_to_the_pods_that_the_autoscaler_asks_for() -> None:
    story = Story(CANARY)
    story.release("app-1")
    story.until(lambda: story.decision.weight == 10, 1)
    story.world.scale = story.world.deployments["blue"].replicas = 5
    story.world.pace = 0  # no room

    assert (story.look(301).weight, story.decision.held) == (10, "")
    assert story.decision.slots["green"].size == 5
    assert (story.look(301).weight, story.decision.held) == (10, "PreviewNotReady")

    story.world.pace = 9
    assert story.look(1).weight == 25, "the pause is long over"


@pytest.mark.parametrize(
    "lost", [{"ready": 2}, {"ready": 3, "answers": False}, {"ready": 3, "failing": "CrashLoopBackOff"}], ids=str
)
def test_a_share_whose_own_pods_are_lost_as_others_are_asked_for_falls_back(lost: dict[str, Any]) -> None:
    story = Story(CANARY)
    story.release("app-1")
    story.until(lambda: story.decision.weight == 25, 100)
    there = story.world.see()
    asked = replace(there.colours["green"], replicas=5, ready=3, complete=False)

    kept, gone = (
        decide(replace(there, colours={**there.colours, "green": one}), story.world.now)
        for one in (asked, replace(asked, **lost))
    )

    assert (kept.weight, kept.positions) == (25, {})
    assert (gone.weight, gone.positions["app-1"].held) == (10, "Growing")


def test_a_share_that_was_suspended_is_borne_by_the_pods_that_come_back() -> None:
    story = Story(CANARY)
    story.release("app-1")
    story.until(lambda: story.decision.weight == 10, 1)
    there = story.world.see()
    held = decide(replace(there, suspended=True), story.world.now).positions["app-1"]
    one = replace(there.colours["green"], replicas=1, ready=1)
    back = replace(there, records=at_position(there.records, held), colours={**there.colours, "green": one})

    assert decide(back, story.world.now).weight == 0, "three bore it, and one is there of the three that are asked for"


def test_a_share_that_is_made_of_pods_grows_when_they_are_there() -> None:
    story = Story(replace(CANARY, by_pods=True, steps=(CanaryStep(25, 300), CanaryStep(75, 300))))
    story.release("app-1")
    story.until(lambda: story.decision.weight == 25, 1)
    story.world.pace = 1
    story.until(lambda: story.position.number == 1, 301)

    while (ready := story.world.deployments["green"].ready) < 9:  # beside three of the other release
        assert story.decision.weight == 25, ready
        story.look(1)
    assert story.look(1).weight == 75


def test_a_share_falls_back_while_pods_are_missing_before_its_switch() -> None:
    story = Story(replace(CANARY, auto_promote=False))
    story.release("app-1")
    story.until(lambda: story.position.step is Step.AWAITING, 100)
    assert story.look().weight == 75
    there = story.world.see()
    short = replace(there.colours["green"], ready=1, complete=False)
    seen = replace(there, colours={**there.colours, "green": short})

    assert decide(seen, story.world.now).weight == 50, "that of the step before"


def test_a_pause_without_an_end_that_nobody_can_measure_says_why_it_is_not_skipped() -> None:
    story = Story(WAITING)
    record = story.release("app-1")
    story.reach(Step.SHIFTING)
    story.world.blind = True
    assert story.look(31).held == "Paused"

    story.command(skip=f"{record.name}/0")

    assert (story.look(31).held, story.decision.weight) == ("PrometheusUnreachable", 10)


def test_a_share_waits_for_pods_that_come_back_after_a_suspension() -> None:
    story = Story(WAITING)
    record = story.release("app-1")
    story.reach(Step.SHIFTING)
    story.command(skip=f"{record.name}/0")
    story.look()
    assert story.decision.weight == 50
    story.world.suspended = True
    story.look(7200)

    story.world.suspended, story.world.pace = False, 1
    story.look(0)
    assert story.decision.weight == 0, "none of its pods is ready"
    story.look(1)
    assert story.decision.weight == 0, "one of three is"

    story.until(lambda: story.decision.weight == 50, 1)


def test_a_share_whose_pods_are_gone_is_taken_back_at_once() -> None:
    story = Story(CANARY)
    story.release("app-1")
    story.reach(Step.SHIFTING)
    story.world.qualities["app-1"] = Quality.NEVER_READY

    assert story.look().weight is None


def test_a_pause_without_an_end_waits_for_skip() -> None:
    story = Story(WAITING)
    record = story.release("app-1")
    story.reach(Step.SHIFTING)
    assert (story.look(7200).weight, story.decision.held) == (10, "Paused")

    story.command(skip=f"{record.name}/0")

    assert story.look().weight == 50


def test_promote_waives_the_pauses() -> None:
    story = Story(WAITING)
    record = story.release("app-1")
    story.reach(Step.SHIFTING)

    story.command(promote=record.name)
    story.look()

    assert story.decision.serve == "green"
    assert story.end().outcome is Outcome.PROMOTED


def test_a_share_is_taken_back_before_the_next_release_takes_its_colour() -> None:
    story = Story(WAITING)
    first = story.release("app-1")
    story.reach(Step.SHIFTING)

    story.world.target = "app-2"
    story.look()

    assert (story.decision.weight, story.decision.start) == (None, None)
    story.until(lambda: story.record.template == "app-2")
    assert story.world.records[first.name].outcome is Outcome.SUPERSEDED


APPROVED = replace(CANARY, steps=(CanaryStep(50, 60),), auto_promote=False, failure_limit=1)
"""A canary whose last share waits for a person."""


def test_a_share_that_waits_for_approval_is_measured_and_taken_back() -> None:
    story = Story(APPROVED)
    story.release("app-1")
    story.reach(Step.AWAITING)
    story.world.qualities["app-1"] = Quality.SERVES_ERRORS

    story.until(lambda: story.record.outcome is not None, 31)

    assert (story.record.outcome, story.position.reason, story.decision.weight) == (Outcome.ABORTED, "AnalysisFailed", None)


def test_a_share_that_waits_for_approval_through_a_night_without_traffic_goes_on_waiting() -> None:
    story = Story(APPROVED)
    story.release("app-1")
    story.reach(Step.AWAITING)
    story.world.qualities["app-1"] = Quality.QUIET

    for _ in range(20):
        story.look(31)

    assert (story.position.step, story.decision.held, story.decision.weight) == (Step.AWAITING, "AwaitingPromotion", 50)


@pytest.mark.parametrize("step", [Step.SHIFTING, Step.AWAITING])
def test_a_canary_some_of_whose_pods_crash_is_given_up_after_its_step_and_the_deadline(step: Step) -> None:
    story = Story(APPROVED)
    story.release("app-1")
    story.reach(step)
    there = story.world.see()
    some = replace(there.colours["green"], ready=2, complete=False, failing="CrashLoopBackOff")
    seen = replace(there, colours={**there.colours, "green": some})
    least = APPROVED.progress_deadline_seconds + (60 if step is Step.SHIFTING else 0)

    soon, late = (decide(seen, story.position.since + timedelta(seconds=least + more)) for more in (-1, 1))

    assert soon.positions.get("app-1", story.position).step is step
    assert (late.positions["app-1"].outcome, late.positions["app-1"].reason) == (Outcome.ABORTED, "PreviewNotReady")


def test_a_canary_that_stands_beyond_the_steps_that_the_spec_has_left_repeats_the_last() -> None:
    story = Story(CANARY)
    story.release("app-1")
    story.until(lambda: story.position.step is Step.SHIFTING and story.position.number == 2, 31)
    story.world.blind = True
    story.look(31)
    story.world.policy = replace(story.world.policy, steps=CANARY.steps[:2])

    for _ in range(30):
        story.look(31)

    assert (story.position.step, story.position.number, story.decision.held) == (Step.SHIFTING, 1, "PrometheusUnreachable")


def test_a_canary_that_gives_all_requests_back_drains_for_the_way_in_to_hear_of_it() -> None:
    story = Story(replace(CANARY, steps=(CanaryStep(50, 0),), scale_down_delay_seconds=0))
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.command(abort=record.name)
    story.reach(Step.DRAINING)

    steps = []
    for seconds in (1, 6):
        story.look(seconds)
        steps.append(story.position.step)
    assert steps == [Step.DRAINING, Step.DONE]
