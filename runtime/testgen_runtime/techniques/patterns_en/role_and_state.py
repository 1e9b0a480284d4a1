"""Who may do something while it is in some state, and in one sentence both refusals: "Nurses and doctors may change a chart as
long as the stay is Open. Changes by porters, and changes to a stay that is Closed, shall be rejected" (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.english import uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.by_roles import roles
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point, statement
from testgen_runtime.techniques.phrases import in_role, in_state, sentence
from testgen_runtime.techniques.view import View

_STATES: Final = r"[A-Z][a-z]+(?:(?:,\s|,?\sor\s|,?\sand\s)[A-Z][a-z]+){0,5}"
_WHILE: Final = r"(?:only\s)?(?:as\slong\sas|while|if|when|provided\sthat)"
_IN: Final = r"(?:in\s(?:the\s)?(?:state|status)\s)?"
_SHAPE: Final = re.compile(
    r"(?P<may>[A-Z][a-z-]+(?:\s[a-z-]+)?(?:(?:,\s|,?\sand\s|,?\sor\s)[a-z][a-z-]+(?:\s[a-z-]+)?){0,4}?)\s"
    rf"(?:may|can|are\s(?:allowed|permitted)\sto)\s(?:only\s)?(?P<act>(?!not\b|be\b)[a-z]+\s[a-z -]{{2,60}}?)\s{_WHILE}\s"
    rf"(?:the|its|their)\s(?P<thing>[a-z]+(?:\s[a-z]+)?)\sis\s{_IN}(?P<open>{_STATES})\.\s"
    r"[A-Z][a-z]+\s(?:by|from|of)\s(?P<not>[a-z][a-z, -]{2,60}?),?\s(?:and|or|as\swell\sas)\s(?:any\s|all\s)?[a-z]+\s"
    r"(?:to|of|in|on|for|with)\s"
    rf"(?:an?|any|the)\s(?P<again>[a-z]+(?:\s[a-z]+)?)\s(?:(?:that|which)\sis\s)?{_IN}(?P<closed>{_STATES}),?\s"
    r"(?P<result>(?:shall|must|will|are)\s[^.;]+)\.?"
)


def points(view: View) -> Iterator[TestPoint]:
    """Every role that may in every state; each other role where it is open, and in each other state a role that may."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not REFUSED.search(found["result"]):
        return
    may, denied = roles(uncapitalised(found["may"])), roles(found["not"])
    thing = found["thing"]
    if not may or not denied or set(may) & set(denied) or thing.split()[-1] != found["again"].split()[-1]:
        return
    opened, closed = (tuple(re.findall(r"[A-Z][a-z]+", found[group])) for group in ("open", "closed"))
    if set(opened) & set(closed):
        return
    rows = [(role, state) for role in may for state in (*opened, *closed)]
    rows += [(role, state) for role in denied for state in opened]
    for role, state in rows:
        ok = role in may and state in opened
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={"role": Input(role), f"{thing} state": Input(state)},
            preconditions=(in_state(thing, state, "en"), in_role(role, "en")),
            do=sentence(found["act"], "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason="the role may in this state" if ok else "the role or the state forbids it",
            weight=0.9 if ok else 0.92,
            title=f"{role}, {thing} {state}",
            whole=True,
        )
