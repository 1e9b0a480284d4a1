"""English wordings that tell in one sentence what is possible and in another what is refused (S4-061): states, roles, kinds,
times."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told, verdicts

Verdicts = set[tuple[str, ...]]


def one_by_one(accepted: str, refused: str) -> Verdicts:
    """The verdicts of a single input, its values written with commas."""
    return {("accepted", v) for v in accepted.split(", ")} | {("refused", v) for v in refused.split(", ")}


STATES: dict[str, Verdicts] = {
    "A loan agreement can be amended while it is in Draft or Under Review. Once it is Signed, Expired or Terminated, any "
    "attempt to amend it is rejected.": one_by_one("Draft, Under Review", "Signed, Expired, Terminated"),
    "When a claim is Lodged or On Hold, the claimant is entitled to correct it. Corrections to Settled or Closed claims "
    "shall be blocked.": one_by_one("Lodged, On Hold", "Settled, Closed"),
    "While an auction is Announced, the seller may change it; changes to Running or Closed auctions are refused.": one_by_one(
        "Announced", "Running, Closed"
    ),
    "A print job may be cancelled while it is Waiting; when it is Printing or Done, it can no longer be cancelled.": one_by_one(
        "Waiting", "Printing, Done"
    ),
    "Prescription refill: allowed with status Active or Paused, disallowed with status Exhausted or Revoked.": one_by_one(
        "Active, Paused", "Exhausted, Revoked"
    ),
    "Ticket refund: permitted in state Unused, not permitted in state Scanned or Expired.": one_by_one(
        "Unused", "Scanned, Expired"
    ),
}
ROLES: dict[str, Verdicts] = {
    "Salary history is visible to Payroll Clerks and HR Managers alone; Team Leads and Trainees who try to open it are "
    "denied access.": one_by_one("Payroll Clerk, HR Manager", "Team Lead, Trainee"),
    "Test results are visible to doctors and nurses only; porters who try to view them are refused.": one_by_one(
        "doctor, nurse", "porter"
    ),
    "The cue list may be edited by the Stage Manager and by the Lighting Designer. Should an Usher or a Cashier attempt "
    "to edit it, the attempt shall be rejected.": one_by_one("Stage Manager, Lighting Designer", "Usher, Cashier"),
    "The recipe book can be changed by the head chef or by a sous-chef. If a waiter tries to change it, the change is "
    "refused.": one_by_one("head chef, sous-chef", "waiter"),
    "Vault keys are issued at the request of a branch manager. If a teller requests them, the safe denies access.": one_by_one(
        "branch manager", "teller"
    ),
    "No one but the Harbour Master or a Duty Officer is authorised to open the lock gates; the command shall be denied to"
    " Skippers and Dockhands.": one_by_one("Harbour Master, Duty Officer", "Skipper, Dockhand"),
    "Nobody except the pilot may release the brake; this is denied to passengers and stewards.": one_by_one(
        "pilot", "passenger, steward"
    ),
    "Agronomists and Farm Managers can change a plan, whereas Field Workers and Contractors cannot: their changes are "
    "refused.": one_by_one("Agronomist, Farm Manager", "Field Worker, Contractor"),
}
KINDS: dict[str, Verdicts] = {
    "Permitted transport documents: CMR, AWB, Bill of Lading. If a document of any other type is attached, the system "
    "refuses the entry.": one_by_one("CMR, AWB, Bill of Lading", "Unlisted"),
    "Accepted image formats: PNG, JPEG and WebP. Every other format is rejected.": one_by_one("PNG, JPEG, WebP", "TXT"),
    "Supported payment cards: Visa, Amex; cards of any other kind are declined.": one_by_one("Visa, Amex", "Cheque"),
    "Vehicles that declare glass, scrap metal or garden waste are let onto the yard. For every other waste class the "
    "barrier stays closed and entry is refused.": one_by_one("glass, scrap metal, garden waste", "Unlisted"),
    "Ships that carry grain, coal or ore are admitted to the north quay. Any other ship is turned away.": one_by_one(
        "grain, coal, ore", "Unlisted"
    ),
    "Boats that carry diesel or petrol are allowed into the basin. Boats with any other fuel are refused.": one_by_one(
        "diesel, petrol", "Unlisted"
    ),
    "Dogs are not permitted in the gondola, with the exception of assistance dogs, which shall be permitted.": one_by_one(
        "yes", "no"
    ),
    "Bicycles are not allowed in the park, except folding bicycles.": one_by_one("yes", "no"),
    "Drones are prohibited on the site, apart from survey drones.": one_by_one("yes", "no"),
}
TIMES: dict[str, Verdicts] = {
    "Latecomers are let into the hall only while fewer than 20 minutes have gone by since curtain-up; from 20 minutes "
    "onwards the turnstile does not open for them.": one_by_one("10 minutes, 19 minutes", "20 minutes, 21 minutes"),
    "Returns are taken only if no more than 30 days have passed since delivery; after that they are refused.": one_by_one(
        "15 days, 29 days, 30 days", "31 days"
    ),
    "Bids may be changed only while less than 2 minutes have passed since submission; later on it is rejected.": one_by_one(
        "1 minute", "2 minutes, 3 minutes"
    ),
    "Less than 24 hours before a performance, tickets cannot be exchanged, except by subscribers, for whom an exchange is"
    " always possible. With 24 hours or more to go, every ticket holder can exchange.": {
        ("accepted", "23 hours", "yes"),
        ("accepted", "24 hours", "yes"),
        ("refused", "23 hours", "no"),
        ("accepted", "24 hours", "no"),
        ("accepted", "25 hours", "no"),
    },
    "Less than 3 days before the departure, bookings may not be changed except by gold members; with 3 days or more left,"
    " every passenger may change them.": {
        ("accepted", "2 days", "yes"),
        ("accepted", "3 days", "yes"),
        ("refused", "2 days", "no"),
        ("accepted", "3 days", "no"),
        ("accepted", "4 days", "no"),
    },
}
NEEDS: dict[str, Verdicts] = {
    "A loan is approved on three conditions: the borrower is insured, the room is heated, and the loan lasts 180 days or "
    "fewer. If even one of them is not fulfilled, the application gets rejected.": {
        ("accepted", "yes", "yes", "90 days"),
        ("refused", "no", "yes", "90 days"),
        ("refused", "no", "yes", "90 days"),
        ("refused", "181 days", "yes", "yes"),
        ("accepted", "180 days", "yes", "yes"),
    },
    "A delivery will be taken on where the customer has a contract, no more than 40 sacks are ordered, and the "
    "destination is within 60 km (60 km itself included). Failing any of these conditions, the delivery is turned down.": {
        ("accepted", "yes", "20 sacks", "30 km"),
        ("refused", "no", "20 sacks", "30 km"),
        ("refused", "41 sacks", "yes", "30 km"),
        ("accepted", "40 sacks", "yes", "30 km"),
        ("refused", "61 km", "yes", "20 sacks"),
        ("accepted", "60 km", "yes", "20 sacks"),
    },
    "Access to the lab is granted under the following conditions: the visitor has a badge, the training is completed. "
    "Failing one of them, access is denied.": {("accepted", "yes", "yes"), ("refused", "no", "yes")},
    "A permit is issued on two conditions: the load is between 5 and 10 tonnes and the driver is not banned. If one of these "
    "is missing, the application is refused.": {
        ("accepted", "8 tonnes", "no"),
        ("refused", "4 tonnes", "no"),
        ("refused", "11 tonnes", "no"),
        ("accepted", "5 tonnes", "no"),
        ("accepted", "10 tonnes", "no"),
        ("refused", "yes", "8 tonnes"),
    },
    "Entry is granted if both conditions are met: the badge is valid and the door is free; otherwise entry is refused.": {
        ("accepted", "yes", "yes"),
        ("refused", "no", "yes"),
    },
    "Relief is granted to a traveller who holds a diplomatic passport or whose goods are worth 430 EUR or less; a "
    "traveller who meets neither condition is refused the relief.": {
        ("accepted", "yes", "430.01 EUR"),
        ("refused", "no", "430.01 EUR"),
        ("accepted", "200 EUR", "no"),
        ("accepted", "430 EUR", "no"),
    },
    "The gate to the zip line shall open for a guest who is 8 years of age or older and weighs no more than 110 kg. When "
    "either condition isn't met, the gate shall not open.": {
        ("accepted", "20 years", "60 kg"),
        ("refused", "7 years", "60 kg"),
        ("accepted", "8 years", "60 kg"),
        ("refused", "111 kg", "20 years"),
        ("accepted", "110 kg", "20 years"),
    },
    "The lift shall open for a passenger who has a key card and whose visit is registered. If one of these conditions is "
    "not met, the lift shall not open.": {("accepted", "yes", "yes"), ("refused", "no", "yes")},
}
TOLD = {text: verdict for table in (STATES, ROLES, KINDS, TIMES, NEEDS) for text, verdict in table.items()}
NOT_TAKEN = (
    # the second sentence speaks of another act
    "A loan agreement can be amended while it is in Draft. Once it is Signed, any attempt to delete it is rejected.",
    "The cue list may be edited by the Stage Manager. Should an Usher attempt to print it, the attempt shall be rejected.",
    "The cue list may be edited by the Stage Manager. If a Cashier tries to edit it at night, the change is refused.",
    # or refuses nothing
    "A loan agreement can be amended while it is in Draft. Once it is Signed, an e-mail is sent to the borrower.",
    "Permitted colours: red, green. If a colour of any other type is entered, the system stores it as custom.",
    "Bids may be changed only while less than 5 minutes have elapsed since submission; after that a fee is charged.",
    "A loan is approved on two conditions: the borrower is insured and the room is heated. If one of them is not met, a "
    "letter is sent.",
    # or refuses it with a condition of its own
    "Permitted pets: cats, dogs and birds. Any other pet is refused unless the landlord agrees.",
    "A claim may be edited when it is Open. If it is Closed, any attempt to edit it is refused unless a manager agrees.",
    "Trucks that carry sand or gravel are let onto the site. For every other load entry is refused during the night.",
    # things are no people, an hour no kind of dog, the post nobody
    "Cookers and heaters can use the main line, whereas lamps cannot: their plugs are refused.",
    "Folders can be opened by editors. If a folder tries to open, access is denied.",
    "Dogs are not permitted in the gondola, with the exception of Sundays.",
    "Dogs are not permitted in the gondola, with the exception of cats.",
    "Less than 24 hours before a show, tickets cannot be exchanged, except by post. With 24 hours or more to go, everyone"
    " can exchange.",
    # any of them is enough
    "Entry is granted if any of these conditions is met: the badge is valid and the door is free; otherwise it is refused.",
    # two numbers where one is needed
    "Bids may be changed only while less than 5 minutes have elapsed since submission; from 6 minutes onwards the change "
    "is rejected.",
    "Less than 24 hours before a show, tickets cannot be exchanged, except by members. With 48 hours or more to go, "
    "anyone can exchange.",
    "A permit is issued on three conditions: the driver has a licence and the vehicle is insured. If one of these is "
    "missing, the application is refused.",
    # what the second sentence says is no other side of the first
    "Relief is granted to a traveller who holds a passport and who is insured; a traveller who meets neither is refused.",
    "The gate shall open for a guest who has a card or who is registered. When either isn't met, the gate shall not open.",
    # "or" beside "and": which binds, is not told
    "A permit is issued where the driver has a licence or the car is insured and taxed. Failing any of these conditions, "
    "it is refused.",
)


@pytest.mark.parametrize("text", TOLD)
def test_each_side_is_tried_with_its_verdict(text: str) -> None:
    assert verdicts(text) == TOLD[text]


@pytest.mark.parametrize("text", NOT_TAKEN)
def test_what_only_looks_alike_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (
            "A rent increase can be issued by a landlord. If a tenant tries to issue one, it is refused.",
            "Issue the rent increase.",
        ),
        ("Vault keys are issued at the request of a manager. If a teller requests them, it is refused.", "Request vault keys."),
        ("Accepted image formats: PNG, JPEG. Every other format is rejected.", "Use the image format PNG."),
    ],
)
def test_what_is_done_is_told_in_plain_words(text: str, action: str) -> None:
    assert told(text)[0].steps[0].action == action
