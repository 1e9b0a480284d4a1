"""Cursors."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.api.paging import opaque, position
from testgen_runtime.errors import InvalidInput


@given(st.integers(min_value=-1, max_value=10**17))
def test_a_cursor_leads_back_to_its_position(number: int) -> None:
    assert position(opaque(number)) == number


def test_no_cursor_is_no_position() -> None:
    assert position(None) is None


@given(st.text(max_size=40))
def test_anything_else_is_refused_in_words_or_is_a_position(text: str) -> None:
    with suppress(InvalidInput):
        assert isinstance(position(text), int)


@pytest.mark.parametrize("cursor", ["", "djE6", "djI6MQ", "djE6OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é", "v1:1"])
def test_a_forged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput):
        position(cursor)
