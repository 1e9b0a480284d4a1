"""From counters to a verdict: what counts, what does not, and what is no figure at all."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from testgen_operator.rollout import figures
from testgen_operator.rollout.figures import Counters, Limits, Measured, Unreadable
from testgen_operator.rollout.model import Verdict


class Pod:
    """What a pod of the runtime exposes, by the same library and under the same names."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("testgen_http_requests", "-", ("method", "route", "status"), registry=self.registry)
        buckets = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
        self.seconds = Histogram(
            "testgen_http_request_duration_seconds", "-", ("method", "route"), buckets=buckets, registry=self.registry
        )

    def serve(
        self, times: int, status: int = 200, *, seconds: float = 0.02, route: str = "/api/v1/cases", method: str = "GET"
    ) -> Pod:
        for _ in range(times):
            self.requests.labels(method, route, str(status)).inc()
            self.seconds.labels(method, route).observe(seconds)
        return self

    def read(self) -> Counters:
        return figures.read(generate_latest(self.registry).decode())


def verdict(counted: Counters, **limits: float) -> Verdict:
    return judged(counted, **limits).verdict


def judged(counted: Counters, **limits: float) -> Measured:
    return figures.judge(figures.success_percent(counted), figures.quantile(counted.buckets), Limits(**limits), "id")


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (Pod().serve(100), Verdict.SUCCESSFUL),
        (Pod().serve(95).serve(5, 500), Verdict.SUCCESSFUL),
        (Pod().serve(94).serve(6, 500), Verdict.FAILED),
        (Pod().serve(100).serve(100, 404).serve(50, 429), Verdict.SUCCESSFUL),
        (Pod().serve(100, 401), Verdict.INCONCLUSIVE),
        (Pod().serve(90).serve(10, seconds=0.7), Verdict.FAILED),
        (Pod().serve(96).serve(4, seconds=20), Verdict.SUCCESSFUL),
        (Pod().serve(100).serve(100, seconds=30, method="POST", route="/api/v1/generate"), Verdict.SUCCESSFUL),
        (Pod().serve(100).serve(100, seconds=50, route="/api/v1/jobs/{job_id}/events"), Verdict.SUCCESSFUL),
        (Pod().serve(1000, route="/ready").serve(1000, route="/health"), Verdict.INCONCLUSIVE),
        (Pod().serve(1000, 503, route="/ready").serve(100), Verdict.SUCCESSFUL),
        (Pod().serve(1000, 500, route="/internal/v1/llm/write").serve(100), Verdict.SUCCESSFUL),
        (Pod().serve(4), Verdict.INCONCLUSIVE),
        (Pod(), Verdict.INCONCLUSIVE),
    ],
)
def test_traffic_and_its_verdict(pod: Pod, expected: Verdict) -> None:  # S2-127, S2-128, Y-23
    assert verdict(pod.read()) is expected


def test_a_verdict_is_told_in_words_with_its_limits() -> None:
    found = judged(Pod().serve(90).serve(10, 503).read())

    assert found.reason == "AnalysisFailed"
    assert found.message == "success: 90 %, at least 95 % asked for; P95 of reads: 24.25 ms, at most 500 ms asked for"
    assert (found.figures[0].name, found.figures[0].value, found.figures[0].limit) == ("successPercent", 90.0, 95.0)


def test_beyond_the_last_bucket_is_slower_than_any_limit_and_still_a_number() -> None:
    found = judged(Pod().serve(100, seconds=90).read(), latency_milliseconds=600_000)

    assert found.verdict is Verdict.FAILED
    assert found.figures[1].value == figures.BEYOND


def test_between_two_looks_only_what_is_new_counts() -> None:
    pod = Pod().serve(100, 500)
    before = pod.read()

    assert verdict(figures.since(before, pod.serve(50).read())) is Verdict.SUCCESSFUL
    assert figures.since(None, before) == before


def test_a_pod_that_was_started_again_counts_from_its_start() -> None:
    assert figures.since(Pod().serve(100).read(), Pod().serve(7).read()).good == 7


