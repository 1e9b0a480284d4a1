"""KIND=1: the same cluster on kind, for machines with Docker.

The project's own machines have no Docker, so this path is kept short and is not run by the project's tests; docs/LOCAL-CLUSTER.md
says so too.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from testgen_cluster.commands import find_tool, run
from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError, step


def cluster_name(names: Names) -> str:
    return f"testgen-{names.hash}"


def up(names: Names, archives: Sequence[Path]) -> None:
    """Create the clone's kind cluster, or take the kubeconfig of the one that is there."""
    kind, name = _kind(), cluster_name(names)
    names.state.mkdir(parents=True, exist_ok=True)
    if name in run([kind, "get", "clusters"]).split():
        run([kind, "export", "kubeconfig", "--name", name, "--kubeconfig", names.kubeconfig])
    else:
        with step(f"kind cluster {name}"):
            run([kind, "create", "cluster", "--name", name, "--kubeconfig", names.kubeconfig, "--wait", "120s"], timeout=900)
    names.kubeconfig.chmod(0o600)
    load(names, archives)


def down(names: Names) -> None:
    run([_kind(), "delete", "cluster", "--name", cluster_name(names)], timeout=300)


def load(names: Names, archives: Sequence[Path]) -> None:
    for archive in archives:
        with step(f"Loading {archive}"):
            run([_kind(), "load", "image-archive", archive, "--name", cluster_name(names)], timeout=600)


def _kind() -> Path:
    docker, kind = find_tool("docker"), find_tool("kind")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, check=False, timeout=30).returncode != 0:
        raise ClusterError(
            "KIND=1 needs a running Docker", hint="start Docker, or leave KIND out to use the project's own cluster"
        )
    if kind is None:
        raise ClusterError("KIND=1 needs kind", hint="run `go install sigs.k8s.io/kind@latest`, or leave KIND out")
    return kind
