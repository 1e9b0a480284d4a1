"""A result that the tests of a rule can tell gets no test of its own in which nothing is entered."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written

TOLD_BY_ITS_RULE = [
    (
        "The form shall be refused if the year is before 1900; otherwise it shall be saved.",
        {("-", "The form is refused."), ("+", "The form is saved.")},
    ),
    (
        "The import shall be rejected if the file has more than 5,000 rows; otherwise the import shall be completed.",
        {("-", "The import is rejected."), ("+", "The import is completed.")},
    ),
    (
        "A nickname is accepted if it is between 3 and 20 characters in length and is rejected otherwise.",
        {("-", "The nickname is rejected."), ("+", "The nickname is accepted.")},
    ),
    (
        "余额低于 100 元时应拒绝提现，否则允许提现。",
        {("-", "系统拒绝提现。"), ("+", "提现成功。")},
    ),
]


@pytest.mark.parametrize(("statement", "seen"), TOLD_BY_ITS_RULE)
def test_the_results_are_told_where_something_decides(statement: str, seen: set[tuple[str, str]]) -> None:
    cases = written(statement)
    assert {(verdict, expected) for verdict, _, _, expected in cases} == seen
    assert all(data for _, data, _, _ in cases)
