"""A clean reading of parts of a document that still knows where every character came from.

Rules read a `View`: markup, line wrapping and full-width letters are gone from it, so one pattern fits Markdown and Word alike;
traditional Chinese characters read as simplified ones.
`View.span` leads back to the document's own text, so that every quote stays verbatim.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from testgen_runtime.documents.model import Span
from testgen_runtime.documents.traditional import folded

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ENUMERATOR = (
    r"(?:[-*+•·●▪◦‣]|\(?[a-zA-Z0-9]{1,3}[).、]|（[一二三四五六七八九十\d]{1,3}）|[①-⑳]|"
    r"[一二三四五六七八九十]{1,3}、|[B-Z](?=[ \t]+[A-Z`])|"
    r"(?:Given|When|Then|And|But|假如|当|那么)(?=[ \t]))"
)
_NEW_LINE = rf"[ \t]*\n(?:[ \t]*>)*[ \t]*(?={_ENUMERATOR}[ \t\u3000])"
_TAGS = "br|b|i|u|p|a|em|ul|ol|li|tr|td|th|hr|sub|sup|div|img|span|code|pre|font|table|strong|center|details|summary|tbody|thead"
_SPECIAL = r"\s\u3000<!\[~*_`\\&０-９Ａ-Ｚａ-ｚ％＜＞＝＋－"
_TOKEN = re.compile(
    rf"""
      (?P<line>{_NEW_LINE})
    | (?P<space>[\s\u3000]+(?:>[ \t]+)*)
    | (?P<comment><!--[^<>]{{0,2000}}-->)
    | (?P<raised><sup>\s?[+−-]?\d{{1,2}}\s?</sup>)
    | (?P<tag></?(?:{_TAGS})\b[^<>\n]{{0,300}}>)
    | (?P<image>!\[[^\[\]\n]{{0,300}}\]\([^()\n]{{0,1000}}\))
    | (?P<link>\[(?P<label>[^\[\]\n]{{1,300}})\]\([^()\n]{{0,1000}}\))
    | (?P<struck>~~[^~\n]{{1,500}}~~)
    | (?P<stars>(?<!\s)\*{{1,3}}|\*{{1,3}}(?=\S))
    | (?P<under>(?<![\w])_{{1,3}}(?=\w)|(?<=[\w.!?。！？)）])_{{1,3}}(?!\w))
    | (?P<tick>`+)
    | (?P<escape>\\(?=[!-/:-@\[-`{{-~]))
    | (?P<entity>&(?:nbsp|lt|gt|amp|quot);)
    | (?P<wide>[０-９Ａ-Ｚａ-ｚ％＜＞＝＋－]+)
    | (?P<plain>[^{_SPECIAL}]+(?:[ ][^{_SPECIAL}]+)*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_RAISED = re.compile(r"(?<=[0-9])(?:\^[+−-]?\d{1,2}|[⁺⁻]?[⁰¹²³⁴-⁹]{1,2})(?![0-9⁰¹²³⁴-⁹])")
_BASE = re.compile(r"(?<![A-Za-z\d.,_])(?:(?P<times>\d{1,9}(?:\.\d{1,6})?)\s?[×·x]\s?)?(?P<base>10|2)$")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")
_LIFTED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_MARKS_BEFORE = re.compile(r"(?:\*{1,3}|_{1,3}|`{1,3}|~~|\[)\Z")
_MARKS_AFTER = re.compile(r"\*{1,3}|_{1,3}|`{1,3}|~~|(?P<link>\]\([^()\n]{0,900}\))")
_DROPPED = frozenset({"comment", "image", "struck", "stars", "under", "tick", "escape"})
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_IS_CJK = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class View:
    """Clean text with, for each of its characters, where that character starts and ends in the document."""

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, start: int, end: int) -> Span:
        """The span in the document of the clean characters `[start, end)`, without spaces at its ends."""
        while start < end - 1 and self.text[start].isspace():
            start += 1
        while end - 1 > start and self.text[end - 1].isspace():
            end -= 1
        return Span(self.starts[start], self.ends[end - 1])


