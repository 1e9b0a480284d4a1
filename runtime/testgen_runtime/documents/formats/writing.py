"""The text of a document whose format is not text, written line by line with a note of where each block stands.

It is written as Markdown would be, so that a quote reads the same whichever of the two the author sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents import rows
from testgen_runtime.documents.blocks import Block, Cell, Note, Outline
from testgen_runtime.documents.decoding import normalise, tricks
from testgen_runtime.documents.identifiers import leading_id
from testgen_runtime.documents.model import Span
from testgen_runtime.errors import DocumentTooLarge

SPLIT = "Split the document and send the parts."
_SOFT_BREAK = re.compile(r"(?<=[.。;；])[ \t]*\n")
_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,5}\.?")
_MOST_NOTES = 50
_MOST_COLUMNS = 200


class Writer:
    """Blocks and text of one document of at most `most` characters; `name` is what errors call it."""

    def __init__(self, name: str, most: int) -> None:
        self.name, self.most = name, most
        self.blocks: list[Block] = []
        self.notes: list[Note] = []
        self._parts: list[str] = []
        self._size = 0
        self._before = ""
        self._turned = self._hidden = 0
        self._open_rows: list[tuple[list[str], list[str]]] = []

    def clean(self, raw: str) -> str:
        """Normalised characters of `raw`; what is hidden in it is counted."""
        if not raw.isascii():
            turned, hidden = tricks(raw)
            self._turned += turned
            self._hidden += hidden
        return normalise(raw)

    def put(self, text: str) -> Span:
        """Append to the text. Raises DocumentTooLarge."""
        start = self._size
        self._parts.append(text)
        self._size += len(text)
        if self._size > self.most:
            raise DocumentTooLarge(f"{self.name} holds more than {self.most:,} characters", mend=SPLIT)
        return Span(start, self._size)

    def separate(self, kind: str) -> None:
        """An empty line before a block, but not between items or rows."""
        if kind != "row":
            self._end_of_rows()
        if self._before and not (kind == self._before and kind in ("item", "row")):
            self.put("\n")
        self._before = kind

    def heading(self, text: str, level: int) -> None:
        line = " ".join(text.split())
        if not line:
            return
        self.separate("heading")
        self.put("#" * min(6, max(1, level)) + " ")
        self.blocks.append(Block("heading", self.put(line), level=min(6, max(1, level))))
        self.put("\n")

    def paragraph(self, text: str, *, level: int = 0) -> Span:
        self.separate("paragraph")
        span = self.put(text)
        self.blocks.append(Block("paragraph", span, level=level))
        self.put("\n")
        return span

    def statements(self, text: str) -> None:
        """A paragraph of which every line that ends a sentence is a paragraph of its own (lines that a soft break parts)."""
        self.separate("paragraph")
        begin = 0
        for match in [*_SOFT_BREAK.finditer(text), None]:
            line = text[begin : match.start() if match else len(text)].strip()
            begin = match.end() if match else begin
            if line:
                self.blocks.append(Block("paragraph", self.put(line)))
                self.put("\n")

    def item(self, text: str, depth: int, marker: str) -> None:
        """An item of a list, `depth` 0 for the outermost. A marker that is an id ("REQ-12", "3.1") belongs to the item's text."""
        self.separate("item")
        self.put("  " * min(depth, 9))
        lettered = any(c.isalpha() for c in marker[1:]) and any(c.isdigit() for c in marker)
        if lettered or (_CLAUSE.fullmatch(marker) and leading_id(f"{marker} {text}")):
            text = f"{marker} {text}"
        else:
            self.put(marker + " ")
        self.blocks.append(Block("item", self.put(text), level=depth + 1, marker=marker))
        self.put("\n")

    def code(self, text: str, marker: str = "") -> None:
        self.separate("code")
        self.put(f"```{marker}\n")
        self.blocks.append(Block("code", self.put(text), marker=marker))
        self.put("\n```\n")

    def header(self, cells: Sequence[str]) -> None:
        """The head of a table."""
        self.separate("table")
        shown = [_cell(c) for c in cells[:_MOST_COLUMNS]]
        self.put("| " + " | ".join(shown) + " |\n|" + " --- |" * len(shown) + "\n")
        self._before = "row"

    def row(self, cells: Sequence[str], header: Sequence[str] = (), continued: frozenset[int] = frozenset()) -> None:
        """A row of a table. Below it, or below the last of those that share its id, stand the sentences that tell it."""
        cells = cells[:_MOST_COLUMNS]
        shown = [_cell(c) for c in cells]
        if not any(shown):
            return
        heads = [header[i] if i < len(header) else "" for i in range(len(shown))]
        read = rows.read(heads, shown)
        goes_on = bool(self._open_rows) and read.id_at is not None and read.id_at in continued
        if not goes_on:
            self._end_of_rows()
        self.separate("row")
        spans: list[Span] = []
        self.put("| ")
        for index, cell in enumerate(shown):
            if index:
                self.put(" | ")
            spans.append(self.put(cell))
        self.put(" |\n")
        if len(shown) == 1:
            self.blocks.append(Block("paragraph", spans[0]))
            return
        made = tuple(Cell(h, s) for h, s in zip(heads, spans, strict=True))
        own = ["" if goes_on and index in continued else cell.replace("|", "/") for index, cell in enumerate(cells)]
        self._open_rows.append((heads, own))
        self.blocks.append(Block("row", Span(spans[0].start, spans[-1].end), cells=made, joined=goes_on))

    def _end_of_rows(self) -> None:
        """Write what tells the rows that share an id."""
        open_, self._open_rows = self._open_rows, []
        if not open_:
            return
        told: list[Span] = []
        for line in rows.sentences(*open_[0]) if len(open_) == 1 else rows.together(open_):
            told.append(self.put(line))
            self.put("\n")
        first = len(self.blocks) - len(open_)
        self.blocks[first] = replace(self.blocks[first], told=tuple(told))

    def note(self, kind: str, message: str, span: Span | None = None) -> None:
        """Remember something about the file; beyond a bound nothing more is remembered."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(Note(kind, message, span))

    def outline(self, title: str = "") -> Outline:
        """What was written."""
        self._end_of_rows()
        notes = [*self.notes, *hidden_characters(self._turned, self._hidden)]
        return Outline("".join(self._parts), tuple(self.blocks), " ".join(normalise(title).split())[:200], tuple(notes))


def some_of(passages: Sequence[str]) -> str:
    """The first of some passages, for a message."""
    said = [" ".join(passage.split())[:60] for passage in passages if passage.strip()]
    return ", ".join(f"“{passage}”" for passage in said[:5]) + (f" and {len(said) - 5:,} more" if len(said) > 5 else "")


def struck_note(passages: Sequence[str]) -> Note:
    """What to tell of text that is struck through."""
    return Note("struck_text", f"Text that is struck through was left out: {some_of(passages)}.")


def hidden_characters(turned: int, hidden: int) -> list[Note]:
    """What to tell of characters that make a text look other than it reads."""
    notes = []
    if turned:
        notes.append(
            Note(
                "direction_controls",
                f"{turned:,} characters that turn the direction of text were taken out: it may not read as it shows.",
            )
        )
    if hidden:
        notes.append(Note("hidden_characters", f"{hidden:,} characters without width were taken out of words."))
    return notes


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
