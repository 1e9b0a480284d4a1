"""Coverage: which atoms of which requirements have a case. Pure; linear in atoms and cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from testgen_runtime.cases.model import Case, Coverage, RequirementCoverage
from testgen_runtime.documents.model import Requirement


def of_requirement(requirement: Requirement, cases: Iterable[Case]) -> RequirementCoverage:
    """The coverage of one requirement by those of `cases` that name it. A rejected case covers nothing."""
    own = [case for case in cases if requirement.id in case.requirement_ids and case.status != "rejected"]
    exercised = {atom_id for case in own for atom_id in case.atom_ids}
    uncovered = tuple(atom.id for atom in requirement.atoms if atom.id not in exercised)
    return RequirementCoverage(
        requirement_id=requirement.id,
        atoms=len(requirement.atoms),
        atoms_covered=len(requirement.atoms) - len(uncovered),
        cases=len(own),
        uncovered=uncovered,
    )


def coverage(requirements: Sequence[Requirement], cases: Iterable[Case]) -> Coverage:
    """Coverage over all `requirements`. Shares of nothing are 1.0: what does not exist is not missing."""
    by_id: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for requirement_id in case.requirement_ids:
            by_id[requirement_id].append(case)
    rows = tuple(of_requirement(requirement, by_id[requirement.id]) for requirement in requirements)
    covered = sum(row.covered for row in rows)
    atoms = sum(row.atoms for row in rows)
    atoms_covered = sum(row.atoms_covered for row in rows)
    return _summed(len(rows), covered, atoms, atoms_covered, rows)


def total(parts: Iterable[Coverage]) -> Coverage:
    """The coverage of several documents together. Their requirements' ids may be the same, so none is listed."""
    requirements = covered = atoms = atoms_covered = 0
    for part in parts:
        requirements += part.requirements
        covered += part.requirements_covered
        atoms += part.atoms
        atoms_covered += part.atoms_covered
    return _summed(requirements, covered, atoms, atoms_covered)


def _summed(
    requirements: int, covered: int, atoms: int, atoms_covered: int, rows: tuple[RequirementCoverage, ...] = ()
) -> Coverage:
    return Coverage(
        requirements=requirements,
        requirements_covered=covered,
        atoms=atoms,
        atoms_covered=atoms_covered,
        requirement_coverage=covered / requirements if requirements else 1.0,
        atom_coverage=atoms_covered / atoms if atoms else 1.0,
        by_requirement=rows,
    )
