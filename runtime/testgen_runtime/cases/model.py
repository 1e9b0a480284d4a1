"""A test case as the API and `testgen generate --format json` show it (the contract of DESIGN's "A case")."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(min_length=1, max_length=2000)]
Status = Literal["draft", "confirmed", "rejected"]
StaleReason = Literal["requirement-changed", "requirement-removed", "point-gone"]
REVIEW_FIELDS: Final = frozenset({"status", "revision", "edited_by", "decided_by", "reason", "stale"})
"""What a review says of a case: kept beside its words, so that a decision rewrites none of them."""


class CaseModel(BaseModel):
    """Strict and immutable: unknown keys are refused, values are not coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Step(CaseModel):
    """One action of the tester and what can be seen after it."""

    action: Line
    expected: Line


class Evidence(CaseModel):
    """The sentence that a case tests: `quote == document.text[start:end]`, verbatim."""

    document_id: str
    requirement_id: str
    quote: Line
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]


class Case(CaseModel):
    """One test case.

    `edited_by` is the person whose words these are (None: as generated), `decided_by` and `reason` belong to `status`, `stale`
    says why the case no longer fits its requirement.
    """

    id: str
    title: Annotated[str, Field(min_length=1, max_length=300)]
    requirement_ids: tuple[str, ...]
    technique: str
    test_point: str
    polarity: Literal["positive", "negative"]
    priority: Literal["high", "medium", "low"] = "medium"
    type: Literal["functional", "boundary", "state", "permission"] = "functional"
    preconditions: tuple[Line, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=30)]
    test_data: dict[str, str] = Field(default_factory=dict)
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    written_by: Literal["model", "rules"]
    model: str | None = None
    prompt_version: str | None = None
    atom_ids: tuple[str, ...] = ()
    language: Literal["en", "zh"] = "en"
    status: Status = "draft"
    revision: Annotated[int, Field(ge=1)] = 1
    edited_by: str | None = None
    decided_by: str | None = None
    reason: str | None = None
    stale: StaleReason | None = None


class RequirementCoverage(CaseModel):
    """Which atoms of one requirement have a case; `covered` is True when it has at least one case and no atom is left.

    The figures named `confirmed` count confirmed cases alone; the others count drafts too. A rejected or stale case covers
    nothing.
    """

    requirement_id: str
    atoms: int
    atoms_covered: int
    cases: int
    uncovered: tuple[str, ...] = ()
    confirmed_cases: int = 0
    atoms_confirmed: int = 0

    @property
    def covered(self) -> bool:
        return self.cases > 0 and not self.uncovered

    @property
    def confirmed(self) -> bool:
        return self.confirmed_cases > 0 and self.atoms_confirmed == self.atoms


class ConfirmedCoverage(CaseModel):
    """Coverage by confirmed cases alone: shares are 0..1."""

    requirements_covered: int
    atoms_covered: int
    requirement_coverage: float
    atom_coverage: float


class Coverage(CaseModel):
    """Coverage of a set of requirements by what is neither rejected nor stale, and by what is confirmed: shares are 0..1."""

    requirements: int
    requirements_covered: int
    atoms: int
    atoms_covered: int
    requirement_coverage: float
    atom_coverage: float
    confirmed: ConfirmedCoverage
    by_requirement: tuple[RequirementCoverage, ...] = ()
