"""A real cluster for each test: a namespace of its own, the operator beside it as a process."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
import yaml

from testgen_cluster.commands import run
from testgen_cluster.established import established
from testgen_operator.cluster.client import Client, open_session
from testgen_operator.cluster.connection import Connection, from_kubeconfig
from tests.cluster import releases
from tests.cluster.kube import Cluster
from tests.cluster.process import ROOT, OperatorProcess
from tests.cluster.proxy import Proxy, proxy

LOCAL = ROOT / "build" / "cluster"
IMAGES = ("runtime", "postgres", "neo4j", "nginx", "redis")
BEGUN = datetime.now(UTC).isoformat()
AGENT = "testgen-tests/1"
"""What the audit log calls the tests' own requests, which are none of the operator's."""
SESSION = secrets.token_hex(4)
"""Marks the namespaces of this run: another one on the same cluster keeps its own."""
PATIENCE = 3.0
"""Of `Cluster`: `make test` runs the integration tests beside these, on two cores at a load of 5 to 12."""
LONGEST_TEST = 1800
"""Seconds of a test and its fixtures: twice what the other suites have."""
SMALL_MODEL = "ollama-qwen2.5-coder-0.5b"
"""An Ollama server whose image holds that model."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    items.sort(key=lambda one: one.path == here / "test_rights.py")  # it reads what all the others made the operator ask for
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.cluster)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(
                    pytest.mark.timeout(LONGEST_TEST)
                )  # later than the deadlines of its waits, which say what is missing


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
    if SMALL_MODEL in found:
        chosen["RELATED_IMAGE_OLLAMA"] = found[SMALL_MODEL]
    return chosen | {name: value for name, value in os.environ.items() if name.startswith("RELATED_IMAGE_")}


@pytest.fixture(scope="session")
def installed(kubeconfig: Path, kubectl_binary: str) -> Iterator[None]:
    """The CRDs as they are in this tree; an operator that serves all namespaces would meddle, so it pauses meanwhile."""

    def kubectl(*arguments: str) -> str:
        return run([kubectl_binary, f"--kubeconfig={kubeconfig}", *arguments], timeout=60 * PATIENCE)

    kubectl("apply", "--server-side", "--force-conflicts", "-k", str(ROOT / "crds"))
    established(kubectl, "crd/testgenprojects.testgen.dev", "crd/testgenreleases.testgen.dev")
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
                "-n", namespace, "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/name=testgen-operator", "--timeout=90s"
            )
    yield
    for name, namespace, replicas in paused:
        kubectl("-n", namespace, "scale", "deployment", name, f"--replicas={replicas}")


@asynccontextmanager
async def a_namespace(
    connection: Connection, kubectl_binary: str, kubeconfig: Path, *, patience: float = 1.0
) -> AsyncIterator[Cluster]:
    """A namespace that enforces Pod Security `restricted`, deleted afterwards."""
    async with open_session(connection, agent=AGENT) as session:
        found = Cluster(Client(connection, session), kubectl_binary, kubeconfig, f"tg-test-{secrets.token_hex(4)}", patience)
        labels = {"pod-security.kubernetes.io/enforce": "restricted", "testgen.dev/test": SESSION}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": found.namespace, "labels": labels}}
        await found.kubectl("create", "-f", "-", stdin=json.dumps(body))
        try:
            yield found
        finally:
            await found.kubectl("delete", "namespace", found.namespace, "--wait=false", "--ignore-not-found")


@asynccontextmanager
async def an_operator(
    cluster: Cluster, images: dict[str, str], folder: Path, *, kubeconfig: Path | None = None, started: bool = True, **env: str
) -> AsyncIterator[OperatorProcess]:
    """An operator that serves the cluster's namespace; its log is shown when the test fails."""
    found = OperatorProcess(kubeconfig or cluster.kubeconfig, (cluster.namespace,), folder, env=images | env)
    if started:
        await found.start()
    try:
        yield found
    finally:
        await found.stop()
        print(f"--- {found.log.name}, last lines")
        print("\n".join(json.dumps(entry) for entry in found.entries()[-40:]))


def _add(*extras: str) -> None:
    """See that the local cluster has an addition (seconds, when `make test` or `make cluster-extras` has built it)."""
    if os.environ.get("CLUSTER") == "existing" or os.environ.get("KIND") == "1":
        pytest.skip(f"{', '.join(extras)}: for the local cluster only")
    command = [sys.executable, "-m", "testgen_cluster.extras", *extras]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT / "cluster")}, capture_output=True, text=True)
    if done.returncode:
        pytest.fail(done.stdout + done.stderr)


