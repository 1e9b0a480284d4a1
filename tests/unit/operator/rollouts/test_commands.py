"""Commands name the release they mean: what each does, and what one does that reaches nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.operator.rollouts.stories import BLUE_GREEN, Story
from tests.unit.operator.rollouts.world import Quality

from testgen_operator.rollout.model import Outcome, Step

BY_HAND = replace(BLUE_GREEN, auto_promote=False)


def test_a_release_waits_for_its_promotion() -> None:
    story = Story(BY_HAND)
    record = story.release("app-1")
    story.reach(Step.AWAITING)
    assert (story.look(7200).held, story.serving) == ("AwaitingPromotion", "app-0")

    story.command(promote=record.name)

    assert story.end().outcome is Outcome.PROMOTED


def test_a_retry_that_stays_in_the_spec_does_not_bring_back_what_was_aborted() -> None:
    story = Story(replace(BY_HAND, inconclusive_limit=0))
    record = story.release("app-1", Quality.QUIET)
    story.until(lambda: story.decision.held == "AnalysisInconclusive", 31)
    story.command(retry=record.name)
    story.look(0)
    story.command(abort=record.name)

    assert story.end().outcome is Outcome.ABORTED
    for _ in range(3):
        assert "take it away" in story.look(31).ignored["retry"]
    assert (story.record.name, story.serving) == (record.name, "app-0")


def test_a_retry_from_before_its_release_failed_does_not_bring_it_back() -> None:
    story = Story()
    record = story.release("app-1", Quality.SERVES_ERRORS_LATE)
    story.reach(Step.SMOKING)
    story.command(retry=record.name)

    assert story.end().outcome is Outcome.ROLLED_BACK
    for _ in range(3):
        story.look(31)
    assert (story.record.name, story.serving) == (record.name, "app-0")


def test_a_retry_that_is_taken_away_and_set_anew_counts_anew() -> None:
    story = Story()
    record = story.release("app-1", Quality.SERVES_ERRORS_LATE)
    story.reach(Step.SMOKING)
    story.command(retry=record.name)
    story.end()
    story.look(31)

    story.quiet()
    story.look(31)
    story.world.qualities["app-1"] = Quality.GOOD
    story.command(retry=record.name)

    story.until(lambda: story.record.name != record.name)
    assert story.end().outcome is Outcome.PROMOTED


def test_a_measurement_without_a_result_is_shown_again_after_a_retry() -> None:
    story = Story(replace(BLUE_GREEN, inconclusive_limit=1))
    record = story.release("app-1", Quality.QUIET)
    story.until(lambda: story.decision.held == "AnalysisInconclusive", 31)

    story.command(retry=record.name)
    assert story.look(31).held == ""

    story.until(lambda: story.decision.held == "AnalysisInconclusive", 31)
    assert "take it away" in story.look(31).ignored["retry"]


@pytest.mark.parametrize("field", ["promote", "abort", "retry", "pause", "skip", "rollback_to"])
def test_a_command_for_a_release_that_is_gone_does_nothing_and_is_named(field: str) -> None:
    story = Story(BY_HAND)
    story.release("app-1")
    story.reach(Step.AWAITING)
    before = story.look()

    story.command(
        **{field: "app-9/1" if field == "skip" else "app-9"}, **({"rollback_from": "app-1"} if "rollback" in field else {})
    )
    after = story.look()

    assert after.ignored[field.removesuffix("_to")].startswith("ReleaseGone: ")
    assert replace(after, ignored={}) == before


def test_abort_wins_over_promote_of_the_same_release() -> None:
    story = Story(BY_HAND)
    record = story.release("app-1")
    story.reach(Step.AWAITING)

    story.command(promote=record.name, abort=record.name)

    assert story.look().ignored["promote"] == "CommandIgnored: abort of the same release wins"
    assert (story.end().outcome, story.serving) == (Outcome.ABORTED, "app-0")


def test_abort_in_the_bake_returns_the_traffic() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)

    story.command(abort=record.name)

    assert story.look().serve == "blue"
    assert story.end().outcome is Outcome.ROLLED_BACK


def test_abort_after_the_promotion_says_what_to_do() -> None:
    story = Story()
    record = story.release("app-1")
    story.end()

    story.command(abort=record.name)

    assert "`rollback` returns from it" in story.look().ignored["abort"]
    assert story.serving == "app-1"


def test_a_paused_release_takes_no_step_but_still_returns() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.command(pause=record.name)
    assert (story.look(7200).held, story.position.step) == ("Paused", Step.BAKING)

    story.world.qualities["app-1"] = Quality.DIES_SERVING
    story.look()

    assert story.look().serve == "blue"


def test_a_pause_starts_the_clock_of_its_step_anew() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    story.command(pause=record.name)
    story.look(7200)

    story.quiet()
    story.look(1)

    assert (story.position.step, story.position.since) == (Step.BAKING, story.world.now)


def test_a_rollback_inside_the_window_takes_no_check() -> None:  # S2-003, S2-175, S1-101
    story = Story()
    record = story.release("app-1")
    story.end()
    assert story.world.deployments["blue"].replicas == 0

    story.steps.clear()
    story.command(rollback_to="app-0", rollback_from=record.name)
    story.until(lambda: story.serving == "app-0", 1)
    ended = story.end()

    assert not {Step.BACKING_UP, Step.MIGRATING, Step.SMOKING, Step.ANALYSING} & set(story.steps)
    assert (ended.name, ended.outcome) == ("app-0-2", Outcome.FAST_PROMOTED)
    assert story.world.records[record.name].outcome is Outcome.PROMOTED, "it keeps its own end"
    assert story.look().start is None


def test_a_rollback_outside_the_window_is_checked() -> None:  # S1-102
    story = Story()
    for template in ("app-1", "app-2"):
        record = story.release(template)
        story.end()

    story.command(rollback_to="app-0", rollback_from=record.name)
    story.until(lambda: story.record.name == "app-0-2")

    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-0")


def test_a_rollback_from_a_release_under_way_ends_it() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)

    story.command(rollback_to="app-0", rollback_from=record.name)

    assert (story.end().outcome, story.record.name, story.serving) == (Outcome.ROLLED_BACK, record.name, "app-0")


def test_an_old_rollback_does_not_touch_a_new_release() -> None:
    story = Story()
    record = story.release("app-1")
    story.end()
    story.command(rollback_to="app-0", rollback_from=record.name)
    story.until(lambda: story.serving == "app-0")
    story.end()

    story.release("app-2")

    assert "asks for another version" in story.look().ignored["rollback"]
    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-2")


def test_a_release_that_was_superseded_in_its_bake_is_rolled_back_to_with_its_checks() -> None:
    story = Story()
    left = story.release("app-1")
    story.reach(Step.BAKING)
    record = story.release("app-2")
    assert story.end().outcome is Outcome.PROMOTED
    assert story.world.records[left.name].outcome is Outcome.SUPERSEDED

    story.command(rollback_to=left.name, rollback_from=record.name)
    assert story.look().ignored == {}
    story.until(lambda: story.record.template == "app-1" and story.record.name != left.name)

    assert (story.end().outcome, story.serving) == (Outcome.PROMOTED, "app-1")


def test_a_release_that_never_served_is_not_rolled_back_to() -> None:
    story = Story()
    failed = story.release("app-1", Quality.FAILS_SMOKE)
    story.end()
    record = story.release("app-2")
    story.end()

    story.command(rollback_to=failed.name, rollback_from=record.name)

    assert "never served" in story.look().ignored["rollback"]
    assert story.serving == "app-2"


def test_the_first_release_cannot_be_aborted() -> None:
    story = Story()
    story.world.records.clear()
    story.world.deployments.clear()
    story.world.serving = None
    story.world.serving_release = ""
    story.world.qualities["app-0"] = Quality.CRASHES
    story.until(lambda: bool(story.world.records) and story.position.step is Step.STARTING)

    story.command(abort=story.record.name)

    assert "none to return to" in story.look().ignored["abort"]
