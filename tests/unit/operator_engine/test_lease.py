"""Leader election: never two leaders, a dead one is replaced, a clean one hands over at once.

`LeaseStore` is a fake of one Lease with its optimistic locking and of an API server that can be away. That a real API server
behaves so is shown by tests/cluster/test_failover.py.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.operator_engine.virtual_time import in_virtual_time

from testgen_operator.cluster.client import Client
from testgen_operator.cluster.lease import LeaderElection, Observed, may_take
from testgen_operator.errors import ApiError, LeaseLost


class LeaseStore:
    def __init__(self) -> None:
        self.live: dict[str, Any] | None = None
        self.away_for: set[str] = set()
        self.reads = 0

    def client(self, who: str) -> Client:
        return cast(Client, _View(self, who))


class _View:
    def __init__(self, store: LeaseStore, who: str) -> None:
        self._store, self._who = store, who

    async def _reach(self) -> None:
        await asyncio.sleep(0.01)
        if self._who in self._store.away_for:
            raise ApiError("no answer", status=0, reason="Unreachable")

    async def get(self, _: object) -> dict[str, Any] | None:
        await self._reach()
        self._store.reads += 1
        return self._store.live

    async def create(self, manifest: dict[str, Any]) -> dict[str, Any]:
        await self._reach()
        if self._store.live is not None:
            raise ApiError("exists", status=409, reason="AlreadyExists")
        return self._store_it(manifest, 1)

    async def replace(self, manifest: dict[str, Any]) -> dict[str, Any]:
        await self._reach()
        assert self._store.live is not None
        version = self._store.live["metadata"]["resourceVersion"]
        if manifest["metadata"]["resourceVersion"] != version:
            raise ApiError("changed", status=409, reason="Conflict")
        return self._store_it(manifest, int(version) + 1)

    def _store_it(self, manifest: dict[str, Any], version: int) -> dict[str, Any]:
        self._store.live = manifest | {"metadata": manifest["metadata"] | {"resourceVersion": str(version)}}
        return self._store.live


def candidate(store: LeaseStore, who: str, *, clock_runs: float = 1.0) -> LeaderElection:
    """`clock_runs`: how fast this replica's clock runs against the true one."""
    loop = asyncio.get_running_loop()
    return LeaderElection(
        store.client(who), namespace="n", identity=who, clock=lambda: loop.time() * clock_runs + sum(who.encode())
    )


def now() -> float:
    return asyncio.get_running_loop().time()


@in_virtual_time
async def test_the_first_leads_and_the_second_waits() -> None:
    store = LeaseStore()
    one, two = candidate(store, "one"), candidate(store, "two")
    await one.acquire()
    holding = asyncio.create_task(one.hold())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(two.acquire(), 3600)
    assert one.is_valid()
    assert not two.is_valid()
    holding.cancel()


@in_virtual_time
async def test_a_dead_leader_is_replaced_after_its_lease_and_not_before() -> None:
    store = LeaseStore()
    one, two = candidate(store, "one"), candidate(store, "two")
    await one.acquire()
    died = now()
    await two.acquire()
    assert 15 <= now() - died <= 15 + 2 * 1.1 + 0.1
    assert not one.is_valid()


@in_virtual_time
async def test_a_released_lease_is_taken_within_three_seconds() -> None:
    store = LeaseStore()
    one, two = candidate(store, "one"), candidate(store, "two")
    await one.acquire()
    holding = asyncio.create_task(one.hold())
    waiting = asyncio.create_task(two.acquire())
    await asyncio.sleep(20)
    assert not waiting.done()
    holding.cancel()
    released = now()
    await one.release()
    assert not one.is_valid()
    await waiting
    assert now() - released <= 3.0


@in_virtual_time
async def test_a_leader_that_cannot_renew_gives_up_before_another_may_lead() -> None:
    store = LeaseStore()
    one, two = candidate(store, "one"), candidate(store, "two")
    await one.acquire()
    holding = asyncio.create_task(one.hold())
    taking = asyncio.create_task(two.acquire())
    await asyncio.sleep(100)
    store.away_for.add("one")
    with pytest.raises(LeaseLost):
        await holding
    gave_up = now()
    await taking
    assert now() - gave_up >= 2


