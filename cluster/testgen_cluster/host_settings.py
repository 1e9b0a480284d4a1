"""Kernel settings of the whole machine that a kubelet changes: remembered before the first cluster, put back after the last."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Final

from testgen_cluster.names import RUN_ROOT

PROC: Final = Path("/proc/sys")
REMEMBERED: Final = RUN_ROOT / "host-settings.json"
# What the kubelet's container manager sets when it may (pkg/kubelet/cm, setupKernelTunables).
SETTINGS: Final = (
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)


def remember() -> None:
    if REMEMBERED.exists():
        return
    values = {}
    for name in SETTINGS:
        with contextlib.suppress(OSError):
            values[name] = (PROC / name).read_text().strip()
    fresh = REMEMBERED.with_suffix(".new")
    fresh.write_text(json.dumps(values))
    fresh.rename(REMEMBERED)


def restore() -> None:
    with contextlib.suppress(OSError, ValueError):
        for name, value in json.loads(REMEMBERED.read_text()).items():
            with contextlib.suppress(OSError):
                (PROC / name).write_text(f"{value}\n")
    REMEMBERED.unlink(missing_ok=True)
