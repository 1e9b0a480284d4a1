"""What may be asked of the stored cases."""

from __future__ import annotations

from typing import Literal, cast

from testgen_runtime.cases import repository
from testgen_runtime.cases.coverage import coverage, total
from testgen_runtime.cases.model import Case, Coverage
from testgen_runtime.cases.repository import CoveredBy, Filter
from testgen_runtime.documents import repository as documents
from testgen_runtime.errors import NotFound
from testgen_runtime.storage.database import Database


class Cases:
    """The stored cases of this project."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, wanted: Filter, *, after: int, limit: int) -> list[tuple[int, Case]]:
        """(sequence number, case), oldest first, from after the number `after`."""
        async with self._database.connection() as connection:
            return await repository.page(connection, wanted, after=after, limit=limit)

    async def get(self, case_id: str) -> Case:
        """One case.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            case = await repository.get(connection, case_id)
        if case is None:
            raise NotFound(f"there is no case {case_id}", mend="list what there is with GET /api/v1/cases")
        return case

    async def coverage(self, document_id: str) -> Coverage:
        """How far the stored cases of a document cover its requirements, those without a case included.

        Raises: NotFound.
        """
        async with self._database.connection() as connection:
            if await documents.head(connection, document_id) is None:
                raise NotFound(f"there is no document {document_id}", mend="list what there is with GET /api/v1/documents")
            requirements = [
                requirement for _, requirement in await documents.requirements(connection, document_id, after=-1, limit=None)
            ]
            cases = await repository.covering(connection, document_id)
        return coverage(requirements, [light(case) for case in cases])

    async def coverage_of_all(self) -> Coverage:
        """The totals over the latest version of every document, one document at a time."""
        async with self._database.connection() as connection:
            latest = await documents.latest(connection)
        found = total(())
        for document_id in latest:
            found = total((found, await self.coverage(document_id)))
        return found


def light(of: CoveredBy) -> Case:
    """A case with only what coverage looks at; thousands of them cost no validation."""
    status = cast(Literal["draft", "confirmed", "rejected"], of.status)
    return Case.model_construct(  # type: ignore[call-arg]
        requirement_ids=(of.requirement_id,), atom_ids=of.atom_ids, status=status
    )
