"""Waiting until the API server serves the kinds whose definitions were just applied."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from testgen_cluster.steps import ClusterError

PAUSE: Final = 0.2
"""Seconds between two askings."""
NO_CONDITIONS_YET: Final = "accessor error"
"""`kubectl wait` ends at once with these words where a definition has no conditions at all yet, instead of waiting for one."""


def established(kubectl: Callable[..., object], *definitions: str, seconds: float = 90.0) -> None:
    """Until all of them are Established. `definitions`: `crd/NAME`, or `--filename=FILE`. `kubectl` runs it with such arguments
    and raises ClusterError where it fails. Raises the same, at the latest after twice `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            kubectl("wait", "--for=condition=Established", *definitions, f"--timeout={seconds:.0f}s")
            return
        except ClusterError as problem:
            if NO_CONDITIONS_YET not in str(problem) or time.monotonic() > deadline:
                raise
        time.sleep(PAUSE)
