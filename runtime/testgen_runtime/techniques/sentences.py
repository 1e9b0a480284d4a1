"""Where the sentences and clauses of a requirement end, in English and Chinese."""

from __future__ import annotations

import re

_END = re.compile(
    r"[。！？；;\n]+|(?<![^\d]\s[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bNo)(?<!\bvs)[.!?](?=\s|$)",
)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans `[start, end)` of the sentences of `text`: trimmed, in order, with their closing mark. Linear in `text`.

    A semicolon and a line break end a sentence too, a decimal point, an abbreviation's and an initial's point do not.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for end in [match.end() for match in _END.finditer(text)] + [len(text)]:
        piece = text[start:end]
        if left := piece.strip():
            begin = start + piece.index(left[0])
            found.append((begin, begin + len(left)))
        start = end
    return tuple(found)


def sentence_of(spans: tuple[tuple[int, int], ...], offset: int) -> int:
    """The index of the sentence that holds `offset` (the one before it where it lies between two)."""
    index = 0
    for i, (start, _) in enumerate(spans):
        if start > offset:
            break
        index = i
    return index
