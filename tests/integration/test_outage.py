"""The database goes away and comes back: nothing has to be restarted, nothing is lost."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.integration.api import Api, eventually, long_document
from tests.integration.conftest import SETTINGS, running

from testgen_runtime.settings import Jobs, Settings
from testgen_runtime.storage import embedded
from testgen_runtime.storage.migrate import migrate

pytestmark = pytest.mark.postgres


@pytest.fixture
async def server() -> AsyncIterator[embedded.Server]:
    """A server of this test's own, to be stopped and started."""
    folder = Path(tempfile.mkdtemp(prefix="testgen-outage-"))
    server = embedded.Server(folder / "postgres")
    await asyncio.to_thread(server.start)
    await migrate(server.target(), SETTINGS)
    yield server
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def test_a_job_outlives_a_restart_of_the_database(server: embedded.Server, settings: Callable[..., Settings]) -> None:
    async with running(settings(jobs=Jobs(heartbeat_seconds=0.5)), server.target()) as api:
        job_id = await api.job(text=long_document(300))
        await api.until(job_id, lambda job: job["done"] >= 10)

        await asyncio.to_thread(server.stop)
        await eventually(lambda: answers(api, "/ready", 503), within=20)
        assert (await api.call("GET", "/health")).json()["status"] == "unhealthy"
        assert (await api.call("GET", "/documents")).status_code == 503
        assert (await api.call("POST", "/documents", json={"title": "T", "text": long_document(2)})).status_code == 503

        await asyncio.to_thread(server.start)
        await eventually(lambda: answers(api, "/ready", 200), within=60)
        job = await api.finished(job_id, within=120)
        made = (await api.call("GET", "/documents")).json()["items"]

    assert (job["state"], job["done"]) == ("succeeded", 300)
    assert job["result"]["coverage"]["requirement_coverage"] == 1.0
    assert len(made) == 1


async def answers(api: Api, path: str, status: int) -> bool:
    return (await api.call("GET", path, role=None)).status_code == status
