"""Long English text of one repeated piece is read in bounded time: no pattern may backtrack over it (S4-022, hostile input).

The deadline is that of a hang and no measure: reading takes a second or two here, a pattern that backtracks takes minutes.
"""

from __future__ import annotations

import time

import pytest
from tests.unit.documents.reading import document

CHARACTERS = 20_000
DEADLINE_S = 60.0


@pytest.mark.parametrize(
    "piece",
    [
        "a is b and either ",
        "x or ",
        "every user who has ",
        "at least 1 and ",
        "only if a is ",
        "a may not ",
        "Ab ",
        " ",
        "\t",
        "a",
        ", ",
    ],
)
def test_a_repeated_piece_is_read_in_time(piece: str) -> None:
    text = f"The user must be {(piece * (CHARACTERS // len(piece) + 1))[:CHARACTERS]} accepted."
    started = time.monotonic()
    document(f"## REQ-1\n\n{text}\n")
    assert time.monotonic() - started < DEADLINE_S
