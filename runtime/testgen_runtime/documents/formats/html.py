"""HTML pages: headings, paragraphs, lists and tables. Scripts, styles, forms' code and what a browser hides are left out.

The parser tells elements one by one and builds no tree: a million nested lists cost no more than a million lists in a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import tables
from testgen_runtime.documents.formats.characters import raised
from testgen_runtime.documents.formats.writing import Writer, struck_note
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.errors import UnreadableDocument

MEDIA_TYPE = "text/html"
_PIECE: Final = 1 << 16
_DROPPED = words(
    "script style template noscript head svg math iframe object embed applet audio video canvas map nav "
    "select datalist textarea button"
)
_STRUCK = words("del s strike")
_BLOCKS = words(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form header "
    "hgroup hr html legend li main menu ol p section summary ul h1 h2 h3 h4 h5 h6 pre table caption thead tbody tfoot tr td th"
)
_VOID = words("area base br col hr img input link meta source track wbr param")
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
_META = re.compile(rb"<meta\s[^>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?\s{0,4}([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_START = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ANY_TAG = re.compile(r"<(?:p|div|table|ul|ol|h[1-6]|span|br)\b[^<>]{0,500}>", re.IGNORECASE)


def is_html(text: str, suffix: str) -> bool:
    """Whether the text is a page: it starts as one, or it is named as one and holds elements."""
    return _START.match(text[:8192]) is not None or (
        suffix in (".html", ".htm", ".xhtml") and _ANY_TAG.search(text[: 1 << 20]) is not None
    )


def declared_encoding(data: bytes) -> str | None:
    """What the page's own `<meta charset>` says."""
    found = _META.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else None


def outline(text: str, name: str, most: int) -> Outline:
    """The blocks of a page. Raises DocumentTooLarge; UnreadableDocument where there is nothing to read."""
    page = _Page(Writer(name, most))
    parser = etree.HTMLParser(target=page, recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE])
        parser.close()
    except etree.LxmlError as error:
        raise UnreadableDocument(f"{name} can't be read as HTML", mend="Save it again from the program that made it.") from error
    page.end_of_block()
    if page.hidden:
        page.writer.note(
            "hidden_text",
            f"{page.hidden} parts that a browser does not show were left out, text that hides from readers among them.",
        )
    if struck := [page.writer.clean(text) for text in page.struck if text.strip()]:
        page.writer.notes.append(struck_note(struck))
    if page.equations:
        page.writer.note("equations_not_read", f"{page.equations:,} equations (MathML) are not read: write them out in words.")
    if page.images:
        shown = ", ".join(page.images[:10]) + (f" and {len(page.images) - 10} more" if len(page.images) > 10 else "")
        page.writer.note("images_not_read", f"{len(page.images)} images are not read: {shown}.")
    return page.writer.outline(page.title)


class _Table:
    """The table that is open. A table inside of it is text of the cell that holds it."""

    def __init__(self) -> None:
        self.rows: list[tables.Row] = []
        self.cells: list[str] = []
        self.heads = 0
        self.spans: dict[int, tuple[int, str]] = {}
        self.cell: tuple[int, int] | None = None
        self.continued: set[int] = set()

    def fill(self) -> None:
        """Cells that reach down from rows above."""
        while (above := self.spans.get(len(self.cells))) is not None:
            index = len(self.cells)
            self.cells.append(above[1])
            self.continued.add(index)
            if above[0] > 1:
                self.spans[index] = (above[0] - 1, above[1])
            else:
                del self.spans[index]


