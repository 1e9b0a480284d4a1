"""The clock is injected, and a jump of it costs nothing: no write, no lost Lease, no condition that turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.operator_engine.test_reconcile import RESYNC, SHOP, World

from testgen_operator.plan.images import Images
from testgen_operator.reconcile.project import reconcile

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=4000)])
async def test_a_jump_of_the_clock_between_two_passes_writes_nothing(jump: timedelta) -> None:  # issue 6: clock jumped
    world = World()
    await world.settle()
    before, status = len(world.memory.writes), world.status()
    for now in (NOW + jump, NOW):
        await reconcile(SHOP, world.cluster, Images(), lambda now=now: now, RESYNC)  # type: ignore[misc]
    assert len(world.memory.writes) == before
    assert world.status() == status


async def test_a_condition_that_turns_after_a_jump_back_still_turns_once() -> None:
    world = World()
    await world.settle()
    spec = {"replicas": 2}
    changed = dict(world.live) | {"spec": spec, "metadata": dict(world.live["metadata"]) | {"generation": 2}}
    world.cache.put(world.memory.put(changed))
    for _ in range(10):
        await reconcile(SHOP, world.cluster, Images(), lambda: NOW - timedelta(days=30), RESYNC)
    before = len(world.memory.writes)
    await reconcile(SHOP, world.cluster, Images(), lambda: NOW, RESYNC)
    assert len(world.memory.writes) == before
