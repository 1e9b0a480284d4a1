"""What stands in a requirement and demands nothing: the labels of its parts ("Requirement A", "B"), and notes and examples."""

from __future__ import annotations

import re
from collections.abc import Sequence

from testgen_runtime.documents.model import Span

_LABEL = re.compile(r"\s*(?:Requirement|Recommendation|Permission|Part)\s+[A-Z]\s+(?=[A-Z`“\"])")
_PART = re.compile(r"(?<=[.;:!])\s+[B-Z]\s+(?=[A-Z`“\"][A-Za-z`])")
"""The next lettered part in the same line: "… in the body. B If the server …". "A" is an article more often than a label."""
_NOTE = re.compile(
    r"(?:^|(?<=[.;:。；])\s*|(?<=\n)[ \t>]*)"
    r"(?:NOTE(?:\s\d{1,3})?\s?:|Note that\b|Note:|EXAMPLE(?:\s\d{1,3})?\s?:|注\s?[:：]|备注\s?[:：])"
)
_END = re.compile(r"[.。](?=\s|$)|\n\s*\n|$")


def obligations(text: str, pieces: Sequence[Span]) -> list[Span]:
    """The pieces without labels, notes and examples; the pieces as they are where nothing else would be left. Linear."""
    out: list[Span] = []
    for piece in pieces:
        label = _LABEL.match(text, piece.start, piece.end)
        out += _parts(text, Span(label.end(), piece.end) if label else piece)
    kept = [span for part in out for span in _without_notes(text, part) if text[span.start : span.end].strip()]
    return kept or list(pieces)


def _parts(text: str, piece: Span) -> list[Span]:
    out, start = [], piece.start
    for found in _PART.finditer(text, piece.start, piece.end):
        out.append(Span(start, found.start()))
        start = found.end()
    return [*out, Span(start, piece.end)]


def _without_notes(text: str, piece: Span) -> list[Span]:
    out, start = [], piece.start
    for found in _NOTE.finditer(text, piece.start, piece.end):
        if found.start() < start:
            continue
        if found.start() > start:
            out.append(Span(start, found.start()))
        end = _END.search(text, found.end(), piece.end)
        start = end.end() if end else piece.end
    if start < piece.end:
        out.append(Span(start, piece.end))
    return out
