"""Styles and numbering of a Word document: which paragraphs are headings, which are items of a list, and what marks them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

_HEADING = re.compile(r"(?:heading|标题|überschrift|titre)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|目录)\b", re.IGNORECASE)


@dataclass(slots=True)
class Level:
    """One level of a numbered list."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass(slots=True)
class Styles:
    """What styles and numbering say: heading levels, lists, tables of contents."""

    headings: dict[str, int] = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Any) -> Styles:
        styles = cls()
        bases: dict[str, str] = {}
        for style in document.styles.element.findall(qn("w:style")):
            styles._add(style, bases)
        for name in bases:
            seen: set[str] = set()
            base = name
            while base in bases and base not in seen:
                seen.add(base)
                base = bases[base]
                if base in styles.headings:
                    styles.headings.setdefault(name, styles.headings[base])
                if base in styles.lists:
                    styles.lists.setdefault(name, styles.lists[base])
        with suppress(KeyError, NotImplementedError):  # a document without lists has no numbering part
            styles._number(document.part.numbering_part.element)
        return styles

    def _add(self, style: Any, bases: dict[str, str]) -> None:
        name, title = style.get(qn("w:styleId")) or "", value(style.find(qn("w:name"))) or ""
        if base := value(style.find(qn("w:basedOn"))):
            bases[name] = base
        if found := _HEADING.match(title):
            self.headings[name] = min(6, max(1, int(found[1])))
        elif title.lower() == "title":
            self.headings[name] = 1
        elif _CONTENTS.match(title):
            self.contents.add(name)
        properties = style.find(qn("w:pPr"))
        if properties is None:
            return
        level = value(properties.find(qn("w:outlineLvl")))
        if level and level.isdigit() and int(level) < 9:
            self.headings.setdefault(name, min(6, int(level) + 1))
        if (numbers := properties.find(qn("w:numPr"))) is not None and (number := value(numbers.find(qn("w:numId")))):
            self.lists[name] = (number, whole(value(numbers.find(qn("w:ilvl")))))

    def _number(self, numbering: Any) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        for definition in numbering.findall(qn("w:abstractNum")):
            levels = {}
            for level in definition.findall(qn("w:lvl")):
                levels[whole(level.get(qn("w:ilvl")))] = Level(
                    value(level.find(qn("w:numFmt"))) or "decimal",
                    value(level.find(qn("w:lvlText"))) or "",
                    whole(value(level.find(qn("w:start"))), 1),
                )
            abstract[definition.get(qn("w:abstractNumId")) or ""] = levels
        for number in numbering.findall(qn("w:num")):
            self.levels[number.get(qn("w:numId")) or ""] = abstract.get(value(number.find(qn("w:abstractNumId"))) or "", {})


def value(element: Any) -> str | None:
    """The `w:val` of an element that may be missing."""
    return None if element is None else str(element.get(qn("w:val")) or "")


def whole(text: str | None, default: int = 0) -> int:
    """The number that `text` writes, or `default`; no list of an honest document counts beyond five digits."""
    return int(text) if text and text.isdigit() and len(text) < 6 else default


def numeral(number: int, kind: str) -> str:
    """How Word shows `number` in the numbering format `kind`."""
    if kind in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * min(3, 1 + (number - 1) // 26)
        return letter.upper() if kind == "upperLetter" else letter
    if kind in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if kind == "upperRoman" else roman
    if kind == "decimalZero":
        return f"{number:02d}"
    return str(number)


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def _roman(number: int) -> str:
    out = ""
    for worth, letters in _ROMAN:
        while number >= worth and len(out) < 20:
            out, number = out + letters, number - worth
    return out