class _Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: array[int] = array("l")
        self.ends: array[int] = array("l")
        self.last = "\n"

    def run(self, text: str, at: int) -> None:
        self.parts.append(text)
        self.starts.extend(range(at, at + len(text)))
        self.ends.extend(range(at + 1, at + len(text) + 1))
        self.last = text[-1]

    def one(self, char: str, at: int, end: int) -> None:
        self.parts.append(char)
        self.starts.append(at)
        self.ends.append(end)
        self.last = char

    def lines(self, text: str, at: int) -> None:
        """Characters as they stand, but for powers of ten and two."""
        done = 0
        for match in _RAISED.finditer(text):
            self.run(text[done : match.start()], at + done) if match.start() > done else None
            if not self.power(match[0].strip("^"), at + match.end()):
                self.run(match[0], at + match.start())
            done = match.end()
        self.run(text[done:], at + done) if done < len(text) else None

    def power(self, raised: str, end: int) -> bool:
        """10⁶ is a number: 1000000 takes its place. Nothing is done where there is none ("m³", "5²": the mark of a note?)."""
        found = _BASE.search("".join(part[-40:] for part in self.parts[-40:])[-40:])
        exponent = int(raised.translate(_LOWERED))
        if found is None or not (abs(exponent) <= 18 if found["base"] == "10" else 8 <= exponent <= 64):
            return False
        with localcontext(prec=60):
            shown = f"{Decimal(found['times'] or 1) * Decimal(found['base']) ** exponent:f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        count = len(found[0])
        start = self.starts[-count]
        del self.starts[-count:], self.ends[-count:]
        while count:
            last = self.parts.pop()
            if len(last) > count:
                self.parts.append(last[:-count])
            count -= min(count, len(last))
        for char in shown:
            self.one(char, start, end)
        return True


def view(text: str, pieces: Sequence[Span]) -> View:
    """Read the pieces of `text` as one clean text; pieces are parted by a line break, wrapped lines are joined."""
    out = _Builder()
    for piece in pieces:
        if out.parts and out.last != "\n":
            out.one("\n", piece.start, piece.start)
        _read(out, text, piece)
    return View("".join(out.parts), out.starts, out.ends)


def with_markup(text: str, span: Span) -> Span:
    """A span with the marks just outside of it whose other half stands in it: "**As a** clerk" and not "As a** clerk"."""
    start, end = span.start, span.end
    before = _MARKS_BEFORE.search(text, max(0, start - 8), start)
    if before and _closes(before[0], text[start:end]):
        start = before.start()
    after = _MARKS_AFTER.match(text, end, min(len(text), end + 1_000))
    if after and _opens((after["link"] and "[") or after[0], text[start:end]):
        end = after.end()
    return Span(start, end)


def _closes(mark: str, inside: str) -> bool:
    """Whether what a mark opens just before a text ends in it."""
    if mark == "[":
        return -1 < inside.find("](") < (inside + "[").find("[")
    return _halves(mark, inside) > 0


def _opens(mark: str, inside: str) -> bool:
    """Whether what a mark closes just behind a text begins in it."""
    if mark == "[":
        return inside.rfind("[") > inside.rfind("](")
    return _halves(mark, inside) % 2 == 1


def _halves(mark: str, inside: str) -> int:
    """How many halves of a mark stand in a text."""
    if mark.startswith("_"):
        return len(re.findall(rf"(?<!\w){mark}(?=\w)|(?<=\w){mark}(?!\w)", inside))
    return inside.count(mark)


def _read(out: _Builder, text: str, piece: Span) -> None:
    space: tuple[int, int] | None = None
    for match in _TOKEN.finditer(text, piece.start, piece.end):
        kind, found, at = match.lastgroup, match[0], match.start()
        if kind in _DROPPED:
            continue
        if kind == "line":
            out.one("\n", at, match.end())
            space = None
            continue
        if kind == "raised":
            exponent = re.sub(r"<[^<>]*>|\s", "", found)
            if space is not None or not out.power(exponent, match.end()):
                for char in exponent.translate(_LIFTED):
                    out.one(char, at, match.end())
            continue
        if kind in ("space", "tag"):
            space = space or (at, match.end())
            continue
        if kind == "link":
            found, at = match["label"], match.start("label")
        elif kind == "entity":
            found = _ENTITIES[found]
        elif kind == "wide":
            found = "".join(chr(ord(c) - 0xFEE0) for c in found)
        if space is not None:
            if out.last != "\n" and not (
                _IS_CJK.match(out.last) and _IS_CJK.match(found[0]) and "\n" in text[space[0] : space[1]]
            ):
                out.one(" ", *space)
            space = None
        if kind == "entity":
            out.one(found, at, match.end())
        else:
            out.lines(folded(found), at)
