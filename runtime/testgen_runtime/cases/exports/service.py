"""An export: cases from the tables through the format's writer into a file that is whole before anybody gets a byte of it."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from testgen_runtime.cases.exports import reading
from testgen_runtime.cases.exports.model import Format, Item, Options, Product
from testgen_runtime.cases.exports.reading import Selection
from testgen_runtime.documents import repository as documents
from testgen_runtime.errors import InvalidInput, NotFound
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

CASES_MOST: Final = 200_000
_PARALLEL: Final = 2
"""Exports at once: each keeps a thread busy."""

_IN_MEMORY: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exported:
    """A whole export at the start of an open file, which is gone once it is closed."""

    file: IO[bytes]
    size_bytes: int
    cases: int
    product: Product


class Exports:
    """Exports of this project's cases."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running = asyncio.Semaphore(_PARALLEL)

    async def run(self, kind: Format, wanted: Selection, options: Options) -> Exported:
        """The export. Memory holds a batch of cases; the file goes to disk once it is larger than 4 MB.

        Raises: NotFound for a document that is not there; InvalidInput for too many cases; Unavailable.
        """
        async with self._running:
            found = await self._database.read(lambda connection: _places(connection, wanted))
            if len(found) > CASES_MOST:
                raise InvalidInput(
                    f"these are more than {CASES_MOST} cases", mend="narrow the filter, for example by document_id"
                )
            file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
            try:
                product = await _write(kind, options, reading.batches(self._database, found), file)
                size = file.tell()
                file.seek(0)
            except BaseException:
                file.close()
                raise
            return Exported(file, size, len(found), product)


async def _places(connection: Connection, wanted: Selection) -> list[int]:
    if wanted.document_id is not None and await documents.head(connection, wanted.document_id) is None:
        raise NotFound(f"there is no document {wanted.document_id}", mend="list what there is with GET /api/v1/documents")
    return await reading.places(connection, wanted, limit=CASES_MOST + 1)


async def _write(kind: Format, options: Options, batches: AsyncIterator[list[Item]], out: IO[bytes]) -> Product:
    """Run the writer in a thread that asks this loop for each batch; cancelled, it ends at the next one."""
    loop = asyncio.get_running_loop()
    stopped = threading.Event()

    async def following() -> list[Item] | None:
        return await anext(batches, None)

    def items() -> Iterator[Item]:
        while not stopped.is_set():
            batch = asyncio.run_coroutine_threadsafe(following(), loop).result()
            if batch is None:
                return
            yield from batch
        raise asyncio.CancelledError

    def write() -> Product:
        product = kind.write(items(), options, out)
        out.seek(0, 2)
        return product

    work = asyncio.ensure_future(asyncio.to_thread(write))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stopped.set()
        with suppress(asyncio.CancelledError, Exception):
            await work
        raise
