"""Blocks of a document -> requirements without atoms: what is one, how far it reaches, and what it is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from testgen_runtime.documents import normative, rows
from testgen_runtime.documents.blocks import Block, Outline
from testgen_runtime.documents.formats.gherkin import SCENARIO
from testgen_runtime.documents.identifiers import leading_id, trailing_id
from testgen_runtime.documents.model import Section, Span
from testgen_runtime.documents.scenarios import Scenario, scenarios
from testgen_runtime.documents.view import View, view, with_markup

_STATEMENT_LABEL = re.compile(
    r"\s*(?:requirement|recommendation|permission|statement|description|text|需求描述|描述|需求内容|内容)\s?[:：]?\s*\n\s*|"
    r"\s*(?:statement|description|requirement|需求描述|描述|需求内容|内容)\s?(?:[:：][*_]{0,3}|[*_]{1,3}[:：])\s*",
    re.IGNORECASE,
)
_SCENARIO = re.compile(rf"^[ \t]*[*_]{{0,2}}{SCENARIO}\b[^\n:：]{{0,20}}[:：]", re.MULTILINE)
_MOST_OF_SCENARIO = 80


@dataclass(slots=True)
class Candidate:
    """A requirement in the making. `pieces` are the blocks of its statement; `view` reads them once it is complete.

    `counted`: its given id is the number of a row; `awaits`: the head of a story's criteria was the last that was read.
    """

    given: str | None
    section: tuple[str, ...]
    level: int = 0
    kind: str = "paragraph"
    pieces: list[Span] = field(default_factory=list)
    title: Span | None = None
    leads_in: bool = False
    lists_conditions: bool = False
    scenario: Scenario | None = None
    story: bool = False
    counted: bool = False
    awaits: bool = False

    def span(self) -> Span:
        return Span(self.pieces[0].start, self.pieces[-1].end)


@dataclass(slots=True)
class _Reader:
    text: str
    most: int
    sections: list[tuple[int, str]] = field(default_factory=list)
    done: list[Candidate] = field(default_factory=list)
    current: Candidate | None = None
    scope: int = 0
    background: Span | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(title for _, title in self.sections)

    def close(self) -> None:
        """Finish the current candidate. A lead-in whose items became requirements of their own says nothing itself."""
        current, self.current, self.scope = self.current, None, 0
        if current is None:
            return
        if not current.pieces and current.title is not None:
            title = view(self.text, [current.title]).text
            if normative.is_requirement(title, item=False, section=()):
                current.pieces.append(current.title)
        if len(current.pieces) > 1:
            current.scenario = None
        if current.pieces:
            self.done.append(current)

    def open(self, candidate: Candidate, *, scope: int = 0) -> None:
        self.close()
        self.current, self.scope = candidate, scope


def find(outline: Outline, *, most_characters: int) -> list[Candidate]:
    """All requirements in the order of the text. One longer than `most_characters` is not gathered under a heading's id."""
    reader = _Reader(outline.text, most_characters)
    blocks = outline.blocks
    sizes = _sizes(blocks)
    done = 0
    for index, block in enumerate(blocks):
        if index < done:
            continue
        if block.kind in ("paragraph", "item") and (run := _steps_from(reader.text, blocks, index)):
            done = run
            _run_of_steps(reader, Span(block.span.start, blocks[run - 1].span.end))
        elif block.kind == "heading":
            _heading(reader, block, sizes[index])
        elif block.kind == "code":
            _code(reader, block)
        elif block.kind == "row":
            _row(reader, block)
        elif block.kind in ("paragraph", "item"):
            _text(reader, block)
    reader.close()
    return _without_counts(reader.done)


def _without_counts(found: list[Candidate]) -> list[Candidate]:
    """Numbers of rows are ids only where no two rows of the document share one."""
    counts = Counter(c.given for c in found if c.given)
    if any(c.counted and c.given and counts[c.given] > 1 for c in found):
        for candidate in found:
            candidate.given = None if candidate.counted else candidate.given
    return found


