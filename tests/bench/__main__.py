"""`python -m tests.bench [NAME…]`: run the named benchmarks, or those that need no data, and print what they found."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.bench.report import Metric, Verdict, write

DEFAULT: Final = ("rules", "jobs", "api", "exports", "documents", "laptop", "cluster")
ON_REQUEST: Final = ("retrieval", "operator", "rollout")
"""`retrieval` needs the sets of the folder that the variable DATA names; the others take half an hour each."""


def _run(name: str) -> tuple[dict[str, Metric], Path, list[Verdict]]:
    """What `tests/bench/<name>.py` measures: its `run()`, where that was written, and what its `judge()` says of it, if it has
    one. Loaded when asked for, since each needs other parts."""
    module = importlib.import_module(f"tests.bench.{name}")
    run: Callable[[], dict[str, Metric]] = module.run
    judge: Callable[[Mapping[str, Metric]], list[Verdict]] = getattr(module, "judge", lambda _: [])
    results = run()
    written = write(name, results)
    return results, written, judge(results)


def main() -> int:
    """1 where a benchmark missed a target of its own."""
    missed = False
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = (*DEFAULT, *ON_REQUEST)
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=", ".join(names))
    for name in parser.parse_args().names or DEFAULT:
        print(f"▸ {name} …", flush=True)
        results, written, verdicts = _run(name)
        for key, found in results.items():
            ratio = f"   {found['ratio']:g} × the baseline of {found['baseline']:g}" if "ratio" in found else ""
            print(f"  {key:32} {found['value']:>12g} {found['unit']}{ratio}")
        print(f"  {written}")
        for met, words in verdicts:
            print(f"  {'met   ' if met else 'MISSED'}  {words}")
            missed = missed or not met
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
