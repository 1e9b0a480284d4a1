"""`python -m tests.bench [NAME…]`: run the named benchmarks, or all, and print what they found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from tests.bench import cluster, jobs, laptop, rules
from tests.bench.report import Metric, write

BENCHMARKS: Mapping[str, Callable[[], dict[str, Metric]]] = {
    "rules": rules.run,
    "jobs": jobs.run,
    "laptop": laptop.run,
    "cluster": cluster.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME", help=", ".join(BENCHMARKS))
    for name in parser.parse_args().names or BENCHMARKS:
        print(f"▸ {name} …", flush=True)
        results = BENCHMARKS[name]()
        for key, found in results.items():
            ratio = f"   {found['ratio']:g} × the baseline of {found['baseline']:g}" if "ratio" in found else ""
            print(f"  {key:32} {found['value']:>12g} {found['unit']}{ratio}")
        print(f"  {write(name, results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
