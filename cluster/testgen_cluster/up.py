"""Bring the clone's cluster up, from whatever is there: nothing, all of it, or the ruins of a killed one."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testgen_cluster import (
    addons,
    api,
    binaries,
    cgroups,
    containerd,
    host_settings,
    leases,
    network,
    packages,
    pki,
    processes,
    sandbox,
)
from testgen_cluster.names import Names, clone_hash
from testgen_cluster.node import ETCD_HEALTH_PORT, Node
from testgen_cluster.processes import Daemon
from testgen_cluster.steps import ClusterError, say, step

READY_SECONDS = 90.0
# A daemon that lives but does not answer for so long is started again.
HUNG_SECONDS = 20.0


@dataclass(frozen=True)
class Parts:
    """All that has to be built before anything is started."""

    binary: Path
    images: addons.Images


@dataclass(frozen=True)
class Checked:
    """A daemon with the question whether it works."""

    daemon: Daemon
    works: Callable[[], bool]


def prepare(root: Path, archives: Sequence[Path]) -> Parts:
    """All that can be done before anything of the cluster exists: check, install, build.

    Raises ClusterError with what to do, or the log to read.
    """
    if os.geteuid() != 0:
        raise ClusterError(
            "the local cluster needs root, for network namespaces and containers",
            hint="run it as root, or use CLUSTER=existing (your kubeconfig) or KIND=1 (Docker)",
        )
    for archive in archives:
        containerd.contents(archive)
    logs = root / "build" / "cluster" / "log"
    packages.ensure(packages.CLUSTER, log=logs / "apt.log")
    return build(logs)


def up(root: Path, parts: Parts, archives: Sequence[Path] = ()) -> Names:
    """Make the cluster run and wait until pods with names and volumes can be used in it; `archives` are loaded meanwhile.

    Raises ClusterError with the log to read.
    """
    started = time.monotonic()
    names = lease(root)
    names.log.mkdir(parents=True, exist_ok=True)
    if is_healthy(names, parts):
        for line in containerd.load(names, archives):
            say(f"  {line}")
        say(f"The cluster is up and healthy ({time.monotonic() - started:.1f} s to see)")
        return names
    _start(names, parts, archives)
    say(f"The cluster is up after {time.monotonic() - started:.1f} s")
    return names


def restart(names: Names, daemon: str) -> None:
    """Stop one of the node's daemons, start it as it ran, and wait until it answers; pods live on meanwhile.

    Raises ClusterError where there is no such daemon, no cluster, or it does not come back.
    """
    if not names.kubeconfig.exists():
        raise ClusterError("no cluster of this clone is there", hint="run `make cluster`")
    binary = (names.state / "bin" / "kubectl").readlink()  # one program is all of Kubernetes
    found = {one.daemon.name: one for one in checked(names, Node(names, binary))}
    if daemon not in found:
        raise ClusterError(f"the node has no {daemon}", hint=f"use one of {', '.join(found)}")
    with step(f"Restarting {daemon}", log=processes.log_path(names, daemon)):
        processes.stop(names, daemon)
        ensure_works(names, found[daemon])


def build(logs: Path) -> Parts:
    """Programs and images, from the cache or built now; the greatest first."""
    programs = (binaries.kubernetes(), binaries.coredns(), binaries.local_path_provisioner(), binaries.pause())
    built = {}
    with step("Kubernetes, etcd, CoreDNS and local-path storage, from the cache or by Go (10 minutes the first time)"):
        for program in programs:
            built[program.name] = binaries.build(program, log=logs / f"build-{program.name}.log")
        images = addons.images(built)
    return Parts(built["testgen-kubernetes"], images)


def lease(root: Path) -> Names:
    """The clone's names, with an index that no other live cluster of this machine has."""
    digest = clone_hash(root)

    def is_live(other: leases.Lease) -> bool:
        names = Names(Path(other.root), other.index)
        return names.netns.exists() or any(cgroups.members(branch) for branch in cgroups.branches(names))

    found = leases.take(root, is_live=is_live, is_free=lambda index: network.is_free(index, digest))
    return Names(root, found.index)


def is_healthy(names: Names, parts: Parts) -> bool:
    """Whether everything runs just as this code would start it, and works."""
    if not (names.kubeconfig.exists() and network.exists(names) and sandbox.is_intact(names)):
        return False
    wanted = [containerd.daemon(names, parts.images.pause.tag), *(c.daemon for c in checked(names, Node(names, parts.binary)))]
    return (
        all(processes.is_running(names, daemon) for daemon in wanted)
        and containerd.answers(names)
        and all(c.works() for c in checked(names, Node(names, parts.binary)))
        and _addons_mark(names).exists()
        and _addons_mark(names).read_text() == _digest(addons.manifests(names, parts.images))
        and all(works() for works in addons.in_use(names).values())
    )


