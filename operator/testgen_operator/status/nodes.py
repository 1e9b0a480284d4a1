"""What a node that runs out of something does to pods: it ends them (an eviction) and takes no new ones (a taint). Pure.

The words are the kubelet's (pkg/kubelet/eviction: "The node was low on resource: memory. …", "The node had condition:
[DiskPressure]. ") and the scheduler's: "untolerated taint {node.kubernetes.io/memory-pressure: }" of older versions, of
Kubernetes 1.34 only "untolerated taint(s)". Which it is then follows from what the kubelet said when it ended the pod before.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from testgen_operator.plan.facts import Pod, Warned

_TAINT: Final = re.compile(r"node\.kubernetes\.io/(disk|memory|pid)-pressure")
_CONDITION: Final = re.compile(r"had condition: \[(Disk|Memory|PID)Pressure")
_LOW_ON: Final = re.compile(r"low on resource: (memory|ephemeral-storage|inodes|pids)")
_WORDS: Final = {
    "memory": "memory",
    "disk": "disk space",
    "ephemeral-storage": "disk space",
    "inodes": "disk space (inodes)",
    "pid": "process numbers",
    "pids": "process numbers",
}


def keeps_out(pod: Pod, pods: Collection[Pod], warnings: Collection[Warned]) -> str:
    """What the nodes that would take this pod are out of, in words; empty where that is not why it waits. `pods`: of the same
    part. A StatefulSet's evicted pod is deleted at once: then only its Event is left."""
    if found := _TAINT.search(pod.unschedulable):
        return _WORDS[found[1]]
    if "untolerated taint" not in pod.unschedulable:
        return ""
    told = [one.evicted for one in pods]
    told += [one.message for one in warnings if (one.kind, one.name, one.reason) == ("Pod", pod.name, "Evicted")]
    return next(filter(None, map(_lacking, told)), "")


def has_ended(pods: Collection[Pod]) -> str:
    """What a node ran out of so that it ended these pods of one part, while none of them lives; else empty.

    Evicted pods stay as they are until their controller goes, so one that lives on says that it is over. A pod that was evicted
    for what it used beyond its own limit says nothing of the node.
    """
    if any(pod.phase not in ("Failed", "Succeeded") for pod in pods):
        return ""
    return next(filter(None, (_lacking(pod.evicted) for pod in pods)), "")


def _lacking(told: str) -> str:
    found = _LOW_ON.search(told) or _CONDITION.search(told)
    return _WORDS[found[1].lower()] if found else ""
