"""What is closed from some number or time on: "After three failed PIN entries the card shall be locked; a card with fewer failed
entries stays usable", "A session that has been inactive for 30 minutes shall be closed". What stays usable, told or not, is
accepted (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import is_plural, lower_first, present
from testgen_runtime.documents.model import Bound, Limit, Span
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_N: Final = r"(?:\d{1,5}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety)"
_NUMBER: Final = rf"(?P<number>{_N})"
_COUNT: Final = rf"(?:after|on|upon)\s{_NUMBER}\s(?P<what>(?:[a-z-]+\s){{1,4}}?[A-Za-z-]*s)(?P<row>\sin\s(?:a\srow|succession))?"
_TIME: Final = (
    r"(?:after|on|upon)\s(?P<time>(?:\d+|[a-z]+)\s(?:seconds|minutes|hours|days))\s(?:of|without)\s(?P<idle>[a-z]+(?:\s[a-z]+)?)"
)
_CLOSED: Final = (
    r"(?P<thing>(?:the|an?)\s[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?:shall|must|will|is|are)\s?(?:(?:be|stay|remain)\s)?(?:automatically\s)?"
    r"(?P<closed>locked|blocked|terminated|closed|suspended|disabled|deactivated|ended|logged out|signed out|expired)"
    r"(?:\seven\s(?:for|with)\s(?P<even>an?\s[a-z]+(?:\s[a-z]+){0,2}))?"
)
_BEFORE: Final = (
    r"[;,.]\s(?:but\s|and\s)?(?P<before>"
    r"(?:[^;.]*\b(?:fewer|less|until then|before (?:that|then)|up to (?:that|then)|earlier)\b[^;.]*))\.?"
)
_SOME_TIME: Final = rf"{_N}\s(?:seconds?|minutes?|hours?|days?|weeks?|months?)"
_FOR_A_TIME: Final = rf"(?:\sfor\s(?:another\s|the\snext\s)?{_SOME_TIME})?"
_LEFT: Final = re.compile(
    r"(?:if\s)?(?P<thing>(?:the|an?)\s[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?:(?:that|which)\s)?(?:"
    rf"(?:has|is|have|are)\s(?P<idle>(?:been\s)?(?:inactive|idle)|not\s(?:been\s)?(?:used|accessed|opened|active))\sfor\s(?:more\sthan\s)?(?P<time>{_SOME_TIME})|"
    rf"without\s(?P<none>[a-z]+)\sfor\s(?P<time2>{_SOME_TIME})|with\sno\s(?P<none2>[a-z]+)\sfor\s(?P<time3>{_SOME_TIME})),?\s"
    r"(?:(?:it\s|they\s)?(?:shall|must|will|is|are)\s(?:be\s)?(?:automatically\s)?(?P<closed>locked|blocked|terminated|closed|suspended|disabled|deactivated|ended|"
    r"logged\sout|signed\sout|expired|deleted|archived)|(?P<expires>(?:shall\s|must\s|will\s)?expires?))\.?",
    re.I,
)
"""What nobody uses for a time: "A session that has been inactive for 30 minutes shall be closed"."""
_SHAPES: Final = (
    re.compile(rf"(?:{_COUNT}),?\s{_CLOSED}{_BEFORE}", re.I),
    re.compile(rf"{_CLOSED}\s{_COUNT}{_BEFORE}", re.I),
    re.compile(rf"(?:{_TIME}),?\s{_CLOSED}{_BEFORE}", re.I),
    re.compile(rf"{_CLOSED}\s{_TIME}{_BEFORE}", re.I),
    re.compile(rf"(?:{_COUNT}),?\s{_CLOSED}{_FOR_A_TIME}\.?", re.I),
    re.compile(rf"{_CLOSED}{_FOR_A_TIME}\s{_COUNT}\.?", re.I),
    re.compile(rf"(?:{_TIME}),?\s{_CLOSED}\.?", re.I),
    re.compile(rf"{_CLOSED}\s{_TIME}\.?", re.I),
)
_STAYS: Final = re.compile(r"\b(?:stays?|remains?|can|may|is still|continues?|keeps?)\b", re.I)
_WITH_FEWER: Final = re.compile(r"(?:with|after|on|at)\s(?:fewer|less)\s[^,;.]{1,60},\s", re.I)
_NOT: Final = re.compile(r"\b(?:not|no longer|cannot|locked|blocked)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Usable up to the number, closed from it on; nothing where the text does not say what is so before."""
    text = statement(view)
    if (left := _LEFT.fullmatch(text)) is not None:
        yield from _left_alone(view, left)
        return
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    if found is None:
        return
    groups = found.groupdict()
    before, even = groups.get("before") or "", groups.get("even") or ""
    if even and (with_fewer := _WITH_FEWER.match(before)):
        before = present(before[with_fewer.end() :])  # what opens, told after "With fewer than …"
        before = before if re.search(rf"\b{re.escape(even.split(' ', 1)[1])}\b", before, re.I) else ""
        stays = before != ""
    else:
        stays = not before or _STAYS.search(before) is not None
    if not stays or _NOT.search(before):
        return
    words = groups.get("time") or f"{found['number']} {found['what']}"
    amounts = list(quantities(words))
    if len(amounts) != 1:
        return
    (q,) = amounts
    counted = groups.get("time") is None
    name = (
        f"number of {found['what']}"
        if counted
        else f"time of {found['idle']}"
        if " of " in found[0]
        else f"time without {found['idle']}"
    )
    unit = "" if counted else q.unit
    limit = Limit(name, None, Bound(q.value, False, Span(0, 0)), unit or q.unit, q.dimension, q.step or Decimal(1))
    thing, closed = bare(lower_first(found["thing"].lower())), found["closed"].lower()
    are = "are" if is_plural(thing) else "is"
    for level in limit_levels(limit, name, "en"):
        (value,) = level.inputs.values()
        told = shown(value, "en")
        do = (
            f"make {told.split()[0]} {found['what']}{groups.get('row') or ''}{f', then try again with {even}' if even else ''}"
            if counted
            else f"wait for {told} {'of' if ' of ' in found[0] else 'without'} {found['idle']}"
        )
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=sentence(do, "en"),
            see=sentence(
                before if before and level.good and counted else f"the {thing} {are} {'not ' if level.good else ''}{closed}", "en"
            ),
            reason=level.reason,
            weight=level.weight,
            title=f"{name}: {told}",
            whole=True,
        )


