"""Markdown (CommonMark with tables), and plain text read as such. Only blocks are parsed; inline markup is the view's concern."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from testgen_runtime.documents import rows
from testgen_runtime.documents.blocks import Block, Cell, Note, Outline
from testgen_runtime.documents.formats.paragraphs import numbered_titles, parts
from testgen_runtime.documents.formats.writing import struck_note
from testgen_runtime.documents.model import Span
from testgen_runtime.documents.view import view

MEDIA_TYPE = "text/markdown"
_STRUCK = re.compile(r"~~([^~\n]{1,500})~~")
_DASHES = re.compile(r"^-{4,}$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)(?:\n|\Z)")
_CELL = re.compile(r"(?:\\.|[^|\\\n])*")


MOST_NESTED = 100
"""Blocks inside of each other, two for a list in a list; what is nested deeper is read flat (`_flat`): nothing is lost."""
_MARKERS = re.compile(r"^[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]+){9,}(?=\S)|^[ \t]*(?:>[ \t]?){9,}", re.MULTILINE)
_DEEP = re.compile(r"^[ \t]{81,}(?=\S)", re.MULTILINE)
"""Forty lists in each other by their indentation."""


def _flat(source: str) -> str:
    """The same lines with one marker where a line opens many blocks at once, and none where it stands too deep in them."""
    one = _MARKERS.sub(lambda found: f"{found[0].lstrip()[0]} " if found[0].lstrip()[0] in "-*+>" else "- ", source)
    return _DEEP.sub("- ", one)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MOST_NESTED}).enable("table")
    # `code`: authors indent lists by four; `reference`: "[REQ-1]: The system …" is a requirement and no link.
    return parser.disable(["code", "reference", "inline", "text_join"])


def outline(text: str) -> Outline:
    """The blocks of `text` (LF line ends, NFC)."""
    starts = [0]
    for match in re.finditer("\n", text):
        starts.append(match.end())
    source = _listings_as_fences(text)
    front = _FRONT_MATTER.match(text)
    if front:
        source = re.sub(r"[^\n]", " ", source[: front.end()]) + source[front.end() :]
    blocks = list(_blocks(text, source, starts, _parser().parse(_flat(source))))
    return _with_told_rows(text, numbered_titles(text, blocks))


def _with_told_rows(text: str, blocks: Sequence[Block]) -> Outline:
    """Below each row that only its headings word stands the sentence that they make of it, so that a quote can be cut from it."""
    out: list[str] = []
    made: list[Block] = []
    done = shift = 0
    for block in blocks:
        moved = _moved(block, shift)
        heads, cells = [c.header for c in block.cells], [view(text, [c.span]).text for c in block.cells]
        if block.kind == "row" and (sentences := rows.sentences(heads, cells)):
            end = text.find("\n", block.span.end)
            end = end + 1 if end >= 0 else len(text)
            out.append(text[done:end])
            if text[end - 1 : end] != "\n":
                out.append("\n")
                shift += 1
            told: list[Span] = []
            for sentence in sentences:
                told.append(Span(end + shift, end + shift + len(sentence)))
                out.append(sentence + "\n")
                shift += len(sentence) + 1
            moved, done = replace(moved, told=tuple(told)), end
        made.append(moved)
    return Outline("".join([*out, text[done:]]), tuple(made), notes=_struck(text, blocks))


def _struck(text: str, blocks: Sequence[Block]) -> tuple[Note, ...]:
    """What `~~` strikes through outside of code: it is not read."""
    struck = [m[1] for b in blocks if b.kind != "code" for m in _STRUCK.finditer(text, b.span.start, b.span.end)]
    return (struck_note(struck),) if struck else ()


def _moved(block: Block, by: int) -> Block:
    if not by:
        return block
    cells = tuple(replace(c, span=Span(c.span.start + by, c.span.end + by)) for c in block.cells)
    return replace(block, span=Span(block.span.start + by, block.span.end + by), cells=cells)


def _listings_as_fences(text: str) -> str:
    """AsciiDoc listings stand in many specifications; as backticks they are what Markdown calls a fence, at the same offsets."""
    out: list[str] = []
    done, opened = 0, None
    for match in _DASHES.finditer(text):
        if opened is None:
            before = text[max(0, match.start() - 82) : match.start()].rstrip("\n").rpartition("\n")[2]
            opened = match if before.startswith("[") and before.endswith("]") else None
        elif opened[0] == match[0]:
            fence = "`" * len(match[0])
            out += [text[done : opened.start()], fence, text[opened.end() : match.start()], fence]
            done, opened = match.end(), None
    return "".join([*out, text[done:]])


def _blocks(text: str, source: str, starts: Sequence[int], tokens: Sequence[Token]) -> Iterator[Block]:
    """Walk the tokens; `markers` is the stack of list items we are in, its length their depth."""
    markers: list[str] = []
    fresh = False
    header: list[str] = []
    for index, token in enumerate(tokens):
        if token.type == "list_item_open":
            markers.append(f"{token.info}{token.markup}" if token.info else token.markup)
            fresh = True
        elif token.type == "list_item_close":
            markers.pop()
        elif token.type == "tr_open" and token.map:
            spans = _cells(text, starts, token.map[0])
            if tokens[index + 1].type == "th_open":
                header = [view(text, [s]).text for s in spans]
                continue
            cells = tuple(Cell(header[i] if i < len(header) else "", s) for i, s in enumerate(spans))
            if cells:
                yield Block("row", Span(cells[0].span.start, cells[-1].span.end), cells=cells)
        elif token.type == "fence" and token.map:
            # An unclosed fence would swallow the rest of the document; `info` names the language.
            first, last = token.map[0] + 1, min(token.map[1], len(starts)) - 1
            yield Block("code", _lines(text, starts, first, max(first, last)), marker=token.info.strip().lower())
        elif token.type == "inline" and token.map and tokens[index - 1].type in ("paragraph_open", "heading_open"):
            span = _content(text, starts, token)
            if span is None:
                continue
            opening = tokens[index - 1]
            if opening.type == "heading_open":
                yield Block("heading", span, level=int(opening.tag[1:]), marker=opening.markup)
            elif markers:
                for part, dash in parts(text, span):
                    marker = dash or (markers[-1] if fresh else "")
                    yield Block("item" if marker else "paragraph", part, level=len(markers), marker=marker)
                    fresh = False
            else:
                for part, dash in parts(text, span):
                    yield Block("item" if dash else "paragraph", part, level=1 if dash else 0, marker=dash)


def _lines(text: str, starts: Sequence[int], first: int, last: int) -> Span:
    begin = starts[min(first, len(starts) - 1)]
    end = starts[last] if last < len(starts) else len(text)
    return Span(begin, max(begin, end))


def _content(text: str, starts: Sequence[int], token: Token) -> Span | None:
    """Where the content of an inline token stands: markers and indentation before its first line are left out."""
    assert token.map is not None
    lines = token.content.split("\n")
    first, last = lines[0].strip(), lines[-1].strip()
    if not first or not last:
        return None
    start = text.find(first, starts[token.map[0]])
    row = min(token.map[0] + len(lines) - 1, len(starts) - 1)
    end = text.find(last, starts[row] if row > token.map[0] else start)
    if start < 0 or end < 0:
        return None
    return Span(start, end + len(last))


def _cells(text: str, starts: Sequence[int], row: int) -> list[Span]:
    begin = starts[row]
    end = starts[row + 1] - 1 if row + 1 < len(starts) else len(text)
    line = text[begin:end]
    at = len(line) - len(line.lstrip())
    if line[at : at + 1] == "|":
        at += 1
    spans: list[Span] = []
    while at < len(line):
        match = _CELL.match(line, at)
        stop = match.end() if match else at
        cell = line[at:stop]
        left = at + len(cell) - len(cell.lstrip())
        spans.append(Span(begin + left, begin + max(left, at + len(cell.rstrip()))))
        at = stop + 1
    return spans
