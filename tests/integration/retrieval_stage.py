"""What the tests of the outbox and its followers share: chunks, and waiting with a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.integration.patience import PATIENCE

from testgen_runtime.knowledge import outbox
from testgen_runtime.knowledge.chunks import Chunk, Facts, chunk_id
from testgen_runtime.security.encryption import PLAIN
from testgen_runtime.storage.database import Database


def chunk(ref: str, text: str, document: str = "d1", *, facts: Facts | None = None, ordinal: int = 1) -> Chunk:
    return Chunk(
        id=chunk_id(document, ref),
        kind="requirement",
        document_id=document,
        ref=ref,
        ordinal=ordinal,
        title="Rules",
        text=text,
        section=("Shop", "Rules"),
        language="en",
        facts=facts or Facts(),
    )


async def put(database: Database, *chunks: Chunk) -> int:
    async with database.transaction() as connection:
        return await outbox.enqueue(connection, PLAIN, [outbox.Put(one) for one in chunks])


async def remove(database: Database, document: str) -> None:
    async with database.transaction() as connection:
        await outbox.enqueue(connection, PLAIN, [outbox.RemoveDocument(document)])


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 15.0) -> None:
    """Wait until the condition holds.

    Raises: AssertionError where it does not in time.
    """
    deadline = time.monotonic() + within * PATIENCE
    while not await condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.02)
