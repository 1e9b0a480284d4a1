"""XLSX: templates, columns in any order, headings of one's own, steps in a cell or in rows. Written as it comes (write-only)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Annotated, Any, Final

from pydantic import Field, model_validator

from testgen_runtime.cases.exports.columns import COLUMNS, TEMPLATES, Key, StepsIn, Template, heading, rows
from testgen_runtime.cases.exports.model import Item, Language, Options, Product
from testgen_runtime.cases.exports.text import CUT, clean

PRODUCT = Product("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
CELL_MOST: Final = 32_000
"""UTF-16 units; Excel's own limit is 32,767. A longer text goes on in the row below, whose id is empty."""

KEYS_SHEET: Final = "testgen"
"""A hidden sheet that says which heading is which column, so that headings of one's own can be read back."""

_ROWS_MOST: Final = 1_048_000
_ESCAPE: Final = re.compile("_x[0-9A-Fa-f]{4}_")
_Heading = Annotated[str, Field(min_length=1, max_length=100)]


class XlsxOptions(Options):
    """`columns` goes before `template`."""

    template: Annotated[Template, Field(description="A named set of columns")] = "full"
    columns: Annotated[
        tuple[Key, ...] | None,
        Field(min_length=1, max_length=40, description="Which columns, in this order, instead of a template"),
    ] = None
    headings: Annotated[dict[Key, _Heading], Field(description="Headings of your own, by column")] = Field(default_factory=dict)
    language: Annotated[Language, Field(description="The language of the other headings")] = "en"
    steps: Annotated[StepsIn, Field(description="All steps in one cell, or a row for each")] = "cell"

    @model_validator(mode="after")
    def _headings_differ(self) -> XlsxOptions:
        head = [name.casefold() for name in self.heads()]
        if len(set(head)) != len(head):
            raise ValueError("two columns have the same heading; name each column once and give each its own heading")
        return self

    def keys(self) -> tuple[Key, ...]:
        """The columns, in their order."""
        return self.columns or TEMPLATES[self.template]

    def heads(self) -> list[str]:
        """What stands above each column."""
        return [clean(self.headings.get(key, heading(key, self.language, self.steps))).strip() for key in self.keys()]


def write(items: Iterable[Item], options: XlsxOptions, out: IO[bytes]) -> Product:
    """One sheet of cases and the hidden one with the columns' names."""
    keys = options.keys()
    lines = (row for item in items for row in rows(item, keys, options.language, options.steps))
    stands_for = {"rows": {"steps": "step", "expected": "step_expected"}}.get(options.steps, {})
    return table(
        options.heads(),
        lines,
        out,
        title="测试用例" if options.language == "zh" else "Test cases",
        widths=[COLUMNS[key].width for key in keys],
        keys=[stands_for.get(key, key) for key in keys],
    )


def table(
    head: Sequence[str],
    lines: Iterable[Sequence[str]],
    out: IO[bytes],
    *,
    title: str,
    widths: Sequence[int] = (),
    keys: Sequence[str] = (),
) -> Product:
    """Any table as a workbook; past Excel's last row it goes on in another sheet."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, NamedStyle

    book = Workbook(write_only=True)
    text_style = NamedStyle("testgen text", alignment=Alignment(vertical="top", wrap_text=True), number_format="@")
    book.add_named_style(text_style)
    head_style = NamedStyle("testgen heading", font=Font(bold=True), alignment=Alignment(vertical="top", wrap_text=True))
    book.add_named_style(head_style)

    def cells(sheet: Any, texts: Sequence[str], style: str) -> list[Any]:
        made: list[Any] = []
        for text in texts:
            if not text:
                made.append(None)
                continue
            cell = WriteOnlyCell(sheet, _escaped(text))
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.style = style
            cell.quotePrefix = text[:1] in tuple("=+-@")  # nor once somebody edits it
            made.append(cell)
        return made

    sheet, used, number = None, _ROWS_MOST, 0
    for line in _parted(lines):
        if used >= _ROWS_MOST:
            number += 1
            sheet, used = _sheet(book, title if number == 1 else f"{title} {number}", head, widths), 1
            sheet.append(cells(sheet, head, "testgen heading"))
        assert sheet is not None
        sheet.append(cells(sheet, line, "testgen text"))
        used += 1
    if sheet is None:
        sheet = _sheet(book, title, head, widths)
        sheet.append(cells(sheet, head, "testgen heading"))
    if keys:
        hidden = book.create_sheet(KEYS_SHEET)
        hidden.sheet_state = "hidden"
        for key, name in zip(keys, head, strict=True):
            hidden.append(cells(hidden, [key, name], "testgen text"))
    book.save(out)
    return PRODUCT


def _sheet(book: Any, title: str, head: Sequence[str], widths: Sequence[int]) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for n, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
    return sheet


def _escaped(text: str) -> str:
    """Excel reads `_x0041_` as a character of that number: the first underscore is written as such an escape itself."""
    return _ESCAPE.sub(lambda found: "_x005F" + found[0], clean(text))


def _parted(lines: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Rows whose cells are not too long: what is too long goes on below, parted between lines."""
    for line in lines:
        if all(len(text) * 2 <= CELL_MOST for text in line):
            yield line
            continue
        columns = [list(_pieces(text)) for text in line]
        for n in range(max(len(pieces) for pieces in columns)):
            yield [pieces[n] if n < len(pieces) else "" for pieces in columns]


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for line in text.split("\n"):
        fits = line if _units(line) <= CELL_MOST else line[: CELL_MOST // 2 - 1] + CUT
        joined = f"{piece}\n{fits}" if piece else fits
        if _units(joined) > CELL_MOST:
            yield piece
            piece = fits
        else:
            piece = joined
    yield piece


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
