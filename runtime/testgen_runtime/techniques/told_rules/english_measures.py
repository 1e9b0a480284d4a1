"""One bound or range of one measure in English words: "heavier than 31.5 kg", "from 2 °C up to and including 6 °C"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms import clock
from testgen_runtime.documents.atoms.extract import atoms
from testgen_runtime.documents.atoms.numbers import Quantity, quantities
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.documents.view import view
from testgen_runtime.techniques.names import limit_name

_MORE: Final = (
    "more|greater|higher|larger|bigger|longer|heavier|older|taller|later|faster|wider|warmer|hotter|"
    "deeper|thicker|farther|further"
)
_LESS: Final = "less|fewer|lower|smaller|shorter|lighter|younger|earlier|slower|narrower|colder|cooler|thinner|closer|nearer"
_UP: Final = "more|above|over|higher|older|longer|later|greater|larger|heavier|upwards?|taller|better|up|beyond"
_DOWN: Final = "less|below|under|fewer|lower|younger|shorter|smaller|lighter|earlier|cheaper"
_FILL: Final = r"(?:(?:a|an|the|its|their|his|her)\s[a-z-]+(?:\s[a-z-]+)?\sof\s|the\sage\sof\s|(?:age|aged|worth)\s)?"
_N: Final = r"(?:(?:EUR|USD|GBP|CHF|€|\$|£)\s?)?(?:(?<![\w.,)])[-−+])?(?<![A-Za-z]-)(?<![A-Za-z]/)\d[\d,]*(?:\.\d+)?"
_UNIT: Final = (
    r"(?:\s?(?:%|‰|°\s?[CF]\b|€|£|\$|[A-Za-zµμ]{1,6}/[A-Za-z²³0-9]{1,4}\b|"
    r"[A-Za-zµμ²³]+\b(?:\s(?!(?:or|and|to|up|at|the|of|in|for|on|per|is|are|before|after|old|long|unless|if|when|may|can|must|shall|but|with|without|"
    r"than|will|by|from|do|does|has|have|cannot|only|while|as|that|who|which|an?|inclusive|included|ago|since|wide|high|tall|deep|thick)\b)[a-z]+\b)?))?"
)
_NO_UNIT: Final = re.compile(
    r"\s?(?:or|and|to|up|up\sto|at|the|inclusive|included|of|in|for|on|per|is|are|before|after|old|long|unless|if|when|may|can|must|shall|"
    r"but|with|without|than|are|will|by|from|do|does|has|have|cannot|only|while|as|that|who|which|a|an)\b",
    re.I,
)
_VALUE: Final = rf"(?P<{{0}}>{_N})(?P<{{0}}u>{_UNIT})"
_EDGE: Final = (
    r"(?P<edge>,?\s\(?(?:inclusive|included|including\sboth(?:\sends|\svalues)?|"
    r"both\s(?:values\s|ends\s)?(?:included|inclusive))\)?)?"
)
_AT_LEAST: Final = (
    rf"(?:at\sleast|(?:no|not)\s(?:{_LESS})\sthan|not\s(?:below|under)|a\sminimum\s(?:\w+\s)?of|minimum\sof|as\sof|"
    r"starting\s(?:at|from))"
)
_AT_MOST: Final = (
    rf"(?:at\smost|(?:no|not)\s(?:{_MORE})\sthan|not\s(?:above|over|exceed(?:ing)?)|up\sto(?:\sand\sincluding)?|"
    r"a\smaximum\s(?:\w+\s)?of|maximum\sof|within|until)"
)


_MEASURE: Final = {"thick": "thickness", "long": "length", "wide": "width", "high": "height", "tall": "height", "deep": "depth"}
_BY_VERB: Final = {"weigh": "weight", "cost": "price", "last": "duration", "take": "duration"}
_VERBS: Final = re.compile(r"\b(weigh(?:s|ing)?|cost(?:s|ing)?|last(?:s|ing)?|takes?|taking)\s$", re.I)
_AHEAD: Final = re.compile(
    r"\s(?:[a-z]+\s){0,2}?before\s(?:the\s|its\s|their\s|an?\s)?([a-z-]+(?:\s(?!may|can|must|shall|is|are)[a-z-]+)?)"
)
_FORMS: Final = re.compile(rf"\s({'|'.join(_MEASURE)})\b", re.I)


def _value(name: str) -> str:
    return _VALUE.replace("{0}", name)


_SHAPES: Final = tuple(
    (kind, re.compile(rf"\b{shape}", re.I))
    for kind, shape in (
        ("range", rf"(?:between|within)\s{_FILL}{_value('a')}\sand\s{_FILL}{_value('b')}{_EDGE}"),
        ("range", rf"{_AT_LEAST}\s{_FILL}{_value('a')},?\s(?:and|but)\s{_AT_MOST}\s{_FILL}{_value('b')}"),
        ("range", rf"(?:from\s)?{_FILL}{_value('a')}\s(?:up\s)?to\s(?P<out>but\s(?:not\sincluding|excluding)\s){_value('b')}"),
        ("range", rf"(?:from\s)?{_FILL}{_value('a')}\s(?:up\sto\sand\sincluding|up\sto|through|to)\s{_value('b')}{_EDGE}"),
        ("range", rf"(?:from\s)?{_FILL}{_value('a')}\s?[–-]\s?{_value('b')}{_EDGE}"),
        (">=", rf"{_AT_LEAST}\s{_FILL}{_value('a')}"),
        ("<=", rf"{_AT_MOST}\s{_FILL}{_value('a')}"),
        (">=", rf"{_value('a')}(?:\s(?:of\sage|old|or))?\s(?:or|and)\s(?:{_UP})\b(?!\sto)"),
        ("<=", rf"{_value('a')}(?:\s(?:of\sage|old))?\s(?:or|and)\s(?:{_DOWN})\b"),
        (">", rf"(?:(?:{_MORE})\sthan|above|over|exceed(?:s|ing)?|in\sexcess\sof|beyond)\s{_FILL}{_value('a')}"),
        ("<", rf"(?:(?:{_LESS})\sthan|below|under|short\sof)\s{_FILL}{_value('a')}"),
        (">=", rf"from\s{_FILL}{_value('a')}(?:\s(?:on|onwards?|upwards?))?"),
        ("=", rf"(?:exactly|equal\sto|precisely)\s{_value('a')}"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """A limit with its place in the words that tell it."""

    limit: Limit
    start: int
    end: int


def measures(text: str) -> Iterator[Measured]:
    """Every comparison of a text, from the left; a number that nothing is compared with is left out."""
    at = 0
    while True:
        found = [(m.start(), -m.end(), kind, m) for kind, shape in _SHAPES if (m := shape.search(text, at))]
        if not found:
            return
        _, _, kind, match = min(found, key=lambda one: one[:2])
        if re.match(r"\s(?:[a-z]+\s){0,2}before\b", text[_end(match) :]) and re.match(
            r"until|up\sto(?!.*\bearlier\b)|.*\b(?:later|earlier)\b", match[0], re.I
        ):
            kind = {"<=": ">=", ">=": "<=", ">": "<", "<": ">"}.get(kind, kind)  # "no later than 3 days before" is 3 days or more
        limit, end = _limit(text, kind, match)
        if limit is not None:
            yield Measured(limit, match.start(), end)
        at = max(end, match.start() + 1)


def _limit(text: str, kind: str, match: re.Match[str]) -> tuple[Limit | None, int]:
    first, end = _quantity(match, "a")
    if first is None:
        return None, match.end()
    end = max(match.end(), end) if kind not in (">", "<", ">=", "<=", "=") else max(end, _end(match))
    low, high = Bound(first.value, kind == ">=" or kind in ("range", "="), Span(0, 0)), None
    q = first
    if kind == "range":
        last, end = _quantity(match, "b")
        last = _in_unit(last, first.unit) if last is not None else None
        if last is None:
            return None, match.end()
        q = last if last.unit else first
        high = Bound(last.value, not match.groupdict().get("out"), Span(0, 0))
        end = max(end, match.end()) if match.groupdict().get("edge") else end
    lower, upper = (
        (low, high) if kind == "range" else (low, low) if kind == "=" else (low, None) if kind[0] == ">" else (None, None)
    )
    if kind[0] == "<":
        upper = Bound(first.value, kind == "<=", Span(0, 0))
    step = max((one.step for one in (first, q) if one.step), default=Decimal(1), key=lambda s: -s)
    limit = Limit("", lower, upper, q.unit, q.dimension, step)
    return _named(text, limit, match, q), end


_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def _in_unit(q: Quantity, unit: str) -> Quantity | None:
    """A quantity in the unit of the other end of its range; None where that cannot be."""
    own, other = q.unit.rstrip("s").lower(), unit.rstrip("s").lower()
    if not unit or not own or own == other:
        return q
    if own not in _SECONDS or other not in _SECONDS:
        return None
    return replace(q, value=q.value * _SECONDS[own] / _SECONDS[other], unit=unit)


def _end(match: re.Match[str]) -> int:
    """Where a comparison ends, without the word behind its number that is no unit."""
    trimmed = _NO_UNIT.match(match["au"] or "")
    return match.end("a") if trimmed and match.end() == match.end("au") else match.end()


def _quantity(match: re.Match[str], name: str) -> tuple[Quantity | None, int]:
    """The number of a group with its unit, and where they end."""
    unit = match[f"{name}u"] or ""
    if _NO_UNIT.match(unit):
        unit = ""
    found = list(quantities(f"{match[name]}{unit}"))
    if len(found) != 1:
        return None, match.end(name)
    told = re.match(rf"\s?{re.escape(found[0].unit)}", unit)
    return found[0], match.end(name) + (told.end() if told else 0)


_DISTANCE: Final = re.compile(
    r"\b(?P<what>distance|gap|interval)\s(?:to|from|between)\s(?:(?!\band\b|\bor\b)[^,.;]){0,40}$", re.I
)
"""Between two ends: "the distance to the delivery address does not exceed"."""


def _named(text: str, limit: Limit, match: re.Match[str], q: Quantity) -> Limit | None:
    """The limit with the name of what is measured: that of the same sentence with a plain comparison."""
    if limit.unit == clock.UNIT:
        return None
    old = re.search(r"\b(?:age|aged|old|older|younger)\b", text) is not None
    if not limit.unit and old:
        limit = replace(limit, unit="years", dimension="duration")
    number = match["b"] if limit.upper is not None and "b" in match.groupdict() and match["b"] else match["a"]
    before, after = text[: match.start()], text[_end(match) :]
    plain = f"{before}at least {number} {limit.unit}".strip()
    told = [a.value for a in atoms(view(plain, [Span(0, len(plain))]), plain, "", "en") if isinstance(a.value, Limit)]
    subject = told[-1].subject.strip() if told else ""
    unit = limit.unit
    if old and "age" not in subject:
        subject = "age"
    elif way := _DISTANCE.search(before):
        subject = way["what"].lower()
    elif verb := _VERBS.search(before):
        subject = _BY_VERB[verb[1].lower().rstrip("s").removesuffix("ing")]
    elif ahead := _AHEAD.match(after):
        subject = f"time before {ahead[1]}"
    elif (form := _FORMS.match(after)) and _MEASURE[form[1].lower()] not in subject:
        subject = _MEASURE[form[1].lower()]
    if q.noun and q.noun.split()[-1].rstrip("s") not in subject and subject != "age":
        subject = f"number of {q.noun}"
    limit = replace(limit, subject=subject or (f"number of {q.noun}" if q.noun else ""))
    return replace(limit, unit=unit, subject=limit_name(limit, "en"))
