"""Marks that a thing has or lacks, all roles in a list with those that may, the rest of the values by more words: each told by a
clause of its own (S4-061). The values tried, with their verdicts."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import verdicts, view_of
from tests.unit.techniques.test_scope import tried

from testgen_runtime.documents.model import Outcome
from testgen_runtime.techniques.patterns_en import marks_told, roles_listed

MARKS = {
    "Hives under quarantine shall not be moved to another site. A move of hives that are not under quarantine is "
    "approved.": "yes",
    "Vehicles with an open recall shall not be sold. The sale of vehicles that have no open recall is permitted.": "yes",
    "Batches that the laboratory has not released may not be shipped; shipping is possible for batches it has released.": "no",
    "Files that the scanner has flagged must not be opened; opening is allowed for files that it has not flagged.": "yes",
}
"""And the answer to the mark's question with which it is refused."""


@pytest.mark.parametrize("text", MARKS)
def test_a_thing_with_the_mark_and_one_without_it_are_tried(text: str) -> None:
    refused = MARKS[text]

    assert verdicts(text) == {("refused", refused), ("accepted", {"yes": "no", "no": "yes"}[refused])}


@pytest.mark.parametrize(
    "text",
    [
        "Hives under quarantine shall not be moved. A move of hives that are not under repair is approved.",
        "Hives under quarantine shall not be moved. A move of hives under quarantine is approved by the vet.",
        "Vehicles with an open recall shall not be sold unless the maker agrees. The sale of vehicles that have no open recall "
        "is "
        "permitted.",
        "Batches that the laboratory has not released may not be shipped; labels are printed for batches it has released on "
        "Monday.",
    ],
)
def test_another_mark_or_more_than_the_mark_is_left_to_the_general_reading(text: str) -> None:
    assert list(marks_told.points(view_of(text))) == []


ROLES = {
    "There are four staff roles: Presenter, Technician, Usher and Trainee. All of them may start the star projector except Usher "
    "and Trainee, whose attempts are refused.": ({"Presenter", "Technician"}, {"Usher", "Trainee"}),
    "Of the roles Clerk, Manager, Auditor and Guest, all but Guest may print a report; a Guest who tries is refused.": (
        {"Clerk", "Manager", "Auditor"},
        {"Guest"},
    ),
    "The system knows the roles Reader, Author and Publisher. Only the Publisher may release an issue; the others are refused.": (
        {"Publisher"},
        {"Reader", "Author"},
    ),
    "Among the roles Host, Player and Spectator, only Host and Player may move a piece.": ({"Host", "Player"}, {"Spectator"}),
}


@pytest.mark.parametrize("text", ROLES)
def test_every_role_of_the_list_is_tried(text: str) -> None:
    may, refused = ROLES[text]

    assert tried(text) == {*(("accepted", one) for one in may), *(("refused", one) for one in refused)}


@pytest.mark.parametrize(
    "text",
    [
        "There are three roles: Host, Player and Spectator. All of them may move a piece except Referee.",
        "There are three roles: Host, Player and Spectator. All may move a piece except Spectator; a Player is refused in "
        "round 2.",
    ],
)
def test_a_list_that_does_not_fit_is_left_to_the_general_reading(text: str) -> None:
    assert list(roles_listed.points(view_of(text))) == []


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        (
            "Section B is open to players with a rating from 1400 up to, but not including, 1800. The form turns away anyone "
            "rated lower than 1400, as well as anyone rated 1800 or higher.",
            {"1400", "1799"},
            {"1399", "1800"},
        ),
        ("A loan runs from 6 months to under 24 months; every other term is refused.", {"6 months", "23 months"}, {"24 months"}),
        (
            "No single loan may exceed 2,500 dollars. Loans of 2,500 dollars or less go through, larger ones are rejected.",
            {"2500 dollars"},
            {"2500.01 dollars"},
        ),
        (
            "Hire requests have to come in no later than 14 days before the first rehearsal, and those arriving with less notice "
            "than that are declined.",
            {"14 days"},
            {"13 days"},
        ),
        (
            "Bookings have to be made at least 14 days before the concert, and those made with less notice are declined.",
            {"14 days"},
            {"13 days"},
        ),
        (
            "You need to weigh 50 kilos or more to give blood; the registration desk sends away anyone lighter than that.",
            {"50 kilos"},
            {"49 kilos"},
        ),
        (
            "To ride the coaster, a visitor must be at least 140 cm tall. The attendant turns back everyone shorter than that.",
            {"140 cm"},
            {"139 cm"},
        ),
        (
            "Members have to be aged 16 or over to hire a kayak, and the clerk sends away anybody younger.",
            {"16 years"},
            {"15 years"},
        ),
        (
            "Briefs can be lodged as PDF, RTF or DOCX; the portal rejects all remaining file types.",
            {"PDF", "RTF", "DOCX"},
            {"XML"},
        ),
        (
            "An appeal may be filed no later than the 30th day after the decision; later appeals are dismissed.",
            {"30 days"},
            {"31 days"},
        ),
        (
            "Complaints are accepted until the 14th day after delivery. From the 15th day on they are rejected.",
            {"14 days"},
            {"15 days"},
        ),
    ],
)
def test_the_rest_of_the_values_is_refused(text: str, allowed: set[str], refused: set[str]) -> None:
    found = tried(text)

    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= found, found
    assert not found & ({("refused", one) for one in allowed} | {("accepted", one) for one in refused})


def test_what_an_exception_lifts_is_refused_without_it_alone() -> None:
    found = tried(
        "Patients younger than 16 must not be booked for a treatment, except where a guardian has given consent. For patients "
        "aged "
        "16 and over the booking goes ahead with or without such consent."
    )

    assert {("refused", "15 years", "has not given consent"), ("accepted", "15 years", "has given consent")} <= found
    assert {("accepted", "16 years", "has not given consent")} <= found


