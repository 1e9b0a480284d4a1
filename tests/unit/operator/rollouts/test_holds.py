"""What holds a rollout: a suspended project, and a cause outside it. And what the history keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.operator.rollouts.stories import BLUE_GREEN, Story, at_position
from tests.unit.operator.rollouts.world import Quality

from testgen_operator.rollout.history import new_name
from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import Commands, Outcome, Position, Record, Step, Strategy


def test_a_suspended_project_has_no_pods_and_keeps_its_place() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)

    story.world.suspended = True
    for _ in range(3):
        story.look(7200)

    assert {slot.size for slot in story.decision.slots.values()} == {0}
    assert (story.position.step, story.position.outcome) == (Step.BAKING, None)


def test_a_resumed_bake_begins_anew_once_its_pods_are_back() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.BAKING)
    story.world.suspended = True
    story.look(7200)

    story.world.suspended = False
    story.look(0)
    assert (story.position.step, story.serving) == (Step.BAKING, "app-1"), "no pod is ready yet, and that is no fault of it"

    story.look(1)
    assert (story.position.step, story.position.since) == (Step.BAKING, story.world.now)
    assert story.end().outcome is Outcome.PROMOTED


def test_a_switch_that_was_suspended_is_not_over_before_its_pods_are_back() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.BAKING)
    there = story.world.see()
    at = replace(story.position, step=Step.SWITCHING, held="Suspended")
    records = at_position(there.records, at)
    none = {colour: replace(one, replicas=0, ready=0, complete=True) for colour, one in there.colours.items()}

    found = decide(replace(there, colours=none, records=records, endpoints_settled=False), story.world.now)

    assert (found.positions[record.name].step, found.positions[record.name].held) == (Step.SWITCHING, "Resuming")


def test_an_abort_of_what_is_suspended_says_when_it_has_its_effect() -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(Step.STARTING)
    story.world.suspended = True
    story.command(abort=record.name)
    assert "when the project is resumed" in story.look().ignored["abort"]

    story.world.suspended = False

    assert "abort" not in story.look().ignored
    assert story.end().outcome is Outcome.ABORTED


def test_a_project_that_asks_for_no_pods_is_not_said_to_be_suspended() -> None:
    story = Story()
    story.world.target = "app-1"
    seen = replace(story.world.see(), suspended=True)

    assert decide(seen, story.world.now).held == "Suspended"
    assert decide(replace(seen, at_rest=True), story.world.now).held == "ScaledToZero"


def test_a_release_that_is_resumed_before_its_pods_are_back_is_not_tried() -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.STARTING)
    story.world.suspended = True
    for _ in range(2):
        story.look(60)

    story.world.suspended = False
    story.look(0)
    assert (story.position.step, story.world.deployments["green"].ready) == (Step.STARTING, 0)

    story.reach(Step.SMOKING)
    assert story.world.deployments["green"].ready == 3


@pytest.mark.parametrize("step", [Step.SMOKING, Step.BAKING])
def test_a_release_whose_predecessors_record_was_deleted_still_returns_to_its_pods(step: Step) -> None:
    story = Story()
    record = story.release("app-1")
    story.reach(step)
    story.world.records.pop("app-0")

    story.command(abort=record.name)

    story.until(lambda: story.record.position is not None and story.record.position.outcome is not None)
    assert story.serving == "app-0"


@pytest.mark.parametrize("then", [Strategy.ROLLING, Strategy.CANARY])
def test_another_strategy_in_the_middle_is_for_the_next_release(then: Strategy) -> None:
    story = Story()
    story.release("app-1")
    story.reach(Step.SMOKING)
    story.world.policy = replace(story.world.policy, strategy=then)

    assert story.end().outcome is Outcome.PROMOTED
    assert Step.BAKING in story.steps
    assert story.world.serving == "green", "beside the other, as it began"


def test_a_missing_secret_holds_every_step_and_counts_no_time() -> None:
    story = Story()
    story.release("app-1", Quality.NEVER_READY)
    story.reach(Step.STARTING)
    story.world.blocked = "SecretMissing"
    for _ in range(5):
        assert story.look(600).held == "SecretMissing"

    story.world.blocked = ""
    story.world.qualities["app-1"] = Quality.GOOD
    story.look(1)

    assert story.end().outcome is Outcome.PROMOTED


def test_a_missing_secret_holds_no_return() -> None:
    story = Story()
    story.release("app-1", Quality.DIES_SERVING)
    story.until(lambda: story.decision.serve == "green")
    story.world.blocked = "SecretMissing"

    assert story.until(lambda: story.decision.serve == "blue").held in ("", "SecretMissing")


def test_nothing_begins_while_something_is_missing() -> None:
    story = Story()
    story.world.blocked, story.world.target = "SecretMissing", "app-1"

    assert (story.look().start, story.decision.held) == (None, "SecretMissing")


def test_the_history_keeps_what_serves_and_what_can_be_returned_to() -> None:
    story = Story(replace(BLUE_GREEN, history_limit=1))
    for number in range(1, 6):
        story.release(f"app-{number}")
        story.end()
    story.look()

    assert set(story.world.records) == {"app-4", "app-5"}


def test_the_end_of_the_wanted_version_is_not_forgotten() -> None:
    story = Story(replace(BLUE_GREEN, history_limit=1))
    story.release("app-1", Quality.FAILS_SMOKE)
    story.end()
    for _ in range(3):
        story.look(31)

    assert (story.decision.held, set(story.world.records)) == ("SmokeFailed", {"app-0", "app-1"})


def test_a_new_release_never_takes_a_name_that_a_command_has() -> None:
    ended = Record("app-1", "app-1", 1, "", Position(Step.DONE, Story().world.now, "blue", outcome=Outcome.ABORTED))

    assert new_name((), "app-1", Commands()) == "app-1"
    assert new_name((ended,), "app-1", Commands()) == "app-1-2"
    assert new_name((), "app-1", Commands(abort="app-1")) == "app-1-2"
    assert new_name((ended,), "app-1", Commands(pause="app-1-2", skip="app-1-3/0")) == "app-1-4"
