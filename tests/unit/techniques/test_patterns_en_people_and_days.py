"""What some may only under a condition, grounds each of which is enough, and days of the week: what is tried, and how it ends."""

from __future__ import annotations

import time

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

ACCOMPANIED = [
    "Children under 8 may only ride the chairlift when accompanied by an adult.",
    "Children under 8 must not enter the pool unless accompanied by an adult.",
    "Children under 8 may enter the pool only with an adult.",
    "Children under the age of 8 may not drive a kart without an adult; children of 8 and over may drive alone.",
    "Children under 8 must be accompanied by an adult.",
    "Children younger than 8 can use the trampoline only while a parent is present.",
]


@pytest.mark.parametrize("text", ACCOMPANIED)
def test_the_condition_binds_on_one_side_of_the_age_alone(text: str) -> None:
    assert verdicts(text) == {
        ("accepted", "4 years", "yes"),
        ("refused", "4 years", "no"),
        ("accepted", "7 years", "yes"),
        ("refused", "7 years", "no"),
        ("accepted", "8 years", "no"),
    }


def test_other_measures_bind_too() -> None:
    assert ("accepted", "20 people", "no") in verdicts("Groups of more than 20 people may visit the mine only with a guide.")
    text = (
        "Claims above 5,000 GBP need the approval of a senior adjuster; without it, the payout shall not be released. "
        "Claims of 5,000 GBP or less are paid without approval."
    )
    assert {("refused", "5000.01 GBP", "no"), ("accepted", "5000.01 GBP", "yes"), ("accepted", "5000 GBP", "no")} <= verdicts(
        text
    )


@pytest.mark.parametrize(
    "text",
    [
        "Children under 8 may only ride the chairlift when accompanied by an adult or a teacher.",
        "Children under 8 may not drive a kart without an adult; children of 9 and over may drive alone.",
        "Children under 8 may not drive a kart without an adult; the kart is red.",
    ],
)
def test_what_is_told_beside_is_not_guessed(text: str) -> None:
    assert told(text) == []


EITHER = {
    "Residents or holders of a disabled badge may park in zone B. Everyone else shall be refused.": {
        ("accepted", "yes", "no"),
        ("refused", "no", "no"),
    },
    "Members or visitors with a day pass can use the lockers; all others shall be turned away.": {
        ("accepted", "yes", "no"),
        ("refused", "no", "no"),
    },
    "Employees who work at night or live more than 20 km away may claim a travel allowance.": {
        ("accepted", "yes", "20 km"),
        ("refused", "no", "20 km"),
        ("accepted", "40 km", "no"),
        ("accepted", "21 km", "no"),
    },
    "Members who have paid the fee or volunteered in the last year may vote.": {
        ("accepted", "yes", "no"),
        ("refused", "no", "no"),
    },
}


@pytest.mark.parametrize(("text", "cases"), EITHER.items())
def test_each_ground_is_enough(text: str, cases: set[tuple[str, ...]]) -> None:
    assert verdicts(text) == cases


@pytest.mark.parametrize(
    "text",
    [
        "Editors or authors may publish a page. Everyone else shall be refused.",  # roles, which the general reading knows
        "Members who have paid and attended or sponsored the fair may vote.",
        "Residents or holders of a disabled badge may park in zone B. Everyone else pays a fee.",
    ],
)
def test_other_alternatives_are_left_alone(text: str) -> None:
    assert told(text) == []


DAYS = {
    "Reservations are possible from Monday to Friday; on Saturdays and Sundays a reservation shall be denied.": "MTWTF--",
    "Only Mondays and Thursdays can be chosen.": "M--T---",
    "Seats may be reserved on Mondays, Wednesdays and Fridays only.": "M-W-F--",
    "Deliveries are made on weekdays only; a delivery on a Saturday or Sunday shall be refused.": "MTWTF--",
    "Tours can only be booked on weekends.": "-----SS",
    "Appointments may be booked on Tuesdays and Fridays. Any other day shall be rejected.": "-T--F--",
}
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.mark.parametrize(("text", "days"), DAYS.items())
def test_every_day_of_the_week_is_tried(text: str, days: str) -> None:
    assert verdicts(text) == {("refused" if mark == "-" else "accepted", day) for mark, day in zip(days, WEEK, strict=True)}


def test_a_day_of_which_nothing_is_told_is_not_tried() -> None:
    text = "Parcels may be returned from Monday to Friday; a return on a Sunday shall be refused."
    assert ("refused", "Sunday") in verdicts(text)
    assert not any("Saturday" in case for case in verdicts(text))


@pytest.mark.parametrize(
    "text",
    [
        "The report is sent on Mondays.",
        "Parcels may be returned from Monday to Friday; on Sundays the shop opens at noon.",
    ],
)
def test_days_that_refuse_nothing_are_left_alone(text: str) -> None:
    assert told(text) == []


def test_times_outside_a_span_are_refused() -> None:
    text = "Orders placed outside the opening hours from 08:00 to 18:00 shall be rejected."
    assert {("refused", "07:59"), ("accepted", "08:00"), ("accepted", "17:59"), ("refused", "18:01")} <= verdicts(text)


def test_long_lists_are_read_in_linear_time() -> None:
    start = time.perf_counter()
    told("Children under 8 may only " + "ride and " * 150 + "stop.")
    told("Seats may be reserved on " + "Mondays, " * 150 + "only.")
    told("People " + "with a " * 150 + "or holders of a pass may enter.")
    assert time.perf_counter() - start < 2
