"""Canary as stories: shares of the traffic between the checks and the switch."""

from __future__ import annotations

from tests.unit.operator.rollouts.stories import Story
from tests.unit.operator.rollouts.world import Quality

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
