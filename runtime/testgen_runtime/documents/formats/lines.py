"""Lines of text without markup, as a PDF gives them -> headings, items and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from testgen_runtime.documents import normative
from testgen_runtime.documents.formats.writing import Writer
from testgen_runtime.documents.identifiers import starts_with_id
from testgen_runtime.documents.view import CJK

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,3}){0,5})\.?\s+(?P<title>\S.{0,100})")
_CHINESE_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}(?P<kind>[章节])\s*|[一二三四五六七八九十]{1,3}、\s*)\S.{0,60}"
)
_NAMED = re.compile(r"(?:chapter|section|annex|appendix|part)\s+[0-9A-Z]{1,4}\b.{0,100}", re.IGNORECASE)
_BULLET = re.compile(r"(?P<mark>[-*•●▪◦‣·–—o\uf0b7\uf0a7])\s+(?=\S)")
_LETTERED = re.compile(r"(?P<mark>\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[).]|（[一二三四五六七八九十\d]{1,3}）|[①-⑳])\s*(?=\S)")
_ENDS = (".", "。", ";", "；", ":", "：", "!", "?", "！", "？")
_GHERKIN = re.compile(
    r"(?:Feature|Scenario(?: Outline)?|Background|Given|When|Then|And|But|Examples|"
    r"功能|场景(?:大纲)?|假如|假设|当|那么|而且|并且|但是)\b[:：]?|\|"
)
_HYPHEN = re.compile(r"(?<=[a-z])-$")
_IS_CJK = re.compile(f"[{CJK}，。；：、（）]")
_MOST_OF_PARAGRAPH = 20_000


def write(writer: Writer, lines: Iterable[str], *, titles: Mapping[str, int], width: int) -> None:
    """Write lines as blocks. `titles` are known headings with their levels; `width` is that of a full line in characters.

    A hyphen at the end of a line inside of a word goes, and so does the line's end. An empty line ends a paragraph.
    """
    for kind, level, text, mark in _blocks(lines, titles, width):
        if kind == "heading":
            writer.heading(text, level)
        elif kind == "item":
            writer.item(text, 0, mark)
        else:
            writer.paragraph(text)


def is_heading(line: str, titles: Mapping[str, int]) -> int:
    """The level of a heading, or 0."""
    key = " ".join(line.split()).casefold()
    if key in titles:
        return titles[key]
    if len(line) > 110 or line.endswith((".", "。", ";", "；", ",", "，", ":", "：")):
        return 0
    if found := _NUMBERED.fullmatch(line):
        title = found["title"]
        if (title[0].isupper() or _IS_CJK.match(title)) and not normative.is_strong(title) and len(title.split()) <= 12:
            return min(6, found["number"].count(".") + 1)
    if found := _CHINESE_NUMBERED.fullmatch(line):
        return 2 if found["kind"] == "节" else 1
    return 1 if _NAMED.fullmatch(line) and len(line) < 80 and not normative.is_strong(line) else 0


def _blocks(lines: Iterable[str], titles: Mapping[str, int], width: int) -> Iterator[tuple[str, int, str, str]]:
    gathered: list[str] = []
    size, mark, last = 0, "", ""
    for raw in [*lines, ""]:
        line = raw.strip()
        level = is_heading(line, titles) if line else 0
        bullet = _BULLET.match(line) or (_LETTERED.match(line) if not level else None)
        own = bool(gathered) and (
            not line
            or level > 0
            or bullet is not None
            or size > _MOST_OF_PARAGRAPH
            or starts_with_id(line[:160], strict=not last.endswith(_ENDS))
            or (last.endswith(_ENDS) and len(last) < 0.75 * width)
        )
        if own:
            yield ("item" if mark else "paragraph"), 0, _joined(gathered), mark
            gathered, size, mark = [], 0, ""
        last = line
        if not line:
            continue
        if level:
            yield "heading", level, line, ""
        elif bullet and not gathered:
            mark = "-" if _BULLET.match(line) else bullet["mark"]
            gathered = [line[bullet.end() :]]
        else:
            gathered.append(line)
        size += len(line)


def _joined(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        if _GHERKIN.match(line):
            text += "\n" + line
        elif _HYPHEN.search(text) and line[:1].islower():
            text = text[:-1] + line
        elif _IS_CJK.match(text[-1]) and _IS_CJK.match(line[0]):
            text += line
        else:
            text += " " + line
    return text
