"""Ranges in conditions, and second sentences that only tell the other side of the first one."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written


def tried(statement: str) -> dict[str, set[tuple[str, ...]]]:
    """The values of every case by their verdict."""
    out: dict[str, set[tuple[str, ...]]] = {"+": set(), "-": set()}
    for verdict, data, _, _ in written(statement):
        out[verdict].add(tuple(data.values()))
    return out


@pytest.mark.parametrize(
    ("statement", "inside", "outside"),
    [
        (
            "A kiln shall be opened only when its temperature lies between 20 °C and 60 °C. Kilns outside this range shall not "
            "be opened.",
            {("20°C",), ("60°C",)},
            {("19°C",), ("61°C",)},
        ),
        ("The valve shall only be closed if the pressure is between 3 bar and 5 bar.", {("3 bar",), ("5 bar",)}, {("2 bar",)}),
        ("A warning shall be sent when the level is between 3 m and 5 m.", {("3 m",), ("5 m",)}, {("2 m",), ("6 m",)}),
        (
            "The broth shall be filtered only if its salt content is between 0.4 mg/L and 0.9 mg/L.",
            {("0.4 mg/L",), ("0.9 mg/L",)},
            {("0.3 mg/L",), ("1 mg/L",)},
        ),
    ],
)
def test_a_result_shows_inside_the_range_of_its_condition(
    statement: str, inside: set[tuple[str, ...]], outside: set[tuple[str, ...]]
) -> None:
    found = tried(statement)
    assert found["+"] >= inside
    assert found["-"] >= outside


def test_unless_leaves_the_range_out() -> None:
    found = tried("The pump shall be stopped unless the pressure is between 3 bar and 5 bar.")
    assert found["-"] >= {("3 bar",), ("5 bar",)}
    assert found["+"] >= {("2 bar",), ("6 bar",)}


OTHER_SIDES = [
    (
        "Jockeys must be at least 16 years old and must weigh at most 55 kg. Persons who do not meet both conditions shall be "
        "refused a licence.",
        {"jockey age", "jockey weight"},
    ),
    (
        "Parcels must be between 10 and 60 cm long and must weigh at least 2 kg. Parcels that do not meet all requirements are "
        "not accepted.",
        {"parcel length", "parcel weight"},
    ),
    (
        "The motto of a club shall have a length of 5 to 80 characters. When this length is not observed, the motto shall not be "
        "saved and a warning shall be shown.",
        {"length"},
    ),
    ("The fee must lie between 10 EUR and 90 EUR. If this range is not respected, the order shall be refused.", {"fee"}),
    (
        "Boaters can reserve a berth no later than 3 days before arrival. The harbour office shall reject reservations that are "
        "sent after this deadline.",
        {"time before arrival"},
    ),
]


@pytest.mark.parametrize(("statement", "names"), OTHER_SIDES)
def test_a_sentence_on_the_other_side_adds_no_condition(statement: str, names: set[str]) -> None:
    assert {name for _, data, _, _ in written(statement) for name in data} == names


def test_each_of_two_verbs_agrees_with_its_own_subject() -> None:
    found = written(OTHER_SIDES[2][0])
    assert {seen for verdict, _, _, seen in found if verdict == "-"} == {"The motto is not saved and a warning is shown."}


def test_a_weight_after_another_condition_is_one_of_two() -> None:
    found = tried(
        "A drone may be flown if it has been registered and the drone weighs 2 kg or less; otherwise the flight shall be refused."
    )
    assert found["-"] >= {("has not been registered", "2 kg"), ("3 kg", "has been registered")}
