"""What "only" stands with, who lacks "this right", and the other side of a rule told by those that break it."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written


def tried(statement: str) -> set[tuple[str, ...]]:
    """Verdict and values of every case, without those that enter nothing."""
    return {(verdict, *data.values()) for verdict, data, _, _ in written(statement) if data}


def names(statement: str) -> set[str]:
    return {name for _, data, _, _ in written(statement) for name in data}


ONLY_THESE = [
    ("Tutors can hand in their lesson plans as a PDF or DOCX file only.", "format", {"PDF", "DOCX"}),
    ("Tenants may only upload PNG or WEBP files.", "format", {"PNG", "WEBP"}),
    ("Only CSV and ODS files can be imported by accountants.", "format", {"CSV", "ODS"}),
    ("The tenant can pay by Visa, Maestro or Giropay only.", "payment method", {"Visa", "Maestro", "Giropay"}),
    ("Students may only borrow items of the categories Book, Map or Film.", "category", {"Book", "Map", "Film"}),
    ("Shirts can be ordered in the sizes Small, Medium or Large only.", "size", {"Small", "Medium", "Large"}),
    ("Managers can send the newsletter only on Monday or Friday.", "day", {"Monday", "Friday"}),
]


@pytest.mark.parametrize(("statement", "name", "values"), ONLY_THESE)
def test_where_only_stands_with_a_list_of_names_the_list_varies_and_no_role(statement: str, name: str, values: set[str]) -> None:
    assert names(statement) == {name}
    found = tried(statement)
    assert {value for verdict, value in found if verdict == "+"} == values
    refused = {value for verdict, value in found if verdict == "-"}
    assert len(refused) == 1
    assert not refused & values


ONLY_ROLES = [
    ("Purchase plans can be approved by Curators and Directors only.", {"Curator", "Director"}),
    ("Rosters can be signed by Signallers and Foremen only.", {"Signaller", "Foreman"}),
]


@pytest.mark.parametrize(("statement", "permitted"), ONLY_ROLES)
def test_roles_that_only_stands_with_stay_roles(statement: str, permitted: set[str]) -> None:
    assert names(statement) == {"role"}
    assert {role for verdict, role in tried(statement) if verdict == "+"} == permitted


def test_only_that_belongs_to_a_condition_closes_no_list() -> None:
    found = written("Visitors can see the pages News and Events only if they are logged in.")
    assert {name for _, data, _, _ in found for name in data} == {"visitors"}


def test_only_that_belongs_to_people_leaves_the_list_open() -> None:
    assert names("A podcast may be published in MP3 or OGG format only by editors.") == {"role"}


def test_only_goes_with_the_list_from_the_steps() -> None:
    found = written("Photos may be taken with Canon, Nikon or Sony cameras only.")
    assert found[0] == ("+", {"camera": "Canon"}, "Take photos with Canon cameras.", "Photos are taken with Canon cameras.")
    assert all("only" not in f"{step} {seen}" for _, _, step, seen in found)


def test_what_is_to_be_done_if_it_has_a_property_names_the_thing() -> None:
    found = tried("The voucher is to be rejected if it has expired; vouchers which have not expired are accepted.")
    assert found == {("-", "has expired"), ("+", "has not expired")}
    assert names("The voucher is to be rejected if it has expired; vouchers which have not expired are accepted.") == {"voucher"}


def test_a_step_names_one_value_of_the_list_and_nobody_s_own_things() -> None:
    steps = [step for _, _, step, _ in written("Members can save their drawings in SVG or DXF format only.")]
    assert steps[:2] == ["Save the drawings in SVG format.", "Save the drawings in DXF format."]


def test_whoever_does_not_have_this_right_is_refused() -> None:
    found = tried("Death certificates may be signed by Doctors only. Nurses, Temps and Porters do not have this privilege.")
    assert found == {("+", "Doctor"), ("-", "Nurse"), ("-", "Temp"), ("-", "Porter")}


BROKEN = [
    "A meter reading must be between 10 and 900 kWh. Readings that fail this check are not stored.",
    "A meter reading must be between 10 and 900 kWh. Entries not meeting this rule must be rejected.",
    "A meter reading must be between 10 and 900 kWh. Readings that do not comply are returned with an error.",
    "A meter reading must be between 10 and 900 kWh. Readings which are not compliant are refused.",
    "A meter reading must be between 10 and 900 kWh. Non-compliant readings are refused.",
]


@pytest.mark.parametrize("statement", BROKEN)
def test_what_breaks_a_rule_is_its_other_side(statement: str) -> None:
    found = {(verdict, int(value.removesuffix(" kWh"))) for verdict, value in tried(statement)}
    assert found >= {("-", 9), ("+", 10), ("+", 900), ("-", 901)}
    assert all((verdict == "+") == (10 <= value <= 900) for verdict, value in found)


def test_a_different_currency_is_none_of_those_listed() -> None:
    found = tried("Fares in EUR, SEK and DKK are accepted. If a fare is paid in a different currency, an error is shown.")
    assert {value for verdict, value in found if verdict == "+"} == {"EUR", "SEK", "DKK"}
    assert [verdict for verdict, value in found if value not in ("EUR", "SEK", "DKK")] == ["-"]


def test_one_stands_for_what_was_named_before() -> None:
    found = written(
        "A visitor who has not signed the register is not to be issued a day pass; visitors who have signed it can be issued one."
    )
    assert {(verdict, step) for verdict, _, step, _ in found} == {
        ("+", "Issue a day pass to the visitor."),
        ("-", "Issue a day pass to the visitor."),
    }
    assert all("one" not in seen.split() and "to be issued" not in seen for _, _, _, seen in found)
