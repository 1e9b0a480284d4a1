"""The workers: what comes of a pass decides when the next one is."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.operator_engine.virtual_time import in_virtual_time

from testgen_operator.cluster.cache import Key
from testgen_operator.cluster.queue import KeyedQueue
from testgen_operator.errors import ApiError, LeaseLost, OperatorError
from testgen_operator.reconcile.engine import MOST_STEPS, Engine
from testgen_operator.reconcile.wakeup import WakeUp

SHOP = Key("team", "shop")


class Passes:
    """A reconcile that answers from a list (its last answer for ever) and notes when it was called."""

    def __init__(self, *answers: WakeUp | Exception) -> None:
        self.answers = list(answers)
        self.times: list[float] = []
        self.queue: KeyedQueue[Key] = KeyedQueue(uniform=lambda low, high: (low + high) / 2)
        self.engine = Engine(self.queue, self, timeout=120, uniform=lambda low, high: (low + high) / 2)

    async def __call__(self, _: Key) -> WakeUp:
        self.times.append(asyncio.get_running_loop().time())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def run(self, seconds: float) -> list[float]:
        worker = asyncio.create_task(self.engine.work())
        self.queue.add(SHOP)
        await asyncio.sleep(seconds)
        assert not worker.done()
        worker.cancel()
        return self.times


@in_virtual_time
async def test_a_settled_project_is_looked_at_again_at_the_resync() -> None:
    assert await Passes(WakeUp.resync(600)).run(1900) == [0, 600, 1200, 1800]


@in_virtual_time
async def test_a_pass_that_wrote_is_followed_by_another_at_once() -> None:
    times = await Passes(WakeUp.at_once(), WakeUp.at_once(), WakeUp.resync(600)).run(100)
    assert len(times) == 3
    assert times[-1] < 1


@in_virtual_time
async def test_a_project_that_is_gone_is_forgotten() -> None:
    assert await Passes(WakeUp.never()).run(100_000) == [0]


@in_virtual_time
async def test_a_pass_that_always_writes_is_no_hot_loop() -> None:
    times = await Passes(WakeUp.at_once()).run(600)
    assert len(times) <= MOST_STEPS + 10


@pytest.mark.parametrize("problem", [ApiError("no", status=500), KeyError("a bug"), TimeoutError()])
def test_a_failed_pass_is_tried_again_with_growing_pauses(problem: Exception) -> None:
    @in_virtual_time
    async def scenario() -> None:
        assert await Passes(problem).run(40) == [0, 1, 3, 7, 15, 31]

    scenario()


@in_virtual_time
async def test_a_permanent_error_waits_for_a_change_or_the_slow_resync() -> None:
    assert await Passes(OperatorError("no", permanent=True)).run(299) == [0]


@in_virtual_time
async def test_a_pass_that_hangs_is_cut_off() -> None:
    passes = Passes(WakeUp.resync(600))

    async def hang(_: Key) -> WakeUp:
        await asyncio.sleep(1e9)
        raise AssertionError

    passes.engine = Engine(passes.queue, hang, timeout=120)
    worker = asyncio.create_task(passes.engine.work())
    passes.queue.add(SHOP)
    await asyncio.sleep(121)
    assert passes.queue.oldest_age() < 5
    worker.cancel()


@in_virtual_time
async def test_the_loss_of_the_lease_ends_the_worker() -> None:
    passes = Passes(LeaseLost("lost"))
    worker = asyncio.create_task(passes.engine.work())
    passes.queue.add(SHOP)
    with pytest.raises(LeaseLost):
        await worker


@given(st.lists(st.sampled_from(["settled", "wrote", "failed", "gone"]), min_size=1, max_size=30))
def test_whatever_passes_answer_a_change_is_always_looked_at(kinds: list[str]) -> None:
    answers: dict[str, WakeUp | Exception] = {
        "settled": WakeUp.resync(600),
        "wrote": WakeUp.at_once(),
        "failed": ApiError("no", status=503),
        "gone": WakeUp.never(),
    }

    @in_virtual_time
    async def scenario() -> None:
        passes = Passes(*(answers[kind] for kind in kinds))
        worker = asyncio.create_task(passes.engine.work())
        for _ in range(5):
            await asyncio.sleep(37)
            changed = asyncio.get_running_loop().time()
            passes.queue.add(SHOP)
            await asyncio.sleep(0.01)
            assert passes.times[-1] >= changed
        worker.cancel()

    scenario()
