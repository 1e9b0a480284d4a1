"""Word documents: headings, paragraphs, numbered and bulleted lists, tables; of tracked changes what stands after accepting them.

The document is read as a stream, one paragraph or table row at a time: its length costs no memory.
"""

from __future__ import annotations

from typing import IO, Any, Final

from lxml import etree

from testgen_runtime.documents import columns
from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import package
from testgen_runtime.documents.formats.word_numbers import Numbers
from testgen_runtime.documents.formats.word_parts import tell_parts
from testgen_runtime.documents.formats.word_styles import Styles, is_on, qn, value, whole
from testgen_runtime.documents.formats.word_text import FALLBACK, P, Texts, cells_of
from testgen_runtime.documents.formats.writing import Writer
from testgen_runtime.errors import DocumentTooLarge, UnreadableDocument
from testgen_runtime.settings import Limits

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STRICT = "http://purl.oclc.org/ooxml/"
_MOST_ELEMENTS: Final = 200_000
"""XML elements of one paragraph or table row; those of honest documents have some thousands."""

_TBL, _TR = qn("tbl"), qn("tr")
_GONE = frozenset({qn("del"), qn("moveFrom"), FALLBACK})
_DRAWN = ("}docPr", "}imagedata")


def outline(data: bytes, name: str, limits: Limits) -> Outline:
    """The blocks of a .docx file.

    Raises UnreadableDocument for a broken file, DocumentTooLarge for one that unpacks to too much.
    """
    writer = Writer(name, limits.document_characters)
    with package.opened(data, name, limits, "Word") as found:
        main = next((t for kind, t in found.relations("").values() if kind == "officeDocument"), "word/document.xml")
        if main not in found.names:
            raise UnreadableDocument(f"{name} is an archive, but no whole Word document", mend=found.broken)
        related = dict(found.relations(main).values())
        styles = Styles.of(found.xml(related.get("styles", "")), found.xml(related.get("numbering", "")))
        reader = _Reader(writer, styles)
        with found.archive.open(main) as stream:
            reader.read(stream, found)
        reader.tell_images()
        reader.texts.tell(writer)
        tell_parts(writer, found, main)
        if any(part.lower().endswith("vbaproject.bin") for part in found.names):
            writer.note("macros_ignored", "The document holds macros. They are neither run nor read.")
        core = found.xml("docProps/core.xml")
        title = core.findtext("{http://purl.org/dc/elements/1.1/}title") if core is not None else ""
    return writer.outline(title or "")


