"""One round of every fault of `make soak SOAK=operator`, with a fixed seed and short pauses, on a real API server without nodes.

Issue 6: after each fault the same end state as without it, nothing doubled, no store touched, noticed within 60 s.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.soak import operator_faults

pytestmark = pytest.mark.asyncio


async def test_after_each_fault_all_is_as_without_it(tmp_path: Path) -> None:
    told: list[str] = []
    results = await operator_faults.run(tmp_path / "plane", rounds=1, seed=6, pause=6.0, tell=told.append)
    assert [fault for result in results.values() for fault in result.faults] == [], told
    assert all(result.rounds == 1 for result in results.values())
