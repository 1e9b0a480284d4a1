"""English wordings whose conditions do not decide one by one (S4-061): what is tried, and with which verdict."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.documents.read import read_text
from testgen_runtime.errors import NoRequirements
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_en import every
from testgen_runtime.techniques.view import View


def view_of(text: str) -> View:
    (requirement,) = read_text(f"# R\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    return View(requirement, requirement.language)


def told(text: str) -> list[TestPoint]:
    return every.points(view_of(text))


def verdicts(text: str) -> set[tuple[str, ...]]:
    """(accepted or refused, the values of the inputs) of every point."""
    return {
        ("accepted" if p.polarity == "positive" else "refused", *(shown(v, "en") for v in p.inputs.values())) for p in told(text)
    }


GRIDS = {
    "A Draft report can be edited by its author and by an editor. Once it is Published, only an editor may still edit it, and an "
    "Archived report must not be edited by anybody.": {
        ("accepted", "author", "Draft"),
        ("accepted", "editor", "Draft"),
        ("refused", "author", "Published"),
        ("accepted", "editor", "Published"),
        ("refused", "author", "Archived"),
        ("refused", "editor", "Archived"),
    },
    "In the state Open a ticket may be closed by an agent or a supervisor; in the state Escalated only a supervisor "
    "may close it. "
    "A Closed ticket cannot be closed again by anyone.": {
        ("accepted", "agent", "Open"),
        ("accepted", "supervisor", "Open"),
        ("refused", "agent", "Escalated"),
        ("accepted", "supervisor", "Escalated"),
        ("refused", "agent", "Closed"),
        ("refused", "supervisor", "Closed"),
    },
    # nobody says what a clerk does to a Shipped order but "any other"; a manager may "also": what else, is not told
    "A clerk may cancel an order that is New or Paid. A manager may also cancel an order that is Shipped. "
    "Any other cancellation is refused.": {
        ("accepted", "clerk", "New"),
        ("accepted", "clerk", "Paid"),
        ("refused", "clerk", "Shipped"),
        ("accepted", "manager", "Shipped"),
    },
}
GRIDS |= {
    "While a task is Planned, both developers and testers may edit it. In the state Running it may be edited by "
    "developers only, and in "
    "the state Closed no user may edit it.": {
        ("accepted", "developer", "Planned"),
        ("accepted", "tester", "Planned"),
        ("accepted", "developer", "Running"),
        ("refused", "tester", "Running"),
        ("refused", "developer", "Closed"),
        ("refused", "tester", "Closed"),
    },
}
NAMED_LIMITS = {
    "Shipments to Canada and Mexico are accepted up to a declared value of 800 USD, shipments to Japan up to 200 USD. "
    "A higher value, "
    "and any other destination, leads to a refusal.": {
        ("accepted", "Canada", "800 USD"),
        ("refused", "Canada", "800.01 USD"),
        ("accepted", "Mexico", "800 USD"),
        ("refused", "Mexico", "800.01 USD"),
        ("accepted", "Japan", "200 USD"),
        ("refused", "Japan", "200.01 USD"),
        ("refused", "Chile", "100 USD"),
    },
    "For Silver customers a discount of up to 10 % can be granted, for Gold customers of up to 20 %. Any higher "
    "discount shall be "
    "refused.": {
        ("accepted", "Silver", "10%"),
        ("refused", "Silver", "11%"),
        ("accepted", "Gold", "20%"),
        ("refused", "Gold", "21%"),
    },
}
WAIVERS = {
    "Expenses of up to 40 EUR can be claimed without a receipt. Above that amount a receipt is mandatory: a claim "
    "that lacks it is "
    "rejected, a claim that has it is accepted.": {
        ("accepted", "40 EUR", "no"),
        ("refused", "40.01 EUR", "no"),
        ("accepted", "40.01 EUR", "yes"),
    },
    "A playlist can be opened by its owner at any time. For any other user, opening it is allowed only if the "
    "playlist is public and "
    "has not been reported; in all remaining cases access is denied.": {
        ("accepted", "another user", "yes", "no"),
        ("refused", "another user", "no", "no"),
        ("refused", "another user", "yes", "yes"),
        ("accepted", "owner", "no", "no"),
        ("accepted", "owner", "yes", "yes"),
    },
    "Trainees shall not start the press, except when a supervisor is present. Operators may start it at any time.": {
        ("accepted", "trainee", "yes"),
        ("refused", "trainee", "no"),
        ("accepted", "operator", "no"),
    },
}
COMPARISONS = {
    "A new meter reading is stored if it is equal to or higher than the previous reading. A reading lower than the "
    "previous one shall "
    "be rejected.": {("accepted", "1", "0"), ("accepted", "1", "1"), ("refused", "0", "1")},
    "A bid shall be accepted only if it is higher than the current highest bid. All other bids shall be rejected.": {
        ("accepted", "1", "0"),
        ("refused", "1", "1"),
        ("refused", "0", "1"),
    },
    "The system shall reject a transfer if the amount is greater than the account balance.": {
        ("refused", "1", "0"),
        ("accepted", "1", "1"),
        ("accepted", "0", "1"),
    },
    "The end date of a booking must not be earlier than its start date.": {
        ("accepted", "tomorrow", "today"),
        ("accepted", "tomorrow", "tomorrow"),
        ("refused", "today", "tomorrow"),
    },
}
EXPRESSIONS = {
    "A lorry may cross the bridge if it weighs at most 12 tonnes and it is either a local vehicle or has a special "
    "permit. All other "
    "lorries shall be refused.": {
        ("accepted", "12 tonnes", "yes", "no"),
        ("refused", "13 tonnes", "yes", "no"),
        ("accepted", "yes", "no", "6 tonnes"),
        ("refused", "no", "no", "6 tonnes"),
    },
    "An employee may work from abroad if the contract is permanent and the probation is over, or if the managing "
    "director has agreed. "
    "All other requests shall be rejected.": {
        ("accepted", "yes", "yes", "no"),
        ("refused", "no", "yes", "no"),
        ("accepted", "yes", "no", "yes"),
    },
    "A visa application is accepted if both conditions are met:\n\n- the passport is valid for at least 180 days;\n- "
    "the purpose of the "
    "trip is tourism, business or study.\n\nApplications for the purpose of work, or with a passport that expires "
    "sooner, shall be "
    "rejected.": {
        ("accepted", "tourism", "400 days"),
        ("accepted", "business", "400 days"),
        ("accepted", "study", "400 days"),
        ("refused", "work", "400 days"),
        ("accepted", "180 days", "tourism"),
        ("refused", "179 days", "tourism"),
    },
}
TIERS = {
    "Gold and Silver members may enter the lounge, Bronze members may not.": {
        ("accepted", "Gold"),
        ("accepted", "Silver"),
        ("refused", "Bronze"),
    },
}
CHANGES = {
    "Upon payment an order changes from Created to Paid, and upon dispatch it changes from Paid to Shipped. Any other "
    "change of state "
    "shall be refused.": {
        ("accepted", "Created", "payment"),
        ("accepted", "Paid", "dispatch"),
        ("refused", "Paid", "payment"),
        ("refused", "Shipped", "payment"),
        ("refused", "Created", "dispatch"),
        ("refused", "Shipped", "dispatch"),
    },
    # nothing is said of other changes, so none is tried
    "Approval shall move a document from Draft to Released, and withdrawal from Released to Obsolete.": {
        ("accepted", "Draft", "approval"),
        ("accepted", "Released", "withdrawal"),
    },
}
CLOCK = {
    "Applications shall be accepted until 31 March 2026. Applications received after that date shall be rejected.": {
        ("accepted", "2026-03-30"),
        ("accepted", "2026-03-31"),
        ("refused", "2026-04-01"),
    },
    "Tickets can only be cancelled before 6 pm. Otherwise the cancellation shall be refused.": {
        ("accepted", "17:59"),
        ("refused", "18:00"),
        ("refused", "18:01"),
    },
    # whether 18:00 still belongs to it is not told
    "Deliveries can be booked between 08:00 and 18:00. A booking outside these hours must be refused.": {
        ("refused", "07:59"),
        ("accepted", "08:00"),
        ("accepted", "08:01"),
        ("accepted", "17:59"),
        ("refused", "18:01"),
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *GRIDS.items(),
        *WAIVERS.items(),
        *EXPRESSIONS.items(),
        *TIERS.items(),
        *CHANGES.items(),
        *COMPARISONS.items(),
        *CLOCK.items(),
    ],
)
def test_a_pattern_is_tried_with_these_verdicts(text: str, expected: set[tuple[str, ...]]) -> None:
    found = verdicts(text)

    assert expected <= found
    if text in GRIDS or text in COMPARISONS or text in CLOCK:
        assert found == expected


@pytest.mark.parametrize(("text", "expected"), NAMED_LIMITS.items())
def test_each_name_is_tried_at_its_own_limit(text: str, expected: set[tuple[str, ...]]) -> None:
    assert expected <= verdicts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Only administrators may cancel an order while it is Created or Paid.",
        "A password shall have at least 8 and at most 64 characters.",
        "The search shall be faster than the previous search.",
        "The report shall be sent at 18:00 on every working day.",
        "Files of up to 5 MB shall be accepted; larger files shall be rejected.",
        "The owner may delete a file. Other users shall be refused.",
        "An order is accepted if A is set and B is set or C is set. Other orders shall be rejected.",
    ],
)
def test_what_is_no_pattern_is_left_to_the_general_reading(text: str) -> None:
    assert told(text) == []


PARAMETERS = (
    "A loan request shall name the term (12, 24 or 36 months), the repayment mode (monthly or quarterly) and the "
    "currency (EUR, USD "
    "or GBP). A request with any other value shall be rejected."
)


def test_every_two_values_of_different_parameters_meet_in_an_accepted_request() -> None:
    rows = [
        {name: shown(value, "en") for name, value in point.inputs.items()}
        for point in told(PARAMETERS)
        if point.polarity == "positive"
    ]
    values = {
        "term": {"12 months", "24 months", "36 months"},
        "repayment mode": {"monthly", "quarterly"},
        "currency": {"EUR", "USD", "GBP"},
    }

    for a, b in combinations(values, 2):
        assert {(row[a], row[b]) for row in rows} == set(product(values[a], values[b]))


def test_one_other_value_of_each_parameter_is_refused() -> None:
    refused = [v for v in verdicts(PARAMETERS) if v[0] == "refused"]

    assert len(refused) == 3
    assert ("refused", "13 months", "monthly", "EUR") in refused


def test_a_result_that_no_test_of_the_pattern_shows_stays_open() -> None:
    text = (
        "A bid shall be accepted only if it is higher than the current highest bid. "
        "The auctioneer shall receive a weekly summary by e-mail."
    )
    view = view_of(text)
    summary = {atom.id for atom in view.results() if "weekly summary" in atom.text}

    assert summary
    assert all(not summary & set(point.atom_ids) for point in every.points(view))


@given(
    st.text(alphabet="AaBb .,;:1290-\n“”(", max_size=80),
    st.sampled_from([*GRIDS, *WAIVERS, *EXPRESSIONS, *TIERS, *CHANGES, *COMPARISONS, *CLOCK, *NAMED_LIMITS]),
)
def test_any_text_around_a_pattern_is_read_without_an_error(noise: str, text: str) -> None:
    try:
        requirements = read_text(f"# R\n\n## REQ-1\n\n{text[:60]}{noise}{text[60:]}\n", limits=Limits()).requirements
    except NoRequirements:
        return
    for requirement in requirements:
        for point in every.points(View(requirement, requirement.language)):
            assert point.title
            assert all(step.action and step.expected for step in point.steps)
