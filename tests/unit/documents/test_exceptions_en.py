"""English demands with alternatives inside, exceptions told later, and lists of numbers (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import values

from testgen_runtime.documents.atoms.clauses import Part
from testgen_runtime.documents.atoms.conditions import _either
from testgen_runtime.documents.model import Condition, Enumeration, Limit
from testgen_runtime.techniques.partitions import numbers_beside


@pytest.mark.parametrize(
    ("text", "demands", "alternatives"),
    [
        (
            "the gate is closed and either the bell rings or a guard is present",
            ["the gate is closed"],
            ["the bell rings", "a guard is present"],
        ),
        (
            "the order is paid and, in addition, either the buyer is known or a deposit has been made",
            ["the order is paid"],
            ["the buyer is known", "a deposit has been made"],
        ),
        (
            "either the pass is valid or a fee is paid, and the gate is open",
            ["the gate is open"],
            ["the pass is valid", "a fee is paid"],
        ),
    ],
)
def test_alternatives_inside_demands_are_kept_apart(text: str, demands: list[str], alternatives: list[str]) -> None:
    found = _either(Part(0, len(text), text))
    assert found is not None
    assert [p.text for p in found[0]] == demands
    assert [p.text for p in found[1]] == alternatives


@pytest.mark.parametrize(
    "text",
    ["the gate is open and the bell rings", "either the gate is open or the bell rings", "the bell rings or the gate is open"],
)
def test_plain_joints_are_no_nesting(text: str) -> None:
    assert _either(Part(0, len(text), text)) is None


def test_numbers_beside_a_list_lie_below_above_and_in_its_widest_gap() -> None:
    assert numbers_beside([4, 8, 16, 32]) == [2, 24, 48, 64]
    assert numbers_beside([10, 20, 30]) == [0, 15, 40]


@pytest.mark.parametrize(
    ("text", "told", "opposite"),
    [
        ("The vents may be opened, except during a storm warning.", "there is a storm warning", "there is no storm warning"),
        ("The reactor may be started except in case of a leak alarm.", "there is a leak alarm", "there is no leak alarm"),
        ("Bookings can be changed online, but not during a payment.", "there is a payment", "there is no payment"),
        ("The feeder may run unless there are open doors.", "there are open doors", "there are no open doors"),
        (
            "Vehicles may enter the yard, except during the maintenance window.",
            "the time is during the maintenance window",
            "the time is not during the maintenance window",
        ),
    ],
)
def test_what_takes_place_is_an_exception(text: str, told: str, opposite: str) -> None:
    (condition,) = values(text, Condition)
    assert (condition.text, condition.negated, condition.holds) == (told, opposite, False)


def test_an_exception_stands_beside_a_bound() -> None:
    text = "The vents may be opened when the temperature is greater than 5 °C, except during a storm warning."
    assert [c.text for c in values(text, Condition)][-1] == "there is a storm warning"
    assert len(values(text, Limit)) == 1


def test_an_act_lacks_nothing() -> None:
    text = "From 20 minutes on, leaving without payment shall be prevented."
    assert values(text, Condition) == []


def test_things_that_are_returned_are_not_taken() -> None:
    text = "The machine accepts coins of 10, 20, 50 and 100 cents. All other coins are returned."
    assert [e.closed for e in values(text, Enumeration)] == [True]
