"""The token budget on a real PostgreSQL: parallel calls never overshoot it, a killed call leaves nothing reserved for ever."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testgen_runtime.gateway.budgets import EXPIRES_AFTER, DailyBudget
from testgen_runtime.gateway.model import BudgetSpent
from testgen_runtime.storage.database import Database

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def budget(database: Database, limit: int, *, now: datetime = NOON, scope: str = "tenant") -> DailyBudget:
    return DailyBudget(database.pool, scope=scope, limit=limit, clock=lambda: now)


async def test_parallel_calls_never_reserve_more_than_the_limit(database: Database) -> None:  # S4-045, S4-048
    daily = budget(database, 1_000)

    async def call(n: int) -> int:
        try:
            reservation = await daily.reserve(f"call-{n}", 90, "m")
        except BudgetSpent:
            return 0
        await asyncio.sleep(0)
        await daily.settle(reservation, 60)
        return 60

    used = sum(await asyncio.gather(*(call(n) for n in range(60))))

    spent, reserved, limit = await daily.used()
    assert spent == used
    assert reserved == 0
    assert 0 < spent <= limit


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), min_size=1, max_size=20), st.integers(0, 1_500))
async def test_spent_and_reserved_together_stay_under_the_limit(
    database: Database, calls: list[tuple[int, float]], limit: int
) -> None:
    await database.pool.execute("TRUNCATE budget_account CASCADE")
    daily = budget(database, limit)

    async def one(n: int, most: int, share: float) -> None:
        try:
            reservation = await daily.reserve(f"call-{n}", most, "m")
        except BudgetSpent:
            return
        spent, reserved, _ = await daily.used()
        assert spent + reserved <= limit
        await daily.settle(reservation, int(most * share))

    await asyncio.gather(*(one(n, most, share) for n, (most, share) in enumerate(calls)))

    spent, reserved, _ = await daily.used()
    assert reserved == 0
    assert spent <= limit


async def test_settling_twice_charges_once(database: Database) -> None:
    daily = budget(database, 1_000)
    reservation = await daily.reserve("call", 100, "m")

    await daily.settle(reservation, 40)
    await daily.settle(reservation, 40)

    assert await daily.used() == (40, 0, 1_000)


async def test_a_call_made_again_after_a_kill_is_charged_for_both(database: Database) -> None:
    daily = budget(database, 1_000)
    await daily.reserve("call", 100, "m")

    again = await daily.reserve("call", 100, "m")
    await daily.settle(again, 30)

    assert await daily.used() == (130, 0, 1_000)


async def test_a_call_that_never_reports_back_is_charged_in_full(database: Database) -> None:
    await budget(database, 1_000).reserve("lost", 100, "m")
    later = budget(database, 1_000, now=NOON + EXPIRES_AFTER + timedelta(seconds=1))

    await later.settle(await later.reserve("next", 10, "m"), 5)

    assert await later.used() == (105, 0, 1_000)
    assert await database.pool.fetchval("SELECT estimated FROM budget_reservation WHERE request_id = 'lost'")


async def test_a_new_day_has_a_new_budget_and_scopes_do_not_share(database: Database) -> None:
    today, tomorrow = budget(database, 100), budget(database, 100, now=NOON + timedelta(days=1))
    await today.reserve("a", 100, "m")

    with pytest.raises(BudgetSpent):
        await today.reserve("b", 1, "m")

    await tomorrow.reserve("b", 100, "m")
    await budget(database, 100, scope="other").reserve("c", 100, "m")


async def test_a_budget_of_nothing_allows_nothing(database: Database) -> None:
    with pytest.raises(BudgetSpent, match="0 tokens"):
        await budget(database, 0).reserve("a", 1, "m")
