"""Text to lexical terms, for English and Chinese alike.

No dictionary and no model: Chinese is cut into single characters and pairs, everything else into words as they are written.
Ids such as `REQ-12`, `LC2003.2` or `/req/core` stay whole and count by their parts as well. Five-character grams across both
scripts catch inflections, misspellings and compounds that words miss.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

MAX_CHARACTERS: Final = 20_000  # more of one text adds no terms worth their memory; a requirement holds 8,000 at most
GRAM: Final = 5

_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN: Final = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[\w./-])+")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")
_PART: Final = re.compile(rf"[^\W_{_HAN}]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SUFFIX: Final = re.compile(r"(?:ing|ed|es|s)$")
_NO_CONTENT: Final = re.compile(rf"[^\w{_HAN}]+|_+")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
MARKS: Final = "./-_"  # belong to an id inside it and to the sentence at its ends


class Family(StrEnum):
    """The kinds of terms. The same letters in two families are two terms."""

    WORD = "w"  # a word or an id; where a full stop or the like touches it, also in that form: it closes its clause
    PART = "p"  # the parts of an id, a path or a camelCase name
    PAIR = "b"  # two words in a row
    HAN = "c"  # one Chinese character
    HAN_PAIR = "d"  # two Chinese characters in a row
    GRAM = "g"  # five characters in a row, punctuation read as one space


Terms = dict[Family, list[str]]


def terms(text: str) -> Terms:
    """The terms of `text` by family, in order and with repetitions. Total: any text gives a (maybe empty) answer."""
    shown = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]))
    found: Terms = {family: [] for family in Family}
    before = ""
    for run in _RUN.findall(shown):
        if _IS_HAN.match(run):
            found[Family.HAN] += run
            found[Family.HAN_PAIR] += (run[i : i + 2] for i in range(len(run) - 1))
            before = ""
            continue
        written = stem(run.lower())
        found[Family.WORD] += _word(run, written)
        found[Family.PART] += _parts(run)
        if before:
            found[Family.PAIR].append(f"{before} {written}")
        before = written
    content = _NO_CONTENT.sub(" ", shown.lower())
    found[Family.GRAM] += (content[i : i + GRAM] for i in range(len(content) - GRAM + 1))
    return found


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return _IS_HAN.match(character) is not None


def words(text: str) -> list[str]:
    """The runs of `text` that are not Chinese, as written: words, numbers and whole ids, with the marks that touch them."""
    return [run for run in _RUN.findall(text) if not _IS_HAN.match(run)]


def stem(word: str) -> str:
    """`word` without the commonest English endings. Short words, ids and numbers are left as they are."""
    return _SUFFIX.sub("", word) if len(word) > 5 else word


def _word(run: str, written: str) -> list[str]:
    bare = run.strip(MARKS)
    if bare == run:
        return [written]
    return [stem(bare.lower()), run.lower()] if bare else [run]


def _parts(run: str) -> list[str]:
    parts = [part for piece in _PART.findall(run) for part in _CAMEL.split(piece)]
    return [stem(part.lower()) for part in parts] if len(parts) > 1 else []
