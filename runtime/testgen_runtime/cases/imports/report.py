"""What is told of an import, the same by the API and by the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, Field

from testgen_runtime.cases.imports.service import KINDS, ItemResult, OutcomeKind

REFUSED: Final = frozenset(KINDS) - {"updated", "unchanged"}
"""Outcomes that leave a case of the file without effect, though it asked for one."""


class ItemOut(BaseModel):
    """What became of one case of the file."""

    place: str = Field(description="Where it stands in the file")
    outcome: OutcomeKind
    id: str | None
    title: str | None
    revision: int | None = Field(description="The newest revision afterwards")
    changed: list[str] = Field(description="The fields that were changed, or would be")
    problem: str
    mend: str


class ImportOut(BaseModel):
    """What became of the file: nothing that is `conflict`, `unknown`, `invalid` or `not_ours` was changed or stored."""

    dry_run: bool
    counts: dict[str, int] = Field(description="How many cases had each outcome")
    items: list[ItemOut]

    @classmethod
    def of(cls, results: Sequence[ItemResult], *, dry_run: bool) -> ImportOut:
        """The report of what an import did, or would do."""
        counts: dict[str, int] = dict.fromkeys(KINDS, 0)
        for result in results:
            counts[result.outcome] += 1
        items = [
            ItemOut(**{name: getattr(one, name) for name in ItemOut.model_fields if name != "changed"}, changed=list(one.changed))
            for one in results
        ]
        return cls(dry_run=dry_run, counts=counts, items=items)


def deed(data: bytes, results: Sequence[ItemResult]) -> str:
    """An import in the words of the audit: ids and texts are in the entries of the cases."""
    return f"{len(results)} cases, sha256 {hashlib.sha256(data).hexdigest()}"
