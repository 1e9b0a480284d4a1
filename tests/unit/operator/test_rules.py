"""The operator's own check of a project: what the API server's admission refuses, it refuses too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from tests.admission_table import ACCEPTED, REFUSED, Refused
from tests.unit.operator.build import resource
from tests.unit.operator.strategies import projects

from testgen_operator.resources.project import InvalidProject, TestGenProject, parse, validate
from testgen_operator.resources.rules import RULES, Rule


@pytest.mark.parametrize("title", ACCEPTED)
def test_accepted(title: str) -> None:
    assert validate(parse(resource(ACCEPTED[title]))) == []


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_refused_with_the_mend(case: Refused) -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(case.spec, name=case.name))
    assert (case.own_words or case.words) in str(refusal.value)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.holds is not None], ids=lambda rule: f"{rule.at}: {rule.message}"
)
def test_the_table_shows_every_kind_of_refusal(rule: Rule) -> None:
    assert any((case.own_words or case.words) in rule.message for case in REFUSED)


@settings(max_examples=50, deadline=None)
@given(projects())
def test_what_the_schema_allows_survives_a_round_trip(project: TestGenProject) -> None:
    again = parse(resource(project.spec.model_dump(mode="json", by_alias=True, exclude_none=True), name=project.name))
    assert again.spec == project.spec


def test_a_problem_names_the_field_and_never_shows_its_value() -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource({"access": {"adminKeySecretRef": {"name": "a", "key": "b", "value": "hunter2"}}}))
    [problem] = refusal.value.problems
    assert problem.field == "spec.access.adminKeySecretRef.value"
    assert "hunter2" not in str(refusal.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource({"replicas": 99, "mode": "x", "nonsense": 1}))
    assert [one.field for one in refusal.value.problems] == ["spec.mode", "spec.replicas", "spec.nonsense"]


@pytest.mark.parametrize(
    "raw", [None, [], "x", {"llm": []}, {"llm": {"providers": "x"}}, {"resources": {"limits": {"cpu": True}}}]
)
def test_whatever_comes_is_a_project_or_a_refusal(raw: Any) -> None:
    found = resource()
    found["spec"] = raw
    if not raw:
        assert parse(found).spec.mode == "Monolith"
    else:
        with pytest.raises(InvalidProject):
            parse(found)


LANDED = {"status": {"observedGeneration": 1, "replicas": 1, "conditions": []}}


@pytest.mark.parametrize("name", ["cutting-edge", "site-maintenance", "shop-postgres-rw", "shop-qdrant-peers"])
def test_a_name_that_was_free_when_the_project_was_made_stays_its_name(name: str) -> None:
    with pytest.raises(InvalidProject, match="choose another ending"):
        parse(resource({}, name=name))
    assert parse(resource({}, name=name) | LANDED).name == name


def test_a_name_that_never_was_free_is_refused_whatever_its_status_says() -> None:
    refused = {"status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "False", "reason": "SpecInvalid"}]}}
    for name, status in (("site-maintenance", refused), ("shop-postgres", LANDED)):
        with pytest.raises(InvalidProject, match="choose another ending"):
            parse(resource({}, name=name) | status)


@pytest.mark.parametrize("mode", ["Monolith", "Microservices", "AIGateway"])
def test_a_project_that_has_the_default_of_the_first_version_stored_can_choose_every_mode(mode: str) -> None:
    stored = {"mode": "Monolith", "replicas": 1, "profile": "Small", "suspend": False, "stores": {"deletionPolicy": "Retain"}}
    assert parse(resource(stored | {"mode": mode})).spec.mode == mode


IDLE = {"stores": {"neo4j": {"storage": {"size": "10Gi"}}}}
"""0.1 took it and made nothing of it."""


def test_what_means_nothing_is_refused_and_a_project_that_was_accepted_with_it_is_served_on() -> None:
    with pytest.raises(InvalidProject, match="only for a Neo4j that the operator runs"):
        parse(resource(IDLE))
    assert parse(resource(IDLE) | LANDED).spec.stores.neo4j.storage.size == "10Gi"
