"""Dates and times of day as boundaries: "until 31 March 2026", "before 14:00", "between 08:00 and 18:00".

The bound is tried with its neighbours, a minute or a day away (ISO/IEC/IEEE 29119-4:2021, 5.2.3); not the bound itself where the
text leaves open on which side it lies ("until 18:00").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import article, infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import MODAL, REFUSED, Operation, point
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join(_MONTHS)
_TIME = r"(?:[01]?\d|2[0-3])(?::|\.)[0-5]\d(?:\s?(?:h|hrs|o'clock))?(?!\d)|(?:1[0-2]|[1-9])(?::[0-5]\d)?\s?(?:a\.?m\.?|p\.?m\.?)"
_DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\s(?:{_MONTH})\s\d{{4}}|(?:{_MONTH})\s\d{{1,2}},?\s\d{{4}}"
_POINT = rf"(?:the\s)?(?:{_DATE}|{_TIME})"
_LAST = (
    r"(?P<last>no later than|not later than|at the latest (?:on|at)|by|on or before|up to and including|not after)"
    rf"\s(?P<last_at>{_POINT})"
)
_BEFORE = rf"(?P<before>before|earlier than|prior to)\s(?P<before_at>{_POINT})"
_UNTIL = rf"(?P<until>until|till|up to)\s(?P<until_at>{_POINT})"
_FIRST = (
    r"(?P<first>from|since|no earlier than|not earlier than|not before|on or after|as of|starting (?:on|at))"
    rf"\s(?P<first_at>{_POINT})"
)
_AFTER = rf"(?P<after>after|later than|past)\s(?P<after_at>{_POINT})"
_BETWEEN = rf"(?:between|from)\s(?P<low>{_POINT})\s(?:and|to|until|till)\s(?P<high>{_POINT})"
_BOUND = re.compile("|".join((_BETWEEN, _LAST, _BEFORE, _UNTIL, _FIRST, _AFTER)), re.I)
_INCLUSIVE = re.compile(r"\b(?:inclusive|included|including)\b", re.I)
_OUTSIDE = re.compile(r"\b(?:outside|not (?:with)?in)(?: of)?(?: the| its| these| this)?(?: [a-z-]+){0,3}?\s$", re.I)
"""Before a span: what is told holds beside it ("orders placed outside the opening hours from 08:00 to 18:00")."""
_NOT_THEN = re.compile(
    r"\b(?:outside|(?:at|during) (?:any|all) other|before and after|earlier or later)\b[^.;]*?"
    r"\b(?:(?:is|are|be|may|can|will|shall|must|does|do) not|cannot|no longer|remains? (?:closed|shut|off))\b",
    re.I,
)
"""What does not happen at all other times: "Callers outside these hours are not put through"."""
_VALUE = re.compile(
    r"\b(?:value|level|ratio|index|score|grade|factor|number|average|reading|share|size|version)s?\s(?:of|is|are)?\s?$", re.I
)
Moment = date | time
Side = Literal["in", "out", "open"]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a span of time; `at` tells on which side the bound itself lies."""

    moment: Moment
    lower: bool
    at: Side


def points(view: View) -> Iterator[TestPoint]:
    """The moments at and beside the first bound that a result hangs on; nothing where no result or more than one span is told."""
    text = view.requirement.text
    found = [bound for bound in _BOUND.finditer(text) if not _measured(text, bound)]
    if not 1 <= len(found) <= 2:
        return
    clause = next((text[a:b] for a, b in view.spans if a <= found[0].start() < b), text)
    refusing = REFUSED.search(clause) is not None
    beside = found[0]["low"] is not None and _OUTSIDE.search(text[: found[0].start()]) is not None
    rest = text.replace(clause, " ")
    if (
        not refusing
        and REFUSED.search(rest) is None
        and _NOT_THEN.search(rest) is None
        and not re.search(r"\bonly\b", clause, re.I)
    ):
        return
    ends = _ends(found[0], text)
    if not ends or any(not same(ends, other) for other in (_ends(m, text) for m in found[1:])):
        return
    done = _done(clause, refusing)
    verb = done.verb if re.search(r"\b(?:may|can)\s(?:only\s)?be\s", clause) else "submit"
    stamp = "date" if isinstance(ends[0].moment, date) else "time"
    name = f"{done.thing} {stamp}"
    for end in ends:
        for place in (-1, 0, 1):
            moment = _moved(end.moment, place)
            inside = _inside(end, place)
            if moment is None or inside is None or (len(ends) > 1 and not all(_covers(e, moment) for e in ends if e is not end)):
                continue
            ok = inside != (refusing != beside)
            told = _written(moment)
            where = {-1: "just before", 0: "exactly at", 1: "just after"}[place]
            yield point(
                view,
                technique=Technique.BOUNDARY_VALUE_ANALYSIS,
                ok=ok,
                inputs={name: Input(told, "", "text" if place == 0 else "boundary")},
                preconditions=(),
                do=sentence(f"{verb} {article(done.thing)} {done.thing} {'on' if stamp == 'date' else 'at'} {told}", "en"),
                see=done.done(ok),
                reason=f"{where} {_written(end.moment)}",
                weight=0.93 if inside else 0.95,
                title=f"{done.thing} {'on' if stamp == 'date' else 'at'} {told}",
            )


