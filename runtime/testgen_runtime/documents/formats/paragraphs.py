"""Lines without blank lines between them -> what each of them is: a paragraph that goes on, an item, a criterion, a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.documents import normative
from testgen_runtime.documents.blocks import Block
from testgen_runtime.documents.formats.gherkin import SCENARIO
from testgen_runtime.documents.identifiers import starts_with_id
from testgen_runtime.documents.model import Span
from testgen_runtime.documents.view import CJK

_DASH: Final = re.compile(r"\s*([-*+•])[ \t]+(?=\S)")
_SENTENCE_END: Final = re.compile(r"[.;:!?。；：！？)）]\s*$")
_CLAUSE: Final = re.compile(r"\s*(?:\d{1,3}(?:\.\d{1,3}){1,5}|\d{1,3}[.)、])\s+\S")
_NUMBER: Final = re.compile(r"\s*(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<dot>\.?)\s+(?P<title>\S[^\n]{0,100})")
_STEPS: Final = re.compile(r"\s*(?:Given|When|假如|假设|假定|当)(?:\b|(?<![a-z]))")
_TITLED: Final = re.compile(rf"\s*{SCENARIO}\b[^\n:：]{{0,20}}[:：]")
_GOES_ON: Final = re.compile(r"\s*(?:[|#@<>(（]|Examples|例子)")
_STORY: Final = re.compile(r"\s*(?:as an?\s\S|作为\S)", re.IGNORECASE)
_CJK: Final = re.compile(f"[{CJK}]")
_FULL_LINE: Final = 66
"""Characters (a Chinese one counts double) from which on a line may have been broken because it was full."""


def parts(text: str, span: Span) -> Iterator[tuple[Span, str]]:
    """Part a paragraph at lines that start something of their own: an id, a numbered clause, a dash, a story, its criteria, the
    steps of a scenario, or one sentence a line.

    With each part comes the dash that makes it an item of a list, or "".
    """
    raw = span.cut(text)
    if "\n" not in raw:
        yield span, ""
        return
    lines: list[tuple[int, int]] = []
    at = 0
    for line in raw.split("\n"):
        lines.append((at, at + len(line)))
        at += len(line) + 1
    begin, dash, skip = 0, "", 0
    reader = _Lines([raw[a:b] for a, b in lines])
    for index in range(1, len(lines)):
        opens = reader.opens(index)
        if opens is None:
            continue
        yield _trim(text, span.start + lines[begin][0] + skip, span.start + lines[index - 1][1]), dash
        found = _DASH.match(raw, lines[index][0], lines[index][1])
        begin, dash, skip = index, opens, found.end() - lines[index][0] if found else 0
    yield _trim(text, span.start + lines[begin][0] + skip, span.end), dash


class _Lines:
    """The lines of one paragraph, asked one after the other what they open."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.ends = [bool(_SENTENCE_END.search(line[-4:])) for line in lines]
        self.one_a_line = all(line.rstrip().endswith((".", "。")) and _opens(line[:12]) for line in lines)
        self.scenario = _scenario_starts(lines)
        self.in_steps = 0 in self.scenario
        self.criteria = normative.CRITERIA.fullmatch(lines[0]) is not None
        self.number = _number(lines[0])

    def opens(self, index: int) -> str | None:
        """None: the line goes on with the one before; "" or the dash of an item: it is something of its own."""
        line, before = self.lines[index], self.lines[index - 1]
        ended, head = self.ends[index - 1], line[:160]
        number = _number(line)
        follows = number is not None and self.number is not None and _follows(self.number, number)
        self.number = number if follows or (number and ended) else self.number
        if index in self.scenario:
            self.in_steps = True
            return ""
        if self.in_steps:
            if (
                normative.is_step(line)
                or _GOES_ON.match(line)
                or (not ended and not (line[:1].isupper() and not _is_full(before)))
            ):
                return None
            self.in_steps = False
        if dashed := _DASH.match(head):
            return dashed[1]
        if normative.CRITERIA.fullmatch(line):
            self.criteria = True
            return ""
        if _STORY.match(line) and (ended or not _is_full(before)) and normative.is_story(_story(self.lines, index)):
            self.criteria = False
            return ""
        if (
            starts_with_id(head, strict=not ended and not follows)
            or (ended and _CLAUSE.match(head) is not None)
            or (follows and number is not None and len(number) > 1)
            or self._titles(index)
        ):
            return ""
        if self.criteria and _opens(head[:12]) and (ended or not _is_full(before)):
            return "-"
        return "" if self.one_a_line else None

    def _titles(self, index: int) -> bool:
        """Whether a line is the title over the clauses below it: "2 Search" over "2.1 …"."""
        number = _number(self.lines[index])
        below = _number(self.lines[index + 1]) if index + 1 < len(self.lines) else None
        return number is not None and below is not None and below[:-1] == number


def numbered_titles(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Lines of a number and a few words over clauses that it numbers ("1.2 Users" over "1.2.1 …") are headings."""
    made: list[Block] = []
    level = 0
    for index, block in enumerate(blocks):
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        level = block.level if block.kind == "heading" else level
        if block.kind == "paragraph" and not block.level and below is not None and below.kind in ("paragraph", "item"):
            number, next_ = _number(block.span.cut(text)), _number(below.span.cut(text))
            if number and next_ and next_[:-1] == number and _is_title(block.span.cut(text)):
                made.append(replace(block, kind="heading", level=min(6, level + len(number))))
                continue
        made.append(block)
    return made


def _is_title(line: str) -> bool:
    found = _NUMBER.fullmatch(line)
    if found is None or line.rstrip().endswith((".", "。", ";", "；", ",", "，", ":", "：")):
        return False
    title = found["title"]
    return len(title.split()) <= 10 and not normative.is_requirement(title, item=True, section=())


def _scenario_starts(lines: Sequence[str]) -> set[int]:
    """The lines at which scenarios begin that reach a Then."""
    found: set[int] = set()
    in_steps = False
    for index, line in enumerate(lines):
        titled = _TITLED.match(line) is not None
        if titled or (_STEPS.match(line) and not in_steps):
            rest = "\n".join(lines[index : index + 40])
            if normative.is_gherkin(rest):
                found.add(index)
                in_steps = True
        elif in_steps and not normative.is_step(line) and not _GOES_ON.match(line):
            in_steps = False
    return found


def _story(lines: Sequence[str], index: int) -> str:
    return " ".join(line.strip() for line in lines[index : index + 3])


def _number(line: str) -> tuple[int, ...] | None:
    found = _NUMBER.match(line)
    return tuple(int(part) for part in found["number"].split(".")) if found else None


def _follows(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    """Whether a clause's number is the next after another's: 1.2 → 1.2.1, 1.2.1 → 1.2.2, 1.2.2 → 1.3."""
    if two == (*one, 1):
        return True
    return len(two) <= len(one) and two[:-1] == one[: len(two) - 1] and two[-1] == one[len(two) - 1] + 1


def _is_full(line: str) -> bool:
    return len(line) + len(_CJK.findall(line)) >= _FULL_LINE


def _opens(head: str) -> bool:
    head = head.lstrip(" \t>")
    return bool(head) and not head[0].islower() and re.match(r"\(?[a-zA-Z0-9]{1,2}[).]", head) is None


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " \t\n>":
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
