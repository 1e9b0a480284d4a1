"""Lines of a list of features that are no sentences: what they ask for is used, nothing else is claimed of it."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

HEADINGS: list[tuple[str, list[Seen]]] = [
    (
        "Support CSV import of customer data to save time.",
        [("+", {}, "Use CSV import of customer data.", "The system supports CSV import of customer data to save time.")],
    ),
    (
        "Provide a search page for archived invoices.",
        [("+", {}, "Use a search page for archived invoices.", "The system provides a search page for archived invoices.")],
    ),
    (
        "Order update using PATCH.",
        [("+", {}, "Carry out the order update using PATCH.", "The order update using PATCH is possible.")],
    ),
]


@pytest.mark.parametrize(("line", "cases"), HEADINGS, ids=[row[0] for row in HEADINGS])
def test_a_line_without_a_subject_becomes_this_case(line: str, cases: list[Seen]) -> None:  # S4-022
    assert written(line) == cases
