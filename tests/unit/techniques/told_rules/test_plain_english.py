"""English wordings as the few that the rules read (S4-026): what is not known stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.techniques.told_rules.english_plain import plain

WORDINGS = {
    "Timesheets are approved by users with the role Manager, and by nobody else.": (
        "Timesheets are approved by users with the role Manager."
    ),
    "A deployment is blocked unless its pipeline has passed. "
    "The only exception is a deployment marked as a hotfix: it is permitted.": (
        "A deployment is blocked unless its pipeline has passed. A deployment is permitted if it is marked as a hotfix."
    ),
    "The port is configurable. Its value must lie between 1 and 9, both included; "
    "the change is rejected if it lies outside this range.": (
        "Its value must lie between 1 and 9; otherwise the change is rejected."
    ),
    "An order is accepted if the way does not exceed 7 km and the value is no lower than 20 EUR. "
    "If the way is greater or the value is lower, it is rejected.": (
        "An order is accepted if the way does not exceed 7 km and the value is no lower than 20 EUR. Otherwise, it is rejected."
    ),
    "A claim reported on the 30th day is still accepted; a claim of more than 30 days is rejected.": (
        "A claim of more than 30 days is rejected."
    ),
    "The restaurant delivers within a radius of 7 km. An order of more than 7 km is rejected.": (
        "An order of more than 7 km is rejected."
    ),
    "A student may delete a thread only if he or she is its author.": (
        "A student may delete a thread only if they are its author."
    ),
    "Transfers of up to 10 EUR are executed without further approval.": "Transfers of up to 10 EUR are executed.",
}


@pytest.mark.parametrize("said", WORDINGS)
def test_a_wording_becomes_one_that_the_rules_read(said: str) -> None:
    assert plain(said) == WORDINGS[said]


@pytest.mark.parametrize(
    "said",
    [
        "If the amount is greater than 5 EUR, the request is refused.",
        "The shop delivers within a radius of 7 km. An order of more than 20 EUR is accepted.",
        "A request without approval is refused.",
    ],
)
def test_what_says_something_of_its_own_stays(said: str) -> None:
    assert plain(said) == said


@given(st.text("the IfA only exception is a: marked greater or lower, outside this range. 0123456789", max_size=120))
def test_any_text_has_an_end(said: str) -> None:
    assert len(plain(said)) <= 2 * len(said) + 20
