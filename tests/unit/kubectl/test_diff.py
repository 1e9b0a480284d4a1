"""What a change of a spec would do, told from the operator's own plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from tests.unit.kubectl.worlds import world
from tests.unit.operator.build import IMAGES, project
from tests.unit.operator.strategies import projects

from testgen_operator.kubectl.future import future
from testgen_operator.kubectl.views import diff as view
from testgen_operator.kubectl.views.text import Style
from testgen_operator.resources.project import TestGenProject

NONE: frozenset[str] = frozenset()


def change(before: Mapping[str, Any], after: Mapping[str, Any]) -> view.Difference:
    """What a step from one spec to the other would do to a project that has come to rest."""
    _, children = world(before)
    old, new = project(before), project(after, generation=2)
    return view.difference(old, new, future(old, children, IMAGES, NONE), future(new, children, IMAGES, NONE))


def test_the_same_spec_changes_nothing() -> None:
    assert change({"replicas": 2}, {"replicas": 2}).is_empty()


@settings(max_examples=30, deadline=None)
@given(projects())
def test_no_spec_differs_from_itself(found: TestGenProject) -> None:
    spec = found.spec.model_dump(mode="json", by_alias=True, exclude_none=True)

    assert change(spec, spec).is_empty()


@settings(max_examples=30, deadline=None)
@given(projects())
def test_every_plan_comes_to_its_end(found: TestGenProject) -> None:
    assert future(found, [], IMAGES, NONE).settled


def test_more_replicas_start_pods_and_restart_none() -> None:
    found = change({"replicas": 1}, {"replicas": 3})

    assert "Deployment/shop-all-blue: from 1 pod to 3" in found.restarts
    assert not any("restart" in one for one in found.restarts if "shop-all-blue: 1 pod restart" in one)


def test_another_image_restarts_the_runtime_after_a_migration() -> None:
    found = change({"image": "a/runtime:1"}, {"image": "a/runtime:2"})

    assert "Deployment/shop-all-blue: 1 pod restarts, new ones first" in found.restarts
    assert any("migrated" in one for one in found.data)
    fields = {one.path: (one.before, one.after) for one in found.changed["Deployment/shop-all-blue"]}
    assert fields["spec.template.spec.containers[runtime].image"] == ("a/runtime:1", "a/runtime:2")


def test_a_larger_volume_grows() -> None:
    found = change({}, {"stores": {"postgres": {"storage": {"size": "50Gi"}}}})

    assert any(one.startswith("Volume shop-postgres-data grows: ") for one in found.data)


def test_a_store_that_is_switched_on_is_made_and_filled() -> None:
    found = change({}, {"stores": {"neo4j": {"type": "Managed"}}})

    assert any(one.startswith("StatefulSet/shop-neo4j") for one in found.created)
    assert any(one.startswith("Secret/shop-neo4j") for one in found.created)
    assert any("graph is filled anew from PostgreSQL" in one for one in found.data)


def test_a_store_that_is_switched_off_keeps_its_volume() -> None:
    found = change({"stores": {"neo4j": {"type": "Managed"}}}, {})

    assert "StatefulSet/shop-neo4j" in found.removed
    assert any("stays with its data" in one for one in found.data)
    assert not any("DELETED" in one for one in found.data)


def test_a_deletion_policy_that_changes_says_what_will_become_of_the_data() -> None:
    found = change({}, {"stores": {"deletionPolicy": "Delete"}})

    assert "From then on, when the project is deleted its volumes and passwords are deleted with it" in found.data


def test_a_rotation_is_told() -> None:
    found = change({}, {"stores": {"rotateCredentials": "now"}})

    assert any("New passwords are drawn" in one for one in found.data)


def test_another_mode_starts_its_parts() -> None:
    found = change({}, {"mode": "Microservices"})

    assert "Deployment/shop-api-blue" in found.created
    assert "Deployment/shop-all-blue" in found.removed


def test_suspending_ends_the_pods_and_says_what_stays() -> None:
    found = change({}, {"suspend": True})

    assert "Deployment/shop-all-blue: from 1 pod to 0" in found.restarts
    assert any("all data stays" in one for one in found.data)


def test_a_new_project_is_all_made() -> None:
    new = project({})
    found = view.difference(None, new, None, future(new, [], IMAGES, frozenset({"shop-postgres", "shop-admin-key"})))

    assert "Deployment/shop-all-blue" in found.created
    assert "Secret/shop-postgres (drawn by the operator)" in found.created
    assert found.removed == []


def test_a_changed_configuration_is_shown_line_by_line() -> None:
    found = change({}, {"budgets": {"dailyTokens": 5}})
    [(name, fields)] = [(name, fields) for name, fields in found.replaced.items() if name.startswith("ConfigMap/")]

    assert " → shop-config-" in name
    assert any("daily_tokens" in str(one.after) for one in fields)


def test_secrets_are_not_shown() -> None:
    env = [{"name": "API_KEY", "value": "hunter2hunter2"}]
    found = list(view.changes({"env": []}, {"env": env}))

    assert "hunter2" not in str(found)
    assert "hunter2" not in str(list(view.changes("password: a\nx: 1\n", "password: hunter2\nx: 2\n", "data.config")))


def test_the_text_has_pods_and_data_before_the_details() -> None:
    lines = view.lines(change({"image": "a/runtime:1"}, {"image": "a/runtime:2"}), "team/shop", Style())

    assert lines[0] == "team/shop"
    assert lines.index("  Pods") < lines.index("  Data") < lines.index("  Changed")
    assert view.lines(change({}, {}), "team/shop", Style()) == ["team/shop: no change"]


def test_a_line_that_changed_its_value_is_one_change_and_others_are_not_paired() -> None:
    found = list(view.changes("a:\n  x: 1\n  y: 2\n", "a:\n  x: 3\n  z: 4\n", "config"))

    assert [(one.before, one.after) for one in found] == [("x: 1", "x: 3"), ("y: 2", None), (None, "z: 4")]
