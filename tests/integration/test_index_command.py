"""`testgen index`: status and rebuild on the project's own database, where no server runs (S4-024)."""

from __future__ import annotations

import asyncio
import sys

import pytest
from tests.integration.patience import PATIENCE
from tests.integration.processes import environment
from tests.integration.retrieval_stage import chunk, put

from testgen_runtime.knowledge import cursors, outbox
from testgen_runtime.storage.database import Database

pytestmark = pytest.mark.postgres


async def index(database: Database, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `testgen index …`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_runtime.cli", "index", *arguments,
        env=environment(database.target), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60 * PATIENCE)
    return process.returncode or 0, out.decode().strip(), err.decode()


async def test_a_rebuild_is_asked_for_and_shown_until_an_index_is_filled(database: Database) -> None:
    async with database.transaction() as connection:
        await cursors.register(connection, "vector/a", await outbox.tip(connection))
        await cursors.filled(connection, "vector/a", instead_of=None)
    await put(database, chunk("R-1", "account"))

    assert (await index(database, "status"))[:2] == (0, "1 findable\nvector/a\t1 behind\tserving")
    code, _, told = await index(database, "rebuild")
    assert code == 0, told
    assert (await index(database, "status"))[1].endswith("1 behind\trebuilding")

    async with database.transaction() as connection:
        await cursors.filled(connection, "vector/a", instead_of=None)
    assert (await index(database, "status"))[1].endswith("1 behind\tserving")
