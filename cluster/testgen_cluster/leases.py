"""Which clone has which index: one small file per lease under /run/testgen, handed out under a lock.

The lock is on the directory itself, so that nothing but the leases has to be removed by the last `down`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from testgen_cluster.names import INDICES, RUN_ROOT, clone_hash, preferred_index
from testgen_cluster.steps import ClusterError

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Lease:
    """One clone's claim on an index, valid until `down` or the machine's next start."""

    root: str
    index: int
    boot: str


def boot_id() -> str:
    return BOOT_ID.read_text().strip()


@contextlib.contextmanager
def registry(place: Path = RUN_ROOT) -> Iterator[Path]:
    """Hold the registry's lock. The directory is made when it is not there, and removed when it is left empty."""
    while True:
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if place.exists() and os.fstat(descriptor).st_ino == place.stat().st_ino:
                yield place
                with contextlib.suppress(OSError):
                    place.rmdir()
                return
        finally:
            os.close(descriptor)


def leases(place: Path) -> dict[Path, Lease]:
    """All readable leases by their file; call it with the lock held."""
    found: dict[Path, Lease] = {}
    for path in sorted(place.glob("*.lease")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            found[path] = Lease(**json.loads(path.read_text()))
    return found


def find(root: Path, place: Path = RUN_ROOT) -> Lease | None:
    """The lease that a clone holds, also one from before the machine's last start; None when it has none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Lease(**json.loads(_file(place, root).read_text()))
    return None


def take(root: Path, *, is_live: Callable[[Lease], bool], is_free: Callable[[int], bool], place: Path = RUN_ROOT) -> Lease:
    """The clone's index: the one it has, else its preferred one, else the next that is free.

    `is_live` says whether anything of another lease's cluster still exists (a stale lease is dropped), `is_free` whether no
    one else on this machine uses the index's addresses. Raises ClusterError when all 64 are taken.
    """
    with registry(place):
        others = leases(place)
        own = others.pop(_file(place, root), None)
        for path, lease in list(others.items()):
            if lease.boot != boot_id() or not is_live(lease):
                path.unlink(missing_ok=True)
                del others[path]
        taken = {lease.index for lease in others.values()}
        start = own.index if own else preferred_index(root)
        for index in ((start + step) % INDICES for step in range(INDICES)):
            if index not in taken and ((own and index == own.index and own.boot == boot_id()) or is_free(index)):
                lease = Lease(str(root), index, boot_id())
                _write(_file(place, root), lease)
                return lease
    raise ClusterError(
        f"all {INDICES} address ranges for local clusters are in use on this machine", hint="run `make cluster-down` in a clone"
    )


def release(root: Path, place: Path = RUN_ROOT) -> bool:
    """Give the lease back. True when no other clone holds one, so that shared traces may be removed too."""
    if not place.exists():
        return True
    with registry(place):
        _file(place, root).unlink(missing_ok=True)
        return not leases(place)


def _file(place: Path, root: Path) -> Path:
    return place / f"{clone_hash(root)}.lease"


def _write(path: Path, lease: Lease) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(lease)) + "\n")
    fresh.rename(path)
