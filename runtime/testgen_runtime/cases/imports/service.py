"""An import: each case of a file is compared with the one that it came from, and what a person changed becomes a revision."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Literal

from testgen_runtime.cases.imports.compare import change_of, differences
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.cases.imports.parse import ImportFormat, parse
from testgen_runtime.cases.model import Case
from testgen_runtime.cases.review import CaseChange, Wish
from testgen_runtime.cases.reviewing import Done, Item
from testgen_runtime.cases.service import Cases
from testgen_runtime.errors import DocumentTooLarge, PreconditionFailed, TestGenError

CASES_MOST: Final = 20_000
_BATCH: Final = 200
_PARALLEL: Final = 2

OutcomeKind = Literal["updated", "unchanged", "conflict", "unknown", "invalid", "not_ours"]
KINDS: Final[tuple[OutcomeKind, ...]] = ("updated", "unchanged", "conflict", "unknown", "invalid", "not_ours")


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one case of the file. `revision` is the newest one afterwards, `changed` what was (or would be) changed."""

    place: str
    outcome: OutcomeKind
    id: str | None = None
    title: str | None = None
    revision: int | None = None
    changed: tuple[str, ...] = ()
    problem: str = ""
    mend: str = ""


class Imports:
    """Files of cases that come back. Nothing new is made of them: a case without an id is told as `not_ours`."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._parsing = asyncio.Semaphore(_PARALLEL)

    async def run(
        self,
        data: bytes,
        filename: str,
        *,
        format: ImportFormat | None,  # noqa: A002
        dry_run: bool,
        by: str,
    ) -> list[ItemResult]:
        """What became of each case of the file, in its order; one that fails keeps no other from its effect. Safe to repeat.

        A case is changed only if the file was made from its newest revision. Raises: what `parse` raises, before anything is
        changed; DocumentTooLarge for too many cases; Unavailable.
        """
        async with self._parsing:
            found = await asyncio.to_thread(_all, data, filename, format)
        results: list[ItemResult] = []
        seen: dict[str, str] = {}
        for start in range(0, len(found), _BATCH):
            batch = found[start : start + _BATCH]
            stored = await self._cases.many([one.id for one in batch if one.id])
            results += await self._batch(batch, stored, seen, dry_run=dry_run, by=by)
        return results

    async def _batch(
        self, batch: Sequence[ImportedCase], stored: dict[str, Case], seen: dict[str, str], *, dry_run: bool, by: str
    ) -> list[ItemResult]:
        planned = [plan(one, stored.get(one.id or ""), seen) for one in batch]
        edits = [item for _, item in planned if item is not None]
        if dry_run or not edits:
            return [result for result, _ in planned]
        items = [Item(case.id, Wish("edit", by, case.revision), change) for case, change in edits]
        outcomes = iter(await self._cases.act(items))
        return [_settled(result, next(outcomes)) if item is not None else result for result, item in planned]


def plan(one: ImportedCase, stored: Case | None, seen: dict[str, str]) -> tuple[ItemResult, tuple[Case, CaseChange] | None]:
    """What is to become of a case of a file, and the edit that it takes. `seen` remembers where each id stood."""

    def told(outcome: OutcomeKind, problem: str = "", mend: str = "", changed: tuple[str, ...] = ()) -> ItemResult:
        newest = stored.revision if stored is not None else None
        return ItemResult(one.place, outcome, one.id, (one.title or "")[:300] or None, newest, changed, problem, mend)

    if one.problem:
        return told("invalid", one.problem, one.mend), None
    if one.id is None:
        return told("not_ours", "it has no id of ours", "import it as a past case, if generation is to know of it"), None
    if one.id in seen:
        return told("invalid", f"its id stands at {seen[one.id]} already", "keep one of the two"), None
    seen[one.id] = one.place
    if stored is None:
        return told("unknown", f"there is no case {one.id[:200]}", "keep the id as it was exported from this project"), None
    changed = differences(stored, one)
    if not changed:
        return told("unchanged"), None
    if one.revision is None:
        return told("invalid", "it does not tell its revision", "keep the revision as it was exported"), None
    if one.revision != stored.revision:
        return told(*_stale(one.revision, stored.revision), tuple(changed)), None
    change = change_of(changed)
    if isinstance(change, tuple):
        return told("invalid", *change), None
    return told("updated", changed=tuple(changed)), (stored, change)


def _stale(read: int, newest: int) -> tuple[OutcomeKind, str, str]:
    return "conflict", f"it was exported at revision {read} and is at {newest} now", "export it again and repeat the change there"


def _settled(result: ItemResult, outcome: Any) -> ItemResult:
    if isinstance(outcome, Done):
        return replace(result, outcome="updated" if outcome.changed else "unchanged", revision=outcome.case.revision)
    assert isinstance(outcome, TestGenError)
    if isinstance(outcome, PreconditionFailed):
        return replace(result, outcome="conflict", problem=outcome.detail, mend=outcome.mend)
    return replace(result, outcome="invalid", problem=outcome.detail, mend=outcome.mend)


def _all(data: bytes, filename: str, format: ImportFormat | None) -> list[ImportedCase]:  # noqa: A002
    found = list(islice(parse(data, filename, format), CASES_MOST + 1))
    if len(found) > CASES_MOST:
        raise DocumentTooLarge(f"{filename} has more than {CASES_MOST} cases", mend="split the file")
    return found
