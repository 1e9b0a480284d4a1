"""The cluster's own programs, built from pinned Go modules into the cache: Kubernetes with etcd, CoreDNS, storage, pause."""

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
    go = _go()
    linker = " ".join(["-s", "-w", *(f"-X {name}={value}" for name, value in program.variables.items())])
    key = {
        "go": run([go, "env", "GOVERSION"]).strip(),
        "architecture": architecture(),
        "linker": linker,
        "module": fingerprint([program.module]),
    }

    def compile_into(directory: Path) -> None:
        flags = ["-trimpath", "-ldflags", linker, "-o", str(directory / program.name)]
        command = [go, "build", *flags, program.package]
        env = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
        run_logged(["nice", "-n", "10", *command], log, env=env, cwd=program.module)

    return artefact("bin", program.name, key, compile_into) / program.name


def _go() -> str:
    go = find_tool("go")
    if go is None:
        raise ClusterError("Go is not installed", hint="install Go 1.24 or newer from https://go.dev/dl and put it in PATH")
    version = run([go, "env", "GOVERSION"]).strip()
    found = re.match(r"go(\d+)\.(\d+)", version)
    if found and (int(found.group(1)), int(found.group(2))) < (1, 24):
        raise ClusterError(f"{go} is {version}", hint="install Go 1.24 or newer from https://go.dev/dl and put it in PATH")
    return str(go)
