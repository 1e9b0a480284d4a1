"""What may be asked of the stored cases, and done to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from testgen_runtime.cases import covering, repository, reviewing
from testgen_runtime.cases.coverage import summed, total
from testgen_runtime.cases.coverage_matrix import MatrixRow, rows
from testgen_runtime.cases.model import Case, Coverage
from testgen_runtime.cases.repository import Filter
from testgen_runtime.cases.review import Action, CaseChange, Wish
from testgen_runtime.cases.reviewing import Done, Item, Outcome
from testgen_runtime.cases.statistics import By, Figures, Group, figures
from testgen_runtime.documents import repository as documents
from testgen_runtime.errors import NotFound, TestGenError
from testgen_runtime.security import audit
from testgen_runtime.seen import Seen
from testgen_runtime.storage.database import Database
from testgen_runtime.telemetry import metrics

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_TOGETHER: Final = 50
"""Items of a bulk in one transaction: a kill undoes at most so many, and no case is locked for longer than they take."""

_DEEDS: Final[dict[Action, str]] = {
    "edit": "case edited", "confirm": "case confirmed", "reject": "case rejected", "reopen": "case reopened"
}  # fmt: skip


class Cases:
    """The stored cases of this project. `four_eyes`: who edited a case last may not confirm it."""

    def __init__(self, database: Database, *, four_eyes: bool = False) -> None:
        self._database = database
        self._four_eyes = four_eyes

    async def page(self, wanted: Filter, *, after: int, limit: int) -> list[tuple[int, Case]]:
        """(sequence number, case), oldest first, from after the number `after`."""
        return [(seq, repository.parsed(shown)) for seq, shown in await self.shown_page(wanted, after=after, limit=limit)]

    async def shown_page(self, wanted: Filter, *, after: int, limit: int) -> list[tuple[int, str]]:
        """The same with each case as JSON, not parsed: for whoever only hands it on."""
        return await self._database.read(
            lambda connection: repository.page(connection, self._database.cipher, wanted, after=after, limit=limit)
        )

    async def stream(self, wanted: Filter, *, batch: int = 500) -> AsyncIterator[Case]:
        """Every case that fits, oldest first, in memory for `batch` of them.

        No connection is held between batches: a slow reader keeps nobody waiting. What changes meanwhile is told as it was or as
        it is, once. Raises: Unavailable.
        """
        after = 0
        while True:
            found = await self.page(wanted, after=after, limit=batch)
            for _, case in found:
                yield case
            if len(found) < batch:
                return
            after = found[-1][0]

    async def get(self, case_id: str) -> Case:
        """One case.

        Raises: NotFound.
        """
        return repository.parsed((await self.shown(case_id))[1])

    async def many(self, case_ids: Sequence[str]) -> dict[str, Case]:
        """Those of the cases that there are, by id."""
        async with self._database.connection() as connection:
            found = [repository.parsed(shown) for shown in await repository.many(connection, self._database.cipher, case_ids)]
        return {case.id: case for case in found}

    async def shown(self, case_id: str) -> tuple[int, str]:
        """(revision, JSON) of one case.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            found = await repository.get(connection, self._database.cipher, case_id)
        if found is None:
            raise NotFound(f"there is no case {case_id}", mend="list what there is with GET /api/v1/cases")
        return found

    async def edit(self, case_id: str, change: CaseChange, *, if_revision: int | Seen | None, by: str) -> Case:
        """The case with the change: a draft again, as a new revision; as it was where nothing differs.

        `by` is the person's key id. `if_revision` None changes whatever is there. Raises: NotFound; PreconditionFailed where the
        newest revision is another one.
        """
        return await self._alone(Item(case_id, Wish("edit", by, if_revision), change))

    async def confirm(self, case_id: str, *, if_revision: int | Seen | None, by: str, reason: str | None = None) -> Case:
        """The case, confirmed.

        Raises: NotFound; PreconditionFailed; Conflict for a rejected case; Forbidden by four eyes.
        """
        return await self._alone(Item(case_id, Wish("confirm", by, if_revision, reason)))

    async def reject(self, case_id: str, *, if_revision: int | Seen | None, by: str, reason: str) -> Case:
        """The case, rejected for a reason.

        Raises: NotFound; PreconditionFailed; Conflict for a confirmed case.
        """
        return await self._alone(Item(case_id, Wish("reject", by, if_revision, reason)))

    async def reopen(self, case_id: str, *, if_revision: int | Seen | None, by: str, reason: str | None = None) -> Case:
        """The case as a draft.

        Raises: NotFound; PreconditionFailed.
        """
        return await self._alone(Item(case_id, Wish("reopen", by, if_revision, reason)))

    async def act(self, items: Sequence[Item]) -> list[Outcome]:
        """What became of each item, in their order; one that fails keeps no other from its effect. Safe to repeat.

        No two items may name the same case. Raises: Unavailable, with the items before it done.
        """
        order = sorted(range(len(items)), key=lambda place: items[place].case_id)
        outcomes: dict[int, Outcome] = {}
        for start in range(0, len(order), _TOGETHER):
            places = order[start : start + _TOGETHER]
            async with self._database.transaction() as connection:
                found = await reviewing.act(
                    connection, self._database.cipher, [items[place] for place in places], four_eyes=self._four_eyes
                )
                await _tell_audit(connection, [items[place].wish for place in places], found)
            for place, outcome in zip(places, found, strict=True):
                outcomes[place] = outcome
                _count(items[place].wish.action, outcome)
        return [outcomes[place] for place in range(len(items))]

    async def _alone(self, item: Item) -> Case:
        (outcome,) = await self.act([item])
        if isinstance(outcome, TestGenError):
            raise outcome
        return outcome.case

    async def coverage(self, document_id: str) -> Coverage:
        """How far the stored cases of a document cover its requirements, those without a case included.

        Raises: NotFound.
        """

        async def look(connection: Connection) -> Coverage:
            found = await covering.by_requirement(connection, document_id)
            if not found:
                await _known(connection, document_id)
            return summed(found)

        return await self._database.read(look)

    async def coverage_of_all(self) -> Coverage:
        """The totals over the latest version of every document, one at a time; one that is removed meanwhile is left out."""
        latest = await self._database.read(documents.latest)
        found = total(())
        for document_id in latest:
            with suppress(NotFound):
                found = total((found, await self.coverage(document_id)))
        return found

    async def matrix(self, document_id: str, *, after: int, limit: int) -> tuple[int | None, list[MatrixRow]]:
        """(the place of the last row, None at the end of the document; the rows of the next `limit` requirements).

        Raises: NotFound.
        """

        async def look(connection: Connection) -> covering.Part | None:
            part = await covering.part(connection, self._database.cipher, document_id, after=after, limit=limit)
            if part is None:
                await _known(connection, document_id)
            return part

        part = await self._database.read(look)
        return (part.last, list(rows(part.requirements, part.atoms, part.cases))) if part is not None else (None, [])

    async def statistics(self, by: By, *, document_id: str | None, limit: int) -> tuple[Figures, list[Group]]:
        """(figures of all cases or of a document's, the largest groups of them).

        Raises: NotFound.
        """

        async def look(connection: Connection) -> tuple[Figures, list[Group]]:
            if document_id is not None:
                await _known(connection, document_id)
            return await figures(connection, by, document_id=document_id, limit=limit)

        return await self._database.read(look)


async def _known(connection: Connection, document_id: str) -> None:
    if await documents.head(connection, document_id) is None:
        raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")


async def _tell_audit(connection: Connection, wishes: Sequence[Wish], outcomes: Sequence[Outcome]) -> None:
    """An entry for each case that was changed, together for those whom the same person did the same to."""
    told: dict[tuple[str, str], list[str]] = {}
    for wish, outcome in zip(wishes, outcomes, strict=True):
        if isinstance(outcome, Done) and outcome.changed:
            told.setdefault((wish.by, _DEEDS[wish.action]), []).append(outcome.case.id)
    for (by, deed), ids in told.items():
        await audit.record(connection, by, deed, ids)


def _count(action: Action, outcome: Outcome) -> None:
    """The counters of S4-059."""
    if isinstance(outcome, Done) and outcome.changed:
        metrics.REVIEWS.labels({"confirm": "confirmed", "reject": "rejected"}.get(action, action)).inc()
