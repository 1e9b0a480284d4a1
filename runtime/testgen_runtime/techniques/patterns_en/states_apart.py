"""In which states something may be done, and in words of their own the states in which it is refused: "A loan agreement can be
amended while it is in Draft or Under Review. Once it is Signed or Expired, any attempt to amend it is rejected", "When a claim
is Lodged, the claimant is entitled to correct it. Corrections to Settled or Closed claims shall be blocked", "Ticket refund:
allowed with status Unused, disallowed with status Scanned or Expired". Each state is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, plainly_refused, point, statement
from testgen_runtime.techniques.phrases import in_state, sentence
from testgen_runtime.techniques.view import View

_STATE: Final = r"[A-Z][a-z-]+(?:\s[A-Z][a-z-]+){0,2}"
_STATES: Final = rf"(?P<states>{_STATE}(?:(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s){_STATE}){{0,6}})"
_IN: Final = r"(?:in\s)?(?:the\s)?(?:(?:states?|status|stage|phase)\s)?"
_THING: Final = r"(?P<thing>[a-z-]+(?:\s[a-z-]+){0,2}?)"
_DONE_WHILE: Final = re.compile(
    rf"(?:An?|The|Any|Each|Every)\s{_THING}\s(?:can|may)\s(?:only\s)?be\s(?P<done>[a-z]+)\s(?:only\s)?"
    rf"(?:while|when|if|as\slong\sas|so\slong\sas|provided\sthat)\s(?:it|the\s(?P=thing))\sis\s(?:still\s)?{_IN}{_STATES}"
)
_WHO_MAY: Final = re.compile(
    rf"(?:While|When|If|As\slong\sas)\s(?:an?|the)\s{_THING}\sis\s(?:still\s)?{_IN}{_STATES},\s(?:the|its|an?)\s(?P<who>[a-z]+)\s"
    r"(?:may|can|(?:is|are)\s(?:entitled|allowed|permitted|free)\sto)\s(?P<act>[a-z]+)\s(?:it|the\s(?P=thing))"
)
_NOTE: Final = re.compile(
    rf"(?P<what>[A-Z][a-z-]+(?:\s[a-z-]+){{1,2}}):\s(?:allowed|permitted|possible|accepted)\s(?:with|in|for|at)\s(?:the\s)?"
    rf"(?P<kind>status|state|states|stage|phase)\s{_STATES}(?:[,;]\s(?:but\s)?)"
    r"(?:disallowed|forbidden|prohibited|refused|rejected|denied|not\s(?:allowed|permitted|possible|accepted))\s"
    rf"(?:with|in|for|at)\s(?:the\s)?(?P=kind)\s{_STATES.replace('states', 'closed')}\.?"
)
_ONCE: Final = re.compile(
    rf"(?:Once|When|If|While|As\ssoon\sas|Where)\s(?:it|the\s(?P<thing>[a-z-]+(?:\s[a-z-]+)?))\s(?:is|has\sbecome|becomes)\s{_IN}{_STATES},\s"
    r"(?:it\s(?:cannot|can\sno\slonger|(?:may|must|shall|can)\snot)\sbe\s(?P<again>[a-z]+)|"
    r"(?:any|every|each|an|all|further)\s(?:attempts?|requests?)\sto\s(?P<act>[a-z]+)\s(?:it|the\s[a-z-]+(?:\s[a-z-]+)?)\s(?P<result>[^.;,]+))"
)
_TO_CLOSED: Final = re.compile(
    rf"(?P<noun>[A-Z][a-z]+)\s(?:to|of|in)\s(?:an?\s|the\s|any\s)?{_STATES}\s(?P<thing>[a-z-]+(?:\s[a-z-]+)?)\s"
    r"(?P<result>(?:shall|must|will|are|is|get)\s[^.;,]+)"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is done to what, in the states that allow it and in those that do not."""

    verb: str
    thing: str
    opened: tuple[str, ...]
    closed: tuple[str, ...]


def points(view: View) -> Iterator[TestPoint]:
    """Every state that is named; nothing where the second sentence speaks of another act or another thing."""
    text = statement(view)
    rule = _noted(text) or _told(text)
    if rule is None or not rule.opened or not rule.closed or set(rule.opened) & set(rule.closed):
        return
    for state in (*rule.opened, *rule.closed):
        ok = state in rule.opened
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{rule.thing} state": Input(state)},
            preconditions=(in_state(rule.thing, state, "en"),),
            do=sentence(f"{rule.verb} the {rule.thing}", "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason=f"the state {'allows' if ok else 'forbids'} it",
            weight=0.9 if ok else 0.92,
            title=f"{rule.thing} {state}",
            whole=True,
        )


def _noted(text: str) -> _Rule | None:
    """ "Prescription refill: allowed with status Active, disallowed with status Revoked": a request for it is made."""
    found = _NOTE.fullmatch(text)
    if found is None:
        return None
    thing, act = found["what"].lower().rsplit(" ", 1)
    return _Rule(f"request the {act} of", thing, _names(found["states"]), _names(found["closed"]))


def _told(text: str) -> _Rule | None:
    """Two sentences: where it may be done, and where it is refused."""
    halves = re.split(r"[.;]\s(?:but\s)?(?=[A-Za-z])", text.rstrip("."))
    if len(halves) != 2:
        return None
    first = _DONE_WHILE.fullmatch(halves[0]) or _WHO_MAY.fullmatch(halves[0])
    again = halves[1][:1].upper() + halves[1][1:]
    second = _ONCE.fullmatch(again) or _TO_CLOSED.fullmatch(again)
    if first is None or second is None:
        return None
    told = second.groupdict()
    verb = infinitive(first["done"]) if first.re is _DONE_WHILE else first["act"]
    if verb is None or (told["thing"] and told["thing"].removesuffix("s").split()[-1] != first["thing"].split()[-1]):
        return None
    if second.re is _ONCE:
        same = (told["act"] or infinitive(told["again"] or "")) == verb
    else:
        same = told["noun"].lower()[:5] == verb[:5] or told["noun"] in ("Attempts", "Requests")
    if not same or (told["result"] and not plainly_refused(told["result"])):
        return None
    return _Rule(verb, first["thing"], _names(first["states"]), _names(told["states"]))


def _names(states: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(JOINTS.split(states)))
