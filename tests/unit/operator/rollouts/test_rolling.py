"""RollingUpdate as stories: one colour, changed in place."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.operator.rollouts.stories import Story
from tests.unit.operator.rollouts.world import Quality

from testgen_operator.rollout.model import Outcome, Policy, Step, Strategy

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