def _left_alone(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """Not yet closed up to the time, closed from it on."""
    amounts = list(quantities(found["time"] or found["time2"] or found["time3"]))
    if len(amounts) != 1:
        return
    (q,) = amounts
    beyond = re.search(r"\bfor\smore\sthan\b", found[0], re.I) is not None
    thing = bare(lower_first(found["thing"].lower()))
    idle = (found["idle"] or "").lower()
    state = "inactive" if re.search("inactive|idle|not active", idle) else "unused" if idle else ""
    name = (
        "inactive time"
        if state == "inactive"
        else "time without use"
        if state
        else f"time without {found['none'] or found['none2']}"
    )
    closed = "expired" if found["expires"] else found["closed"].lower()
    are = "are" if is_plural(thing) else "is"
    limit = Limit(name, None, Bound(q.value, beyond, Span(0, 0)), q.unit, q.dimension, q.step or Decimal(1))
    for level in limit_levels(limit, name, "en"):
        (value,) = level.inputs.values()
        told = shown(value, "en")
        yield point(
            view,
            technique=level.technique,
            ok=level.good,
            inputs=level.inputs,
            preconditions=(),
            do=sentence(f"leave the {thing} {state or 'alone'} for {told}", "en"),
            see=sentence(f"the {thing} {are} {'not ' if level.good else ''}{closed}", "en"),
            reason=level.reason,
            weight=level.weight,
            title=f"{name}: {told}",
            whole=True,
        )
