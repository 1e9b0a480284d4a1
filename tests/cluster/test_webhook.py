"""The optional webhook as a team installs it: every problem at once, warnings, a certificate that mends itself, and no harm when
the operator is away."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from testgen_cluster.deploy import NAMESPACE, Kubectl, install_operator, overlay
from tests.cluster.conftest import PATIENCE
from tests.cluster.kube import Cluster
from tests.cluster.process import ROOT
from tests.unit.operator.build import resource

pytestmark = pytest.mark.asyncio(loop_scope="module")

WEBHOOK = "validatingwebhookconfiguration/testgen-operator"
CLUSTER_WIDE = (
    WEBHOOK,
    "clusterrole/testgen-operator",
    "clusterrolebinding/testgen-operator",
    "clusterrole/testgen-operator-webhook",
    "clusterrolebinding/testgen-operator-webhook",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def webhook(kubeconfig: Path, shared_cluster: Cluster) -> AsyncIterator[Kubectl]:
    """The operator with the component, answering reviews."""
    file = ROOT / "build" / "cluster" / "images.json"
    if not file.exists():
        pytest.skip("the operator's image is built by `make test` on the local cluster only")
    kubectl = Kubectl(kubeconfig)
    was_there = bool(kubectl.run("get", "namespace", NAMESPACE, "--ignore-not-found", "-o", "name").strip())
    folder = overlay(ROOT / "build" / "test-webhook", json.loads(file.read_text()), components=("webhook",))
    install_operator(kubectl, folder, timeout=120 * PATIENCE)
    await shared_cluster.eventually(lambda: answers(shared_cluster), within=60, what="the webhook answers")
    yield kubectl
    for what in (*CLUSTER_WIDE, *(() if was_there else (f"namespace/{NAMESPACE}",))):
        kubectl.run("delete", what, "--ignore-not-found", "--wait=false")


def create(cluster: Cluster, spec: dict[str, Any], *how: str) -> subprocess.CompletedProcess[str]:
    body = resource(spec, "hooked")
    body["metadata"] = {"name": "hooked", "namespace": cluster.namespace}
    command = [cluster.kubectl_binary, f"--kubeconfig={cluster.kubeconfig}", "create", "--dry-run=server", *how, "-f", "-"]
    return subprocess.run(command, input=json.dumps(body), capture_output=True, text=True, timeout=60 * PATIENCE, check=False)


async def answers(cluster: Cluster) -> bool:
    """Only the webhook warns."""
    return "Warning: spec.image" in create(cluster, {"image": "runtime:latest"}).stderr


async def reviewed(cluster: Cluster, spec: dict[str, Any], word: str) -> subprocess.CompletedProcess[str]:
    """What is said to a creation that the webhook has reviewed. Without a review that comes late the API server goes on after
    5 seconds, as it is meant to."""

    async def said() -> subprocess.CompletedProcess[str]:
        done = create(cluster, spec)
        assert word in done.stderr, done
        return done

    found: subprocess.CompletedProcess[str] = await cluster.eventually(said, within=60, what="the webhook's review")
    return found


async def test_warnings_are_shown_and_refuse_nothing(shared_cluster: Cluster, webhook: Kubectl) -> None:
    spec = {"environment": "Production", "replicas": 1, "stores": {"deletionPolicy": "Delete"}}
    done = await reviewed(shared_cluster, spec, "Warning:")
    assert done.returncode == 0, done.stderr
    assert "Warning: spec.replicas: Production needs at least 3 pods" in done.stderr
    assert "Warning: spec.stores.deletionPolicy" in done.stderr


async def test_what_only_the_operator_can_say_is_refused_in_its_words(shared_cluster: Cluster, webhook: Kubectl) -> None:
    done = await reviewed(shared_cluster, {"imagePullSecrets": [{"name": "a/b"}]}, "is no name of a Secret")
    assert done.returncode != 0


async def test_a_lost_certificate_is_drawn_anew(shared_cluster: Cluster, webhook: Kubectl) -> None:
    before = webhook.run("get", WEBHOOK, "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}")
    webhook.run("-n", NAMESPACE, "delete", "secret", "testgen-operator-webhook")
    webhook.run("-n", NAMESPACE, "rollout", "restart", "deployment/testgen-operator")
    webhook.run("-n", NAMESPACE, "rollout", "status", "deployment/testgen-operator", "--timeout=360s", timeout=370)

    async def renewed() -> bool:
        now = webhook.run("get", WEBHOOK, "-o", "jsonpath={.webhooks[0].clientConfig.caBundle}")
        return now != before and await answers(shared_cluster)

    await shared_cluster.eventually(renewed, within=60, what="a new certificate in use")


async def test_without_an_operator_projects_are_still_applied(shared_cluster: Cluster, webhook: Kubectl) -> None:
    webhook.run("-n", NAMESPACE, "scale", "deployment/testgen-operator", "--replicas=0")
    pods = ("pod", "-l", "app.kubernetes.io/name=testgen-operator")
    webhook.run("-n", NAMESPACE, "wait", "--for=delete", *pods, "--timeout=180s", timeout=190)
    assert create(shared_cluster, {"image": "runtime:latest"}).returncode == 0
    refused = create(shared_cluster, {"replicas": 99})
    assert "less than or equal to 50" in refused.stderr  # the CRD's own rules hold
