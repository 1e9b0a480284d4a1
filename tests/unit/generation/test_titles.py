"""Long titles are cut where a clause ends, and tell cases apart as before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.generation.test_apart import case

from testgen_runtime.generation.titles import LONGEST, brief


def titled(*titles: str, language: str = "en", by: str = "rules") -> list[str]:
    cases = [case(str(i), by=by, language=language).model_copy(update={"title": t}) for i, t in enumerate(titles)]
    return [one.title for one in brief(cases)]


@pytest.mark.parametrize(
    ("title", "short"),
    [
        (
            "LC rejects any command: LC aborts the command execution, increments the LC Command Rejected Counter "
            "and issues an error event message",
            "LC rejects any command: LC aborts the command execution, increments the LC Command Rejected Counter",
        ),
        (
            "Property timeStamp is not included in the response and was asked for by the client: the value is "
            "not set to the time stamp when the response was generated",
            "Property timeStamp is not included in the response: the value is not set to the time stamp",
        ),
    ],
)
def test_a_long_title_ends_with_a_clause(title: str, short: str) -> None:
    assert titled(title) == [short]


def test_a_short_title_stays() -> None:
    assert titled("Age of 17: the request is rejected") == ["Age of 17: the request is rejected"]


def test_a_models_title_stays() -> None:
    long = "LC rejects any command: " + "LC does this, " * 10
    assert titled(long, by="model") == [long]


def test_titles_that_would_become_the_same_stay_whole() -> None:
    situation = "The order has been Paid by the customer and the user "
    first = f"{situation}is a member: " + "the system sends a message, " * 4
    second = f"{situation}is no member: " + "the system sends a message, " * 4
    assert titled(first, second) == [first, second]


@given(st.lists(st.text("ab ,:(“”)x", min_size=1, max_size=250).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_cutting_keeps_titles_apart_and_only_takes_away(titles: list[str]) -> None:
    short = titled(*titles)
    for was, now in zip(titles, short, strict=True):
        assert len(now) <= len(was)
        assert now == was or len(was) > LONGEST["en"]
    for i, now in enumerate(short):
        assert all(other != now or titles[i] == titles[j] or now == titles[i] for j, other in enumerate(short) if j != i)
