"""Every spec that the schema lets through, as hypothesis draws it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.unit.operator.build import project

from testgen_operator import names
from testgen_operator.resources.project import TestGenProject

PROJECT_NAMES = st.from_regex(r"\A[a-z]([-a-z0-9]{0,38}[a-z0-9])?\Z").filter(
    lambda name: not any(name.endswith(f"-{ending}") for ending in names.RESERVED_ENDINGS)
)
IMAGES = st.sampled_from(["a", "registry.example:5000/team/runtime:1.2.3", "x/y@sha256:" + "0" * 64])
SIZES = st.sampled_from(["256Mi", "1Gi", "100Gi", "1.5Ti"])


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


STORAGE = optional(size=SIZES, storageClassName=st.just("fast"))
RESOURCES = st.sampled_from(
    [{}, {"requests": {"cpu": "100m"}}, {"limits": {"cpu": "100m", "memory": "64Mi"}}, {"requests": {"memory": "20Gi"}}]
)


@st.composite
def llms(draw: st.DrawFn) -> dict[str, Any]:
    providers = draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True, max_size=2))
    if not providers:
        return {}
    managed = {"managed": draw(optional(image=IMAGES, modelSource=st.sampled_from(["Pull", "Image"]), storage=STORAGE))}
    places: list[dict[str, Any]] = [draw(st.sampled_from([managed, {"url": "http://a:1/"}])), {"url": "https://b.example"}]
    routes = [{"task": "Any", "model": "m0:1b"}, {"task": "GenerateCases", "model": "team/m1:1b"}]
    return {
        "providers": [place | {"name": name} for name, place in zip(providers, places, strict=False)],
        "routes": [route | {"provider": name} for name, route in zip(providers, routes, strict=False)],
    }


@st.composite
def projects(draw: st.DrawFn) -> TestGenProject:
    store = {"storage": STORAGE, "resources": RESOURCES, "image": IMAGES}
    spec = draw(
        optional(
            profile=st.sampled_from(["Small", "Standard"]),
            environment=st.sampled_from(["Development", "Staging", "Production"]),
            version=st.sampled_from(["1.0", "v2_x", "a" * 63]),
            image=IMAGES,
            imagePullPolicy=st.sampled_from(["IfNotPresent", "Always", "Never"]),
            imagePullSecrets=st.sampled_from([[], [{"name": "registry"}]]),
            replicas=st.integers(0, 50),
            resources=RESOURCES,
            llm=llms(),
            budgets=optional(dailyTokens=st.integers(0, 10**12), onExhaustion=st.sampled_from(["Reject", "Degrade"])),
            stores=optional(
                deletionPolicy=st.sampled_from(["Retain", "Delete"]),
                postgres=optional(**store),
                neo4j=optional(type=st.sampled_from(["Managed", "Disabled"]), **store),
            ),
            access=st.sampled_from([{}, {"adminKeySecretRef": {"name": "own.key", "key": "k"}}]),
            suspend=st.booleans(),
        )
    )
    return project(spec, draw(PROJECT_NAMES))
