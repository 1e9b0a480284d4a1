"""How tests read what an API server refuses (tests/cluster/test_specs.py): answers of a real one, and some that would not do."""

from __future__ import annotations

from typing import Any

import pytest
from tests import api_refusal

from testgen_operator.resources.problems import Problem
from testgen_operator.resources.rules import RULES

RULE = next(rule.message for rule in RULES if rule.at == "spec.version")


def status(*causes: tuple[str, str], message: str = "") -> dict[str, Any]:
    return {"message": message, "details": {"causes": [{"field": field, "message": words} for field, words in causes]}}


def test_each_complaint_has_the_field_that_it_is_about() -> None:
    answer = status(
        ("spec.version", f'Invalid value: "string": {RULE}'),
        ("<nil>", 'Invalid value: "object": metadata.name must start with a letter'),
        ("<nil>", "Invalid value: null: some validation rules were not checked because the object was invalid; correct …"),
    )

    assert api_refusal.problems(answer) == [
        Problem("spec.version", RULE),
        Problem("metadata.name", "metadata.name must start with a letter"),
    ]


def test_an_unknown_field_is_told_by_its_whole_path() -> None:
    answer = status(message='strict decoding error: unknown field "spec.replica", unknown field "spec.llm.x"')

    assert [one.field for one in api_refusal.problems(answer)] == ["spec.replica", "spec.llm.x"]


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        (RULE, True),
        ('Unsupported value: "x": supported values: "Monolith", "AIGateway"', True),
        ('Invalid value: "string": spec.suspend in body must be of type boolean: "string"', True),
        ("Required value", True),
        (RULE + " or so", False),
        ("Invalid value: 7", False),
        ("Invalid value: spec.mode in body is not what it should be", False),
        ("Unsupported value: 7", False),
        ("Forbidden", False),
    ],
)
def test_words_are_a_rules_or_of_a_shape_that_is_listed(words: str, enough: bool) -> None:
    assert api_refusal.says_what_to_do(Problem("spec.mode", words)) is enough
