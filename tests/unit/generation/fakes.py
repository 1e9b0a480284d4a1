"""A fake writer and a fake checkpoint, named as such: they stand for a model that misbehaves and a job that is killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from testgen_runtime.documents.model import Document, Language, Requirement
from testgen_runtime.generation import rules
from testgen_runtime.generation.model import Context, Draft, RequirementResult, Written
from testgen_runtime.techniques.model import TestPoint

Misdeed = Callable[[Draft, TestPoint], list[Draft]]
Reason = Literal["", "budget", "unavailable", "invalid"]


def good_draft(requirement: Requirement, point: TestPoint, document: Document, language: Language) -> Draft:
    """What a good model would write: the rules' own words, said a little differently."""
    case = rules.write(requirement, point, document_id="D", document=document, language=language)
    return Draft(
        point_id=point.id,
        title=case.title,
        preconditions=case.preconditions,
        steps=tuple((step.action, step.expected) for step in case.steps),
        test_data=dict(case.test_data),
    )


class FakeWriter:
    """Writes good drafts, then lets `misdeed` spoil them. Records every call."""

    def __init__(
        self,
        document: Document,
        misdeed: Misdeed | None = None,
        *,
        reason: Reason = "",
        max_parallel: int = 2,
        fail_after: int | None = None,
    ) -> None:
        self._document, self._misdeed, self._reason, self._fail_after = document, misdeed, reason, fail_after
        self._parallel = max_parallel
        self.calls: list[tuple[str, str, tuple[str, ...]]] = []

    @property
    def max_parallel(self) -> int:
        return self._parallel

    async def write(
        self, requirement: Requirement, points: Sequence[TestPoint], context: Context, language: Language, *, request_id: str
    ) -> Written:
        self.calls.append((request_id, requirement.id, tuple(p.id for p in points)))
        if self._fail_after is not None and len(self.calls) > self._fail_after:
            return Written((), "fake", "v1", 0, self._reason)
        drafts = []
        for point in points:
            draft = good_draft(requirement, point, self._document, language)
            drafts += self._misdeed(draft, point) if self._misdeed else [draft]
        return Written(tuple(drafts), "fake-1b", "case-writer/1", 10 * len(points), "")


class FakeCheckpoint:
    """Keeps results in memory; `dies_after` saves it raises, as a killed job would end."""

    def __init__(self, dies_after: int | None = None) -> None:
        self.results: dict[str, RequirementResult] = {}
        self.saves: list[str] = []
        self._dies_after = dies_after

    async def done(self) -> Mapping[str, RequirementResult]:
        return dict(self.results)

    async def save(self, result: RequirementResult) -> None:
        if self._dies_after is not None and len(self.saves) >= self._dies_after:
            raise ConnectionError("killed")
        self.saves.append(result.requirement_id)
        self.results[result.requirement_id] = result