@pytest.fixture(scope="session")
def metrics_server(kubeconfig: Path) -> None:
    """HorizontalPodAutoscalers see what pods use."""
    _add("metrics-server")


@pytest.fixture(scope="session")
def traefik(kubeconfig: Path, kubectl_binary: str) -> str:
    """The address at which Traefik serves ports 80 and 443: IngressClass and GatewayClass `traefik`. Its CRDs are there too."""
    _add("traefik")
    command = [kubectl_binary, f"--kubeconfig={kubeconfig}", "-n", "traefik", "get", "service", "traefik"]
    done = subprocess.run(
        [*command, "-o=jsonpath={.spec.clusterIP}"], capture_output=True, text=True, timeout=30 * PATIENCE, check=True
    )
    return done.stdout


@pytest.fixture(scope="session")
def cert_manager(kubeconfig: Path) -> None:
    """Certificates of issuers SelfSigned and CA are made."""
    _add("cert-manager")


@pytest.fixture(scope="session")
def other_releases(kubeconfig: Path) -> dict[str, str]:
    """Images of other releases than the one that the operator knows, by name (tests/cluster/releases.py)."""
    if os.environ.get("CLUSTER") == "existing" or os.environ.get("KIND") == "1":
        pytest.skip("images of broken releases are made for the local cluster only")
    return releases.derived()


@pytest.fixture(scope="session")
def foreign_crds(kubeconfig: Path) -> None:
    """The definitions of the Gateway API, cert-manager and CloudNativePG, whether somebody acts on their objects or not."""
    _add("gateway-api", "cert-manager-definitions", "cloudnative-pg")


@pytest.fixture
async def cluster(connection: Connection, kubectl_binary: str, kubeconfig: Path, installed: None) -> AsyncIterator[Cluster]:
    async with a_namespace(connection, kubectl_binary, kubeconfig, patience=PATIENCE) as found:
        yield found


@pytest.fixture
async def operator(cluster: Cluster, images: dict[str, str], tmp_path: Path) -> AsyncIterator[OperatorProcess]:
    async with an_operator(cluster, images, tmp_path) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_cluster(
    connection: Connection, kubectl_binary: str, kubeconfig: Path, installed: None
) -> AsyncIterator[Cluster]:
    """One namespace for a module's tests."""
    async with a_namespace(connection, kubectl_binary, kubeconfig, patience=PATIENCE) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_operator(
    shared_cluster: Cluster, images: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OperatorProcess]:
    """One operator for a module's tests; it looks at every project every few seconds, which must cost no write."""
    folder = tmp_path_factory.mktemp("operator")
    async with an_operator(shared_cluster, images, folder, TESTGEN_OPERATOR_RESYNC_SECONDS="5") as found:
        yield found


@pytest.fixture
async def through_proxy(connection: Connection) -> AsyncIterator[Proxy]:
    async with proxy(connection) as found:
        yield found


@pytest.fixture
async def operator_behind_proxy(
    cluster: Cluster, through_proxy: Proxy, images: dict[str, str], tmp_path: Path
) -> AsyncIterator[OperatorProcess]:
    """An operator, not yet started, whose every request goes through `through_proxy`."""
    behind = through_proxy.kubeconfig(tmp_path)
    async with an_operator(cluster, images, tmp_path, kubeconfig=behind, started=False) as found:
        yield found


@pytest.fixture(scope="session")
def audit_log() -> Path:
    path = LOCAL / "log" / "audit.log"
    if not path.exists():
        pytest.skip("this cluster shows no audit log (CLUSTER=existing)")
    return path


@pytest.fixture(scope="session", autouse=True)
def _namespaces_gone(kubeconfig: Path, kubectl_binary: str) -> Iterator[None]:
    """At the very end wait until this run's namespaces are gone, so that nothing of them runs on."""
    yield
    subprocess.run(
        [
            kubectl_binary,
            f"--kubeconfig={kubeconfig}",
            "delete",
            "namespace",
            "-l",
            f"testgen.dev/test={SESSION}",
            "--timeout=120s",
        ],
        capture_output=True,
        check=False,
    )
