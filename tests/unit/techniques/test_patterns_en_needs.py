"""What is needed beyond a bound only, and demands on whom something is for: what is tried, and with which verdict."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

BEYOND = {
    "A donation greater than 1,000 EUR may not be booked unless the treasurer has confirmed it. Donations of 1,000 EUR or less "
    "can be booked without confirmation.": ("donation amount", {"2000 EUR", "1000.01 EUR"}, {"1000 EUR"}),
    "A dog heavier than 8 kg must not be carried in the cabin unless the captain has agreed.": (
        "dog weight",
        {"20 kg", "9 kg"},
        {"8 kg"},
    ),
    "Loans longer than 30 days cannot be granted unless approved by the head librarian.": (
        "loan duration",
        {"60 days", "31 days"},
        {"30 days"},
    ),
    "A trailer that weighs more than 750 kg must not be towed unless the driver holds a BE licence.": (
        "trailer weight",
        {"2000 kg", "751 kg"},
        {"750 kg"},
    ),
    "A bag heavier than 23 kg can be checked in only if the surcharge has been paid. Bags of 23 kg or less can be checked in "
    "without it.": ("bag weight", {"50 kg", "24 kg"}, {"23 kg"}),
    "No crate heavier than 40 kg may be lifted by hand unless a second worker helps.": (
        "crate weight",
        {"80 kg", "41 kg"},
        {"40 kg"},
    ),
    "An engine that runs at more than 4,000 rpm must not be switched off unless the coolant pump is on.": (
        "engine speed",
        {"8000 rpm", "4001 rpm"},
        {"4000 rpm"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), BEYOND.items())
def test_beyond_the_bound_the_exception_is_needed_and_up_to_it_not(text: str, expected: tuple[str, set[str], set[str]]) -> None:
    name, beyond, within = expected
    assert {input_ for p in told(text) for input_ in p.inputs} >= {name}
    assert verdicts(text) == (
        {("accepted", value, "yes") for value in beyond}
        | {("refused", value, "no") for value in beyond}
        | {("accepted", value, "no") for value in within}
    )


def test_a_pronoun_of_the_exception_stands_for_the_thing() -> None:
    text = "Transfers above 10,000 EUR may only be executed if a second clerk has confirmed them."
    assert {line for p in told(text) for line in p.preconditions} == {
        "A second clerk has confirmed the transfer.",
        "A second clerk has not confirmed the transfer.",
    }
    text = "Visitors over 12 may only be admitted if they have a ticket."
    assert {line for p in told(text) for line in p.preconditions} == {
        "The visitor has a ticket.",
        "The visitor does not have a ticket.",
    }


@pytest.mark.parametrize(
    "text",
    [
        "A donation greater than 1,000 EUR may not be booked unless the treasurer has confirmed it. Donations of 500 EUR or less "
        "can be booked without confirmation.",
        "A donation greater than 1,000 EUR may not be booked unless the treasurer has confirmed it. Donations of 1,000 EUR or "
        "less are refused.",
        "A donation greater than 1,000 EUR may be booked unless the treasurer has refused it.",
        "A donation greater than 1,000 EUR may not be booked unless the treasurer and the chair have confirmed it.",
    ],
)
def test_what_follows_the_exception_must_agree_with_its_bound(text: str) -> None:
    assert not told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A senior pass can be bought by residents who hold a pension card or who are 67 years of age or older. All other "
            "residents shall be refused the pass.",
            {("accepted", "yes", "66 years"), ("refused", "no", "66 years"), ("accepted", "67 years", "no")},
        ),
        (
            "A hunting permit may be granted to residents who own a rifle and who are at least 18 years of age. All other "
            "persons shall be denied the permit.",
            {("refused", "17 years", "yes"), ("accepted", "18 years", "yes")},
        ),
        (
            "Drivers who have a clean record or who are over 50 years old may rent a van. All other drivers shall be rejected.",
            {("accepted", "yes", "50 years"), ("refused", "no", "50 years"), ("accepted", "51 years", "no")},
        ),
    ],
)
def test_each_demand_on_whom_something_is_for_decides_alone(text: str, expected: set[tuple[str, ...]]) -> None:
    assert verdicts(text) >= expected


def test_without_a_word_on_the_others_nobody_is_refused() -> None:
    assert not told("A senior pass can be bought by residents who hold a pension card or who are 67 years of age or older.")