def test_things_that_have_to_hold_fail_one_at_a_time() -> None:
    found = tried(
        "A half-point bye is granted when three things hold: the entry fee has been paid, the player has not yet taken a bye in "
        "this event, and the round asked for is round 6 or earlier. If any of the three does not hold, the bye is refused."
    )

    assert ("refused", "3", "has been paid", "has taken a bye in this event") in found
    assert ("refused", "3", "has not been paid", "has not yet taken a bye in this event") in found
    assert ("refused", "7", "has been paid", "has not yet taken a bye in this event") in found


def test_either_of_two_relative_clauses_is_enough() -> None:
    found = tried(
        "The program assigns a tram to a driver who holds the route certificate or who is accompanied by an instructor. It "
        "refuses "
        "the assignment for a driver with neither."
    )

    assert ("accepted", "holds the route certificate; is not accompanied by an instructor") in found
    assert ("accepted", "does not hold the route certificate; is accompanied by an instructor") in found
    assert ("refused", "does not hold the route certificate; is not accompanied by an instructor") in found


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        (
            "A tooth is extracted only if the X-ray has been checked. If it has not been checked, the extraction is cancelled.",
            "has not",
        ),
        ("If the deposit has been paid, the robe is handed over; if it has not, the robe stays in the wardrobe.", "has not"),
        ("When the seal is intact, the parcel is accepted. When the seal is not intact, the driver takes it back.", "is not"),
    ],
)
def test_a_condition_told_from_its_other_side_is_no_second_one(text: str, fails: str) -> None:
    found = tried(text)

    assert len(found) == 2
    assert all((verdict == "refused") is value.startswith(fails) for verdict, value in found)


def test_a_condition_that_should_fail_is_the_other_side() -> None:
    found = tried(
        "A donor is let through if she is healthy and her last donation was in another year; should either not be the case, she "
        "is sent home."
    )

    assert ("refused", "is not healthy", "was in another year") in found
    assert ("accepted", "is healthy", "was in another year") in found


def test_what_never_happens_is_refused() -> None:
    found = tried("Attachments bigger than 15 MB never make it into the court file.")

    assert ("refused", "15.1 MB") in found
    assert ("accepted", "15 MB") in found


def test_what_does_not_happen_outside_of_hours_is_refused_there() -> None:
    found = tried("Calls to the hotline are put through from 8:00 until 17:30. Callers outside these hours are not put through.")

    assert {("accepted", "08:00"), ("accepted", "17:29"), ("refused", "07:59"), ("refused", "17:31")} <= found


def test_a_contrast_is_no_condition() -> None:
    found = tried(
        "Parcels without a customs label must not be dispatched, while dispatch is allowed for parcels with a customs label."
    )

    assert found == {("refused", "does not have a customs label"), ("accepted", "has a customs label")}


@pytest.mark.parametrize(
    "when", ["If the pressure reaches 3 bar", "If the pressure is 3 bar or more", "When the pressure hits 3 bar"]
)
def test_what_happens_where_a_limit_is_broken_is_not_seen_inside_of_it(when: str) -> None:
    (requirement,) = [view_of(f"The boiler's pressure must stay below 3 bar. {when}, the burner is cut off.").requirement]
    outcomes = [atom.value for atom in requirement.atoms if isinstance(atom.value, Outcome)]

    assert [one.otherwise for one in outcomes] == [True]
    assert {("accepted", "2 bar"), ("refused", "3 bar")} <= tried(requirement.text)


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        (
            "Photographs have to have a resolution of 300 dpi or better. Photographs with a poorer resolution are returned.",
            {"300 dpi"},
            {"299 dpi"},
        ),
        ("Eggs are graded L if they weigh 63 g up to less than 73 g.", {"63 g", "72 g"}, {"62 g", "73 g"}),
    ],
)
def test_what_is_given_back_is_the_rest(text: str, allowed: set[str], refused: set[str]) -> None:
    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= (found := tried(text)), found


def test_what_is_no_longer_possible_in_a_state_is_refused_in_it() -> None:
    found = tried("As long as a permit is Pending it may be withdrawn; Granted permits are no longer withdrawable.")

    assert {("accepted", "Pending"), ("refused", "Granted")} <= found


def test_two_roles_of_which_one_is_named_as_well_as_the_other() -> None:
    found = tried("Administrators as well as auditors can see the log; it stays hidden from operators.")

    assert found == {("accepted", "administrator"), ("accepted", "auditor"), ("refused", "operator")}


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "Bags may weigh at most 23 kg; heavier bags are refused. Members of the armed forces are exempt from this limit.",
            "23 kg",
            "24 kg",
        ),
        (
            "Vessels must announce a passage at least 4 hours in advance, and announcements made later are rejected. This does "
            "not apply to rescue vessels.",
            "4 hours",
            "3 hours",
        ),
        (
            "With the exception of business passengers, nobody may charge more than 300 euros to the room; higher amounts are "
            "declined.",
            "300 euros",
            "300.01 euros",
        ),
        (
            "A single booking may not exceed 6 seats; larger bookings are refused. School classes are not subject to this rule.",
            "6 seats",
            "7 seats",
        ),
    ],
)
def test_a_kind_that_a_bound_spares_is_tried_beyond_it(text: str, inside: str, outside: str) -> None:
    found = tried(text)

    assert {("accepted", inside, "no"), ("refused", outside, "no"), ("accepted", outside, "yes")} <= found, found


def test_later_than_some_days_before_is_nearer_to_the_event() -> None:
    found = tried("Entries later than 3 days before the race are refused. Entries made at least 3 days before are accepted.")

    assert {("refused", "2 days"), ("accepted", "3 days")} <= found
