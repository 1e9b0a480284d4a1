"""Who may and who may not, states that allow and states that forbid, values and the rest of them: each told by a clause of its
own, in the words of many hands (S4-061). The values tried, with their verdicts."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import verdicts, view_of
from tests.unit.techniques.test_scope import tried

from testgen_runtime.techniques.patterns_en import rights_told, states_told

ROLES = {
    "Fines can be waived by Branch Librarians and Team Leads only. Volunteers and Shelving Assistants attempting it must be "
    "refused.": (
        {"Branch Librarian", "Team Lead"},
        {"Volunteer", "Shelving Assistant"},
    ),
    "Nobody but the Shift Supervisor is authorised to change the thresholds; such changes by a Contractor are blocked.": (
        {"Shift Supervisor"},
        {"Contractor"},
    ),
    "Overriding a rate is reserved for the Revenue Manager; the system must deny it to Receptionists and Night Porters.": (
        {"Revenue Manager"},
        {"Receptionist", "Night Porter"},
    ),
    "The right to close a ward rests with the Matron; any attempt by a Porter is blocked.": ({"Matron"}, {"Porter"}),
    "It is up to the Harbour Master alone to open the lock gate; Skippers and Deckhands are turned away.": (
        {"Harbour Master"},
        {"Skipper", "Deckhand"},
    ),
    "Permission to export the ledger is granted to Auditors only. For Bookkeepers the export is blocked.": (
        {"Auditor"},
        {"Bookkeeper"},
    ),
    "Sealed records: access is granted to judges and registrars, and refused to paralegals.": (
        {"judge", "registrar"},
        {"paralegal"},
    ),
    "Nobody other than dentists may write to a chart, so an assistant who attempts it must get an access-refused message.": (
        {"dentist"},
        {"assistant"},
    ),
    "Payments are signed off by a controller. Should a trainee try to sign one off, the action is refused.": (
        {"controller"},
        {"trainee"},
    ),
}
ROLES |= {
    "Managers see the salary column; for interns it is hidden and access is denied.": ({"manager"}, {"intern"}),
    "Deleting a backup is something only an administrator may do. Operators get an error when they try.": (
        {"administrator"},
        {"operator"},
    ),
    "To approve a budget one has to be a director; requests of assistants for approval are rejected.": (
        {"director"},
        {"assistant"},
    ),
}
STATES = {
    "Only in the states Open and Paused can a survey be edited; in Closed and Archived editing is prevented.": (
        {"Open", "Paused"},
        {"Closed", "Archived"},
    ),
    "An item can be released to its owner while it is Stored; once it has been Auctioned, the release has to be refused.": (
        {"Stored"},
        {"Auctioned"},
    ),
    "While a filing has the status Draft, its author may edit it. If the status is Lodged, edits must be refused by the "
    "portal.": (
        {"Draft"},
        {"Lodged"},
    ),
    "A player is allowed to change the registration during the tournament phases Announced and Enrolling. In the phases Paired "
    "and Playing, the system turns such a change down.": ({"Announced", "Enrolling"}, {"Paired", "Playing"}),
    "Plots marked Vacant may be offered to the list, whereas the system prevents the clerk from offering a plot marked Leased.": (
        {"Vacant"},
        {"Leased"},
    ),
}


@pytest.mark.parametrize("text", [*ROLES, *STATES])
def test_each_role_and_state_of_both_clauses_is_tried(text: str) -> None:
    allowed, refused = (ROLES | STATES)[text]

    assert tried(text) == {*(("accepted", one) for one in allowed), *(("refused", one) for one in refused)}


@pytest.mark.parametrize(
    "text",
    [
        "The right to print a map rests with the Surveyor; any attempt by a Trainee to sell it is blocked.",
        "It is up to the Warden alone to open the gate; Visitors are turned away after 18:00.",
        "A film may be lent while it is Stored; once it has been Lent, any attempt to print it is refused.",
        "A film may be lent on Monday; on Sunday the loan is refused.",
    ],
)
def test_another_deed_or_another_condition_is_left_to_the_general_reading(text: str) -> None:
    assert list(rights_told.points(view_of(text))) == list(states_told.points(view_of(text))) == []


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        (
            "Payment is possible by Visa, Mastercard or girocard. Cards of any other brand are declined.",
            {"Visa", "Mastercard", "girocard"},
            set(),
        ),
        (
            "Samples in EDTA, citrate or heparin tubes are admitted; any other tube type leads to rejection.",
            {"EDTA", "citrate", "heparin"},
            set(),
        ),
        (
            "Articles must belong to one of the following categories: jewels, watches. The screen declines any other category.",
            {"jewels", "watches"},
            set(),
        ),
        (
            "Hoisting is permitted up to a wind speed of 20 m/s. At any higher wind speed the controller will block it.",
            {"20 m/s"},
            {"21 m/s"},
        ),
        (
            "The gate opens from a water level of 3 m; at a lower level it stays closed.",
            {"3 m"},
            {"2 m"},
        ),
        (
            "Passengers 60 minutes late or more are entitled to a refund; refunds for any shorter delay are denied.",
            {"60 minutes"},
            {"59 minutes"},
        ),
        (
            "Exhibits can be as large as 35 MB; anything bigger is rejected.",
            {"35 MB"},
            {"35.1 MB"},
        ),
        (
            "The distance is not allowed to be under 10 metres. Sites 10 metres or farther away are entered.",
            {"10 metres"},
            {"9 metres"},
        ),
        (
            "Entry requires a rating of 1800 points or above, and entries from players rated lower are refused.",
            {"1800 points"},
            {"1799 points"},
        ),
        (
            "The valve opens as soon as the pressure exceeds 8 bar; at 8 bar or below it is kept closed.",
            {"9 bar"},
            {"8 bar"},
        ),
        (
            "When the level reaches 3 m the pump starts, below that it stays off.",
            {"3 m"},
            {"2 m"},
        ),
        (
            "The garage lets in cars up to 1.95 m high and turns back taller ones.",
            {"1.95 m"},
            {"1.96 m"},
        ),
        (
            "The kiosk prints at most 3 labels and refuses to print further ones.",
            {"3 labels"},
            {"4 labels"},
        ),
        (
            "Tickets may be exchanged no later than 2 hours before departure. Exchanges requested after that are declined.",
            {"2 hours"},
            {"1 hour"},
        ),
        (
            "Drivers need to be at least 21; anyone younger is turned away.",
            {"21"},
            {"20"},
        ),
        (
            "If the temperature drops under -5 °C the heating switches on, above that it remains off.",
            {"-6°C"},
            {"-5°C"},
        ),
        (
            "Colours available for the frame: black, silver and red. Selecting another colour produces an error message.",
            {"black", "silver", "red"},
            set(),
        ),
        (
            "The import takes files with the endings .csv or .tsv, all other endings lead to an error.",
            {"csv", "tsv"},
            set(),
        ),
        (
            "The bridge is open to vehicles of less than 3.5 t. Heavier vehicles are refused.",
            {"3.4 t"},
            {"3.5 t"},
        ),
    ],
)
def test_the_rest_of_the_values_is_what_the_other_clause_refuses(text: str, allowed: set[str], refused: set[str]) -> None:
    found = tried(text)

    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= found, found
    assert not found & ({("refused", one) for one in allowed} | {("accepted", one) for one in refused})


def test_three_needs_with_verbs_of_their_own_fail_one_at_a_time() -> None:
    text = (
        "A permit is issued only to an applicant who lives in the zone, does not already hold another permit and drives a "
        "vehicle of less than 3.5 t. Failing any of these, the application is rejected."
    )

    assert verdicts(text) == {
        ("accepted", "yes", "no", "2 t"),
        ("accepted", "3.4 t", "yes", "no"),
        ("refused", "3.5 t", "yes", "no"),
        ("refused", "no", "no", "2 t"),
        ("refused", "yes", "yes", "2 t"),
    }


def test_a_refusal_beyond_a_number_says_nothing_of_the_condition() -> None:
    found = tried(
        "If a patient turns up late, the kiosk tolerates a delay of at most 15 minutes. Beyond 15 minutes the check-in is "
        "rejected."
    )

    assert ("refused", "16 minutes", "a patient turns up late") in found
    assert not [one for one in found if "a patient does not turn up late" in one]


@pytest.mark.parametrize(
    "text",
    [
        "Antibiotics are never dispensed without a valid prescription; on presentation of a prescription they are dispensed.",
        "No parcel may be handed over without a signature. With a signature it is handed over.",
    ],
)
def test_what_is_never_done_without_a_thing_is_done_with_it(text: str) -> None:
    assert verdicts(text) == {("accepted", "yes"), ("refused", "no")}


def test_what_may_be_done_until_a_state_is_not_done_in_it() -> None:
    found = tried("Invoices can be voided until they are Paid.")

    assert ("refused", "Paid") in found
    assert ("accepted", "Paid") not in found


@pytest.mark.parametrize(
    "text",
    [
        "If the oil pressure is over 140 bar or the speed over 100 rpm, the pump stops, otherwise it runs.",
        "The alarm sounds whenever fewer than 2 guards are on duty and is silent otherwise.",
    ],
)
def test_what_is_not_sure_is_not_tried_with_values(text: str) -> None:
    assert tried(text) == set()
