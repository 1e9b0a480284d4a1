"""`kubectl apply -k gitops/base`: what a platform team installs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.operator.pod_security import violations

from testgen_operator import prometheus_addresses, rbac
from testgen_operator.plan.images import Images

ROOT = Path(__file__).parents[3]
BASE = ROOT / "gitops" / "base"


def documents() -> list[dict[str, Any]]:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    files = [BASE / name for name in listed if name.endswith(".yaml")]
    return [one for file in files for one in yaml.safe_load_all(file.read_text())]


def the(kind: str) -> dict[str, Any]:
    [found] = [one for one in documents() if one["kind"] == kind]
    return found


def test_every_file_is_in_the_kustomization() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    assert {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"} <= set(listed)
    crds = yaml.safe_load((ROOT / "crds" / "kustomization.yaml").read_text())["resources"]
    assert {path.name for path in (ROOT / "crds").glob("testgen.dev_*.yaml")} == set(crds)


def test_the_operator_passes_the_pod_security_that_its_namespace_enforces() -> None:
    assert the("Namespace")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert violations(the("Deployment")["spec"]["template"]["spec"]) == []


@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget"])
def test_every_selector_matches_the_operators_pods(kind: str) -> None:
    selector = the(kind)["spec"]["selector"]
    labels = the("Deployment")["spec"]["template"]["metadata"]["labels"]
    assert selector.get("matchLabels", selector).items() <= labels.items()


def test_default_images_are_pinned_and_those_of_the_code() -> None:
    [container] = the("Deployment")["spec"]["template"]["spec"]["containers"]
    related = {one["name"]: one["value"] for one in container["env"] if one["name"].startswith("RELATED_IMAGE_")}
    defaults = Images()
    wanted = {f"RELATED_IMAGE_{name.upper()}": image for name, image in dataclasses.asdict(defaults).items() if name != "runtime"}
    assert {name: image for name, image in related.items() if name != "RELATED_IMAGE_RUNTIME"} == wanted
    assert not [image for image in related.values() if image.endswith(":latest") or ":" not in image]


def test_which_prometheus_may_be_asked_is_there_to_be_changed_and_the_default_of_the_code() -> None:
    [container] = the("Deployment")["spec"]["template"]["spec"]["containers"]
    [listed] = [one["value"] for one in container["env"] if one["name"] == prometheus_addresses.SETTING]
    assert listed == ",".join(prometheus_addresses.DEFAULT)


def test_two_replicas_survive_a_drained_node() -> None:
    assert the("Deployment")["spec"]["replicas"] == 2
    assert the("PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


OF_NAMESPACES = ROOT / "gitops" / "overlays" / "namespaces"


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_the_overlay_for_named_namespaces_binds_rights_where_the_operator_serves_and_nowhere_else() -> None:
    overlay = loaded(OF_NAMESPACES / "kustomization.yaml")
    [container] = loaded(OF_NAMESPACES / "operator.yaml")["spec"]["template"]["spec"]["containers"]
    [served] = [one["value"] for one in container["env"] if one["name"] == "TESTGEN_OPERATOR_NAMESPACES"]
    bound = {}
    for name in overlay["resources"]:
        if not name.startswith(".."):
            tenant = loaded(OF_NAMESPACES / name / "kustomization.yaml")
            [rights] = tenant["resources"]
            assert (OF_NAMESPACES / name / rights).resolve() == ROOT / "gitops" / "components" / "tenant"
            bound[tenant["namespace"]] = name
    assert set(bound) == set(served.split(","))

    [component] = overlay["components"]
    folder = OF_NAMESPACES / component
    taken = [loaded(folder / patch["path"]) for patch in loaded(folder / "kustomization.yaml")["patches"]]
    assert all(one["$patch"] == "delete" for one in taken)
    cluster_wide = {
        (one["kind"], one["metadata"]["name"]) for one in rbac.manifests() if one["kind"] in {"ClusterRole", "ClusterRoleBinding"}
    }
    assert cluster_wide - {(one["kind"], one["metadata"]["name"]) for one in taken} == {
        ("ClusterRole", "testgen-view"),  # of people, added to the cluster's own roles
        ("ClusterRole", "testgen-edit"),
    }
