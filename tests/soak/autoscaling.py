"""An autoscaler on its way down, on the local cluster: seven minutes that tests/cluster/test_autoscaling.py leaves out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.report import Metric, metric

ROOT = Path(__file__).resolve().parents[2]


def scale_down() -> tuple[dict[str, Metric], list[str]]:
    """The number of pods rises under load and falls to the least once it has ended; a request that fails meanwhile is a fault."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "cluster"), "AUTOSCALING_DOWN": "1"}
    begun = time.monotonic()
    tests = [sys.executable, "-m", "pytest", "-q", "-x", "tests/cluster/test_autoscaling.py", "-k", "when_the_load_has_ended"]
    done = subprocess.run([sys.executable, "-m", "testgen_cluster.suite", *tests], env=environment, cwd=ROOT, check=False)
    faults = ["the test failed: see above"] if done.returncode else []
    return {"faults": metric(len(faults), "faults"), "seconds": metric(time.monotonic() - begun, "s")}, faults
