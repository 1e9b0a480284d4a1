"""The clients of the mode change, on processes of the runtime: they see jobs through, and see rows that are gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.bench.rollout_slow import TRIGGER
from tests.cluster import traffic
from tests.cluster.crossing import Crossing
from tests.cluster.traffic import Traffic
from tests.integration.api import eventually
from tests.integration.processes import KEY, serving

from testgen_runtime.settings import Postgres
from testgen_runtime.storage.target import Target, connect

pytestmark = pytest.mark.postgres
FAST = {"TESTGEN_JOBS__HEARTBEAT_SECONDS": "0.5"}


async def test_all_that_is_asked_for_is_there_afterwards_and_what_is_deleted_is_missed(target: Target, tmp_path: Path) -> None:
    database = await connect(target, Postgres())
    await database.execute(TRIGGER)
    async with serving(target, tmp_path, **FAST) as one:
        at = str(one.http.base_url).removesuffix("/api/v1/")
        kept, fresh = Crossing(at, KEY), Traffic(at, KEY)

        async def at_work() -> bool:
            return bool(kept.running()) and fresh.answered >= 30

        async with kept.flowing(), traffic.flowing(fresh):
            await eventually(at_work, within=60)
            moment = datetime.now(UTC)

        assert [*fresh.failures, *kept.troubles()] == []
        assert kept.at(moment), "a job was at work"
        assert len(kept.rows) >= 3, "a short one, a long one and one that was waited for"
        assert [*await fresh.lost(), *await kept.lost()] == []

        [gone, *_] = fresh.written
        job, rows = next(iter(kept.rows.items()))
        case = next(iter(rows.cases))
        await database.execute("DELETE FROM requirements WHERE document_id = $1", gone)
        await database.execute("DELETE FROM cases WHERE id = $1", case)

        assert await fresh.lost() == [gone]
        assert await kept.lost() == [f"case {case} of job {job}"]
    await database.close()
