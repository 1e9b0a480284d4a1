"""Rows of a sheet, a CSV file or an HTML table -> a table of the document, its head found among the first rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from testgen_runtime.documents import columns
from testgen_runtime.documents.formats.writing import Writer

_LOOKED_AT = 25
"""Rows among which the head is looked for: titles, dates and names of a cover stand above it."""


@dataclass(slots=True)
class Row:
    """The cells of a row, clean, with their lines.

    `continued` are columns merged with the row above; `head`: the format says it is the head.
    """

    cells: list[str]
    continued: frozenset[int] = field(default=frozenset())
    head: bool = False


def write(writer: Writer, rows: Iterable[Row]) -> None:
    """Write rows as they come. What stands above the head is text; an empty row and then a new head start a new table."""
    source = iter(rows)
    first = list(islice(source, _LOOKED_AT))
    at = _head(first)
    for row in first[: at if at is not None else 0]:
        if text := _line(row.cells):
            writer.paragraph(text)
    header: list[str] = []
    if at is not None:
        header = first[at].cells
        writer.header(header)
        first = first[at + 1 :]
    empty = False
    for row in _chain(first, source):
        if not any(row.cells):
            empty = True
            continue
        if (row.head or (empty and columns.looks_like_header(row.cells))) and _filled(row.cells) > 1:
            header = row.cells
            writer.header(header)
        elif header and row.cells == header:
            pass  # a head repeated on the next page
        else:
            writer.row(row.cells, header, row.continued)
        empty = False


def _head(rows: Sequence[Row]) -> int | None:
    """Where the head stands: where the format says so, else the first row of known headings, else a first row of short names."""
    for index, row in enumerate(rows):
        if row.head and _filled(row.cells) > 1:
            return index
    for index, row in enumerate(rows):
        if columns.looks_like_header(row.cells):
            return index
    filled = [index for index, row in enumerate(rows) if any(row.cells)]
    if len(filled) < 2:
        return None
    cells = [c for c in rows[filled[0]].cells if c]
    named = len(cells) > 1 and all(len(c) <= 40 and not c[0].isdigit() and not c.endswith((".", "。")) for c in cells)
    return filled[0] if named else None


def _chain(first: list[Row], rest: Iterator[Row]) -> Iterator[Row]:
    waiting = deque(first)
    first.clear()
    while waiting:
        yield waiting.popleft()
    yield from rest


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(c) for c in cells)


def _line(cells: Sequence[str]) -> str:
    return " ".join(" ".join(c.split()) for c in cells if c)
