"""Modes there and back under traffic, ten rounds on the local cluster: what tests/cluster/test_modes.py does once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.bench.report import Metric, metric

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 10
COUNTED: Final[Mapping[str, str]] = {
    "answered": "requests",
    "kept_answered": "requests",
    "failed": "requests",
    "limited": "requests",
    "written": "documents",
    "jobs": "jobs",
    "jobs_lost": "jobs",
    "streams_cut": "streams",
    "streams_resumed": "streams",
}
"""What the tests count, and in what; `kept_answered`: on connections that outlast a change, those of `answered`."""


def change_modes() -> tuple[dict[str, Metric], list[str]]:
    """Monolith to Microservices and back, `ROUNDS` times; a request or a job that fails, a stream that is not taken up, or a row
    that is lost is a fault."""
    with tempfile.TemporaryDirectory(prefix="testgen-soak-") as folder:
        results = Path(folder) / "modes.json"
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "cluster"),
            "MODE_ROUNDS": str(ROUNDS),
            "MODE_RESULTS": str(results),
        }
        begun = time.monotonic()
        tests = [sys.executable, "-m", "pytest", "-q", "-x", "tests/cluster/test_modes.py"]
        done = subprocess.run([sys.executable, "-m", "testgen_cluster.suite", *tests], env=environment, cwd=ROOT, check=False)
        counted = json.loads(results.read_text()) if results.exists() else {}
    return told(counted, done.returncode, time.monotonic() - begun)


def told(counted: Mapping[str, Any], code: int, seconds: float) -> tuple[dict[str, Metric], list[str]]:
    """Figures and faults of a run that ended with `code`. `counted`: what its tests wrote, empty where they did not."""
    lost = counted.get("lost", [])
    faults = [*counted.get("troubles", []), *(f"{one} is lost" for one in lost)]
    if not counted:
        faults.append("nothing was counted: see above")
    elif code and not faults:
        faults.append("a step of the test failed: see above")
    found = {"rounds": metric(ROUNDS, "rounds")}
    found |= {name: metric(counted.get(name, 0), unit) for name, unit in COUNTED.items()}
    return found | {"lost": metric(len(lost), "rows"), "seconds": metric(seconds, "s")}, faults
