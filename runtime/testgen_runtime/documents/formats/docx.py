"""Word documents: headings, paragraphs, numbered and bulleted lists, tables; of tracked changes what stands after accepting them.

The text is written as Markdown would be, so that a quote reads the same whichever of the two the author sent.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx as python_docx
from docx.oxml.ns import qn

from testgen_runtime.documents.blocks import Block, Cell, Outline
from testgen_runtime.documents.decoding import normalise
from testgen_runtime.documents.formats.word_styles import Level, Styles, numeral, value, whole
from testgen_runtime.documents.model import Span
from testgen_runtime.errors import DocumentTooLarge, UnreadableDocument
from testgen_runtime.settings import Limits

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PARTS = 2_000  # a book with a thousand images stays below
MOST_RATIO = 200  # of one part; text compresses about 10, XML of Word up to 60
MOST_UNPACKED = 12  # times `document_bytes`
MOST_DEPTH = 9  # levels of a list, as in Word

_P, _TBL, _TR, _TC, _SDT, _R, _T = (qn(f"w:{n}") for n in ("p", "tbl", "tr", "tc", "sdt", "r", "t"))
_SKIPPED = frozenset(
    {
        qn(f"w:{n}")
        for n in (
            "del",
            "moveFrom",
            "delText",
            "delInstrText",
            "instrText",
            "pPr",
            "rPr",
            "footnoteReference",
            "commentReference",
        )
    }
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-", qn("w:softHyphen"): ""}
_BULLETS = frozenset({"bullet", "none", "picture"})
_BROKEN = "Open it in Word, save it again as .docx and send that."


def outline(data: bytes, name: str, limits: Limits) -> Outline:
    """The blocks of a .docx file.

    Raises UnreadableDocument for a broken file, DocumentTooLarge for one that unpacks to too much.
    """
    _check(data, name, limits)
    try:
        document = python_docx.Document(BytesIO(data))
        return _Writer(Styles.of(document), limits.document_characters, name).write(
            document.element.body, document.core_properties.title or ""
        )
    except (DocumentTooLarge, UnreadableDocument):
        raise
    except Exception as error:  # a broken package fails in many ways, all of them meaning the same to the sender
        raise UnreadableDocument(f"{name} is no whole Word document ({type(error).__name__})", mend=_BROKEN) from error


def _check(data: bytes, name: str, limits: Limits) -> None:
    """Sizes before anything is unpacked, and no document type declarations: OOXML has none, entity bombs need one."""
    most = limits.document_bytes * MOST_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise DocumentTooLarge(
                    f"{name} holds {len(parts):,} parts; at most {MOST_PARTS:,} are read",
                    mend="Save it again without embedded files.",
                )
            total = sum(p.file_size for p in parts)
            bomb = any(p.file_size > 1 << 20 and p.file_size > MOST_RATIO * max(1, p.compress_size) for p in parts)
            if total > most or bomb:
                raise DocumentTooLarge(
                    f"{name} unpacks to {total:,} bytes; at most {most:,} are read",
                    mend="Take out images and embedded files, or split it.",
                )
            if any(p.flag_bits & 0x1 for p in parts):
                raise UnreadableDocument(f"{name} is encrypted", mend="Open it in Word, remove the password and save it again.")
            names = {p.filename for p in parts}
            if "[Content_Types].xml" not in names:
                raise UnreadableDocument(f"{name} is an archive, but no whole Word document", mend=_BROKEN)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_declarations(archive, part, name)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise UnreadableDocument(f"{name} is damaged: it can't be unpacked", mend=_BROKEN) from error


def _check_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    with archive.open(part) as stream:
        head = stream.read(64 * 1024).replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableDocument(f"{name} declares XML entities, which no Word document does", mend=_BROKEN)


class _Writer:
    """Writes the text line by line and notes where each block stands."""

    def __init__(self, styles: Styles, most: int, name: str) -> None:
        self.styles, self.most, self.name = styles, most, name
        self.parts: list[str] = []
        self.size = 0
        self.blocks: list[Block] = []
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.before = ""

    def write(self, body: Any, title: str) -> Outline:
        for element in _children(body):
            if element.tag == _P:
                self._paragraph(element)
            elif element.tag == _TBL:
                self._table(element)
        return Outline("".join(self.parts), tuple(self.blocks), normalise(title).strip()[:200])

    def _put(self, text: str) -> Span:
        start = self.size
        self.parts.append(text)
        self.size += len(text)
        if self.size > self.most:
            raise DocumentTooLarge(
                f"{self.name} holds more than {self.most:,} characters", mend="Split the document and send the parts."
            )
        return Span(start, self.size)

    def _paragraph(self, element: Any) -> None:
        text = normalise(_text(element)).strip()
        if not text:
            return
        properties = element.find(qn("w:pPr"))
        style = value(properties.find(qn("w:pStyle"))) if properties is not None else None
        style = style or ""
        level = self.styles.headings.get(style)
        outline_level = value(properties.find(qn("w:outlineLvl"))) if properties is not None else None
        if outline_level and outline_level.isdigit() and int(outline_level) < 9:
            level = min(6, int(outline_level) + 1)
        if style in self.styles.contents:
            self._separate("paragraph")
            self.blocks.append(Block("contents", self._put(text)))
            self._put("\n")
            return
        listed = self._list(properties, style)
        if level is not None:
            self._separate("heading")
            marker = f"{listed[1]} " if listed and listed[1] != "-" else ""
            self._put("#" * level + " ")
            span = self._put(marker + " ".join(text.split()))
            self.blocks.append(Block("heading", span, level=level))
        elif listed is not None:
            self._separate("item")
            depth, marker = listed
            self._put("  " * depth)
            # A marker such as "REQ-12" is the requirement's id and belongs to its text.
            named = re.search(r"[A-Za-z]{2,}.*\d", marker) is not None
            if not named:
                self._put(marker + " ")
            span = self._put(f"{marker} {text}" if named else text)
            self.blocks.append(Block("item", span, level=depth + 1, marker=marker))
        else:
            self._separate("paragraph")
            for line in _statements(text):
                self.blocks.append(Block("paragraph", self._put(line)))
                self._put("\n")
            return
        self._put("\n")

    def _separate(self, kind: str) -> None:
        if self.before and not (kind == self.before == "item") and not (kind == self.before == "row"):
            self._put("\n")
        self.before = kind

    def _list(self, properties: Any, style: str) -> tuple[int, str] | None:
        """Depth and marker of a list item, or None. Counts as Word does: a level starts again under a new parent."""
        number, depth = self.styles.lists.get(style, ("", 0))
        numbers = properties.find(qn("w:numPr")) if properties is not None else None
        if numbers is not None:
            number = value(numbers.find(qn("w:numId"))) or number
            depth = whole(value(numbers.find(qn("w:ilvl"))), depth)
        if not number or number == "0":
            return None
        depth = max(0, min(depth, MOST_DEPTH - 1))
        levels = self.styles.levels.get(number, {})
        level = levels.get(depth, Level())
        counts = self.counts[number]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        if level.format in _BULLETS:
            return depth, "-"
        shown = {d: numeral(counts.get(d, levels.get(d, Level()).start), levels.get(d, Level()).format) for d in range(depth + 1)}
        marker = re.sub(r"%([1-9])", lambda m: shown.get(int(m[1]) - 1, ""), level.text).strip()
        return depth, marker or "-"

    def _table(self, table: Any) -> None:
        rows = [r for r in table.iter(_TR) if _nearest_table(r) is table and not _is_deleted(r)]
        header: list[str] = []
        self._separate("table")
        for index, row in enumerate(rows):
            cells = [" ".join(normalise(_cell_text(c)).replace("|", "/").split()) for c in row.findall(_TC)]
            if not any(cells):
                continue
            spans: list[Span] = []
            self._put("| ")
            for i, cell in enumerate(cells):
                if i:
                    self._put(" | ")
                spans.append(self._put(cell))
            self._put(" |\n")
            if index == 0 and len(rows) > 1 and len(cells) > 1:
                header = cells
                self._put("|" + " --- |" * len(cells) + "\n")
                continue
            made = tuple(Cell(header[i] if i < len(header) else "", s) for i, s in enumerate(spans))
            if len(made) == 1:
                self.blocks.append(Block("paragraph", made[0].span))
            else:
                self.blocks.append(Block("row", Span(spans[0].start, spans[-1].end), cells=made))


def _children(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in reading order; content controls and inserted blocks are opened, deleted ones left out."""
    stack = [iter(body)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag in (_P, _TBL):
            yield element
        elif element.tag not in _SKIPPED and isinstance(element.tag, str) and len(stack) < 50:
            stack.append(iter(element))


def _text(paragraph: Any) -> str:
    """The characters of a paragraph as they stand after accepting all changes."""
    out: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == _T:
            out.append(element.text or "")
        elif element.tag in _CHARACTERS:
            out.append(_CHARACTERS[element.tag])
        elif element.tag not in _SKIPPED and isinstance(element.tag, str) and len(stack) < 100:
            stack.append(iter(element))
    return "".join(out)


def _cell_text(cell: Any) -> str:
    return " ".join(_text(p) for p in cell.iter(_P))


def _statements(text: str) -> Iterator[str]:
    """Lines that a soft break parts, each its own paragraph where the line before ends a sentence."""
    begin = 0
    for match in re.finditer(r"(?<=[.。;；])[ \t]*\n", text):
        yield text[begin : match.start()].strip()
        begin = match.end()
    if text[begin:].strip():
        yield text[begin:].strip()


def _nearest_table(row: Any) -> Any:
    parent = row.getparent()
    while parent is not None and parent.tag != _TBL:
        parent = parent.getparent()
    return parent


def _is_deleted(row: Any) -> bool:
    properties = row.find(qn("w:trPr"))
    return properties is not None and properties.find(qn("w:del")) is not None
