"""`python -m tests.bench.generation --data DIR`: what `make bench-generation` runs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from testgen_cluster.steps import ClusterError
from testgen_runtime.gateway.model import ProviderError
from tests.bench.generation.model import ARMS
from tests.bench.generation.mutation import COUNT
from tests.bench.generation.run import Results, Settings, run, write_gaps
from tests.bench.generation.sets import NoSets
from tests.bench.generation.targets import table, unmeasured
from tests.bench.report import write


def settings(arguments: list[str] | None = None) -> tuple[Settings, bool]:
    """What the command line asks for, and whether a missed target is an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.generation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets (make: DATA=dir)")
    parser.add_argument("--arms", default=",".join(ARMS), help=f"which of {','.join(ARMS)} (ARMS=…); rules alone needs no model")
    parser.add_argument("--sample", type=int, help="so many requirements of each set, by a seeded choice (SAMPLE=n)")
    parser.add_argument("--mutations", type=int, help=f"how many mutations (MUTATIONS=n); {COUNT}, with --sample and a model 2 n")
    parser.add_argument("--no-scale", action="store_true", help="leave out the 10,000 requirements by rules (SCALE=0)")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 where ours or rules miss a target or were not measured (CHECK=1)"
    )
    given = parser.parse_args(arguments)
    arms = tuple(arm for arm in ARMS if arm in given.arms.split(","))
    if unknown := set(given.arms.split(",")) - set(ARMS):
        parser.error(f"unknown arm {', '.join(sorted(unknown))}: there are {', '.join(ARMS)}")
    count = given.mutations if given.mutations is not None else COUNT
    if given.sample is not None and given.mutations is None and arms != ("rules",):
        count = min(COUNT, 2 * given.sample)
    return Settings(given.data, arms, given.sample, count, scale=not given.no_scale), given.check


def _keep(results: Results) -> tuple[Path, Path]:
    """Write what is there so far."""
    return write("generation", results.metrics), write_gaps(results)


def main() -> int:
    asked, check = settings()
    try:
        results = asyncio.run(run(asked, _keep))
    except (NoSets, ProviderError, ClusterError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the model's answers so far are kept: the same command goes on from here", file=sys.stderr)
        return 130
    figures, gaps = _keep(results)
    lines, missed = table(results.metrics, asked.arms)
    print("\n".join(lines))
    print(f"\n{missed} targets missed" if missed else "\nevery target that was measured is reached")
    if absent := unmeasured(results.metrics):
        print(f"{len(absent)} not measured in this run: {', '.join(absent[:6])}{' …' if absent[6:] else ''}")
    print(f"figures: {figures}\nwhat is missing, and why: {gaps}")
    return 1 if check and (missed or absent) else 0


if __name__ == "__main__":
    sys.exit(main())
