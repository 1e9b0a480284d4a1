"""Knowledge as a project uses it: kept by people, read by search and generation through a snapshot."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import ImportFormat, parse
from testgen_runtime.documents.model import Finding, Requirement
from testgen_runtime.errors import Conflict, DocumentTooLarge, NotFound, PreconditionFailed, PreconditionRequired
from testgen_runtime.knowledge import application, files, outbox, repository
from testgen_runtime.knowledge.application import Snapshot
from testgen_runtime.knowledge.chunks import Chunk, chunk_id
from testgen_runtime.knowledge.model import MOST, Check, KnowledgeKind, Known, PastCase, PastStep, Whole
from testgen_runtime.knowledge.repository import Entry
from testgen_runtime.retrieval.tokens import is_han
from testgen_runtime.security import audit
from testgen_runtime.seen import Seen
from testgen_runtime.storage.database import TRANSIENT
from testgen_runtime.telemetry.logs import get_logger

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection, Database

log = get_logger()
_MOST_IMPORTED: Final = 5_000
_SNAPSHOT_SECONDS: Final = 2.0
_EMPTY: Final = Snapshot({}, {})


class Knowledge:
    """Glossary, standing checks (those shipped, as the project has changed them) and past cases."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshot = _EMPTY
        self._version = ""
        self._parsing = asyncio.Semaphore(1)

    async def page(self, kind: KnowledgeKind, *, after: int | None, limit: int) -> list[Entry]:
        """Entries, oldest first."""
        async with self._database.connection() as connection:
            return await repository.page(connection, kind, after, limit)

    async def get(self, kind: KnowledgeKind, key: str) -> Entry:
        """One entry. Raises: NotFound."""
        async with self._database.connection() as connection:
            return _there(await repository.get(connection, kind, key), kind, key)

    async def put(self, kind: KnowledgeKind, key: str, body: Known, *, seen: Seen | None, by: str) -> tuple[Entry, bool]:
        """Make an entry, or change one that is still at a revision of `seen`; and whether it was made.

        Raises: PreconditionRequired, PreconditionFailed; Conflict where there are too many of the kind.
        """
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, f"knowledge/{kind}")
            before = await repository.get(connection, kind, key, lock=True)
            _check_seen(before, seen, kind, key)
            if before is None:
                await _room(connection, kind, 1)
            await repository.put(connection, kind, {key: body}, source="api", by=by)
            await audit.record(connection, by, "knowledge changed" if before else "knowledge made", f"{kind}/{key}")
            if isinstance(body, PastCase):
                await outbox.enqueue(connection, self._database.cipher, [outbox.Put(chunk_of(key, body))])
            return _there(await repository.get(connection, kind, key), kind, key), before is None

    async def remove(self, kind: KnowledgeKind, key: str, *, seen: Seen | None, by: str) -> None:
        """Remove an entry that is still at a revision of `seen`; a changed check is the shipped one again.

        Raises: NotFound, PreconditionRequired, PreconditionFailed.
        """
        async with self._database.transaction() as connection:
            _check_seen(_there(await repository.get(connection, kind, key, lock=True), kind, key), seen, kind, key)
            await repository.remove(connection, kind, key)
            await audit.record(connection, by, "knowledge removed", f"{kind}/{key}")
            if kind == "past-case":
                await outbox.enqueue(connection, self._database.cipher, [outbox.RemoveDocument(_document(key))])

    async def import_cases(
        self, data: bytes, filename: str, kind: ImportFormat | None, *, by: str, dry_run: bool = False
    ) -> tuple[int, int, list[tuple[str, str]]]:
        """Store the cases of a file; the same file twice changes nothing. (read, changed, [(place, problem)]).

        `dry_run` tells the same and stores nothing.

        Raises: what `parse` raises; DocumentTooLarge for too many cases; Conflict.
        """
        async with self._parsing:
            found = await asyncio.to_thread(lambda: list(islice(parse(data, filename, kind), _MOST_IMPORTED + 1)))
        if len(found) > _MOST_IMPORTED:
            raise DocumentTooLarge(f"the file has more than {_MOST_IMPORTED} cases", mend="split it")
        bodies: dict[str, Known] = {}
        problems: list[tuple[str, str]] = []
        for one in found:
            if one.problem or not one.title or not one.title.strip():
                problems.append((one.place, one.problem or "the case has no title"))
            else:
                case = _past(one)
                bodies[_key(filename, case)] = case
        if dry_run:
            changed = await self._would_change("past-case", bodies)
        else:
            changed = await self._store("past-case", bodies, source=filename, by=by)
        return len(bodies), changed, problems

    async def import_whole(self, data: bytes, *, by: str) -> int:
        """Take in a YAML file as `export` writes it: what is in it is made or replaced, the rest stays. How many changed.

        Raises: InvalidInput, DocumentTooLarge, Conflict; then nothing was changed.
        """
        async with self._parsing:
            whole = await asyncio.to_thread(files.read, data)
        parts: tuple[tuple[KnowledgeKind, dict[str, Known]], ...] = (
            ("glossary", dict(whole.glossary)),
            ("check", dict(whole.checks)),
            ("past-case", dict(whole.past_cases)),
        )
        async with self._database.transaction() as connection:
            return sum([await self._put_all(connection, kind, bodies, "yaml", by) for kind, bodies in parts if bodies])

    async def export(self) -> str:
        """All that the project has of its own, as YAML."""
        async with self._database.connection() as connection:
            terms, checks = await repository.terms_and_checks(connection)
            cases: dict[str, PastCase] = {}
            after = 0
            while entries := await repository.page(connection, "past-case", after, 1000):
                cases |= {entry.id: entry.body for entry in entries if isinstance(entry.body, PastCase)}
                after = entries[-1].seq
        whole = Whole(glossary=terms, checks=checks, past_cases=cases)
        return await asyncio.to_thread(files.write, whole)

    async def checks(self) -> dict[str, tuple[Check, bool]]:
        """Every check by id, those switched off too, and whether it is as shipped."""
        async with self._database.connection() as connection:
            _, own = await repository.terms_and_checks(connection)
        return {key: (own.get(key, check), key not in own) for key, check in ({**files.standing(), **own}).items()}

    async def snapshot(self) -> Snapshot:
        """What is known now. Never fails: where the database does not answer it is what was known before."""
        try:
            async with asyncio.timeout(_SNAPSHOT_SECONDS), self._database.connection() as connection:
                version = await repository.version(connection)
                if version != self._version:
                    terms, own = await repository.terms_and_checks(connection)
                    checks = {key: check for key, check in {**files.standing(), **own}.items() if check.enabled}
                    self._snapshot, self._version = Snapshot(terms, checks), version
        except (TimeoutError, *TRANSIENT) as error:
            log.warning("knowledge can't be read, using what was known", reason=type(error).__name__)
        return self._snapshot

    async def synonyms(self, text: str) -> tuple[str, ...]:
        """Other names, in both languages, of the glossary's terms in a query."""
        return application.synonyms(text, (await self.snapshot()).glossary)

    async def unanswered(self, requirements: Sequence[Requirement]) -> list[Finding]:
        """Findings: standing checks that concern the requirements and that none of them answers."""
        return application.unanswered(requirements, (await self.snapshot()).checks)

    async def _would_change(self, kind: KnowledgeKind, bodies: dict[str, Known]) -> int:
        async with self._database.connection() as connection:
            made, changed = await repository.new(connection, kind, bodies)
            await _room(connection, kind, made)
        return changed

    async def _store(self, kind: KnowledgeKind, bodies: dict[str, Known], *, source: str, by: str) -> int:
        async with self._database.transaction() as connection:
            return await self._put_all(connection, kind, bodies, source, by)

    async def _put_all(self, connection: Connection, kind: KnowledgeKind, bodies: dict[str, Known], source: str, by: str) -> int:
        await connection.execute(_LOCK, f"knowledge/{kind}")
        changed = await repository.put(connection, kind, bodies, source=source, by=by)
        await _room(connection, kind, 0)
        await audit.record(connection, by, "knowledge imported", f"{kind}: {changed} of {len(bodies)} from {source}")
        chunks = [outbox.Put(chunk_of(key, body)) for key, body in bodies.items() if isinstance(body, PastCase)]
        await outbox.enqueue(connection, self._database.cipher, chunks)
        return changed


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


