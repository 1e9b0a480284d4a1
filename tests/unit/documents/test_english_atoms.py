"""English wordings that are easily read the wrong way round: limits, lists, states, roles and other-branches (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import interval, values

from testgen_runtime.documents.model import Action, Actor, Condition, Enumeration, Limit, Outcome, State

LIMITS = [
    ("A transfer shall be at least 1 EUR and at most 15,000 EUR.", [("transfer", "[1, 15000] EUR", True)]),
    ("A booking can be cancelled up to 24 hours before departure.", [("time before departure", "[24, …) hours", True)]),
    (
        "If a user enters a wrong PIN 3 times in a row, the system shall block the card.",
        [("number of wrong PINs in a row", "[3, …) times", False)],
    ),
    (
        "If three consecutive login attempts fail, the account shall be locked.",
        [("number of failed consecutive login attempts", "[3, …) consecutive login attempts", False)],
    ),
    (
        "The password must contain at least one digit and at least 10 characters.",
        [("number of digits", "[1, …) digit", True), ("password length", "[10, …) characters", True)],
    ),
    ("The heater shall work between -20 °C and 50 °C.", [("heater", "[-20, 50] °C", True)]),
    ("A parcel that weighs more than 20 kg shall be refused.", [("parcel weight", "(…, 20] kg", True)]),
    ("A reset link shall be valid for 24 hours.", [("reset link age", "(…, 24] hours", True)]),
    (
        "The count shall not be less than 1 nor greater than 100.",
        [("count", "[1, 100]", True)],
    ),
    ("A payment that is not confirmed within 30 seconds shall be cancelled.", []),
    (
        "Students may borrow up to 5 books, teachers up to 20 books.",
        [("number of books", "(…, 5] books", True), ("number of books", "(…, 20] books", True)],
    ),
    ("The dose must lie strictly between 0 and 15 mg.", [("dose", "(0, 15) mg", True)]),
    (
        "Gift cards can be bought for amounts of 10 EUR up to and including 250 EUR.",
        [("amount", "[10, 250] EUR", True)],
    ),
    ("A search term must have two or more characters.", [("search term length", "[2, …) characters", True)]),
    ("A return is accepted within 30 days of delivery and rejected afterwards.", [("time since delivery", "(…, 30] days", True)]),
    (
        "A flight is approved for an altitude above 0 m and below 120 m. Any altitude outside these limits must be rejected.",
        [("altitude", "(0, 120) m", True)],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), LIMITS, ids=[statement[:40] for statement, _ in LIMITS])
def test_limits_have_a_name_a_range_and_a_side(statement: str, expected: list[tuple[str, str, bool]]) -> None:
    assert [(found.subject, interval(found), found.accepts) for found in values(statement, Limit)] == expected


LISTS = [
    (
        "The system shall accept payments in EUR, GBP and CHF. A payment in any other currency shall be refused.",
        ("currency", ("EUR", "GBP", "CHF"), True),
    ),
    (
        "The courier app shall accept the compartment sizes S, M, L and XL. Any other size shall be refused.",
        ("compartment size", ("S", "M", "L", "XL"), True),
    ),
    ("The system must support Chrome, Firefox and Safari.", ("browser", ("Chrome", "Firefox", "Safari"), False)),
    ("Uploads shall be limited to JPG and PNG files.", ("format", ("JPG", "PNG"), True)),
]


@pytest.mark.parametrize(("statement", "expected"), LISTS, ids=[statement[:40] for statement, _ in LISTS])
def test_a_list_needs_no_word_for_its_kind_right_before_it(statement: str, expected: tuple[str, tuple[str, ...], bool]) -> None:
    (found,) = values(statement, Enumeration)
    assert (found.subject, found.allowed, found.closed) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Guests must not download attachments.", [((), ("Guests",))]),
        ("Any user except a guest may comment.", [((), ("guest",))]),
        ("A name shall have 3 letters. Any other user name shall be rejected.", []),
        ("The courier app may send a report.", []),
    ],
)
def test_a_role_is_the_head_of_its_phrase(statement: str, expected: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
    assert [(found.permitted, found.denied) for found in values(statement, Actor)] == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("An operator may block a door while its state is Free or Faulty.", ("door", ("Free", "Faulty"), ())),
        (
            "An article can be deleted as long as it is in the state Draft; once it is Published, the deletion shall be refused.",
            ("article", ("Draft",), ("Published",)),
        ),
    ],
)
def test_a_state_belongs_to_what_is_acted_on(statement: str, expected: tuple[str, tuple[str, ...], tuple[str, ...]]) -> None:
    (found,) = values(statement, State)
    assert (found.subject, found.allowed, found.refused) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("If no room is free, the system shall offer a waiting list.", [("no room is free", "a room is free")]),
        (
            "If neither a code nor a card is given, entry shall be refused.",
            [("neither a code nor a card is given", "a code or a card is given")],
        ),
        (
            "A visitor whose badge is blocked must not enter.",
            [("the visitor's badge is blocked", "the visitor's badge is not blocked")],
        ),
        ("The page shall be shown if the file does not exist.", [("the file does not exist", "the file exists")]),
        ("A coupon can be used at most once per customer.", []),
        ("The code shall expire 5 minutes after it was sent.", []),
    ],
)
def test_conditions_and_what_is_none(statement: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.text, found.negated) for found in values(statement, Condition)] == expected


def test_nobody_forbids_it_to_everybody() -> None:
    (found,) = values("No user shall be able to approve an own claim.", Action)
    assert (found.subject, found.text, found.modality) == ("A user", "approve an own claim", "must_not")


@pytest.mark.parametrize(
    ("statement", "polarity", "otherwise"),
    [
        ("A parcel may weigh at most 20 kg; a heavier parcel shall be refused.", "negative", True),
        ("A message shall be at most 9 characters long. Longer messages shall be split.", "positive", True),
        ("A withdrawal of more than 9 EUR shall be refused; smaller withdrawals shall be accepted.", "positive", False),
        ("If the amount exceeds 10 EUR, a second approval shall be shown.", "positive", False),
    ],
)
def test_the_other_branch_is_told_from_the_rule(statement: str, polarity: str, otherwise: bool) -> None:
    found = values(statement, Outcome)[-1]
    assert (found.polarity, found.otherwise) == (polarity, otherwise)
