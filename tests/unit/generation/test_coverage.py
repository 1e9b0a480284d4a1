"""Coverage: atoms × cases."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.generation.examples import together

from testgen_runtime.cases.coverage import coverage, of_requirement, total
from testgen_runtime.generation.model import Options, Result
from testgen_runtime.generation.pipeline import generate

SOURCE = together()
RESULT: Result = asyncio.run(generate(SOURCE, Options()))


@given(st.lists(st.sampled_from(range(len(RESULT.cases))), unique=True), st.sampled_from(range(len(RESULT.cases))))
def test_one_case_more_never_covers_less(chosen: list[int], one_more: int) -> None:
    some = [RESULT.cases[i] for i in chosen]
    before, after = coverage(SOURCE.requirements, some), coverage(SOURCE.requirements, [*some, RESULT.cases[one_more]])
    assert after.atoms_covered >= before.atoms_covered
    assert after.requirements_covered >= before.requirements_covered
    assert 0.0 <= before.atom_coverage <= after.atom_coverage <= 1.0


def test_without_cases_everything_is_open() -> None:
    found = coverage(SOURCE.requirements, [])
    assert (found.requirements_covered, found.atoms_covered) == (0, 0)
    assert found.by_requirement[0].uncovered == tuple(atom.id for atom in SOURCE.requirements[0].atoms)


def test_nothing_asked_is_nothing_missing() -> None:
    assert coverage([], []).requirement_coverage == coverage([], []).atom_coverage == 1.0


def test_a_rejected_case_covers_nothing() -> None:
    first = SOURCE.requirements[0]
    own = [case.model_copy(update={"status": "rejected"}) for case in RESULT.cases if first.id in case.requirement_ids]
    assert not of_requirement(first, own).covered


def test_several_documents_together_are_the_sum_of_each() -> None:
    done, open_still = coverage(SOURCE.requirements, RESULT.cases), coverage(SOURCE.requirements, [])
    both = total([done, open_still])
    assert (both.requirements, both.atoms) == (2 * done.requirements, 2 * done.atoms)
    assert (both.requirements_covered, both.atoms_covered) == (done.requirements_covered, done.atoms_covered)
    assert both.atom_coverage == done.atoms_covered / (2 * done.atoms)
    assert both.by_requirement == ()
    assert total([]).requirement_coverage == 1.0
