"""A provider of models is not the project itself, by whatever name its Services are reached."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.admission_modes import models_at
from tests.unit.operator.build import NEO4J, Simulated, project, resource

from testgen_operator import names
from testgen_operator.kubectl import manifests
from testgen_operator.resources.project import InvalidProject, parse

QUALIFIED = (
    "http://shop.team",
    "http://shop.team.svc/v1",
    "http://shop.team.svc.cluster.local:80",
    "http://SHOP-llm-blue.Team.svc.",
    "https://shop-preview.team.svc.k8s.example",
)
"""Names that only those refuse who know the namespace: CEL in a CRD does not."""


@pytest.mark.parametrize("url", QUALIFIED)
def test_a_name_with_the_projects_own_namespace_is_refused_where_that_is_known(url: str) -> None:
    with pytest.raises(InvalidProject) as refusal:
        parse(resource(models_at(url)))
    [problem] = refusal.value.problems
    assert problem.field == "spec.llm.providers"
    assert "leads back to a Service of this project itself: name a model server" in problem.message
    elsewhere = resource(models_at(url))
    elsewhere["metadata"]["namespace"] = "other"
    assert parse(elsewhere).spec.llm.providers


def test_a_project_that_was_accepted_once_is_not_served_on_with_it() -> None:
    """No rule that a field means nothing: what came past the API server must not begin to call itself."""
    served = {"status": {"observedGeneration": 1, "replicas": 1}}
    with pytest.raises(InvalidProject, match="leads back"):
        parse(resource(models_at("http://shop.team.svc")) | served)


@pytest.mark.parametrize("spec", [{}, {"mode": "AIGateway", **NEO4J}])
def test_every_service_that_leads_to_the_runtime_is_known(spec: dict[str, Any]) -> None:
    cluster = Simulated(project(spec))
    cluster.converge()
    stores = {"postgres", "neo4j", "qdrant", "redis", "ollama"}
    services = [one for one in cluster.objects.values() if one["kind"] == "Service"]
    ours = [one for one in services if one["metadata"]["labels"][names.LABEL_COMPONENT] not in stores]
    assert ours
    for one in ours:
        with pytest.raises(InvalidProject, match="leads back"):
            parse(resource(models_at(f"http://{one['metadata']['name']}:80")))


@pytest.mark.parametrize(("namespace", "refused"), [("team", True), ("other", False), ("", False)])
def test_a_file_is_checked_with_the_namespace_that_it_would_be_applied_to(namespace: str, refused: bool) -> None:
    whole = {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "metadata": {"name": "shop"},
        "spec": models_at("http://shop.team.svc"),
    }
    [found] = manifests.check(json.dumps(whole).encode(), namespace)
    assert bool(found.problems) is refused
