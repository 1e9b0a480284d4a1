"""The coverage matrix: requirement × atom × case, with its gaps. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from testgen_runtime.cases.model import StaleReason, Status

Gap = Literal["no-case", "not-exercised", "not-confirmed"]
COLUMNS: Final = (
    "requirement_id", "requirement", "atom_id", "kind", "atom", "gap", "case_id", "title", "technique", "status", "stale",
)  # fmt: skip


class MatrixModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MatrixCase(MatrixModel):
    """A case of the requirement. A rejected or stale one is told and closes no gap (`counts`)."""

    id: str
    title: str
    technique: str
    status: Status
    stale: StaleReason | None = None

    @property
    def counts(self) -> bool:
        return self.status != "rejected" and self.stale is None


class MatrixAtom(MatrixModel):
    """An atom and the cases that exercise it."""

    id: str
    kind: str
    text: str
    cases: tuple[str, ...] = Field(default=(), description="Ids of the cases that exercise it, rejected and stale ones included")
    gap: Gap | None = Field(default=None, description="`not-exercised` by any case that counts, `not-confirmed` by a reviewer")


class MatrixRow(MatrixModel):
    """A requirement with its atoms and cases."""

    requirement_id: str
    text: str
    atoms: tuple[MatrixAtom, ...]
    cases: tuple[MatrixCase, ...]
    gap: Annotated[Gap | None, Field(description="The worst of its atoms' gaps; `no-case` where no case counts")] = None


class FoundAtom(MatrixModel):
    """An atom as it is stored."""

    requirement_id: str
    id: str
    kind: str
    text: str


class FoundCase(MatrixCase):
    """A case as it is stored: what it belongs to and exercises."""

    requirement_id: str
    atom_ids: tuple[str, ...]


def rows(requirements: Sequence[tuple[str, str]], atoms: Iterable[FoundAtom], cases: Iterable[FoundCase]) -> Iterator[MatrixRow]:
    """A row for each (id, text) of `requirements`, in their order."""
    atoms_of: dict[str, list[FoundAtom]] = defaultdict(list)
    for atom in atoms:
        atoms_of[atom.requirement_id].append(atom)
    cases_of: dict[str, list[FoundCase]] = defaultdict(list)
    for case in cases:
        cases_of[case.requirement_id].append(case)
    for requirement_id, text in requirements:
        yield row(requirement_id, text, atoms_of[requirement_id], cases_of[requirement_id])


def row(requirement_id: str, text: str, atoms: Sequence[FoundAtom], cases: Sequence[FoundCase]) -> MatrixRow:
    """The row of one requirement."""
    told = tuple(_atom(atom, [case for case in cases if atom.id in case.atom_ids]) for atom in atoms)
    counting = [case for case in cases if case.counts]
    gap: Gap | None
    if not counting:
        gap = "no-case"
    elif any(atom.gap == "not-exercised" for atom in told):
        gap = "not-exercised"
    elif any(atom.gap for atom in told) or not any(case.status == "confirmed" for case in counting):
        gap = "not-confirmed"
    else:
        gap = None
    return MatrixRow(
        requirement_id=requirement_id,
        text=text,
        atoms=told,
        cases=tuple(
            MatrixCase(id=case.id, title=case.title, technique=case.technique, status=case.status, stale=case.stale)
            for case in cases
        ),
        gap=gap,
    )


def cells(of: MatrixRow) -> Iterator[tuple[str, ...]]:
    """The row as lines of a table with `COLUMNS`: one for each atom and case of it, or for one without any."""
    by_id = {case.id: case for case in of.cases}
    exercised: set[str] = set()
    for atom in of.atoms:
        exercised.update(atom.cases)
        for case in tuple(by_id[case_id] for case_id in atom.cases) or (None,):
            yield (of.requirement_id, of.text, atom.id, atom.kind, atom.text, atom.gap or "", *_case_cells(case))
    besides = tuple(case for case in of.cases if case.id not in exercised)
    for case in besides or (() if of.atoms else (None,)):
        yield (of.requirement_id, of.text, "", "", "", (of.gap or "") if not of.atoms else "", *_case_cells(case))


def _case_cells(case: MatrixCase | None) -> tuple[str, ...]:
    return (case.id, case.title, case.technique, case.status, case.stale or "") if case is not None else ("",) * 5


def _atom(atom: FoundAtom, cases: Sequence[FoundCase]) -> MatrixAtom:
    counting = [case for case in cases if case.counts]
    gap: Gap | None = None
    if not counting:
        gap = "not-exercised"
    elif all(case.status != "confirmed" for case in counting):
        gap = "not-confirmed"
    return MatrixAtom(id=atom.id, kind=atom.kind, text=atom.text, cases=tuple(case.id for case in cases), gap=gap)
