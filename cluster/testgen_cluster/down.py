"""Take the clone's cluster away, whole or in ruins, and leave nothing of it on the machine but the cache."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import time
from pathlib import Path

from testgen_cluster import cgroups, host_settings, leases, network, sandbox
from testgen_cluster.commands import run, tool
from testgen_cluster.names import RUN_ROOT, Names
from testgen_cluster.steps import ClusterError, say, step

MOUNTS = Path("/proc/self/mounts")


def down(root: Path) -> None:
    """Remove processes, mounts, namespace, interface, cgroups, files and lease. Safe to run at any time, and again.

    Raises ClusterError when something does not go away; what could be removed is removed then.
    """
    lease = leases.find(root)
    names = Names(root, lease.index if lease else 0)
    if lease is None and not traces(names):
        say("There is nothing to remove: no cluster of this clone is there")
        return
    if os.geteuid() != 0:
        raise ClusterError("removing the local cluster needs root", hint="run it as root")
    with step("Ending all processes of the cluster"):
        _kill_all(names)
    with step("Removing mounts, network, cgroups and files"):
        _unmount(names)
        network.remove(names)
        cgroups.remove(names)
        shutil.rmtree(names.run, ignore_errors=True)
        if names.state.exists():
            shutil.rmtree(names.state)
        with contextlib.suppress(OSError):
            names.state.parent.rmdir()
        last = leases.release(root)
        if last and RUN_ROOT.exists():
            with leases.registry() as place:
                if not leases.leases(place):
                    sandbox.remove_mount_points()
                    host_settings.restore()


def down_orphans() -> None:
    """Remove the clusters of clones that were deleted while theirs was up. Raises ClusterError."""
    roots = [Path(lease.root) for lease in leases.leases(RUN_ROOT).values()]
    # Deleting a clone whose cluster runs leaves what its daemons write meanwhile: the code tells whether it is still a clone.
    found = [root for root in roots if not (root / "cluster" / "testgen_cluster").exists()]
    for root in found:
        say(f"The clone {root} is gone; its cluster goes too")
        down(root)
    if not found:
        say("No cluster without a clone is there")


def traces(names: Names) -> list[str]:
    """What is there of a clone's cluster, in words; empty when nothing is."""
    interface = Path("/sys/class/net") / names.label
    places = [place for place in (names.state, names.run, names.netns, interface) if place.exists()]
    return [*map(str, places), *map(str, cgroups.branches(names)), *mounts(names)]


def mounts(names: Names) -> list[str]:
    """Mount points below the cluster's directories, deepest first. Only a debugging user could have made any."""
    found = [_unescaped(line.split()[1]) for line in MOUNTS.read_text().splitlines()]
    own = (f"{names.state}/", f"{names.run}/")
    return sorted((point for point in found if point.startswith(own)), key=len, reverse=True)


def _unescaped(point: str) -> str:
    """A path as /proc/mounts writes it: blanks and backslashes as three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal.group(1), 8)), point)


def _kill_all(names: Names, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    cgroups.kill_all(names)
    while strays := sandbox.members(names):
        if time.monotonic() > deadline:
            raise ClusterError(f"processes {', '.join(map(str, sorted(strays)))} do not end")
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _unmount(names: Names) -> None:
    for point in mounts(names):
        run([tool("umount"), point], check=False)
    if left := mounts(names):
        raise ClusterError(f"{left[0]} is still mounted", hint=f"end what uses it (`fuser -m {left[0]}`) and run this again")
