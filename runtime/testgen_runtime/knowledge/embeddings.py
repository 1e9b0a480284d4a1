"""Embeddings, computed once for a text and a model, kept in PostgreSQL; every index takes them from there."""

from __future__ import annotations

import asyncio
import random
from array import array
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from testgen_runtime.errors import InvalidInput
from testgen_runtime.knowledge import outbox
from testgen_runtime.knowledge.chunks import Chunk
from testgen_runtime.knowledge.follower import lock_key
from testgen_runtime.knowledge.wakeup import Connect
from testgen_runtime.retrieval.vectors import DenseVector
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.retrieval.dense import Embedder
    from testgen_runtime.storage.database import Connection, Database

log = get_logger()
BATCH: Final = 16  # texts in one call of the model
_IDLE: Final = 30.0
_REFUSED: Final = 10_000  # texts that the model refuses are remembered up to this many


async def dimensions(connection: Connection, model: str) -> int | None:
    """Length of the model's newest vectors, None while there are none."""
    length = await connection.fetchval(
        "SELECT length(vector) / 4 FROM embedding WHERE model = $1 ORDER BY created_at DESC LIMIT 1", model
    )
    return int(length) if length else None


async def missing(connection: Connection, cipher: Cipher, model: str, limit: int, refused: Sequence[bytes] = ()) -> list[Chunk]:
    """At most `limit` chunks whose text has no embedding yet, each text once."""
    return [outbox.chunk_of(cipher, row) for row in await connection.fetch(_MISSING, model, limit, list(refused))]


async def store(connection: Connection, model: str, vectors: dict[bytes, DenseVector]) -> None:
    """Keep vectors by the hash of their text, and have the indexes look at the chunks of those texts again."""
    hashes = list(vectors)
    await connection.execute(_STORE, model, hashes, [array("f", vectors[one]).tobytes() for one in hashes])
    keys = await connection.fetch("SELECT id FROM chunk WHERE content_hash = ANY ($1::bytea[])", hashes)
    await outbox.announce(connection, [row["id"] for row in keys])


async def prune(connection: Connection, *, days: int = 30, limit: int = 5_000) -> None:
    """Drop vectors older than `days` whose text is gone, at most `limit` at a time."""
    await connection.execute(_PRUNE, days, limit)


class EmbeddingFiller:
    """Computes what is missing, in one process at a time, in the background. The model being away holds up nothing else."""

    def __init__(self, database: Database, embedder: Embedder, woken: asyncio.Event, connect: Connect) -> None:
        self._database = database
        self._embedder = embedder
        self._woken = woken
        self._connect = connect
        self._refused: dict[bytes, None] = {}

    async def run(self) -> None:
        """Until cancelled; failures are tried again with growing pauses of at most a minute."""
        failures = 0
        while True:
            try:
                await self._turn()
                failures = 0
            except Exception as error:
                log.warning("embeddings can't be computed", model=self._embedder.model, reason=str(error)[:300])
                failures = min(failures + 1, 6)
                await asyncio.sleep(random.uniform(0.5, 1) * min(60.0, 2.0**failures))  # noqa: S311 - jitter
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE):
                    await self._woken.wait()

    async def _turn(self) -> None:
        connection = await self._connect()
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_key("embeddings")):
                return
            self._woken.clear()
            while await self.step():
                pass
        finally:
            with suppress(Exception):
                await connection.close(timeout=2)

    async def step(self) -> int:
        """Compute one batch; how many texts it had."""
        async with self._database.connection() as connection:
            chunks = await missing(connection, self._database.cipher, self._embedder.model, BATCH, list(self._refused))
        if chunks:
            vectors = await self._embed(chunks)
            async with self._database.transaction() as connection:
                await store(connection, self._embedder.model, vectors)
        return len(chunks)

    async def _embed(self, chunks: Sequence[Chunk]) -> dict[bytes, DenseVector]:
        try:
            found = await self._embedder.embed([chunk.searchable for chunk in chunks])
            return {chunk.content_hash: vector for chunk, vector in zip(chunks, found, strict=True)}
        except InvalidInput as error:
            if len(chunks) > 1:
                middle = len(chunks) // 2
                return {**await self._embed(chunks[:middle]), **await self._embed(chunks[middle:])}
            log.warning("the model refuses a text, it stays without an embedding", chunk=chunks[0].id, reason=error.detail)
            self._refused[chunks[0].content_hash] = None
            if len(self._refused) > _REFUSED:
                del self._refused[next(iter(self._refused))]
            return {}


_MISSING: Final = """
SELECT DISTINCT ON (c.content_hash) c.id AS chunk_id, c.kind AS chunk_kind, c.document_id, c.ref, c.ordinal, c.title, c.text,
       c.section, c.language, c.facts::text AS facts
FROM chunk c
WHERE c.kind <> 'document' AND c.content_hash <> ALL ($3::bytea[])
  AND NOT EXISTS (SELECT 1 FROM embedding e WHERE e.model = $1 AND e.content_hash = c.content_hash)
LIMIT $2
"""
_STORE: Final = """
INSERT INTO embedding (model, content_hash, vector)
SELECT $1, hash, vector FROM unnest($2::bytea[], $3::bytea[]) AS i(hash, vector)
ON CONFLICT (model, content_hash) DO NOTHING
"""
_PRUNE: Final = """
DELETE FROM embedding WHERE (model, content_hash) IN (
    SELECT e.model, e.content_hash FROM embedding e
    WHERE e.created_at < now() - make_interval(days => $1)
      AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.content_hash = e.content_hash)
    LIMIT $2
)
"""
