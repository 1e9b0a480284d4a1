"""A short round of `make soak`: workers are killed at random moments, nothing is lost and nothing exists twice."""

from __future__ import annotations

import pytest
from tests.soak.worker_kills import kill_workers

from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres


async def test_jobs_outlive_their_killed_workers_and_their_effects_exist_once(target: Target) -> None:
    found = await kill_workers(target, kills=12, seed=7)

    assert found.faults() == []
    assert found.kills == 12
    assert found.attempts > found.jobs, "no kill hit a job at work: the test shows nothing"
