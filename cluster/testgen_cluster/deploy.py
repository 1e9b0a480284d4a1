"""The product on a cluster: the operator installed, on somebody else's cluster only beside what is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from testgen_cluster.established import established
from testgen_cluster.names import clone_hash, clone_root
from testgen_cluster.steps import ClusterError, step

ROOT = clone_root()
NAMESPACE = "testgen-system"
LOCAL_LABEL = "testgen.dev/local-cluster"
OPERATOR = "deployment/testgen-operator"
# What gitops/base installs for the whole cluster.
CLUSTER_WIDE = (
    f"namespace/{NAMESPACE}",
    "customresourcedefinition/testgenprojects.testgen.dev",
    "customresourcedefinition/testgenreleases.testgen.dev",
    "clusterrole/testgen-operator",
    "clusterrole/testgen-view",
    "clusterrole/testgen-edit",
    "clusterrolebinding/testgen-operator",
)
# The environment of the operator's Deployment names the image of each part that it starts.
RELATED_IMAGES = {
    "runtime": "RELATED_IMAGE_RUNTIME",
    "postgres": "RELATED_IMAGE_POSTGRES",
    "neo4j": "RELATED_IMAGE_NEO4J",
    "ollama": "RELATED_IMAGE_OLLAMA",
    "nginx": "RELATED_IMAGE_NGINX",
    "redis": "RELATED_IMAGE_REDIS",
    "qdrant": "RELATED_IMAGE_QDRANT",
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


def given_images(environment: Mapping[str, str]) -> dict[str, str]:
    """The image references that IMAGES=path names, for a cluster that images cannot be loaded into. Raises ClusterError."""
    how = (
        "build the images with `make images`, push them to a registry that the cluster's nodes pull from, and say "
        'IMAGES=images.json with {"operator": "registry/testgen/operator:tag", "runtime": "registry/testgen/runtime:tag"}'
    )
    if not (path := environment.get("IMAGES")):
        raise ClusterError("CLUSTER=existing needs the names of the images to run", hint=how)
    try:
        found = json.loads(Path(path).expanduser().read_text())
    except (OSError, ValueError) as error:
        raise ClusterError(f"IMAGES={path} cannot be read as JSON: {error}", hint=how) from None
    if not isinstance(found, dict) or not all(isinstance(ref, str) for ref in found.values()):
        raise ClusterError(f"IMAGES={path} is no JSON object of names and references", hint=how)
    refs = {name: ref for name, ref in found.items() if name == "operator" or name in RELATED_IMAGES}
    if missing := [name for name in ("operator", "runtime") if name not in refs]:
        raise ClusterError(f"IMAGES={path} does not name {' and '.join(missing)}", hint=how)
    for name, ref in refs.items():
        if not all(image_name(ref).values()):
            raise ClusterError(f"IMAGES={path}: the reference of {name}, {ref!r}, has neither tag nor digest", hint=how)
    return refs


def image_name(ref: str) -> dict[str, str]:
    """A reference as kustomize's `images` takes it: newName with newTag or digest. A registry's port is no tag."""
    tagged, at, digest = ref.partition("@")
    host, slash, last = tagged.rpartition("/")
    repository, _, tag = last.partition(":")
    name = f"{host}{slash}{repository}"
    return {"newName": name, "digest": digest} if at else {"newName": name, "newTag": tag}


def not_ours(objects: Iterable[Mapping[str, Any]], owner: str) -> list[str]:
    """`Kind name` of the objects that do not carry `owner` as the label of the clone that made them."""
    return [
        f"{one['kind']} {one['metadata']['name']}"
        for one in objects
        if (one["metadata"].get("labels") or {}).get(LOCAL_LABEL) != owner
    ]


def refuse_what_is_not_ours(kubectl: Kubectl, *more: str) -> None:
    """See that what is about to be applied for the whole cluster is absent or this clone's own. Raises ClusterError."""
    said = kubectl.run("get", *CLUSTER_WIDE, *more, "--ignore-not-found", "-o", "json").strip()
    found: dict[str, Any] = json.loads(said) if said else {"kind": "List", "items": []}
    if strangers := not_ours(found["items"] if found["kind"] == "List" else [found], clone_hash(ROOT)):
        raise ClusterError(
            f"the cluster has {', '.join(strangers)} already, not made by this clone; nothing was changed",
            hint="use a cluster without TestGen, or `make cluster-down` in the clone that installed it",
        )


def overlay(
    folder: Path,
    images: Mapping[str, str],
    *,
    replicas: int = 2,
    owner: str | None = None,
    components: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Write a kustomization over gitops/base that runs these images, and return its folder.

    `images` maps operator, runtime and the stores to references that the node has. Everything carries `owner`, if given, as
    the label by which `cluster-down` finds it. `components`: folders of gitops/components to switch on. `environment`: more of
    the operator's, as docs/OPERATIONS.md lists it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = Path("../" * len(folder.relative_to(ROOT).parts)) / "gitops" / "base"
    chosen = {RELATED_IMAGES[name]: ref for name, ref in images.items() if name in RELATED_IMAGES} | dict(environment or {})
    variables = [{"name": name, "value": value} for name, value in chosen.items()]
    patch = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "testgen-operator", "namespace": NAMESPACE},
        "spec": {
            "replicas": replicas,
            "template": {"spec": {"containers": [{"name": "operator", "env": variables, "imagePullPolicy": "IfNotPresent"}]}},
        },
    }
    kustomization: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [str(base)],
        "images": [{"name": "testgen/operator", **image_name(images["operator"])}],
        "components": [str(base.parent / "components" / one) for one in components],
        "patches": [{"path": "operator.json"}],
    }
    if owner is not None:
        kustomization["labels"] = [{"pairs": {LOCAL_LABEL: owner}}]
    (folder / "operator.json").write_text(json.dumps(patch, indent=1))
    (folder / "kustomization.yaml").write_text(json.dumps(kustomization, indent=1))
    return folder


def install_operator(kubectl: Kubectl, folder: Path, *, timeout: float = 120) -> None:
    """Apply the overlay and wait until the operator is rolled out. Raises ClusterError."""
    with step("Operator into the cluster"):
        kubectl.run("apply", "--server-side", "--force-conflicts", "-k", str(folder))
        crds = ("crd/testgenprojects.testgen.dev", "crd/testgenreleases.testgen.dev")
        established(kubectl.run, *crds)
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
