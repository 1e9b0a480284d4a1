"""What may be done once with a thing: "The discount code can be used once. A second use shall be rejected", "A voucher may be
redeemed only once; further redemptions are refused". The first time and the second are tried (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_SHAPE: Final = re.compile(
    r"(?:An?|The|Each|Every|Any)\s(?P<thing>[a-z][a-z -]{2,40}?)\s(?:may|can|shall|must)\s(?:only\s)?be\s(?P<done>[a-z]+)\s"
    r"(?:only\s|at\smost\s|exactly\s)?(?:once|one\stime)(?:\sonly)?(?:[.;]|,\s(?:but|and))\s"
    r"(?:(?:an?|any|each|every|all|the)\s)?(?:second|further|repeated|another|additional|later)\s[a-z]+(?:\s(?!may\b|can\b)[a-z]+){0,3}?\s"
    r"(?P<result>(?:shall|must|will|is|are)\s[^.;,]+)\.?",
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """The first time is accepted, the second refused."""
    found = _SHAPE.fullmatch(statement(view))
    verb = infinitive(found["done"].lower()) if found else None
    if found is None or verb is None or REFUSED.search(found["result"]) is None:
        return
    thing = found["thing"].lower()
    done = Operation(verb, thing)
    for times, ok in (("1", True), ("2", False)):
        line = f"the {thing} has {'not been' if ok else 'been'} {found['done'].lower()} {'yet' if ok else 'once'}"
        yield point(
            view,
            technique=Technique.BOUNDARY_VALUE_ANALYSIS,
            ok=ok,
            inputs={f"number of times the {thing} is {found['done'].lower()}": Input(times)},
            preconditions=(sentence(line, "en"),),
            do=done.do(),
            see=done.done(ok),
            reason="the first time" if ok else "the second time",
            weight=0.9 if ok else 0.92,
            title=line,
            whole=True,
        )