@in_virtual_time
async def test_a_lease_held_by_another_is_lost_at_once() -> None:
    store = LeaseStore()
    one = candidate(store, "one")
    await one.acquire()
    assert store.live is not None
    store.live = store.live | {
        "spec": store.live["spec"] | {"holderIdentity": "intruder"},
        "metadata": store.live["metadata"] | {"resourceVersion": "99"},
    }
    with pytest.raises(LeaseLost, match="intruder"):
        await one.hold()
    assert now() < 5


@in_virtual_time
async def test_a_short_outage_costs_nothing() -> None:
    store = LeaseStore()
    one = candidate(store, "one")
    await one.acquire()
    holding = asyncio.create_task(one.hold())
    store.away_for.add("one")
    await asyncio.sleep(7)
    store.away_for.clear()
    await asyncio.sleep(60)
    assert not holding.done()
    assert one.is_valid()
    holding.cancel()


@given(
    st.floats(0.85, 1.15),
    st.floats(0.85, 1.15),
    st.lists(st.tuples(st.floats(1, 40), st.sampled_from(["one", "two", ""])), max_size=6),
)
def test_never_two_leaders_whatever_the_clocks_and_the_network_do(
    pace_one: float, pace_two: float, weather: list[tuple[float, str]]
) -> None:
    """Clocks start anywhere and run up to 15 % fast or slow: 15 s against 10 s leaves room for 1.5 between two of them."""

    @in_virtual_time
    async def scenario() -> None:
        store = LeaseStore()
        leading: set[str] = set()

        async def replica(who: str, pace: float) -> None:
            while True:
                election = candidate(store, who, clock_runs=pace)
                await election.acquire()
                leading.add(who)
                assert len(leading) == 1
                try:
                    await election.hold()
                except LeaseLost:
                    leading.discard(who)

        tasks = [asyncio.create_task(replica("one", pace_one)), asyncio.create_task(replica("two", pace_two))]
        for seconds, away in weather:
            store.away_for = {away} - {""}
            await asyncio.sleep(seconds)
        store.away_for = set()
        await asyncio.sleep(60)
        for task in tasks:
            assert not task.done() or task.exception() is None
            task.cancel()
        assert len(leading) == 1

    scenario()


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["", "me", "other"]), st.integers(0, 60))
def test_only_an_unchanged_record_for_its_whole_duration_counts_as_dead(
    since: float, waited: float, holder: str, duration: int
) -> None:
    observed = Observed(
        {"holderIdentity": holder, "leaseDurationSeconds": duration, "renewTime": "1999-01-01T00:00:00Z"}, "1", since
    )
    expected = holder in ("", "me") or since + waited >= since + duration
    assert may_take(observed, "me", since + waited) == expected


@in_virtual_time
async def test_a_holder_renews_without_reading() -> None:
    store = LeaseStore()
    one = candidate(store, "one")
    await one.acquire()
    holding, before = asyncio.create_task(one.hold()), store.reads
    await asyncio.sleep(600)
    assert one.is_valid()
    assert store.reads == before
    holding.cancel()


@in_virtual_time
async def test_a_holder_whose_lease_somebody_edited_looks_and_goes_on() -> None:
    store = LeaseStore()
    one = candidate(store, "one")
    await one.acquire()
    holding = asyncio.create_task(one.hold())
    await asyncio.sleep(5)
    assert store.live is not None
    store.live = store.live | {"metadata": store.live["metadata"] | {"resourceVersion": "99"}}
    await asyncio.sleep(60)
    assert not holding.done()
    assert one.is_valid()
    holding.cancel()


@in_virtual_time
async def test_health_fails_when_the_lease_cannot_be_renewed_or_a_candidate_gets_no_answer() -> None:
    """Issue 6, item 8: what /healthz says of the Lease."""
    store = LeaseStore()
    one, two = candidate(store, "one"), candidate(store, "two")
    await one.acquire()
    waiting = asyncio.create_task(two.acquire())
    await asyncio.sleep(9)
    assert one.verdict() == ""
    await asyncio.sleep(2)
    assert "renewed" in one.verdict()
    assert two.verdict() == ""
    store.away_for = {"two"}
    await asyncio.sleep(65)
    assert "answered" in two.verdict()
    waiting.cancel()
