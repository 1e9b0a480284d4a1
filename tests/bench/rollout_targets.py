"""What the rollout benchmark must reach, and whether a run did. Pure: the figures come from outside."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.bench.report import Metric, Verdict


@dataclass(frozen=True)
class Target:
    """`limit`: a number, or the name of the figure that it is held against. `of_size`: a short run is too small for it."""

    figure: str
    sign: str
    limit: float | str
    of_size: bool = False


SIGNS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "≥": operator.ge,
    "≤": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
TARGETS: Final = (
    Target("requests", "≥", 100_000, of_size=True),
    Target("failed_requests", "=", 0),
    Target("rollouts", "≥", 20, of_size=True),
    Target("broken_rollouts", "≥", 5, of_size=True),
    Target("broken_rollouts_returned", "=", "broken_rollouts"),
    Target("switch_p95_s", "≤", 1, of_size=True),
    Target("abort_p95_s", "≤", 5, of_size=True),
    Target("rollbacks_served", "=", "rollbacks"),
    Target("rollback_worst_s", "<", 10),
    Target("jobs_lost", "=", 0),
    Target("streams_broken", "=", 0),
    Target("stream_cuts", "≥", 1, of_size=True),
)
"""That no stream broke says nothing where none was cut. A percentile of few switches says little, so a short run is not held to
it either."""


def verdicts(results: Mapping[str, Metric], *, short: bool = False) -> list[Verdict]:
    """Each target, met or missed. What was not measured is missed."""
    return [_verdict(one, results) for one in TARGETS if not (short and one.of_size)]


def _verdict(target: Target, results: Mapping[str, Metric]) -> Verdict:
    value, limit = _value(target.figure, results), target.limit
    against = _value(limit, results) if isinstance(limit, str) else limit
    met = value is not None and against is not None and SIGNS[target.sign](value, against)
    shown = "not measured" if value is None else f"{value:g}"
    named = f"{limit} ({'not measured' if against is None else f'{against:g}'})" if isinstance(limit, str) else f"{limit:g}"
    return Verdict(met, f"{target.figure} {target.sign} {named}: {shown}")


def _value(figure: str, results: Mapping[str, Metric]) -> float | None:
    return results[figure]["value"] if figure in results else None
