"""kubectl testgen rollout: what it answers, what it tells line by line, and what each command writes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.kubectl.rollouts import BEGAN, NOW, PROMOTED, TALLY, at, change, ended, name, release, rolling, shop, until
from tests.unit.operator.test_release import positions

from testgen_operator.kubectl import choices
from testgen_operator.kubectl.commands.rollout import CODES, exit_code
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.progress import BY_PODS, STORY, State, judge, meant, of_version, releases
from testgen_operator.kubectl.views import rollout as view
from testgen_operator.kubectl.views.text import Style
from testgen_operator.rollout.model import Outcome, Position, Step, Verdict

PLAIN = Style()
OLD = release(1, PROMOTED)


def known(*objects: dict[str, Any]) -> Any:
    return releases(objects)


# how far it is


@pytest.mark.parametrize("step", [step for step in Step if step not in (Step.DONE, Step.DRAINING, Step.AWAITING)])
def test_a_release_between_beginning_and_end_is_under_way(step: Step) -> None:
    found = judge(shop(succeeded=("Unknown", "RollingOut")), known(OLD, rolled_out("BlueGreen", at(step))))
    assert (found.state, found.reason) == (State.UNDER_WAY, str(step))
    assert found.message == STORY[step]


@pytest.mark.parametrize(
    ("step", "smoke", "expected"),
    [
        (Step.STARTING, False, BY_PODS),
        (Step.STARTING, True, STORY[Step.STARTING]),
        (Step.SWITCHING, True, BY_PODS),
        (Step.BAKING, True, "it serves and is watched"),
    ],
)
def test_pod_by_pod_nobody_is_told_of_pods_that_stand_by(step: Step, smoke: bool, expected: str) -> None:
    found = judge(shop(succeeded=("Unknown", "RollingOut")), known(OLD, rolled_out("RollingUpdate", at(step), smoke=smoke)))
    assert found.message == expected


def rolled_out(strategy: str, position: Position, *, smoke: bool = True) -> dict[str, Any]:
    """The second release, by a strategy."""
    found = release(2, position)
    return found | {"spec": found["spec"] | {"strategy": strategy, "policy": {"smoke": smoke, "analysis": False}}}


@pytest.mark.parametrize(
    ("succeeded", "outcome", "state"),
    [
        (("True", "Complete"), Outcome.PROMOTED, State.SERVES),
        (("True", "Complete"), Outcome.FAST_PROMOTED, State.SERVES),
        (("False", "AnalysisFailed"), Outcome.ABORTED, State.FAILED),
        (("Unknown", "SecretNotFound"), Outcome.ROLLED_BACK, State.FAILED),
        (("Unknown", "RollingOut"), Outcome.ROLLED_BACK, State.UNDER_WAY),  # the next one waits for its drain
        (("Unknown", "RollingOut"), Outcome.SUPERSEDED, State.UNDER_WAY),
        (("False", "ImagePullFailed"), Outcome.PROMOTED, State.FAILED),
        (("True", "Complete"), Outcome.ABORTED, State.SERVES),
    ],
)
def test_what_ended_is_judged_by_what_the_spec_asks_for(
    succeeded: tuple[str, str], outcome: Outcome, state: State
) -> None:  # S2-162
    assert judge(shop(succeeded=succeeded), known(OLD, release(2, ended(outcome)))).state is state


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.PROMOTED, State.SERVES),
        (Outcome.FAST_PROMOTED, State.SERVES),
        (Outcome.ABORTED, State.FAILED),
        (Outcome.ROLLED_BACK, State.FAILED),
        (Outcome.SUPERSEDED, State.FAILED),
    ],
)
def test_a_named_release_is_judged_by_its_own_outcome(outcome: Outcome, state: State) -> None:
    assert judge(shop(), known(OLD, release(2, ended(outcome))), name(2)).state is state


@pytest.mark.parametrize(
    ("newest", "state"),
    [
        (release(2, PROMOTED), State.REPLACED),
        (release(2, ended(Outcome.FAST_PROMOTED)), State.REPLACED),
        (release(2, replace(ended(Outcome.SUPERSEDED), served=True)), State.REPLACED),
        (release(2, at(Step.BAKING, served=True)), State.REPLACED),
        (release(2, at(Step.RETURNING, served=True)), State.SERVES),
        (release(2, at(Step.ANALYSING)), State.SERVES),
        (release(2, None), State.SERVES),
        (release(2, ended(Outcome.ABORTED)), State.SERVES),
        (release(2, replace(ended(Outcome.ROLLED_BACK), served=True)), State.SERVES),
        (release(2, PROMOTED, again=1), State.SERVES),  # the same, rolled out again
    ],
)
def test_a_named_release_serves_until_another_one_does(newest: dict[str, Any], state: State) -> None:
    some = known(OLD, newest)
    found = judge(shop(), some, meant(shop(), some, "1.1.0"))
    assert (judge(shop(), some, name(1)), found.state) == (found, state)
    if state is State.REPLACED:
        assert (CODES[state], found.message) == (Exit.NO, f"It served; {name(2)} (1.2.0) serves now")
        assert view.line(found, BEGAN, PLAIN).endswith(f"(Replaced): It served; {name(2)} (1.2.0) serves now")


def test_what_is_asked_for_again_is_waited_for() -> None:
    """Its old release served once, its new one has not begun."""
    back = {"rollback": {"to": name(1), "from": name(2)}}
    some = known(OLD, release(2, PROMOTED))
    again, unseen = shop(succeeded=("Unknown", "RollingOut")), shop(observed=False)
    again["spec"]["version"] = "1.1.0"
    returned = shop(back, succeeded=("Unknown", "RollingOut"))
    assert judge(again, some, meant(again, some, "1.1.0")).state is State.UNDER_WAY
    assert judge(unseen, some, meant(unseen, some, "1.1.0")).state is State.UNDER_WAY
    for release_name in (name(1), meant(returned, some, "1.1.0")):
        assert judge(returned, some, release_name).state is State.UNDER_WAY
    left = shop(back)
    left["spec"]["version"] = "1.2.0"
    returned_to = known(OLD, release(2, PROMOTED), release(3, ended(Outcome.FAST_PROMOTED), again=1, version="1.1.0"))
    assert judge(left, returned_to, meant(left, returned_to, "1.2.0")).state is State.REPLACED
    assert judge(left, returned_to, meant(left, returned_to, "1.1.0")).state is State.SERVES


def test_what_was_given_up_says_how_it_is_tried_again() -> None:
    found = judge(shop(), known(OLD, release(2, ended(Outcome.ABORTED, "SmokeFailed"))), name(2))
    assert found.run == ("kubectl testgen explain SmokeFailed", "kubectl testgen rollout retry shop -n team")
    assert judge(shop(), known(OLD, release(2, ended(Outcome.SUPERSEDED))), name(2)).run == ()


def test_a_spec_that_nobody_has_looked_at_is_not_done() -> None:
    assert judge(shop(observed=False), known(OLD)).reason == "NotLookedAt"
    assert judge(shop(observed=False), known(OLD)).state is State.UNDER_WAY


def test_a_spec_that_is_not_valid_is_never_rolled_out() -> None:
    project = shop(succeeded=None)
    project["status"]["conditions"] = [{"type": "SpecValid", "status": "False", "reason": "SpecInvalid", "message": "spec.x: no"}]
    assert (judge(project, known(OLD)).state, judge(project, known(OLD)).reason) == (State.FAILED, "SpecInvalid")


@pytest.mark.parametrize(
    ("rollout", "verdict", "step", "paused", "reason", "verb"),
    [
        (
            {"strategy": "BlueGreen", "autoPromote": False},
            Verdict.SUCCESSFUL,
            Step.AWAITING,
            False,
            "AwaitingPromotion",
            "promote",
        ),
        ({"strategy": "Canary", "steps": [{"weight": 5}]}, Verdict.SUCCESSFUL, Step.SHIFTING, False, "Paused", "skip"),
        ({"strategy": "Canary", "steps": [{"weight": 5}]}, Verdict.SUCCESSFUL, Step.SHIFTING, True, "Paused", "resume"),
        ({"strategy": "BlueGreen"}, Verdict.SUCCESSFUL, Step.BAKING, True, "Paused", "resume"),
        (
            {"strategy": "BlueGreen", "analysis": {"inconclusiveLimit": 0}},
            Verdict.INCONCLUSIVE,
            Step.ANALYSING,
            False,
            "AnalysisInconclusive",
            "retry",
        ),
    ],
)
def test_what_waits_for_a_person_says_which_command_goes_on(
    rollout: dict[str, Any], verdict: Verdict, step: Step, paused: bool, reason: str, verb: str
) -> None:
    cluster = rolling(rollout, verdict=verdict)
    project, objects = until(cluster, step)
    if paused:
        change(cluster, {"rollout": {**rollout, "pause": objects[-1]["metadata"]["name"]}})
        project, objects = until(cluster, step, held="Paused")
    found = judge(project, releases(objects))
    assert (found.state, found.reason) == (State.WAITS, reason)
    assert found.run[0] == f"kubectl testgen rollout {verb} shop -n team"
    assert ("Held by" in found.message) is (verb not in ("promote", "skip"))


def test_a_share_without_an_end_waits_for_a_person_whatever_the_spec_asks_for_by_now() -> None:
    cluster = rolling({"strategy": "Canary", "steps": [{"weight": 5}]})
    project, objects = until(cluster, Step.SHIFTING)
    project["spec"]["rollout"] = {"strategy": "BlueGreen"}
    found = judge(project, releases(objects))
    assert (found.state, found.run[0]) == (State.WAITS, "kubectl testgen rollout skip shop -n team")


@pytest.mark.parametrize(
    ("told", "state", "reason"), [("", State.UNDER_WAY, "Growing"), ("PreviewNotReady", State.UNDER_WAY, "PreviewNotReady")]
)
def test_a_share_that_waits_for_its_pods_says_so(told: str, state: State, reason: str) -> None:
    growing = at(Step.SHIFTING, held="Growing")
    project = shop({"strategy": "Canary", "steps": [{"weight": 5}]}, rollout={"release": name(2), "number": 0, "held": told})
    found = judge(project, releases([release(1, PROMOTED), release(2, growing)]))
    assert (found.state, found.reason) == (state, reason)


def test_what_the_status_says_holds_it_counts_too() -> None:
    told = {"release": name(2), "held": "AnalysisInconclusive"}
    some = known(OLD, release(2, at(Step.ANALYSING, tally=TALLY, message="no requests")))
    found = judge(shop(succeeded=("Unknown", "X"), rollout=told), some)
    assert (found.state, found.reason) == (State.WAITS, "AnalysisInconclusive")
    assert "(2 good, 1 bad, 3 without a figure). no requests. Held by AnalysisInconclusive: Too many" in found.message
    assert choices.retry(shop(rollout=told), some, "").rollout == {"retry": name(2)}


@pytest.mark.parametrize(
    ("position", "expected"),
    [(at(Step.AWAITING), Exit.OK), (at(Step.SHIFTING, held="Paused"), Exit.OK), (at(Step.ANALYSING), Exit.NO)],
)
def test_wait_for_approval_is_well_only_where_an_approval_helps(position: Position, expected: Exit) -> None:
    told = {"release": name(2), "held": "AnalysisInconclusive"} if expected is Exit.NO else None
    found = judge(shop(succeeded=("Unknown", "X"), rollout=told), known(OLD, release(2, position)))
    assert (found.state, exit_code(found)) == (State.WAITS, expected)


def test_a_release_that_gives_way_says_why() -> None:
    leaving = at(Step.RETURNING, reason="AnalysisFailed", message="success 91 %, limit 95 %")
    line = view.line(judge(shop(succeeded=("False", "AnalysisFailed")), known(OLD, release(2, leaving))), BEGAN, PLAIN)
    assert line.endswith("Returning (AnalysisFailed): the last one takes over again. success 91 %, limit 95 %")


def test_a_pause_with_an_end_waits_for_nobody() -> None:
    rollout = {"strategy": "Canary", "steps": [{"weight": 5, "pauseSeconds": 60}]}
    found = judge(shop(rollout, rollout={"weight": 7}), known(OLD, release(2, at(Step.SHIFTING))))
    assert (found.state, found.weight) == (State.UNDER_WAY, 7)
    assert found.message == "7 of 100 requests go to it"


def test_a_release_that_is_gone_is_none() -> None:
    assert judge(shop(), known(OLD), name(9)).state is State.NONE
    assert judge(shop(succeeded=None), ()).state is State.NONE


objects = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=6), below, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(positions(), objects, st.booleans())
def test_whatever_a_release_holds_there_is_an_answer_a_screen_and_a_line(position: Any, junk: Any, named: bool) -> None:
    broken = release(2, position) | {"spec": {"snapshot": junk, "version": junk}}
    found = judge(shop(succeeded=("Unknown", "RollingOut")), known(OLD, broken), broken["metadata"]["name"] if named else "")
    assert view.screen("team/shop", found, NOW, PLAIN)
    assert "\n" not in view.line(found, NOW, PLAIN)
    assert view.event(found, NOW)["state"] in set(State)


# what is told


def test_the_story_of_a_good_release_reads_from_top_to_bottom() -> None:
    chapters = [at(Step.MIGRATING), at(Step.STARTING), at(Step.ANALYSING, tally=TALLY), at(Step.BAKING, served=True), PROMOTED]
    lines = [
        view.line(
            judge(shop(succeeded=("Unknown", "RollingOut")), known(OLD, rolled_out("BlueGreen", one)), name(2)), BEGAN, PLAIN
        )
        for one in chapters
    ]
    assert lines == [
        f"11:00:00 … {name(2)} (1.2.0)  Migrating: the database is migrated",
        f"11:00:00 … {name(2)} (1.2.0)  Starting: its pods start; nobody is led to them yet",
        f"11:00:00 … {name(2)} (1.2.0)  Analysing: it is measured before anybody is led to it "
        "(2 good, 1 bad, 3 without a figure)",
        f"11:00:00 … {name(2)} (1.2.0)  Baking: it serves and is watched; the last one stands by",
        f"11:00:00 ✔ {name(2)} (1.2.0)  Promoted after 6m: The release passed its checks and serves",
    ]


def test_the_end_of_a_bad_one_says_why() -> None:
    found = judge(shop(), known(OLD, release(2, ended(Outcome.ROLLED_BACK, "AnalysisFailed", 2))), name(2))
    line = view.line(found, BEGAN, PLAIN)
    assert line.startswith(f"11:00:00 ✘ {name(2)} (1.2.0)  RolledBack after 2m (AnalysisFailed): The new release answers worse")


def test_a_line_is_written_only_when_something_changed() -> None:
    first = judge(shop(), known(OLD, release(2, at(Step.ANALYSING))), name(2))
    same = judge(shop(), known(OLD, release(2, at(Step.ANALYSING))), name(2))
    counted = judge(shop(), known(OLD, release(2, at(Step.ANALYSING, tally=TALLY))), name(2))
    assert view.chapter(first) == view.chapter(same) != view.chapter(counted)


def test_the_screen_shows_what_failed_and_what_was_measured() -> None:
    said = "one\nno such table"
    failure = {"component": "all", "container": "runtime", "reason": "CrashLoop", "exitCode": 3, "lastLines": said}
    measured = [{"name": "success", "verdict": "Failed", "value": "91.2 %", "limit": "95 %"}]
    failed = release(2, ended(Outcome.ABORTED, "PreviewNotReady"), failure=failure, analysis=measured)
    ignored = {"ignored": [{"command": "promote", "message": "it has ended"}]}
    found = judge(shop(succeeded=("False", "PreviewNotReady"), rollout=ignored), known(OLD, failed))
    text = "\n".join(view.screen("team/shop", found, NOW, PLAIN))
    assert f"✘ team/shop: {name(2)} (1.2.0) PreviewNotReady" in text
    assert "all/runtime: CrashLoop, exit code 3" in text
    assert "no such table" in text
    assert "success   Failed   91.2 %  95 %" in text
    assert "rollout.promote reaches nothing: it has ended" in text
    assert "  Next\n    kubectl x" in text


def test_the_history_is_a_table_newest_first() -> None:  # S1-100
    lines = view.history(
        known(OLD, release(2, ended(Outcome.ROLLED_BACK, "AnalysisFailed")), release(3, at(Step.BAKING))), NOW, PLAIN
    )
    assert [line.split()[0] for line in lines] == ["NUMBER", "3", "2", "1"]
    assert lines[2].split()[:7] == ["2", name(2), "1.2.0", "RollingUpdate", "RolledBack", "AnalysisFailed", "60m"]
    assert "argocd-controller" in lines[1]


def test_a_name_with_an_escape_sequence_cannot_move_the_cursor() -> None:
    found = judge(shop(), known(release(1, at(Step.STARTING), version="\x1b[2J1.0")), name(1))
    assert "\x1b" not in view.line(found, NOW, PLAIN) + "".join(view.screen("x", found, NOW, PLAIN))


# what is written

GOING = known(OLD, release(2, at(Step.AWAITING)))
OVER = known(OLD, release(2, PROMOTED), release(3, PROMOTED))


@pytest.mark.parametrize(
    ("choose", "rollout", "written"),
    [
        (choices.promote, {}, {"promote": name(2)}),
        (choices.promote, {"pause": name(2), "abort": name(2)}, {"promote": name(2), "pause": None, "abort": None}),
        (choices.promote, {"pause": name(1)}, {"promote": name(2)}),
        (choices.promote, {"promote": name(2)}, {}),
        (choices.abort, {"promote": name(2)}, {"abort": name(2), "promote": None}),
        (choices.pause, {}, {"pause": name(2)}),
        (choices.resume, {"pause": name(2)}, {"pause": None}),
        (choices.resume, {}, {}),
    ],
)
def test_a_command_names_the_release_under_way(choose: Any, rollout: dict[str, Any], written: dict[str, Any]) -> None:
    assert choose(shop(rollout), GOING, "").rollout == written


@pytest.mark.parametrize("choose", [choices.promote, choices.abort, choices.pause, choices.skip])
def test_without_a_rollout_there_is_nothing_to_command(choose: Any) -> None:
    with pytest.raises(PluginError, match="no rollout is under way") as refusal:
        choose(shop(), OVER, "")
    assert refusal.value.code is Exit.NO


def test_a_release_that_is_over_cannot_be_held() -> None:
    with pytest.raises(PluginError, match=f"{name(1)} has ended"):
        choices.pause(shop(), GOING, name(1))


def test_a_release_that_there_is_none_of_is_told_with_those_that_there_are() -> None:
    with pytest.raises(PluginError, match=f"there is no release {name(7)}") as refusal:
        choices.promote(shop(), GOING, name(7))
    assert (refusal.value.code, name(2) in refusal.value.hint) == (Exit.NOT_FOUND, True)


def test_a_command_that_was_carried_out_may_be_repeated() -> None:
    assert choices.promote(shop(), OVER, name(2)).rollout == {}
    assert choices.abort(shop(), known(OLD, release(2, ended(Outcome.ABORTED))), name(2)).rollout == {}


def test_the_first_release_cannot_be_given_up() -> None:
    with pytest.raises(PluginError, match="is the first release"):
        choices.abort(shop(), known(release(1, at(Step.STARTING))), "")


def test_a_skip_names_the_step_that_it_is_in() -> None:
    shifting = known(OLD, release(2, at(Step.SHIFTING, number=2)))
    assert choices.skip(shop(), shifting, "").rollout == {"skip": f"{name(2)}/2"}
    assert choices.skip(shop({"skip": f"{name(2)}/2"}), shifting, "").rollout == {}
    with pytest.raises(PluginError, match="is in no pause between steps: it is AwaitingPromotion"):
        choices.skip(shop(), GOING, "")


@pytest.mark.parametrize(
    "position", [ended(Outcome.ABORTED), ended(Outcome.ROLLED_BACK), at(Step.ANALYSING, held="AnalysisInconclusive")]
)
def test_what_was_given_up_or_is_held_by_a_check_can_be_retried(position: Any) -> None:
    assert choices.retry(shop({"abort": name(2)}), known(OLD, release(2, position)), "").rollout == {
        "retry": name(2),
        "abort": None,
    }


@pytest.mark.parametrize("position", [PROMOTED, ended(Outcome.SUPERSEDED), at(Step.STARTING), at(Step.BAKING, held="Paused")])
def test_nothing_else_can_be_retried(position: Any) -> None:
    with pytest.raises(PluginError, match="cannot be retried"):
        choices.retry(shop(), known(OLD, release(2, position)), "")


def test_a_retry_of_what_was_returned_from_ends_the_rollback() -> None:
    rollout = {"rollback": {"from": name(2), "to": name(1)}}
    gone = known(OLD, release(2, ended(Outcome.ROLLED_BACK)))
    assert choices.retry(shop(rollout), gone, "").rollout == {"retry": name(2), "rollback": None}


def test_a_rollback_goes_to_the_release_before() -> None:  # S1-101, S2-175
    assert choices.rollback(shop(), OVER).rollout == {"rollback": {"from": name(3), "to": name(2)}}


@pytest.mark.parametrize("way", [{"to": name(1)}, {"version": "1.1.0"}, {"revision": 1}])
def test_a_rollback_goes_to_the_release_that_is_asked_for(way: dict[str, Any]) -> None:  # S1-102, S2-175
    assert choices.rollback(shop(), OVER, **way).rollout == {"rollback": {"from": name(3), "to": name(1)}}


def test_a_release_under_way_can_be_returned_from() -> None:
    assert choices.rollback(shop(), GOING).rollout == {"rollback": {"from": name(2), "to": name(1)}}


def test_what_was_given_up_is_no_release_to_return_to() -> None:
    some = known(OLD, release(2, ended(Outcome.ABORTED)), release(3, PROMOTED))
    assert choices.rollback(shop(), some).rollout == {"rollback": {"from": name(3), "to": name(1)}}
    with pytest.raises(PluginError, match="never served") as refusal:
        choices.rollback(shop(), some, to=name(2))
    assert name(1) in refusal.value.hint


def test_a_rollback_goes_to_the_release_before_that_was_superseded_in_its_bake_too() -> None:
    replaced = release(2, replace(ended(Outcome.SUPERSEDED), served=True))
    some = known(OLD, replaced, release(3, PROMOTED))
    ways: list[dict[str, Any]] = [{}, {"to": name(2)}, {"version": "1.2.0"}]
    for way in ways:
        assert choices.rollback(shop(), some, **way).rollout == {"rollback": {"from": name(3), "to": name(2)}}
    unseen = known(OLD, release(2, ended(Outcome.SUPERSEDED)), release(3, PROMOTED))
    assert choices.rollback(shop(), unseen).rollout == {"rollback": {"from": name(3), "to": name(1)}}


def test_a_rollback_in_force_can_be_sent_further_back() -> None:
    back = release(4, ended(Outcome.FAST_PROMOTED), again=2)
    rollout = {"rollback": {"from": name(3), "to": name(2)}}
    some = known(OLD, release(2, PROMOTED), release(3, ended(Outcome.ROLLED_BACK)), back)
    assert choices.rollback(shop(rollout), some).rollout == {"rollback": {"from": name(3), "to": name(1)}}
    assert choices.rollback(shop(rollout), some, to=name(2)).rollout == {}


def test_after_a_new_spec_an_old_rollback_says_nothing() -> None:
    rollout = {"rollback": {"from": name(2), "to": name(1)}}
    assert choices.rollback(shop(rollout), OVER).rollout == {"rollback": {"from": name(3), "to": name(2)}}


@pytest.mark.parametrize(
    ("some", "way", "words"),
    [
        ((), {}, "nothing has been rolled out yet"),
        ((OLD,), {}, "there is no release before"),
        ((OLD, release(2, PROMOTED)), {"version": "9.9"}, "no earlier release that served is of version 9.9"),
        ((OLD, release(2, PROMOTED)), {"revision": 9}, "there is no release of number 9"),
        ((OLD, release(2, PROMOTED)), {"to": name(2)}, "is what the spec asks for already"),
    ],
)
def test_a_rollback_to_nothing_is_told_so(some: Any, way: dict[str, Any], words: str) -> None:
    with pytest.raises(PluginError, match=words):
        choices.rollback(shop(), known(*some), **way)


def test_another_version_is_asked_for_with_its_record() -> None:  # S2-116, S2-130
    asked = choices.start(shop(), "1.4.2", strategy="BlueGreen", commit="4d4f474", author="")
    assert asked == {"version": "1.4.2", "rollout": {"strategy": "BlueGreen", "commit": "4d4f474"}}
    assert choices.start(shop(), "1.4.2", "runtime:1.4.2") == {"version": "1.4.2", "image": "runtime:1.4.2"}


def test_what_is_asked_for_already_is_not_asked_for_again_by_another() -> None:
    project = shop({"strategy": "BlueGreen"})
    project["spec"]["version"] = "1.4.2"
    assert choices.start(project, "1.4.2", strategy="BlueGreen", author="Ben") == {}
    assert choices.start(project, "1.4.2", strategy="Canary") == {"rollout": {"strategy": "Canary"}}


@pytest.mark.parametrize("by", ["start", "rollback"])
def test_what_was_returned_from_is_asked_for_again(by: str) -> None:
    quick = {"strategy": "BlueGreen", "bakeSeconds": 5, "scaleDownDelaySeconds": 0}
    cluster = rolling(quick)
    change(cluster, {"version": "2.0"})
    first, left = (one["metadata"]["name"] for one in until(cluster, Step.DONE)[1])
    change(cluster, {"rollout": {**quick, "rollback": {"to": first, "from": left}}})
    project, objects = until(cluster, Step.DONE, outcome="FastPromoted")
    if by == "start":
        wanted = choices.start(project, "2.0", strategy="BlueGreen")
        assert wanted == {"rollout": {"rollback": None}}
    else:
        wanted = {"rollout": choices.rollback(project, releases(objects), to=left).rollout}
    change(cluster, {"rollout": {**quick, **wanted["rollout"]}})
    again = until(cluster, Step.DONE, outcome="Promoted")[1][-1]
    assert (again["metadata"]["name"], again["spec"]["template"]) == (f"{left}-2", left)


def test_an_old_rollback_does_not_come_into_force_again_with_the_version_that_it_left() -> None:
    project = shop({"rollback": {"to": name(1), "from": name(2)}})
    assert choices.start(project, "1.2.0") == {"version": "1.2.0", "rollout": {"rollback": None}}
    assert choices.start(project, "", strategy="Canary") == {"rollout": {"strategy": "Canary"}}


def test_a_version_that_would_only_rename_an_image_is_refused() -> None:
    project = shop()
    project["spec"]["image"] = "runtime:1.4.1"
    with pytest.raises(PluginError, match="would only be another name for it") as refusal:
        choices.start(project, "1.4.2")
    assert "--image" in refusal.value.hint


def test_a_version_means_its_newest_release() -> None:
    some = known(OLD, release(2, PROMOTED, version="1.1.0"), release(3, PROMOTED))
    assert of_version(some, "1.1.0") is some[1]
    assert of_version(some, "9") is None


def test_before_the_operator_looked_nobody_knows_what_to_return_from() -> None:
    with pytest.raises(PluginError, match="has not looked") as refusal:
        choices.rollback(shop(observed=False), OVER)
    assert refusal.value.code is Exit.UNDER_WAY
