"""The cluster's programs, built from pinned Go modules into the cache.

Kubernetes with etcd, CoreDNS, storage and pause are the cluster's own; metrics-server, Traefik, cert-manager, KWOK and Argo
Rollouts are built when they are asked for.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testgen_cluster.cache import artefact, fingerprint
from testgen_cluster.commands import find_tool, run, run_logged
from testgen_cluster.steps import ClusterError

MODULES: Final = Path(__file__).resolve().parents[1]
ARCHITECTURES: Final[Mapping[str, str]] = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Program:
    """A Go module with hashes of all it needs (go.sum), the package to build in it, and variables to set when linking."""

    name: str
    module: Path
    package: str
    variables: Mapping[str, str]


def kubernetes() -> Program:
    """etcd, the control plane, kubelet, kube-proxy and kubectl. Without these variables the version reads v0.0.0."""
    module = MODULES / "kubernetes"
    version = pinned_version(module, "k8s.io/kubernetes")
    major, minor, _ = version.removeprefix("v").split(".")
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return Program("testgen-kubernetes", module, ".", {f"{p}.{k}": v for p in packages for k, v in values.items()})


def coredns() -> Program:
    return Program("coredns", MODULES / "tools" / "coredns", "github.com/coredns/coredns", {})


def local_path_provisioner() -> Program:
    module = MODULES / "tools" / "local-path-provisioner"
    version = pinned_version(module, "github.com/rancher/local-path-provisioner")
    return Program("local-path-provisioner", module, "github.com/rancher/local-path-provisioner", {"main.VERSION": version})


def pause() -> Program:
    return Program("pause", MODULES / "tools" / "pause", ".", {})


def metrics_server() -> Program:
    """What the kubelet measures, as an aggregated API: HorizontalPodAutoscalers read it. 2 minutes."""
    module = MODULES / "tools" / "metrics-server"
    version = pinned_version(module, "sigs.k8s.io/metrics-server")
    return Program("metrics-server", module, "sigs.k8s.io/metrics-server/cmd/metrics-server", {
        "k8s.io/client-go/pkg/version.gitVersion": version,
    })  # fmt: skip


def traefik() -> Program:
    """Ingress and Gateway API. 4 minutes."""
    module = MODULES / "tools" / "traefik"
    version = pinned_version(module, "github.com/traefik/traefik/v3").removeprefix("v")
    values = {"github.com/traefik/traefik/v3/pkg/version.Version": version}
    return Program("traefik", module, "github.com/traefik/traefik/v3/cmd/traefik", values)


def cert_manager() -> Program:
    """Certificates of issuers of the cluster's own, by its controllers under a `main` of ours."""
    module = MODULES / "tools" / "cert-manager"
    version = pinned_version(module, "github.com/cert-manager/cert-manager")
    return Program("cert-manager", module, ".", {"github.com/cert-manager/cert-manager/pkg/util.AppVersion": version})


def kwok() -> Program:
    """Nodes and pods that exist in the API server only. 95 s."""
    return Program("kwok", MODULES / "tools" / "kwok", "sigs.k8s.io/kwok/cmd/kwok", {})


def argo_rollouts() -> Program:
    """The controller of Argo Rollouts, which the rollout benchmark runs beside the operator. 9 minutes beside
    other work."""
    return Program(
        "argo-rollouts", MODULES / "tools" / "argo-rollouts", "github.com/argoproj/argo-rollouts/cmd/rollouts-controller", {}
    )


def pinned_version(module: Path, dependency: str) -> str:
    """The version that a go.mod requires of a module."""
    found = re.search(rf"^(?:require )?\s*{re.escape(dependency)} (v[^\s]+)", (module / "go.mod").read_text(), re.MULTILINE)
    if found is None:
        raise ClusterError(f"{module / 'go.mod'} does not require {dependency}")
    return found.group(1)


def architecture() -> str:
    """This machine's processor as Go and OCI images call it."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise ClusterError(f"no local cluster on {machine}", hint="use CLUSTER=existing with a cluster elsewhere")
    return ARCHITECTURES[machine]


def build(program: Program, *, log: Path) -> Path:
    """The program's path in the cache, built when it is not there. Raises ClusterError that names the log."""
    compiler = go(_floor(program.module))
    linker = " ".join(["-s", "-w", *(f"-X {name}={value}" for name, value in program.variables.items())])
    key = {
        "go": run([compiler, "env", "GOVERSION"]).strip(),
        "architecture": architecture(),
        "linker": linker,
        "module": fingerprint([program.module]),
    }

    def compile_into(directory: Path) -> None:
        flags = ["-trimpath", "-ldflags", linker, "-o", str(directory / program.name)]
        command = [compiler, "build", *flags, program.package]
        env = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
        run_logged(["nice", "-n", "10", *command], log, env=env, cwd=program.module)

    return artefact("bin", program.name, key, compile_into) / program.name


def _floor(module: Path) -> tuple[int, int]:
    """The oldest Go that compiles a module, by its go.mod."""
    found = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(), re.MULTILINE)
    return (int(found.group(1)), int(found.group(2))) if found else (1, 24)


def go(floor: tuple[int, int] = (1, 24)) -> str:
    """The path of a Go that is new enough. Raises ClusterError with where to get it."""
    found_go = find_tool("go")
    hint = f"install Go {floor[0]}.{floor[1]} or newer from https://go.dev/dl and put it in PATH"
    if found_go is None:
        raise ClusterError("Go is not installed", hint=hint)
    version = run([found_go, "env", "GOVERSION"]).strip()
    found = re.match(r"go(\d+)\.(\d+)", version)
    if found and (int(found.group(1)), int(found.group(2))) < floor:
        raise ClusterError(f"{found_go} is {version}", hint=hint)
    return str(found_go)
