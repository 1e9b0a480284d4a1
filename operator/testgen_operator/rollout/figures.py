"""From what pods count about themselves to a verdict: success rate and P95, over a window of five minutes. Pure.

What counts, and why:

- Probes (/live, /health, /ready, /metrics) and calls between the roles (/internal) say nothing about tenants.
- A failure is a 5xx. 4xx are counted nowhere: what a client does wrong is no failure of a release, and it is no success either,
  so a release that turns every caller away has no traffic that could promote it.
- Latency is that of reads (GET) but for event streams: how long a write takes is for the most part up to what is sent, and
  POST /generate waits by design.
- Fewer than LEAST requests are no figure. No figure, NaN and nobody that answers are INCONCLUSIVE, never good and never bad
  (Y-23).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from testgen_operator.rollout.model import Verdict

REQUESTS: Final = "testgen_http_requests_total"
SECONDS: Final = "testgen_http_request_duration_seconds_bucket"
NO_TENANT: Final = "/live|/health|/ready|/metrics|/internal/.*"
"""Routes that no tenant calls, as a regular expression that RE2 and Python read alike."""
NO_LATENCY: Final = f"{NO_TENANT}|.*/events"
WINDOW_SECONDS: Final = 300
"""S2-127: the rate over five minutes."""
LEAST: Final = 5
"""Requests below which there is no figure: the smoke test alone makes more."""
LARGEST_TEXT: Final = 4 * 1024 * 1024
"""Characters of a pod's metrics that are read."""
MOST_LINES: Final = 20_000
BEYOND: Final = 1e9
"""Milliseconds: stands for a P95 beyond the last bucket, since JSON knows no infinity."""
_WANTED: Final = (f"{REQUESTS}{{", f"{SECONDS}{{")


class Unreadable(ValueError):
    """The text is no Prometheus exposition, or more than is read."""


