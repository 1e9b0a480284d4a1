"""What a case is said to cover, it tells: every action and outcome of the samples and of the golden tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.documents.reading import LIMITS, document
from tests.unit.generation import (
    test_chinese_amount_cases,
    test_chinese_condition_cases,
    test_chinese_limit_cases,
    test_chinese_permission_cases,
    test_chinese_state_cases,
    test_chinese_timing_cases,
    test_chinese_value_cases,
    test_english_amount_cases,
    test_english_condition_cases,
    test_english_length_and_count_cases,
    test_english_permission_cases,
    test_english_timing_cases,
)
from tests.unit.generation.english_cases import written

from testgen_runtime.documents.model import Action, Document, Outcome
from testgen_runtime.documents.read import read
from testgen_runtime.generation import rules
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.told import design, restated, words_of
from testgen_runtime.techniques.vocabulary import Vocabulary

SAMPLES = Path(__file__).parents[3] / "samples"
ENGLISH = (
    test_english_amount_cases,
    test_english_condition_cases,
    test_english_length_and_count_cases,
    test_english_permission_cases,
    test_english_timing_cases,
)
CHINESE = (
    test_chinese_amount_cases,
    test_chinese_condition_cases,
    test_chinese_limit_cases,
    test_chinese_permission_cases,
    test_chinese_state_cases,
    test_chinese_timing_cases,
    test_chinese_value_cases,
)
STATEMENTS = [row[0] for table in (*ENGLISH, *CHINESE) for row in table.GOLDEN]


def untold(found: Document) -> Iterator[str]:
    """The actions and outcomes that no case which is credited with them restates."""
    vocabulary = Vocabulary.of(found.requirements)
    for requirement in found.requirements:
        points = design(requirement, found, Options(), vocabulary).points
        cases = [rules.write(requirement, point, document_id="D", document=found) for point in points]
        for atom in requirement.atoms:
            if not isinstance(atom.value, Action | Outcome):
                continue
            if not any(atom.id in case.atom_ids and restated(words_of(case), requirement, atom) for case in cases):
                yield f"{requirement.id}: {atom.text}"


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_every_result_of_a_sample_is_told_by_a_case_that_covers_it(sample: Path) -> None:  # S4-022
    assert list(untold(read(sample.read_bytes(), sample.name, limits=LIMITS))) == []


@pytest.mark.parametrize("statement", STATEMENTS, ids=[statement[:40] for statement in STATEMENTS])
def test_every_result_of_a_golden_statement_is_told_by_a_case_that_covers_it(statement: str) -> None:  # S4-022
    assert list(untold(document(f"## REQ-1\n\n{statement}\n"))) == []


def test_a_result_that_comes_later_is_a_case_of_its_own() -> None:
    statement = "A courier may reserve a compartment for up to 30 minutes; after 30 minutes the reservation shall expire."
    assert written(statement)[-1] == ("+", {}, "Wait for 30 minutes after you reserve a compartment.", "The reservation expires.")


def test_a_case_that_does_not_tell_a_result_is_not_credited_with_it() -> None:
    found = document(
        "## REQ-1\n\nA courier may reserve a compartment for up to 30 minutes; after 30 minutes the reservation shall expire.\n"
    )
    (requirement,) = found.requirements
    points = design(requirement, found, Options(), Vocabulary()).points
    expires = next(atom.id for atom in requirement.atoms if isinstance(atom.value, Action) and atom.value.text == "expire")
    assert [bool(point.inputs) for point in points if expires in point.atom_ids] == [False]


@pytest.mark.parametrize(
    ("statement", "results"),
    [
        (
            "A session shall end after 10 minutes without activity, and the user shall be asked to sign in again.",
            "The session ends. The user is asked to sign in again.",
        ),
        (
            "If a payment fails, the system shall notify the customer and the order shall be cancelled.",
            "The system notifies the customer. The order is cancelled.",
        ),
        (
            "A payment that is not confirmed within 30 seconds shall be cancelled, and the recipient shall be told so.",
            "The payment is cancelled. The recipient is told so.",
        ),
    ],
)
def test_joined_results_are_expected_together(statement: str, results: str) -> None:
    assert written(statement)[0][3] == results
