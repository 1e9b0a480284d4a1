"""What a real API server accepts and refuses at apply time, with the words that say the mend. Nothing is stored: dry runs."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.admission_table import ACCEPTED, CHANGES, REFUSED, Refused
from tests.cluster.conftest import PATIENCE, SESSION

Kubectl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def kubectl(kubeconfig: Path, kubectl_binary: str, installed: None) -> Kubectl:
    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [kubectl_binary, f"--kubeconfig={kubeconfig}", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60 * PATIENCE, check=False)

    return run


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl) -> Iterator[str]:
    name = f"tg-test-{secrets.token_hex(4)}"  # one that another run made may still be on its way out
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"testgen.dev/test": SESSION}}}
    kubectl("create", "-f", "-", stdin=json.dumps(body))
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


def resource(spec: dict[str, Any], name: str = "shop") -> str:
    return json.dumps({"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": {"name": name}, "spec": spec})


@pytest.mark.parametrize("title", ACCEPTED)
def test_accepted(kubectl: Kubectl, namespace: str, title: str) -> None:
    done = kubectl("-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=resource(ACCEPTED[title]))
    assert done.returncode == 0, done.stderr


def test_a_project_without_a_spec_is_told_so(kubectl: Kubectl, namespace: str) -> None:
    body = '{"apiVersion": "testgen.dev/v1alpha1", "kind": "TestGenProject", "metadata": {"name": "shop"}}'
    done = kubectl("-n", namespace, "create", "--dry-run=server", "-o", "jsonpath={.spec.mode}", "-f", "-", stdin=body)
    assert (done.returncode, done.stdout) == (0, "Monolith"), done.stderr


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_refused_with_the_mend(kubectl: Kubectl, namespace: str, case: Refused) -> None:
    done = kubectl("-n", namespace, "create", "--dry-run=server", "-f", "-", stdin=resource(case.spec, case.name))
    assert done.returncode != 0
    assert case.words in done.stderr.replace('\\"', '"')


@pytest.mark.parametrize(("title", "old", "new", "words"), CHANGES, ids=[one[0] for one in CHANGES])
def test_changes(kubectl: Kubectl, namespace: str, title: str, old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    name = f"change-{[one[0] for one in CHANGES].index(title)}"
    # Suspended and in a namespace that no operator of the tests serves: nothing starts.
    kubectl("-n", namespace, "create", "-f", "-", stdin=resource({**old, "suspend": True}, name))
    try:
        done = kubectl("-n", namespace, "replace", "--dry-run=server", "-f", "-", stdin=resource({**new, "suspend": True}, name))
        assert (done.returncode == 0) is (not words), done.stderr
        assert words in done.stderr
    finally:
        kubectl("-n", namespace, "delete", "tgp", name, "--wait=false")


def test_the_schema_explains_itself(kubectl: Kubectl) -> None:
    done = kubectl("explain", "tgp.spec.stores.deletionPolicy")
    assert "Retain" in done.stdout, done.stderr


def test_scale_goes_through_the_project(kubectl: Kubectl, namespace: str) -> None:
    kubectl("-n", namespace, "create", "-f", "-", stdin=resource({"suspend": True}, "scaled"))
    try:
        done = kubectl("-n", namespace, "scale", "tgp", "scaled", "--replicas=3")
        assert done.returncode == 0, done.stderr
        assert kubectl("-n", namespace, "get", "tgp", "scaled", "-o", "jsonpath={.spec.replicas}").stdout == "3"
        refused = kubectl("-n", namespace, "scale", "tgp", "scaled", "--replicas=51")
        assert "less than or equal to 50" in refused.stderr
    finally:
        kubectl("-n", namespace, "delete", "tgp", "scaled", "--wait=false")
