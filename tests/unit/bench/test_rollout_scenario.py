"""The rollout benchmark's scenario and its sums."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.bench.rollout_count import Jobs, Requests, Stream
from tests.bench.rollout_scenario import BROKEN, Ended, Found, Release, Switches, colours_of, metrics, scenario


@pytest.mark.parametrize("rollouts", [6, 20, 50])
def test_a_scenario_is_as_long_as_asked_and_rolls_something_else_out_each_time(rollouts: int) -> None:
    found = scenario(rollouts)

    assert len(found) == rollouts
    assert sum(one.broken for one in found) >= rollouts // 4
    for before, one in itertools.pairwise(found):
        assert one.rollback or one.image != before.image
        assert not (one.rollback and before.broken), "a rollback is asked for where a good release was before"


def test_twenty_rollouts_hold_at_least_five_broken_kinds() -> None:
    assert len({one.image for one in scenario(20) if one.broken}) >= 5
    assert {one.image for one in scenario(25) if one.broken} >= set(BROKEN)


def test_a_switch_lasts_from_the_decision_until_all_endpoints_are_new() -> None:
    switches = Switches()
    switches.endpoints(0.0, ["blue", "blue"])
    switches.decided(1.0, "green", back=False)
    switches.decided(1.2, "green", back=False)  # the Service, after the record
    switches.endpoints(1.3, ["blue", "green"])
    switches.endpoints(1.5, [])
    switches.endpoints(1.6, ["green"])
    switches.decided(2.0, "green", back=False)  # what serves already is no switch
    switches.decided(5.0, "blue", back=True)
    switches.endpoints(7.0, ["blue"])

    assert switches.forward == [pytest.approx(0.6)]
    assert switches.returns == [pytest.approx(2.0)]


def test_a_broken_release_is_as_meant_where_it_came_back_and_a_good_one_where_it_serves() -> None:
    assert Ended(Release("crash"), "Aborted", "PreviewNotReady", False, 9).as_meant
    assert Ended(Release("slow-later"), "RolledBack", "AnalysisFailed", True, 9).as_meant
    assert not Ended(Release("crash"), "Promoted", "Promoted", True, 9).as_meant
    assert not Ended(Release("good-1"), "Aborted", "SmokeFailed", False, 9).as_meant
    assert Ended(Release("", rollback=True), "FastPromoted", "FastPromoted", True, 9).as_meant


def test_the_metrics_of_both_arms_stand_beside_each_other() -> None:
    requests, plain = Requests(), Requests()
    requests.answer("GET /cases", 200, {200}, 0.1)
    plain.answer("GET /cases", 500, {200}, 0.1)
    ours = Found(requests, Jobs(["a"], {"a": "succeeded"}), [Stream("a", cuts=2)], [], [
        Ended(Release("good-1"), "Promoted", "Promoted", True, 30),
        Ended(Release("crash"), "Aborted", "PreviewNotReady", False, 20),
        Ended(Release("", rollback=True), "FastPromoted", "FastPromoted", True, 4),
    ], Switches(forward=[0.2, 0.4]))  # fmt: skip

    found = metrics(ours, Found(plain, Jobs(["b"]), [], []))

    assert (found["failed_requests"]["value"], found["failed_requests"]["baseline"]) == (0, 1)
    assert (found["jobs_lost"]["value"], found["jobs_lost"]["baseline"]) == (0, 1)
    assert (found["rollouts"]["value"], found["broken_rollouts_returned"]["value"]) == (3, 1)
    assert found["switch_p95_s"]["value"] == 0.4
    assert found["rollback_worst_s"]["value"] == 4
    assert found["stream_cuts"]["value"] == 2


def test_only_ready_endpoints_count() -> None:
    slices: list[dict[str, Any]] = [
        {"endpoints": [{"targetRef": {"name": "a"}, "conditions": {"ready": True}}]},
        {"endpoints": [{"targetRef": {"name": "b"}, "conditions": {"ready": False}}, {"targetRef": {"name": "x"}}]},
        {"endpoints": None},
    ]

    assert colours_of(slices, {"a": "green", "b": "blue"}) == {"green", "?"}
