"""English: everything of a kind may, but for what one word marks; what is done with what lies beyond a limit; unit over unit."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import points, tried

from testgen_runtime.documents.atoms.negation import opposite

EXCEPTED = {
    "Except for suspended ones, every account may be used to pay.": ("account is suspended", "accepted"),
    "With the exception of suspended members, any member may book a court.": ("member is suspended", "accepted"),
    "All parcels except damaged ones may be forwarded; a damaged parcel must be held back.": ("parcel is damaged", "accepted"),
    "Every bicycle other than rented ones can be parked in the yard. A rented bicycle is turned away.": (
        "bicycle is rented",
        "accepted",
    ),
}


@pytest.mark.parametrize(("text", "mark"), [(text, mark) for text, (mark, _) in EXCEPTED.items()])
def test_what_is_marked_is_refused_and_what_is_not_is_accepted(text: str, mark: str) -> None:
    found = {(point.inputs[mark].value, point.polarity) for point in points(text)}
    assert found == {("yes", "negative"), ("no", "positive")}


@pytest.mark.parametrize(
    "text",
    [
        "Except for suspended ones, every account may be used to pay. A suspended account shows a banner.",
        "All parcels except damaged letters may be forwarded.",
    ],
)
def test_what_is_not_told_of_the_mark_is_not_made_up(text: str) -> None:
    assert not any(any("suspended" in name or "damaged" in name for name in point.inputs) for point in points(text))


@pytest.mark.parametrize(
    "text",
    [
        "The speed of a vehicle must not exceed 30 km/h; faster vehicles are stopped.",
        "The speed must not exceed 30 km/h. Any faster vehicle is turned back.",
        "Deliveries may weigh up to 30 kg. Heavier deliveries are sent back to the depot.",
        "A parcel must not weigh more than 30 kg; a heavier parcel is returned.",
        "A call must not last longer than 30 minutes. Longer calls are ended.",
        "The load of a lift must not exceed 30 t; in a heavier lift the alarm sounds.",
    ],
)
def test_what_is_done_with_the_larger_ones_is_seen_beyond_the_limit_alone(text: str) -> None:
    verdicts = {verdict: {value for said, value in tried(text) if said == verdict} for verdict in ("accepted", "refused")}
    assert any(value.startswith("31") for value in verdicts["refused"])
    assert any(value.startswith("30") for value in verdicts["accepted"])
    assert not verdicts["accepted"] & verdicts["refused"]


@pytest.mark.parametrize("unit", ["g/dL", "m³/h", "m³", "km/h", "mmol/L", "µg/m³", "L/min", "kg/m2"])
def test_a_unit_over_a_unit_is_one_unit(unit: str) -> None:
    found = points(f"The measured value must be between 5 {unit} and 20 {unit}.")
    values = {(value.value, value.unit) for point in found for value in point.inputs.values()}
    assert {("4", unit), ("5", unit), ("20", unit), ("21", unit)} <= values


def test_what_is_still_so_is_no_longer_so() -> None:
    assert opposite("the vehicle is still drawing current", "en") == "the vehicle is no longer drawing current"
    assert opposite("the pump still runs", "en") == "the pump no longer runs"
    assert opposite("the vehicle no longer draws current", "en") == "the vehicle still draws current"
