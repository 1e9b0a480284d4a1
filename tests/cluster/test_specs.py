"""A real API server and the operator's own check agree: 300 valid specs are accepted, 300 invalid ones refused. Dry runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.unit.operator.broken_specs import Broken, broken
from tests.unit.operator.build import resource
from tests.unit.operator.strategies import specs

NAMESPACE = "tg-test-specs"
COUNT = 300
Create = Callable[[list[dict[str, Any]]], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def create(kubeconfig: Path, kubectl_binary: str, installed: None) -> Iterator[Create]:
    """Ask the API server what it would say, object by object, in one call."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [kubectl_binary, f"--kubeconfig={kubeconfig}", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300, check=False)

    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": {"testgen.dev/test": "true"}}}
    run("apply", "-f", "-", stdin=json.dumps(body))

    def ask(objects: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
        for one in objects:
            one["metadata"] = {"name": one["metadata"]["name"], "namespace": NAMESPACE}
        whole = {"apiVersion": "v1", "kind": "List", "items": objects}
        return run("create", "--dry-run=server", "--validate=strict", "-f", "-", stdin=json.dumps(whole))

    yield ask
    run("delete", "namespace", NAMESPACE, "--wait=false")


def drawn(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """`COUNT` examples, the same at every run."""
    found: list[Any] = []

    @settings(
        max_examples=COUNT,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found


def test_every_valid_spec_is_accepted(create: Create) -> None:
    found = drawn(specs())
    done = create([resource(spec, f"p{number}") for number, spec in enumerate(found)])
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == len(found) >= COUNT


def test_every_invalid_spec_is_refused_with_words(create: Create) -> None:
    found: list[Broken] = drawn(broken())
    done = create([resource(case.spec, case.name) for case in found])
    assert done.stdout == ""
    refusals = [
        line for line in done.stderr.splitlines() if line.startswith(("The TestGenProject", "Error from server", "error"))
    ]
    assert len(refusals) >= len(found) >= COUNT
