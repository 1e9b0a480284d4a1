"""The faults of the rollout benchmark's broken releases do what they say, around the real program."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.bench import rollout_faults, rollout_images
from tests.bench.report import ROOT
from tests.integration.api import DOCUMENT
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment, serving

from testgen_runtime.errors import MigrationFailed
from testgen_runtime.storage import schema
from testgen_runtime.storage.migrate import up
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.postgres
PROGRAM = (sys.executable, rollout_faults.__file__)


async def cases(target: Target, folder: Path, fault: str) -> int:
    async with serving(target, folder, program=PROGRAM, TESTGEN_FAULT=fault) as one:
        answer = await one.http.post("/generate", json={"text": DOCUMENT + f"\n\nREQ-9: {fault}"})
        return len(answer.json()["cases"])


async def statuses(http: httpx.AsyncClient, count: int) -> list[int]:
    return [(await http.get("/documents")).status_code for _ in range(count)]


async def test_a_release_that_writes_worse_cases_writes_fewer(target: Target, tmp_path: Path) -> None:
    good = await cases(target, tmp_path, "")
    worse = await cases(target, tmp_path, "worse")

    assert 0 < worse < 0.7 * good


async def test_a_slow_release_answers_late_and_is_ready(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, program=PROGRAM, TESTGEN_FAULT="slow") as one:
        began = time.perf_counter()
        assert await statuses(one.http, 1) == [200]
        assert time.perf_counter() - began >= rollout_faults.SLOW_SECONDS


async def test_one_answer_in_twenty_is_an_error(target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path, program=PROGRAM, TESTGEN_FAULT="errors") as one:
        found = await statuses(one.http, 400)

    assert set(found) == {200, 500}
    assert 4 <= found.count(500) <= 48  # 20 are expected; either bound is missed once in 100,000 runs


async def test_a_release_that_crashes_ends_at_its_start(target: Target) -> None:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "serve", env=environment(target) | {"TESTGEN_FAULT": "crash"}, stderr=asyncio.subprocess.PIPE
    )
    _, told = await asyncio.wait_for(process.communicate(), 30 * PATIENCE)

    assert process.returncode == 1
    assert b"ends at its start" in told


async def test_a_release_that_is_never_ready_lives(target: Target) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables: dict[str, Any] = {"TESTGEN_FAULT": "never-ready", "TESTGEN_SERVER__PORT": str(port)}
    process = await asyncio.create_subprocess_exec(*PROGRAM, "serve", env=os.environ | variables)
    try:
        transport = httpx.AsyncHTTPTransport(retries=10)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=60) as http:
            assert (await http.get("/live")).status_code == 200
            assert (await http.get("/ready")).status_code == 503
    finally:
        process.kill()
        await process.wait()


async def test_the_broken_migration_fails_and_leaves_the_schema(target: Target, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (text, _) in rollout_images.badly_migrating(schema.head()).items():
        (folder / "versions" / Path(name).name).write_bytes(text)

    with pytest.raises(MigrationFailed, match="nowhere"):
        await up(target, SETTINGS, folder=folder)


def test_the_faults_need_nothing_of_the_tests() -> None:
    text = Path(rollout_faults.__file__).read_text(encoding="utf-8")

    assert "tests" not in [line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))]
    assert Path(rollout_faults.__file__).is_relative_to(ROOT / "tests")
