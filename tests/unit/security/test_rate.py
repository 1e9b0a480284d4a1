"""GCRA: never more than its burst and its rate allow, and never less (S4-073, S0-095, S3-063)."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.security.access import limits_of
from testgen_runtime.security.rate import MINUTE, SECOND, Limit, decide
from testgen_runtime.security.roles import RateClass
from testgen_runtime.settings import Rate, RateLimit

LIMITS = st.builds(Limit.per_minute, st.integers(1, 100_000), st.integers(1, 500))
PAUSES = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 5 * MINUTE)), min_size=1, max_size=200)


def admitted(limit: Limit, pauses: list[int]) -> list[int]:
    """When a request passed."""
    now, tat, passed = 1_800_000_000 * SECOND, None, []
    for pause in pauses:
        now += pause
        decision = decide("reads", limit, tat, now)
        tat = decision.tat
        if decision.admitted:
            passed.append(now)
    return passed


@given(LIMITS, PAUSES)
def test_in_no_window_pass_more_than_burst_and_rate_allow(limit: Limit, pauses: list[int]) -> None:
    passed = admitted(limit, pauses)
    for first, began in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= limit.burst + (passed[last] - began) / limit.interval


@given(LIMITS)
def test_after_a_rest_a_whole_burst_passes_and_not_one_more(limit: Limit) -> None:
    assert len(admitted(limit, [0] * (limit.burst + 5))) == limit.burst


@given(LIMITS, st.integers(1, 50))
def test_whoever_keeps_the_rate_is_never_refused(limit: Limit, count: int) -> None:
    assert len(admitted(limit, [limit.interval] * count)) == count


@given(LIMITS, PAUSES)
def test_what_is_told_is_true(limit: Limit, pauses: list[int]) -> None:
    now, tat = 1_800_000_000 * SECOND, None
    for pause in pauses:
        now += pause
        decision = decide("reads", limit, tat, now)
        tat = decision.tat
        assert 0 <= decision.remaining <= limit.burst
        again = decide("reads", limit, tat, now)
        assert again.admitted == (decision.remaining > 0)
        if not decision.admitted:
            assert decision.retry_after > 0
            assert decide("reads", limit, tat, now + decision.retry_after * SECOND).admitted


@given(LIMITS, st.integers(0, 10**9))
def test_a_clock_that_went_back_bars_nobody_for_longer_than_an_interval(limit: Limit, back: int) -> None:
    now = 1_800_000_000 * SECOND
    decision = decide("reads", limit, now + back + limit.window, now)

    assert decide("reads", limit, decision.tat, now + limit.interval).admitted


def test_the_headers_have_the_shape_of_the_draft() -> None:
    decision = decide("reads", Limit.per_minute(100, 200), None, 0)

    assert decision.headers() == {"RateLimit-Policy": '"reads";q=200;w=120', "RateLimit": '"reads";r=199;t=1'}


def test_the_figures_are_those_of_the_catalogue_unless_a_class_has_its_own() -> None:  # S3-063 X-15
    usual, own = Limit.per_minute(100, 200), Limit.per_minute(600, 50)
    found = limits_of(RateLimit(reads=Rate(requests_per_minute=600, burst_size=50)))

    trials = {RateClass.TRIALS: Limit.per_minute(600, 200)}
    assert limits_of(RateLimit()) == dict.fromkeys(RateClass, usual) | trials
    assert found == {RateClass.READS: own, RateClass.WRITES: usual, RateClass.GENERATION: usual} | trials


@given(st.lists(st.integers(1, 1_000_000), min_size=2, max_size=20, unique=True).map(sorted))
def test_more_a_minute_is_never_a_longer_interval(rates: list[int]) -> None:
    intervals = [Limit.per_minute(rate, 1).interval for rate in rates]

    assert all(left >= right for left, right in pairwise(intervals))
    assert all(rate * interval >= MINUTE for rate, interval in zip(rates, intervals, strict=True))
