"""Styles and numbering of a Word document: which paragraphs are headings, which are items of a list, and what marks them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|标题|überschrift|titre)\s*(\d)", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|contents|目录)\b", re.IGNORECASE)


@dataclass(slots=True)
class Level:
    """One level of a numbered list."""

    format: str = "decimal"
    text: str = "%1."
    start: int = 1
    restarts: bool = True
    legal: bool = False


@dataclass(slots=True)
class Styles:
    """What styles and numbering say: heading levels, lists, tables of contents.

    `levels` are those of a list; `definitions` names what lists share their count by; `restarts`: where a list starts anew;
    `hidden`, `struck`, `raised`: styles whose text is.
    """

    headings: dict[str, int] = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)
    lists: dict[str, tuple[str, int]] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, sheet: Any, numbering: Any) -> Styles:
        """From the roots of the parts for styles and numbering; either may be missing."""
        styles = cls()
        bases: dict[str, str] = {}
        for style in sheet.findall(qn("style")) if sheet is not None else ():
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
                for told in (styles.hidden, styles.struck, styles.raised):
                    if base in told:
                        told.add(name)
        if numbering is not None:
            styles._number(numbering)
        return styles

    def _add(self, style: Any, bases: dict[str, str]) -> None:
        name, title = style.get(qn("styleId")) or "", value(style.find(qn("name"))) or ""
        if base := value(style.find(qn("basedOn"))):
            bases[name] = base
        if found := _HEADING.match(title):
            self.headings[name] = min(6, max(1, int(found[1])))
        elif title.lower() == "title":
            self.headings[name] = 1
        elif _CONTENTS.match(title):
            self.contents.add(name)
        characters = style.find(qn("rPr"))
        if characters is not None:
            if is_on(characters.find(qn("vanish")), False):
                self.hidden.add(name)
            if is_on(characters.find(qn("strike")), False):
                self.struck.add(name)
            if value(characters.find(qn("vertAlign"))) == "superscript":
                self.raised.add(name)
        properties = style.find(qn("pPr"))
        if properties is None:
            return
        level = value(properties.find(qn("outlineLvl")))
        if level and level.isdigit() and int(level) < 9:
            self.headings.setdefault(name, min(6, int(level) + 1))
        if (numbers := properties.find(qn("numPr"))) is not None and (number := value(numbers.find(qn("numId")))):
            self.lists[name] = (number, whole(value(numbers.find(qn("ilvl")))))

    def _number(self, numbering: Any) -> None:
        abstract: dict[str, dict[int, Level]] = {}
        for definition in numbering.findall(qn("abstractNum")):
            levels = {}
            for level in definition.findall(qn("lvl")):
                levels[whole(level.get(qn("ilvl")))] = _level(level)
            abstract[definition.get(qn("abstractNumId")) or ""] = levels
        for number in numbering.findall(qn("num")):
            name = number.get(qn("numId")) or ""
            definition = value(number.find(qn("abstractNumId"))) or ""
            levels = dict(abstract.get(definition, {}))
            self.definitions[name] = f"definition {definition}"
            for change in number.findall(qn("lvlOverride")):
                depth = whole(change.get(qn("ilvl")))
                if (level := change.find(qn("lvl"))) is not None:
                    levels[depth] = _level(level)
                if (start := value(change.find(qn("startOverride")))) is not None:
                    self.restarts[name, depth] = whole(start, 1)
            self.levels[name] = levels


def qn(name: str) -> str:
    """The name of an element or attribute of WordprocessingML, with its namespace."""
    return _W + name


def _level(level: Any) -> Level:
    legal = level.find(qn("isLgl"))
    return Level(
        value(level.find(qn("numFmt"))) or "decimal",
        value(level.find(qn("lvlText"))) or "",
        whole(value(level.find(qn("start"))), 1),
        value(level.find(qn("lvlRestart"))) != "0",
        legal is not None and legal.get(qn("val")) not in ("0", "false"),
    )


def value(element: Any) -> str | None:
    """The `w:val` of an element that may be missing."""
    return None if element is None else str(element.get(qn("val")) or "")


def is_on(element: Any, otherwise: bool) -> bool:
    """A property that is on where its element stands, unless that says "off"; `otherwise` where it is missing."""
    return otherwise if element is None else element.get(qn("val")) not in ("0", "false", "off", "none")


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
    if kind in (
        "chineseCounting",
        "chineseCountingThousand",
        "ideographDigital",
        "japaneseCounting",
        "taiwaneseCountingThousand",
    ):
        return _chinese(number)
    if kind == "decimalEnclosedCircle" and number <= 20:
        return chr(0x2460 + number - 1)
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


def _chinese(number: int) -> str:
    digits = "〇一二三四五六七八九"
    if number < 10:
        return digits[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
    return str(number)
