"""What a text must contain, and other demands that are tried with whole values (S4-061): passwords, dimensions, multiples,
listed numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.techniques.test_patterns_en import told, verdicts
from tests.unit.techniques.test_patterns_zh_pairs import told as told_zh

from testgen_runtime.techniques.contents import written

_OF = {"upper": "[A-Z]", "lower": "[a-z]", "letter": "[A-Za-z]", "digit": "[0-9]", "special": "[^A-Za-z0-9]"}


def meets(value: str, needed: dict[str, int], shortest: int | None, longest: int | None) -> bool:
    """Whether a password checker would take the value."""
    enough = all(len(re.findall(_OF[name], value)) >= count for name, count in needed.items())
    return enough and (shortest is None or len(value) >= shortest) and (longest is None or len(value) <= longest)


NEEDED = st.one_of(
    st.dictionaries(st.sampled_from(["upper", "lower", "digit", "special"]), st.integers(1, 4), min_size=1),
    st.dictionaries(st.sampled_from(["letter", "digit", "special"]), st.integers(1, 4), min_size=1),
)


@given(NEEDED, st.none() | st.integers(1, 30), st.none() | st.integers(31, 60))
def test_a_checker_takes_exactly_the_texts_that_are_called_right(
    needed: dict[str, int], shortest: int | None, longest: int | None
) -> None:
    found = list(written(needed, shortest, longest))
    assert found
    for one in found:
        assert one.ok == meets(one.value, needed, shortest, longest), one
    assert {one.lacks for one in found} == {"", *needed}


@given(NEEDED, st.integers(17, 30), st.integers(31, 60))
def test_each_bound_of_the_length_is_tried_at_itself_and_beyond(needed: dict[str, int], shortest: int, longest: int) -> None:
    lengths = {len(one.value): one.in_bounds for one in written(needed, shortest, longest)}
    assert {shortest: True, longest: True, shortest - 1: False, longest + 1: False}.items() <= lengths.items()


@pytest.mark.parametrize("needed", [{"letter": 1, "upper": 1}, {"letter": 2, "lower": 1, "digit": 1}])
def test_classes_that_contain_each_other_are_left_alone(needed: dict[str, int]) -> None:
    assert list(written(needed, None, None)) == []


def lacking(points: list[str]) -> set[str]:
    return {title.partition(":")[0] for title in points}


def test_an_english_password_without_each_class_is_refused() -> None:
    points = told("The password must contain at least one upper-case letter, one digit and one special character.")
    assert [p.polarity for p in points] == ["positive", "negative", "negative", "negative"]
    assert lacking([p.title for p in points[1:]]) == {
        "Password without an upper-case letter",
        "Password without a digit",
        "Password without a special character",
    }


def test_a_length_and_a_count_are_tried_with_the_classes() -> None:
    text = "Passwords must have 8 to 20 characters and contain at least one lower-case letter and two digits."
    lengths = {row[2] for row in verdicts(text) if row[0] == "refused"}
    assert lengths == {"7 characters", "8 characters", "21 characters"}
    assert "Password with only 1 digit" in lacking([p.title for p in told(text)])


def test_a_chinese_password_without_each_class_is_refused() -> None:
    points = told_zh("密码长度应为8至20位，且必须包含大写字母、小写字母和数字，否则不予通过。")
    assert {re.findall("（(.+?)）", p.title)[0] for p in points if p.polarity == "negative"} == {
        "不含大写字母",
        "不含小写字母",
        "不含数字",
        "共 7 个字符",
        "共 21 个字符",
    }


@pytest.mark.parametrize(
    "text",
    [
        "The password must contain at least one digit and the user name.",  # a thing, and no class of signs
        "The report must contain a title and a date.",
        "The password must contain at least one letter and one upper-case letter.",  # one of them is the other
    ],
)
def test_a_list_of_something_else_is_left_to_the_general_reading(text: str) -> None:
    assert not any(p.inputs for p in told(text))


VERDICTS = {
    "An image must have at least 200 x 200 pixels.": {
        ("accepted", "200 pixels", "200 pixels"),
        ("accepted", "201 pixels", "201 pixels"),
        ("refused", "199 pixels", "200 pixels"),
        ("refused", "200 pixels", "199 pixels"),
    },
    "The system shall accept images of at most 1920 x 1080 pixels.": {
        ("accepted", "1920 pixels", "1080 pixels"),
        ("accepted", "1919 pixels", "1079 pixels"),
        ("refused", "1921 pixels", "1080 pixels"),
        ("refused", "1920 pixels", "1081 pixels"),
    },
    "The quantity must be a multiple of 6.": {("accepted", "6"), ("accepted", "12"), ("refused", "5"), ("refused", "7")},
    "The tray must be 1, 2 or 3. Any other tray is rejected.": {
        ("accepted", "1"),
        ("accepted", "2"),
        ("accepted", "3"),
        ("refused", "0"),
        ("refused", "4"),
    },
    "The card shall be locked after three failed PIN entries.": {("accepted", "2"), ("refused", "3"), ("refused", "4")},
    "After 3 wrong PINs the card shall be blocked for 24 hours.": {("accepted", "2"), ("refused", "3"), ("refused", "4")},
    "A session that has been inactive for 30 minutes shall be closed.": {
        ("accepted", "20 minutes"),
        ("accepted", "29 minutes"),
        ("refused", "30 minutes"),
        ("refused", "31 minutes"),
    },
    "An account that has not been used for more than 90 days is locked.": {
        ("accepted", "50 days"),
        ("accepted", "89 days"),
        ("accepted", "90 days"),
        ("refused", "91 days"),
    },
}


@pytest.mark.parametrize(("text", "expected"), VERDICTS.items(), ids=list(VERDICTS))
def test_the_values_that_a_demand_allows_and_bars_are_tried(text: str, expected: set[tuple[str, ...]]) -> None:
    assert verdicts(text) == expected
