"""English wordings of two sides in sentences of their own: kinds and roles that are taken and that are not, rights that differ by
role and place, forms told twice (S4-061). Each has another noun, number or verb, and a near miss that must not be read so."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

Verdicts = set[tuple[str, ...]]


def sides(taken: set[str], refused: set[str]) -> Verdicts:
    return {("accepted", one) for one in taken} | {("refused", one) for one in refused}


KINDS = {
    "The depot handles glass, paper and metal waste. Deliveries of batteries or of paint must not be accepted there.": sides(
        {"glass", "paper", "metal"}, {"battery", "paint"}
    ),
    "The printer supports two page sizes: letter and legal. Requests for a poster or a banner have to be rejected.": sides(
        {"letter", "legal"}, {"poster", "banner"}
    ),
    "Priority boarding comes with the Gold card and with the Platinum card. Holders of the Silver or the Blue card who ask for "
    "it receive an error instead.": sides({"Gold", "Platinum"}, {"Silver", "Blue"}),
}
ROLES = {
    "Opening the vault is reserved for branch managers and auditors. Tellers and interns who attempt it are turned away.": sides(
        {"branch manager", "auditor"}, {"teller", "intern"}
    ),
    "Sealed files may be unlocked by a judge or by the head of registry. A clerk, a bailiff or a visitor must never be able to "
    "unlock them.": sides({"judge", "head of registry"}, {"clerk", "bailiff", "visitor"}),
    "Nobody but a harbour master is entitled to lower the boom. The attempt of a skipper, a pilot or a deckhand to lower it is "
    "denied.": sides({"harbour master"}, {"skipper", "pilot", "deckhand"}),
}
RIGHTS = {
    "Engineers can start the turbine on the early shift and on the late shift. Trainees can start it on the early shift only; on "
    "the late shift they are denied. Visitors are denied on both shifts.": {
        *(("accepted", "engineer", shift) for shift in ("early shift", "late shift")),
        ("accepted", "trainee", "early shift"),
        ("refused", "trainee", "late shift"),
        *(("refused", "visitor", shift) for shift in ("early shift", "late shift")),
    },
    "A manager may change the price of an article whichever state it is in (Planned, Listed or Retired). A clerk may do so in "
    "Planned only and is refused in Listed and Retired. An intern may not change it at all.": {
        *(("accepted", "manager", state) for state in ("Planned", "Listed", "Retired")),
        ("accepted", "clerk", "Planned"),
        *(("refused", "clerk", state) for state in ("Listed", "Retired")),
        *(("refused", "intern", state) for state in ("Planned", "Listed", "Retired")),
    },
}


@pytest.mark.parametrize(("text", "expected"), (KINDS | ROLES | RIGHTS).items())
def test_both_sides_are_tried_by_name(text: str, expected: Verdicts) -> None:
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The depot handles glass, paper and metal waste. Deliveries of batteries or of paint are weighed twice.",
        "The depot handles glass, paper and metal waste. Deliveries of glass or of paint must not be accepted there.",
        "Engineers can start the turbine on the early shift. Engineers can start it on the early shift only; on the early shift "
        "they are denied.",
    ],
)
def test_what_names_no_refusal_or_contradicts_itself_is_not_read_so(text: str) -> None:
    assert told(text) == []


def test_the_message_of_a_refusal_is_what_is_seen() -> None:
    text = 'Opening the vault is reserved for auditors. Tellers who attempt it are turned away with the message "not for you".'

    assert {p.steps[-1].expected for p in told(text)} == {
        "The request is accepted.",
        'The request is rejected with the message "not for you".',
    }


def test_means_are_no_roles() -> None:
    text = "Invoices may be paid by card or by transfer. Cheques and coins must not be accepted."

    assert all("role" not in p.inputs for p in told(text))
