"""CSV and its kin: the delimiter and the quotes are found from the text, the head says which column is the requirement."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO

from testgen_runtime.documents import columns
from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import tables
from testgen_runtime.documents.formats.writing import Writer
from testgen_runtime.errors import UnreadableDocument

MEDIA_TYPE = "text/csv"
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES, _SAMPLE = 60, 64 * 1024
_SEPARATOR_LINE = re.compile(r"\Asep=(.)\n")
_MARKDOWN_RULE = re.compile(r"^\|?\s*:?-{3,}", re.MULTILINE)


def outline(text: str, name: str, most: int) -> Outline:
    """The table in `text` (LF line ends). Raises DocumentTooLarge; UnreadableDocument for quotes that never close."""
    writer = Writer(name, most)
    told = _SEPARATOR_LINE.match(text)
    body = text[told.end() :] if told else text
    delimiter = told[1] if told else (delimiter_of(body) or ",")
    tables.write(writer, _rows(writer, body, delimiter, name))
    return writer.outline()


def delimiter_of(text: str) -> str | None:
    """The delimiter that parts most lines of the start of `text` into the same number of cells, at least two; or None."""
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    best: tuple[float, int, str] | None = None
    for delimiter in _DELIMITERS:
        widths: list[int] = []
        try:
            for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter):
                if any(row):
                    widths.append(len(row))
                if len(widths) >= _SAMPLE_LINES:
                    break
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width > 1:
            found = (count / len(widths), width, delimiter)
            best = max(best, found, key=lambda f: f[:2]) if best else found
    return best[2] if best else None


def is_table(text: str) -> bool:
    """Whether text that nobody calls CSV is CSV all the same: every line has as many cells, and the first line names columns."""
    sample = text[:_SAMPLE]
    first = sample.partition("\n")[0]
    if sample.count("\n") < 1 or _MARKDOWN_RULE.search(sample) or first.startswith("#"):
        return False
    delimiter = delimiter_of(sample)
    if delimiter is None:
        return False
    try:
        rows = [
            r
            for _, r in zip(range(_SAMPLE_LINES), csv.reader(StringIO(sample, newline=""), delimiter=delimiter), strict=False)
            if r
        ]
    except csv.Error:
        return False
    if len(text) > _SAMPLE:
        rows = rows[:-1] or rows
    known = sum(columns.role_of(cell) is not None for cell in rows[0])
    return len(rows) > 1 and len(rows[0]) > 1 and known >= 2 and all(len(r) == len(rows[0]) for r in rows)


def _rows(writer: Writer, text: str, delimiter: str, name: str) -> Iterator[tables.Row]:
    csv.field_size_limit(max(writer.most, 1024))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield tables.Row(["\n".join(" ".join(line.split()) for line in cell.split("\n") if line.strip()) for cell in row])
    except csv.Error as error:
        raise UnreadableDocument(
            f"{name} can't be read as a table: {error} near line {reader.line_num}", mend="Save it again as CSV, or as .xlsx."
        ) from error
