"""A real PostgreSQL for the whole session, an empty, migrated database of its own for each test, and the API on it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.api import Api
from tests.integration.patience import PATIENCE

from testgen_runtime.app import Runtime
from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Postgres, Rate, RateLimit, Settings
from testgen_runtime.storage import embedded
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target, connect
from testgen_runtime.telemetry import logs

SETTINGS = Postgres(pool_min=1, pool_max=10, command_timeout=30 * PATIENCE)
PLENTY = RateLimit(
    requests_per_minute=600_000, burst_size=100_000, failures=Rate(requests_per_minute=600_000, burst_size=100_000)
)
"""Tests poll faster than a tenant should."""


@pytest.fixture(autouse=True)
def _logs() -> None:
    """As in production, to where pytest keeps it: the default would draw every traceback with all its variables."""
    logs.configure("INFO", "json", sys.stderr)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Target]:
    """The server, with a migrated database `template_testgen` to copy."""
    folder = Path(tempfile.mkdtemp(prefix="testgen-tests-"))  # not below pytest's own, which PostgreSQL's account can't enter
    try:
        with embedded.running(folder / "postgres") as target:
            asyncio.run(_template(target))
            yield target
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def empty_target(postgres: Target) -> AsyncIterator[Target]:
    """A database without a single table."""
    async with _database(postgres, "template0") as target:
        yield target


@pytest.fixture
async def target(postgres: Target) -> AsyncIterator[Target]:
    """A fresh, migrated database."""
    async with _database(postgres, "template_testgen") as target:
        yield target


@pytest.fixture
async def database(target: Target) -> AsyncIterator[Database]:
    """An open pool on a fresh, migrated database."""
    database = Database(target, SETTINGS)
    await database.open(within=20 * PATIENCE)
    yield database
    await database.close()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Makes settings that nothing on this machine has a say in."""
    for name in [name for name in os.environ if name.startswith("TESTGEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TESTGEN_CONFIG", os.devnull)

    def make(**given: Any) -> Settings:
        return Settings(**{"postgres": SETTINGS, "data_dir": tmp_path, "rate_limit": PLENTY, **given})

    return make


@pytest.fixture
async def api(target: Target, settings: Callable[..., Settings]) -> AsyncIterator[Api]:
    """The whole API in this process, ready, with a key of each role."""
    async with running(settings(), target) as api:
        yield api


@asynccontextmanager
async def running(settings: Settings, target: Target) -> AsyncIterator[Api]:
    """The whole API in this process on a database, once it is ready."""
    runtime = Runtime(settings, target)
    async with runtime.lifespan():
        transport = httpx.ASGITransport(app=runtime.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testgen", timeout=60 * PATIENCE) as http:
            api = Api(http, runtime, {})
            await api.until_ready()
            for role in Role:
                api.keys[role] = await runtime.services.keys.create(name=role.value, role=role)
            yield api


@asynccontextmanager
async def _database(server: Target, template: str) -> AsyncIterator[Target]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _execute(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield replace(server, database=name)
    finally:
        await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


async def _template(target: Target) -> None:
    await _execute(target, "CREATE DATABASE template_testgen")
    await migrate(replace(target, database="template_testgen"), SETTINGS)


async def _execute(target: Target, statement: str) -> None:
    connection = await connect(target, SETTINGS)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
