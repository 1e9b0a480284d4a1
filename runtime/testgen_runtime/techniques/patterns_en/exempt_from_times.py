"""Somebody whom a deadline does not bind: "Less than 24 hours before a performance, tickets cannot be exchanged, except by
subscribers, for whom an exchange is always possible. With 24 hours or more to go, every ticket holder can exchange". Both kinds
of people, before and past the deadline (29119-4, 5.2.6 and 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, infinitive, is_plural, uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import point, statement
from testgen_runtime.techniques.patterns_en.who_may import by_trade
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_UNIT: Final = r"(?:minute|hour|day|week|month)s?"
_SHAPE: Final = re.compile(
    rf"(?:Less|Fewer)\sthan\s(?P<n>\d{{1,4}})\s(?P<unit>{_UNIT})\sbefore\s(?P<event>(?:an?|the|its|their)\s[a-z-]+(?:\s[a-z-]+)?),\s"
    r"(?P<thing>(?:an?\s|the\s)?[a-z-]+(?:\s[a-z-]+)?)\s(?:cannot|can\sno\slonger|(?:may|must|shall|can)\snot)\sbe\s(?P<done>[a-z]+),?\s"
    r"(?:except|other\sthan|but)\sby\s(?P<who>(?:an?\s|the\s)?[a-z-]+(?:\s[a-z-]+)?)"
    r"(?:,\s(?:for\swhom|who)\s[^.;,]*?\b(?:always|at\sany\stime)\b[^.;,]*)?[.;]\s"
    rf"(?:With|At)\s(?P<n2>\d{{1,4}})\s(?P<unit2>{_UNIT})\sor\smore\s(?:to\sgo|left|before\s(?:it|that|(?P=event))|remaining),\s"
    r"(?:every|any|each|all)[a-z]*(?:\s[a-z-]+){0,3}?\s(?:can|may)\s(?P<again>(?!not\b)[a-z]+)(?:\s(?:it|them|(?P=thing)))?\.?",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """Whoever is exempt and whoever is not, at the bound and just past it; nothing where both sentences tell different times."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or found["n"] != found["n2"] or found["unit"].rstrip("s").lower() != found["unit2"].rstrip("s").lower():
        return
    verb = infinitive(found["done"])
    bound, unit = int(found["n"]), found["unit"].lower().rstrip("s")
    if verb is None or bound < 2 or (found["again"].lower() not in (verb, "do")):
        return
    who = singular(bare(found["who"]).lower())
    if not by_trade(who):
        return  # "except by post"
    thing = uncapitalised(found["thing"])
    act = f"{verb} {thing if is_plural(thing) else 'the ' + bare(thing)}"
    who_name, name = f"person is {article(who)} {who}", f"time before {found['event']}"
    for exempt, value in ((True, bound - 1), (True, bound), (False, bound - 1), (False, bound), (False, bound + 1)):
        ok = exempt or value >= bound
        told = f"{value} {unit}{'' if value == 1 else 's'}"
        line = f"the person is {'' if exempt else 'not '}{article(who)} {who}"
        yield point(
            view,
            technique=Technique.DECISION_TABLE if exempt else Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={
                name: Input(str(value), unit + ("" if value == 1 else "s"), "text" if value == bound else "boundary"),
                who_name: Input("yes" if exempt else "no"),
            },
            preconditions=(sentence(line, "en"), sentence(f"it is {told} before {found['event']}", "en")),
            do=sentence(f"as this person, {act}", "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason="exempt from the deadline" if exempt else f"{'before' if ok else 'past'} the deadline",
            weight=0.92 if exempt else 0.95 if value < bound else 0.93 if value == bound else 0.6,
            title=f"{line}, {told} before {found['event']}",
            whole=True,
        )
