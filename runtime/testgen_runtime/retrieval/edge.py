"""Qdrant Edge: the vendor's engine inside this process, on scratch space that can be lost at any time.

The folder holds `lock` (one process at a time), `current.json` (which instance serves, and its shape) and one folder for each
instance. An instance without `current.json` naming it was being filled when its process died: it is removed at the next start.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import qdrant_edge as engine

from testgen_runtime.retrieval import sparse
from testgen_runtime.retrieval.sparse import SparseVector
from testgen_runtime.retrieval.vectors import (
    DENSE,
    SPARSE,
    DenseVector,
    Filter,
    Found,
    IndexInUse,
    IndexRejected,
    IndexUnavailable,
    Point,
    Staging,
    found,
    payload,
    point_id,
)
from testgen_runtime.security.encryption import PLAIN, Cipher
from testgen_runtime.telemetry.logs import get_logger

T = TypeVar("T")
log = get_logger()

READERS: Final = 4  # the engine lets go of the interpreter while it searches
_WRITE_TIMEOUTS: Final = 10  # a batch of writes may take so many times what a query may
_INDEXED: Final = ("kind", "document_id")


@dataclass(frozen=True, slots=True)
class _Shard:
    """An open shard of the engine; also what `stage` hands out, with `upsert` bound to it."""

    index: EdgeIndex
    instance: str
    dimensions: int | None
    handle: Any

    async def upsert(self, points: Sequence[Point]) -> None:
        await self.index.write(self, points)


class EdgeIndex:
    """A vector index in this process. Calls run in threads: a bounded number, each waited for at most `timeout` seconds."""

    def __init__(self, folder: Path, *, timeout: float = 3.0, shape: str = f"{sparse.VERSION}", cipher: Cipher = PLAIN) -> None:
        self.folder = folder
        self._timeout = timeout
        self._shape = shape
        self._cipher = cipher
        self._serving: _Shard | None = None
        self._staged: _Shard | None = None
        self._lock: int | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="edge-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="edge-write")
        self._free = {self._readers: asyncio.Semaphore(READERS), self._writer: asyncio.Semaphore(1)}

    @property
    def instance(self) -> str | None:
        return self._serving.instance if self._serving else None

    @property
    def dimensions(self) -> int | None:
        return self._serving.dimensions if self._serving else None

    async def open(self) -> None:
        self._serving = await self._run(self._writer, self._open, within=60.0)

    async def close(self) -> None:
        """Wait for what runs, close the engine, give the folder back."""
        shards = [shard for shard in (self._serving, self._staged) if shard is not None]
        self._serving = self._staged = None
        for pool in (self._readers, self._writer):
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
        for shard in shards:
            await asyncio.to_thread(shard.handle.close)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def refresh(self) -> None:
        """Nothing to see: no other process can touch the folder."""

    async def upsert(self, points: Sequence[Point]) -> None:
        await self.write(self._shard(), points)

    async def write(self, shard: _Shard, points: Sequence[Point]) -> None:
        """Store points in one shard, the one that serves or one that is being filled."""
        if not points:
            return
        for point in points:
            if point.dense is not None and shard.dimensions is not None and len(point.dense) != shard.dimensions:
                raise IndexRejected(f"{point.key}: a vector of {len(point.dense)} numbers where {shard.dimensions} are stored")
        operation = engine.UpdateOperation.upsert_points([_point(self._cipher, point, shard.dimensions) for point in points])
        await self._run(self._writer, lambda: shard.handle.update(operation), within=self._timeout * _WRITE_TIMEOUTS)

    async def delete(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        operation = engine.UpdateOperation.delete_points([point_id(key) for key in keys])
        shard = self._shard()
        await self._run(self._writer, lambda: shard.handle.update(operation), within=self._timeout * _WRITE_TIMEOUTS)

    async def query_sparse(self, vector: SparseVector, limit: int, allowed: Filter) -> list[Found]:
        if not vector:
            return []
        return await self._query(engine.SparseVector(list(vector.indices), list(vector.values)), SPARSE, limit, allowed)

    async def query_dense(self, vector: DenseVector, limit: int, allowed: Filter) -> list[Found]:
        if self._shard().dimensions != len(vector):
            raise IndexUnavailable("the index holds no vectors of this model yet")
        return await self._query(list(vector), DENSE, limit, allowed)

    async def count(self) -> int:
        self._shard()
        return int(await self._run(self._readers, lambda: self._shard().handle.count(engine.CountRequest(exact=True))))

    async def optimize(self) -> None:
        handle = self._shard().handle
        await self._run(self._writer, handle.optimize, within=600.0)

    async def stage(self, dimensions: int | None) -> Staging:
        return await self._run(self._writer, lambda: self._stage(dimensions), within=60.0)

    async def promote(self, staging: Staging) -> None:
        if not isinstance(staging, _Shard):
            raise TypeError("promote takes what stage gave")
        await self._run(self._writer, lambda: self._promote(staging), within=600.0)
        before, self._serving, self._staged = self._serving, staging, None
        if before is not None and before.instance != staging.instance:
            # Behind the queries that already hold the old shard; those that come later hold the new one.
            await self._quiet()
            await self._run(self._writer, lambda: self._remove(before), within=60.0)

    def _shard(self) -> _Shard:
        if self._serving is None:
            raise IndexUnavailable("the index is being filled", mend="try again in a few seconds")
        return self._serving

    async def _query(self, vector: Any, using: str, limit: int, allowed: Filter) -> list[Found]:
        request = engine.QueryRequest(
            limit=limit,
            query=engine.Query.Nearest(vector, using=using),
            filter=_filter(allowed),
            with_payload=True,
        )
        self._shard()
        # Looked up in the thread: between here and there another instance may have been promoted.
        answers = await self._run(self._readers, lambda: self._shard().handle.query(request))
        return [found(self._cipher, answer.payload, answer.score) for answer in answers if answer.payload]

    async def _run(self, pool: ThreadPoolExecutor, call: Callable[[], T], *, within: float | None = None) -> T:
        """Run `call` in the pool. A call that is given up on keeps its place there until it really ends."""
        free = self._free[pool]
        limit = self._timeout if within is None else within
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                await free.acquire()
                try:
                    running: Future[T] = pool.submit(call)
                except RuntimeError:
                    free.release()
                    raise IndexUnavailable("the index is closed") from None
                running.add_done_callback(lambda _: _soon(loop, free.release))
                return await asyncio.wrap_future(running)
        except TimeoutError:
            raise IndexUnavailable(f"the index did not answer within {limit:g} s") from None
        except (IndexInUse, IndexUnavailable):
            raise
        except Exception as error:
            raise _translated(error) from error

    async def _quiet(self) -> None:
        """Return once every query that had started has ended (bounded by their own timeout)."""
        free = self._free[self._readers]
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timeout):
                taken = 0
                try:
                    for _ in range(READERS):
                        await free.acquire()
                        taken += 1
                finally:
                    for _ in range(taken):
                        free.release()

    # What follows runs in the writer's thread.

    def _open(self) -> _Shard | None:
        self._hold_folder()
        current = self._read_current()
        self._sweep(keep=current["instance"] if current else None)
        if current is None:
            return None
        try:
            handle = engine.EdgeShard.load(str(self.folder / current["instance"]))
        except Exception as error:
            log.warning("index can't be loaded, filling a new one", reason=str(error)[:200])
            self._forget()
            return None
        return _Shard(self, current["instance"], current["dimensions"], handle)

    def _hold_folder(self) -> None:
        """Make the folder this process's own, unless it is already."""
        if self._lock is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            held = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise IndexUnavailable(f"the folder {self.folder} can't be used: {error.strerror}", mend="set qdrant.path") from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
            raise IndexInUse(
                f"another process uses the index folder {self.folder}",
                mend="end that process, or set qdrant.path to a folder of this one's own",
            ) from None
        self._lock = held

    def _read_current(self) -> dict[str, Any] | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            current = json.loads((self.folder / "current.json").read_text())
            if current["shape"] == self._shape and uuid.UUID(current["instance"]) and (current["dimensions"] or 1) > 0:
                return dict(current)
        return None

    def _forget(self) -> None:
        (self.folder / "current.json").unlink(missing_ok=True)
        self._sweep(keep=None)

    def _sweep(self, keep: str | None) -> None:
        """Remove every instance but one. Only folders that this class named are touched."""
        for path in self.folder.iterdir():
            with suppress(ValueError):
                if path.is_dir() and str(uuid.UUID(path.name)) == path.name and path.name != keep:
                    shutil.rmtree(path, ignore_errors=True)

    def _stage(self, dimensions: int | None) -> _Shard:
        if self._staged is not None:
            self._staged.handle.close()
            self._staged = None
        self._hold_folder()
        self._sweep(keep=self.instance)
        instance = str(uuid.uuid4())
        dense = {DENSE: engine.EdgeVectorParams(size=dimensions, distance=engine.Distance.Cosine)} if dimensions else {}
        config = engine.EdgeConfig(
            vectors=dense, sparse_vectors={SPARSE: engine.EdgeSparseVectorParams(modifier=engine.Modifier.Idf)}
        )
        handle = engine.EdgeShard.create(str(self.folder / instance), config)
        for field in _INDEXED:
            handle.update(engine.UpdateOperation.create_field_index(field, engine.PayloadSchemaType.Keyword))
        self._staged = _Shard(self, instance, dimensions, handle)
        return self._staged

    def _promote(self, staging: _Shard) -> None:
        staging.handle.optimize()
        staging.handle.flush()
        fresh = self.folder / "current.json.new"
        fresh.write_text(json.dumps({"instance": staging.instance, "shape": self._shape, "dimensions": staging.dimensions}))
        fresh.replace(self.folder / "current.json")

    def _remove(self, shard: _Shard) -> None:
        shard.handle.close()
        shutil.rmtree(self.folder / shard.instance, ignore_errors=True)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(call)


def _translated(error: Exception) -> Exception:
    """The engine raises bare exceptions; their words are all there is to tell them apart."""
    words = str(error)[:300]
    if "Service runtime error" in words or isinstance(error, OSError):
        return IndexUnavailable(f"the index failed: {words}")
    return IndexRejected(f"the index refused the call: {words}")


def _point(cipher: Cipher, point: Point, dimensions: int | None) -> engine.Point:
    vectors: dict[str, Any] = {}
    if point.sparse:
        vectors[SPARSE] = engine.SparseVector(list(point.sparse.indices), list(point.sparse.values))
    if point.dense is not None and dimensions:
        vectors[DENSE] = list(point.dense)
    return engine.Point(point_id(point.key), vectors, payload(cipher, point))


def _filter(allowed: Filter) -> engine.Filter | None:
    must: list[Any] = [
        engine.FieldCondition(field, match=engine.MatchAny(sorted(values)))
        for field, values in (("kind", allowed.kinds), ("document_id", allowed.documents))
        if values is not None
    ]
    without: list[Any] = [engine.HasIdCondition({point_id(key) for key in allowed.without})] if allowed.without else []
    return engine.Filter(must=must or None, must_not=without or None) if must or without else None
