"""One file for each benchmark: `{name, commit, machine, results: {metric: {value, unit, baseline?, ratio?}}}`."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, NotRequired, TypedDict

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "bench"


class Metric(TypedDict):
    """`baseline` was measured in the same run, in the same unit; `ratio` is value / baseline."""

    value: float
    unit: str
    baseline: NotRequired[float]
    ratio: NotRequired[float]


class Verdict(NamedTuple):
    """Whether a run reached a target; `words`: which, and the figure."""

    met: bool
    words: str


def metric(value: float, unit: str, baseline: float | None = None) -> Metric:
    """A measured value, with its ratio where there is something to hold it against."""
    found = Metric(value=round(value, 4), unit=unit)
    if baseline:
        found["baseline"], found["ratio"] = round(baseline, 4), round(value / baseline, 3)
    return found


def write(name: str, results: Mapping[str, Metric]) -> Path:
    """Write build/bench/<name>.json."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps({"name": name, "commit": commit, "machine": machine, "results": results}, indent=1) + "\n")
    return path
