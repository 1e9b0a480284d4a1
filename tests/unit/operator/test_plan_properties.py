"""What holds for the plan of every project, at every stage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import IMAGES, Simulated, nothing
from tests.unit.operator.build import project as made
from tests.unit.operator.pod_security import violations
from tests.unit.operator.strategies import projects

from testgen_operator import names
from testgen_operator.plan.model import Manifest, Plan
from testgen_operator.plan.plan import plan
from testgen_operator.resources import quantity
from testgen_operator.resources.project import TestGenProject

WORKLOADS = {"Deployment", "StatefulSet", "Job"}


def stages(project: TestGenProject) -> Iterator[Plan]:
    """The plans on the way from nothing to ready."""
    cluster = Simulated(project).bring()
    for _ in range(6):
        yield cluster.plan()
        cluster.step()
        cluster.settle()


def pod_templates(found: Plan) -> Iterator[dict[str, Any]]:
    for manifest in found.manifests:
        if manifest.kind in WORKLOADS:
            yield manifest.object["spec"]["template"]


@settings(max_examples=25, deadline=None)
@given(projects())
def test_names_are_unique_and_legal(project: TestGenProject) -> None:
    for found in stages(project):
        keys = [one.key for one in found.manifests] + [one.key for one in found.secrets]
        assert len(keys) == len(set(keys))
        assert all(len(key.name) <= 63 for key in keys)
        # A StatefulSet's revision label holds its name and a hash of ten.
        assert all(len(key.name) <= 52 for key in keys if key.kind == "StatefulSet")
        assert all(key.namespace == project.namespace for key in keys)


@settings(max_examples=25, deadline=None)
@given(projects())
def test_every_selector_matches_a_pod_template_of_the_final_plan(project: TestGenProject) -> None:
    cluster = Simulated(project).bring()
    cluster.converge()
    found = cluster.plan()
    templates = [template["metadata"]["labels"] for template in pod_templates(found)]
    # A replica is made from a primary that runs: where the project was never awake there is none yet.
    later = NOW_AND_THEN | ({"postgres-replica"} if project.spec.suspend else set())
    for manifest in found.manifests:
        selector = selector_of(manifest)
        if selector is not None and selector.get(names.LABEL_COMPONENT) not in later:
            assert any(selector.items() <= labels.items() for labels in templates), (manifest.kind, manifest.name)


NOW_AND_THEN = {"migrate", "probe", "credentials", "smoke", "check", "backup"}
"""Components that have pods for a while only; their fences stand before them."""


def selector_of(manifest: Manifest) -> dict[str, str] | None:
    spec = manifest.object.get("spec", {})
    match manifest.kind:
        case "Service":
            found: dict[str, str] = spec["selector"]
        case "NetworkPolicy":
            found = spec["podSelector"]["matchLabels"]
        case "Deployment" | "StatefulSet" | "PodDisruptionBudget":
            found = spec["selector"]["matchLabels"]
        case _:
            return None
    return found


@settings(max_examples=25, deadline=None)
@given(projects())
def test_every_pod_passes_pod_security_restricted(project: TestGenProject) -> None:
    for found in stages(project):
        for template in pod_templates(found):
            assert violations(template["spec"]) == []


@settings(max_examples=25, deadline=None)
@given(projects())
def test_every_container_has_requests_within_limits_a_read_only_root_and_bounded_scratch_space(project: TestGenProject) -> None:
    for found in stages(project):
        for template in pod_templates(found):
            pod = template["spec"]
            for container in [*pod.get("initContainers", []), *pod["containers"]]:
                amounts = container["resources"]
                for name in ("cpu", "memory"):
                    assert quantity.parse(amounts["requests"][name]) <= quantity.parse(amounts["limits"][name])
                assert container["securityContext"]["readOnlyRootFilesystem"]
                assert {mount["name"] for mount in container["volumeMounts"]} <= {volume["name"] for volume in pod["volumes"]}
            assert all("sizeLimit" in volume["emptyDir"] for volume in pod["volumes"] if "emptyDir" in volume)


@settings(max_examples=25, deadline=None)
@given(projects())
def test_no_secret_value_is_anywhere(project: TestGenProject) -> None:
    """Secrets are made by the edge; a plan only names them, and an environment variable never holds one."""
    for found in stages(project):
        assert not [one for one in found.manifests if one.kind == "Secret"]
        for template in pod_templates(found):
            for container in template["spec"]["containers"]:
                for variable in container["env"]:
                    if "PASSWORD" in variable["name"] and not variable["name"].endswith("_FILE"):
                        assert "value" not in variable


@settings(max_examples=20, deadline=None)
@given(projects())
def test_the_same_facts_give_the_same_plan(project: TestGenProject) -> None:
    assert plan(project, nothing(project), IMAGES) == plan(project, nothing(project), IMAGES)


@settings(max_examples=20, deadline=None)
@given(projects())
def test_a_project_converges_and_then_nothing_is_written(project: TestGenProject) -> None:
    cluster = Simulated(project).bring()
    cluster.converge(most=6)
    assert not cluster.step()


@settings(max_examples=20, deadline=None)
@given(projects(), st.randoms(use_true_random=False))
def test_whatever_is_deleted_comes_back(project: TestGenProject, random: Any) -> None:  # S0-045
    cluster = Simulated(project).bring()
    cluster.converge()
    before = set(cluster.objects)
    for key in random.sample(sorted(before), k=min(4, len(before))):
        cluster.objects.pop(key, None)
    cluster.settle()
    cluster.converge()
    # A finished Job is cleaned away by its controller and is not made again.
    assert {key for key in before if key.kind != "Job"} <= set(cluster.objects)


@settings(max_examples=20, deadline=None)
@given(projects())
def test_everything_planned_is_kept_and_owned_or_retained(project: TestGenProject) -> None:
    for found in stages(project):
        assert {one.key for one in found.manifests} | {one.key for one in found.secrets} <= found.prune_keep
        for manifest in found.manifests:
            owners = manifest.object["metadata"].get("ownerReferences", [])
            retained = manifest.kind in {"PersistentVolumeClaim", "Cluster"} and project.spec.stores.deletion_policy == "Retain"
            assert [one["uid"] for one in owners] == ([] if retained else [project.uid])


@settings(max_examples=20, deadline=None)
@given(projects())
def test_every_object_carries_the_labels_that_it_is_found_by(project: TestGenProject) -> None:
    for found in stages(project):
        for manifest in found.manifests:
            labels = manifest.object["metadata"]["labels"]
            assert labels[names.LABEL_PROJECT] == project.name
            assert labels[names.LABEL_MANAGED_BY] == names.OPERATOR
            assert all(len(value) <= 63 for value in labels.values())


@settings(max_examples=20, deadline=None)
@given(projects())
def test_a_plan_is_plain_json(project: TestGenProject) -> None:
    for found in stages(project):
        for manifest in found.manifests:
            assert json.loads(json.dumps(manifest.object)) == manifest.object


@pytest.mark.parametrize(("replicas", "expected"), [(1, False), (2, True)])
def test_a_disruption_budget_protects_from_two_pods_on(replicas: int, expected: bool) -> None:
    cluster = Simulated(made({"replicas": replicas}))
    cluster.converge()
    assert ("PodDisruptionBudget" in cluster.kinds()) is expected
