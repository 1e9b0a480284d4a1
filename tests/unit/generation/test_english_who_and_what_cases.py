"""Whose age and weight it is, who is admitted or turned away, and circumstances that are set up before they are told again."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written


def ends(statement: str) -> set[tuple[str, str]]:
    """The verdict and the last result of every case."""
    return {(verdict, result) for verdict, _, _, result in written(statement)}


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("A blood donor shall be at least 18 and at most 65 years old. Any other donor shall be turned away.", "blood donor age"),
        (
            "When a climber holds a belay certificate and is at least 14 years old, the system shall allow "
            "the booking; otherwise it "
            "shall refuse the booking.",
            "climber age",
        ),
        (
            "A locker shall accept a parcel if it weighs at most 20 kg and is at most 60 cm long; any other "
            "parcel shall be refused.",
            "parcel weight",
        ),
    ],
)
def test_a_number_is_of_the_one_that_the_clause_speaks_of(statement: str, name: str) -> None:
    assert all(name in data for _, data, _, _ in written(statement))


@pytest.mark.parametrize(
    ("statement", "results"),
    [
        (
            "A blood donor shall be at least 18 and at most 65 years old. Any other donor shall be turned away.",
            {("+", "The blood donor is accepted."), ("-", "The donor is turned away.")},
        ),
        (
            "A student shall be admitted to the final examination only if the attendance is 80 % or more.",
            {
                ("+", "The student is admitted to the final examination."),
                ("-", "The student is not admitted to the final examination."),
            },
        ),
        (
            "A visitor shall be let into the clean room only if the visitor wears a coverall and has attended the briefing; "
            "otherwise the entry shall be denied.",
            {("+", "The visitor is let into the clean room."), ("-", "The entry is denied.")},
        ),
        (
            "When a climber holds a belay certificate and is at least 14 years old, the system shall allow "
            "the booking; without a "
            "belay certificate or below 14 years it shall refuse the booking.",
            {("+", "The system allows the booking."), ("-", "The system refuses the booking.")},
        ),
        (
            "The parking garage shall refuse a vehicle that is higher than 2.10 m; a vehicle of up to 2.10 m shall be let in.",
            {("+", "The vehicle is let in."), ("-", "The parking garage refuses the vehicle.")},
        ),
        (
            "A recovery phrase shall consist of exactly 12 words; a shorter or a longer phrase shall be rejected.",
            {("+", "The phrase is accepted."), ("-", "The phrase is rejected.")},
        ),
        (
            "A renter who has not signed the handover form must not start the engine. A renter who has signed it may start the "
            "engine.",
            {("+", "The engine is started."), ("-", "The system refuses this and the engine is not started.")},
        ),
        (
            "An order in the state Open may be cancelled. In the states Shipped and Delivered the system shall show a hint.",
            {("+", "The order is cancelled."), ("+", "The system shows a hint.")},
        ),
    ],
)
def test_the_result_tells_what_becomes_of_whom(statement: str, results: set[tuple[str, str]]) -> None:
    assert ends(statement) == results


@pytest.mark.parametrize(
    ("statement", "actions"),
    [
        (
            "A cashier may pay back up to 100 USD and a store manager up to 1000 USD; a repayment above the "
            "limit shall be refused.",
            {"Pay back 100 USD.", "Pay back 100.01 USD.", "Pay back 1000 USD.", "Pay back 1000.01 USD."},
        ),
        (
            "The interpreter hotline shall serve the languages Polish, Turkish and Arabic. A call for any "
            "other language shall be "
            "refused.",
            {"Submit a call for the language Polish.", "Submit a call for the language Portuguese."},
        ),
        (
            "A sports car shall be rented out if the driver holds a valid driving licence and is at least "
            "25 years old; otherwise "
            "the rental shall be declined.",
            {"Submit the rental with a driver age of 25 years.", "Submit the rental with a driver age of 24 years."},
        ),
    ],
)
def test_what_the_tester_does_is_an_act(statement: str, actions: set[str]) -> None:
    assert actions <= {action for _, _, action, _ in written(statement)}
