"""The product on the local cluster: images built and loaded, the operator installed. What the demo and the tests start from."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from testgen_cluster.names import clone_hash, clone_root
from testgen_cluster.steps import ClusterError, step

ROOT = clone_root()
NAMESPACE = "testgen-system"
LOCAL_LABEL = "testgen.dev/local-cluster"
OPERATOR = "deployment/testgen-operator"
# The environment of the operator's Deployment names the image of each part that it starts.
RELATED_IMAGES = {
    "runtime": "RELATED_IMAGE_RUNTIME",
    "postgres": "RELATED_IMAGE_POSTGRES",
    "neo4j": "RELATED_IMAGE_NEO4J",
    "ollama": "RELATED_IMAGE_OLLAMA",
}


class Kubectl:
    """kubectl on one kubeconfig. Every call has a time limit; a failure carries what kubectl said."""

    def __init__(self, kubeconfig: Path) -> None:
        self.kubeconfig = kubeconfig
        bundled = ROOT / "build" / "cluster" / "bin" / "kubectl"
        self.binary = str(bundled) if bundled.exists() else shutil.which("kubectl") or "kubectl"

    def command(self, *arguments: str) -> list[str]:
        return [self.binary, f"--kubeconfig={self.kubeconfig}", *arguments]

    def run(self, *arguments: str, stdin: str | None = None, timeout: float = 120) -> str:
        """Standard output. Raises ClusterError."""
        try:
            done = subprocess.run(
                self.command(*arguments), input=stdin, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise ClusterError(f"kubectl {' '.join(arguments[:4])} took more than {timeout:.0f} s") from None
        except FileNotFoundError:
            raise ClusterError("kubectl was not found", hint="run `make cluster`, or install kubectl") from None
        if done.returncode:
            raise ClusterError(f"kubectl {' '.join(arguments[:4])}: {done.stderr.strip()[-600:]}")
        return done.stdout


def overlay(folder: Path, images: Mapping[str, str], *, replicas: int = 2) -> Path:
    """Write a kustomization over gitops/base that runs these images, and return its folder.

    `images` maps operator, runtime and the stores to references that the node has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = Path("../" * len(folder.relative_to(ROOT).parts)) / "gitops" / "base"
    environment = [{"name": RELATED_IMAGES[name], "value": ref} for name, ref in images.items() if name in RELATED_IMAGES]
    patch = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "testgen-operator", "namespace": NAMESPACE},
        "spec": {
            "replicas": replicas,
            "template": {"spec": {"containers": [{"name": "operator", "env": environment, "imagePullPolicy": "IfNotPresent"}]}},
        },
    }
    repository, _, tag = images["operator"].rpartition(":")
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [str(base)],
        "images": [{"name": "testgen/operator", "newName": repository, "newTag": tag}],
        "patches": [{"path": "operator.json"}],
    }
    (folder / "operator.json").write_text(json.dumps(patch, indent=1))
    (folder / "kustomization.yaml").write_text(json.dumps(kustomization, indent=1))
    return folder


def install_operator(kubectl: Kubectl, folder: Path, *, timeout: float = 120) -> None:
    """Apply the overlay and wait until the operator is rolled out. Raises ClusterError."""
    with step("Operator into the cluster"):
        kubectl.run("apply", "--server-side", "--force-conflicts", "-k", str(folder))
        kubectl.run("wait", "--for=condition=Established", "crd/testgenprojects.testgen.dev", "--timeout=30s")
        kubectl.run("-n", NAMESPACE, "rollout", "status", OPERATOR, f"--timeout={timeout:.0f}s", timeout=timeout + 10)


def namespace(kubectl: Kubectl, name: str) -> None:
    """A namespace whose pods must pass Pod Security `restricted`, labelled as this clone's so that `down` can tell it."""
    manifest = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted", LOCAL_LABEL: clone_hash(ROOT)}},
    }
    kubectl.run("apply", "--server-side", "-f", "-", stdin=json.dumps(manifest))


def not_ready(kubectl: Kubectl, project: Sequence[str]) -> str:
    """The conditions of a project in one line, for an error."""
    jsonpath = "{range .status.conditions[*]}{.type}={.status}({.reason}) {end}"
    try:
        return kubectl.run("get", "tgp", *project, f"-o=jsonpath={jsonpath}").strip()
    except ClusterError as error:
        return str(error)
