"""English sentences that were once told wrongly: none is cut short, none is accepted without all of its conditions."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import document
from tests.unit.generation.english_cases import written

from testgen_runtime.documents.english import infinitive
from testgen_runtime.generation.model import Options
from testgen_runtime.generation.told import design
from testgen_runtime.techniques.vocabulary import Vocabulary

WHOLE = [
    ("The search shall answer in at most 0.5 s.", "The search answers in at most 0.5 s."),
    ("The system shall accept a temperature greater than -5 °C and up to 40 °C.", "The system accepts the temperature."),
    ("The session shall be locked after half an hour of inactivity.", "The session is locked."),
    ("The value v shall satisfy 0 < v <= 10.", "The value v satisfies 0 < v <= 10."),
    (
        'If a field is wrong, the form shall show "Quantity must be 1 to 99".',
        'The form shows "Quantity must be 1 to 99".',
    ),
    ("If the order contains sale items, the discount shall not be applied.", "The discount is not applied."),
]


@pytest.mark.parametrize(("statement", "expected"), WHOLE)
def test_a_result_is_never_cut_short(statement: str, expected: str) -> None:  # S4-022
    assert expected in [result for *_, result in written(statement)]


def test_the_first_verb_is_negated_and_no_noun() -> None:  # S4-022
    cases = written("If the order contains sale items, the discount shall not be applied.")
    assert not any("sale does not item" in " ".join((*data.values(), action)) for _, data, action, _ in cases)


def test_an_alternative_of_two_conditions_is_tried_with_both() -> None:  # S4-022
    read = document(
        "## REQ-1\n\nThe system shall approve the claim if the amount is at most 500 EUR and the receipt is attached or "
        "the claim is older than 30 days.\n"
    )
    (found,) = read.requirements
    points = design(found, read, Options(), Vocabulary.of(read.requirements)).points
    assert points
    assert all("The receipt is attached." in point.preconditions for point in points)


def test_a_limit_beside_another_attribute_is_tried_without_it() -> None:  # S4-022
    read = document(
        "## REQ-1\n\nOrders over 1,000 EUR or from new customers shall be reviewed by a clerk unless the customer is verified.\n"
    )
    (found,) = read.requirements
    points = design(found, read, Options(), Vocabulary.of(read.requirements)).points
    assert points
    assert all("The order is not from new customers." in point.preconditions for point in points)


def test_a_reference_alone_is_no_obligation() -> None:  # S4-022
    assert written("See REQ-99 for the retention of logs.") == []


@pytest.mark.parametrize(("word", "verb"), [("evaluated", "evaluate"), ("completed", "complete"), ("repeated", "repeat")])
def test_a_participle_has_its_verb(word: str, verb: str) -> None:
    assert infinitive(word) == verb
