"""How quickly a job starts on an idle system, how many end in a second, and how soon a killed worker's job goes on.

Beside the first, in the same run: a bare LISTEN/NOTIFY between two connections, the limit of what the database gives.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from testgen_runtime.jobs.model import Origin, Request
from testgen_runtime.jobs.notifications import Notifications
from testgen_runtime.jobs.runner import Ports, Runner
from testgen_runtime.jobs.service import Jobs
from testgen_runtime.jobs.worker import Worker
from testgen_runtime.settings import Jobs as JobSettings
from testgen_runtime.settings import Limits, Postgres
from testgen_runtime.storage import embedded
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry import logs
from tests.bench.report import Metric, metric
from tests.stored_documents import store

POOL: Final = Postgres(pool_min=2, pool_max=6, command_timeout=30)
STARTS, BURST, KILLS = 200, 300, 10
SETTINGS: Final = JobSettings(parallel=2)


def run() -> dict[str, Metric]:
    """The metrics of build/bench/jobs.json."""
    logs.configure("ERROR", "json", sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="testgen-bench-jobs-"))
    try:
        with embedded.running(folder / "postgres") as server:
            return asyncio.run(_run(server))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _run(server: Target) -> dict[str, Metric]:
    connection = await connect(server, POOL)
    await connection.execute("CREATE DATABASE bench")
    await connection.close()
    target = replace(server, database="bench")
    await migrate(target, POOL)
    database = Database(target, POOL)
    await database.open(within=20)
    try:
        small = await _document(database, 1)
        bare = await _bare_notifications(target)
        async with _worker(target):
            await _until_ended(database, await _ask(database, small, 1), within=60)
            starts = []
            for _ in range(STARTS):
                await _until_ended(database, await _ask(database, small, 1))
                starts.append(await _last_wait(database))
            begun = time.monotonic()
            await _until_ended(database, await _ask(database, small, BURST), within=300)
            rate = BURST / (time.monotonic() - begun)
        recoveries = [await _recovery(database, target, n) for n in range(KILLS)]
    finally:
        await database.close()
    return {
        "start_p50_ms": metric(statistics.median(starts), "ms", baseline=statistics.median(bare)),
        "start_p95_ms": metric(_p95(starts), "ms", baseline=_p95(bare)),
        "jobs_per_second": metric(rate, "jobs/s"),
        "recovery_p95_s": metric(_p95(recoveries), "s", baseline=2 * SETTINGS.heartbeat_seconds),
    }


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def _document(database: Database, requirements: int, name: str = "small") -> str:
    text = "\n\n".join(
        f"F-{n}: The field {n} of {name} must have {n + 1} to {n + 50} characters." for n in range(1, requirements + 1)
    )
    async with database.transaction() as connection:
        return await store(database, connection, text, name)


async def _ask(database: Database, document_id: str, many: int, total: int = 1) -> list[str]:
    jobs = Jobs(database, Notifications(database), Limits(), asyncio.Event())
    ids = [f"bench-{time.monotonic_ns()}-{n}" for n in range(many)]
    for job_id in ids:
        async with database.transaction() as connection:
            await jobs.submit(
                connection,
                job_id=job_id,
                document_id=document_id,
                request=Request(),
                total=total,
                origin=Origin(created_by="bench"),
            )
    return ids


async def _until_ended(database: Database, ids: list[str], *, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while True:
        async with database.connection() as connection:
            left = await connection.fetchval("SELECT count(*) FROM jobs WHERE id = ANY($1) AND finished_at IS NULL", ids)
        if not left:
            return
        assert time.monotonic() < deadline, f"{left} jobs have not ended"
        await asyncio.sleep(0.01)


async def _last_wait(database: Database) -> float:
    """Milliseconds from asking to the first start of the newest job, by the database's clock."""
    async with database.connection() as connection:
        found = await connection.fetchval(
            "SELECT extract(epoch FROM started_at - created_at)::float8 * 1000 FROM jobs ORDER BY seq DESC LIMIT 1"
        )
    return float(found)


async def _bare_notifications(target: Target) -> list[float]:
    listener, speaker = await connect(target, POOL), await connect(target, POOL)
    heard = asyncio.Event()
    await listener.add_listener("bench", lambda *_: heard.set())
    taken = []
    for _ in range(STARTS):
        heard.clear()
        begun = time.perf_counter()
        await speaker.execute("SELECT pg_notify('bench', 'x')")
        await heard.wait()
        taken.append((time.perf_counter() - begun) * 1000)
    await listener.close()
    await speaker.close()
    return taken


@asynccontextmanager
async def _worker(target: Target) -> AsyncIterator[Any]:
    """A worker in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(target,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _work(target: Target) -> None:
    logs.configure("ERROR", "json", sys.stderr)
    asyncio.run(_serve(target))


async def _serve(target: Target) -> None:
    database = Database(target, POOL)
    await database.open(within=20)
    await Worker(database, Runner(database, Ports()), SETTINGS).run()


async def _recovery(database: Database, target: Target, n: int) -> float:
    """Seconds from the kill of the worker of a job to the job's next attempt by another one."""
    document_id = await _document(database, 2000, f"long {n}")
    (job_id,) = await _ask(database, document_id, 1, total=2000)
    async with _worker(target) as first:
        await _until(database, job_id, "done >= 20")
        async with _worker(target):
            await asyncio.sleep(1.0)  # the other one is up and idle; nothing to wait on, since it has nothing to show
            first.kill()
            begun = time.monotonic()
            await _until(database, job_id, "attempt >= 2")
            taken = time.monotonic() - begun
    async with database.connection() as connection:
        await connection.execute("UPDATE jobs SET state = 'canceled', finished_at = now() WHERE id = $1", job_id)
    return taken


async def _until(database: Database, job_id: str, condition: str) -> None:
    deadline = time.monotonic() + 90
    while True:
        async with database.connection() as connection:
            if await connection.fetchval(f"SELECT {condition} FROM jobs WHERE id = $1", job_id):
                return
        assert time.monotonic() < deadline, condition
        await asyncio.sleep(0.02)
