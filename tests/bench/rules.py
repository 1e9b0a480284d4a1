"""How long rules alone take for 100, 1,000 and 10,000 requirements: the command a person runs, on one core.

Linear means: the time per requirement at 10,000 is near that at 1,000, and near that at 100. The start of the program (its
imports, measured with a document of one requirement in the same run) is taken off before that division.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.bench.report import Metric, metric

SIZES = (100, 1_000, 10_000)
_TEMPLATES = (
    "The {thing} name shall have at least {a} and at most {b} characters. Any other {thing} name shall be rejected.",
    "The system shall reject a {thing} file that is larger than {b} MB; a file of up to {b} MB shall be accepted.",
    "Only users with the role Administrator or Auditor may open the {thing} log. Users with the role Viewer shall be denied.",
    "A {thing} may be cancelled while its state is Created or Paid. In the states Shipped and Closed the system shall reject it.",
    "If the buyer is a member and the {thing} total is at least {b} EUR, shipping shall be free; otherwise it shall be charged.",
    "{thing}数量不得少于 {a} 个，不得超过 {b} 个；超出范围时系统应拒绝。",
    "The {thing} export shall accept the formats CSV, XLSX and PDF. Any other format shall be refused with an error.",
    "When the {thing} is saved, the system shall send a confirmation within {a} seconds.",
)
_THINGS = ("order", "invoice", "account", "report", "parcel", "ticket", "device", "contract", "voucher", "article")


def document(requirements: int, seed: int = 1) -> str:
    """A Markdown document with that many numbered requirements of eight kinds, no two alike."""
    draw = random.Random(seed)
    lines = ["# Requirements", ""]
    for n in range(requirements):
        a = draw.randint(1, 50)
        text = _TEMPLATES[n % len(_TEMPLATES)].format(thing=f"{draw.choice(_THINGS)} {n}", a=a, b=a + draw.randint(1, 500))
        lines += [f"## REQ-{n + 1}", "", text, ""]
    return "\n".join(lines)


class Measured(NamedTuple):
    """Wall-clock seconds, peak memory in MB, and processor seconds, to which other work on the machine adds nothing."""

    seconds: float
    peak_memory: float
    cpu_seconds: float


def measure(path: Path) -> Measured:
    """`testgen generate` on one core."""

    def one_core() -> None:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    command = [str(Path(sys.executable).with_name("testgen")), "generate", str(path), "--format", "json", "--out", os.devnull]
    started = time.perf_counter()
    process = subprocess.Popen(command, preexec_fn=one_core, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"testgen generate ended with {os.waitstatus_to_exitcode(status)}")
    return Measured(time.perf_counter() - started, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def run() -> dict[str, Metric]:
    results: dict[str, Metric] = {}
    with tempfile.TemporaryDirectory() as folder:
        seconds: dict[int, float] = {}
        for size in (1, *SIZES):
            path = Path(folder) / f"{size}.md"
            path.write_text(document(size))
            seconds[size], memory, _ = measure(path)
            results[f"seconds_{size}"] = metric(seconds[size], "s")
            results[f"peak_memory_{size}"] = metric(memory, "MB")
        each = {size: (seconds[size] - seconds[1]) / size * 1000 for size in SIZES}
        results["ms_per_requirement_100"] = metric(each[100], "ms")
        results["ms_per_requirement_1000"] = metric(each[1_000], "ms", baseline=each[100])
        results["ms_per_requirement_10000"] = metric(each[10_000], "ms", baseline=each[1_000])
        results["ms_per_requirement_10000_against_100"] = metric(each[10_000], "ms", baseline=each[100])
    return results
