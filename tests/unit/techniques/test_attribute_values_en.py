"""English lists of what something of a thing may be, contrasts with "while", and clauses that only name a bound that is tried."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import points, tried

LISTS = {
    "If the format of a route file is GPX, KML or TCX, the system shall accept it, otherwise it shall reject it.": {
        "GPX",
        "KML",
        "TCX",
    },
    "If the colour of a badge is green or dark blue, the gate accepts it. Otherwise the badge is refused.": {
        "green",
        "dark blue",
    },
    "The method of a payment must be one of cash, debit card or gift card. Any other method shall be rejected with an error.": {
        "cash",
        "debit card",
        "gift card",
    },
    "Only the methods cash, debit card and gift card are supported for a payment; all other methods shall be rejected.": {
        "cash",
        "debit card",
        "gift card",
    },
    "Allowed sizes of a locker: small, medium, extra large. A locker of another size shall be rejected.": {
        "small",
        "medium",
        "extra large",
    },
    "A route file whose format is neither GPX nor KML nor TCX shall be rejected.": {"GPX", "KML", "TCX"},
    "Sheet music shall be uploaded as PDF, MIDI or MusicXML; an upload in a format not named here shall be rejected.": {
        "PDF",
        "MIDI",
        "MusicXML",
    },
    "The application may be submitted in English or French. An application in any other language shall be refused.": {
        "English",
        "French",
    },
    "Emptying can be requested for bins with a blue, green or yellow label. For a bin whose label has another colour the request "
    "shall be denied.": {"blue", "green", "yellow"},
}


def values(text: str, told: str) -> set[str]:
    return {value for verdict, *found in tried(text) if verdict == told for value in found}


@pytest.mark.parametrize(("text", "listed"), LISTS.items())
def test_each_value_of_the_list_is_accepted_and_one_beside_it_refused(text: str, listed: set[str]) -> None:
    assert values(text, "accepted") == listed
    refused = values(text, "refused")
    assert len(refused) == 1
    assert not refused & listed


@pytest.mark.parametrize(
    "text",
    [
        "If the format of a route file is GPX, KML or TCX, the system shall accept it, otherwise it asks for a conversion.",
        "The owner of a file must be one of the editors or the author. Any other user shall be warned.",
        "Only the methods cash and debit card are supported for a payment; a fee shall be rejected.",
    ],
)
def test_no_other_value_is_refused_where_the_text_refuses_none(text: str) -> None:
    assert not [p for p in points(text) if p.reason == "none of the list"]


CONTRASTS = {
    "A file with a size of more than 25 MB must be rejected, while a file with a size of 25 MB or less is stored.": (
        "25 MB",
        "25.1 MB",
    ),
    "The donation page shall reject every amount below 3 EUR and accept all amounts from 3 EUR upwards.": ("3 EUR", "2.99 EUR"),
    "The desk refuses any parcel above 3 kg and accepts all parcels up to 3 kg.": ("3 kg", "4 kg"),
    "Parcels of less than 2 kg are refused, whereas parcels of 2 kg or more are accepted.": ("2 kg", "1 kg"),
}


@pytest.mark.parametrize(("text", "good", "bad"), [(text, *rest) for text, rest in CONTRASTS.items()])
def test_while_parts_both_sides_of_one_bound(text: str, good: str, bad: str) -> None:
    assert good in values(text, "accepted")
    assert bad in values(text, "refused")
    assert not values(text, "accepted") & values(text, "refused")


@pytest.mark.parametrize(
    "text",
    [
        "The size of a file has to lie between 25 MB and 75 MB, both values included; anything outside is rejected.",
        "The size of a file is limited to 25 MB; if it exceeds the limit, the file is rejected.",
    ],
)
def test_a_clause_that_only_names_its_bound_has_no_test_of_its_own(text: str) -> None:
    assert all(p.inputs for p in points(text))
    assert not values(text, "accepted") & values(text, "refused")


def test_what_a_group_consists_of_is_a_condition_of_its_own() -> None:
    text = (
        "The rate shall be granted when the visit is booked and the group consists of 10 persons or more. Otherwise it is denied."
    )
    found = tried(text)
    assert ("accepted", "10 persons", "is booked") in found
    assert ("refused", "20 persons", "is not booked") in found
    assert ("refused", "9 persons", "is booked") in found
