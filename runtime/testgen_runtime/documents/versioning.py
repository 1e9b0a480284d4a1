"""Versions of documents: storing the next one, comparing two. How they are compared is in versions.py and diff.py (pure)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from testgen_runtime.cases.carrying import Fate, carry
from testgen_runtime.documents import diff, lineage, repository
from testgen_runtime.documents.lineage import Placed, StaleCases
from testgen_runtime.documents.model import Atom, Document
from testgen_runtime.documents.repository import Stored
from testgen_runtime.documents.versions import LIKE, Pair, Statement, features, keep_ids, likeness, pairs
from testgen_runtime.errors import Conflict, InvalidInput, NotFound
from testgen_runtime.security.encryption import Cipher
from testgen_runtime.storage.database import Database

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_LIST = "list what there is with GET /api/v1/documents"


@dataclass(frozen=True, slots=True)
class Before:
    """The version that a new one follows. `explicit`: somebody said so; else only the names are the same."""

    id: str
    statements: tuple[Statement, ...]
    explicit: bool


@dataclass(frozen=True, slots=True)
class DiffItem:
    """One requirement in the diff of two versions: itself in both, the words and the atoms that changed, its stale cases.

    A removed requirement's stale cases are those of the old version, the others' those of the new one.
    """

    change: diff.Change
    moved: bool
    before: Placed | None
    after: Placed | None
    words: tuple[diff.WordChange, ...]
    atoms: tuple[diff.AtomChange, ...]
    stale: StaleCases


@dataclass(frozen=True, slots=True)
class Diff:
    """What leads from one version to another; `items` is a page of it, `places` where they stand in the whole."""

    old: Stored
    new: Stored
    counts: dict[diff.Change, int]
    stale_cases: int
    items: tuple[DiffItem, ...]
    places: tuple[int, ...]


async def name_to_replace(connection: Connection, replaced: str, new_id: str) -> str:
    """The name under which the next version of the document `replaced` is stored.

    Raises: NotFound; Conflict where it is not the latest version (unless that is the new content itself: it was sent before).
    """
    old = await repository.head(connection, replaced)
    if old is None:
        raise NotFound(f"replaces: there is no document {replaced}", mend=_LIST)
    await repository.lock_name(connection, old.name)
    latest = await lineage.latest_of(connection, old.name)
    if latest not in (replaced, new_id):
        raise Conflict(
            f"replaces: {replaced} is version {old.version}, and was replaced by {latest} already",
            mend=f"compare with it (GET /api/v1/documents/{latest}/diff?from={old.version}), then send replaces={latest}",
        )
    return old.name


async def before(connection: Connection, cipher: Cipher, name: str, *, explicit: bool) -> Before | None:
    """The version of this name that is the latest up to now; None for the first one. Hold the name's lock."""
    latest = await lineage.latest_of(connection, name)
    if latest is None:
        return None
    return Before(latest, tuple(one.statement for one in await lineage.placed(connection, cipher, latest)), explicit)


async def with_kept_ids(old: Before, document: Document) -> Document:
    """The document with the made-up ids of the version before, where a requirement is the same. Not on the event loop's time."""
    return await asyncio.to_thread(keep_ids, old.statements, document)


async def carry_cases(connection: Connection, cipher: Cipher, old: Before, new_id: str, document: Document) -> int:
    """Let the cases of the version before go with their requirements; how many. Inside the transaction that stores the new one.

    Two documents that only share a name, and nothing that they say, are no versions of each other: nothing is carried or marked.
    """
    if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM cases WHERE document_id = $1)", old.id):
        return 0
    statements = [Statement.of(requirement) for requirement in document.requirements]
    common = await asyncio.to_thread(pairs, old.statements, statements, ids_kept=True)
    if not old.explicit and not _related(old.statements, statements, common):
        return 0
    atoms = {r.id: r.atoms for _, r in await repository.requirements(connection, cipher, old.id, after=-1, limit=None)}

    def told() -> dict[str, Fate]:
        return {
            old.statements[pair.old].id: Fate(
                document.requirements[pair.new],
                not pair.same,
                frozenset(diff.same_atoms(atoms[old.statements[pair.old].id], document.requirements[pair.new].atoms)),
            )
            for pair in common
        }

    fates = await asyncio.to_thread(told)
    removed = [statement.id for statement in old.statements if statement.id not in fates]
    return await carry(connection, cipher, old.id, new_id, document, fates, removed=removed)


def _related(old: Sequence[Statement], new: Sequence[Statement], common: Sequence[Pair]) -> bool:
    return any(
        pair.same or likeness(features(old[pair.old].text), features(new[pair.new].text)) >= LIKE for pair in common
    )  # fmt: skip


