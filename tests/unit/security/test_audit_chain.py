"""The chain of the audit: whatever is done to stored rows is found (item 10 of the security of the API, S0-090)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.security.audit_chain import GENESIS, SEALED, Entry, digest, verify

START = datetime(2030, 1, 1, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
FIELDS = ("seq", "at", "actor", "action", "object", "outcome", "request_id", "client", "previous", "hash")


def entry(seq: int, previous: bytes, **fields: str) -> Entry:
    given = {
        "actor": "key_1",
        "action": "case edited",
        "object": "c",
        "outcome": "done",
        "request_id": "r",
        "client": "",
    } | fields
    made = Entry(seq=seq, at=START + timedelta(microseconds=seq), previous=previous, hash=b"", **given)
    return replace(made, hash=digest(made))


def chain(rows: list[tuple[str, str, str]]) -> list[Entry]:
    made: list[Entry] = []
    for number, (actor, thing, client) in enumerate(rows, 1):
        made.append(entry(number, made[-1].hash if made else GENESIS, actor=actor, object=thing, client=client))
    return made


chains = st.lists(st.tuples(words, words, words), min_size=2, max_size=8).map(chain)


@given(chains)
def test_an_untouched_chain_is_whole(rows: list[Entry]) -> None:
    verdict = verify(rows)

    assert (verdict.problem, verdict.rows, verdict.head) == ("", len(rows), rows[-1].mark())


@given(chains, st.data())
def test_any_change_to_any_field_of_any_row_is_found(rows: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    old = getattr(rows[place], field)
    if isinstance(old, int):
        new: object = old + data.draw(st.integers(-3, 3).filter(bool))
    elif isinstance(old, datetime):
        new = old + timedelta(microseconds=data.draw(st.integers(-(10**9), 10**9).filter(bool)))
    elif isinstance(old, bytes):
        new = bytes([old[0] ^ data.draw(st.integers(1, 255))]) + old[1:]
    else:
        new = data.draw(words.filter(lambda word: word != old))
    values: Any = {field: new}
    changed = [*rows[:place], replace(rows[place], **values), *rows[place + 1 :]]

    verdict = verify(changed)
    assert verdict.problem
    assert verdict.row is not None


@given(chains, st.data())
def test_text_moved_from_one_field_to_the_next_is_found(rows: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    row = rows[place]
    moved = replace(row, actor=row.actor + row.action[:1], action=row.action[1:])

    assert verify([*rows[:place], moved, *rows[place + 1 :]]).problem


@given(chains, st.data())
def test_a_row_that_was_removed_is_found(rows: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 2))

    assert verify(rows[:place] + rows[place + 1 :]).problem


@given(chains, st.data())
def test_a_row_that_was_put_in_is_found(rows: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    before = rows[place - 1].hash if place else GENESIS
    forged = entry(place + 1, before, object="forged")

    assert verify([*rows[:place], forged, *rows[place:]]).problem


@given(chains, st.data())
def test_rows_in_another_order_are_found(rows: list[Entry], data: st.DataObject) -> None:
    first, second = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))
    rows[first], rows[second] = rows[second], rows[first]

    assert verify(rows).problem


@given(chains, st.data())
def test_rows_cut_off_at_the_end_are_found_by_the_mark_of_a_verification_before(rows: list[Entry], data: st.DataObject) -> None:
    kept = data.draw(st.integers(0, len(rows) - 1))

    assert verify(rows, since=rows[kept].mark()).problem == ""
    assert not verify(rows[:kept]).problem
    assert verify(rows[:kept], since=rows[-1].mark()).problem


def test_a_chain_that_was_written_anew_is_found_by_the_mark() -> None:
    mine, theirs = chain([("a", "x", ""), ("a", "y", "")]), chain([("a", "x", ""), ("a", "z", "")])

    assert not verify(theirs).problem
    assert verify(theirs, since=mine[-1].mark()).problem


@pytest.mark.parametrize("right", [True, False])
def test_rows_that_are_gone_from_the_beginning_need_the_seal_of_exactly_those(right: bool) -> None:
    rows = chain([("a", str(number), "") for number in range(5)])
    rows.append(entry(6, rows[-1].hash, action=SEALED, object=rows[2 if right else 1].mark()))

    assert bool(verify(rows[3:]).problem) is not right
