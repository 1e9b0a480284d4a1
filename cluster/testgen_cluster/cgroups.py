"""The clone's own branch in every cgroup hierarchy: who is in it is ours, whatever it is called and whoever started it.

testgen-<hash>/node/<daemon>   the cluster's daemons (and containerd's shims), in the hierarchy that tracks processes
testgen-<hash>/kubepods        made by the kubelet, in all hierarchies
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError

MOUNTS = Path("/proc/self/mounts")
# With cgroup v1 one hierarchy is enough to know whose a process is; this one sets no limit and accounts no memory.
TRACKING_CONTROLLER = "pids"
V2_CONTROLLERS = ("cpuset", "cpu", "io", "memory", "hugetlb", "pids")


def hierarchies() -> list[Path]:
    """The mount points of all cgroup hierarchies, v1 and v2."""
    lines = (line.split() for line in MOUNTS.read_text().splitlines())
    return [Path(fields[1]) for fields in lines if fields[2] in ("cgroup", "cgroup2")]


def is_v2() -> bool:
    """Whether the machine has the unified hierarchy only."""
    return Path("/sys/fs/cgroup/cgroup.controllers").exists()


def ensure(names: Names) -> None:
    """Make the clone's branch where the kubelet expects its root to be. Raises ClusterError without cgroups."""
    if not hierarchies():
        raise ClusterError("no cgroups are mounted on this machine", hint="a container without cgroups cannot run a cluster")
    if is_v2():
        _ensure_v2(names)
        return
    for hierarchy in hierarchies():
        branch = hierarchy / names.cgroup
        branch.mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):
            with contextlib.suppress(OSError):
                if (branch / setting).exists() and not (branch / setting).read_text().strip():
                    (branch / setting).write_text((hierarchy / setting).read_text())


def _ensure_v2(names: Names) -> None:
    root = Path("/sys/fs/cgroup")
    branch = root / names.cgroup
    branch.mkdir(exist_ok=True)
    for parent in (root, branch):
        available = (parent / "cgroup.controllers").read_text().split()
        for controller in set(V2_CONTROLLERS) & set(available):
            (parent / "cgroup.subtree_control").write_text(f"+{controller}")


def leaf(names: Names, daemon: str) -> Path:
    """The cgroup that a daemon starts in; made when it is not there."""
    root = Path("/sys/fs/cgroup") if is_v2() else _tracking()
    place = root / names.cgroup / "node" / daemon
    place.mkdir(parents=True, exist_ok=True)
    return place


def _tracking() -> Path:
    found = [place for place in hierarchies() if TRACKING_CONTROLLER in place.name.split(",")]
    return found[0] if found else hierarchies()[0]


def branches(names: Names) -> list[Path]:
    return [place for hierarchy in hierarchies() if (place := hierarchy / names.cgroup).is_dir()]


def members(branch: Path) -> set[int]:
    """The processes in a cgroup and in all below it."""
    found: set[int] = set()
    for folder, _, _ in os.walk(branch):
        with contextlib.suppress(OSError):
            found.update(int(pid) for pid in (Path(folder) / "cgroup.procs").read_text().split())
    return found


def kill_all(names: Names, *, seconds: float = 20) -> None:
    """Kill every process in the clone's branches, again and again until there is none.

    Raises ClusterError with the ids of those that stay (a process in uninterruptible sleep).
    """
    deadline = time.monotonic() + seconds
    while pids := {pid for branch in branches(names) for pid in members(branch)} - {os.getpid()}:
        if time.monotonic() > deadline:
            raise ClusterError(
                f"processes {', '.join(map(str, sorted(pids)))} do not end", hint="see `ps` for what they wait for"
            )
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def remove(names: Names, *, seconds: float = 10) -> None:
    """Remove the clone's branches, leaves first. The kernel may still hold one for a moment after its last process."""
    deadline = time.monotonic() + seconds
    while remaining := branches(names):
        for branch in remaining:
            for place in _deepest_first(branch):
                with contextlib.suppress(OSError):
                    place.rmdir()
        if branches(names):
            if time.monotonic() > deadline:
                raise ClusterError(f"cannot remove the cgroup {branches(names)[0]}", hint="run `make cluster-down` again")
            time.sleep(0.05)


def _deepest_first(branch: Path) -> Iterator[Path]:
    for folder, _, _ in os.walk(branch, topdown=False):
        yield Path(folder)
