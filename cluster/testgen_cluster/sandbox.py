"""The node's mounts: a mount namespace that containerd, the kubelet and all pods share, and the host does not see.

The kubelet, the runtime and CNI write to places below /var and /run that cannot all be configured. Inside the namespace
those places are directories of the clone, so that two clones do not meet there, and no mount outlives the last process. One
sleeping process holds the namespace.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from testgen_cluster import cgroups, processes
from testgen_cluster.commands import tool
from testgen_cluster.names import RUN_ROOT, Names
from testgen_cluster.processes import Daemon

HOLDER = "sandbox"
MADE = RUN_ROOT / "mount-points.json"


def places(names: Names) -> Mapping[str, Path]:
    """What the node's programs see, and where it really lies."""
    return {
        "/var/lib/kubelet": names.state / "kubelet",
        "/var/log/pods": names.log / "pods",
        "/var/log/containers": names.log / "containers",
        "/var/lib/cni": names.state / "cni-state",
        "/run/containerd": names.run / "shims",
        "/opt/containerd": names.state / "containerd-opt",
    }


def ensure(names: Names) -> bool:
    """Make the namespace when it is not there as wanted; True when it was made.

    Whoever lived in an older one has to be ended before: call `is_intact` first.
    """
    for point, place in places(names).items():
        place.mkdir(parents=True, exist_ok=True)
        _make_mount_point(Path(point))
    ready = _ready(names)
    if processes.is_running(names, _holder(names)):
        return False
    ready.unlink(missing_ok=True)
    processes.ensure(names, _holder(names))
    processes.wait(names, "the node's mount namespace", ready.exists, daemon=HOLDER, seconds=10)
    return True


def is_intact(names: Names) -> bool:
    """Whether the holder lives and is in the network namespace that now has the clone's name."""
    found = processes.record(names, HOLDER)
    if found is None or not found.alive or not processes.is_running(names, _holder(names)):
        return False
    try:
        return os.stat(f"/proc/{found.pid}/ns/net").st_ino == names.netns.stat().st_ino and _ready(names).exists()
    except OSError:
        return False


def started(names: Names) -> float:
    """When the present namespace was made, in seconds since the epoch; 0 when there is none."""
    with contextlib.suppress(OSError):
        return _ready(names).stat().st_mtime
    return 0.0


def enter(names: Names) -> list[str]:
    """The words before a command that runs in the node's network and mounts."""
    found = processes.record(names, HOLDER)
    pid = found.pid if found else 0
    return [tool("nsenter"), f"--net={names.netns}", f"--mount=/proc/{pid}/ns/mnt", "--"]


def enter_network(names: Names) -> list[str]:
    """The words before a command that runs in the node's network, with the host's mounts."""
    return [tool("nsenter"), f"--net={names.netns}", "--"]


def remove_mount_points() -> None:
    """Remove the empty directories that were made to mount upon; only for the last cluster of the machine."""
    for point in reversed(_made()):
        with contextlib.suppress(OSError):
            Path(point).rmdir()
    MADE.unlink(missing_ok=True)


def _holder(names: Names) -> Daemon:
    binds = [f"mount --rbind {shlex.quote(str(place))} {point}" for point, place in places(names).items()]
    # Volumes with mount propagation need a shared tree; what the host mounts later still comes in, nothing goes out.
    script = " && ".join(["mount --make-rshared /", *binds, f": > {shlex.quote(str(_ready(names)))}", "exec sleep infinity"])
    command = [
        tool("nsenter"),
        f"--net={names.netns}",
        tool("unshare"),
        "--mount",
        "--propagation=slave",
        tool("sh"),
        "-c",
        script,
    ]
    return Daemon(HOLDER, command)


def _ready(names: Names) -> Path:
    return names.run / "sandbox-ready"


def _made() -> list[str]:
    with contextlib.suppress(OSError, ValueError):
        return [str(point) for point in json.loads(MADE.read_text())]
    return []


def _make_mount_point(point: Path) -> None:
    absent = [str(folder) for folder in (point, *point.parents) if not folder.exists()]
    if absent:
        MADE.write_text(json.dumps(_made() + [folder for folder in reversed(absent) if folder not in _made()]))
        point.mkdir(parents=True, exist_ok=True)


def members(names: Names) -> set[int]:
    """Processes that live in the clone's network namespace but in none of its cgroups."""
    try:
        inode = names.netns.stat().st_ino
    except OSError:
        return set()
    ours = {pid for branch in cgroups.branches(names) for pid in cgroups.members(branch)}
    found: set[int] = set()
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) not in ours:
            with contextlib.suppress(OSError):
                if (process / "ns" / "net").stat().st_ino == inode:
                    found.add(int(process.name))
    return found - {os.getpid()}