def chunk_of(key: str, case: PastCase) -> Chunk:
    """A past case as search finds it."""
    document = _document(key)
    return Chunk(
        id=chunk_id(document, ""),
        kind="past-case",
        document_id=document,
        ref="",
        ordinal=0,
        title=case.title,
        text=case.text,
        section=(),
        language="zh" if any(map(is_han, case.title)) else "en",
    )


def _document(key: str) -> str:
    return f"past-case:{key}"


def _past(one: ImportedCase) -> PastCase:
    return PastCase(
        title=_clean(one.title or "")[:300],
        preconditions=tuple(_clean(line)[:2000] for line in (one.preconditions or ())[:30]),
        steps=tuple(PastStep(action=_clean(a)[:2000], expected=_clean(b)[:2000]) for a, b in (one.steps or ())[:50]),
    )


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b-\x1f]", " ", text).strip() or "-"


def _key(filename: str, case: PastCase) -> str:
    return "p-" + hashlib.sha256(f"{filename}\x1f{case.text}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _there(found: Entry | None, kind: KnowledgeKind, key: str) -> Entry:
    if found is None:
        raise NotFound(f"there is no {kind} {key}", mend="list what there is")
    return found


def _check_seen(before: Entry | None, seen: Seen | None, kind: KnowledgeKind, key: str) -> None:
    if before is None:
        if seen is not None:
            raise PreconditionFailed(f"there is no {kind} {key} any more", mend="leave If-Match out to make it")
        return
    if seen is None:
        raise PreconditionRequired(f"the {kind} {key} exists", mend=f'send what you saw of it: If-Match: "{before.revision}"')
    if not seen.holds(before.revision):
        raise PreconditionFailed(
            f"the {kind} {key} is at revision {before.revision}", mend="read it again", revision=before.revision
        )


async def _room(connection: Connection, kind: KnowledgeKind, more: int) -> None:
    if await repository.count(connection, kind) + more > MOST[kind]:
        raise Conflict(f"a project has at most {MOST[kind]} of the kind {kind}", mend="remove some first")
