"""Several changes of state in one requirement: "Payment changes an order from Created to Paid, dispatch from Paid to Shipped."

Each event is tried in its own state; where the text refuses all other changes, in the other states too (state transition testing,
ISO/IEC/IEEE 29119-4:2021, 5.2.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, point
from testgen_runtime.techniques.phrases import in_state, sentence
from testgen_runtime.techniques.view import View

MOST_CELLS: Final = 20
_STATE = r"(?:the\s)?(?:(?:state|status)\s)?[“\"'‘]?(?P<{0}>[A-Z][A-Za-z]+(?:\s[A-Z][a-z]+)?)[”\"'’]?"
_CHANGE = re.compile(rf"\bfrom\s{_STATE.format('source')}\s(?:to|into)\s{_STATE.format('target')}")
_EVENT = re.compile(
    r"(?:^|[.;,]\s|\band\s)(?:(?:and|then)\s)?(?:(?:up)?on|after|when|once|with|by|if)\s(?P<event>[^,.;]{3,60}?)(?:,\s|\s(?=(?:it|the|an?|its|from)\b))"
    r"[^,.;]{0,60}?$",
    re.I,
)
_SUBJECT_EVENT = re.compile(
    r"(?:^|[.;,]\s|\band\s)(?:then\s)?(?P<event>[A-Za-z][a-z]+(?:\s(?!shall\b|will\b|must\b)[a-z]+){0,2}?)"
    r"(?:\s(?:(?:shall|will|must)\s)?(?:changes?|moves?|takes?|sets?|brings?|puts?)\s[^,.;]{0,40})?\s$"
)
_VERB = r"(?:changes|moves|goes|passes|is|turns|from|shall|may)"
_THING = re.compile(rf"\b(?:an?|the)\s(?P<thing>[a-z]+(?:\s(?!{_VERB}\b)[a-z]+)?)\s{_VERB}\b", re.I)
_OTHERS = re.compile(
    r"\b(?:any|every|all|no) other (?:change|transition|event|status|state)|\bother (?:changes|transitions|events)\b|"
    r"\bin any other state\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Change:
    event: str
    source: str
    target: str


def points(view: View) -> Iterator[TestPoint]:
    """The changes that are told, then those that the text refuses; nothing where fewer than two or an event is missing."""
    text = view.requirement.text
    changes = _changes(text)
    if len(changes) < 2 or len({c.event for c in changes}) != len(changes):
        return
    found = _THING.search(text)
    thing = found["thing"].lower() if found else "object"
    states = list(dict.fromkeys(s for c in changes for s in (c.source, c.target)))
    refused = _OTHERS.search(text) is not None and (REFUSED.search(text) is not None or "no other" in text.lower())
    cells = [(c, c.source, True) for c in changes]
    cells += [(c, s, False) for c in changes for s in states if s != c.source] if refused else []
    for change, state, ok in cells[:MOST_CELLS]:
        see = (
            f"the {thing} is in the state {change.target}"
            if ok
            else f"the system refuses this and the {thing} stays in the state {state}"
        )
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={f"{thing} state": Input(state), "event": Input(change.event)},
            preconditions=(in_state(thing, state, "en"),),
            do=sentence(f"trigger the event “{change.event}”", "en"),
            see=sentence(see, "en"),
            reason="a change that is told" if ok else "a change that is not told",
            weight=0.9 if ok else 0.85,
            title=f"{change.event} in the state {state}",
        )


def _changes(text: str) -> list[Change]:
    """Each "from … to …" with the event that stands before it in its clause; [] where one has none."""
    changes, at = [], 0
    for match in _CHANGE.finditer(text):
        before = text[at : match.start()]
        event = _EVENT.search(before) or _SUBJECT_EVENT.search(before)
        if event is None:
            return []
        words = re.sub(r"^(?:and\s)?(?:(?:an?|the|its)\s)?", "", event["event"].strip().lower())
        changes.append(Change(words, match["source"], match["target"]))
        at = match.end()
    return changes