class Versions:
    """The versions of documents, as the API asks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, document_id: str, *, before: int | None, limit: int) -> list[Stored]:
        """The versions that have the name of this document, newest first.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            stored = await _head(connection, document_id)
            return await lineage.versions(connection, stored.name, before=before, limit=limit)

    async def diff(self, document_id: str, since: str | None, *, change: diff.Change | None, after: int, limit: int) -> Diff:
        """What leads to this document from another (its id, a version's number, or None: the version before).

        `items` are the entries from after the place `after`, of one kind of change if one is named.

        Raises: NotFound; InvalidInput where it is the first version and nothing is named to compare with.
        """
        async with self._database.connection() as connection:
            new = await _head(connection, document_id)
            old = await _compared_with(connection, new, since)
            cipher = self._database.cipher
            was, now = await lineage.placed(connection, cipher, old.id), await lineage.placed(connection, cipher, new.id)
            entries = await asyncio.to_thread(_compare, was, now)
            chosen = [
                (place, entry)
                for place, entry in enumerate(entries)
                if place > after and (change is None or entry.change == change)
            ][:limit]
            removed = [was[entry.old].statement.id for entry in entries if entry.change == "removed" and entry.old is not None]
            stale = await lineage.stale_count(connection, new.id)
            if removed:
                stale += await lineage.stale_count(connection, old.id, removed)
            items = await _items(connection, cipher, old.id, new.id, was, now, [entry for _, entry in chosen])
        return Diff(old, new, diff.counts(entries), stale, items, tuple(place for place, _ in chosen))


def _compare(was: Sequence[Placed], now: Sequence[Placed]) -> list[diff.Entry]:
    return diff.compare(
        [one.statement for one in was],
        [one.statement for one in now],
        sections=([one.section for one in was], [one.section for one in now]),
    )


async def _head(connection: Connection, document_id: str) -> Stored:
    found = await repository.head(connection, document_id)
    if found is None:
        raise NotFound(f"there is no document {document_id}", mend=_LIST)
    return found


async def _compared_with(connection: Connection, new: Stored, since: str | None) -> Stored:
    if since is not None and not since.isdecimal():
        return await _head(connection, since)
    number = new.version - 1 if since is None else int(since)
    if number < 1:
        raise InvalidInput(
            f"from: {new.id} is the first version of its name" if since is None else "from: versions are counted from 1",
            mend="send `from` with the id of a document to compare with",
        )
    found = await lineage.version_of(connection, new.name, min(number, 2**31 - 1))
    if found is None or (since is not None and (await _head(connection, found)).version != number):
        raise NotFound(f"there is no version {number} of this document", mend=f"see GET /api/v1/documents/{new.id}/versions")
    return await _head(connection, found)


async def _items(
    connection: Connection,
    cipher: Cipher,
    old_id: str,
    new_id: str,
    was: Sequence[Placed],
    now: Sequence[Placed],
    entries: Sequence[diff.Entry],
) -> tuple[DiffItem, ...]:
    shown = [
        (e, was[e.old] if e.old is not None else None, now[e.new] if e.new is not None else None) for e in entries
    ]  # fmt: skip
    stale_new = await lineage.stale_cases(connection, new_id, [after.statement.id for _, _, after in shown if after])
    stale_old = await lineage.stale_cases(connection, old_id, [old.statement.id for _, old, after in shown if old and not after])
    differing = [(old, after) for entry, old, after in shown if entry.change == "changed" and old and after]
    atoms_old = await repository.atoms_of(connection, cipher, old_id, [old.statement.id for old, _ in differing])
    atoms_new = await repository.atoms_of(connection, cipher, new_id, [after.statement.id for _, after in differing])
    nothing = StaleCases(0, ())

    def item(entry: diff.Entry, old: Placed | None, after: Placed | None) -> DiffItem:
        words: tuple[diff.WordChange, ...] = ()
        atoms: tuple[diff.AtomChange, ...] = ()
        if entry.change == "changed" and old and after:
            words = tuple(diff.word_changes(old.statement.text, after.statement.text))
            atoms = tuple(diff.atom_changes(_atoms(atoms_old, old), _atoms(atoms_new, after)))
        stale = stale_new.get(after.statement.id) if after else stale_old.get(old.statement.id) if old else None
        return DiffItem(entry.change, entry.moved, old, after, words, atoms, stale or nothing)

    return await asyncio.to_thread(lambda: tuple(item(*one) for one in shown))


def _atoms(found: dict[str, list[Atom]], of: Placed) -> list[Atom]:
    return found.get(of.statement.id, [])
