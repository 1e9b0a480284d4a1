"""What a case is credited with is what it shows: a left-over atom that no word or value tells is uncovered, and said to be."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from tests.unit.generation.examples import together

from testgen_runtime.cases.coverage import of_requirement
from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Actor, Atom, Limit, Requirement
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.pipeline import generate
from testgen_runtime.generation.shown import credited, words_of

SOURCE = together()
RESULT = asyncio.run(generate(SOURCE, Options()))
OWN = {r.id: [case for case in RESULT.cases if r.id in case.requirement_ids] for r in SOURCE.requirements}


def of_kind(kind: type) -> list[tuple[Requirement, Atom]]:
    return [(r, atom) for r in SOURCE.requirements for atom in r.atoms if isinstance(atom.value, kind) and OWN[r.id]]


def claiming(cases: list[Case], atom_id: str, at: int) -> list[Case]:
    """The cases, of which only the one `at` says that it exercises the atom."""
    without = [case.model_copy(update={"atom_ids": tuple(i for i in case.atom_ids if i != atom_id)}) for case in cases]
    without[at] = without[at].model_copy(update={"atom_ids": (*without[at].atom_ids, atom_id)})
    return without


def unseen(atom: Atom) -> Atom:
    """The same atom with a value that no case has."""
    value = atom.value
    if isinstance(value, Limit):
        lower, upper = (replace(end, value=Decimal(987654321)) if end else None for end in (value.lower, value.upper))
        return replace(atom, value=replace(value, lower=lower, upper=upper))
    assert isinstance(value, Actor)
    return replace(atom, value=replace(value, permitted=("archdeacon",)))


@pytest.mark.parametrize("requirement", SOURCE.requirements, ids=lambda r: r.id)
def test_what_the_cases_of_a_run_claim_is_shown_by_them(requirement: Requirement) -> None:
    assert credited(requirement, OWN[requirement.id]) == (OWN[requirement.id], ())


@pytest.mark.parametrize("kind", [Limit, Actor])
def test_an_atom_that_no_case_shows_is_uncovered_with_a_reason(kind: type) -> None:  # S4-026
    for requirement, atom in of_kind(kind):
        moved = unseen(atom)
        changed = replace(requirement, atoms=tuple(moved if a.id == atom.id else a for a in requirement.atoms))
        cases, missing = credited(changed, claiming(OWN[requirement.id], atom.id, 0))

        assert [left.atom_ids for left in missing if atom.id in left.atom_ids] == [(atom.id,)]
        assert missing[0].reason
        assert atom.id in of_requirement(changed, cases).uncovered


def test_the_credit_goes_to_the_case_that_shows_the_atom() -> None:
    moved = 0
    for requirement, atom in of_kind(Limit):
        cases = OWN[requirement.id]
        silent = cases[0].model_copy(update={"title": "x", "preconditions": (), "test_data": {}, "steps": cases[0].steps[:1]})
        silent = silent.model_copy(update={"steps": (silent.steps[0].model_copy(update={"action": "Go", "expected": "Gone"}),)})
        assert isinstance(atom.value, Limit)
        if len(cases) < 2 or not atom.value.lower or atom.value.upper:
            continue
        given, missing = credited(requirement, claiming([silent, *cases[1:]], atom.id, 0))
        moved += 1
        assert atom.id not in given[0].atom_ids
        assert any(atom.id in case.atom_ids for case in given[1:])
        assert missing == ()
    assert moved


def test_cases_in_another_language_keep_what_they_have() -> None:
    requirement = SOURCE.requirements[0]
    other: Literal["en", "zh"] = "zh" if requirement.language == "en" else "en"
    cases = [case.model_copy(update={"language": other, "title": "x"}) for case in OWN[requirement.id]]

    assert credited(requirement, cases) == (cases, ())
    assert words_of(cases[0]).startswith("x")
