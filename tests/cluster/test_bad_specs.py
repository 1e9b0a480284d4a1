"""A bad project is refused at apply time, with what to write instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cluster.kube import Cluster, CommandFailed

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("shop", {"replcas": 2}, 'unknown field "spec.replcas"'),
    ("shop", {"replicas": -1}, "spec.replicas"),
    ("shop", {"replicas": "two"}, "spec.replicas"),
    ("shop", {"mode": "monolith"}, 'supported values: "Monolith"'),
    ("shop", {"stores": {"postgres": {"storage": {"size": "10 GB"}}}}, "such as 10Gi"),
    ("shop", {"stores": {"postgres": {"storage": {"size": "1Mi"}}}}, "at least 256Mi"),
    ("shop", {"resources": {"requests": {"cpu": "4"}, "limits": {"cpu": "1"}}}, "lower the request or raise the limit"),
    ("shop", {"llm": {"routes": [{"provider": "x", "model": "m"}]}}, "add the provider or correct the route"),
    (
        "shop",
        {"llm": {"providers": [{"name": "x", "url": "ftp://x"}], "routes": [{"provider": "x", "model": "m"}]}},
        "http or https",
    ),
    ("shop", {"image": "not an image"}, "write repository:tag"),
    ("shop-postgres", {}, "choose another ending"),
    ("a-name-that-is-far-too-long-for-what-is-made-of-it", {}, "at most"),
]


@pytest.mark.parametrize(("name", "spec", "words"), BAD)
async def test_a_bad_project_is_refused_with_the_mend(shared: Cluster, name: str, spec: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandFailed) as refusal:
        await shared.apply_project(name, spec)
    assert words in str(refusal.value)


async def test_what_cannot_change_is_refused_and_what_runs_stays(shared: Cluster) -> None:
    await shared.apply_project("kept", {"stores": {"postgres": {"storage": {"size": "2Gi"}}}})
    with pytest.raises(CommandFailed, match="cannot shrink"):
        await shared.apply_project("kept", {"stores": {"postgres": {"storage": {"size": "1Gi"}}}})
    assert (await shared.get("TestGenProject", "kept"))["spec"]["stores"]["postgres"]["storage"]["size"] == "2Gi"


async def test_a_name_alone_is_enough(shared: Cluster) -> None:
    body = {"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": {"name": "bare"}}
    await shared.kubectl("apply", "-f", "-", stdin=json.dumps(body))
    assert (await shared.get("TestGenProject", "bare"))["spec"]["mode"] == "Monolith"


@pytest.fixture
async def shared(cluster: Cluster) -> Cluster:
    return cluster
