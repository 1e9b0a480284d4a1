"""orjson in the place of json: the same text where hashes and names are made of it, and nothing that json took is refused."""

from __future__ import annotations

import dataclasses
import json
import tracemalloc
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_operator.plan.model import ObjectKey
from testgen_operator.wire import canonical, decode, encode, packed

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers() | NUMBERS | st.text()
VALUES = st.recursive(PLAIN, lambda below: st.lists(below) | st.dictionaries(st.text(), below), max_leaves=12)


class Word(StrEnum):
    READY = "Ready"


@dataclasses.dataclass
class Thing:
    name: str = "x"


def before(value: Any) -> str:
    """As `canonical` wrote it when it was json's."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(VALUES)
def test_what_is_hashed_is_written_as_it_always_was(value: Any) -> None:
    assert canonical(value) == before(value)


@pytest.mark.parametrize("exponent", range(-320, 308, 3))
@pytest.mark.parametrize("sign", [1, -1])
def test_so_is_a_number_of_any_size(sign: int, exponent: int) -> None:
    number = sign * float(f"1.25e{exponent}")
    for value in (number, [number], [1, number], {"a": number}, {"a": [number, 2]}):
        assert canonical(value) == before(value)


@given(VALUES)
def test_what_is_written_is_read_again(value: Any) -> None:
    assert json.loads(encode(value)) == json.loads(json.dumps(value))


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | NUMBERS | st.text(), st.lists, max_leaves=12))
def test_what_is_read_is_what_json_reads(value: Any) -> None:
    for text in (json.dumps(value), encode(value)):
        assert decode(text) == value


@pytest.mark.parametrize(
    "value",
    [
        {Word.READY: Word.READY},
        {1: "a number as a key"},
        {"beyond 64 bits": 2**70},
        ObjectKey("v1", "Pod", "team", "shop"),
        ("a", ("tuple",)),
        "half of a pair: \ud800",
    ],
)
def test_what_json_took_is_taken(value: Any) -> None:
    assert canonical(value) == before(value)
    assert json.loads(encode(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize("value", [Thing(), datetime(2026, 1, 1, tzinfo=UTC), {"a": {1, 2}}, b"bytes"])
def test_what_json_refused_is_refused(value: Any) -> None:
    for write in (canonical, encode):
        with pytest.raises(TypeError):
            write(value)


@pytest.mark.parametrize("text", [b"", b"{", b"<html>", "NaN"])
def test_what_is_no_json_is_a_value_error(text: bytes | str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(text)


def test_what_is_packed_takes_no_more_memory_than_its_text() -> None:
    """Thousands of objects are kept: what orjson leaves behind each of them was more than all they hold."""
    values = [{"name": f"thing-{number}", "text": "x" * 1500} for number in range(200)]
    tracemalloc.start()
    try:
        before_all, _ = tracemalloc.get_traced_memory()
        kept = [packed(value) for value in values]
        taken = tracemalloc.get_traced_memory()[0] - before_all
    finally:
        tracemalloc.stop()
    assert kept == [encode(value) for value in values]
    assert taken < 1.2 * sum(map(len, kept))
