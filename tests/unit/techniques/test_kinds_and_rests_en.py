"""English rules in ordinary words: what some kinds get, states of what somebody has, grounds behind "unless", what happens on
the other side of an event's limit, two measures of one thing, what may be done once: the values tried, and their verdicts
(S4-061)."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written
from tests.unit.techniques.test_patterns_en import verdicts, view_of

from testgen_runtime.techniques.patterns_en import granted_to_kinds, states_of_a_thing, used_once

APART = {
    "Students and pensioners get a discount. All other visitors pay the full price.": (
        {("student",), ("pensioner",)},
        {("adult",)},
    ),
    "Members and their guests park for free; everyone else has to pay.": ({("member",), ("guest",)}, {("adult",)}),
    "Children, students and seniors are entitled to a reduced ticket. All others shall pay the regular price.": (
        {("child",), ("student",), ("senior",)},
        {("adult",)},
    ),
    "Members with an active contract may enter. Members whose contract is suspended or terminated shall be turned away.": (
        {("active",)},
        {("suspended",), ("terminated",)},
    ),
    "Customers whose account is blocked or closed may not pay; customers with an open account may pay by card.": (
        {("open",)},
        {("blocked",), ("closed",)},
    ),
    "Members may vote unless they are suspended or owe more than 50 EUR in fees.": (
        {("no", "50 EUR")},
        {("yes", "50 EUR"), ("100 EUR", "no"), ("50.01 EUR", "no")},
    ),
    "A guest may book a table unless he or she is blocked or has an unpaid bill.": (
        {("no", "no")},
        {("yes", "no")},
    ),
    "A loan is granted to applicants who are of age and have a regular income; in all other cases the loan is refused.": (
        {("yes", "yes")},
        {("no", "yes")},
    ),
    "The discount code can be used once. A second use shall be rejected.": ({("1",)}, {("2",)}),
    "Trainees may not approve invoices. Invoices may be approved by accountants and by the head of finance.": (
        {("accountant",), ("head of finance",)},
        {("trainee",)},
    ),
    "A seat may be reserved by members only. Non-members must not reserve seats.": ({("member",)}, {("non-member",)}),
    "Only drivers and dispatchers may change the status of a delivery. Customers may only view it.": (
        {("driver",), ("dispatcher",)},
        {("customer",)},
    ),
}


@pytest.mark.parametrize("text", APART)
def test_each_kind_state_and_ground_is_tried_with_its_verdict(text: str) -> None:
    taken, refused = APART[text]
    found = verdicts(text)

    assert {values for verdict, *values_ in found if verdict == "accepted" for values in [tuple(values_)]} == taken
    assert {values for verdict, *values_ in found if verdict == "refused" for values in [tuple(values_)]} == refused


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (granted_to_kinds, "Students and pensioners get a discount. All other visitors get a voucher."),
        (granted_to_kinds, "Students and pensioners get a discount of 20 percent. All other visitors pay the full price."),
        (
            states_of_a_thing,
            "Members with an active contract may enter. Guests whose contract is suspended shall be turned away.",
        ),
        (states_of_a_thing, "Members with an active contract may enter. Members whose contract is active shall be turned away."),
        (used_once, "The discount code can be used once. A second code shall be sent by post."),
    ],
)
def test_what_says_something_else_is_left_to_the_general_reading(pattern: object, text: str) -> None:
    assert list(pattern.points(view_of(text))) == []  # type: ignore[attr-defined]


OTHER_SIDE = {
    "A bicycle must be returned within 24 hours; a bicycle that is returned later costs an extra fee.": {
        "24 hours": "The bicycle is returned.",
        "25 hours": "The bicycle that is returned later costs an extra fee.",
    },
    "The oven shall switch off when the temperature exceeds 250 °C. Up to and including 250 °C it shall stay on.": {
        "251°C": "The oven switches off.",
        "250°C": "The oven stays on.",
    },
    "The alarm shall sound when the pressure exceeds 5 bar. At 5 bar or less it shall remain silent.": {
        "6 bar": "The alarm sounds.",
        "5 bar": "The alarm remains silent.",
    },
    "The temperature in the cold store shall be kept between 2 and 8 °C; outside this range an alarm shall be raised.": {
        "1°C": "Outside this range an alarm is raised.",
        "9°C": "Outside this range an alarm is raised.",
        "5°C": "The temperature is accepted.",
    },
}


@pytest.mark.parametrize("text", OTHER_SIDE)
def test_what_happens_on_each_side_of_a_limit_stands_at_its_own_side(text: str) -> None:
    seen = {value: expected for _, data, _, expected in written(text) for value in data.values()}

    assert OTHER_SIDE[text].items() <= seen.items()


def test_two_measures_of_one_thing_have_names_of_their_own() -> None:
    cases = written("A parcel of more than 31.5 kg or more than 2 m in length shall be refused.")

    assert all(set(data) == {"parcel weight", "parcel length"} for _, data, _, _ in cases)
    assert {expected for _, _, _, expected in cases} == {"The parcel is accepted.", "The parcel is refused."}


def test_a_second_demand_is_of_the_same_thing() -> None:
    cases = written("A user name must start with a letter and have between 3 and 30 characters.")

    assert {name for _, data, _, _ in cases for name in data} == {"user name length", "user name"}


def test_both_ends_before_an_event_make_one_range() -> None:
    cases = written("A delivery slot can be booked no earlier than 14 days and no later than 1 day before delivery.")
    verdicts_ = {value: verdict for verdict, data, _, _ in cases for value in data.values()}

    assert {"0 days": "-", "1 day": "+", "14 days": "+", "15 days": "-"}.items() <= verdicts_.items()


def test_a_clause_about_a_thing_ends_where_its_verdict_begins() -> None:
    cases = written("The gate opens for vehicles with a valid permit. Vehicles whose permit has expired are denied entry.")

    assert {tuple(data.values()) for _, data, _, _ in cases} == {("has expired",), ("has not expired",)}
