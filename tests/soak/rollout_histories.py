"""100,000 random histories of rollouts against the promises that tests/unit/operator/rollouts names, on seeds of their own."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from tests.bench.report import Metric, metric
from tests.unit.operator.rollouts.histories import outcomes, play
from tests.unit.operator.rollouts.world import Broken

HISTORIES = int(os.environ.get("HISTORIES", "100000"))
FIRST_SEED = 1_000_000
"""Beyond those of `make test`."""
BATCH = 1000
TOLD = 10_000


def _batch(first: int) -> tuple[Counter[str], list[str]]:
    """What a batch of seeds counted, and its broken promises."""
    found: Counter[str] = Counter()
    faults: list[str] = []
    for seed in range(first, min(first + BATCH, FIRST_SEED + HISTORIES)):
        try:
            world = play(seed)
        except Broken as broken:
            faults.append(str(broken))
            continue
        found.update(outcomes([world]))
        found.update(histories=1, passes=world.passes, releases=world.releases)
    return found, faults


def rollouts(tell: Callable[[str], None]) -> tuple[dict[str, Metric], list[str]]:
    """Every broken promise is a fault, with the seed and the story that led there."""
    begun = time.monotonic()
    found: Counter[str] = Counter()
    faults: list[str] = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for counted, broken in pool.map(_batch, range(FIRST_SEED, FIRST_SEED + HISTORIES, BATCH)):
            found += counted
            faults += broken
            if found["histories"] // TOLD != (found["histories"] - counted["histories"]) // TOLD:
                tell(f"{found['histories']} histories, {len(faults)} faults, {time.monotonic() - begun:.0f} s")
    return {
        "histories": metric(found.pop("histories"), "histories"),
        "passes": metric(found.pop("passes"), "decisions"),
        "releases": metric(found.pop("releases"), "releases"),
        **{f"ended_{name.lower()}": metric(count, "releases") for name, count in sorted(found.items())},
        "faults": metric(len(faults), "faults"),
        "seconds": metric(time.monotonic() - begun, "s"),
    }, faults
