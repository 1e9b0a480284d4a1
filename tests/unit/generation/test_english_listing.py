"""A result that points at a listing holds its lines (S4-022: a case can be carried out without the document)."""

from __future__ import annotations

import pytest
from tests.bench.generation.sets import as_document

from testgen_runtime.generation.rules_en_lists import with_listing
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.model import Technique, TestPoint

FENCES = ("```", "----", "~~~")
TOLD = "The operation supports a parameter limit with the listed characteristics."


def listed(text: str) -> str:
    (requirement,) = as_document("set", {"REQ-1": text}).requirements
    point = TestPoint("TP-1", "REQ-1", Technique.REQUIREMENT_BASED, (), "positive")
    return with_listing(TOLD, Telling(requirement, point, "en"))


@pytest.mark.parametrize("fence", FENCES)
def test_the_lines_of_a_listing_stand_in_the_result(fence: str) -> None:
    text = (
        f"The operation shall support the following characteristics:\n[source]\n{fence}\nname: limit\nin: query\n{fence}\nMore."
    )

    assert listed(text) == "The operation supports a parameter limit with the listed characteristics: “name: limit; in: query”."


@pytest.mark.parametrize(
    "text",
    [
        "The operation shall support the following characteristics:\n[source]\n----\nin: " + "very " * 200 + "long\n----\nMore.",
        "The operation shall support these characteristics:\n[source]\n----\nname: limit\n----\nMore.",
        "The operation shall support the following characteristics: a name and a place.",
    ],
)
def test_a_long_listing_or_none_leaves_the_result_as_it_is(text: str) -> None:
    assert listed(text) == TOLD
