"""The totals over all documents while somebody removes one."""

from __future__ import annotations

from typing import Any, cast

from testgen_runtime.cases.coverage import total
from testgen_runtime.cases.model import Coverage
from testgen_runtime.cases.service import Cases
from testgen_runtime.errors import NotFound
from testgen_runtime.storage.database import Database


class Listed:
    """A database that lists documents; only that is asked of it."""

    async def read(self, _: object) -> list[str]:
        return ["doc_1", "doc_gone", "doc_2"]


class Known(Cases):
    def __init__(self) -> None:
        super().__init__(cast(Database, Listed()))
        self.asked: list[str] = []

    async def coverage(self, document_id: str, **_: Any) -> Coverage:
        self.asked.append(document_id)
        if document_id == "doc_gone":
            raise NotFound("there is no document doc_gone")
        return total(())


async def test_a_document_that_is_removed_meanwhile_is_left_out() -> None:
    known = Known()

    assert await known.coverage_of_all() == total(())
    assert known.asked == ["doc_1", "doc_gone", "doc_2"]
