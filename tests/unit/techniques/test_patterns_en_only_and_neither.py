"""Who alone may, all states but some, one of two things held, a state with a demand, and things that are taken on days."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

ROLES: Mapping[str, tuple[set[str], set[str]]] = {
    "Only dispatchers and shift leaders may redirect a tram; when a driver or an inspector redirects a tram, the system shall "
    "refuse it and report a missing permission.": ({"dispatcher", "shift leader"}, {"driver", "inspector"}),
    "Only the treasurer or the chairperson may sign a transfer of the club. If the secretary or the coach signs it, the transfer "
    "shall be refused.": ({"treasurer", "chairperson"}, {"secretary", "coach"}),
    "Only a surgeon or an anaesthetist may open the narcotics cabinet; if a porter tries to open the "
    "cabinet, the lock shall block "
    "and refuse the access.": ({"surgeon", "anaesthetist"}, {"porter"}),
    "Only editors may publish an article. When an intern does so, the article shall be rejected.": ({"editor"}, {"intern"}),
    "Only chefs and sous-chefs are allowed to change a recipe; whenever a waiter changes the recipe, the change shall be "
    "denied.": ({"chef", "sous-chef"}, {"waiter"}),
    "Only managers may release a payment; if anyone else releases it, the payment shall be refused.": ({"manager"}, {"Guest"}),
}


@pytest.mark.parametrize("text", ROLES)
def test_who_is_refused_when_doing_it_is_a_role_of_its_own(text: str) -> None:
    may, denied = ROLES[text]
    assert verdicts(text) == {("accepted", role) for role in may} | {("refused", role) for role in denied}


@pytest.mark.parametrize(
    "text",
    [
        "Only the owner may delete a channel. If a guest mutes it, the channel shall be refused.",
        "Only managers may release a payment; if the payment is blocked, the release shall be refused.",
        "Only editors may publish an article; when an intern publishes an advert, the advert shall be refused.",
    ],
)
def test_another_act_denies_nobody(text: str) -> None:
    assert told(text) == []


STATES: Mapping[str, str] = {
    "A subscription has the states Trial, Active and Ended. Users may upgrade it in every state but Ended.": (
        "+Trial +Active -Ended"
    ),
    "A lease has the statuses Draft, Negotiated, Signed and Terminated. It may be edited in every status except Signed and "
    "Terminated, where the system shall reject the change.": "+Draft +Negotiated -Signed -Terminated",
    "A shipment has the states Packed, Loaded, Sailed and Landed. The shipment can be rerouted in any state but Landed.": (
        "+Packed +Loaded +Sailed -Landed"
    ),
    "An order goes through the stages New, Picked, Packed and Shipped. An order may be cancelled by phone in all stages except "
    "Packed and Shipped; in these stages the cancellation shall be refused.": "+New +Picked -Packed -Shipped",
    "A permit has the statuses Applied, Granted, Expired and Revoked. It can be printed in each status apart from Expired and "
    "Revoked. In these statuses the system shall deny the printing.": "+Applied +Granted -Expired -Revoked",
}


@pytest.mark.parametrize("text", STATES)
def test_every_state_but_those_that_are_excepted(text: str) -> None:
    assert verdicts(text) == {("accepted" if one[0] == "+" else "refused", one[1:]) for one in STATES[text].split()}


@pytest.mark.parametrize(
    "text",
    [
        "A ticket has the states Open, Solved and Closed. It may be edited in every state except Closed, "
        "where a note shall be added.",
        "A ticket has the states Open, Solved and Closed. It may be edited in every state except Archived.",
        "A ticket has the states Open and Closed. A comment may be edited in every state except Closed.",
        "A ticket has the states Open and Closed. Users may edit a comment in every state except Closed.",
        "A ticket has the states Open and Closed. Agents may edit it in every state except Closed.",
    ],
)
def test_states_of_which_the_text_does_not_decide_are_left_alone(text: str) -> None:
    assert told(text) == []


EITHER = [
    "The barrier shall open for a car that has a resident permit or a delivery pass; a car with neither "
    "of them shall be refused.",
    "A student who holds a library card or a valid passport may borrow a laptop; a student with neither shall be turned away.",
    "The turnstile opens for a visitor with a day ticket or a season pass. A visitor without either shall be refused.",
    "A runner that wears a red vest or a white vest shall be admitted to the track; any runner with none "
    "of them shall be refused.",
]


@pytest.mark.parametrize("text", EITHER)
def test_one_of_two_things_is_enough(text: str) -> None:
    assert verdicts(text) == {
        ("accepted", "yes", "no"),
        ("accepted", "no", "yes"),
        ("accepted", "yes", "yes"),
        ("refused", "no", "no"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "The lift shall stop for a guest who has a room key or a staff badge; a guest with a suitcase shall be refused.",
        "The barrier shall open for a car that has a permit or a delivery pass; a truck with neither of them shall be refused.",
    ],
)
def test_neither_of_others_is_not_taken(text: str) -> None:
    assert told(text) == []


NEEDS: Mapping[str, str] = {
    "A bid shall be accepted if the auction is in the state Running or Extended and the bidder has paid "
    "the deposit. In the states "
    "Planned and Closed, or without a paid deposit, the bid shall be rejected.": "+Running +Extended -Planned -Closed",
    "A dive may be started only if the boat has raised the flag and the dive plan is in the state Checked or Released. In the "
    "states Drafted and Archived, or without a raised flag, the start shall be refused.": "+Checked +Released -Drafted -Archived",
    "An export can be downloaded when the job is Finished or Verified and the user has accepted the terms. In the status Queued "
    "or Running, or if the user has not accepted the terms, the system shall refuse the download.": (
        "+Finished +Verified -Queued -Running"
    ),
}


@pytest.mark.parametrize("text", NEEDS)
def test_a_state_and_a_demand_are_both_needed(text: str) -> None:
    states = NEEDS[text].split()
    expected = {("accepted" if one[0] == "+" else "refused", one[1:], "yes") for one in states}
    assert verdicts(text) == expected | {("refused", states[0][1:], "no")}


@pytest.mark.parametrize(
    "text",
    [
        "A bid shall be accepted if the auction is in the state Running or Extended and the bidder has paid the deposit. In the "
        "states Planned and Closed, or without a passport, the bid shall be rejected.",
        "An export can be downloaded when the job is Finished or Verified and the user has accepted the terms. In the status "
        "Queued or Running, or without accepted terms, the system shall show a hint.",
    ],
)
def test_another_demand_in_the_refusal_is_not_taken(text: str) -> None:
    assert told(text) == []


WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TAKEN: Mapping[str, str] = {
    "The loading ramp shall accept deliveries from Monday to Friday. A delivery on Saturday or Sunday "
    "shall be refused.": "MTWTF--",
    "The laboratory takes blood samples on Tuesdays and Thursdays only; a sample on any other day shall be refused.": "-T-T---",
    "The kitchen shall accept orders on weekdays; orders on Saturdays and Sundays shall be rejected.": "MTWTF--",
}


@pytest.mark.parametrize(("text", "days"), TAKEN.items())
def test_what_is_taken_on_days(text: str, days: str) -> None:
    assert verdicts(text) == {("refused" if mark == "-" else "accepted", day) for mark, day in zip(days, WEEK, strict=True)}


@pytest.mark.parametrize(
    "text",
    [
        "The clinic admits patients from Monday to Saturday. Patients on Sunday are treated by the emergency service.",
        "The shop accepts returns from Monday to Friday; a return without a receipt shall be refused.",
    ],
)
def test_days_of_which_no_other_is_refused_are_left_alone(text: str) -> None:
    assert told(text) == []


BELOW: Mapping[str, tuple[str, str, str]] = {
    "A swimmer under 12 years shall be admitted only when accompanied by an adult, otherwise the admission shall be refused; a "
    "swimmer of 12 years or more shall always be admitted.": ("6 years", "11 years", "12 years"),
    "A lorry below 12 tonnes may be loaded only if the driver has switched off the engine; otherwise the "
    "loading shall be refused. "
    "A lorry of 12 tonnes or heavier shall be loaded in any case.": ("6 tonnes", "11 tonnes", "12 tonnes"),
}


@pytest.mark.parametrize("text", BELOW)
def test_a_demand_that_binds_below_a_bound_alone(text: str) -> None:
    *below, bound = BELOW[text]
    assert verdicts(text) == {("accepted", bound, "no")} | {
        (verdict, value, has) for value in below for verdict, has in (("accepted", "yes"), ("refused", "no"))
    }


def test_a_bound_that_differs_is_not_taken() -> None:
    text = (
        "A swimmer under 12 years shall be admitted only when accompanied by an adult; a swimmer of 16 years "
        "or more shall always "
        "be admitted."
    )
    assert told(text) == []


def test_long_sentences_are_read_in_linear_time() -> None:
    start = time.perf_counter()
    told(
        "Only " + "managers and " * 40 + "clerks may sign a paper; if a guest " + "or a guest " * 40 + "signs it, it is refused."
    )
    told("A lease has the states " + "Draft, " * 150 + "and Signed. It may be edited in every state except Signed.")
    told("The barrier shall open for a car that has a pass " + "or a pass " * 100 + "; a car with neither shall be refused.")
    told("A bid shall be accepted if the auction is in the state " + "Running, " * 100 + "or Open and the bidder has paid.")
    assert time.perf_counter() - start < 2
