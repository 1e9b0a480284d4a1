"""100,000 random histories of rollouts against the promises that tests/unit/operator/rollouts names, on seeds of their own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from tests.bench.report import Metric, metric
from tests.unit.operator.rollouts.histories import outcomes, play
from tests.unit.operator.rollouts.world import Broken

HISTORIES = int(os.environ.get("HISTORIES", "100000"))
FIRST_SEED = 1_000_000
"""Beyond those of `make test`."""
TOLD = 10_000
MOST_FAULTS = 20


def rollouts(tell: Callable[[str], None]) -> tuple[dict[str, Metric], list[str]]:
    """Every broken promise is a fault, with the seed and the story that led there."""
    begun = time.monotonic()
    faults: list[str] = []
    passes = releases = played = 0
    ends: dict[str, int] = {}
    for seed in range(FIRST_SEED, FIRST_SEED + HISTORIES):
        try:
            world = play(seed)
        except Broken as broken:
            faults.append(str(broken))
            if len(faults) >= MOST_FAULTS:
                break
            continue
        played += 1
        passes += world.passes
        releases += world.releases
        for name, count in outcomes([world]).items():
            ends[name] = ends.get(name, 0) + count
        if played % TOLD == 0:
            tell(f"{played} histories, {passes} passes, {time.monotonic() - begun:.0f} s")
    return {
        "histories": metric(played, "histories"),
        "passes": metric(passes, "decisions"),
        "releases": metric(releases, "releases"),
        **{f"kept_{name.lower()}": metric(count, "releases") for name, count in ends.items()},
        "faults": metric(len(faults), "faults"),
        "seconds": metric(time.monotonic() - begun, "s"),
    }, faults
