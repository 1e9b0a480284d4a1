"""TestGenRelease: what is written can be read back, and what nobody can have written is no position."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import project
from tests.unit.operator.strategies import projects

from testgen_operator.resources import crds
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.release import (
    as_moment,
    as_time,
    from_snapshot,
    last_writer,
    release_object,
    release_status,
    snapshot_of,
    to_position,
    to_record,
)
from testgen_operator.resources.release_schema import ReleaseSpec, ReleaseStatus
from testgen_operator.rollout.model import Outcome, Position, Record, Step, Tally

NOW = datetime(2026, 11, 21, 12, 0, 30, 123456, tzinfo=UTC)
Json = dict[str, Any]

counts = st.integers(0, 2**31 - 1)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
words = st.text(max_size=64)


@st.composite
def positions(draw: st.DrawFn) -> Position:
    outcome = draw(st.none() | st.sampled_from(Outcome))
    return Position(
        step=draw(st.sampled_from([step for step in Step if outcome or step is not Step.DONE])),
        since=draw(moments),
        colour=draw(st.sampled_from(["blue", "green"])),
        number=draw(counts),
        tally=draw(st.builds(Tally, counts, counts, counts, words)),
        outcome=outcome,
        reason=draw(words),
        message=draw(words),
        served=draw(st.booleans()),
        fast=draw(st.booleans()),
        ended=draw(st.none() | moments),
        held=draw(words),
        pods=draw(counts),
    )


def written(found: TestGenProject, **more: Any) -> Json:
    record = Record("shop-0123456789", "shop-0123456789", 7, "shop-9876543210")
    return release_object(
        found, record, version="1.4.2", image="runtime:1.4.2", colour="green", config_hash="c", secrets_hash="s", now=NOW, **more
    )


# the position


@settings(max_examples=300, deadline=None)
@given(positions())
def test_a_position_survives_its_status(position: Position) -> None:
    status = release_status(position, {})
    ReleaseStatus.model_validate(status)
    assert to_position(status) == position


@given(positions(), positions())
def test_a_status_holds_one_position_only(before: Position, after: Position) -> None:
    assert to_position(release_status(after, release_status(before, {}))) == after


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)
FIELDS = [
    *("step", "since", "colour", "number", "tally", "outcome", "reason", "message", "served", "fast", "held", "pods"),
    "completedAt",
]


@settings(max_examples=300, deadline=None)
@given(positions(), st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4))
def test_whatever_stands_in_a_status_a_record_is_read(position: Position, broken: Json) -> None:
    found = to_record({"metadata": {"name": "a"}, "spec": {"template": "t"}, "status": release_status(position, {}) | broken})
    assert (found.name, found.template) == ("a", "t")


@given(json_values, json_values, json_values)
def test_whatever_the_object_is_a_record_is_read(metadata: Any, spec: Any, status: Any) -> None:
    to_record({"metadata": metadata, "spec": spec, "status": status})


@pytest.mark.parametrize(
    "broken",
    [
        {"step": "Finished"},
        {"step": None},
        {"since": "yesterday"},
        {"since": "2026-11-21T12:00:00"},
        {"colour": "red"},
        {"outcome": "Great"},
        {"step": "Done"},
    ],
)
def test_a_position_that_nobody_can_have_written_is_none(broken: Json) -> None:
    status = release_status(Position(Step.BAKING, NOW, "blue"), {})
    assert to_position(status) is not None
    assert to_position(status | broken) is None


@pytest.mark.parametrize("status", [None, {}, [], "Baking", {"phase": "Succeeded"}])
def test_a_lost_status_is_no_position(status: Any) -> None:
    assert to_record({"metadata": {"name": "a"}, "spec": {}, "status": status}).position is None


# the deployment tracker's words


@pytest.mark.parametrize(
    ("outcome", "phase"),
    [
        (None, "InProgress"),
        (Outcome.PROMOTED, "Succeeded"),
        (Outcome.FAST_PROMOTED, "Succeeded"),
        (Outcome.ABORTED, "Failed"),
        (Outcome.SUPERSEDED, "Failed"),
        (Outcome.ROLLED_BACK, "RolledBack"),
    ],
)
def test_every_outcome_has_a_word_of_the_tracker(outcome: Outcome | None, phase: str) -> None:  # S2-162
    assert release_status(Position(Step.DRAINING, NOW, "blue", outcome=outcome), {})["phase"] == phase


def test_what_ended_says_when(  # S2-164
) -> None:
    status = release_status(Position(Step.DONE, NOW, "blue", outcome=Outcome.PROMOTED, ended=NOW), {})
    assert status["completedAt"] == "2026-11-21T12:00:30.123456Z"


def test_a_status_keeps_what_is_not_said_anew() -> None:
    position = Position(Step.ANALYSING, NOW, "blue")
    first = release_status(
        position,
        {},
        failure={"component": "all", "exitCode": 1, "container": None},
        analysis=[{"name": "success", "verdict": "Failed"}, {"name": "p95", "verdict": "Successful"}],
        backup={"location": "x"},
        rollback_version="1.4.1",
    )
    again = release_status(position, first, analysis=[{"name": "success", "verdict": "Successful"}])
    assert again["failure"] == {"component": "all", "exitCode": 1}
    assert (again["backup"], again["rollbackVersion"]) == ({"location": "x"}, "1.4.1")
    assert again["analysis"] == [{"name": "p95", "verdict": "Successful"}, {"name": "success", "verdict": "Successful"}]


def test_what_is_long_is_cut_to_its_bound_from_the_front() -> None:
    figures = [{"name": f"n{i}", "verdict": "Successful"} for i in range(64)]
    position = Position(Step.RETURNING, NOW, "blue", reason="r" * 99, message="m" * 9999)
    status = release_status(position, {}, failure={"lastLines": "é" * 9999 + "the end"}, analysis=figures)
    ReleaseStatus.model_validate(status)
    assert status["failure"]["lastLines"].endswith("the end")
    assert len(status["failure"]["lastLines"].encode()) <= 2048
    assert [one["name"] for one in status["analysis"]] == [f"n{i}" for i in range(24, 64)]


def test_what_a_container_said_last_is_masked() -> None:
    said = "connecting to postgresql://me:hunter2@db/x\npassword=hunter2"
    status = release_status(Position(Step.RETURNING, NOW, "blue"), {}, failure={"component": "all", "lastLines": said})
    assert "hunter2" not in str(status)
    assert "connecting to postgresql://" in status["failure"]["lastLines"]


FACTS = [
    "component", "container", "reason", "exitCode", "lastLines", "name", "verdict", "value", "limit", "at",
    "location", "sizeBytes", "sha256", "takenAt",
]  # fmt: skip
LONG = st.sampled_from(["x" * 5000, -1, 2**80, "Successful", "2026-01-01T00:00:00Z", "yesterday"])
junk = st.dictionaries(st.sampled_from(FACTS), json_values | LONG, max_size=6)


@settings(max_examples=300, deadline=None)
@given(positions(), junk, st.lists(junk, max_size=4), junk)
def test_whatever_a_pod_said_the_status_fits_its_schema(
    position: Position, failure: Json, analysis: list[Json], backup: Json
) -> None:
    status = release_status(position, {}, failure=failure, analysis=analysis, backup=backup)
    ReleaseStatus.model_validate(status, strict=False)
    again = release_status(position, status)
    assert again == status


@pytest.mark.parametrize("broken", [{"analysis": "x"}, {"analysis": [1, None]}, {"failure": []}, {"backup": 7}])
def test_a_status_that_somebody_broke_is_written_anew(broken: Json) -> None:
    assert release_status(Position(Step.BAKING, NOW, "blue"), broken) == release_status(Position(Step.BAKING, NOW, "blue"), {})


# what was rolled out


def test_a_record_says_what_the_tracker_asks_for() -> None:  # S2-161, S2-163
    found = written(project({"environment": "Staging", "rollout": {"commit": "4d4f474", "author": "Ann"}}))
    ReleaseSpec.model_validate(found["spec"])
    spec = found["spec"]
    assert (spec["version"], spec["environment"], spec["commit"], spec["deployedBy"]) == ("1.4.2", "Staging", "4d4f474", "Ann")
    assert (spec["startedAt"], spec["previous"], spec["sequence"]) == ("2026-11-21T12:00:30.123456Z", "shop-9876543210", 7)
    assert found["metadata"]["labels"]["testgen.dev/project"] == "shop"
    assert found["metadata"]["ownerReferences"][0]["uid"] == "uid-of-shop"


def test_without_an_author_the_client_that_wrote_the_spec_is_named() -> None:
    assert written(project(), deployed_by="argocd-controller")["spec"]["deployedBy"] == "argocd-controller"
    assert written(project())["spec"]["deployedBy"] == "unknown"


def test_the_writer_of_the_spec_is_the_latest_that_is_not_the_operator() -> None:
    fields = [
        {"manager": "kubectl", "time": "2026-11-20T00:00:00Z", "fieldsV1": {"f:spec": {}}},
        {"manager": "argocd-controller", "time": "2026-11-21T00:00:00Z", "fieldsV1": {"f:spec": {}}},
        {"manager": "labeller", "time": "2026-11-22T00:00:00Z", "fieldsV1": {"f:metadata": {}}},
        {"manager": "x", "time": "2026-11-23T00:00:00Z", "subresource": "status", "fieldsV1": {"f:spec": {}}},
        {"manager": "testgen-operator", "time": "2026-11-24T00:00:00Z", "fieldsV1": {"f:spec": {}}},
    ]
    assert last_writer({"metadata": {"managedFields": fields}}) == "argocd-controller"
    assert last_writer({"metadata": {}}) == last_writer({}) == ""


@settings(max_examples=100, deadline=None)
@given(projects())
def test_a_release_gives_the_project_back_as_it_was(found: TestGenProject) -> None:
    assert from_snapshot(found, written(found)) == found


@settings(max_examples=100, deadline=None)
@given(projects(), projects())
def test_a_release_never_changes_what_is_live(then: TestGenProject, now: TestGenProject) -> None:
    back = from_snapshot(now, written(then))
    assert back is not None
    assert (back.name, back.uid, back.spec.rollout, back.spec.suspend) == (now.name, now.uid, now.spec.rollout, now.spec.suspend)
    assert back.spec.autoscaling.enabled == now.spec.autoscaling.enabled
    assert snapshot_of(back) == snapshot_of(then) or now.spec.components != then.spec.components


@given(projects(), st.integers(0, 50))
def test_the_number_of_pods_is_no_part_of_a_release(found: TestGenProject, replicas: int) -> None:
    scaled = found.model_copy(update={"spec": found.spec.model_copy(update={"replicas": replicas})})
    assert snapshot_of(scaled) == snapshot_of(found)


def test_a_rollback_keeps_todays_number_of_pods() -> None:
    then = project(
        {"mode": "Microservices", "components": {"api": {"replicas": 1}, "worker": {"resources": {"limits": {"cpu": 1}}}}}
    )
    now = project({"mode": "Microservices", "components": {"api": {"replicas": 4}, "worker": {"replicas": 2}}})
    back = from_snapshot(now, written(then))
    assert back is not None
    assert back.spec.components.api is not None
    assert back.spec.components.worker is not None
    assert (back.spec.components.api.replicas, back.spec.components.worker.replicas) == (4, 2)
    assert back.spec.components.worker.resources.limits.cpu == "1"


@pytest.mark.parametrize("spec", [None, {}, {"snapshot": None}, {"snapshot": {"mode": "Swarm"}}, {"snapshot": {"unheard": 1}}])
def test_a_snapshot_that_cannot_be_read_gives_no_project(spec: Any) -> None:
    assert from_snapshot(project(), {"spec": spec}) is None


# times and columns


@given(moments)
def test_no_fraction_of_a_time_is_lost(moment: datetime) -> None:
    assert as_moment(as_time(moment)) == moment
    assert as_time(moment.astimezone(timezone(timedelta(hours=8)))) == as_time(moment)


def test_a_list_of_releases_reads_as_a_story() -> None:
    columns = crds.release_definition()["spec"]["versions"][0]["additionalPrinterColumns"]
    names = ["#", "PROJECT", "VERSION", "STRATEGY", "PHASE", "OUTCOME", "REASON", "AGE"]
    assert [one["name"].upper() for one in columns if not one.get("priority")] == names
    assert [one["name"].upper() for one in columns if one.get("priority")] == ["COLOUR", "STEP", "COMMIT", "AUTHOR", "COMPLETED"]


def test_a_record_cannot_be_changed() -> None:
    schema = crds.release_definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert [one["rule"] for one in schema["properties"]["spec"]["x-kubernetes-validations"]] == ["self == oldSelf"]
