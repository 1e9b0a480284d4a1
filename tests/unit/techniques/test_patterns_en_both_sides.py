"""Two sentences, one on what is allowed and one on what is not: what is tried, and with which verdict."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

ROLES = [
    (
        "Closing a ledger is restricted to users with the role Treasurer or Auditor. Requests sent by a Viewer or a Guest Editor "
        "shall be answered with HTTP status 401.",
        {"Treasurer", "Auditor"},
        {"Viewer", "Guest Editor"},
    ),
    (
        "Printing a badge is reserved for receptionists and guards. Badge requests of visitors or drivers shall be rejected.",
        {"receptionist", "guard"},
        {"visitor", "driver"},
    ),
    (
        "A write-off must be approved by a director or a treasurer. Clerks and interns are not permitted to approve write-offs.",
        {"director", "treasurer"},
        {"clerk", "intern"},
    ),
    (
        "The release of a film must be confirmed by an editor or a producer. Assistants and drivers have no permission to "
        "confirm releases.",
        {"editor", "producer"},
        {"assistant", "driver"},
    ),
]


@pytest.mark.parametrize(("text", "may", "denied"), ROLES)
def test_each_role_of_both_sentences_is_tried(text: str, may: set[str], denied: set[str]) -> None:
    assert verdicts(text) == {("accepted", role) for role in may} | {("refused", role) for role in denied}


def test_a_status_that_refuses_is_what_is_seen() -> None:
    assert {p.steps[-1].expected for p in told(ROLES[0][0])} == {
        "The request is accepted.",
        "The request is answered with HTTP status 401.",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Closing a ledger is reserved to users with the role Treasurer or Auditor. Requests sent by a Viewer shall be answered "
        "with status 200.",
        "A write-off must be approved by a director or a treasurer. Clerks and interns are not permitted to print write-offs.",
    ],
)
def test_what_follows_must_refuse_the_same(text: str) -> None:
    assert ("refused", "clerk") not in verdicts(text)
    assert ("refused", "Viewer") not in verdicts(text)


def test_kinds_that_are_taken_and_kinds_that_are_not() -> None:
    text = "The mill grinds wheat, rye and spelt grains. Maize, sweet corn and all other grain types shall be rejected."
    assert verdicts(text) == (
        {("accepted", kind) for kind in ("wheat", "rye", "spelt")} | {("refused", kind) for kind in ("maize", "sweet corn")}
    )


def test_kinds_of_another_thing_are_not_refused() -> None:
    assert not told("The mill grinds wheat, rye and spelt grains. Nails, screws and all other metal parts shall be rejected.")


@pytest.mark.parametrize(
    ("text", "bound", "free", "inside", "beyond"),
    [
        (
            "Unverified transfers must not exceed 200 EUR and shall be rejected beyond that amount. Transfers from verified "
            "customers shall be accepted regardless of the amount.",
            "unverified transfer",
            "transfer from a verified customer",
            {"100 EUR", "200 EUR"},
            "200.01 EUR",
        ),
        (
            "Private parcels may not be heavier than 20 kg. Commercial parcels are accepted irrespective of their weight.",
            "private parcel",
            "commercial parcel",
            {"10 kg", "20 kg"},
            "21 kg",
        ),
    ],
)
def test_a_limit_of_one_kind_does_not_bind_the_other(text: str, bound: str, free: str, inside: set[str], beyond: str) -> None:
    assert verdicts(text) == (
        {("accepted", bound, value) for value in inside} | {("refused", bound, beyond), ("accepted", free, beyond)}
    )


def test_roles_and_states_of_one_refusal_are_tried_alone() -> None:
    text = (
        "Doctors and nurses may change a medication plan as long as the hospital stay is Open. Changes by porters, and changes "
        "to a stay that is Closed or Archived, shall be rejected."
    )
    assert verdicts(text) == {
        ("accepted", "doctor", "Open"),
        ("accepted", "nurse", "Open"),
        ("refused", "porter", "Open"),
        *(("refused", role, state) for role in ("doctor", "nurse") for state in ("Closed", "Archived")),
    }


def test_what_stays_closed_even_with_the_right_key() -> None:
    text = (
        "After 4 wrong card readings in succession, the lab gate shall remain closed even with a valid card. With fewer than 4 "
        "wrong readings, a valid card shall open the gate."
    )
    assert {(p.steps[-1].action, p.steps[-1].expected) for p in told(text)} >= {
        ("Make 3 wrong card readings in succession, then try again with a valid card.", "A valid card opens the gate."),
        ("Make 4 wrong card readings in succession, then try again with a valid card.", "The lab gate is closed."),
    }


def test_what_is_needed_beyond_a_bound_is_told_with_its_refusal_and_what_holds_below() -> None:
    text = (
        "A transfer of more than 500 EUR shall be sent to the bank only if a supervisor has signed it; without such a signature "
        "it shall be refused. Transfers of 500 EUR or less need no signature."
    )
    assert verdicts(text) == {
        *(("accepted", value, "yes") for value in ("1000 EUR", "500.01 EUR")),
        *(("refused", value, "no") for value in ("1000 EUR", "500.01 EUR")),
        ("accepted", "500 EUR", "no"),
    }
