"""Excel workbooks: every sheet a section, its rows read one after the other. Nothing is computed and no macro runs.

Of a formula the value is read that the program which saved the file left beside it. A cell merged over several rows counts in
each of them.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import PurePath
from typing import Any, Final

from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import package, tables
from testgen_runtime.documents.formats.writing import SPLIT, Writer
from testgen_runtime.errors import DocumentTooLarge, TestGenError, UnreadableDocument
from testgen_runtime.settings import Limits

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_COLUMNS: Final = 200
_MOST_MERGED: Final = 20_000
_STRINGS_PER_CHARACTER: Final = 8
"""Bytes of shared strings for each character that may be read: three for a Chinese one, the rest for the markup around it."""
_WHOLE: Final = 16 << 20
"""Bytes of a part other than a sheet and the shared strings; openpyxl reads those as a whole."""
_CHUNK: Final = 1 << 16
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_HIDDEN = re.compile(
    rb"<(?:\w+:)?(?:row\s(?![^<>]{0,600}/>)|col\s(?![^<>]{0,600}max=\"16384\"))[^<>]{0,400}?\bhidden=\"(?:1|true)\""
)
"""Rows with cells, and columns but the unused ones at the end."""
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s")
_DECIMALS = re.compile(r"[0#]\.(0+)")
_CURRENCY = re.compile(r"\[\$([^\-\]]{1,3})|[\"\\]?([€$£¥￥])")


@dataclass(frozen=True, slots=True)
class _Merged:
    """Cells below the first one of a merged range, as 1-based rows and columns."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def outline(data: bytes, name: str, limits: Limits) -> Outline:
    """The sheets of a workbook. Raises UnreadableDocument, DocumentTooLarge."""
    from openpyxl import load_workbook

    writer = Writer(name, limits.document_characters)
    with package.opened(data, name, limits, "Excel") as found, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _check_parts(found, limits)
        try:
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            title = book.properties.title or ""
            for sheet in book.worksheets:
                _sheet(writer, found, sheet)
            book.close()
        except TestGenError:
            raise
        except MemoryError:
            raise
        except Exception as error:  # a broken workbook fails in many ways, all of them meaning the same to the sender
            raise UnreadableDocument(f"{name} is no whole Excel document ({type(error).__name__})", mend=found.broken) from error
        if any(part.lower().endswith("vbaproject.bin") for part in found.names):
            writer.note("macros_ignored", "The workbook holds macros. They are neither run nor read.")
        if comments := _comments(found):
            writer.note("comments_not_read", f"The workbook holds {comments:,} comments of cells. They are not read.")
    return writer.outline(title or PurePath(name.rpartition(": ")[2]).stem)


def _check_parts(found: package.Package, limits: Limits) -> None:
    for part in found.archive.infolist():
        lower = part.filename.lower()
        strings = lower.endswith("sharedstrings.xml")
        most = limits.document_characters * _STRINGS_PER_CHARACTER + (1 << 20) if strings else _WHOLE
        if lower.endswith((".xml", ".rels")) and "/worksheets/" not in lower and part.file_size > most:
            raise DocumentTooLarge(
                f"{found.name} holds more than {limits.document_characters:,} characters"
                if strings
                else f"{found.name}: its part {part.filename[:100]} has {part.file_size:,} bytes",
                mend=SPLIT,
            )


def _sheet(writer: Writer, found: package.Package, sheet: Any) -> None:
    merged, formulas, hidden = _scan(found, sheet._worksheet_path)
    title = writer.clean(str(sheet.title)).strip()
    before = len(writer.blocks)
    tables.write(writer, _titled(writer, title, _rows(writer, sheet, merged)))
    if len(writer.blocks) > before:
        if sheet.sheet_state != "visible":
            writer.note("hidden_sheet", f"The sheet “{title}” is hidden in the workbook; it was read.")
        if hidden:
            writer.note(
                "hidden_rows", f"The sheet “{title}” hides {hidden:,} rows or columns, perhaps by a filter; they were read."
            )
        if formulas:
            writer.note(
                "formulas_not_computed",
                f"The sheet “{title}” holds {formulas:,} formulas: their last saved values were read, nothing was computed.",
            )


