"""What may not become of a spec: one table for the API server's CEL, the webhook, `kubectl testgen diff` and the operator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from tests.admission_table import CHANGES
from tests.unit.operator.build import Simulated, project, resource
from tests.unit.operator.strategies import projects
from tests.unit.operator.test_stores_plan import EXTERNAL, MANAGED, using, with_secrets

from testgen_operator.admission.review import answer
from testgen_operator.plan import replaced
from testgen_operator.plan.model import ObjectKey
from testgen_operator.resources.project import TestGenProject, changed
from testgen_operator.resources.rules import RULES, Rule

ROWS = pytest.mark.parametrize(("title", "old", "new", "words"), CHANGES, ids=[one[0] for one in CHANGES])
TYPE = "spec.stores.postgres.type: cannot be changed: restore the old value"


@ROWS
def test_the_operators_own_table_says_what_the_api_server_says(
    title: str, old: dict[str, Any], new: dict[str, Any], words: str
) -> None:
    found = changed(project(old).spec, project(new).spec)
    assert bool(found) is bool(words), title
    assert words in "; ".join(map(str, found))
    assert all(one.field.startswith("spec.") for one in found)


@ROWS
def test_the_webhook_says_it_too(title: str, old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    request = {"uid": "u-1", "operation": "UPDATE", "object": resource(new), "oldObject": resource(old)}
    found = answer({"request": request})["response"]
    assert found["allowed"] is (not words), title
    assert words in found.get("status", {}).get("message", "")


@pytest.mark.parametrize("rule", [one for one in RULES if "oldSelf" in one.cel], ids=lambda rule: f"{rule.at}: {rule.message}")
def test_every_rule_on_a_change_is_one_that_the_operator_knows_and_the_table_shows(rule: Rule) -> None:
    assert rule.keeps is not None
    assert any(words and words in rule.message for _, _, _, words in CHANGES)


@settings(max_examples=50, deadline=None)
@given(projects())
def test_every_spec_may_stay_as_it_is(found: TestGenProject) -> None:
    assert changed(found.spec, found.spec) == []


def grown(stores: dict[str, Any], **more: Any) -> Simulated:
    cluster = with_secrets(Simulated(using(stores, **more)))
    cluster.bring()
    cluster.converge(20)
    return cluster


def told(cluster: Simulated, stores: dict[str, Any]) -> list[str]:
    return [str(one) for one in replaced.problems(using(stores), cluster.facts())]


@settings(max_examples=25, deadline=None)
@given(projects())
def test_what_a_project_has_made_is_never_held_against_its_own_spec(found: TestGenProject) -> None:
    cluster = Simulated(found).bring()
    for _ in range(6):
        assert replaced.problems(found, cluster.facts()) == []
        cluster.step()
        cluster.settle()


@pytest.mark.parametrize("other", [EXTERNAL["postgres"], {"type": "CloudNativePG"}])
def test_a_database_that_the_operator_runs_is_missed_where_the_api_server_let_its_type_change(other: dict[str, Any]) -> None:
    assert told(grown({}), {"postgres": other}) == [TYPE]


def test_a_cluster_behind_the_runtime_is_missed_where_the_type_became_builtin() -> None:
    assert told(grown({"postgres": {"type": "CloudNativePG"}}), {}) == [TYPE]


def test_a_cluster_that_outlived_another_project_of_the_name_is_nothing_that_changed() -> None:
    left = grown({"postgres": {"type": "CloudNativePG"}})
    cluster = Simulated(using({}))
    cluster.objects = {key: one for key, one in left.objects.items() if key.kind in {"Cluster", "PersistentVolumeClaim"}}
    for _ in range(8):
        assert replaced.problems(cluster.project, cluster.facts()) == []
        cluster.step()
        cluster.settle()
    assert "shop-all-blue" in cluster.kinds()["Deployment"]


def test_fewer_servers_of_the_index_are_refused_by_what_runs() -> None:
    cluster = grown({"qdrant": MANAGED["qdrant"]})
    [found] = told(cluster, {"qdrant": {"type": "Managed", "replicas": 2}})
    assert found.startswith("spec.stores.qdrant: replicas: a running cluster cannot be given fewer servers")
    assert told(cluster, {"qdrant": {"type": "Managed", "replicas": 5}}) == []
    assert told(cluster, {}) == []  # all of them go, and the index is filled elsewhere


def test_servers_of_another_project_of_the_name_that_is_on_its_way_out_are_nothing_that_changed() -> None:
    cluster = grown({"qdrant": MANAGED["qdrant"]})
    for name in ("shop-qdrant-0", "shop-qdrant-1", "shop-qdrant-2", "shop-postgres"):
        live = cluster.objects[ObjectKey("apps/v1", "StatefulSet", "team", name)]
        live["metadata"]["ownerReferences"][0]["uid"] = "uid-of-the-one-before"
    assert told(cluster, {"qdrant": {"type": "Managed", "replicas": 1}}) == []
    assert told(cluster, {"postgres": EXTERNAL["postgres"]}) == []
