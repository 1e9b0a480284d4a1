"""Coverage: which atoms of which requirements have a case. Pure; linear in atoms and cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from testgen_runtime.cases.model import Case, ConfirmedCoverage, Coverage, RequirementCoverage
from testgen_runtime.documents.model import Requirement


def of_requirement(requirement: Requirement, cases: Iterable[Case]) -> RequirementCoverage:
    """The coverage of one requirement by those of `cases` that name it. A rejected or stale case covers nothing."""
    own = [case for case in cases if requirement.id in case.requirement_ids and case.status != "rejected" and not case.stale]
    confirmed = [case for case in own if case.status == "confirmed"]
    exercised = {atom_id for case in own for atom_id in case.atom_ids}
    exercised_confirmed = {atom_id for case in confirmed for atom_id in case.atom_ids}
    uncovered = tuple(atom.id for atom in requirement.atoms if atom.id not in exercised)
    return RequirementCoverage(
        requirement_id=requirement.id,
        atoms=len(requirement.atoms),
        atoms_covered=len(requirement.atoms) - len(uncovered),
        cases=len(own),
        uncovered=uncovered,
        confirmed_cases=len(confirmed),
        atoms_confirmed=sum(atom.id in exercised_confirmed for atom in requirement.atoms),
    )


def coverage(requirements: Sequence[Requirement], cases: Iterable[Case]) -> Coverage:
    """Coverage over all `requirements`. Shares of nothing are 1.0: what does not exist is not missing."""
    by_id: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for requirement_id in case.requirement_ids:
            by_id[requirement_id].append(case)
    return summed(of_requirement(requirement, by_id[requirement.id]) for requirement in requirements)


def summed(found: Iterable[RequirementCoverage]) -> Coverage:
    """The coverage of the requirements together."""
    rows = tuple(found)
    return _coverage(
        requirements=len(rows),
        covered=sum(row.covered for row in rows),
        atoms=sum(row.atoms for row in rows),
        atoms_covered=sum(row.atoms_covered for row in rows),
        confirmed=sum(row.confirmed for row in rows),
        atoms_confirmed=sum(row.atoms_confirmed for row in rows),
        rows=rows,
    )


def total(parts: Iterable[Coverage]) -> Coverage:
    """The coverage of several documents together. Their requirements' ids may be the same, so none is listed."""
    given = tuple(parts)
    return _coverage(
        requirements=sum(part.requirements for part in given),
        covered=sum(part.requirements_covered for part in given),
        atoms=sum(part.atoms for part in given),
        atoms_covered=sum(part.atoms_covered for part in given),
        confirmed=sum(part.confirmed.requirements_covered for part in given),
        atoms_confirmed=sum(part.confirmed.atoms_covered for part in given),
        rows=(),
    )


def _coverage(
    *,
    requirements: int,
    covered: int,
    atoms: int,
    atoms_covered: int,
    confirmed: int,
    atoms_confirmed: int,
    rows: tuple[RequirementCoverage, ...],
) -> Coverage:
    return Coverage(
        requirements=requirements,
        requirements_covered=covered,
        atoms=atoms,
        atoms_covered=atoms_covered,
        requirement_coverage=_share(covered, requirements),
        atom_coverage=_share(atoms_covered, atoms),
        confirmed=ConfirmedCoverage(
            requirements_covered=confirmed,
            atoms_covered=atoms_confirmed,
            requirement_coverage=_share(confirmed, requirements),
            atom_coverage=_share(atoms_confirmed, atoms),
        ),
        by_requirement=rows,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