def _comments(found: package.Package) -> int:
    """Comments of cells. Those in threads stand in the old parts too, so that the greater number counts."""
    counts = {"xl/comments": 0, "xl/threadedcomments": 0}
    for part in sorted(found.names):
        kind = next((kind for kind in counts if part.lower().startswith(kind)), None)
        if kind and part.lower().endswith(".xml") and found.archive.getinfo(part).file_size <= _WHOLE:
            counts[kind] += len(_COMMENT.findall(found.archive.read(part)))
    return max(counts.values())


def _titled(writer: Writer, title: str, rows: Iterator[tables.Row]) -> Iterator[tables.Row]:
    """The rows, with the sheet's heading written before the first one that holds anything."""
    for row in rows:
        if any(row.cells):
            writer.heading(title, 1)
            yield row
            break
    yield from rows


def _scan(found: package.Package, path: str) -> tuple[list[_Merged], int, int]:
    """From the bytes of a sheet: merged ranges of more than one row, the number of formulas, that of hidden rows and columns."""
    merged: list[_Merged] = []
    formulas = hidden = 0
    with found.archive.open(path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            piece = rest + chunk
            cut = piece.rfind(b"<") if len(piece) > 256 else -1
            piece, rest = (piece[:cut], piece[cut:][-4096:]) if cut > 0 else (b"", piece[-4096:])
            formulas += len(_FORMULA.findall(piece))
            hidden += len(_HIDDEN.findall(piece))
            for left, top, right, bottom in _MERGED.findall(piece):
                if len(merged) < _MOST_MERGED and bottom != top:
                    merged.append(_Merged(int(top), int(bottom), _column(left), min(_column(right), _MOST_COLUMNS)))
        formulas += len(_FORMULA.findall(rest))
        hidden += len(_HIDDEN.findall(rest))
        merged += [_Merged(int(t), int(b), _column(a), _column(z)) for a, t, z, b in _MERGED.findall(rest) if b != t]
    merged.sort(key=lambda m: m.first_row)
    return merged, formulas, hidden


def _rows(writer: Writer, sheet: Any, merged: list[_Merged]) -> Iterator[tables.Row]:
    sheet.reset_dimensions()  # what a file says of its own size may be a lie
    waiting = merged[::-1]
    open_: list[tuple[_Merged, str]] = []
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        cells = [_shown(writer, cell) if cell.value is not None else "" for cell in row]
        open_ = [(m, text) for m, text in open_ if m.last_row >= number]
        continued: set[int] = set()
        for m, text in open_:
            if m.first_column <= len(cells) and text:
                cells[m.first_column - 1] = text
                continued.add(m.first_column - 1)
        while waiting and waiting[-1].first_row <= number:
            m = waiting.pop()
            if m.last_row >= number and m.first_column <= len(cells):
                open_.append((m, cells[m.first_column - 1]))
        while cells and not cells[-1]:
            cells.pop()
        yield tables.Row(cells, frozenset(continued))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _shown(writer: Writer, cell: Any) -> str:
    """A cell as the sheet shows it, as far as a value and its number format tell."""
    value = cell.value
    if isinstance(value, str):
        return writer.clean(value).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else writer.clean(str(value)).strip()


def _number(value: int | float, form: str) -> str:
    form = form.partition(";")[0]
    decimals = _DECIMALS.search(form)
    if "%" in form:
        return f"{value * 100:.{len(decimals[1]) if decimals else 0}f}%"
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if decimals and "E" not in form:
        text = f"{value:.{min(9, len(decimals[1]))}f}"
    elif isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    else:
        text = repr(value)
    currency = _CURRENCY.search(form)
    return (currency[1] or currency[2]) + text if currency else text
