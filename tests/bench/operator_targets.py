"""What the operator's benchmark must reach, and whether a run did. Pure: the figures come from outside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from tests.bench.report import Metric, Verdict
from tests.bench.rollout_targets import SIGNS

WHOLE_STEADY_SECONDS: Final = 600


@dataclass(frozen=True)
class Target:
    """`sizes`: the numbers of projects that have to be run for the figure to be there; none: any run has it."""

    figure: str
    sign: str
    limit: float
    sizes: frozenset[int] = frozenset()


FULL: Final = frozenset({1000})
TARGETS: Final = (
    Target("converge_ratio_1000", "≥", 0.7, FULL),
    Target("rss_mib_1000", "≤", 250, FULL),
    Target("restart_writes_1000", "=", 0, FULL),
    Target("steady_writes", "=", 0),
    Target("steady_seconds", "≥", WHOLE_STEADY_SECONDS, FULL),
    Target("steady_reads_per_s", "<", 1),
    Target("change_p95_s_1000", "<", 1, FULL),
    Target("drift_p95_s_1000", "<", 2, FULL),
    Target("cold_start_s_1000", "<", 10, FULL),
    Target("growth_100_1000", "≤", 1, FULL | {100}),
)
"""That nothing was written in a shorter time says less: a run of full size is held to ten minutes."""


def verdicts(results: Mapping[str, Metric], sizes: Collection[int]) -> list[Verdict]:
    """Each target of the `sizes` that were run, met or missed. What should have been measured and was not is missed."""
    return [_verdict(one, results) for one in TARGETS if one.sizes <= set(sizes)]


def _verdict(target: Target, results: Mapping[str, Metric]) -> Verdict:
    value = results[target.figure]["value"] if target.figure in results else None
    met = value is not None and SIGNS[target.sign](value, target.limit)
    shown = "not measured" if value is None else f"{value:g}"
    return Verdict(met, f"{target.figure} {target.sign} {target.limit:g}: {shown}")
