"""Documents as the API sees them: sent once, parsed, stored whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from testgen_runtime.documents import repository
from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.documents.presentation import document_id
from testgen_runtime.documents.read import read, read_text
from testgen_runtime.documents.repository import Stored
from testgen_runtime.errors import Conflict, InvalidInput, NotFound
from testgen_runtime.settings import Limits
from testgen_runtime.storage.database import Database
from testgen_runtime.telemetry import metrics

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

Announce = Callable[["Connection", str, Document], Awaitable[None]]
_NAME_MAX: Final = 200
_PARALLEL_PARSES: Final = 2


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was read and is not stored yet."""

    document: Document
    name: str
    digest: bytes
    size_bytes: int

    @property
    def id(self) -> str:
        return document_id(self.digest, self.document.media_type)


class Documents:
    """The documents of this project. `announce` tells the index of a new one, inside the transaction that stores it."""

    def __init__(self, database: Database, limits: Limits, announce: Announce | None = None) -> None:
        self._database = database
        self._limits = limits
        self._announce = announce
        self._parsing = asyncio.Semaphore(_PARALLEL_PARSES)

    async def parse(self, data: bytes, filename: str, *, title: str | None = None) -> Parsed:
        """Read a file beside the event loop.

        Raises: DocumentTooLarge, UnsupportedDocument, UnreadableDocument, NoRequirements; each names the file and the mend.
        """
        async with self._parsing:
            document = await asyncio.to_thread(read, data, filename, limits=self._limits)
        return _parsed(document, title or PurePath(filename).name or document.title, data)

    async def parse_text(self, text: str, *, title: str | None = None) -> Parsed:
        """Read text given inline (Markdown is understood). Without a title it is called after its own heading.

        Raises: what `parse` raises; InvalidInput for half a surrogate pair, which no document can hold.
        """
        try:
            data = text.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput("text: it holds half a surrogate pair", mend="send valid Unicode") from error
        async with self._parsing:
            document = await asyncio.to_thread(read_text, text, title=title or "text", limits=self._limits)
        return _parsed(document, title or document.title, data)

    async def add(self, connection: Connection, parsed: Parsed, *, created_by: str | None) -> tuple[str, bool]:
        """Store inside the caller's transaction; (id, whether it is new)."""
        stored, new = await repository.add(
            connection,
            parsed.document,
            name=parsed.name,
            digest=parsed.digest,
            size_bytes=parsed.size_bytes,
            created_by=created_by,
        )
        if new and self._announce is not None:
            await self._announce(connection, stored, parsed.document)
        metrics.DOCUMENTS.labels("stored" if new else "known").inc()
        return stored, new

    async def upload(self, parsed: Parsed, *, created_by: str | None) -> tuple[Stored, bool]:
        """Store in a transaction of its own; (what is stored, whether it is new)."""
        async with self._database.transaction() as connection:
            stored, new = await self.add(connection, parsed, created_by=created_by)
        return await self.get(stored), new

    async def get(self, document_id: str) -> Stored:
        """What is known of a document.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await repository.head(connection, document_id)
        if found is None:
            raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")
        return found

    async def page(self, *, before: int | None, limit: int) -> list[Stored]:
        """Documents, newest first."""
        async with self._database.connection() as connection:
            return await repository.heads(connection, before=before, limit=limit)

    async def requirements(self, document_id: str, *, after: int, limit: int) -> list[tuple[int, Requirement]]:
        """(ordinal, requirement) in the document's order.

        Raises: NotFound.
        """
        await self.get(document_id)
        async with self._database.connection() as connection:
            return await repository.requirements(connection, document_id, after=after, limit=limit)

    async def document_of(self, requirement_ids: tuple[str, ...]) -> str:
        """The one document that has all of these requirements.

        Raises: NotFound where one is in no document; Conflict where they are in several, or in no single one.
        """
        async with self._database.connection() as connection:
            found = await repository.documents_with(connection, requirement_ids)
        missing = [requirement for requirement in requirement_ids if requirement not in found]
        if missing:
            raise NotFound(f"there is no requirement {missing[0]}", mend="see GET /api/v1/documents/{id}/requirements")
        common = set.intersection(*(set(documents) for documents in found.values()))
        if len(common) != 1:
            raise Conflict(
                f"{len(common) or 'no single'} documents have the requirement ids that were asked for",
                mend="send document_id beside requirement_ids",
            )
        return common.pop()

    async def count(self, document_id: str, requirement_ids: tuple[str, ...] | None) -> int:
        """How many requirements of the document are meant.

        Raises: NotFound, which names the first one that the document has not.
        """
        stored = await self.get(document_id)
        if requirement_ids is None:
            return stored.requirements
        async with self._database.connection() as connection:
            missing = await repository.missing(connection, document_id, requirement_ids)
        if missing:
            raise NotFound(
                f"the document {document_id} has no requirement {missing[0]}",
                mend=f"see GET /api/v1/documents/{document_id}/requirements",
            )
        return len(requirement_ids)


def _parsed(document: Document, name: str, data: bytes) -> Parsed:
    if "\x00" in name:
        raise InvalidInput("the name holds a NUL character", mend="name the document without it")
    return Parsed(document, name[:_NAME_MAX], hashlib.sha256(data).digest(), len(data))
