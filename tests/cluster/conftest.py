"""A real cluster for each test: a namespace of its own, the operator beside it as a process."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from testgen_operator.cluster.client import Client, open_session
from testgen_operator.cluster.connection import Connection, from_kubeconfig
from tests.cluster.kube import Cluster
from tests.cluster.process import ROOT, OperatorProcess
from tests.cluster.proxy import Proxy, proxy

LOCAL = ROOT / "build" / "cluster"
IMAGES = ("runtime", "postgres", "neo4j")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def kubeconfig() -> Path:
    """The local cluster's, or KUBECONFIG. Any other cluster only when CLUSTER=existing asks for it."""
    path = Path(os.environ.get("KUBECONFIG") or LOCAL / "kubeconfig")
    if not path.exists():
        pytest.skip("no cluster was asked for: run `make cluster` (or set KUBECONFIG and CLUSTER=existing), or `make test`")
    context = yaml.safe_load(path.read_text()).get("current-context", "")
    if os.environ.get("CLUSTER") != "existing" and not context.startswith(("tg-", "kind-tg-")):
        pytest.fail(f"{path} is of context {context!r}, not of `make cluster`; say CLUSTER=existing to test on it nevertheless")
    return path


@pytest.fixture(scope="session")
def connection(kubeconfig: Path) -> Connection:
    return from_kubeconfig(kubeconfig)


@pytest.fixture(scope="session")
def kubectl_binary() -> str:
    bundled = LOCAL / "bin" / "kubectl"
    return str(bundled) if bundled.exists() else shutil.which("kubectl") or "kubectl"


@pytest.fixture(scope="session")
def images() -> dict[str, str]:
    """Environment of the operator: which image each part runs."""
    file = LOCAL / "images.json"
    found = json.loads(file.read_text()) if file.exists() else {}
    chosen = {f"RELATED_IMAGE_{name.upper()}": found[name] for name in IMAGES if name in found}
    chosen |= {name: value for name, value in os.environ.items() if name.startswith("RELATED_IMAGE_")}
    model = next((ref for name, ref in found.items() if name.startswith("ollama")), "")
    return chosen | ({"RELATED_IMAGE_OLLAMA": model} if model else {})


@pytest.fixture(scope="session")
def installed(kubeconfig: Path, kubectl_binary: str) -> Iterator[None]:
    """The CRDs as they are in this tree; an operator that serves all namespaces would meddle, so it pauses meanwhile."""

    def kubectl(*arguments: str) -> str:
        import subprocess

        done = subprocess.run(
            [kubectl_binary, f"--kubeconfig={kubeconfig}", *arguments], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    kubectl("apply", "--server-side", "--force-conflicts", "-k", str(ROOT / "crds"))
    kubectl("wait", "--for=condition=Established", "crd/testgenprojects.testgen.dev", "--timeout=30s")
    paused = []
    found = json.loads(kubectl("get", "deployments", "-A", "-l", "app.kubernetes.io/name=testgen-operator", "-o", "json"))[
        "items"
    ]
    for one in found:
        name, namespace, replicas = one["metadata"]["name"], one["metadata"]["namespace"], one["spec"].get("replicas", 1)
        if replicas and not namespace.startswith("tg-test-"):
            paused.append((name, namespace, replicas))
            kubectl("-n", namespace, "scale", "deployment", name, "--replicas=0")
            kubectl(
                "-n", namespace, "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/name=testgen-operator", "--timeout=30s"
            )
    yield
    for name, namespace, replicas in paused:
        kubectl("-n", namespace, "scale", "deployment", name, f"--replicas={replicas}")


@pytest.fixture
async def client(connection: Connection) -> AsyncIterator[Client]:
    async with open_session(connection) as session:
        yield Client(connection, session)


@pytest.fixture
async def cluster(client: Client, kubectl_binary: str, kubeconfig: Path, installed: None) -> AsyncIterator[Cluster]:
    """A namespace that enforces Pod Security `restricted`, deleted afterwards."""
    found = Cluster(client, kubectl_binary, kubeconfig, f"tg-test-{secrets.token_hex(4)}")
    await create_namespace(found)
    try:
        yield found
    finally:
        await found.kubectl("delete", "namespace", found.namespace, "--wait=false", "--ignore-not-found")


async def create_namespace(cluster: Cluster) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "testgen.dev/test": "true"}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": cluster.namespace, "labels": labels}}
    await cluster.kubectl("create", "-f", "-", stdin=json.dumps(body))

    async def has_account() -> Any:
        return await cluster.find("ServiceAccount", "default")

    await cluster.eventually(has_account, within=20, what="the namespace's default ServiceAccount")


@pytest.fixture
async def operator(cluster: Cluster, images: dict[str, str], tmp_path: Path) -> AsyncIterator[OperatorProcess]:
    """One operator, serving the test's namespace."""
    found = OperatorProcess(cluster.kubeconfig, (cluster.namespace,), tmp_path, env=images)
    await found.start()
    try:
        yield found
    finally:
        await found.stop()
        _show(found)


@pytest.fixture
async def through_proxy(connection: Connection) -> AsyncIterator[Proxy]:
    async with proxy(connection) as found:
        yield found


@pytest.fixture
async def operator_behind_proxy(
    cluster: Cluster, through_proxy: Proxy, images: dict[str, str], tmp_path: Path
) -> AsyncIterator[OperatorProcess]:
    """An operator, not yet started, whose every request goes through `through_proxy`."""
    found = OperatorProcess(through_proxy.kubeconfig(tmp_path), (cluster.namespace,), tmp_path, env=images)
    try:
        yield found
    finally:
        await found.stop()
        _show(found)


def _show(operator: OperatorProcess) -> None:
    """Into the report of a failed test."""
    print(f"--- {operator.log.name}, last lines")
    print("\n".join(json.dumps(entry) for entry in operator.entries()[-40:]))


@pytest.fixture
def audit_log() -> Path:
    path = LOCAL / "log" / "audit.log"
    if not path.exists():
        pytest.skip("this cluster shows no audit log (CLUSTER=existing)")
    return path


@pytest.fixture(scope="session", autouse=True)
def _namespaces_gone(kubeconfig: Path, kubectl_binary: str) -> Iterator[None]:
    """At the very end wait until the tests' namespaces are gone, so that nothing of them runs on."""
    yield
    import subprocess

    subprocess.run(
        [kubectl_binary, f"--kubeconfig={kubeconfig}", "delete", "namespace", "-l", "testgen.dev/test=true", "--timeout=120s"],
        capture_output=True,
        check=False,
    )


__all__ = ["asyncio"]