def _measured(text: str, bound: re.Match[str]) -> bool:
    """Whether what is compared is an amount and no time of day: "higher than 2.10 m", "a pH value of up to 7.40"."""
    return any(
        (q.unit and q.dimension != "duration") or _VALUE.search(text[: bound.start()])
        for q in quantities(text)
        if bound.start() <= q.start < bound.end()
    )


def same(ends: list[End], others: list[End]) -> bool:
    """Whether two wordings speak of the same moments ("before 14:00 … at 14:00 or later")."""
    return {e.moment for e in others} <= {e.moment for e in ends}


def _ends(found: re.Match[str], text: str) -> list[End]:
    """The ends of the span in which something holds; [] where a moment cannot be."""
    closed: Side = "in" if _INCLUSIVE.search(text[found.end() : found.end() + 40]) else "open"
    told: list[tuple[str | None, bool, Side]] = [
        (found["low"], True, "in"),
        (found["high"], False, "in" if _moment(found["high"]) and isinstance(_moment(found["high"]), date) else closed),
        (found["last_at"], False, "in"),
        (found["before_at"], False, "out"),
        (found["until_at"], False, "in" if isinstance(_moment(found["until_at"]), date) else closed),
        (found["first_at"], True, "in"),
        (found["after_at"], True, "out"),
    ]
    ends = []
    for words, lower, at in told:
        if words is None:
            continue
        moment = _moment(words)
        if moment is None:
            return []
        ends.append(End(moment, lower, at))
    return ends


def _moment(words: str | None) -> Moment | None:
    if words is None:
        return None
    words = re.sub(r"^the\s", "", words.strip().lower())
    try:
        if re.match(r"\d{4}-", words):
            return date.fromisoformat(words)
        if named := re.match(
            rf"(?:(?P<d>\d{{1,2}})\s(?P<m>{_MONTH})|(?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}}),?)\s(?P<y>\d{{4}})", words
        ):
            return date(int(named["y"]), _MONTHS.index(named["m"] or named["m2"]) + 1, int(named["d"] or named["d2"]))
        found = re.match(r"(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?\s?(?P<half>[ap])?", words)
        assert found is not None
        hour = int(found["h"]) % 12 + (12 if found["half"] == "p" else 0) if found["half"] else int(found["h"])
        return time(hour, int(found["m"] or 0))
    except ValueError:
        return None


def _moved(moment: Moment, place: int) -> Moment | None:
    """The moment `place` minutes or days on; None beyond the day or the calendar."""
    try:
        if isinstance(moment, date):
            return moment + timedelta(days=place)
        moved = datetime.combine(date(2000, 1, 2), moment) + timedelta(minutes=place)
        return moved.time() if moved.date() == date(2000, 1, 2) else None
    except OverflowError:
        return None


def _inside(end: End, place: int) -> bool | None:
    if place == 0:
        return None if end.at == "open" else end.at == "in"
    return (place > 0) == end.lower


def _covers(end: End, moment: Moment) -> bool:
    if isinstance(moment, date) != isinstance(end.moment, date):
        return False
    return (moment > end.moment) if end.lower else (moment < end.moment)  # type: ignore[operator]


def _written(moment: Moment) -> str:
    return moment.isoformat() if isinstance(moment, date) else moment.strftime("%H:%M")


def _done(clause: str, refusing: bool) -> Operation:
    """What becomes of what: "Applications … shall be accepted" → accept the application."""
    if refused := re.search(
        r"\b(?:reject|refuse|decline|deny|block)s?\s(?:an?|the|any)\s(?P<thing>[a-z]+(?:\s(?!that|which|if|when|sub)[a-z]+)?)\b",
        clause,
        re.I,
    ):
        return Operation("accept", refused["thing"].lower())
    head = re.search(
        r"(?:^|,\s)(?:(?:An?|The|Any|Every|Only)\s)?(?P<thing>[a-z]+(?:\s(?:request|order|form|report|application)s?)?)\b",
        clause,
        re.I,
    )
    thing = head["thing"].lower() if head else "request"
    thing = singular(thing)
    passive = re.search(
        rf"\b(?:are|is|{MODAL}\s(?:only\s)?be)\s(?P<done>[a-z]+(?:ed|en|t))\b(?P<how>\s(?:through|in|out|up|off|down|back|over)\b)?",
        clause,
    )
    verb = infinitive(passive["done"]) if passive and not refusing else None
    if verb and passive and passive["how"]:
        verb += passive["how"]
    return Operation(verb or "accept", thing)
