"""Numbers of English sentences that are measures and no times, hours that are counted, and ends that are told again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.unit.techniques.test_people_and_ranges_en import names, points, tried

MEASURES: Mapping[str, tuple[str, set[str], set[str]]] = {
    "The parking garage shall refuse a vehicle that is higher than 2.10 m; a vehicle of up to 2.10 m shall be let in.": (
        "vehicle height",
        {"2.10", "2.09"},
        {"2.11"},
    ),
    "The vending machine shall reject a coin that is heavier than 8.50 g; a coin of up to 8.50 g shall be accepted.": (
        "coin weight",
        {"8.50", "8.49"},
        {"8.51"},
    ),
    "The gate shall let through a vehicle that is narrower than 250 cm; a vehicle of 250 cm or more shall be refused.": (
        "vehicle width",
        {"249"},
        {"250", "251"},
    ),
    "The dryer shall reject grain that is warmer than 35 °C.": ("grain temperature", {"35", "34"}, {"36"}),
}


@pytest.mark.parametrize("text", MEASURES)
def test_what_is_compared_by_an_adjective_is_named_by_its_measure(text: str) -> None:
    name, accepted, refused = MEASURES[text]
    found = tried(text)
    assert names(text) == {name}
    assert accepted <= found[0]
    assert refused <= found[1]
    assert not found[0] & found[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Orders placed after 14.30 shall be rejected; orders placed before 14.30 shall be accepted.", "14:31"),
        ("Orders may be placed until 14.00 hours; later orders shall be rejected.", "14:01"),
    ],
)
def test_a_time_of_day_stays_one(text: str, value: str) -> None:
    assert value in tried(text)[1]


def test_a_value_with_a_point_is_no_time_of_day() -> None:
    text = "The pool shall reject water with a pH value above 7.40; a pH value of up to 7.40 shall be accepted."
    assert tried(text) == ({"4", "7.40", "7.39"}, {"7.41"})


COUNTED: Mapping[str, tuple[str, set[str], set[str]]] = {
    "A pilot licence shall be renewed only if the pilot has logged 90 flight hours or more.": (
        "number of flight hours",
        {"90", "91"},
        {"89"},
    ),
    "A pilot licence shall be renewed only if the pilot has logged at least 90 flight hours.": (
        "number of flight hours",
        {"90", "91"},
        {"89"},
    ),
    "A guest may take part in the draw only if the guest has booked at least 3 hotel nights; otherwise it shall be refused.": (
        "number of hotel nights",
        {"3", "4"},
        {"2"},
    ),
}


@pytest.mark.parametrize("text", COUNTED)
def test_hours_of_a_kind_are_counted(text: str) -> None:
    name, accepted, refused = COUNTED[text]
    found = tried(text)
    assert names(text) == {name}
    assert accepted <= found[0]
    assert refused <= found[1]


@pytest.mark.parametrize(
    "text",
    [
        "A return shall be accepted within 14 full hours; later returns shall be refused.",
        "The export shall finish within 5 hours.",
    ],
)
def test_hours_and_days_themselves_are_a_time(text: str) -> None:
    assert not any(name.startswith("number of") for name in names(text))


TOLD_AGAIN: Mapping[str, tuple[set[str], set[str]]] = {
    "The pump shall start only if the tank pressure is above 1.8 bar and below 3.2 bar; at exactly 1.8 bar, at exactly 3.2 bar "
    "and at any pressure outside, the start shall be refused.": ({"1.9", "3.1"}, {"1.7", "1.8", "3.2", "3.3"}),
    "The oven shall heat only if the chamber temperature is above 5 °C and below 90 °C; at exactly 5 °C, at exactly 90 °C and at "
    "any other temperature, the heating shall be refused.": ({"6", "89"}, {"4", "5", "90", "91"}),
    "A rider shall be admitted only if the rider is taller than 120 cm and shorter than 200 cm; at exactly 120 cm, at exactly "
    "200 cm and outside of these heights the admission shall be refused.": ({"121", "199"}, {"119", "120", "200", "201"}),
    "A bid shall be accepted only if it is more than 100 EUR; at exactly 100 EUR the bid shall be rejected.": (
        {"100.01"},
        {"100", "99.99"},
    ),
}


@pytest.mark.parametrize("text", TOLD_AGAIN)
def test_an_open_end_that_is_refused_again_is_no_range_of_its_own(text: str) -> None:
    accepted, refused = tried(text)
    inside, outside = TOLD_AGAIN[text]
    assert inside <= accepted
    assert outside <= refused
    assert not accepted & refused


@pytest.mark.parametrize(
    "text",
    [
        "The access code shall have exactly 6 digits; a code of exactly 5 digits shall be rejected.",
        "The pump shall start only if the tank pressure is at least 2 bar; at exactly 5 bar the start shall be refused.",
    ],
)
def test_a_value_that_is_refused_is_never_accepted(text: str) -> None:
    assert "5" not in tried(text)[0]


BOTH_NEEDED: Mapping[str, str] = {
    "A sabbatical shall be approved if the employee has a permanent contract and at least 5 years of service; otherwise it "
    "shall be declined.": "has a permanent contract",
    "A loan shall be granted if the applicant has a guarantor and more than 20000 EUR of savings; otherwise it shall be "
    "refused.": "has a guarantor",
    "A stand shall be assigned if the trader has a valid licence and at most 2 open fines; otherwise it shall be denied.": (
        "has a valid licence"
    ),
    "If the researcher has completed the laser training and has at least 20 supervised hours, the laser shall be released; if "
    "the training is not completed or the supervised hours are fewer than 20, the release shall be refused.": (
        "has completed the laser training"
    ),
}


@pytest.mark.parametrize("text", BOTH_NEEDED)
def test_what_one_has_and_how_much_are_two_demands(text: str) -> None:
    held = BOTH_NEEDED[text]
    found = points(text)
    assert all(len(p.inputs) == 2 for p in found)
    for p in found:
        if p.polarity == "positive":
            assert held in {str(one.value) for one in p.inputs.values()}
    failing = [p for p in found if p.polarity == "negative"]
    assert any(held not in {str(one.value) for one in p.inputs.values()} for p in failing)
    assert any(held in {str(one.value) for one in p.inputs.values()} for p in failing)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "The route planner shall accept the file types GPX, KML and TCX. A file of any other type shall be refused.",
            {"GPX", "KML", "TCX"},
        ),
        (
            "The ticket printer shall accept the paper formats A4, A5 and A6. Paper of any other format shall be refused.",
            {"A4", "A5", "A6"},
        ),
    ],
)
def test_a_device_with_the_name_of_a_trade_takes_each_value(text: str, values: set[str]) -> None:
    accepted, refused = tried(text)
    assert accepted == values
    assert len(refused) == 1


def test_a_third_ground_behind_two_leaves_open_which_joint_binds() -> None:
    text = "A premium shall be paid if the worker has a contract and more than 3 years of service or a master certificate."
    assert "worker" not in names(text)


def test_a_measure_that_is_denied_is_the_same_measure() -> None:
    text = "The tower shall accept a container that is not heavier than 30 tonnes; a container that is heavier shall be refused."
    assert names(text) == {"container weight"}
    assert tried(text) == ({"20", "29", "30"}, {"31"})
