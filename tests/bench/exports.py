"""Time and memory of an export of 50,000 cases in every format, each in a process of its own, against one of 5,000.

Flat means: the peak of resident memory is the same for ten times the cases. `baseline` of the memory is that of 5,000.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.bench.report import ROOT, Metric, metric

SMALL, LARGE = 5_000, 50_000
_PROGRAM = """
import sys
from tests.unit.cases.exchanged import NEEDED, case, items
from testgen_runtime.cases.exports.formats import FORMATS
kind, many, out = FORMATS[sys.argv[1]], int(sys.argv[2]), open(sys.argv[3], "w+b")
kind.write(items(case(n) for n in range(many)), kind.options(**NEEDED.get(kind.name, {})), out)
out.seek(0, 2)
print(out.tell())
"""


def _measure(name: str, many: int, path: str) -> tuple[float, float, int]:
    """(seconds, peak memory in MB, bytes) of one export."""
    started = time.perf_counter()
    command = [sys.executable, "-c", _PROGRAM, name, str(many), path]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "runtime")))}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    size = int(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"the export as {name} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024, size


def run() -> dict[str, Metric]:
    """Every format, one after the other."""
    import tempfile

    from testgen_runtime.cases.exports.formats import FORMATS

    results: dict[str, Metric] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "export")
        for name in FORMATS:
            _, before, _ = _measure(name, SMALL, path)
            seconds, memory, size = _measure(name, LARGE, path)
            results[f"{name}_seconds_{LARGE}"] = metric(seconds, "s")
            results[f"{name}_peak_memory_{LARGE}"] = metric(memory, "MB", baseline=before)
            results[f"{name}_size_{LARGE}"] = metric(size / 1e6, "MB")
    return results