def sections(outline: Outline) -> tuple[Section, ...]:
    """The headings with what stands under each of them."""
    headings = [(b, view(outline.text, [b.span]).text) for b in outline.blocks if b.kind == "heading"]
    ends = [len(outline.text)] * len(headings)
    open_: list[int] = []
    paths: list[tuple[str, ...]] = []
    for index, (block, title) in enumerate(headings):
        while open_ and headings[open_[-1]][0].level >= block.level:
            ends[open_.pop()] = outline.text.rfind("\n", 0, block.span.start) + 1
        paths.append((*(headings[i][1] for i in open_), title))
        open_.append(index)
    return tuple(
        Section(title, block.level, Span(block.span.start, max(block.span.end, end)), path)
        for (block, title), end, path in zip(headings, ends, paths, strict=True)
    )


def _sizes(blocks: Sequence[Block]) -> list[int]:
    """For each heading the number of characters up to the next heading of the same or a higher level."""
    sizes = [0] * len(blocks)
    open_: list[int] = []
    for index, block in enumerate(blocks):
        if block.kind != "heading":
            continue
        while open_ and blocks[open_[-1]].level >= block.level:
            last = open_.pop()
            sizes[last] = block.span.start - blocks[last].span.end
        open_.append(index)
    for last in open_:
        sizes[last] = blocks[-1].span.end - blocks[last].span.end
    return sizes


def _heading(reader: _Reader, block: Block, size: int) -> None:
    clean = view(reader.text, [block.span])
    lead = leading_id(clean.text, heading=True)
    given = lead.id if lead else trailing_id(clean.text)
    if given is None and reader.scope and block.level > reader.scope:
        return  # "Acceptance criteria" under a requirement's own heading
    reader.close()
    while reader.sections and reader.sections[-1][0] >= block.level:
        reader.sections.pop()
    path = reader.path
    reader.sections.append((block.level, clean.text[:200]))
    if given is not None:
        start = lead.end if lead else 0
        rest = clean.text[start:].strip()
        title = clean.span(start, len(clean.text)) if rest else None
        if size <= reader.most:
            reader.open(Candidate(given, path, kind="heading", title=title), scope=block.level)
            return
    elif normative.is_strong(clean.text) and clean.text.rstrip().endswith((".", "。", "；", ";")):
        reader.open(Candidate(None, path, kind="heading", pieces=[block.span]))


def _code(reader: _Reader, block: Block) -> None:
    if block.span.end <= block.span.start:
        return
    if block.marker == "background":
        reader.background = block.span
    elif block.marker in ("gherkin", "cucumber", "feature"):
        for span in _parts(reader.text, block.span):
            _scenario(reader, span)
        reader.close()


def _scenario(reader: _Reader, span: Span, given: str | None = None) -> bool:
    """Open the scenarios of a span; whether there are any."""
    found = list(scenarios(reader.text, span, reader.background))
    for scenario in found:
        reader.open(Candidate(given, reader.path, kind="gherkin", pieces=[scenario.span], scenario=scenario))
    reader.close()
    return bool(found)


def _parts(text: str, span: Span) -> Iterator[Span]:
    """Parts of a feature that begin with a scenario's title."""
    starts = [span.start + m.start() for m in _SCENARIO.finditer(span.cut(text))] or [span.start]
    for start, end in zip(starts, [*starts[1:], span.end], strict=True):
        part = Span(start, end).cut(text)
        if part.strip():
            yield Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))


def _steps_from(text: str, blocks: Sequence[Block], index: int) -> int:
    """Where a run of blocks ends that are the lines of a scenario, or 0 where none begins here."""
    first = blocks[index].span.cut(text)
    titled = _SCENARIO.match(first) is not None
    if not titled and not normative.is_step(first):
        return 0
    end = index + 1
    while end < len(blocks) and end - index < _MOST_OF_SCENARIO and blocks[end].kind in ("paragraph", "item", "code"):
        inner = blocks[end].span.cut(text)
        if _SCENARIO.match(inner) or not (normative.is_step(inner) or inner.lstrip().startswith(("Examples", "例子"))):
            break
        end += 1
    return end if normative.is_gherkin(text[blocks[index].span.start : blocks[end - 1].span.end]) else 0


