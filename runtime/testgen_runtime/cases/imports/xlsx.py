"""Excel workbooks, read row by row: values only, no formula is computed and no macro run."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from testgen_runtime.cases.exports.xlsx import KEYS_SHEET
from testgen_runtime.cases.imports import archives, tables
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.errors import InvalidInput, UnreadableDocument

_COLUMNS_MOST: Final = 100
_BLANK_MOST: Final = 1_000
"""After as many empty rows a sheet is at its end: a file may claim a million of them."""


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of every sheet with headings that we know.

    Raises: UnreadableDocument, DocumentTooLarge; InvalidInput where no sheet has such headings.
    """
    from openpyxl import load_workbook

    with archives.opened(data, filename):
        pass
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise UnreadableDocument(f"{filename} is no workbook that can be read", mend="save it as .xlsx and send that") from error
    try:
        yield from _cases(book, filename)
    except (InvalidInput, UnreadableDocument):
        raise
    except Exception as error:
        raise UnreadableDocument(f"{filename} has a sheet that can't be read", mend="save it as .xlsx again") from error
    finally:
        book.close()


def _cases(book: Any, filename: str) -> Iterator[ImportedCase]:
    named: dict[str, str] = {}
    if KEYS_SHEET in book.sheetnames:
        for _, row in _rows(book[KEYS_SHEET]):
            if len(row) >= 2:
                named[row[1].strip()] = row[0].strip()
    refused: InvalidInput | None = None
    known = False
    for sheet in book.worksheets:
        if sheet.title == KEYS_SHEET:
            continue
        rows = _rows(sheet)
        head = next(rows, None)
        if head is None:
            continue
        try:
            keys = tables.column_keys(head[1], named)
        except InvalidInput as error:
            refused = error
            continue
        known = True
        yield from tables.cases(keys, rows, cells=False)
    if not known:
        raise refused or InvalidInput(f"{filename} has no row", mend="keep the first row as it was exported")


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # a file may claim any size
    blank = 0
    for number, row in enumerate(sheet.iter_rows(max_col=_COLUMNS_MOST, values_only=True), start=1):
        texts = [_text(value) for value in row]
        if any(texts):
            blank = 0
            yield number, texts
        else:
            blank += 1
            if blank > _BLANK_MOST:
                return


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        from openpyxl.utils.escape import unescape

        return str(unescape(value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return str(value)
