"""The cluster's daemons: started once, known again by what the kernel says of them, never by their name.

A daemon runs in a cgroup leaf of its own; a record keeps its process id with its start time and a hash of its command, so
that the next `up` sees whether it lives and is still what is wanted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from testgen_cluster import cgroups
from testgen_cluster.commands import tool
from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError

POLL_SECONDS = 0.05
STOP_SECONDS = 10.0
# A log that is greater when its daemon starts is put aside; one older log is kept.
LOG_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Daemon:
    """A program of the node. `files` are configuration that it reads only at its start."""

    name: str
    command: Sequence[str | Path]
    files: Sequence[Path] = ()

    @property
    def digest(self) -> str:
        """Changes when the daemon would have to be started again."""
        parts = [*map(str, self.command), *(file.read_text() for file in self.files)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Record:
    """A started daemon: `start` is the kernel's start time of the process, in clock ticks since the machine's start."""

    pid: int
    start: int
    digest: str

    @property
    def alive(self) -> bool:
        return start_time(self.pid) == self.start


def start_time(pid: int) -> int | None:
    """When a process started, in ticks; None when there is none of that id, or only its remains (a zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])


def record(names: Names, daemon: str) -> Record | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Record(**json.loads(_record_path(names, daemon).read_text()))
    return None


def is_running(names: Names, daemon: Daemon) -> bool:
    """Whether the daemon lives and was started with just this command and these files."""
    found = record(names, daemon.name)
    return found is not None and found.alive and found.digest == daemon.digest


def ensure(names: Names, daemon: Daemon, *, enter: Sequence[str] = ()) -> bool:
    """Start the daemon when it does not run as wanted; True when it was started. `enter` is put before its command."""
    if is_running(names, daemon):
        return False
    stop(names, daemon.name)
    leaf = cgroups.leaf(names, daemon.name)
    log = log_path(names, daemon.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.rename(log.with_suffix(".log.old"))
    # exec all the way down: the process that is started here is the daemon in the end, under one id.
    join = [tool("sh"), "-c", 'echo $$ > "$0" && exec "$@"', str(leaf / "cgroup.procs")]
    words = [*join, *enter, *map(str, daemon.command)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=names.state
        )
    started = start_time(process.pid)
    _write(_record_path(names, daemon.name), Record(process.pid, started or 0, daemon.digest))
    return True


def stop(names: Names, daemon: str) -> None:
    """End a daemon: the recorded one, and one that a killed `up` started but did not record. Its children are left alone."""
    found = record(names, daemon)
    pids = {found.pid} if found is not None and found.alive else set()
    pids |= _unrecorded(names, daemon)
    _end(pids, signal.SIGTERM, STOP_SECONDS)
    _end(pids, signal.SIGKILL, STOP_SECONDS)
    _record_path(names, daemon).unlink(missing_ok=True)


def _unrecorded(names: Names, daemon: str) -> set[int]:
    """Members of the daemon's leaf, but containerd's shims: those hold the pods, and outlive their containerd."""
    members = cgroups.members(cgroups.leaf(names, daemon))
    return {pid for pid in members if not _executable(pid).startswith("containerd-shim")}


def _executable(pid: int) -> str:
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""


def _end(pids: set[int], signal_: signal.Signals, seconds: float) -> None:
    starts = {pid: start_time(pid) for pid in pids}
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal_)
    deadline = time.monotonic() + seconds
    while any(started is not None and start_time(pid) == started for pid, started in starts.items()):
        if time.monotonic() > deadline:
            return
        time.sleep(POLL_SECONDS)


def wait(names: Names, what: str, ready: Callable[[], bool], *, daemon: str, seconds: float) -> None:
    """Wait until `ready`. Raises ClusterError with the daemon's log when it ends before, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        found = record(names, daemon)
        if found is None or not found.alive:
            hint = "if it does so again, `make cluster-down` and `make cluster` start from nothing"
            raise ClusterError(f"{daemon} ended", hint=hint, log=log_path(names, daemon))
        if time.monotonic() > deadline:
            raise ClusterError(f"{what} is not ready after {seconds:.0f} s", log=log_path(names, daemon))
        time.sleep(POLL_SECONDS)


def log_path(names: Names, daemon: str) -> Path:
    return names.log / f"{daemon}.log"


def _record_path(names: Names, daemon: str) -> Path:
    return names.state / "processes" / f"{daemon}.json"


def _write(path: Path, found: Record) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"pid": found.pid, "start": found.start, "digest": found.digest}) + "\n")
    fresh.rename(path)
