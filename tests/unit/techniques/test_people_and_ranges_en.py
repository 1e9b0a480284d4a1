"""Sentences about people in general and about ranges, read without a pattern: who is meant, and on which side of what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.techniques.test_patterns_en import view_of

from testgen_runtime.generation.model import Options
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint


def points(text: str) -> tuple[TestPoint, ...]:
    return tuple(derive(view_of(text).requirement, text, Options()).points)


def tried(text: str) -> tuple[set[str], set[str]]:
    """The values of the number that the text speaks of, those that are accepted and those that are refused."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for point in points(text):
        for one in point.inputs.values():
            found[point.polarity == "positive"].add(str(one.value))
    return found[True], found[False]


def names(text: str) -> set[str]:
    return {name for point in points(text) for name in point.inputs}


RANGES: Mapping[str, tuple[set[str], set[str]]] = {
    "The daily feed ration of an animal shall lie within 2 kg and 80 kg. The feeding plan shall refuse a ration outside these "
    "limits.": ({"2", "80"}, {"1", "81"}),
    "The pressure of the boiler must stay within 3 bar and 9 bar; other values shall be rejected.": ({"3", "9"}, {"2", "10"}),
}


@pytest.mark.parametrize("text", RANGES)
def test_within_two_numbers_is_a_range(text: str) -> None:
    accepted, refused = tried(text)
    inside, outside = RANGES[text]
    assert inside <= accepted
    assert outside <= refused
    assert not accepted & refused


@pytest.mark.parametrize(
    "text",
    [
        "The donor registration shall accept persons aged 18 to 68 years; anyone younger than 18 or older than 68 shall be "
        "rejected.",
        "The club shall admit persons aged 16 to 30 years; anybody older than 30 shall be turned away.",
    ],
)
def test_what_people_are_aged_is_one_number_in_both_clauses(text: str) -> None:
    assert names(text) == {"person age"}


@pytest.mark.parametrize(
    "text",
    [
        "A donor shall be admitted if the health questionnaire is completed and the haemoglobin level is at least 12.5 "
        "g/dl; otherwise the donor shall be rejected.",
        "A tenant shall be registered if the deposit is paid and the lease lasts at least 6 months; otherwise the tenant shall "
        "be refused.",
        "The system shall allow an employee to join the pension plan only with 6 or more months of service.",
    ],
)
def test_of_whom_a_condition_speaks_is_no_role_that_is_refused(text: str) -> None:
    assert "role" not in names(text)


COMPARED: Mapping[str, tuple[set[str], set[str]]] = {
    "The core temperature of frozen dough must be no warmer than -15 °C and no colder than -25 °C, or else the booking is turned "
    "down.": ({"-15", "-25"}, {"-14", "-26"}),
    "The ice of the rink must be no thinner than 12 cm; otherwise access is refused.": ({"12", "13"}, {"11"}),
    "The screen glass shall be no thicker than 6 mm and no thinner than 4 mm; other panes are rejected.": (
        {"4", "6"},
        {"3", "7"},
    ),
    # a dash where a semicolon could stand
    "The downlink is only enabled while the state of charge is greater than 35 percent - at 35 percent or lower, the request is "
    "denied.": ({"36"}, {"35"}),
    "The pump starts if the tank level is above 20 percent – at 20 percent or below, the start is refused.": ({"21"}, {"20"}),
    # the other side of the same bound, without its number
    "The appointment will be confirmed provided that the donor weighs 50 kg or more, and declined if the donor weighs less.": (
        {"50", "51", "100"},
        {"49"},
    ),
    "Parcels are accepted if the parcel weighs 20 kg or less, and refused if it weighs more.": ({"10", "19", "20"}, {"21"}),
}


@pytest.mark.parametrize("text", COMPARED)
def test_comparative_adjectives_dashes_and_the_other_side_are_of_one_bound(text: str) -> None:
    accepted, refused = tried(text)
    inside, outside = COMPARED[text]
    assert inside <= accepted
    assert outside <= refused
    assert not accepted & refused
    assert len(names(text)) == 1


def test_a_condition_that_compares_with_nothing_told_before_stays_one() -> None:
    assert len(names("A book is lent if the reader is registered, and refused if the reader owns more.")) == 1
