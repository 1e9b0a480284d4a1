"""The accounting of the rollout benchmark: a request, a stream and a job each end as exactly one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench.rollout_count import Jobs, Kind, Requests, Stream, Told, parse, percentile

ALL = [Told(3, "queued"), Told(4, "started"), Told(9, "progress"), Told(12, "succeeded")]


@given(st.lists(st.integers(100, 599)))
def test_each_answer_counts_once(statuses: list[int]) -> None:
    requests = Requests()
    for status in statuses:
        requests.answer("GET /cases", status, {200, 201}, 0.1)

    assert requests.total == len(statuses)
    assert requests.answered == sum(status in (200, 201) for status in statuses)
    assert requests.limited == statuses.count(429)
    assert requests.failed[Kind.SERVER] == sum(status >= 500 for status in statuses)


def test_failures_are_told_by_kind_and_the_first_in_words() -> None:
    one, other = Requests(), Requests()
    one.fail("GET /cases", Kind.RESET, "gone")
    other.answer("POST /documents", 503, {201}, 1)
    other.answer("GET /cases", 200, {200}, 0.2)
    one.add(other)

    assert (one.total, one.failures, one.failed) == (3, 2, {Kind.RESET: 1, Kind.SERVER: 1})
    assert one.first == ["GET /cases: reset gone", "POST /documents: 5xx 503"]
    assert one.seconds == [0.2]


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        (ALL, None),
        (ALL[:2] + ALL[3:], "1 events missing, the first is 9"),
        (ALL[:3] + ALL[2:], "1 events came twice, the first is 9"),
        ([ALL[1], ALL[0], *ALL[2:]], "another order"),
        ([*ALL, Told(13, "progress")], "others than were kept"),
        ([], "4 events missing"),
    ],
)
def test_a_stream_is_held_against_the_record_of_its_job(told: list[Told], fault: str | None) -> None:
    faults = Stream("job-1", told).faults(ALL)

    assert not faults if fault is None else fault in faults[0]


def test_a_stream_that_nobody_ever_answered_is_broken_although_its_record_is_as_empty() -> None:
    assert Stream("job-1", []).faults([]) == ["job-1: its end was never told"]


def test_a_job_is_lost_where_it_was_accepted_and_has_not_ended_well() -> None:
    jobs = Jobs(asked=["a", "b", "c"], ended={"a": "succeeded", "b": "running"})

    assert jobs.lost() == ["b: running", "c: has not ended"]


def test_a_stream_is_read_however_its_bytes_are_cut() -> None:
    text = "retry: 700\r\n\r\nid: 3\r\nevent: queued\r\ndata: {}\r\n\r\n: ping\r\n\r\nid: 4\nevent: started\ndata: {}\n\n"
    for cut in range(len(text)):
        told, retry, rest = parse(text[:cut])
        more, later, left = parse(rest + text[cut:])
        assert [one.id for one in told + more] == [3, 4], cut
        assert (later if retry is None else retry) == 700
        assert left == ""


def test_percentiles_are_measured_values() -> None:
    assert percentile([], 0.95) == 0
    assert percentile([3.0], 0.95) == 3
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95
