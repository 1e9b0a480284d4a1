"""Rows and sheets that look like requirements and gave none: whoever wrote them should hear of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from testgen_runtime.documents import rows
from testgen_runtime.documents.blocks import Block, Outline
from testgen_runtime.documents.model import Finding, Span
from testgen_runtime.documents.view import view

ROWS_WITHOUT: Final = "rows_without_requirement"
_MOST, _SHOWN = 50, 5
_PROPOSAL: Final = "Put the requirement into a column called Requirement, Description or Acceptance criteria."


def unread(outline: Outline, pieces: Sequence[Span], *, sheets: bool) -> list[Finding]:
    """Rows without a requirement in a table that has some; of a workbook or CSV file (`sheets`) also whole tables and sheets."""
    starts = sorted(piece.start for piece in pieces)
    found: list[Finding] = []
    for table in _tables(outline.blocks):
        told = _told(table, set(starts))
        empty = [block for block, says in zip(table, told, strict=True) if not says and _says_something(outline.text, block)]
        if any(told):
            if empty and rows.promises([cell.header for cell in table[0].cells]) and (sheets or _has_ids(outline.text, table)):
                found.append(_of_rows(outline.text, empty))
        elif sheets and empty and not any(block.kind == "heading" for block in outline.blocks):
            found.append(_of_rows(outline.text, empty))
    if sheets:
        headings = [block for block in outline.blocks if block.kind == "heading"]
        ends = [*(heading.span.start for heading in headings[1:]), len(outline.text)]
        for heading, end in zip(headings, ends, strict=False):
            if not any(heading.span.end <= start < end for start in starts):
                title = heading.span.cut(outline.text)
                message = f"The sheet “{title}” holds no requirement: nothing of it is tested."
                found.append(Finding("", ROWS_WITHOUT, message, heading.span, _PROPOSAL, "info"))
    return found[:_MOST]


def _tables(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Runs of rows under the same heads."""
    table: list[Block] = []
    for block in blocks:
        if table and (block.kind != "row" or [c.header for c in block.cells] != [c.header for c in table[0].cells]):
            yield table
            table = []
        if block.kind == "row":
            table.append(block)
    if table:
        yield table


def _told(table: Sequence[Block], starts: set[int]) -> list[bool]:
    told: list[bool] = []
    for block in table:
        own = any(span.start in starts for span in (*(c.span for c in block.cells), *block.told))
        told.append(own or (block.joined and bool(told) and told[-1]))
    return told


def _has_ids(text: str, table: Sequence[Block]) -> bool:
    """Whether rows have ids: in a document's prose any table may have a column that is called "rule" or "text"."""
    return any(rows.read([c.header for c in b.cells], [c.span.cut(text) for c in b.cells]).given is not None for b in table[:100])


def _says_something(text: str, block: Block) -> bool:
    """Whether a row is more than the title of the rows below it."""
    filled = [cell.span for cell in block.cells if cell.span.end > cell.span.start]
    read = rows.read([c.header for c in block.cells], [c.span.cut(text) for c in block.cells])
    return len(filled) > 1 or read.given is not None


def _of_rows(text: str, empty: Sequence[Block]) -> Finding:
    names = [
        next((view(text, [c.span]).text.strip() for c in block.cells if c.span.end > c.span.start), "")[:40]
        for block in empty[:_SHOWN]
    ]
    shown = ", ".join(f"“{name}”" for name in names) + (f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else "")
    count = "1 row of this table holds" if len(empty) == 1 else f"{len(empty):,} rows of this table hold"
    return Finding("", ROWS_WITHOUT, f"{count} no requirement: nothing of it is tested ({shown}).", empty[0].span, _PROPOSAL)
