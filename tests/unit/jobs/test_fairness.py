"""Which waiting job is next: nobody is starved, nobody's pile of work stands before another's first job."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.jobs.fairness import AGED_AFTER, Candidate, Priority, choose

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def waiting(
    job_id: str,
    seq: int = 1,
    *,
    priority: Priority = Priority.NORMAL,
    minutes: float = 1,
    running: int = 0,
    last_start: datetime | None = None,
) -> Candidate:
    return Candidate(job_id, seq, priority, NOON - timedelta(minutes=minutes), running, last_start)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(waiting("x", 9), waiting("y", 1, running=1), id="a user with nothing at work goes before one with a job"),
        pytest.param(waiting("x", 9, priority=Priority.HIGH), waiting("y", 1), id="high before normal"),
        pytest.param(waiting("x", 9), waiting("y", 1, priority=Priority.LOW), id="normal before low"),
        pytest.param(waiting("x", 9), waiting("y", 1, last_start=NOON), id="a user who never had a turn goes first"),
        pytest.param(
            waiting("x", 9, last_start=NOON - timedelta(hours=1)),
            waiting("y", 1, last_start=NOON),
            id="the longest without a turn",
        ),
        pytest.param(waiting("x", 1), waiting("y", 2), id="first come, first served"),
        pytest.param(
            waiting("x", 1, minutes=6, priority=Priority.LOW),
            waiting("y", 2, priority=Priority.HIGH),
            id="an aged job counts as high",
        ),
    ],
)
def test_the_first_of_two(one: Candidate, other: Candidate) -> None:
    assert choose([one, other], NOON) == choose([other, one], NOON) == one.job_id


def test_nothing_waits() -> None:
    assert choose([], NOON) is None


@given(st.lists(st.sampled_from(list(Priority)), min_size=2, max_size=30), st.integers(1, 40))
def test_an_endless_stream_of_important_work_delays_nobody_for_long(stream: list[Priority], minutes_a_job: int) -> None:
    """One worker; user B always has a job waiting. User A's low job starts within the time of ageing and two jobs."""
    clock, last = NOON, {"a": None, "b": None}
    turn = 0
    while clock - NOON <= AGED_AFTER + 2 * timedelta(minutes=minutes_a_job):
        mine = Candidate("a", 0, Priority.LOW, NOON, 0, last["a"])
        theirs = Candidate("b", turn + 1, stream[turn % len(stream)], clock - timedelta(seconds=1), 0, last["b"])
        if choose([mine, theirs], clock) == "a":
            return
        last["b"] = clock  # type: ignore[assignment]
        clock += timedelta(minutes=minutes_a_job)
        turn += 1
    pytest.fail("the job was starved")