class _Reader:
    """Writes paragraphs and table rows as the stream shows them."""

    def __init__(self, writer: Writer, styles: Styles) -> None:
        self.writer, self.styles = writer, styles
        self.numbers = Numbers(styles)
        self.texts = Texts(styles)
        self.images: list[str] = []
        self.header: list[str] = []
        self.above: list[str] = []
        self.held = ""
        self.rows = 0

    def read(self, stream: IO[bytes], found: package.Package) -> None:
        """Take paragraphs and rows that stand in the body, free each once it is written."""
        tables = paragraphs = elements = gone = 0
        events = etree.iterparse(
            stream, events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False,
            remove_comments=True, remove_pis=True,
        )  # fmt: skip
        first = True
        for event, element in events:
            tag = element.tag
            if event == "start":
                if first:
                    first = False
                    _check_root(str(tag), self.writer.name, found)
                elements += 1
                if elements > _MOST_ELEMENTS:
                    raise DocumentTooLarge(
                        f"{self.writer.name}: one of its paragraphs or table rows has more than {_MOST_ELEMENTS:,} parts",
                        mend="Part it into several.",
                    )
                gone += tag in _GONE
                if tag == _TBL and not paragraphs:
                    tables += 1
                    if tables == 1:
                        self.header, self.above, self.rows = [], [], 0
                elif tag == P:
                    paragraphs += 1
                continue
            gone -= tag in _GONE
            if tag == P:
                paragraphs -= 1
                if not paragraphs and not tables:
                    if not gone:
                        self._paragraph(element)
                    _free(element)
                    elements = 0
            elif tag == _TBL and not paragraphs:
                tables -= 1
                if not tables:
                    _free(element)
                    elements = 0
            elif tag == _TR and tables == 1 and not paragraphs:
                if not gone and not _is(element, "del"):
                    self._row(element)
                _free(element)
                elements = 0

    def tell_images(self) -> None:
        """Name the pictures: what they show is not read."""
        if self.images:
            shown = ", ".join(self.images[:10]) + (f" and {len(self.images) - 10} more" if len(self.images) > 10 else "")
            self.writer.note("images_not_read", f"{len(self.images)} images are not read: {shown}.")

    def _paragraph(self, element: Any) -> None:
        properties = element.find(qn("pPr"))
        self._note_images(element)
        text = self.writer.clean(self.texts.of(element)).strip()
        text = f"{self.held} {text}".strip() if self.held else text
        if properties is not None and properties.find(f"{qn('rPr')}/{qn('del')}") is not None:
            self.held = text  # its end was deleted: it goes on in the next paragraph
            return
        self.held = ""
        style = (value(properties.find(qn("pStyle"))) if properties is not None else None) or ""
        if style in self.styles.contents:
            return
        level = self.styles.headings.get(style)
        outline_level = value(properties.find(qn("outlineLvl"))) if properties is not None else None
        if outline_level and outline_level.isdigit() and int(outline_level) < 9:
            level = min(6, int(outline_level) + 1)
        if not text and any(e.tag in _GONE for e in element.iter()):
            return
        listed = self.numbers.next(properties, style)
        if not text:
            return
        if level is not None:
            marker = f"{listed[1]} " if listed and listed[1] != "-" else ""
            self.writer.heading(marker + text, level)
        elif listed is not None:
            self.writer.item(text, *listed)
        else:
            self.writer.statements(text)

    def _row(self, row: Any) -> None:
        self._note_images(row)
        if _is(row, "hidden"):
            self.texts.hidden.extend(self.texts.of_cell(cell) for cell in cells_of(row))
            return
        cells: list[str] = []
        continued: set[int] = set()
        for cell in cells_of(row):
            properties = cell.find(qn("tcPr"))
            merge = properties.find(qn("vMerge")) if properties is not None else None
            text = " ".join(self.writer.clean(self.texts.of_cell(cell)).split())
            index = len(cells)
            if merge is not None and (merge.get(qn("val")) or "continue") == "continue" and index < len(self.above):
                text = text or self.above[index]
                continued.add(index)
            cells.append(text)
            across = whole(value(properties.find(qn("gridSpan"))), 1) if properties is not None else 1
            cells += [""] * (min(across, 60) - 1)
        if not any(cells):
            return
        self.above = cells
        self.rows += 1
        if self.rows == 1 and len(cells) > 1 and _names_columns(row, cells):
            self.header = cells
            self.writer.header(cells)
        elif cells != self.header:
            self.writer.row(cells, self.header, frozenset(continued))

    def _note_images(self, element: Any) -> None:
        for drawn in element.iter():
            if isinstance(drawn.tag, str) and drawn.tag.endswith(_DRAWN) and len(self.images) < 10_000:
                title = drawn.get("descr") or drawn.get("title") or drawn.get("name") or "an image"
                self.images.append(" ".join(self.writer.clean(title[:80]).split()))


def _check_root(tag: str, name: str, found: package.Package) -> None:
    if tag.startswith("{" + _STRICT):
        raise UnreadableDocument(f"{name} is saved as Strict Open XML", mend="Save it as an ordinary Word document (.docx).")
    if tag != qn("document"):
        raise UnreadableDocument(f"{name} is no whole Word document", mend=found.broken)


def _names_columns(row: Any, cells: list[str]) -> bool:
    """Whether the first row is the head: marked as one, of known headings, or at least of no long text."""
    properties = row.find(qn("trPr"))
    marked = properties is not None and properties.find(qn("tblHeader")) is not None
    return marked or columns.looks_like_header(cells) or all(len(c) <= 60 for c in cells)


def _free(element: Any) -> None:
    """Forget an element that was read, and what stood before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _is(row: Any, name: str) -> bool:
    """Whether a row's properties say that it is deleted or hidden."""
    properties = row.find(qn("trPr"))
    return properties is not None and is_on(properties.find(qn(name)), False)
