"""The keyed queue: once waiting, one worker at a time, fair, backing off."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.operator_engine.virtual_time import in_virtual_time

from testgen_operator.cluster.queue import LONGEST_BACKOFF, KeyedQueue


def queue() -> KeyedQueue[str]:
    return KeyedQueue(uniform=lambda low, high: (low + high) / 2)


def now() -> float:
    return asyncio.get_running_loop().time()


@in_virtual_time
async def test_a_key_added_often_is_handed_out_once() -> None:
    it = queue()
    for _ in range(100):
        it.add("a")
    assert await it.get() == "a"
    it.done("a")
    assert it.depth() == 0


@in_virtual_time
async def test_a_key_added_while_it_is_worked_on_comes_again_only_after_done() -> None:
    it = queue()
    it.add("a")
    await it.get()
    it.add("a")
    assert it.depth() == 0
    it.done("a")
    assert await it.get() == "a"


@in_virtual_time
async def test_a_busy_key_does_not_starve_the_others() -> None:
    it = queue()
    it.add("busy")
    it.add("quiet")
    assert await it.get() == "busy"
    it.add("busy")
    it.done("busy")
    assert await it.get() == "quiet"


@in_virtual_time
async def test_add_after_waits_for_its_time() -> None:
    it = queue()
    it.add_after("a", 600)
    assert await it.get() == "a"
    assert now() == 600


@in_virtual_time
async def test_the_earlier_of_two_wake_ups_wins_and_fires_once() -> None:
    it = queue()
    it.add_after("a", 600)
    it.add_after("a", 5)
    it.add_after("a", 60)
    assert await it.get() == "a"
    assert now() == 5
    it.done("a")
    it.add_after("b", 1000)
    assert await it.get() == "b"


@in_virtual_time
async def test_a_change_takes_the_place_of_a_wake_up() -> None:
    it = queue()
    it.add_after("a", 600)
    it.add("a")
    assert await it.get() == "a"
    it.done("a")
    assert it.depth() == 0
    it.add_after("b", 601)
    assert await it.get() == "b"  # and not "a" at 600


@in_virtual_time
async def test_backoff_doubles_from_one_second_to_five_minutes() -> None:
    it = queue()
    assert [it.retry("a") for _ in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST_BACKOFF, LONGEST_BACKOFF]


@in_virtual_time
async def test_success_resets_the_backoff_of_that_key_alone() -> None:
    it = queue()
    for key in "ab":
        it.retry(key)
        it.retry(key)
    it.forget("a")
    assert (it.retry("a"), it.retry("b")) == (1, 4)


@given(st.floats(0.8, 1.2), st.integers(0, 60))
def test_jitter_never_leads_out_of_the_bounds(factor: float, failures: int) -> None:
    it: KeyedQueue[str] = KeyedQueue(clock=lambda: 0.0, uniform=lambda *_: factor)
    delays = [it.retry("a") for _ in range(failures + 1)]
    assert all(0.8 <= delay <= LONGEST_BACKOFF for delay in delays)


@in_virtual_time
async def test_a_long_queue_that_moves_is_not_stuck_and_one_that_does_not_is() -> None:
    """1,000 projects that all wait at a start may wait for minutes; that is no reason to end the process."""
    it = queue()
    for number in range(1000):
        it.add(str(number))
    for _ in range(100):
        key = await it.get()
        await asyncio.sleep(5)
        it.done(key)
    assert it.oldest_age() == 500
    assert it.stuck_for() == 0
    await asyncio.sleep(301)
    assert it.stuck_for() == 301


@in_virtual_time
async def test_a_key_that_is_worked_on_for_too_long_is_stuck_whatever_the_others_do() -> None:
    it = queue()
    it.add("hangs")
    assert await it.get() == "hangs"
    for _ in range(10):
        it.add("well")
        it.done(await it.get())
        await asyncio.sleep(40)
    assert it.stuck_for() == 400


@in_virtual_time
async def test_the_oldest_age_counts_waiting_and_worked_on_keys_but_not_those_that_are_not_due() -> None:
    it = queue()
    it.add_after("later", 1000)
    assert it.oldest_age() == 0
    it.add("a")
    await asyncio.sleep(7)
    assert it.oldest_age() == 7
    await it.get()
    await asyncio.sleep(3)
    assert it.oldest_age() == 3
    it.done("a")
    assert it.oldest_age() == 0


@in_virtual_time
async def test_a_dropped_key_is_not_woken_up() -> None:
    it = queue()
    it.add_after("gone", 5)
    it.drop("gone")
    it.add_after("b", 10)
    assert await it.get() == "b"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 50)), max_size=40), st.integers(1, 5))
def test_no_key_is_ever_with_two_workers_and_none_is_forgotten(additions: list[tuple[str, float]], workers: int) -> None:
    @in_virtual_time
    async def scenario() -> None:
        it, busy, seen = queue(), set[str](), dict[str, float]()

        async def work() -> None:
            while True:
                key = await it.get()
                assert key not in busy
                busy.add(key)
                seen[key] = now()
                await asyncio.sleep(3)
                busy.discard(key)
                it.done(key)

        tasks = [asyncio.create_task(work()) for _ in range(workers)]
        last: dict[str, float] = {}
        for key, pause in additions:
            it.add(key)
            last[key] = now()
            await asyncio.sleep(pause)
        await asyncio.sleep(100)
        assert not [task for task in tasks if task.done()]
        assert all(seen[key] >= when for key, when in last.items())  # worked on after its last change
        assert it.depth() == 0
        for task in tasks:
            task.cancel()

    scenario()


@pytest.mark.parametrize("ticks", range(6))
async def test_a_worker_that_is_cancelled_as_a_key_comes_ends(ticks: int) -> None:
    """In whichever turn of the loop: Python 3.11's wait_for would lose the cancellation in one of them."""
    queue = KeyedQueue[str]()

    async def work() -> None:
        while True:
            queue.done(await queue.get())

    queue.add_after("later", 60)
    worker = asyncio.create_task(work())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    queue.add("now")
    for _ in range(ticks):
        await asyncio.sleep(0)
    worker.cancel()
    done, _ = await asyncio.wait([worker], timeout=5)
    assert worker in done
