"""Real `testgen serve` processes for tests that kill them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.integration.patience import PATIENCE

from testgen_runtime.storage.target import Target

KEY = "test-key-0123456789abcdef"


@dataclass(slots=True)
class Serving:
    """A process that serves. `seconds` is how long it took from its start to ready."""

    process: asyncio.subprocess.Process
    http: httpx.AsyncClient
    seconds: float
    log: Path

    async def kill(self) -> None:
        """End it as a lost node would."""
        self.process.kill()
        await self.process.wait()

    async def terminate(self, *, within: float = 40 * PATIENCE) -> int:
        """End it as Kubernetes does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), within)


@asynccontextmanager
async def serving(
    target: Target, folder: Path, program: Sequence[str] = (sys.executable, "-m", "testgen_runtime.cli"), **variables: str
) -> AsyncIterator[Serving]:
    """`testgen serve` on a database, once it is ready; ended at the end if it still runs."""
    name = uuid.uuid4().hex[:8]
    ready, log = folder / f"ready-{name}.json", folder / f"log-{name}"
    started = time.monotonic()
    defaults = {
        "TESTGEN_BOOTSTRAP_API_KEY": KEY,
        "TESTGEN_DATA_DIR": str(folder / name),
        "TESTGEN_RATE_LIMIT__ENABLED": "false",
    }
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *program, "serve", "--port", "0", "--ready-file", str(ready),
            env=environment(target) | defaults | variables,
            stdout=out, stderr=out,
        )  # fmt: skip
    try:
        while not ready.exists():
            assert process.returncode is None, log.read_text()
            assert time.monotonic() - started < 60 * PATIENCE, log.read_text()
            await asyncio.sleep(0.02)
        seconds = time.monotonic() - started
        url = json.loads(ready.read_text())["url"]
        async with httpx.AsyncClient(base_url=f"{url}/api/v1", headers={"X-API-Key": KEY}, timeout=60 * PATIENCE) as http:
            yield Serving(process, http, seconds, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def environment(target: Target) -> dict[str, str]:
    """What a process needs to know of this database and of nothing else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TESTGEN_")}
    return kept | {
        "TESTGEN_CONFIG": os.devnull,
        "TESTGEN_POSTGRES__MODE": "server",
        "TESTGEN_POSTGRES__HOST": target.host,
        "TESTGEN_POSTGRES__PORT": str(target.port),
        "TESTGEN_POSTGRES__DATABASE": target.database,
        "TESTGEN_POSTGRES__USER": target.user,
        "TESTGEN_POSTGRES__SSL_MODE": "disable",
        "TESTGEN_POSTGRES__POOL_MIN": "1",
        "TESTGEN_POSTGRES__POOL_MAX": "6",
    }


async def until(
    http: httpx.AsyncClient, job_id: str, *, done: int = 0, finished: bool = False, within: float = 90
) -> dict[str, Any]:
    """The job once it has done so many requirements, or has ended."""
    deadline = time.monotonic() + within * PATIENCE
    while True:
        job: dict[str, Any] = (await http.get(f"/jobs/{job_id}")).json()
        ended = job["state"] in ("succeeded", "failed", "canceled")
        if ended or (not finished and job["done"] >= done):
            return job
        assert time.monotonic() < deadline, job
        await asyncio.sleep(0.02)
