"""Modes there and back under traffic, ten rounds on the local cluster: what tests/cluster/test_modes.py does once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.report import Metric, metric

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 10


def change_modes() -> tuple[dict[str, Metric], list[str]]:
    """Monolith to Microservices and back, `ROUNDS` times; a request that fails or a document that is lost is a fault."""
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
        text = results.read_text() if results.exists() else '{"answered": 0, "failures": [], "written": 0, "lost": []}'
        found: dict[str, Any] = json.loads(text)
    faults = [*found["failures"], *(f"document {one} is lost" for one in found["lost"])]
    if done.returncode and not faults:
        faults.append("a step of the test failed: see above")
    return {
        "rounds": metric(ROUNDS, "rounds"),
        "answered": metric(found["answered"], "requests"),
        "failed": metric(len(found["failures"]), "requests"),
        "written": metric(found["written"], "documents"),
        "lost": metric(len(found["lost"]), "documents"),
        "seconds": metric(time.monotonic() - begun, "s"),
    }, faults
