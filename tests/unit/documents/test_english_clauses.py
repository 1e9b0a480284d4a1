"""Sentences that leave words out, add a second verb, list conditions, or tell exceptions: what they are read as (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import interval, values

from testgen_runtime.documents.model import Actor, Condition, Enumeration, Limit, State


def test_a_gapped_sentence_has_a_limit_for_each_role() -> None:  # S4-022
    text = "Students may borrow up to 5 books, teachers up to 20."
    assert [interval(limit) for limit in values(text, Limit)] == ["(…, 5] books", "(…, 20] books"]
    assert [actor.permitted for actor in values(text, Actor)] == [("Students", "teachers")]


def test_a_gapped_sentence_over_kinds_of_one_thing_names_the_kinds() -> None:
    text = "Private customers may transfer at most 1,000 EUR per day and business customers at most 50,000 EUR per day."
    [kinds] = values(text, Enumeration)
    assert (kinds.subject, kinds.allowed, kinds.closed) == ("customer type", ("Private", "business"), False)
    assert {limit.subject for limit in values(text, Limit)} == {"customer amount"}


@pytest.mark.parametrize(
    ("text", "permitted", "denied"),
    [
        ("Only nurses may view a record; receptionists and visitors must not.", ("nurses",), ("receptionists", "visitors")),
        (
            "Dispatchers may reassign a trip. Drivers may not, and neither may mechanics.",
            ("Dispatchers",),
            ("Drivers", "mechanics"),
        ),
        ("No one except the Treasurer may release a payment.", ("Treasurer",), ()),
        ("Students and parents are not allowed to publish grades.", (), ("Students", "parents")),
        (
            "Invoices shall be approved exclusively by users in the role Accountant or Controller.",
            ("Accountant", "Controller"),
            (),
        ),
        (
            "A trainee who tries to sign off a work order shall be refused. Technicians may sign it off.",
            ("Technicians",),
            ("trainee",),
        ),
    ],
)
def test_who_may_and_who_may_not(text: str, permitted: tuple[str, ...], denied: tuple[str, ...]) -> None:  # S4-022
    [actor] = values(text, Actor)
    assert (actor.permitted, actor.denied) == (permitted, denied)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("Payment is possible by credit card, PayPal or invoice only. Any other payment method shall be refused.",
         ("credit card", "PayPal", "invoice")),
        ("Avatars must be uploaded in JPEG or PNG format.", ("JPEG", "PNG")),
        ("The language can be set to English or Dutch; an attempt to choose another language is refused.", ("English", "Dutch")),
        ("We deliver to Austria and Switzerland. Orders to any other country cannot be placed.", ("Austria", "Switzerland")),
    ],
)  # fmt: skip
def test_a_list_is_of_what_its_end_or_the_other_side_names(text: str, allowed: tuple[str, ...]) -> None:  # S4-022
    [found] = values(text, Enumeration)
    assert (found.allowed, found.closed) == (allowed, True)


def test_the_modes_of_a_device_are_states_and_a_second_verb_has_its_own() -> None:  # S4-022
    [state] = values(
        "The unit shall accept the command in the modes Idle and Standby and shall reject it in the mode Safe.", State
    )
    assert (state.allowed, state.refused) == (("Idle", "Standby"), ("Safe",))


def test_conditions_listed_after_all_of_the_following_hold_are_the_conditions() -> None:  # S4-022
    text = "A donor is admitted only if all of the following hold: the body weight is 50 kg or more, and the donor is well."
    assert [interval(limit) for limit in values(text, Limit)] == ["[50, …) kg"]
    assert "the donor is well" in [condition.text for condition in values(text, Condition)]


def test_a_condition_that_is_not_met_is_the_other_side_of_the_rule() -> None:
    text = "A driver must be at least 21 years old. If this condition is not met, the rental shall be rejected."
    assert values(text, Condition) == []


def test_a_scenario_in_one_line_has_its_conditions() -> None:  # S4-022
    text = "Given the account is locked, when the user signs in, then an error is shown."
    assert [(c.text, c.trigger) for c in values(text, Condition)] == [
        ("the account is locked", False),
        ("the user signs in", True),
    ]


def test_but_not_once_tells_the_states_that_refuse() -> None:  # S4-022
    text = "A work order may be deleted while it is Planned or On Hold, but not once it is Released or Completed."
    [state] = values(text, State)
    assert (state.allowed, state.refused) == (("Planned", "On Hold"), ("Released", "Completed"))


def test_permitted_and_prohibited_for_roles() -> None:  # S4-022
    text = "Editing a profile is permitted for the roles Owner and Administrator and prohibited for the role Guest."
    [actor] = values(text, Actor)
    assert (actor.permitted, actor.denied) == (("Owner", "Administrator"), ("Guest",))
