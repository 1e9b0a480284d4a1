"""What a query string means is kept, and no more than that: bounded, and nothing of an answer or a caller."""

from __future__ import annotations

from testgen_runtime.api.understood import LONGEST, MOST, Understood


def test_what_was_understood_is_known_by_the_same_query_alone() -> None:
    known = Understood[str]()
    known.note(b"status=draft", "drafts")
    assert known.get(b"status=draft") == "drafts"
    assert known.get(b"status=confirmed") is None
    assert known.get(b"") is None


def test_no_more_than_the_last_thousand_are_kept() -> None:
    known = Understood[int]()
    for number in range(MOST):
        known.note(f"limit={number}".encode(), number)
    assert known.get(b"limit=0") == 0  # asked for lately: the next one goes first
    known.note(b"one=more", -1)
    assert len(known) == MOST
    assert known.get(b"limit=0") == 0
    assert known.get(b"limit=1") is None


def test_a_long_query_is_not_kept() -> None:
    known = Understood[int]()
    known.note(b"q=" + b"a" * LONGEST, 1)
    assert len(known) == 0