@dataclass(frozen=True)
class Counters:
    """What one process has counted since it started, or between two looks. `buckets`: requests by upper bound in seconds,
    cumulative, as Prometheus has them."""

    good: float = 0.0
    failed: float = 0.0
    buckets: Mapping[float, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One measured value with its limit; `value` None: there was nothing to measure."""

    name: str
    value: float | None
    limit: float
    verdict: Verdict


@dataclass(frozen=True)
class Measured:
    """One measurement. `id`: the same for every look within one interval, so that it is counted once. `reason`: a Reason of the
    status where it is not SUCCESSFUL."""

    verdict: Verdict
    id: str
    message: str
    reason: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Limits:
    """`success_percent`: the least; `latency_milliseconds`: the most that 95 of 100 reads may last."""

    success_percent: float = 95.0
    latency_milliseconds: float = 500.0


def read(text: str) -> Counters:
    """The counters of one pod, out of what its /metrics answers.

    Raises: Unreadable.
    """
    if len(text) > LARGEST_TEXT:
        raise Unreadable(f"its metrics are longer than {LARGEST_TEXT} characters")
    lines = [line for line in text.split("\n") if line.startswith(_WANTED)]
    if len(lines) > MOST_LINES:
        raise Unreadable(f"its metrics have more than {MOST_LINES} lines of requests")
    good = failed = 0.0
    buckets: dict[float, float] = {}
    try:
        for family in text_string_to_metric_families("\n".join([*lines, ""])):
            for sample in family.samples:
                value = sample.value
                if not math.isfinite(value) or value < 0:
                    continue
                labels = sample.labels
                if sample.name == REQUESTS and _counts(labels.get("route", ""), NO_TENANT):
                    outcome = labels.get("status", "")[:1]
                    good += value if outcome in ("2", "3") else 0.0
                    failed += value if outcome == "5" else 0.0
                elif sample.name == SECONDS and labels.get("method") == "GET" and _counts(labels.get("route", ""), NO_LATENCY):
                    bound = float(labels["le"])
                    buckets[bound] = buckets.get(bound, 0.0) + value
    except (ValueError, KeyError, IndexError, TypeError, OverflowError) as problem:
        raise Unreadable("its metrics are no Prometheus text") from problem
    return Counters(good, failed, {bound: count for bound, count in buckets.items() if not math.isnan(bound)})


def _counts(route: str, left_out: str) -> bool:
    return re.fullmatch(left_out, route) is None


def since(before: Counters | None, now: Counters) -> Counters:
    """What was counted between two looks at one process; without an earlier one, since it started. A counter that went back was
    begun anew."""
    if before is None:
        return now
    if (
        now.good < before.good
        or now.failed < before.failed
        or any(now.buckets.get(bound, 0.0) < count for bound, count in before.buckets.items())
    ):
        return now
    return Counters(
        now.good - before.good,
        now.failed - before.failed,
        {bound: count - before.buckets.get(bound, 0.0) for bound, count in now.buckets.items()},
    )


def total(parts: Iterable[Counters]) -> Counters:
    """Several processes together."""
    good = failed = 0.0
    buckets: dict[float, float] = {}
    for one in parts:
        good, failed = good + one.good, failed + one.failed
        for bound, count in one.buckets.items():
            buckets[bound] = buckets.get(bound, 0.0) + count
    return Counters(good, failed, buckets)


def success_percent(counted: Counters) -> float | None:
    """Of 100 requests that were the server's to answer, how many it did; None of fewer than LEAST."""
    answered = counted.good + counted.failed
    return None if answered < LEAST or not math.isfinite(answered) else 100.0 * counted.good / answered


def quantile(buckets: Mapping[float, float], share: float = 0.95) -> float | None:
    """Seconds below which `share` of the requests were, interpolated within the bucket as Prometheus does; infinite beyond the
    last bound, None of fewer than LEAST. A bucket that counts less than the one below it counts as much."""
    everything = max(buckets.values(), default=0.0)
    if everything < LEAST or not math.isfinite(everything):
        return None
    rank, lower, below = share * everything, 0.0, 0.0
    for bound in sorted(buckets):
        count = max(below, buckets[bound])
        if count >= rank:
            if math.isinf(bound):
                return math.inf
            return lower + (bound - lower) * (rank - below) / (count - below) if count > below else bound
        lower, below = bound, count
    return math.inf


def judge(success: float | None, latency_seconds: float | None, limits: Limits, id: str) -> Measured:  # noqa: A002
    """The verdict over both figures: a bad one decides, then a missing one."""
    milliseconds = None if latency_seconds is None else 1000.0 * latency_seconds
    figures = (
        _figure("successPercent", success, limits.success_percent, higher=True),
        _figure("latencyP95Milliseconds", milliseconds, limits.latency_milliseconds, higher=False),
    )
    verdict = worst(one.verdict for one in figures)
    reasons = {Verdict.FAILED: "AnalysisFailed", Verdict.INCONCLUSIVE: "AnalysisInconclusive"}
    return Measured(verdict, id, "; ".join(map(_words, figures)), reasons.get(verdict, ""), figures)


def nothing(id: str, message: str, reason: str = "AnalysisInconclusive") -> Measured:  # noqa: A002
    """A measurement that could not be made."""
    return Measured(Verdict.INCONCLUSIVE, id, message, reason)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """FAILED before INCONCLUSIVE before SUCCESSFUL; of none INCONCLUSIVE."""
    found = set(verdicts)
    for one in (Verdict.FAILED, Verdict.INCONCLUSIVE):
        if one in found:
            return one
    return Verdict.SUCCESSFUL if found else Verdict.INCONCLUSIVE


def _figure(name: str, value: float | None, limit: float, *, higher: bool) -> Figure:
    if value is None or math.isnan(value):
        return Figure(name, None, limit, Verdict.INCONCLUSIVE)
    value = max(-BEYOND, min(value, BEYOND))
    good = value >= limit if higher else value <= limit
    return Figure(name, value, limit, Verdict.SUCCESSFUL if good else Verdict.FAILED)


def _words(one: Figure) -> str:
    what, unit, side = ("success", " %", "at least") if one.name == "successPercent" else ("P95 of reads", " ms", "at most")
    if one.value is None:
        return f"{what}: too few requests in {WINDOW_SECONDS // 60} minutes to tell"
    shown = "more than can be measured" if one.value >= BEYOND else f"{one.value:.4g}{unit}"
    return f"{what}: {shown}, {side} {one.limit:g}{unit} asked for"


def vector(answer: object) -> float | None:
    """The value of an instant query, as the Prometheus HTTP API answers it: that of `result[0]` (Y-23). None where there is
    nothing, or NaN.

    Raises: Unreadable for anything else than one value.
    """
    if not isinstance(answer, Mapping) or answer.get("status") != "success" or not isinstance(answer.get("data"), Mapping):
        raise Unreadable("it answers no result of a query")
    result = answer["data"].get("result")
    if answer["data"].get("resultType") != "vector" or not isinstance(result, Sequence) or isinstance(result, str):
        raise Unreadable("it answers no vector")
    if not result:
        return None
    if len(result) > 1:
        raise Unreadable("it answers several values to a question for one")
    try:
        value = float(result[0]["value"][1])
    except (LookupError, TypeError, ValueError):
        raise Unreadable("it answers no number") from None
    return None if math.isnan(value) else value


def queries(namespace: str, pods: Sequence[str]) -> dict[str, str]:
    """What Prometheus is asked of these pods, by name: good, failed, p95. Its series have the labels `namespace` and `pod`, as a
    PodMonitor gives them."""
    names = "|".join(re.escape(one).replace("\\-", "-") for one in sorted(pods))
    chosen = f"namespace={_quoted(namespace)},pod=~{_quoted(names)}"
    requests = f"{REQUESTS}{{{chosen},route!~{_quoted(NO_TENANT)},status=~"
    reads = f'{{{chosen},method="GET",route!~{_quoted(NO_LATENCY)}}}'
    counted = {
        "good": _counted(f'{requests}"[23].."}}'),
        "failed": _counted(f'{requests}"5.."}}'),
        "reads": _counted(SECONDS.replace("_bucket", "_count") + reads),
        "p95": _counted(SECONDS + reads),
    }
    found = {name: f"sum({words})" for name, words in counted.items()}
    return found | {"p95": f"histogram_quantile(0.95, sum by (le) ({counted['p95']}))"}


def _counted(series: str) -> str:
    """What was counted in the window, as `since` has it; a pod that is younger, or began anew, from its start. `increase` would
    leave out what a series held when it was scraped first: of a new release that is the smoke test, its only traffic."""
    return f"({series} - {series} offset {WINDOW_SECONDS}s >= 0) or {series}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
