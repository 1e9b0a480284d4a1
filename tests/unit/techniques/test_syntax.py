"""Syntax testing (ISO/IEC/IEEE 29119-4:2021, 5.2.4): what a format takes and what it refuses."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.techniques.build import limit, requirement
from tests.unit.techniques.strategies import syntaxes

from testgen_runtime.documents.model import Action, Format, Outcome, Run
from testgen_runtime.techniques import syntax
from testgen_runtime.techniques.grammar import Lengths, derivations, matches, mutations
from testgen_runtime.techniques.view import View
from testgen_runtime.techniques.well_known import VALUES, dated

PLATE = (Run(("upper",), "", 2, 2), Run((), "-"), Run(("digit",), "", 4, 4))


@given(syntaxes)
def test_every_derived_value_is_one_that_the_format_takes(found: tuple[Run, ...]) -> None:
    assert all(matches(found, value) for value in derivations(found))


@given(syntaxes)
def test_every_mutation_is_one_that_the_format_refuses_and_differs_from_all_others(found: tuple[Run, ...]) -> None:
    made = [value for _, value in mutations(found)]
    assert not any(matches(found, value) for value in made)
    assert len(set(made)) == len(made)
    assert all(value and value == value.strip() for value in made)


@given(syntaxes, st.integers(1, 20), st.integers(0, 20))
def test_derived_values_keep_the_length_that_a_limit_tells(found: tuple[Run, ...], least: int, more: int) -> None:
    for value in derivations(found, Lengths(None, least + more)):
        assert len(value) <= least + more
    told = {mistake for mistake, _ in mutations(found, Lengths(least, least + more))}
    assert not told & {"too short", "too long", "missing part", "extra part"}  # these are the limit's tests


@given(syntaxes)
def test_the_values_are_the_same_each_time(found: tuple[Run, ...]) -> None:
    assert derivations(found) == derivations(found)
    assert list(mutations(found)) == list(mutations(found))


def test_one_mutation_for_each_mistake() -> None:
    assert derivations(PLATE) == ("AB-1234",)
    assert dict(mutations(PLATE)) == {
        "too short": "AB-123", "too long": "AB-12345", "wrong character": "A7-1234", "wrong case": "Ab-1234",
        "missing part": "AB1234", "extra part": "AB-1234-1", "wrong order": "AB1234-", "white space": "AB- 1234",
    }  # fmt: skip


@pytest.mark.parametrize("known", sorted(VALUES))
def test_well_known_formats_have_right_and_wrong_values(known: str) -> None:
    right, wrong = VALUES[known]  # type: ignore[index]
    assert right
    assert wrong
    assert not set(right) & {value for _, value in wrong}


def test_the_iban_of_the_standard_has_its_check_digits() -> None:
    (value,), wrong = VALUES["iban"]

    def remainder(text: str) -> int:
        return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97

    assert remainder(value) == 1
    assert all(not text.isalnum() or remainder(text) != 1 for _, text in wrong)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [("YYYY-MM-DD", "2027-03-15"), ("dd.MM.yyyy HH:mm", "15.03.2027 14:30"), ("HH:mm:ss", "14:30:00"), ("MM/DD/YY", "03/15/27"),
     ("yyyy-mm-dd", "2027-03-15"), ("YYYYMMDD", "20270315")],
)  # fmt: skip
def test_dates_are_written_as_the_pattern_says(pattern: str, value: str) -> None:
    assert dated(pattern) == value
    datetime.date(2027, 3, 15)  # the example is a date that exists


def points(text: str, found: Format, *more: tuple[str, object], language: str = "en") -> dict[str, str]:
    made, _ = requirement(text, (found.pattern, found), *more, language=language)  # type: ignore[arg-type]
    return {next(iter(p.inputs.values())).value: p.polarity for p in syntax.points(View(made, made.language))}


def test_a_format_that_is_entered_has_values_of_both_kinds() -> None:
    pattern = "two letters, a hyphen and four digits"
    found = points(
        f"A plate number consists of {pattern}. Other plate numbers are rejected.",
        Format("plate number", pattern, PLATE),
        ("Other plate numbers are rejected", Outcome("Other plate numbers are rejected", "negative", True)),
    )
    assert found["AB-1234"] == found["AB-0034"] == "positive"
    assert {value for value, polarity in found.items() if polarity == "negative"} >= {"AB-123", "AB-12345", "A7-1234"}


def test_a_day_that_does_not_exist_is_refused() -> None:
    digits = [Run(("digit",), "", n, n) for n in (4, 2, 2)]
    runs = (digits[0], Run((), "-"), digits[1], Run((), "-"), digits[2])
    found = points("The date of birth shall be entered as YYYY-MM-DD.", Format("date of birth", "YYYY-MM-DD", runs, "date"))
    assert found["2027-03-15"] == "positive"
    assert found["2027-02-30"] == "negative"


def test_what_the_system_writes_nobody_can_enter_wrongly() -> None:
    runs = (Run(("digit",), "", 2, 2), Run((), "."), Run(("digit",), "", 2, 2))
    found = points(
        "The report shall show the date as DD.MM.",
        Format("report", "DD.MM", runs, "date"),
        ("show the date as DD.MM", Action("show the date as DD.MM", "The report", "must")),
    )
    assert found == {}


def test_the_lengths_are_left_to_the_limit_that_tells_them() -> None:
    text = "A user name has only letters and digits and has between 4 and 20 characters; others are refused."
    found = points(
        text,
        Format("user name", "only letters and digits", (Run(("letter", "digit"), "", 1, None),)),
        ("between 4 and 20 characters", limit("user name", "4", "20", "characters", "length")),
        ("others are refused", Outcome("others are refused", "negative", True)),
    )
    assert all(4 <= len(value) <= 20 for value in found)
    assert all(
        polarity == ("positive" if re.fullmatch("[A-Za-z0-9]+", value) else "negative") for value, polarity in found.items()
    )
