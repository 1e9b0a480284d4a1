"""`python -m tests.bench [NAME…]`: run the named benchmarks, or those that need no data, and print what they found."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import Final

from tests.bench.report import Metric, write

DEFAULT: Final = ("rules", "jobs", "api", "exports", "documents", "laptop", "cluster")
ON_REQUEST: Final = ("retrieval", "operator", "rollout")
"""`retrieval` needs the sets of the folder that the variable DATA names; the others take half an hour each."""


def _run(name: str) -> dict[str, Metric]:
    """What `tests/bench/<name>.py` measures: its `run()`. Loaded when asked for, since each needs other parts."""
    run: Callable[[], dict[str, Metric]] = importlib.import_module(f"tests.bench.{name}").run
    return run()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    names = (*DEFAULT, *ON_REQUEST)
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=", ".join(names))
    for name in parser.parse_args().names or DEFAULT:
        print(f"▸ {name} …", flush=True)
        results = _run(name)
        for key, found in results.items():
            ratio = f"   {found['ratio']:g} × the baseline of {found['baseline']:g}" if "ratio" in found else ""
            print(f"  {key:32} {found['value']:>12g} {found['unit']}{ratio}")
        print(f"  {write(name, results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
