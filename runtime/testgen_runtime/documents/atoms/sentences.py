"""A requirement's clean text -> its sentences -> its rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.alternatives_zh import lists_of_conditions
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut
from testgen_runtime.documents.atoms.clauses_en import units_en
from testgen_runtime.documents.atoms.clauses_zh import units_zh
from testgen_runtime.documents.atoms.gaps_en import completed
from testgen_runtime.documents.model import Language

MOST_CHARACTERS = 1500  # of one sentence; what is longer is cut there, so that work stays linear
_END = re.compile(
    r"[。！？；\n]|;(?!\s?[\w-]+=)|(?<=[\w)\]”\"’%'])[.!?](?=[\s\"”’)]|$)|\s*[,，]\s*(?=or else\b|otherwise\b|else\b|否则|反之|"
    r"(?:满员|满额|额满|约满|满座|报满)(?:之?后|时)|其余(?:[^，,。；]{0,8}?)(?:予以|准予|允许|放行|收下|收购|受理|接受|通过))"
    r"|(?<=[a-z]):\s(?=(?:It|The|If|When|Any|All|Each|Every|Users?|An?)\s)"
    # "… above 35 percent - at 35 percent or lower, the request is denied"
    r"|\s[-–—]\s(?=(?:at|from|above|below|beyond|over|under|with|anything|any|all|every|in\s(?:any|all)\sother\scases?)\s(?:(?!\s[-–—]\s)[^.;])*?\s(?:is|are|be|gets?)\s"
    r"(?:refused|rejected|denied|declined|blocked|turned\s(?:away|down|back))\b(?!\s[-–—]\s))",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|no|resp|approx|incl|max|min|fig|sec)|(?<![°\w/])(?<!\d\s)[A-Za-z])$", re.IGNORECASE
)

_NEXT = re.compile(
    r"\s+(?:An?|The|Any|All|Each|Every|If|When|Others?|Only|It|In|At|On|For|From|No|Nobody|Everyone|Everybody|Anyone|Anybody|Above|Below|"
    r"Outside|Otherwise|Once|Unless|Until|These|Those|They|This|Requests?|Attempts?|Users?)\s[a-z]"
)
"""What begins a new sentence behind a single letter: "mode A, B or C. A packet in another mode …"."""


def units(text: str, language: Language) -> list[Unit]:
    """The rules of a requirement in the order of its text."""
    out: list[Unit] = []
    if language == "en":
        for part in _sentences(text, 0, len(text)):
            for clause in _spliced(part):
                out.extend(units_en(clause))
        return _gathered(text, completed(out))
    at = 0
    for listed in (*lists_of_conditions(text), None):
        for part in _sentences(text, at, listed.part.start if listed else len(text)):
            out.extend(units_zh(part))
        if listed is not None:
            out.append(listed)
            at = listed.part.end
    return _gathered(text, out)


_SPLICED = re.compile(
    r"(?!(?:if|when|whenever|while|once|unless|after|before|for|in|as|where|provided|given)\b)[^,;:]*?\b(?:may|can)\s(?!not\b)[^,;:]*"
    r"(?P<joint>,\s(?:(?:and|but|while|whereas)\s)?|\s(?:and|but|while|whereas)\s)(?P<who>[a-z]+)(?:\sand\s[a-z]+)?\s(?:may|can)\s(?!not\b)[^,;:]*\d[^,;:]*",
    re.IGNORECASE,
)


_CONTRAST = re.compile(
    r"(?P<one>[^,;:]*\d[^,;:]*)(?P<joint>,\s(?:while|whereas)\s)(?P<other>[^,;:]*\d[^,;:]*\s(?:is|are|be)\s[a-z]+(?:ed|en|n|t|d))"
)
_REFUSED_FIRST = re.compile(
    r"(?P<one>[^,;:]*\b(?:reject|refuse|decline|deny|discard)s?\s[^,;:]*\d[^,;:]*?),?\sand\s(?:shall\s|must\s)?(?P<other>(?:accept|allow|permit|take|admit)s?\s[^,;:]*\d[^,;:]*)"
)
"""Both sides of one bound, told of one subject: "shall reject every amount below 3 EUR and accept all amounts from 3 EUR upwards"."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def _spliced(part: Part) -> Iterator[Part]:
    """Two sentences that only a comma parts: "Members may borrow up to 10 books, guests may borrow up to 3 books"; or both sides of
    one bound: "Files of more than 25 MB must be rejected, while files of 25 MB or less are stored"."""
    found = _CONTRAST.fullmatch(part.text)
    if found and set(_NUMBER.findall(found["one"])) == set(_NUMBER.findall(found["other"])):
        yield cut(part, 0, found.start("joint"))
        yield cut(part, found.end("joint"), len(part.text))
        return
    found = _REFUSED_FIRST.fullmatch(part.text)
    if found and set(_NUMBER.findall(found["one"])) == set(_NUMBER.findall(found["other"])):
        yield cut(part, 0, found.end("one"))
        return
    found = _SPLICED.fullmatch(part.text)
    if found is None or words_en.ROLE.fullmatch(found["who"]) is None:
        yield part
        return
    yield cut(part, 0, found.start("joint"))
    yield cut(part, found.end("joint"), len(part.text))


def _gathered(text: str, found: list[Unit]) -> list[Unit]:
    """A condition that stands alone belongs to its neighbour: 除非 A，否则 B is B unless A; B，除非 A too."""
    out: list[Unit] = []
    waiting: tuple[Subordinate, ...] = ()
    before = Part(0, 0, "")
    for unit in found:
        if unit.conditions and not unit.main.text:
            if out and any(not c.holds for c in unit.conditions):
                out[-1] = replace(
                    out[-1], conditions=(*out[-1].conditions, *unit.conditions), part=_over(text, out[-1].part, unit.part)
                )
                continue
            if not out and unit is not found[-1] and any(not c.holds for c in unit.conditions):
                waiting, before = unit.conditions, unit.part
                continue
        elif waiting:
            unit = replace(unit, conditions=(*waiting, *unit.conditions), otherwise=False, part=_over(text, before, unit.part))
            waiting = ()
        out.append(unit)
    return out


def _over(text: str, first: Part, last: Part) -> Part:
    """The stretch from `first` to `last`."""
    return Part(first.start, last.end, text[first.start : last.end])


def _sentences(text: str, begin: int, stop: int) -> Iterator[Part]:
    for match in _END.finditer(text, begin, stop):
        short = match[0] == "." and _ABBREVIATION.search(text[max(begin, match.start() - 8) : match.start()]) is not None
        if short and match.end() < stop and not _NEXT.match(text, match.end()):
            continue
        yield from _bounded(text, begin, match.start())
        begin = match.end()
    yield from _bounded(text, begin, stop)


def _bounded(text: str, begin: int, end: int) -> Iterator[Part]:
    while begin < end:
        stop = min(end, begin + MOST_CHARACTERS)
        part = cut(Part(begin, stop, text[begin:stop]), 0, stop - begin)
        if part.text:
            yield part
        begin = stop
