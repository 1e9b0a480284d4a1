"""System packages that the cluster needs: what is missing, what it is for, and its installation after a yes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from testgen_cluster.commands import find_tool, run_logged
from testgen_cluster.steps import ClusterError, say, step

ELF_INTERPRETER = 3


@dataclass(frozen=True)
class Package:
    """A Debian package, what it is for, and how to see that what it brings is there (from wherever it came)."""

    name: str
    purpose: str
    present: Callable[[], bool]


def command(name: str) -> Callable[[], bool]:
    return lambda: find_tool(name) is not None


def cni_directory() -> Path | None:
    """Where the CNI plugins lie: Debian's place or upstream's."""
    places = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))
    return next((place for place in places if (place / "bridge").exists() and (place / "host-local").exists()), None)


def static_busybox() -> Path | None:
    """A BusyBox that needs no shared library, so that it works alone in an image; Debian's `busybox` does not."""
    found = find_tool("busybox")
    return found if found and is_static(found) else None


def is_static(binary: Path) -> bool:
    """Whether a 64-bit little-endian ELF file asks for no interpreter (program header PT_INTERP)."""
    with binary.open("rb") as stream:
        header = stream.read(64)
        if header[:6] != b"\x7fELF\x02\x01":
            return False
        offset = int.from_bytes(header[32:40], "little")
        size, count = int.from_bytes(header[54:56], "little"), int.from_bytes(header[56:58], "little")
        stream.seek(offset)
        headers = stream.read(size * count)
    return all(int.from_bytes(headers[i * size : i * size + 4], "little") != ELF_INTERPRETER for i in range(count))


CLUSTER: Sequence[Package] = (
    Package("containerd", "runs the containers", command("containerd")),
    Package("runc", "starts a container's process", command("runc")),
    Package("containernetworking-plugins", "connects pods to the node's network", lambda: cni_directory() is not None),
    Package("iptables", "Service addresses (kube-proxy), inside the cluster's own namespace", command("iptables")),
    Package("iproute2", "the cluster's network namespace", command("ip")),
    Package("openssl", "the cluster's certificates", command("openssl")),
    Package("busybox-static", "the shell that makes a volume's directory", lambda: static_busybox() is not None),
)


def missing(packages: Iterable[Package]) -> list[Package]:
    return [package for package in packages if not package.present()]


def ensure(packages: Iterable[Package], *, log: Path) -> None:
    """Install what is missing, by apt and after a yes. Raises ClusterError with what to run when that cannot be done."""
    lacking = missing(packages)
    if not lacking:
        return
    say("These system packages are missing:")
    for package in lacking:
        say(f"  {package.name:<28} {package.purpose}")
    names = [package.name for package in lacking]
    by_hand = f"apt-get install --no-install-recommends {' '.join(names)}"
    if find_tool("apt-get") is None:
        raise ClusterError("no apt-get on this machine", hint=f"install what provides {', '.join(names)}, then run this again")
    if os.geteuid() != 0:
        raise ClusterError("only root can install packages", hint=f"run as root: {by_hand}")
    if not agreed(os.environ, interactive=sys.stdin.isatty(), ask=input):
        raise ClusterError("these packages are needed", hint=f"run `{by_hand}`, or this again with YES=1")
    with step(f"Installing {', '.join(names)}", log=log):
        quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        try:
            run_logged(["apt-get", "update"], log.with_name("apt-update.log"), env=quiet)
        except ClusterError:
            say(f"  apt-get update failed (log: {log.with_name('apt-update.log')}); trying with the lists there are")
        run_logged(["apt-get", "install", "-y", "--no-install-recommends", *names], log, env=quiet)
    if still := missing(lacking):
        raise ClusterError(f"installed, but still not found: {', '.join(package.name for package in still)}", log=log)


def agreed(environment: Mapping[str, str], *, interactive: bool, ask: Callable[[str], str]) -> bool:
    """Whether the user said yes: by YES=1 or CI=true, or else by typing it. No answer is a no."""
    if environment.get("YES", "").lower() in ("1", "y", "yes", "true") or environment.get("CI", "").lower() in ("1", "true"):
        return True
    if not interactive:
        return False
    try:
        return ask("Install them now? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
