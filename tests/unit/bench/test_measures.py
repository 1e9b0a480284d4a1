"""Each measure on cases that are good, and on cases that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.bench.generation import measures
from tests.bench.generation.model import Procedure, RequirementSet, Step, WrittenCase
from tests.bench.generation.mutation import Mutation, miss, mutations
from tests.bench.generation.recall import lengths, own_words, recall, texts
from tests.bench.generation.sets import as_document
from tests.bench.generation.targets import NEEDED, table, unmeasured
from tests.bench.report import metric

REQUIREMENTS = {
    "P-1": "A password shall have at least 8 and at most 64 characters. Any other password shall be rejected.",
    "P-2": "Only users with the role Auditor may open the audit log.",
    "P-3": "An order may be cancelled while its state is Created. In the state Closed the system shall reject it.",
}
DOCUMENT = as_document("set", REQUIREMENTS)
SET = RequirementSet("set", DOCUMENT, tuple(REQUIREMENTS), tuple(REQUIREMENTS))


def case(action: str = "Enter a password of 8 characters.", requirement: str = "P-1", **more: object) -> WrittenCase:
    made = WrittenCase(
        "TC-1", requirement, "A title", (Step(action, "The password is accepted."),), quotes=(REQUIREMENTS[requirement],)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_requirement_without_a_case_is_a_gap() -> None:
    found = measures.requirements_covered(SET, {"P-1": (case(),), "P-2": ()})

    assert found.value == 1 / 3
    assert found.gaps == ["P-2: no case", "P-3: no case"]


def test_what_the_product_reports_as_untestable_is_named_with_the_reason_and_counts_neither_way() -> None:
    vague = as_document("vague", {"P-4": "The interface should be user-friendly.", "P-5": "The door must open."})
    one = RequirementSet("vague", vague, ("P-4", "P-5"), ("P-4", "P-5"))
    reason = next(f.message for f in vague.findings if f.kind == "no_observable_outcome")
    written = {"P-5": (case("Open the door.", quotes=()),)}

    found, atoms = measures.requirements_covered(one, written), measures.atoms_covered(one, written)

    assert found.value == 1
    assert found.gaps == [f"P-4: reported as untestable: {reason}"]
    assert f"P-4: reported as untestable: {reason}" in atoms.gaps
    assert measures.requirements_covered(one, {}).value == 0, "one that is not reported counts against"


def test_an_atom_is_covered_by_words_not_by_claims() -> None:
    limit = next(a for a in DOCUMENT.requirements[0].atoms if a.kind == "limit")

    assert measures.untold(limit, "Enter 8 characters. Enter 65 characters.") is None
    assert "64" in str(measures.untold(limit, "Enter 8 characters."))


def test_roles_and_states_must_be_named() -> None:
    role = next(a for a in DOCUMENT.requirements[1].atoms if a.kind == "actor")

    assert measures.untold(role, "As an auditor, open it.") is None
    assert measures.untold(role, "Open it.")


def test_a_quote_is_verbatim_or_not() -> None:
    good, changed, none = case(), case(quotes=("A password shall have 8 characters.",)), case(quotes=())

    assert measures.quotes_verbatim(SET, {"P-1": (good,)}).value == 1
    assert measures.quotes_verbatim(SET, {"P-1": (good, changed, none)}).value == 1 / 3


def test_numbers_come_from_the_requirement_or_lie_at_its_limits() -> None:
    at, inside, far = case("Enter 65 characters."), case("Enter 30 characters."), case("Enter 777 characters.")

    assert measures.numbers_grounded(SET, {"P-1": (at, inside)}).value == 1
    assert measures.numbers_grounded(SET, {"P-1": (at, far)}).value == 0.5
    assert measures.numbers_on_limits(SET, {"P-1": (at, inside)}).value == 0.5


@pytest.mark.parametrize(
    ("text", "action", "share"),
    [
        ("Deliveries may be booked before 18:00.", "Book a delivery at 17:59.", 1),
        ("Tickets can be cancelled before 6 pm.", "Cancel the ticket at 18:01.", 1),
        ("Bids shall be sent no later than 31 March 2026.", "Send a bid on 2026-04-01.", 1),
        ("Deliveries may be booked before 18:00.", "Book a delivery at 13:37.", 0),
    ],
)
def test_a_moment_one_minute_or_one_day_beside_is_grounded(text: str, action: str, share: float) -> None:
    one = replace(SET, document=as_document("set", {"P-1": text}), asked=("P-1",), expected_ids=("P-1",))

    assert measures.numbers_grounded(one, {"P-1": (case(action, quotes=(text,)),)}).value == share


def test_near_duplicates_count_over_requirements_and_by_steps_and_data_only() -> None:
    one = case()
    other = case(requirement="P-2", title="Quite another title", preconditions=("Another set-up.",), id="TC-2")
    both = replace(one, requirement_id="P-2")

    assert measures.near_duplicates(SET, {"P-1": (one,), "P-2": (other,)}).value == 0.5
    assert measures.near_duplicates(SET, {"P-1": (one, replace(other, test_data={"role of the user": "Auditor"}))}).value == 0
    assert measures.near_duplicates(SET, {"P-1": (one,), "P-2": (both,)}).value == 0, "one case that names two requirements"
    assert measures.near_duplicates(SET, {}).value == 0


def test_recall_is_cut_to_the_length_of_plain_and_held_against_the_requirements_words() -> None:
    one = replace(SET, procedures=(Procedure("Open the audit log with telemetry counters", ("P-2",)),))
    long = {"P-2": (case("Say nothing of it. " * 5 + "Open the audit log and its telemetry counters.", "P-2"),)}
    plain = {"P-2": (case("Open the audit log.", "P-2"),)}

    whole, cut = recall(one, texts(long), None), recall(one, texts(long), lengths(plain))
    words = recall(one, own_words(one), None)

    assert whole is not None
    assert cut is not None
    assert words is not None
    assert whole.value == 1 > cut.value
    assert words.value == 3 / 5
    assert recall(SET, {}, None) is None


def test_mutations_are_the_same_each_time_and_change_one_value_everywhere() -> None:
    made = mutations([SET], 30)

    assert made == mutations([SET], 30)
    assert len(made) == 30
    assert {one.kind for one in made} == {"limit", "state", "role"}
    assert all(one.new in one.text and one.text != REQUIREMENTS[one.requirement_id] for one in made)


def test_cases_that_follow_a_mutation_and_cases_that_do_not() -> None:
    role = Mutation("set", "P-2", "role", "Auditor", "Warden", "Only users with the role Warden may open the audit log.")
    limit = Mutation("set", "P-1", "limit", "8", "20", "A password shall have at least 20 characters.")

    assert miss(role, [case("As a Warden, open the log.")]) is None
    assert "new value" in str(miss(role, [case("Open the log.")]))
    assert "old value" in str(miss(role, [case("As a Warden, not as an Auditor, open the log.")]))
    assert miss(limit, [case("Enter 20 characters."), case("Enter 8 characters.")]) is None
    assert "old value" in str(miss(limit, [case("Enter 20 characters."), case("Enter 8 or 9 characters.")]))
    assert miss(limit, []) == "no case"


def test_the_table_counts_missed_targets_of_our_own_arms_only() -> None:
    results = {
        "set.rules.executable": metric(0.97, "share"),
        "set.plain.executable": metric(0.1, "share"),
        "set.rules.gold_recall": metric(0.5, "share"),
        "set.words.gold_recall": metric(0.4, "share"),
        "mutation.rules.changed": metric(0.95, "share"),
    }
    lines, missed = table(results, ("rules", "plain"))

    assert missed == 1
    assert len(lines) == 4
    assert "0.97 ✗" in lines[1]


def test_what_a_run_left_out_is_named_and_no_success() -> None:
    whole = {f"a.rules.{name}": metric(1.0, "share") for name in NEEDED}

    absent = unmeasured(whole)

    assert "a.ours.executable" in absent
    assert "rules_10000.seconds" in absent
    assert "a.rules.executable" not in absent
