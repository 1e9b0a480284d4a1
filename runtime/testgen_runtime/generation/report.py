"""Counts of a run: cases by technique and by who wrote them, and what the gates turned away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from testgen_runtime.cases.model import Case
from testgen_runtime.generation.model import GateCount, RequirementResult, Result


@dataclass(frozen=True, slots=True)
class Report:
    """What a person wants to know of a run at one look; keys are sorted, so that two runs can be compared as text."""

    cases: int
    by_technique: dict[str, int]
    by_polarity: dict[str, int]
    written_by: dict[str, int]
    gates: dict[str, int]
    left_out: int
    tokens: int
    budget_exhausted: bool
    degraded: tuple[str, ...]


def counted(values: Iterable[str]) -> dict[str, int]:
    """How often each value occurs, in the order of their names."""
    return dict(sorted(Counter(values).items()))


def by_technique(cases: Iterable[Case]) -> dict[str, int]:
    return counted(case.technique for case in cases)


def written_by(cases: Iterable[Case]) -> dict[str, int]:
    """Always names both writers, so that a reader sees a zero."""
    return {"model": 0, "rules": 0} | counted(case.written_by for case in cases)


def add_gates(counts: Iterable[GateCount]) -> tuple[GateCount, ...]:
    """The sum of several counts, one entry per gate, in the order of their names."""
    total: Counter[str] = Counter()
    for count in counts:
        total[count.gate] += count.rejected
    return tuple(GateCount(gate, rejected) for gate, rejected in sorted(total.items()))


def left_out_atoms(result: RequirementResult) -> list[str]:
    """The requirement's atoms that no case exercises and whose points the limit left out: uncovered by choice, not by mistake."""
    exercised = {atom_id for case in result.cases for atom_id in case.atom_ids}
    named = dict.fromkeys(atom_id for point in result.left_out_points for atom_id in point.atom_ids)
    own = f"{result.requirement_id}/"
    return [atom_id for atom_id in named if atom_id.startswith(own) and atom_id not in exercised]


def report(result: Result) -> Report:
    """The report of a run."""
    return Report(
        cases=len(result.cases),
        by_technique=by_technique(result.cases),
        by_polarity=counted(case.polarity for case in result.cases),
        written_by=written_by(result.cases),
        gates={count.gate: count.rejected for count in result.gates},
        left_out=result.left_out,
        tokens=result.tokens,
        budget_exhausted=result.budget_exhausted,
        degraded=result.degraded,
    )