def checked(names: Names, node: Node) -> list[Checked]:
    """The daemons of Kubernetes in the order of their start, each with its health address."""
    ip = names.node_ip
    return [
        Checked(node.etcd(), lambda: api.answers(ip, ETCD_HEALTH_PORT, "/health")),
        Checked(node.apiserver(), lambda: api.is_ready(names)),
        Checked(node.controllers(), lambda: api.answers(ip, 10257, "/healthz", tls=True)),
        Checked(node.scheduler(), lambda: api.answers(ip, 10259, "/healthz", tls=True)),
        Checked(node.kubelet(), lambda: api.answers(ip, 10248, "/healthz")),
        Checked(node.proxy(), lambda: api.answers(ip, 10256, "/livez")),
    ]


def _start(names: Names, parts: Parts, archives: Sequence[Path]) -> None:
    with step(f"Network namespace {names.label}: node {names.node_ip}, pods {names.pods}, Services {names.services}"):
        with leases.registry():
            host_settings.remember()
        # Volumes belong to whatever user a pod has; on the host only root is to get at them.
        (names.state / "volumes").mkdir(mode=0o700, exist_ok=True)
        _mount_namespace(names)
    with step("Certificates"):
        pki.ensure(names)
    _kubectl(names, parts.binary)
    with ThreadPoolExecutor(max_workers=1) as pool:
        with step("containerd", log=processes.log_path(names, "containerd")):
            containerd.start(names, parts.images.pause.tag)
        # One after the other: the small images that the cluster waits for are not to wait for a great one.
        own = pool.submit(containerd.load, names, parts.images.archives)
        others: Future[list[str]] = pool.submit(containerd.load, names, archives)
        etcd, apiserver, *rest = checked(names, Node(names, parts.binary))
        for first in (etcd, apiserver):
            with step(first.daemon.name):
                ensure_works(names, first)
        with step(", ".join(one.daemon.name for one in rest)):
            for one in rest:
                processes.ensure(names, one.daemon, enter=_enter(names, one.daemon))
            own.result()
            wanted = addons.manifests(names, parts.images)
            addons.apply(names, names.state / "bin" / "kubectl", wanted)
            for one in rest:
                ensure_works(names, one)
        with step("Node, names (CoreDNS) and volumes (local-path)", log=processes.log_path(names, "kubelet")):
            _wait_for_use(names)
            _addons_mark(names).write_text(_digest(wanted))
        if archives:
            with step("Loading images", log=processes.log_path(names, "containerd")):
                for line in others.result():
                    say(f"  {line}")


def _mount_namespace(names: Names) -> None:
    """Network and mounts. When either has been replaced, whoever lives in the old ones is ended and comes back in the new."""
    cgroups.ensure(names)
    if network.exists(names) and sandbox.is_intact(names):
        network.ensure(names)
        return
    cgroups.kill_all(names)
    network.ensure(names)
    with leases.registry():
        sandbox.ensure(names)


def ensure_works(names: Names, one: Checked) -> None:
    """Start a daemon where needed and wait until it answers; one that lives and does not answer is started again, once."""
    daemon = one.daemon
    fresh = processes.ensure(names, daemon, enter=_enter(names, daemon))
    try:
        processes.wait(names, daemon.name, one.works, daemon=daemon.name, seconds=READY_SECONDS if fresh else HUNG_SECONDS)
    except ClusterError:
        if fresh:
            raise
        say(f"  {daemon.name} does not answer: starting it again")
        processes.stop(names, daemon.name)
        processes.ensure(names, daemon, enter=_enter(names, daemon))
        processes.wait(names, daemon.name, one.works, daemon=daemon.name, seconds=READY_SECONDS)


def _enter(names: Names, daemon: Daemon) -> list[str]:
    """The kubelet mounts volumes, so it shares containerd's mounts; the others need the network only."""
    return sandbox.enter(names) if daemon.name == "kubelet" else sandbox.enter_network(names)


def _kubectl(names: Names, binary: Path) -> None:
    link = names.state / "bin" / "kubectl"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != binary:
        link.unlink(missing_ok=True)
        link.symlink_to(binary)


def _wait_for_use(names: Names) -> None:
    for what, works in addons.in_use(names).items():
        try:
            processes.wait(names, what, works, daemon="kubelet", seconds=READY_SECONDS)
        except ClusterError as error:
            error.hint = error.hint or f"see `{names.state}/bin/kubectl --kubeconfig {names.kubeconfig} get pods,events -A`"
            raise


def _addons_mark(names: Names) -> Path:
    return names.state / "addons.applied"


def _digest(wanted: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
