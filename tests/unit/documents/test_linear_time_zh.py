"""Long Chinese text of one repeated piece is read in bounded time: no pattern may backtrack over it (S4-022, hostile input).

The deadline is that of a hang and no measure: reading takes well under a second here, a pattern that tries every way to part
"或者" takes seconds for one requirement.
"""

from __future__ import annotations

import time

import pytest
from tests.unit.documents.reading import document

CHARACTERS = 4_000
DEADLINE_S = 2.0


@pytest.mark.parametrize(
    "piece",
    [
        "如果余额小于零或者",
        "草稿或者已提交以及",
        "状态为草稿或者",
        "或者",
        "或",
        "以及",
        "且金额超过一百元",
        "由草稿变为",
        "除非",
        "的",
        "，",
        "当",
        "“甲”、",
        "必須",
    ],
)
@pytest.mark.parametrize("tail", ["", "状态"])
def test_a_repeated_piece_is_read_in_time(piece: str, tail: str) -> None:
    text = f"系统必须在{(piece * (CHARACTERS // len(piece) + 1))[:CHARACTERS]}{tail}时拒绝。"
    started = time.process_time()
    document(f"## REQ-1\n\n{text}\n")
    assert time.process_time() - started < DEADLINE_S
