"""What of the clone's cluster runs, read from the machine and never changed."""

from __future__ import annotations

from pathlib import Path

from testgen_cluster import addons, api, leases, network, processes, sandbox
from testgen_cluster.names import Names
from testgen_cluster.steps import say

DAEMONS = (
    "sandbox",
    "containerd",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
    "kube-proxy",
)


def status(root: Path) -> bool:
    """Print one line per part; True when all of them are well."""
    lease = leases.find(root)
    if lease is None:
        say("down: no cluster of this clone (`make cluster` starts one)")
        return False
    names = Names(root, lease.index)
    found = {f"network {names.label} ({names.node_ip})": network.exists(names) and sandbox.is_intact(names)}
    for daemon in DAEMONS:
        record = processes.record(names, daemon)
        found[f"{daemon} ({f'process {record.pid}' if record else 'not started'})"] = bool(record and record.alive)
    found[f"API server {names.server}"] = api.is_ready(names)
    found |= {what: works() for what, works in addons.in_use(names).items()}
    for what, well in found.items():
        say(f"{'ok  ' if well else 'DOWN'} {what}")
    say(f"kubeconfig: {names.kubeconfig}" if all(found.values()) else f"`make cluster` mends it; logs: {names.log}")
    return all(found.values())
