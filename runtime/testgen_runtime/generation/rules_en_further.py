"""Results that one English sentence joins: "a session shall end, and a user shall be asked …", "…; after 2 hours the room …"."""

from __future__ import annotations

import re

from testgen_runtime.documents.english import definite, negated, present
from testgen_runtime.documents.model import Action
from testgen_runtime.generation.rules_en_imperatives import imperative
from testgen_runtime.generation.rules_en_parts import verb_phrase, without_limits
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_AND = re.compile(r",?\s+and\s+(?=(?:the|an?)\s[\w-]+(?:\s[\w-]+){0,3}?\s(?:shall|must|will)\s)", re.I)
_AFTER = re.compile(r"^after\s+(?P<time>\d[\d.,]*\s\w+),?\s+", re.I)
_LATER = re.compile(r"\band (?P<verb>(?:be |become )?[a-z]+) after (?P<time>\d[\d.,]*\s\w+)\s*$", re.I)
"""A second verb of one subject with a time of its own: "have 6 digits and expire after 5 minutes"."""
_OWN_TIME = re.compile(r"\b(?:after|within|before|for|until)\s+(?:\d|an?\s)|\b(?:if|when|unless|while)\b", re.I)


def _clauses(act: Action) -> list[str]:
    """What an action joins, clause by clause: "notify the customer and the order shall be cancelled"."""
    clauses = _AND.split(f"{act.subject} shall {act.text}")
    return clauses if len(clauses) > 1 else [f"{act.subject} shall {verb_phrase(act.text)}"]


def _told(clause: str) -> str:
    return sentence(definite(present(_AFTER.sub("", clause))), "en")


def waited(telling: Telling) -> str:
    """The instruction of a test that waits for a result of its own time: "Reserve a room and wait for 2 hours."; else ""."""
    after = _later(telling)
    if after is None:
        return ""
    time = after[1]
    first = next((value for _, value in telling.view.of(Action) if value.modality == "may"), None)
    base = re.sub(rf"\s+for (?:up to |at most )?{re.escape(time)}", "", first.text) if first else ""
    base = re.sub(r"\b(?:up to|at most|no more than) (?=\d)", "", base)
    return sentence(f"wait for {time} after you {base}" if base else f"wait for {time}", "en")


def _later(telling: Telling) -> tuple[Action, str] | None:
    """The action that starts with a time of its own, where the test has no other value."""
    if telling.inputs or len(telling.actions) != 1:
        return None
    act = telling.actions[0]
    found = _AFTER.match(act.subject) or _LATER.search(act.text)
    return (act, found["time"]) if found and act.modality == "must" else None


def joined(telling: Telling) -> str:
    """All results of an action that joins several, each a sentence; "" where it is one."""
    if later := _later(telling):
        if second := _LATER.search(later[0].text):
            be = "be " if second["verb"].endswith("ed") and not second["verb"].startswith("be") else ""
            return _told(f"{later[0].subject} shall {be}{second['verb']}")
        return " ".join(_told(clause) for clause in _clauses(later[0]))
    acts = [act for act in telling.actions if act.modality == "must" and act.subject]
    if len(acts) != 1 or len(clauses := _clauses(acts[0])) < 2 or _AFTER.match(acts[0].subject):
        return ""
    clauses = [without_limits(clause, telling) for clause in clauses]
    return " ".join(_told(clause if telling.positive else negated(clause)) for clause in clauses)


def also(telling: Telling, expected: str) -> str:
    """`expected`, and what the same sentence demands besides: ", and the user shall be asked to sign in again"."""
    acts = [act for act in telling.actions if act.modality == "must" and act.subject]
    if not telling.positive:
        return expected
    if not telling.inputs:
        first = acts[0] if len(telling.actions) == 1 and acts else None
        bare = expected == "The request is accepted." and first is not None and not imperative(telling)
        return _told(f"{first.subject} shall {verb_phrase(first.text)}") if bare and first else expected
    places = _places(telling.view)
    more = [
        _told(clause)
        for act in acts[1:]
        if places.get(id(act)) == places.get(id(acts[0])) and not _OWN_TIME.search(f"{act.subject} {act.text}")
        for clause in _clauses(act)
    ]
    return " ".join(dict.fromkeys([expected, *more]))


def _places(view: View) -> dict[int, int]:
    return {id(value): view.sentence(atom) for atom, value in view.of(Action)}
