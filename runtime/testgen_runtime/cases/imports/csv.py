"""CSV files: any usual delimiter and encoding, with the headings of our exports, of TestRail, of Zephyr Scale, or a tester's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from testgen_runtime.cases.imports import tables
from testgen_runtime.cases.imports.model import ImportedCase
from testgen_runtime.documents.decoding import decode
from testgen_runtime.errors import InvalidInput, UnreadableDocument

_FIELD_MOST = 1_000_000


def parse(data: bytes, filename: str) -> Iterator[ImportedCase]:
    """The cases of a CSV file.

    Raises: UnreadableDocument for an encoding or a table that can't be read; InvalidInput for headings that say nothing.
    """
    text = decode(data, filename).removeprefix("\ufeff")
    first = text[:20_000].split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(_FIELD_MOST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = next(reader, None)
        if head is None:
            raise InvalidInput(f"{filename} has no row", mend="keep the first row as it was exported")
        yield from tables.cases(tables.column_keys(head), enumerate(reader, start=2))
    except csv.Error as error:
        raise UnreadableDocument(
            f"{filename}, line {reader.line_num}: {error}", mend="save it as CSV again, with texts in quotes"
        ) from error
