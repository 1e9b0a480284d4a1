"""The three environments as Git has them (S2-104…115): each overlay is a valid project with what its environment promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.operator.build import Simulated

from testgen_operator.plan.exposure import CERTIFICATE
from testgen_operator.resources.project import TestGenProject, parse
from testgen_operator.resources.rollout import policy

OVERLAYS = Path(__file__).parents[3] / "gitops" / "overlays"
ENVIRONMENTS = ("development", "staging", "production")


def merged(base: Any, patch: Any) -> Any:
    """JSON merge patch, which is what kustomize does with a kind that it has no schema of."""
    if not isinstance(base, dict) or not isinstance(patch, dict):
        return patch
    return {**base, **{name: merged(base.get(name), value) for name, value in patch.items()}}


def overlay(environment: str) -> TestGenProject:
    folder = OVERLAYS / environment
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())
    [common] = listed["resources"]
    found = yaml.safe_load((folder / common / "project.yaml").read_text())
    for patch in listed["patches"]:
        found = merged(found, yaml.safe_load((folder / patch["path"]).read_text()))
    found["metadata"] |= {"namespace": listed["namespace"], "uid": "u", "generation": 1}
    return parse(found)


def running(environment: str) -> Simulated:
    cluster = Simulated(overlay(environment), served=frozenset({CERTIFICATE}))
    cluster.converge()
    return cluster


def config(cluster: Simulated) -> dict[str, Any]:
    name = next(one for one in cluster.kinds()["ConfigMap"] if one.startswith("cases-config-"))
    found: dict[str, Any] = yaml.safe_load(cluster.get("ConfigMap", name)["data"]["config.yaml"])
    return found


@pytest.mark.parametrize(
    ("environment", "level", "pods"),
    [("development", "DEBUG", 1), ("staging", "INFO", 2), ("production", "WARNING", 3)],  # S2-105, S2-111, S2-114
)
def test_an_environment_has_its_log_level_and_its_pods(environment: str, level: str, pods: int) -> None:
    cluster = running(environment)
    assert config(cluster)["log"]["level"] == level
    assert cluster.get("Deployment", "cases-all-blue")["spec"]["replicas"] == pods


def test_production_is_highly_available() -> None:  # S2-113
    kinds = running("production").kinds()
    assert "cases-all-blue" in kinds["HorizontalPodAutoscaler"]
    assert "cases-all-blue" in kinds["PodDisruptionBudget"]
    assert "cases-postgres-replica" in kinds["StatefulSet"]


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_whatever_is_reached_from_outside_is_encrypted_and_fenced(environment: str) -> None:  # S2-110, S2-113
    cluster = running(environment)
    assert cluster.get("Ingress", "cases")["spec"]["tls"]
    assert "cases-default-deny" in cluster.kinds()["NetworkPolicy"]


@pytest.mark.parametrize(
    ("environment", "measured"),
    [("development", False), ("staging", True), ("production", True)],  # S2-110: "performance test on", as production
)
def test_a_release_is_tried_and_measured_before_it_serves(environment: str, measured: bool) -> None:
    found = policy(overlay(environment))
    assert (found.smoke, found.analysis) == (measured, measured)


def test_every_environment_asks_for_a_key() -> None:  # S2-107: no service of ours goes without, not even in development
    for environment in ENVIRONMENTS:
        assert config(running(environment))["bootstrap_api_key_file"]
