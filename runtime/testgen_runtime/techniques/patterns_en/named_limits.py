"""Limits that differ by what is named: "Shipments to Canada and Mexico are accepted up to a declared value of 800 USD, shipments
to Japan up to 200 USD." Each name is tried at its own bound and beyond it; another name, where the text refuses those, inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, infinitive
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.bounds import Bounded, bounded
from testgen_runtime.techniques.patterns_en.telling import MODAL, REFUSED, Operation, point
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

MOST_NAMES: Final = 8
_NAME = re.compile(
    r"\b(?:(?P<before>[a-z]+)\s)?[“\"']?(?P<name>(?!(?:For|In|Within|With|To|From|The|An|All|Any|Each|Every)\b)[A-Z][A-Za-z0-9]*(?:\s(?!and\b|or\b)[A-Z][A-Za-z0-9]*)?)[”\"']?(?:\s(?P<after>[a-z]+))?"
)
_OTHER = re.compile(r"\b(?:any|all|every|each) other (?P<what>[a-z]+)\b|\bother (?P<whats>[a-z]+s)\b", re.I)
_NO_KIND = frozenset(
    {
        "to",
        "from",
        "in",
        "for",
        "with",
        "of",
        "and",
        "or",
        "are",
        "is",
        "may",
        "can",
        "must",
        "shall",
        "up",
        "at",
        "the",
        "by",
        "as",
        "on",
        "within",
        "into",
        "inside",
        "between",
    }
)
_KIND_BY_LINK = {"to": "destination", "from": "origin", "in": "place", "within": "place"}
_STOP = frozenset({"EUR", "USD", "GBP", "CHF", "CNY", "JPY", "MB", "GB", "KB", "TB"})


@dataclass(frozen=True, slots=True)
class Band:
    """Names that share a limit."""

    names: tuple[str, ...]
    limit: Bounded


def points(view: View) -> Iterator[TestPoint]:
    """The points of limits that hold for one name each; nothing where there are fewer than two, or a name has two limits."""
    text = view.requirement.text
    first = re.split(r"(?<=[\w)%])[.;]\s", text)[0]
    rest = text[len(first) :]
    bands, kind = _bands(first)
    if len(bands) < 2 or len({(b.limit.unit, b.limit.dimension) for b in bands}) > 1:
        return
    names = [name for band in bands for name in band.names]
    if len(set(names)) != len(names) or len(names) > MOST_NAMES or len({b.limit.value for b in bands}) < 2:
        return
    refused = REFUSED.search(rest) is not None
    other = _OTHER.search(rest) or _OTHER.search(first)
    closed = refused and other is not None and REFUSED.search(text[other.start() :]) is not None
    if other is not None and kind in ("", "destination", "origin", "place"):
        what = other["what"] or other["whats"]
        kind = singular(what) if what not in ("cases", "case", "value", "amount") else kind
    done = _done(first)
    measure = next((b.limit.measure for b in bands if b.limit.measure), "") or bands[0].limit.name(done.thing)
    kind = kind or "category"
    for band in bands:
        levels = _levels(band.limit, measure)
        for name in band.names:
            for level in levels if name == band.names[0] else [lv for lv in levels if lv.weight > 0.9]:
                yield _point(view, done, kind, name, measure, level, ok=level.good)
    if closed:
        least = min(bands, key=lambda b: b.limit.value)
        level = next(lv for lv in _levels(least.limit, measure) if lv.good)
        yield _point(view, done, kind, other_value(tuple(names), "en"), measure, level, ok=False)


def _levels(found: Bounded, measure: str) -> tuple[Level, ...]:
    limit = Limit(measure, None, Bound(found.value, found.inclusive, Span(0, 0)), found.unit, found.dimension, found.step)
    return limit_levels(limit, measure, "en")


def _point(view: View, done: Operation, kind: str, name: str, measure: str, level: Level, *, ok: bool) -> TestPoint:
    (value,) = level.inputs.values()
    told = shown(value, "en")
    return point(
        view,
        technique=level.technique if level.good == ok else Technique.EQUIVALENCE_PARTITIONING,
        ok=ok,
        inputs={kind: Input(name, "", "text" if name in view.requirement.text else "example"), measure: value},
        preconditions=(),
        do=sentence(
            f"request {article(measure)} {measure} of {told} for the {kind} {name}"
            if done.thing == measure
            else f"submit {article(done.thing)} {done.thing} with the {kind} {name} and {article(measure)} {measure} of {told}",
            "en",
        ),
        see=done.done(ok),
        reason=f"{level.reason} of {kind} {name}" if level.good == ok else f"a {kind} that is not named",
        weight=level.weight,
        title=f"{kind} {name}, {measure} of {told}",
    )


def _bands(text: str) -> tuple[list[Band], str]:
    """The limits of a sentence, each with the names between the one before and it; and what the names are."""
    bands: list[Band] = []
    kind, at = "", 0
    for limit in bounded(text):
        segment, at = text[at : limit.start], limit.end
        found = [m for m in _NAME.finditer(segment) if m["name"] not in _STOP and not _opens(text, segment, m)]
        if not found:
            return [], ""
        bands.append(Band(tuple(dict.fromkeys(m["name"] for m in found)), limit))
        kind = kind or _kind(found[-1]) or _kind(found[0])
    return bands, kind


def _opens(text: str, segment: str, match: re.Match[str]) -> bool:
    """Whether a capital only begins the sentence ("Shipments", "Photos")."""
    name = match["name"]
    return text.startswith(segment) and match.start("name") == 0 and name[1:] == name[1:].lower()


def _kind(match: re.Match[str]) -> str:
    """What a name is one of: "zone A", "PNG format", "Gold customers", "to Japan"."""
    for word in (match["after"], match["before"]):
        if word and word not in _NO_KIND and not re.fullmatch(MODAL, word):
            return singular(word)
    return _KIND_BY_LINK.get(match["before"] or "", "")


def _done(text: str) -> Operation:
    """What becomes of what: "Shipments … are accepted" → accept the shipment."""
    head = re.match(r"(?:An?\s|The\s|Any\s|For\s)?(?P<thing>[A-Z]?[a-z]+)", text)
    thing = head["thing"].lower() if head else "request"
    thing = singular(thing)
    if text.startswith("For ") and (given := re.search(r"\ban?\s(?P<what>[a-z]+)\sof\s", text)):
        thing = given["what"]
    passive = re.search(rf"\b(?:(?P<what>[a-z]+)\s(?:of\s.{{0,30}}?)?)?(?:are|is|{MODAL}\sbe)\s(?P<done>[a-z]+ed)\b", text)
    verb = infinitive(passive["done"]) if passive else None
    return Operation("accept" if verb is None or REFUSED.search(passive["done"] if passive else "") else verb, thing)
