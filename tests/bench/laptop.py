"""`make try` from a clean clone, cold (no environment) and warm, as whoever runs the benchmark."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.report import ROOT, Metric, metric


def _make_try(clone: Path) -> float:
    started = time.perf_counter()
    subprocess.run(["make", "try"], cwd=clone, check=True, capture_output=True, timeout=600)
    return time.perf_counter() - started


def run() -> dict[str, Metric]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True)
        cold = _make_try(clone)
        warm = _make_try(clone)
    return {"try_cold": metric(cold, "s"), "try_warm": metric(warm, "s", baseline=cold)}
