"""PDF files: the text of their pages, without the lines that stand on top and at the foot of every page.

Bookmarks and numbered titles are headings; in a file with neither, every page is a section. Pictures are not read.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from testgen_runtime.documents import normative
from testgen_runtime.documents.blocks import Outline
from testgen_runtime.documents.formats import lines
from testgen_runtime.documents.formats.writing import SPLIT, Writer
from testgen_runtime.errors import DocumentTooLarge, TestGenError, UnreadableDocument
from testgen_runtime.settings import Limits

MEDIA_TYPE = "application/pdf"
_AGAIN = "Print it to a new PDF, or save it as .docx, and send that."
_EDGE: Final = 3
"""Lines at the top and at the foot of a page among which repeated ones are looked for."""
_REPEATED: Final = 0.4
"""Share of the pages on which a line stands at an edge to be a running head: odd and even pages may have their own."""
_SCANNED: Final = 16
"""Characters of text a page below which a file of pictures is a scan."""
_MOST_BOOKMARKS: Final = 5_000
_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:page|p\.|seite|第)?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:页)?(?:\s*(?:of|/|共)\s*\d{1,4}\s*页?)?[-–—\s]*",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"\.{4,}\s*\d{1,4}\s*$|(?:\. ){4,}\s*\d{1,4}\s*$|…{2,}\s*\d{1,4}\s*$")
_DIGITS = re.compile(r"\d+")


def outline(data: bytes, name: str, limits: Limits) -> Outline:
    """The text of a PDF. Raises UnreadableDocument (encrypted, scanned, broken), DocumentTooLarge."""
    writer = Writer(name, limits.document_characters)
    try:
        return _read(data, name, limits, writer)
    except (TestGenError, MemoryError):
        raise
    except Exception as error:  # a broken file fails in many ways, all of them meaning the same to the sender
        raise UnreadableDocument(f"{name} is no whole PDF ({type(error).__name__})", mend=_AGAIN) from error


def _read(data: bytes, name: str, limits: Limits, writer: Writer) -> Outline:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument(f"{name} is encrypted", mend="Save it without a password and send that.")
    count = len(reader.pages)
    if count > limits.document_pages:
        raise DocumentTooLarge(f"{name} has {count:,} pages; at most {limits.document_pages:,} are read", mend=SPLIT)
    pages: list[list[str]] = []
    pictures = 0
    size = 0
    without: list[int] = []
    for number in range(count):
        page = reader.pages[number]
        found = [" ".join(line.split()) for line in writer.clean(page.extract_text() or "").split("\n")]
        letters = sum(map(len, found))
        if letters < _SCANNED and _has_picture(page):
            pictures += 1
            without.append(number + 1)
        size += letters
        if size > limits.document_characters:
            raise DocumentTooLarge(f"{name} holds more than {limits.document_characters:,} characters", mend=SPLIT)
        pages.append(found)
        reader.resolved_objects.clear()  # else every page that was read stays in memory
    if pictures and size < _SCANNED * count:
        raise UnreadableDocument(
            f"{name} is a scan: its {count} pages are pictures without text",
            mend="Run text recognition (OCR) over it, or send the document that was printed.",
        )
    titles = _bookmarks(reader)
    _write(writer, _without_running_heads(pages), titles)
    if without:
        shown = ", ".join(map(str, without[:20])) + (" and more" if len(without) > 20 else "")
        writer.note(
            "pages_without_text", f"{len(without)} of {count} pages are pictures without text and were not read: {shown}."
        )
    return writer.outline(str((reader.metadata and reader.metadata.get("/Title")) or ""))


def _write(writer: Writer, pages: Sequence[Sequence[str]], titles: Mapping[str, int]) -> None:
    long = sorted(len(line) for page in pages for line in page if line)
    width = long[len(long) * 9 // 10] if long else 80
    headings = sum(1 for page in pages for line in page if line and lines.is_heading(line, titles))
    if headings or len(pages) == 1:
        lines.write(writer, _running(pages), titles=titles, width=width)
        return
    for number, page in enumerate(pages, start=1):
        if any(page):
            writer.heading(f"Page {number}", 1)
            lines.write(writer, page, titles=titles, width=width)


def _running(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of all pages; a sentence runs on over the end of a page."""
    for page in pages:
        yield from page


def _without_running_heads(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """Page numbers, lines of a table of contents, and lines that stand at the edge of many pages are dropped."""
    edges: Counter[str] = Counter()
    trimmed = [list(page) for page in pages]
    for page in trimmed:
        filled = [line for line in page if line]
        edges.update({_key(line) for line in (*filled[:_EDGE], *filled[-_EDGE:])})
    least = max(3, int(len(pages) * _REPEATED))
    repeated = {key for key, count in edges.items() if count >= least}
    return [_inner(page, repeated) for page in trimmed]


def _inner(page: list[str], repeated: set[str]) -> list[str]:
    filled = [index for index, line in enumerate(page) if line]
    dropped: set[int] = set()
    for edge in (filled[:_EDGE], filled[::-1][:_EDGE]):
        for index in edge:  # from the edge inwards, up to the first line of the page's own
            line = page[index]
            if not _PAGE_NUMBER.fullmatch(line) and (_key(line) not in repeated or normative.is_strong(line)):
                break
            dropped.add(index)
    return [line for index, line in enumerate(page) if index not in dropped and not _CONTENTS.search(line[-60:])]


def _key(line: str) -> str:
    """A running head but for its numbers. A line that starts a requirement differs from page to page by its words."""
    return _DIGITS.sub("#", line.casefold())


def _bookmarks(reader: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    try:
        stack: list[tuple[Iterable[Any], int]] = [(iter(reader.outline), 1)]
        while stack and len(found) < _MOST_BOOKMARKS:
            entries, level = stack[-1]
            entry = next(iter(entries), None)
            if entry is None:
                stack.pop()
            elif isinstance(entry, list):
                stack.append((iter(entry), min(6, level + 1)))
            else:
                title = " ".join(str(entry.title or "").split()).casefold()
                if title:
                    found.setdefault(title, level)
    except Exception:  # bookmarks are a help; a file with broken ones is read without
        return {}
    return found


def _has_picture(page: Any) -> bool:
    try:
        resources = page.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources is not None else None
        return objects is not None and len(objects.get_object()) > 0
    except Exception:  # what can't be looked at is no picture
        return False
