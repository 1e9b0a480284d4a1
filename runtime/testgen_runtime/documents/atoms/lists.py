"""Lists of values in a sentence: "CSV, XLSX and PDF", "“已支付”或“待发货”", the lettered lines under a colon."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = (
    r"“[^”\n]{1,40}”|\"[^\"\n]{1,40}\"|'[^'\n]{1,40}'|‘[^’\n]{1,40}’|「[^」\n]{1,40}」|『[^』\n]{1,40}』|"
    r"《[^》\n]{1,40}》|【[^】\n]{1,40}】"
)
_WORD_EN = r"(?:\.?[A-Za-z0-9][\w.+#/-]*\+{0,2})"
_CAPITAL = r"(?:\.[a-z][a-z0-9]{1,4}\b|\.?(?:[A-Z0-9][\w.+#/-]*\+{0,2})(?:\s(?:[A-Z0-9][\w.+#-]*)){0,3})"
_JOIN = (
    r"(?:\s?[,、，]\s*(?:and/or\s+|and\s+|or\s+|及|或|和)?|\s?/\s?|\s+(?:and/or|and|or|nor)\s+|\s?(?:以及|或者|和|与|及|或)\s?)"
)
_HAN = r"[\u4e00-\u9fffA-Za-z0-9+#.\-]{1,12}?"

QUOTED = re.compile(rf"(?:{_QUOTED})(?:{_JOIN}(?:{_QUOTED})){{0,19}}")
CAPITALS = re.compile(rf"(?:{_QUOTED}|{_CAPITAL})(?:{_JOIN}(?:{_QUOTED}|{_CAPITAL})){{0,29}}")
WORDS = re.compile(
    rf"(?:{_QUOTED}|{_WORD_EN}(?:\s{_WORD_EN})?)(?:{_JOIN}(?:{_QUOTED}|{_WORD_EN}(?:\s{_WORD_EN})??))+(?=[\s.,;:)]|$)"
)
WORDS_TO_THE_END = re.compile(
    rf"(?:{_QUOTED}|{_WORD_EN}(?:\s{_WORD_EN})?)(?:{_JOIN}(?:{_QUOTED}|{_WORD_EN}(?:\s{_WORD_EN})?))+(?=\s*(?:[.;:)]|$))"
)
"""The same up to where the clause ends, so that the last value may have two words as well."""
_SPLIT = re.compile(_JOIN)
_QUOTES = "“”\"'‘’「」『』《》【】"
_LINE = re.compile(
    r"^(?:[-*+•·●▪◦‣]\s+|\(?(?:[a-zA-Z]|[ivx]{1,4}|\d{1,3})[).、]\s*|（[一二三四五六七八九十\d]{1,3}）\s*|"
    r"[①-⑳]\s*)?(?P<value>.+?)[\s.;,。；，、]*$"
)


_REPEATED = re.compile(
    r"(?:,\s(?:and\s|or\s)?|\s(?:and|or|nor)\s)(?P<word>by|via|with|in|as|to|of|for|from|using|through|on|at|mode|type|class|level|format|category|"
    r"version|state|status|zone|grade|group)\s(?=\S)"
)


def without_repeats(text: str) -> str:
    """The text with blanks where each value of a list has the word again that stands before the first: "by card, by bank transfer"."""
    for found in _REPEATED.finditer(text):
        if re.search(rf"\b{found['word']}\s", text[: found.start()]):
            text = text[: found.start("word")] + " " * len(found["word"]) + text[found.end("word") :]
    return text


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a list and where the list stands in the clean text."""

    values: tuple[str, ...]
    start: int
    end: int


_LATIN = re.compile(r"[A-Za-z][\w.+#/-]*", re.ASCII)
_OF_IT = re.compile(r"(?P<value>[A-Za-z][A-Za-z0-9.+#/-]*)的[\u4e00-\u9fff]+")
"""What has the value, behind the last of a list: "PDF或XML的发票"."""


def split(found: str) -> tuple[str, ...]:
    """The members of a list, without quotes, each once; "ETC" is the toll that is paid on the road."""
    parts: list[str] = []
    at = 0
    for quoted in re.finditer(_QUOTED, found):
        parts += _SPLIT.split(found[at : quoted.start()])
        parts.append(quoted[0].strip(_QUOTES))
        at = quoted.end()
    parts += _SPLIT.split(found[at:])
    clean = [p.strip().strip(_QUOTES).strip(" ,.;，。；") for p in parts]
    if len(clean) > 1 and all(_LATIN.fullmatch(p) for p in clean[:-1]) and (owner := _OF_IT.fullmatch(clean[-1])):
        clean[-1] = owner["value"]
    return tuple(
        dict.fromkeys(p for p in clean if p and (p == "ETC" or p.lower() not in ("and", "or", "和", "或", "etc", "等", "the")))
    )


def at(text: str, start: int, end: int, *, loose: bool = False) -> Values | None:
    """The list that starts at `start`: quoted or capitalised values, with `loose` any words."""
    patterns = (QUOTED, CAPITALS, WORDS) if loose else (QUOTED, CAPITALS)
    best: re.Match[str] | None = None
    for pattern in patterns:
        match = pattern.match(text, start, end)
        if match and (best is None or match.end() > best.end()):
            best = match
    if best is None:
        return None
    values = split(best[0])
    return Values(values, best.start(), best.end()) if values else None


def to_the_end(text: str, start: int) -> Values | None:
    """The list of any words that starts at `start` and ends with the clause."""
    match = WORDS_TO_THE_END.match(text, start)
    values = split(match[0]) if match else ()
    return Values(values, start, match.end()) if match and values else None


def han(text: str, start: int, end: int) -> Values:
    """The list in `[start, end)`, every part of it a value."""
    return Values(split(text[start:end]), start, end)


def lines(text: str, start: int) -> Values | None:
    """The lines from `start` on, each a value: what stands under "the following:"."""
    values: list[str] = []
    at_ = start
    for line in text[start:].split("\n"):
        match = _LINE.match(line.strip())
        if match and match["value"]:
            values.append(match["value"].strip())
        at_ += len(line) + 1
    return Values(tuple(dict.fromkeys(values)), start, min(at_ - 1, len(text))) if values else None
