"""What differs between two revisions."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.cases.revisions import Difference, differences

BODIES = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["a", "b"]),
        "steps": st.lists(st.sampled_from([{"action": "a"}, {"action": "b"}, {"action": "c"}]), max_size=4),
        "test_data": st.dictionaries(st.sampled_from("xyz"), st.sampled_from("12")),
    }
)


def test_a_step_put_in_between_is_one_difference() -> None:
    before = {"title": "t", "steps": ["one", "three"]}

    assert differences(before, {"title": "u", "steps": ["one", "two", "three"]}) == [
        Difference(field="title", op="changed", before="t", after="u"),
        Difference(field="steps[2]", op="added", after="two"),
    ]


@given(BODIES)
def test_equal_ones_do_not_differ(body: dict[str, Any]) -> None:
    assert differences(body, body) == []


@given(BODIES, BODIES)
def test_different_ones_do(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(differences(before, after)) == (before != after)
