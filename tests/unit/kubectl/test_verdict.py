"""The one answer: well, suspended, under way, or in need of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.kubectl.worlds import ALIVE, NOW, with_status, world

from testgen_operator.kubectl.verdict import Operator, State, judge, of_lease
from testgen_operator.kubectl.views.status import summary

DOWN = Operator("testgen-system", False, "the operator is scaled to zero")
UNKNOWN = Operator()
STALLED = ("True", "ImagePullFailed", "Image a:1 of the runtime cannot be pulled. Run: kubectl -n team describe pod -l a=b")


def test_a_ready_project_is_well() -> None:
    live, _ = world()

    assert judge(live, ALIVE, NOW).state is State.WELL
    assert judge(live, ALIVE, NOW).run == ()


def test_a_stalled_project_needs_a_person_and_says_what_to_run() -> None:
    live, _ = world()
    found = judge(with_status(live, Stalled=STALLED), ALIVE, NOW)

    assert (found.state, found.reason) == (State.BROKEN, "ImagePullFailed")
    assert found.message == "Image a:1 of the runtime cannot be pulled"
    assert found.run == ("kubectl -n team describe pod -l a=b",)


def test_a_suspended_project_rests_and_says_how_to_resume() -> None:
    live, _ = world({"suspend": True})
    found = judge(live, ALIVE, NOW)

    assert found.state is State.SUSPENDED
    assert found.run == ("kubectl testgen resume shop -n team",)


def test_a_project_on_its_way_says_for_how_long() -> None:
    live, _ = world()
    found = judge(with_status(live, Ready=("False", "RollingOut", "Pods of the wanted release are starting")), ALIVE, NOW)

    assert (found.state, found.reason) == (State.UNDER_WAY, "RollingOut")
    assert found.notes == ("For 60m by now.",)


def test_a_newer_spec_than_the_status_speaks_of_is_under_way() -> None:
    live, _ = world()
    live["metadata"]["generation"] = 2

    assert judge(live, ALIVE, NOW).state is State.UNDER_WAY
    assert judge(live, UNKNOWN, NOW).state is State.UNDER_WAY


def test_a_spec_that_nobody_looks_at_because_the_operator_is_down_needs_a_person() -> None:
    live, _ = world()
    live["metadata"]["generation"] = 2
    found = judge(live, DOWN, NOW)

    assert (found.state, found.reason) == (State.BROKEN, "OperatorDown")
    assert "testgen-system" in found.run[0]


def test_a_healthy_project_that_nobody_looks_after_needs_a_person() -> None:
    live, _ = world()
    found = judge(live, DOWN, NOW)

    assert (found.state, found.reason) == (State.BROKEN, "OperatorDown")
    assert found.message.startswith("It serves")
    assert "Nobody looks after it" in found.message
    assert "testgen-system" in found.run[0]


@pytest.mark.parametrize(("operator", "state"), [(ALIVE, State.UNDER_WAY), (UNKNOWN, State.BROKEN), (DOWN, State.BROKEN)])
@pytest.mark.parametrize(
    ("gone", "named"), [("shop-all-blue", "all"), ("shop-postgres", "postgres")], ids=["the runtime", "the database"]
)
def test_a_status_that_says_well_of_what_has_no_ready_pod_is_not_believed(
    operator: Operator, state: State, gone: str, named: str
) -> None:
    live, children = world()
    assert summary(live, children, [], ALIVE, NOW)["verdict"]["state"] == State.WELL
    [workload] = [one for one in children if one["metadata"]["name"] == gone and one["kind"] in ("Deployment", "StatefulSet")]
    workload["status"] = {**workload["status"], "readyReplicas": 0}
    found = summary(live, children, [], operator, NOW)["verdict"]

    assert found["state"] == state
    assert found["reason"] == ("OperatorDown" if operator is DOWN else "NotAsTold")
    assert named in found["message"] or operator is DOWN
    assert found["run"]


def test_a_store_that_is_not_there_at_all_is_not_called_well_unless_it_may_not_be_seen() -> None:
    live, children = world()
    left = [one for one in children if one["kind"] != "StatefulSet"]
    assert summary(live, left, [], ALIVE, NOW)["verdict"]["reason"] == "NotAsTold"
    assert summary(live, left, [], ALIVE, NOW, ["statefulsets in team"])["verdict"]["state"] == State.WELL


@pytest.mark.parametrize(("age", "state"), [(5, State.UNDER_WAY), (300, State.BROKEN)])
def test_a_project_without_a_status_is_given_a_minute(age: int, state: State) -> None:
    live, _ = world()
    made = (NOW - timedelta(seconds=age)).isoformat()
    found = judge({"metadata": live["metadata"] | {"creationTimestamp": made}, "spec": {}}, UNKNOWN, NOW)

    assert found.state is state


def test_a_deletion_that_a_finalizer_holds_names_it() -> None:
    live, _ = world()
    live["metadata"] |= {"deletionTimestamp": "2026-03-01T11:00:00Z", "finalizers": ["somebody.example/hold"]}

    assert "somebody.example/hold" in judge(live, ALIVE, NOW).message


def lease(seconds: int, holder: str = "operator-0_abc") -> dict[str, Any]:
    renewed = (NOW - timedelta(seconds=seconds)).isoformat()
    return {"spec": {"holderIdentity": holder, "renewTime": renewed, "leaseDurationSeconds": 15}}


def deployment(replicas: int, ready: int) -> dict[str, Any]:
    return {"spec": {"replicas": replicas}, "status": {"readyReplicas": ready}}


@pytest.mark.parametrize(
    ("held", "deployed", "alive"),
    [
        (lease(3), None, True),
        (lease(600), None, False),
        (lease(600, holder=""), deployment(2, 2), None),
        (None, deployment(0, 0), False),
        (None, deployment(2, 0), False),
        (None, deployment(2, 1), True),
        (None, None, None),
    ],
)
def test_the_operator_is_judged_by_lease_and_deployment(held: Any, deployed: Any, alive: bool | None) -> None:
    assert of_lease(held, deployed, "testgen-system", NOW).alive is alive


JUNK = st.recursive(
    st.none() | st.text(max_size=5) | st.integers(0, 9), lambda below: st.dictionaries(st.text(max_size=5), below), max_leaves=5
)
CONDITION = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["Ready", "Stalled", "Suspended", "Other"]),
        "status": st.sampled_from(["True", "False", "Unknown"]),
        "reason": st.text(max_size=10),
        "message": st.text(max_size=20),
        "lastTransitionTime": st.sampled_from(["2026-03-01T11:00:00Z", "yesterday", ""]),
    },
)


@settings(deadline=None)
@given(st.lists(CONDITION, max_size=4), st.integers(0, 3), st.integers(0, 3), st.sampled_from([ALIVE, DOWN, UNKNOWN]))
def test_every_status_has_a_verdict(conditions: list[dict[str, Any]], generation: int, seen: int, operator: Operator) -> None:
    live = {"metadata": {"name": "a", "generation": generation}, "status": {"observedGeneration": seen, "conditions": conditions}}

    assert judge(live, operator, NOW).state in State
