"""Days told by exception, grounds behind "who", bans that a condition lifts, limits of one's own: what is tried, and its end."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts, view_of

from testgen_runtime.generation.model import Options
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.model import TestPoint

Verdicts = set[tuple[str, ...]]
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days(*refused: str, base: tuple[str, ...] = _WEEK) -> Verdicts:
    return {("refused" if day in refused else "accepted", day) for day in base}


DAYS = {
    "Customers may book a haircut on every day of the week except Sunday and Monday. A booking for a Sunday or a Monday shall be "
    "rejected.": days("Sunday", "Monday"),
    "Bulky waste can be collected on all days of the week apart from Friday, Saturday and Sunday; a pick-up on one of those days "
    "shall be refused.": days("Friday", "Saturday", "Sunday"),
    "The swimming hall is open on any day but Tuesday. On Tuesdays admission shall be denied.": days("Tuesday"),
    "Tables can be reserved daily except on Sundays. A reservation for a Sunday shall be refused.": days("Sunday"),
    # of a Saturday or a Sunday nothing is told
    "Vets may schedule a surgery on weekdays other than Fridays; for Fridays the request shall be declined.": days(
        "Friday", base=_WEEK[:5]
    ),
    "Deliveries are accepted from Monday to Saturday with the exception of Wednesday.": days("Wednesday", base=_WEEK[:6]),
}


@pytest.mark.parametrize("text", DAYS)
def test_days_told_by_exception(text: str) -> None:
    assert verdicts(text) == DAYS[text]


@pytest.mark.parametrize(
    "text",
    [
        "Customers may book a haircut on every day of the week except Sunday and Monday. A booking for a Tuesday shall be "
        "rejected.",
        "The library is closed on every day except Monday.",
        "Members may use the sauna on every day except Mondays, whereas guests may use it on Sundays only.",
    ],
)
def test_days_that_contradict_the_exception_are_not_tried(text: str) -> None:
    assert told(text) == []


GROUNDS = {
    "The museum shall grant free admission to a visitor who is younger than 6 years or who holds a disability card. Any other "
    "visitor shall be refused free admission.": {
        ("accepted", "3 years", "no"),
        ("accepted", "5 years", "no"),
        ("refused", "6 years", "no"),
        ("accepted", "yes", "6 years"),
    },
    "A cyclist who is under 14 years old or who wears a helmet shall be admitted to the pump track. All other cyclists shall be "
    "turned away.": {
        ("accepted", "7 years", "no"),
        ("accepted", "13 years", "no"),
        ("refused", "14 years", "no"),
        ("accepted", "yes", "14 years"),
    },
    "A discount of half the fare shall be given to passengers who are at least 65 years old or have a veteran pass; everyone "
    "else shall be denied the discount.": {
        ("accepted", "100 years", "no"),
        ("accepted", "65 years", "no"),
        ("refused", "64 years", "no"),
        ("accepted", "yes", "64 years"),
    },
    # told from its other side: each ground is enough to be refused
    "The depot shall reject a parcel that weighs more than 30 kg or that is damaged. All other parcels shall be accepted.": {
        ("refused", "60 kg", "no"),
        ("refused", "31 kg", "no"),
        ("accepted", "30 kg", "no"),
        ("refused", "yes", "30 kg"),
    },
    "The library shall waive the fee for a reader who is unemployed or who studies at the university. Any other reader shall be "
    "charged the fee.": {("accepted", "yes", "no"), ("refused", "no", "no")},
    "The clinic shall offer a home visit only to patients who are older than 80 years, who are bedridden or who have an "
    "infectious disease.": {
        ("accepted", "200 years", "no", "no"),
        ("accepted", "81 years", "no", "no"),
        ("refused", "80 years", "no", "no"),
        ("accepted", "yes", "80 years", "no"),
    },
}
DEMANDS = {
    "Loans shall be granted to applicants who earn at least 1,500 EUR a month and are not in debt; all other applicants shall be "
    "refused.": {
        ("accepted", "3000 EUR", "no"),
        ("accepted", "1500 EUR", "no"),
        ("refused", "1499.99 EUR", "no"),
        ("refused", "yes", "3000 EUR"),
    },
    "A plot may be leased by a person who lives in the town, is at least 18 years old and owns no other plot. All other "
    "applications shall be refused.": {
        ("accepted", "yes", "40 years", "no"),
        ("refused", "no", "40 years", "no"),
        ("refused", "17 years", "yes", "no"),
        ("accepted", "18 years", "yes", "no"),
        ("refused", "yes", "yes", "40 years"),
    },
    "The pool shall admit only swimmers who are between 8 and 14 years old and who hold a bronze badge.": {
        ("accepted", "10 years", "yes"),
        ("refused", "7 years", "yes"),
        ("refused", "15 years", "yes"),
        ("accepted", "8 years", "yes"),
        ("accepted", "14 years", "yes"),
        ("refused", "no", "10 years"),
    },
    # told from its other side: both must hold for a refusal
    "An order that exceeds 500 EUR and that has not been approved shall be rejected.": {
        ("refused", "1000 EUR", "no"),
        ("refused", "500.01 EUR", "no"),
        ("accepted", "500 EUR", "no"),
        ("accepted", "yes", "1000 EUR"),
    },
    "A member who owes a fee or who has lost the card may not borrow a book.": {
        ("refused", "yes", "no"),
        ("accepted", "no", "no"),
    },
}
GROUNDS |= DEMANDS


@pytest.mark.parametrize("text", GROUNDS)
def test_each_ground_or_demand_behind_who_decides(text: str) -> None:
    assert verdicts(text) == GROUNDS[text]


@pytest.mark.parametrize(
    "text",
    [
        # nothing is told of the others
        "The museum shall grant free admission to a visitor who is younger than 6 years or who holds a disability card.",
        # the others do not fare the other way
        "The depot shall reject a parcel that weighs more than 30 kg or that is damaged. All other parcels shall be refused.",
        # which of "and" and "or" binds, is not told
        "The gym shall grant access to a member who has paid the fee and is insured or who holds a day pass. All others shall be "
        "refused.",
    ],
)
def test_grounds_that_do_not_decide_are_not_guessed(text: str) -> None:
    assert told(text) == []


WHO_AGAIN = [
    "A tenant who is in arrears or whose contract has ended must not book the guest room.",
    "A visitor who is younger than 12 years or who carries a rucksack must be accompanied by an adult.",
    "The system shall send a reminder to a customer who is late or who has no card.",
    "The gym shall grant access to a member who has paid the fee and is insured or who holds a day pass. All others shall be "
    "refused.",
    "The museum shall grant free admission to a visitor who is younger than 6 years or who holds a disability card. Any other "
    "visitor shall be refused free admission.",
]


def every_point(text: str) -> tuple[TestPoint, ...]:
    view = view_of(text)
    return derive(view.requirement, text, Options()).points


@pytest.mark.parametrize("text", WHO_AGAIN)
def test_a_pronoun_is_no_thing_that_data_is_entered_for(text: str) -> None:
    points = every_point(text)
    words = [*(name for p in points for name in p.inputs), *(line for p in points for line in p.preconditions)]
    values = [value.value for p in points for value in p.inputs.values()]
    assert points
    assert not [told for told in (*words, *values) if told.lower().split()[0] in ("who", "whose", "that", "which", "condition")]
    assert not [told for told in (*words, *values) if "not the case that" in told.lower()]


LIFTED = {
    "A dog weighing more than 8 kg must not board the tram unless it wears a muzzle. All other dogs may board.": {
        ("accepted", "20 kg", "yes"),
        ("refused", "20 kg", "no"),
        ("accepted", "9 kg", "yes"),
        ("refused", "9 kg", "no"),
        ("accepted", "8 kg", "no"),
    },
    "Riders under 14 years may not use the race track unless they wear a helmet; other riders may use it freely.": {
        ("accepted", "7 years", "yes"),
        ("refused", "7 years", "no"),
        ("accepted", "13 years", "yes"),
        ("refused", "13 years", "no"),
        ("accepted", "14 years", "no"),
    },
    "A vessel longer than 20 m shall not enter the marina unless it has a pilot on board, whereas shorter vessels may enter.": {
        ("accepted", "40 m", "yes"),
        ("refused", "40 m", "no"),
        ("accepted", "21 m", "yes"),
        ("refused", "21 m", "no"),
        ("accepted", "20 m", "no"),
    },
    "A lorry that weighs more than 12 tonnes may cross the bridge only if it has a permit. Lighter lorries may cross.": {
        ("accepted", "20 tonnes", "yes"),
        ("refused", "20 tonnes", "no"),
        ("accepted", "13 tonnes", "yes"),
        ("refused", "13 tonnes", "no"),
        ("accepted", "12 tonnes", "no"),
    },
}


@pytest.mark.parametrize("text", LIFTED)
def test_a_condition_lifts_a_ban_beyond_the_bound_alone(text: str) -> None:
    assert verdicts(text) == LIFTED[text]


@pytest.mark.parametrize(
    "text",
    [
        "A dog weighing more than 8 kg must not board the tram unless it wears a muzzle. All other dogs must not board.",
        "A dog weighing more than 8 kg may board the tram unless it wears a muzzle.",
        "Guests older than 65 years may not use the slide unless they have signed a waiver. Older guests may use it.",
    ],
)
def test_what_contradicts_the_ban_is_left(text: str) -> None:
    assert told(text) == []


def test_a_ban_that_is_lifted_refuses_nobody_inside_the_bound() -> None:
    for text in (
        "A drone weighing more than 250 g must not take off unless it is registered and insured. All other drones may take off.",
        "Orders above 500 EUR shall be rejected unless they have been approved by a manager.",
    ):
        points = [p for p in every_point(text) if len(p.inputs) == 2]
        inside = {"100 g", "250 g", "249 g", "300 EUR", "500 EUR", "499.99 EUR"}
        for p in points:
            values = {f"{v.value} {v.unit}".strip() for v in p.inputs.values()}
            lifted = not any(" not " in v for v in values)
            assert (p.polarity == "positive") == (bool(values & inside) or lifted), values
        assert {p.polarity for p in points} == {"positive", "negative"}


@pytest.mark.parametrize(
    "text",
    [
        "An apartment may be let to at most 6 persons, unless the owner has agreed to more.",
        "A booking may last at most 5 days unless the manager approves a longer stay.",
    ],
)
def test_an_agreement_that_lifts_a_bound_is_no_demand_beside_it(text: str) -> None:
    assert not [p for p in every_point(text) if len(p.inputs) > 1]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A student may enrol in at most 6 courses, except in the last term, when 8 courses are allowed.", "courses"),
        ("A bus driver may drive for at most 9 hours a day, twice a week for 10 hours.", "hours"),
    ],
)
def test_a_bound_that_is_another_for_once_is_not_tried(text: str, wrong: str) -> None:
    assert not [p for p in every_point(text) if any(value.unit == wrong for value in p.inputs.values())]


@pytest.mark.parametrize(
    "text",
    [
        "Firefighters and paramedics may enter the zone at any time, residents only if they have a pass.",
        "A hotel guest may use the spa between 8:00 and 22:00 or, if the guest holds a gold card, at any time.",
    ],
)
def test_a_condition_for_some_refuses_nobody_else(text: str) -> None:
    assert not [p for p in every_point(text) if p.polarity == "negative"]


OWN = {
    "A team leader may approve a goodwill payment of up to 100 EUR, a branch manager one of up to 500 EUR. The system shall "
    "reject an approval above the limit of the approver.": (
        "team leader", "branch manager", "100 EUR", "100.01 EUR", "500 EUR", "500.01 EUR",
    ),
    "A porter may lift loads of at most 25 kg while a crane operator may lift ones of at most 900 kg. Anything heavier is "
    "refused.": ("porter", "crane operator", "25 kg", "26 kg", "900 kg", "901 kg"),
    "Clerks may waive fees below 50 EUR, supervisors those below 200 EUR.": (
        "clerk", "supervisor", "49.99 EUR", "50 EUR", "199.99 EUR", "200 EUR",
    ),
    "A cashier may grant a discount of up to 5 %; a shift manager may grant one of no more than 10 %. Higher discounts shall be "
    "blocked.": ("cashier", "shift manager", "5%", "6%", "10%", "11%"),
}  # fmt: skip


@pytest.mark.parametrize("text", OWN)
def test_each_role_has_a_limit_of_its_own(text: str) -> None:
    first, second, most, beyond, more, far = OWN[text]
    found = verdicts(text)
    assert {("accepted", most, first), ("refused", beyond, first), ("accepted", more, second), ("refused", far, second)} <= found
    assert not {("accepted", beyond, first), ("accepted", more, first), ("refused", beyond, second)} & found


@pytest.mark.parametrize(
    "text",
    [
        "A clerk may approve a refund of up to 100 EUR, a manager a discount of up to 500 EUR.",
        "A team leader may approve a payment of up to 100 EUR, a branch manager one of up to 500 EUR. An auditor shall review "
        "approvals above 50 EUR.",
        "A porter may lift loads of at most 25 kg, crane operators loads of at most 900 kg.",
    ],
)
def test_limits_of_different_things_are_not_mixed(text: str) -> None:
    assert not [p for p in told(text) if "role" in p.inputs]


ROLES = {
    "Dentists and hygienists are allowed to modify a treatment plan; receptionists and trainees shall be refused.": {
        ("accepted", "dentist"),
        ("accepted", "hygienist"),
        ("refused", "receptionist"),
        ("refused", "trainee"),
    },
    "The shift roster of the depot may be viewed by drivers, loaders and dispatchers, but not by interns. An intern who tries to "
    "open the roster shall be denied.": {
        ("accepted", "driver"),
        ("accepted", "loader"),
        ("accepted", "dispatcher"),
        ("refused", "intern"),
    },
    "Librarians may delete a reading list, whereas volunteers and interns are denied this.": {
        ("accepted", "librarian"),
        ("refused", "volunteer"),
        ("refused", "intern"),
    },
    "Welders and fitters can release a work order. Apprentices cannot do so.": {
        ("accepted", "welder"),
        ("accepted", "fitter"),
        ("refused", "apprentice"),
    },
    "Neither trainees nor apprentices may sign a delivery note. Foremen and storekeepers may.": {
        ("accepted", "foreman"),
        ("accepted", "storekeeper"),
        ("refused", "trainee"),
        ("refused", "apprentice"),
    },
    "Trainees must not open the till; cashiers and shift leaders may.": {
        ("accepted", "cashier"),
        ("accepted", "shift leader"),
        ("refused", "trainee"),
    },
    "Curators, but not guides, may change the label of an exhibit. A guide who tries to change it shall be turned away.": {
        ("accepted", "curator"),
        ("refused", "guide"),
    },
    "The lab journal may be edited by researchers and technicians, but not by students. A guest who tries to edit it shall be "
    "denied.": {("accepted", "researcher"), ("accepted", "technician"), ("refused", "student"), ("refused", "guest")},
}


@pytest.mark.parametrize("text", ROLES)
def test_who_may_and_who_may_not_are_told_beside_each_other(text: str) -> None:
    assert verdicts(text) == ROLES[text]


@pytest.mark.parametrize(
    "text",
    [
        "An invoice may be paid by card or by cheque, but not by cash.",
        "Orders can contain an attachment; oversized orders shall be rejected.",
        "Pharmacists and doctors may order opioids; nurses may order vitamins.",
        "Passengers may board a train; trains without a driver shall be refused.",
    ],
)
def test_things_are_no_roles(text: str) -> None:
    assert not [p for p in told(text) if "role" in p.inputs]


def test_only_a_role_is_left_to_the_reading_that_knows_all_roles() -> None:
    assert told("Only an Administrator may delete a locker. An Operator shall be denied.") == []
