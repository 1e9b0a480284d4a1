"""The rollout benchmark's scenario and its sums."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.bench.rollout_count import Jobs, Requests, Stream
from tests.bench.rollout_scenario import (
    BROKEN,
    CAUGHT,
    GOOD,
    Ended,
    Found,
    Release,
    Switches,
    baseline,
    colours_of,
    metrics,
    scenario,
)

from testgen_operator.status.reasons import Reason


@pytest.mark.parametrize("rollouts", [6, 20, 50])
def test_a_scenario_is_as_long_as_asked_and_rolls_something_else_out_each_time(rollouts: int) -> None:
    found = scenario(rollouts)

    assert len(found) == rollouts
    assert sum(one.broken for one in found) >= rollouts // 4
    for before, one in itertools.pairwise(found):
        assert one.rollback or one.image != before.image
        assert not (one.rollback and before.broken), "a rollback is asked for where a good release was before"


def test_twenty_rollouts_hold_every_broken_kind_two_of_them_under_traffic() -> None:
    found = {one.image for one in scenario(20) if one.broken}

    assert found == set(BROKEN)
    assert sum(one.endswith("-later") for one in found) == 2


def test_the_first_image_is_not_that_of_the_project_as_it_begins() -> None:
    assert scenario(1) == [Release(GOOD[1])]


def test_a_short_run_of_the_others_holds_a_good_and_a_broken_release() -> None:
    assert [one.broken for one in baseline(2)] == [False, True]
    assert sum(one.broken for one in baseline(4)) == 2


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


@pytest.mark.parametrize(
    ("image", "reasons"),
    [
        ("crash", {"PreviewNotReady", "CrashLoop"}),
        ("never-ready", {"PreviewNotReady"}),
        ("slow", {"AnalysisFailed", "SmokeFailed"}),
        ("slow-later", {"AnalysisFailed", "SmokeFailed"}),
        ("tail-later", {"AnalysisFailed", "SmokeFailed"}),
        ("errors", {"AnalysisFailed", "SmokeFailed", "GoldenSetWorse"}),
        ("worse", {"GoldenSetWorse"}),
        ("bad-migration", {"MigrationFailed"}),
    ],
)
def test_a_broken_release_is_caught_only_where_the_reason_is_its_own_fault(image: str, reasons: set[str]) -> None:
    every = {str(one) for one in Reason} | {""}

    found = {reason for reason in every if Ended(Release(image), "Aborted", reason, False, 9).as_meant}

    assert found == reasons
    assert not any(Ended(Release(image), "Promoted", reason, True, 9).as_meant for reason in every)


def test_every_broken_release_has_reasons_for_which_it_counts_as_caught() -> None:
    assert set(CAUGHT) == set(BROKEN)


def test_argo_rollouts_tells_no_reason_and_counts_where_it_gave_the_release_up() -> None:
    argo = Found({}, Jobs(), [], [], [Ended(Release("errors"), "Aborted", "", False, 20)])

    assert metrics(Found({}, Jobs(), [], []), None, argo)["argo_broken_rollouts_returned"]["value"] == 1


def test_the_metrics_of_both_arms_stand_beside_each_other() -> None:
    requests, plain = Requests(), Requests()
    requests.answer("GET /cases", 200, {200}, 0.1)
    plain.answer("GET /cases", 500, {200}, 0.1)
    ways = {"service": requests, "traefik": Requests(answered=2)}
    ours = Found(ways, Jobs(["a"], {"a": "succeeded"}), [Stream("a", cuts=2)], [], [
        Ended(Release("good-1"), "Promoted", "Promoted", True, 30),
        Ended(Release("crash"), "Aborted", "PreviewNotReady", False, 20),
        Ended(Release("", rollback=True), "FastPromoted", "FastPromoted", True, 4),
    ], Switches(forward=[0.2, 0.4]))  # fmt: skip

    found = metrics(ours, Found({"service": plain}, Jobs(["b"]), [], []))

    assert (found["failed_requests"]["value"], found["failed_requests"]["baseline"]) == (0, 1)
    assert (found["jobs_lost"]["value"], found["jobs_lost"]["baseline"]) == (0, 1)
    assert (found["rollouts"]["value"], found["broken_rollouts_returned"]["value"]) == (3, 1)
    assert found["switch_p95_s"]["value"] == 0.4
    assert found["rollback_worst_s"]["value"] == 4
    assert (found["rollbacks"]["value"], found["rollbacks_served"]["value"]) == (1, 1)
    assert found["stream_cuts"]["value"] == 2
    assert (found["requests"]["value"], found["requests_service"]["value"], found["requests_traefik"]["value"]) == (3, 1, 2)
    assert (found["failed_requests_service"]["baseline"], found["failed_requests_traefik"]["value"]) == (1, 0)


def test_what_was_not_measured_has_no_figure() -> None:
    found = metrics(Found({}, Jobs(), [], []))

    assert not {"switch_p95_s", "abort_p95_s", "abort_kept_connections_worst_s", "rollback_worst_s"} & set(found)
    assert not [name for name in found if name.startswith("argo_")]


def test_a_return_under_traffic_is_told_with_the_last_request_that_the_bad_release_got() -> None:
    found = metrics(Found({}, Jobs(), [], [], switches=Switches(returns=[0.1, 0.3]), late=[0.0, 2.5]))

    assert found["abort_p95_s"]["value"] == 0.3
    assert found["abort_kept_connections_worst_s"]["value"] == 2.5


def test_jobs_that_run_are_not_called_lost_while_the_load_goes_on() -> None:
    running = metrics(Found({}, Jobs(["a"]), [], []), running=True)

    assert "jobs_lost" not in running
    assert metrics(Found({}, Jobs(["a"]), [], []))["jobs_lost"]["value"] == 1


def test_argo_rollouts_stands_beside_by_its_own_names() -> None:
    argo = Found(
        {"traefik": Requests()}, Jobs(["a"]), [], [], [Ended(Release("slow-later"), "Promoted", "", True, 20)], Switches([1.5])
    )
    found = metrics(Found({}, Jobs(), [], []), None, argo)

    assert (found["argo_broken_rollouts"]["value"], found["argo_broken_rollouts_returned"]["value"]) == (1, 0)
    assert (found["argo_switch_p95_s"]["value"], found["argo_jobs_lost"]["value"]) == (1.5, 1)
    assert found["argo_failed_requests_traefik"]["value"] == 0


def test_only_ready_endpoints_count() -> None:
    slices: list[dict[str, Any]] = [
        {"endpoints": [{"targetRef": {"name": "a"}, "conditions": {"ready": True}}]},
        {"endpoints": [{"targetRef": {"name": "b"}, "conditions": {"ready": False}}, {"targetRef": {"name": "x"}}]},
        {"endpoints": None},
    ]

    assert colours_of(slices, {"a": "green", "b": "blue"}) == {"green", "?"}