def _run_of_steps(reader: _Reader, span: Span) -> None:
    """A scenario in running text. Under the id of a heading, or in a story, it is a part of that requirement."""
    current = reader.current
    if current is not None and (reader.scope or current.story or not current.pieces):
        if current.pieces or len(list(scenarios(reader.text, span))) != 1:
            current.pieces.extend(_lines(reader.text, span))  # a line each: a step is no part of the one before
        else:
            current.pieces.append(span)
            current.scenario = next(scenarios(reader.text, span))
        return
    for part in _parts(reader.text, span):
        _scenario(reader, part)


def _lines(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    for line in span.cut(text).split("\n"):
        if line.strip():
            yield Span(at + len(line) - len(line.lstrip()), at + len(line.rstrip()))
        at += len(line) + 1


def _text(reader: _Reader, block: Block) -> None:
    clean = view(reader.text, [block.span])
    text = clean.text.strip()
    if not text or normative.is_aside(text):
        return
    item = block.kind == "item"
    lead = leading_id(clean.text)
    if lead is not None:
        candidate = Candidate(lead.id, reader.path, level=block.level, kind=block.kind)
        if clean.text[lead.end :].strip():
            _add(candidate, reader.text, clean, lead.end)
        reader.open(candidate)
        return
    current = reader.current
    if current is not None and current.story and normative.CRITERIA.fullmatch(text):
        current.leads_in = current.awaits = True
        return
    if current is not None and (reader.scope or _absorbs(current, block, text)):
        _add(current, reader.text, clean, 0)
        current.awaits = False
        return
    if normative.is_requirement(text, item=item, section=reader.path) or normative.is_gherkin(block.span.cut(reader.text)):
        candidate = Candidate(None, reader.path, level=block.level, kind=block.kind)
        _add(candidate, reader.text, clean, 0)
        reader.open(candidate)
    else:
        reader.close()


def _absorbs(current: Candidate, block: Block, text: str) -> bool:
    """Whether a block goes on with the requirement before it."""
    if not current.pieces:
        return True
    if current.story and current.leads_in and not normative.is_story(text):
        stated = current.awaits and normative.is_statement(text)
        return stated or block.kind == "item" or normative.is_requirement(text, item=False, section=())
    if normative.CONTINUES.match(text):
        return block.kind == "paragraph" or block.level > current.level
    if block.kind == "item":
        listed = current.leads_in and (block.level > current.level or current.kind != "item")
        if listed and current.lists_conditions:
            return True
        return (listed or (current.kind == "item" and block.level > current.level)) and not normative.is_strong(text)
    return block.level > 0 and block.level >= current.level > 0 and not normative.is_strong(text)


def _add(candidate: Candidate, text: str, clean: View, start: int) -> None:
    span = clean.span(start, len(clean.text))
    label = _STATEMENT_LABEL.match(text, span.start, span.end)
    span = Span(label.end(), span.end) if label and label.end() < span.end else with_markup(text, span)
    if not candidate.pieces:
        candidate.story = normative.is_story(clean.text[start:])
        candidate.leads_in = bool(normative.LEADS_IN.search(clean.text[-40:]))
        candidate.lists_conditions = bool(normative.LISTS_CONDITIONS.search(clean.text[-40:]))
    candidate.pieces.append(span)


def _row(reader: _Reader, block: Block) -> None:
    reader.close()
    if block.joined:
        return
    row = rows.read([c.header for c in block.cells], [view(reader.text, [c.span]).text for c in block.cells])
    piece = block.told[0] if block.told else block.cells[row.stating[0]].span if row.stating else None
    if piece is None:
        return
    found = list(scenarios(reader.text, piece)) if normative.is_gherkin(piece.cut(reader.text)) else []
    scenario = found[0] if len(found) == 1 and normative.is_step(piece.cut(reader.text)) else None
    reader.done.append(Candidate(row.given, reader.path, kind="row", pieces=[piece], scenario=scenario, counted=row.counted))
    for further in block.told[1:]:
        given = f"{row.given}#required" if row.given else None
        reader.done.append(Candidate(given, reader.path, kind="told", pieces=[further], counted=row.counted))
