"""Documents as the API sees them: sent once, parsed, stored whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from testgen_runtime.documents import repository, versioning
from testgen_runtime.documents.model import Document, Finding, Requirement
from testgen_runtime.documents.pool import ParsePool, Source
from testgen_runtime.documents.presentation import document_id
from testgen_runtime.documents.read import Reading, read_text
from testgen_runtime.documents.repository import Stored
from testgen_runtime.errors import Conflict, InvalidInput, NotFound, UnsupportedDocument
from testgen_runtime.security import audit
from testgen_runtime.settings import Limits
from testgen_runtime.storage.database import Database
from testgen_runtime.telemetry import metrics

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

Announce = Callable[["Connection", str, Document], Awaitable[None]]
Withdraw = Callable[["Connection", str], Awaitable[None]]
_NAME_MAX: Final = 200
_READ_AT_ONCE: Final = 16 * 1024
"""Bytes of text sent along that are read in this process: less than it takes to start another one."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was read and is not stored yet."""

    document: Document
    name: str
    digest: bytes
    size_bytes: int
    member: bool = False  # of an archive

    @property
    def id(self) -> str:
        return document_id(self.digest, self.document.media_type)


class Documents:
    """The documents of this project. `announce` tells the index of a new one, `withdraw` of one that goes, each inside the
    transaction that does it."""

    def __init__(
        self, database: Database, limits: Limits, announce: Announce | None = None, withdraw: Withdraw | None = None
    ) -> None:
        self._database = database
        self._announce = announce
        self._withdraw = withdraw
        self._limits = limits
        self._pool = ParsePool(limits)
        self.versions = versioning.Versions(database)

    async def parse(self, data: bytes, filename: str, *, title: str | None = None) -> Parsed:
        """Read a file that is one document, in a process of its own.

        Raises: DocumentTooLarge, UnsupportedDocument, UnreadableDocument, NoRequirements; each names the file and the mend.
        """
        found = await self.parse_all(data, filename, title=title)
        if len(found) > 1:
            raise UnsupportedDocument(
                f"{filename[:200]} is an archive of {len(found)} documents", mend="send POST /api/v1/documents"
            )
        return found[0]

    async def parse_all(self, data: bytes | Source, filename: str, *, title: str | None = None, mime: str = "") -> list[Parsed]:
        """Read a file: one document, or those of an archive. `data` may be how to get the bytes once it is their turn.

        Raises: what `parse` raises, of an archive for its first bad member; Overloaded where too many wait.
        """

        async def given() -> bytes:
            return data if isinstance(data, bytes) else await data()

        name = PurePath(filename.replace("\\", "/")).name
        return [
            _parsed(one, f"{title or name}/{one.name}" if one.member else title or name or one.document.title)
            for one in await self._pool.read(given, filename, mime=mime)
        ]

    async def parse_text(self, text: str, *, title: str | None = None) -> Parsed:
        """Read text given inline (Markdown is understood). Without a title it is called after its own heading.

        Raises: what `parse` raises; InvalidInput for half a surrogate pair, which no document can hold.
        """
        try:
            data = text.encode()
        except UnicodeEncodeError as error:
            raise InvalidInput("text: it holds half a surrogate pair", mend="send valid Unicode") from error

        if len(data) <= _READ_AT_ONCE:
            document = await asyncio.to_thread(read_text, text, title=title or "text", limits=self._limits)
            return _parsed(Reading(document.title, hashlib.sha256(data).digest(), len(data), document), title or document.title)

        async def given() -> bytes:
            return data

        (found,) = await self._pool.read(given, title or "text", inline=True)
        return _parsed(replace(found, digest=hashlib.sha256(data).digest()), title or found.document.title)

    async def close(self) -> None:
        """End the processes that parse."""
        await self._pool.close()

    async def add(
        self, connection: Connection, parsed: Parsed, *, created_by: str | None, explicit: bool = False
    ) -> tuple[str, bool]:
        """Store inside the caller's transaction, as the next version of its name; (id, whether it is new).

        `explicit`: somebody said that it replaces the version before, so that its cases go on even where nothing is alike.
        """
        await repository.lock_name(connection, parsed.name)
        before = None
        if await repository.head(connection, parsed.id) is None:
            before = await versioning.before(connection, self._database.cipher, parsed.name, explicit=explicit)
        if before is not None:
            parsed = replace(parsed, document=await versioning.with_kept_ids(before, parsed.document))
        stored, new = await repository.add(
            connection,
            self._database.cipher,
            parsed.document,
            name=parsed.name,
            digest=parsed.digest,
            size_bytes=parsed.size_bytes,
            created_by=created_by,
        )
        if new and before is not None:
            await versioning.carry_cases(connection, self._database.cipher, before, stored, parsed.document)
        if new:
            await audit.record(connection, created_by, "document added", stored)
        if new and self._announce is not None:
            await self._announce(connection, stored, parsed.document)
        metrics.DOCUMENTS.labels("stored" if new else "known").inc()
        return stored, new

    async def upload(self, parsed: Parsed, *, created_by: str | None) -> tuple[Stored, bool]:
        """Store in a transaction of its own; (what is stored, whether it is new)."""
        ((stored, new),) = await self.upload_all([parsed], created_by=created_by)
        return stored, new

    async def upload_all(
        self, parsed: Sequence[Parsed], *, created_by: str | None, replaces: str | None = None
    ) -> list[tuple[Stored, bool]]:
        """Store all of them or none; for each (what is stored, whether it is new).

        `replaces` is the document of which the only one is the next version, whatever it is called.

        Raises: NotFound, Conflict and InvalidInput about `replaces`.
        """
        if replaces is not None and (len(parsed) != 1 or parsed[0].member):
            raise InvalidInput("replaces: an archive replaces no document", mend="send the one document that replaces it")
        async with self._database.transaction() as connection:
            if replaces is not None:
                parsed = [replace(parsed[0], name=await versioning.name_to_replace(connection, replaces, parsed[0].id))]
            added = [await self.add(connection, one, created_by=created_by, explicit=replaces is not None) for one in parsed]
        return [(await self.get(stored), new) for stored, new in added]

    async def remove(self, document_id: str, *, by: str) -> None:
        """Drop a document with everything that was made of it: requirements, cases with their history, ended jobs.

        Raises: NotFound; Conflict while a job waits for it or works on it.
        """
        async with self._database.transaction() as connection:
            job = await repository.unfinished_job(connection, document_id)
            if job is not None:
                raise Conflict(
                    f"the job {job} works on the document {document_id}, or waits for its turn",
                    mend=f"let it end, or cancel it with POST /api/v1/jobs/{job}/cancel, then try again",
                    job_id=job,
                )
            if not await repository.remove(connection, document_id):
                raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")
            if self._withdraw is not None:
                await self._withdraw(connection, document_id)
            await audit.record(connection, by, "document removed", document_id)

    async def get(self, document_id: str) -> Stored:
        """What is known of a document.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await repository.head(connection, document_id)
        if found is None:
            raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")
        return found

    async def load(self, document_id: str) -> Document:
        """The whole document as it was parsed.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await repository.load(connection, self._database.cipher, document_id)
        if found is None:
            raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")
        return found

    async def page(self, *, before: int | None, limit: int) -> list[Stored]:
        """Documents, newest first."""
        return await self._database.read(lambda connection: repository.heads(connection, before=before, limit=limit))

    async def requirements(self, document_id: str, *, after: int, limit: int) -> list[tuple[int, Requirement]]:
        """(ordinal, requirement) in the document's order.

        Raises: NotFound.
        """
        await self.get(document_id)
        async with self._database.connection() as connection:
            return await repository.requirements(connection, self._database.cipher, document_id, after=after, limit=limit)

    async def findings(self, document_id: str, *, after: int, limit: int) -> list[Finding]:
        """What a person should look at in the document, from after the place `after`.

        Raises: NotFound.
        """
        await self.get(document_id)
        async with self._database.connection() as connection:
            return await repository.findings(connection, self._database.cipher, document_id, after=after, limit=limit)

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


def _parsed(reading: Reading, name: str) -> Parsed:
    if "\x00" in name:
        raise InvalidInput("the name holds a NUL character", mend="name the document without it")
    return Parsed(reading.document, name[:_NAME_MAX], reading.digest, reading.size_bytes, reading.member)
