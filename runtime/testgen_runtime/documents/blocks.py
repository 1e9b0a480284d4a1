"""What every format gives: the normalised text, and the blocks that its layout shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from testgen_runtime.documents.model import Span

BlockKind = Literal["heading", "paragraph", "item", "row", "code", "contents"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row; `header` is the clean text of its column's head."""

    header: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of layout. `span` is its content without marker; `level` is a heading's level or a list item's depth (1…).

    `told` of a row are the sentences below it in the text: what the headings of its columns say of it (`rows.sentences`).
    `joined`: the row shares its id with the one above, whose sentences tell it too.
    """

    kind: BlockKind
    span: Span
    level: int = 0
    marker: str = ""
    cells: tuple[Cell, ...] = ()
    told: tuple[Span, ...] = ()
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the file itself that its reader should know: images that are not read, hidden characters, macros."""

    kind: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """A document as its format shows it. All spans refer to `text`. `title` is what the file calls itself, or ""."""

    text: str
    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[Note, ...] = ()
