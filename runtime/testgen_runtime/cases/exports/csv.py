"""CSV (RFC 4180), with columns, their order, the delimiter and a byte order mark to choose; formulas are defused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Annotated, Literal

from pydantic import Field, field_validator

from testgen_runtime.cases.exports.columns import TEMPLATES, Key, StepsIn, heading, rows
from testgen_runtime.cases.exports.model import Item, Language, Options, Product
from testgen_runtime.cases.exports.text import cell

PRODUCT = Product("text/csv; charset=utf-8", ".csv")
BOM = b"\xef\xbb\xbf"


class CsvOptions(Options):
    """`bom`: Excel takes a file without one for the system's old encoding."""

    columns: Annotated[tuple[Key, ...], Field(min_length=1, max_length=40, description="Which columns, in this order")] = (
        TEMPLATES["full"]
    )
    delimiter: Literal[",", ";", "\t", "|"] = ","
    bom: Annotated[bool, Field(description="Begin with a byte order mark, which Excel needs to read UTF-8")] = True
    language: Annotated[Language, Field(description="The headings' language")] = "en"
    steps: Annotated[StepsIn, Field(description="All steps in one cell, or a row for each")] = "cell"

    @field_validator("columns")
    @classmethod
    def _once(cls, columns: tuple[Key, ...]) -> tuple[Key, ...]:
        if len(set(columns)) != len(columns):
            raise ValueError("a column stands there twice; name each once")
        return columns


def write(items: Iterable[Item], options: CsvOptions, out: IO[bytes]) -> Product:
    """A heading and a row a case (or a step)."""
    keys = options.columns
    lines = (row for item in items for row in rows(item, keys, options.language, options.steps))
    table([heading(key, options.language, options.steps) for key in keys], lines, out, options.delimiter, bom=options.bom)
    return PRODUCT


def table(head: Sequence[str], lines: Iterable[Sequence[str]], out: IO[bytes], delimiter: str = ",", *, bom: bool) -> None:
    """Any table as CSV."""
    if bom:
        out.write(BOM)
    for line in _encoded([head], delimiter):
        out.write(line)
    for line in _encoded(lines, delimiter):
        out.write(line)


def _encoded(lines: Iterable[Sequence[str]], delimiter: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    for line in lines:
        writer.writerow([cell(text) for text in line])
        yield buffer.getvalue().encode("utf-8")
        buffer.seek(0)
        buffer.truncate()
