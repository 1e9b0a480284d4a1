"""One `up` or `down` at a time in a clone."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from testgen_cluster.steps import say


@contextlib.contextmanager
def clone_lock(root: Path) -> Iterator[None]:
    """Hold the clone's lock, which is on its `cluster` directory: no file is left behind, a killed holder frees it."""
    descriptor = os.open(root / "cluster", os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another `up` or `down` of this clone to end …")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
