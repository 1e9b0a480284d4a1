"""Conditions: what each state of the cluster is called, and the rules of kstatus and of the API conventions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.unit.operator.build import IMAGES, NEO4J, OLLAMA, Json, Simulated, project, resource
from tests.unit.operator.strategies import projects

from testgen_operator.plan import sizes
from testgen_operator.plan.images import Images
from testgen_operator.resources.project import InvalidProject, TestGenProject, parse
from testgen_operator.resources.status import Status
from testgen_operator.status import compute
from testgen_operator.status.reasons import BLOCKING, MEANINGS, Reason, Type

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def status_of(
    cluster: Simulated, previous: Mapping[str, Any] | None = None, now: datetime = NOW, *, settled: bool = True
) -> Json:
    return compute(cluster.project, cluster.facts(), previous or {}, now, wanted=cluster.plan(), settled=settled)


def conditions(status: Json) -> dict[str, tuple[str, str]]:
    return {one["type"]: (one["status"], one["reason"]) for one in status["conditions"]}


def running(spec: Mapping[str, Any] | None = None) -> Simulated:
    cluster = Simulated(project(spec))
    cluster.converge()
    return cluster


def test_all_conditions_are_set_at_the_first_visit() -> None:
    status = status_of(Simulated(project()))
    assert list(conditions(status)) == [str(one) for one in Type]


def test_the_way_to_ready() -> None:
    cluster = Simulated(project())
    seen: list[tuple[tuple[str, str], str, str]] = []
    for _ in range(6):
        cluster.step()
        found = conditions(status_of(cluster))
        if not seen or seen[-1] != (found["Ready"], found["Reconciling"][0], found["Stalled"][0]):
            seen.append((found["Ready"], found["Reconciling"][0], found["Stalled"][0]))
        cluster.settle()
    assert seen == [
        (("False", "StoresStarting"), "True", "False"),
        (("False", "Migrating"), "True", "False"),
        (("False", "RollingOut"), "True", "False"),
        (("True", "Serving"), "False", "False"),
    ]


def test_what_is_not_configured_is_said_and_not_counted() -> None:
    found = conditions(status_of(running()))
    assert found["Ready"] == ("True", "Serving")
    assert found["BackupsHealthy"] == ("Unknown", "NotConfigured")
    assert found["RestoreVerified"] == ("Unknown", "NotConfigured")
    assert found["MonitoringConfigured"] == ("False", "NotConfigured")
    assert found["ModelsReady"] == ("Unknown", "NotConfigured")


@pytest.mark.parametrize(
    ("spec", "broken", "expected"),
    [
        ({}, "shop-postgres", {"StoresReady": ("False", "StoresStarting"), "RuntimeAvailable": ("True", "Available")}),
        (NEO4J, "shop-neo4j", {"StoresReady": ("False", "StoresStarting")}),
        (OLLAMA, "shop-ollama", {"ModelsReady": ("False", "PreparingModels"), "StoresReady": ("True", "AllReady")}),
        ({}, "shop-all-blue", {"RuntimeAvailable": ("False", "PodsNotReady"), "StoresReady": ("True", "AllReady")}),
    ],
)
def test_a_part_that_goes_away_is_named(spec: Json, broken: str, expected: dict[str, tuple[str, str]]) -> None:
    cluster = running(spec)
    cluster.broken.add(broken)
    cluster.settle()
    found = conditions(status_of(cluster))
    assert {kind: found[kind] for kind in expected} == expected
    assert found["Ready"][0] == "False"
    assert found["Reconciling"][0] == "True"


def test_a_model_server_of_somebody_else_is_not_judged() -> None:
    spec = {"llm": {"providers": [{"name": "a", "url": "http://x"}], "routes": [{"provider": "a", "model": "m"}]}}
    found = conditions(status_of(running(spec)))
    assert (found["ModelsReady"], found["Ready"]) == (("Unknown", "NotManaged"), ("True", "Serving"))


def test_suspend_is_no_failure() -> None:
    found = conditions(status_of(running({"suspend": True})))
    assert found["Suspended"] == ("True", "Suspended")
    assert found["Ready"] == ("False", "Suspended")
    assert (found["Reconciling"][0], found["Stalled"][0]) == ("False", "False")


def test_no_pods_by_wish_is_no_failure() -> None:
    found = conditions(status_of(running({"replicas": 0})))
    assert (found["Ready"], found["Stalled"][0]) == (("False", "ScaledToZero"), "False")


def test_a_new_spec_is_not_ready_before_it_was_looked_at() -> None:
    """kstatus: right after a change nobody may read the old objects' readiness as the new spec's."""
    cluster = running()
    before = status_of(cluster)
    cluster.project = project({"environment": "Production"}, generation=2)
    during = status_of(cluster, before, settled=False)
    assert (during["observedGeneration"], conditions(during)["Ready"]) == (2, ("False", "Applying"))
    assert conditions(during)["Reconciling"][0] == "True"


def test_mending_drift_does_not_take_readiness_away() -> None:
    cluster = running()
    before = status_of(cluster)
    assert conditions(status_of(cluster, before, settled=False))["Ready"] == ("True", "Serving")


def test_the_old_release_serves_while_the_new_one_is_migrated() -> None:
    cluster = running()
    cluster.images = Images("testgen/runtime:2", IMAGES.postgres, IMAGES.neo4j, IMAGES.ollama)
    cluster.step()
    found = conditions(status_of(cluster))
    assert found["RuntimeAvailable"] == ("True", "Available")
    assert found["RolloutSucceeded"] == ("Unknown", "Migrating")
    assert found["Ready"] == ("False", "Migrating")


def test_a_failed_migration_stalls_and_leaves_the_old_release_serving() -> None:
    cluster = running()
    cluster.images = Images("testgen/runtime:2", IMAGES.postgres, IMAGES.neo4j, IMAGES.ollama)
    cluster.step()
    cluster.broken.update(name for name in cluster.kinds()["Job"])
    cluster.settle()
    status = status_of(cluster)
    found = conditions(status)
    assert found["RuntimeAvailable"] == ("True", "Available")
    assert found["RolloutSucceeded"] == ("False", "MigrationFailed")
    assert found["Stalled"] == ("True", "MigrationFailed")
    assert found["Reconciling"][0] == "False"
    assert status["release"]["active"]["version"] == "1.0.0"


def test_status_says_what_runs_and_where() -> None:
    status = status_of(running({"replicas": 2}))
    assert status["endpoint"] == "http://shop.team.svc"
    assert status["replicas"] == 2
    assert status["selector"] == "testgen.dev/project=shop,app.kubernetes.io/component=all,testgen.dev/colour=blue"
    assert status["release"]["active"] | {"name": ""} == {
        "name": "",
        "colour": "blue",
        "version": "1.0.0",
        "image": "testgen/runtime:1.0.0",
    }


def test_a_transition_is_a_change_of_status_and_nothing_less() -> None:
    cluster = Simulated(project())
    first = status_of(cluster)
    later = NOW + timedelta(hours=1)
    assert status_of(cluster, first, later) == first, "nothing changed, so nothing is written"
    cluster.converge()
    changed = status_of(cluster, first, later)
    times = {one["type"]: one["lastTransitionTime"] for one in changed["conditions"]}
    assert times["Ready"] == "2026-01-02T04:04:05Z"
    assert times["SpecValid"] == "2026-01-02T03:04:05Z"


def test_a_spec_that_cannot_be_read_stalls_and_keeps_what_is_known() -> None:
    before = status_of(running())
    with pytest.raises(InvalidProject) as refusal:
        parse(resource({"nonsense": 1}))
    status = compute(refusal.value.problems, None, before, NOW, generation=2)
    found = conditions(status)
    assert found["SpecValid"] == found["Ready"] == ("False", "SpecInvalid")
    assert found["Stalled"] == ("True", "SpecInvalid")
    assert found["RuntimeAvailable"] == ("True", "Available")
    assert (status["observedGeneration"], status["endpoint"]) == (2, "http://shop.team.svc")
    assert "spec.nonsense: unknown field" in status["conditions"][0]["message"]


def test_a_spec_that_was_never_valid_leaves_the_rest_unknown() -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource({"nonsense": 1}))
    found = conditions(compute(refusal.value.problems, None, {}, NOW, generation=1))
    assert sorted(found) == sorted(str(one) for one in Type)
    assert found["StoresReady"] == ("Unknown", "NotObserved")


@settings(max_examples=30, deadline=None)
@given(projects())
def test_the_rules_of_kstatus_hold_on_the_whole_way(found: TestGenProject) -> None:
    cluster = Simulated(found).bring()
    previous: Json = {}
    for _ in range(5):
        cluster.step()
        status = status_of(cluster, previous)
        seen = conditions(status)
        assert not (seen["Reconciling"][0] == "True" and seen["Stalled"][0] == "True")
        if seen["Ready"][0] == "True":
            assert (seen["Reconciling"][0], seen["Stalled"][0]) == ("False", "False")
        assert all(one["observedGeneration"] == found.generation for one in status["conditions"])
        assert all(one["reason"] in set(Reason) and one["message"] for one in status["conditions"])
        Status.model_validate(status)
        previous = status
        cluster.settle()
    resting = found.spec.suspend or sizes.rests(found)
    waits_for_others = seen["Ready"][1] in {Reason.API_NOT_SERVED, Reason.TOO_FEW_CONNECTIONS}
    assert seen["Ready"][0] == ("False" if resting or waits_for_others else "True")


def test_every_reason_has_a_meaning_and_every_blocking_one_a_command() -> None:
    assert set(MEANINGS) == set(Reason)
    assert all(MEANINGS[reason].run for reason in BLOCKING)
    assert Reason.SPEC_INVALID in BLOCKING
    assert Reason.ROLLING_OUT not in BLOCKING


def test_reasons_are_camel_case_names() -> None:
    assert all(str(reason).isalnum() and str(reason)[0].isupper() for reason in Reason)


def test_an_autoscaler_that_has_had_no_figures_for_minutes_is_told_and_the_project_goes_on_being_ready() -> None:
    cluster = running({"autoscaling": {"enabled": True}})
    autoscaler = cluster.get("HorizontalPodAutoscaler", "shop-all-blue")

    def told(status: str, reason: str, minutes: float) -> dict[str, tuple[str, str]]:
        since = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        condition = {"type": "ScalingActive", "status": status, "reason": reason, "lastTransitionTime": since}
        autoscaler["status"] = {"conditions": [condition]}
        return conditions(status_of(cluster))

    found = told("False", "FailedGetResourceMetric", 4)
    assert found["RuntimeAvailable"] == ("True", "AutoscalerWithoutMetrics")
    assert found["Ready"] == ("True", "Serving")
    for figures in (("False", "FailedGetResourceMetric", 2), ("False", "ScalingDisabled", 9), ("True", "ValidMetricFound", 9)):
        assert told(*figures)["RuntimeAvailable"] == ("True", "Available")
