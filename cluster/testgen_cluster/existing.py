"""CLUSTER=existing: somebody else's cluster, of which only what is labelled as this clone's own is ever removed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from testgen_cluster import binaries, files
from testgen_cluster.commands import find_tool, run
from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError, say, step

OWN_LABEL = "testgen.dev/local-cluster"
OPERATORS_NAMESPACE = "testgen-system"
CLUSTER_WIDE = "customresourcedefinitions,clusterrolebindings,clusterroles,namespaces"


def up(names: Names, archives: Sequence[Path]) -> None:
    """Copy the current context of the user's kubeconfig and see that its server answers. Creates nothing there."""
    kubectl = _kubectl(names)
    with step("The current kubeconfig's cluster"):
        config = run([kubectl, "config", "view", "--minify", "--flatten", "--raw"], check=False)
        if "current-context" not in config:
            raise ClusterError(
                "the current kubeconfig names no cluster", hint="set KUBECONFIG or run `kubectl config use-context …`"
            )
        names.state.mkdir(parents=True, exist_ok=True)
        files.write(names.kubeconfig, config, mode=0o600)
        if not answers(names):
            raise ClusterError("the existing cluster does not answer", hint="check `kubectl cluster-info`")
    load(names, archives)


def answers(names: Names) -> bool:
    """Whether the server of the clone's kubeconfig answers within ten seconds."""
    words = ["--request-timeout=10s", "get", "--raw", "/version"]
    return "gitVersion" in run([_kubectl(names), f"--kubeconfig={names.kubeconfig}", *words], timeout=30, check=False)


def down(names: Names) -> None:
    """Remove what carries this clone's label, and nothing else. Raises ClusterError while projects of others need its CRD.

    Projects go first, while the operator can still take leave of them.
    """
    if not names.kubeconfig.exists():
        say("There is nothing to remove")
        return
    kubectl: list[str | Path] = [_kubectl(names), f"--kubeconfig={names.kubeconfig}"]
    own = f"{OWN_LABEL}={names.hash}"
    with step(f"Removing what is labelled {own}"):
        selector = f"--selector={own},kubernetes.io/metadata.name!={OPERATORS_NAMESPACE}"
        run([*kubectl, "delete", "namespaces", selector, "--timeout=300s"], timeout=330)
        if run([*kubectl, "get", "customresourcedefinitions", f"--selector={own}", "-o", "name"]).strip():
            everywhere = ["--all-namespaces", "--no-headers", "-o", "custom-columns=:metadata.namespace,:metadata.name"]
            left = run([*kubectl, "get", "testgenprojects.testgen.dev", *everywhere]).split("\n")
            if projects := ["/".join(line.split()) for line in left if line.strip()]:
                raise ClusterError(
                    f"projects still use the operator that this clone installed: {', '.join(projects[:5])}",
                    hint="delete them (`kubectl delete tgp`) and run this again; the operator and its CRD were left as they are",
                )
        run([*kubectl, "delete", CLUSTER_WIDE, f"--selector={own}", "--timeout=300s"], timeout=330)


def load(names: Names, archives: Sequence[Path]) -> None:
    if archives:
        say("CLUSTER=existing: no image is loaded; its nodes must be able to pull the images from a registry")


def _kubectl(names: Names) -> Path:
    return find_tool("kubectl") or _built(names)


def _built(names: Names) -> Path:
    binary = binaries.build(binaries.kubernetes(), log=names.log / "build-testgen-kubernetes.log")
    link = names.state / "bin" / "kubectl"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(binary)
    return link
