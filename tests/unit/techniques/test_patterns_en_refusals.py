"""English wordings of who and what is refused, each cause tried alone (S4-061): states in a list, amounts by role, roles told
from the thing, limits of each kind of people, what is over once something has happened, what is needed only beyond a bound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.techniques.test_patterns_en import told, verdicts

Verdicts = set[tuple[str, ...]]

LISTED_STATES: dict[str, Verdicts] = {
    "A shipment that is lost, returned or delivered cannot be rerouted.": {
        ("refused", "lost"),
        ("refused", "returned"),
        ("refused", "delivered"),
        ("accepted", "normal"),
    },
    "Licences which have been revoked or expired shall be refused at the desk.": {
        ("refused", "revoked"),
        ("refused", "expired"),
        ("accepted", "normal"),
    },
    "A course that is in progress or completed may not be deleted; all other courses can.": {
        ("refused", "in progress"),
        ("refused", "completed"),
        ("accepted", "normal"),
    },
    "Damaged, opened or expired parcels must not be shipped.": {
        ("refused", "damaged"),
        ("refused", "opened"),
        ("refused", "expired"),
        ("accepted", "normal"),
    },
    "A booking cannot be moved if the court is closed or reserved by another member.": {
        ("refused", "closed"),
        ("refused", "reserved by another member"),
        ("accepted", "normal"),
    },
    "A repair may be started only while the engine is stopped or idle.": {
        ("accepted", "stopped"),
        ("accepted", "idle"),
        ("refused", "closed"),
    },
}
BY_ROLE: dict[str, Verdicts] = {
    "A contract may be read by lawyers and buyers but must not be read by suppliers.": {
        ("accepted", "lawyer"),
        ("accepted", "buyer"),
        ("refused", "supplier"),
    },
    "Meter data can be corrected by the operator, never by the customer.": {("accepted", "operator"), ("refused", "customer")},
    "Loans above 900 EUR are reserved for team leads.": {
        ("accepted", "2000 EUR", "team lead"),
        ("accepted", "900.01 EUR", "team lead"),
        ("refused", "2000 EUR", "Regular user"),
        ("refused", "900.01 EUR", "Regular user"),
        ("accepted", "900 EUR", "Regular user"),
    },
    "Only supervisors may approve discounts of 15 % or more.": {
        ("accepted", "60%", "supervisor"),
        ("accepted", "15%", "supervisor"),
        ("refused", "60%", "Regular user"),
        ("refused", "15%", "Regular user"),
        ("accepted", "14%", "Regular user"),
    },
    "Members may reserve up to 4 desks; visitors may reserve up to 2.": {
        ("accepted", "4 desks", "Member"),
        ("accepted", "3 desks", "Member"),
        ("accepted", "2 desks", "Member"),
        ("refused", "5 desks", "Member"),
        ("accepted", "2 desks", "visitor"),
        ("accepted", "1 desk", "visitor"),
        ("refused", "3 desks", "visitor"),
    },
}
NEEDS: dict[str, Verdicts] = {
    "Once a vote has been counted, it can no longer be changed.": {
        ("refused", "has been counted"),
        ("accepted", "has not been counted"),
    },
    "Visitors must wear a badge in the plant; without it they may not enter the hall.": {("accepted", "yes"), ("refused", "no")},
    "Riders without a helmet must not enter the track.": {("accepted", "yes"), ("refused", "no")},
    "Guests without proof of age are not served.": {("accepted", "yes"), ("refused", "no")},
    "Children under 12 years of age may only be admitted if a parent has signed the form.": {
        ("accepted", "6 years", "yes"),
        ("refused", "6 years", "no"),
        ("accepted", "11 years", "yes"),
        ("refused", "11 years", "no"),
        ("accepted", "12 years", "no"),
    },
    "Transfers of more than 700 EUR require that the client has entered a code; without it they are rejected.": {
        ("accepted", "1000 EUR", "yes"),
        ("refused", "1000 EUR", "no"),
        ("accepted", "700.01 EUR", "yes"),
        ("refused", "700.01 EUR", "no"),
        ("accepted", "700 EUR", "no"),
    },
    "No rebate may exceed 30 % unless the director has signed it.": {
        ("accepted", "70%", "yes"),
        ("refused", "70%", "no"),
        ("accepted", "31%", "yes"),
        ("refused", "31%", "no"),
        ("accepted", "30%", "no"),
    },
    "Once a file has been deleted, it can no longer be restored.": {("refused", "has been deleted")},
    "A parcel that weighs more than 25 kg or contains liquids shall be rejected.": {
        ("refused", "50 kg", "no"),
        ("refused", "26 kg", "no"),
        ("accepted", "25 kg", "no"),
        ("refused", "25 kg", "yes"),
    },
}


@pytest.mark.parametrize(("text", "expected"), [item for table in (LISTED_STATES, BY_ROLE, NEEDS) for item in table.items()])
def test_each_cause_is_tried_alone_with_the_verdict_that_the_text_gives_it(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "An order that is not paid or cancelled cannot be shipped.",  # how far the "not" reaches, is not told
        "Orders above 500 EUR must be approved by a manager.",  # who else might, is not told
        "Students may borrow up to 5 books; rooms may be booked for up to 3 hours.",  # of different things
        "Refunds of 500 EUR are reserved for administrators.",  # one amount, no bound
    ],
)
def test_what_cannot_be_read_to_its_end_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


@given(
    states=st.lists(
        st.sampled_from(["locked", "suspended", "cancelled", "archived", "closed"]), min_size=2, max_size=4, unique=True
    ),
    refused=st.sampled_from(["cannot", "must not", "may not", "can no longer"]),
)
@settings(max_examples=40, deadline=None)
def test_every_listed_state_is_refused_once_and_one_case_is_in_none_of_them(states: list[str], refused: str) -> None:
    points = told(f"An account that is {', '.join(states[:-1])} or {states[-1]} {refused} be renamed.")
    assert [p.inputs["account status"].value for p in points if p.polarity == "negative"] == states
    (free,) = (p for p in points if p.polarity == "positive")
    assert free.preconditions == tuple(f"The account is not {state}." for state in states)


@given(bound=st.integers(min_value=2, max_value=99_999), or_more=st.booleans())
@settings(max_examples=40, deadline=None)
def test_nobody_is_refused_for_an_amount_on_the_near_side_of_the_bound(bound: int, or_more: bool) -> None:
    told_bound = f"of {bound} EUR or more" if or_more else f"above {bound} EUR"
    points = told(f"Transfers {told_bound} are restricted to accountants.")
    assert points
    for point in points:
        amount = float(point.inputs["transfer amount"].value)
        over = amount > bound or (or_more and amount == bound)
        assert (point.polarity == "positive") == (not over or point.inputs["role"].value == "accountant")