class _Page:
    """A parser target: takes elements as they come."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.title = ""
        self.hidden = 0
        self.images: list[str] = []
        self.struck: list[str] = []
        self.equations = 0
        self._raised = -1
        self._text: list[str] = []
        self._dropped: list[str] = []
        self._lists: list[list[Any]] = []
        self._block = ""
        self._pre = 0
        self._in_title = False
        self._table: _Table | None = None
        self._inner = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._dropped:
            if tag not in _VOID:
                self._dropped.append(tag) if tag == self._dropped[0] else None
            self._in_title = tag == "title" and self._dropped[0] == "head" and not self.title
            return
        hides = "hidden" in attributes or _HIDING.search(attributes.get("style", "")[:1000]) is not None
        if tag == "img":
            self._image(attributes)
        if tag in _VOID:
            if tag == "br":
                self._text.append("\n")
            elif tag == "hr":
                self.end_of_block()
            return
        self.equations += tag == "math"
        if tag in _STRUCK:
            self.struck.append("")
        if tag in _DROPPED or tag in _STRUCK or (hides and tag not in ("html", "body")):
            self.hidden += hides
            self._dropped.append(tag)
            return
        if tag == "sup":
            self._rise()
            self._raised = len(self._text)
        if tag in _BLOCKS:
            self._rise()
            self._open(tag, attributes)

    def end(self, tag: str) -> None:
        if self._dropped:
            self._in_title = False
            if tag == self._dropped[0]:
                self._dropped.pop()
            return
        if tag == "sup":
            self._rise()
        if tag in _BLOCKS:
            self._rise()
            self._close(tag)

    def data(self, data: str) -> None:
        if self._in_title:
            self.title = (self.title + data)[:300]
        if self._dropped and self._dropped[0] in _STRUCK and len(self.struck[-1]) < 60:
            self.struck[-1] += data
        if not self._dropped:
            self._text.append(data if self._pre else data.replace("\n", " "))

    def _rise(self) -> None:
        """Raise what was gathered since `<sup>`: 10⁶ is not 106."""
        if self._raised >= 0:
            self._text[self._raised :] = [raised("".join(self._text[self._raised :]))]
        self._raised = -1

    def comment(self, text: str) -> None:
        """Comments say nothing."""

    def close(self) -> None:
        """The parser asks for a result; the writer has it."""

    def end_of_block(self) -> None:
        """Write what was gathered since the last block began."""
        if self._table is not None:
            return
        raw, self._text = "".join(self._text), []
        text = self.writer.clean(raw)
        text = text.strip("\n") if self._pre else "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()
        if not self._pre:
            text = re.sub(r"\n{2,}", "\n", text)
        if not text.strip():
            return
        if self._block in _HEADINGS:
            self.writer.heading(text, _HEADINGS[self._block])
        elif self._pre and not re.search(r"^\s*(?:Scenario|Feature|Given|场景|功能)\b", text, re.MULTILINE):
            self.writer.code(text)
        elif self._lists:
            owner = self._lists[-1]
            if owner[2]:
                owner[2] = False
                self.writer.item(text, min(len(self._lists), 10) - 1, f"{owner[1]}." if owner[0] == "ol" else "-")
            else:
                self.writer.paragraph(text, level=min(len(self._lists), 10))
        else:
            self.writer.statements(text)

    def _open(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._table is not None:
            self._open_in_table(tag, attributes)
            return
        self.end_of_block()
        if tag in ("ul", "ol", "menu"):
            start = attributes.get("start", "1")
            self._lists.append(
                ["ol" if tag == "ol" else "ul", (int(start) if start.isdigit() and len(start) < 7 else 1) - 1, False]
            )
        elif tag == "li":
            if not self._lists:
                self._lists.append(["ul", 0, False])
            owner = self._lists[-1]
            value = attributes.get("value", "")
            owner[1] = int(value) if value.isdigit() and len(value) < 7 else owner[1] + 1
            owner[2] = True
        elif tag == "pre":
            self._pre += 1
        elif tag == "table":
            self._table, self._inner = _Table(), 0
        self._block = tag

    def _close(self, tag: str) -> None:
        if self._table is not None:
            self._close_in_table(tag)
            return
        self.end_of_block()
        if tag in ("ul", "ol", "menu") and self._lists:
            self._lists.pop()
        elif tag == "li" and self._lists:
            self._lists[-1][2] = False
        elif tag == "pre" and self._pre:
            self._pre -= 1
        self._block = ""

    def _open_in_table(self, tag: str, attributes: Mapping[str, str]) -> None:
        table = self._table
        assert table is not None
        if tag == "table":
            self._inner += 1
        if self._inner:
            self._text.append(" ")
        elif tag == "tr":
            table.cells, table.heads, table.continued = [], 0, set()
        elif tag in ("td", "th"):
            table.fill()
            table.heads += tag == "th"
            table.cell = (_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
            self._text = []
        elif tag == "caption":
            self._text = []
        else:
            self._text.append("; " if tag == "li" and "".join(self._text[-3:]).strip() else " ")

    def _close_in_table(self, tag: str) -> None:
        table = self._table
        assert table is not None
        if tag == "table":
            if self._inner:
                self._inner -= 1
                return
            self._table, self._text = None, []
            tables.write(self.writer, table.rows)
            self._block = ""
        elif self._inner:
            self._text.append(" ")
        elif tag in ("td", "th") and table.cell is not None:
            down, across = table.cell
            text = " ".join(self.writer.clean("".join(self._text)).split())
            for part in range(across):
                index = len(table.cells)
                table.cells.append(text if part == 0 else "")
                if down > 1:
                    table.spans[index] = (down - 1, text if part == 0 else "")
            table.cell, self._text = None, []
        elif tag == "tr":
            table.fill()
            if table.cells:
                all_heads = table.heads == len(table.cells) and len(table.cells) > 1
                table.rows.append(tables.Row(table.cells, frozenset(table.continued), head=all_heads))
                table.cells = []
        elif tag == "caption":
            caption, self._text = "".join(self._text), []
            if text := " ".join(self.writer.clean(caption).split()):
                self.writer.paragraph(text)

    def _image(self, attributes: Mapping[str, str]) -> None:
        name = attributes.get("alt") or attributes.get("src", "").rpartition("/")[2]
        if len(self.images) < 10_000:
            self.images.append(" ".join(self.writer.clean(name[:80]).split()) or "an image without a name")


def _span(text: str | None) -> int:
    """`rowspan` and `colspan`: a number that a table can have."""
    return max(1, min(int(text), 100)) if text and text.isdigit() and len(text) < 6 else 1