def test_pods_count_together() -> None:
    counted = figures.total([Pod().serve(97).read(), Pod().serve(3, 500).read()])

    assert figures.success_percent(counted) == 97.0


@pytest.mark.parametrize(
    "text",
    [
        "testgen_http_requests_total{",
        'testgen_http_requests_total{status="200"} x',
        'testgen_http_requests_total{status="200} 1',
        'testgen_http_request_duration_seconds_bucket{method="GET",route="/x"} 1',
        'testgen_http_request_duration_seconds_bucket{method="GET",route="/x",le="y"} 1',
        "x" * (figures.LARGEST_TEXT + 1),
        'testgen_http_requests_total{status="200"} 1\n' * (figures.MOST_LINES + 1),
    ],
)
def test_what_is_no_exposition_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        figures.read(text)


@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf", "-5"])
def test_a_value_that_no_counter_has_does_not_count(value: str) -> None:
    assert figures.read(f'testgen_http_requests_total{{method="GET",route="/x",status="200"}} {value}\n') == Counters()


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"testgen_http_requests_total{{{text}", f'testgen_http_requests_total{{status="{text}"}} {text}\n'):
        try:
            found = figures.read(candidate)
        except Unreadable:
            continue
        assert math.isfinite(found.good)
        assert found.good >= 0


COUNTS = st.dictionaries(st.sampled_from([0.1, 0.5, 1.0, math.inf]), st.floats(0, 1e9), max_size=4)
COUNTED = st.builds(Counters, st.floats(0, 1e9), st.floats(0, 1e9), COUNTS)


@given(COUNTED, COUNTED)
def test_counting_never_goes_below_nothing(one: Counters, other: Counters) -> None:
    found = figures.since(one, other)

    assert found.good >= 0
    assert found.failed >= 0
    assert all(count >= 0 for count in found.buckets.values())


@given(COUNTED)
def test_no_figure_is_never_a_success(counted: Counters) -> None:
    found = judged(counted)

    if any(one.value is None for one in found.figures):
        assert found.verdict is not Verdict.SUCCESSFUL
    if found.verdict is Verdict.FAILED:
        assert any(one.value is not None and one.verdict is Verdict.FAILED for one in found.figures)


@given(COUNTS, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_quantile_is_no_smaller(buckets: dict[float, float], one: float, other: float) -> None:
    low, high = (figures.quantile(buckets, share) for share in sorted((one, other)))

    assert (low is None) is (high is None)
    assert low is None or high is None or low <= high * (1 + 1e-9)


# Prometheus


def answer(*values: str) -> dict[str, Any]:
    result = [{"metric": {}, "value": [1.0, value]} for value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def test_a_vector_is_read_by_its_first_result() -> None:  # Y-23
    assert figures.vector(answer("0.97")) == 0.97
    assert figures.vector(answer("NaN")) is None
    assert figures.vector(answer()) is None
    assert figures.vector(answer("+Inf")) == math.inf


@pytest.mark.parametrize(
    "given_answer",
    [
        None, [], {}, {"status": "error"}, {"status": "success"}, {"status": "success", "data": {}},
        answer("1", "2"), answer("x"),
        {"status": "success", "data": {"resultType": "scalar", "result": [1, "1"]}},
        {"status": "success", "data": {"resultType": "vector", "result": "12"}},
        {"status": "success", "data": {"resultType": "vector", "result": [{}]}},
    ],
)  # fmt: skip
def test_what_is_no_vector_of_one_is_refused(given_answer: Any) -> None:
    with pytest.raises(Unreadable):
        figures.vector(given_answer)


def test_a_name_can_not_leave_its_place_in_a_query() -> None:
    found = figures.queries('te"am', ['shop-all-blue-1"} or vector(1) #', "shop.x", "a\\", "b\n"])

    for text in found.values():
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
        assert "vector" not in bare
        assert "#" not in bare
        assert '"' not in bare
        assert "\n" not in text
    assert "shop\\\\.x" in found["good"]
