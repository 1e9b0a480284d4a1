"""The webhook's answers: refusals with every problem, warnings, ratcheting. Pure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.admission_table import ACCEPTED, REFUSED, Refused
from tests.unit.operator.build import project, resource

from testgen_operator.admission.review import LONGEST_WARNING, NotAReview, answer
from testgen_operator.resources.project import InvalidProject, parse
from testgen_operator.resources.warnings import deprecated, warnings

RISKY = {"environment": "Production", "replicas": 1, "stores": {"deletionPolicy": "Delete"}}


def review(new: Any, old: Any = None, operation: str = "CREATE") -> dict[str, Any]:
    return {"request": {"uid": "u-1", "operation": operation, "object": new, "oldObject": old}}


def response(new: Any, old: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = answer(review(new, old, "UPDATE" if old else "CREATE"))["response"]
    return found


@pytest.mark.parametrize("title", ACCEPTED)
def test_what_the_operator_accepts_is_allowed(title: str) -> None:
    assert response(resource(ACCEPTED[title]))["allowed"]


MEGABYTE = "x" * 1_000_000
HUGE: dict[str, dict[str, Any]] = {
    "a text": {"image": MEGABYTE},
    "a field's name": {MEGABYTE: 1},
    "a list": {"imagePullSecrets": [{"name": f"secret-{number}"} for number in range(50_000)]},
    "many fields": {f"field-{number}": "x" * 10 for number in range(40_000)},
}


@pytest.mark.parametrize("what", HUGE)
def test_a_spec_of_a_megabyte_is_refused_in_a_few_words(what: str) -> None:  # issue 6: input is hostile
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(HUGE[what]))
    assert all(problem.field.startswith("spec") and problem.message for problem in refusal.value.problems)
    assert max(len(str(problem)) for problem in refusal.value.problems) < 500
    found = response(resource(HUGE[what]))
    assert not found["allowed"]
    assert 0 < len(found["status"]["message"]) < 4_096


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_what_the_operator_refuses_is_refused_with_the_mend(case: Refused) -> None:
    found = response(resource(case.spec, name=case.name))
    assert not found["allowed"]
    assert (case.own_words or case.words) in found["status"]["message"]
    assert found["status"]["code"] == 422


def test_every_problem_is_told_at_once() -> None:
    told = response(resource({"replicas": 99, "mode": "x"}))["status"]["message"]
    assert "spec.replicas" in told
    assert "spec.mode" in told


def test_the_answer_belongs_to_its_question() -> None:
    found = answer(review(resource()))
    assert (found["kind"], found["apiVersion"]) == ("AdmissionReview", "admission.k8s.io/v1")
    assert found["response"]["uid"] == "u-1"


def test_an_update_is_not_refused_for_what_the_stored_object_had_already() -> None:
    old = resource({"replicas": 99})
    found = response(resource({"replicas": 99, "suspend": True}), old)
    assert found["allowed"]
    assert any("the stored object has this already" in one for one in found["warnings"])


def test_an_update_is_refused_for_a_new_problem_beside_an_old_one() -> None:
    old = resource({"replicas": 99})
    found = response(resource({"replicas": 99, "profile": "Huge"}), old)
    assert not found["allowed"]
    assert "spec.profile" in found["status"]["message"]
    assert "spec.replicas" not in found["status"]["message"]


def test_a_project_that_serves_is_refused_a_field_without_a_meaning_and_keeps_one_that_it_has() -> None:
    idle = {"stores": {"neo4j": {"storage": {"size": "10Gi"}}}}
    served = {"status": {"replicas": 1}}
    assert not response(resource(idle) | served, resource({}) | served)["allowed"]
    found = response(resource(idle | {"replicas": 2}) | served, resource(idle) | served)
    assert found["allowed"]
    assert "the stored object has this already" in found["warnings"][0]


def test_a_project_that_is_being_deleted_is_never_held_up() -> None:
    going = resource({"replicas": 99})
    going["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z"
    assert response(going, resource())["allowed"]


def test_risks_are_warnings_and_no_refusals() -> None:  # S2-113
    found = response(resource(RISKY))
    assert found["allowed"]
    assert [one.partition(":")[0] for one in found["warnings"]] == ["spec.replicas", "spec.stores.deletionPolicy"]
    assert all(len(one) <= LONGEST_WARNING for one in found["warnings"])


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"image": "registry.example:5000/runtime"}, "spec.image"),
        ({"image": "runtime:latest"}, "spec.image"),
        ({"environment": "Production", "autoscaling": {"enabled": True, "minReplicas": 2}}, "spec.replicas"),
        (
            {"llm": {"providers": [{"name": "a", "url": "http://models.example"}], "routes": [{"provider": "a", "model": "m"}]}},
            "spec.llm.providers[0].url",
        ),
        (
            {
                "stores": {
                    "postgres": {
                        "type": "External",
                        "external": {"host": "db", "sslMode": "disable", "passwordSecretRef": {"name": "a", "key": "b"}},
                    }
                }
            },
            "spec.stores.postgres.external.sslMode",
        ),
        (
            {"stores": {"redis": {"type": "External", "external": {"host": "cache", "tls": False}}}},
            "spec.stores.redis.external.tls",
        ),
        (
            {"exposure": {"type": "Ingress", "host": "a.example", "forceHttps": False}},
            "spec.exposure.forceHttps",
        ),
        ({"environment": "Production", "networkPolicy": {"enabled": False}}, "spec.networkPolicy.enabled"),
        ({"environment": "Production", "rollout": {"strategy": "RollingUpdate"}}, "spec.rollout.strategy"),
        ({"environment": "Production", "rollout": {"analysis": {"enabled": False}}}, "spec.rollout.analysis.enabled"),
        ({"rollout": {"strategy": "BlueGreen", "bakeSeconds": 0}}, "spec.rollout.bakeSeconds"),
        ({"rollout": {"strategy": "BlueGreen", "bakeSeconds": 60}}, "spec.rollout.bakeSeconds"),
        ({"environment": "Production", "rollout": {"backupBeforeUpgrade": False}}, "spec.rollout.backupBeforeUpgrade"),
        (
            {"rollout": {"strategy": "BlueGreen", "analysis": {"jobs": [{"name": "a", "image": "check"}]}}},
            "spec.rollout.analysis.jobs[0].image",
        ),
    ],
)
def test_each_risk_is_named_by_its_field(spec: dict[str, Any], field: str) -> None:
    assert [one.field for one in warnings(project(spec))] == [field]


@pytest.mark.parametrize(
    "spec",
    [
        {"environment": "Production"},
        {"environment": "Production", "rollout": {"strategy": "Canary"}},
        {"rollout": {"strategy": "RollingUpdate"}},
        {"image": "registry.example:5000/runtime@sha256:" + "0" * 64},
        {"llm": {"providers": [{"name": "a", "url": "http://ollama.ai.svc:11434"}], "routes": [{"provider": "a", "model": "m"}]}},
    ],
)
def test_what_is_as_it_should_be_warns_of_nothing(spec: dict[str, Any]) -> None:
    assert warnings(project(spec)) == []


def test_a_deprecated_field_is_named_only_where_it_is_used() -> None:
    from pydantic import Field

    from testgen_operator.resources.parts import Part

    class Inner(Part):
        old_way: int = Field(0, deprecated="write newWay")

    class Outer(Part):
        inner: Inner = Inner()

    assert list(deprecated(Outer())) == []
    [said] = deprecated(Outer.model_validate({"inner": {"oldWay": 1}}))
    assert str(said) == "spec.inner.oldWay: is deprecated: write newWay"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_whatever_is_sent_is_answered_or_named_malformed(body: Any) -> None:
    with pytest.raises(NotAReview):
        answer(body)


@given(JSON, JSON)
def test_whatever_the_spec_holds_there_is_an_answer(spec: Any, old: Any) -> None:
    new, before = resource(), resource()
    new["spec"], before["spec"] = spec, old
    assert answer(review(new, before, "UPDATE"))["response"]["uid"] == "u-1"
