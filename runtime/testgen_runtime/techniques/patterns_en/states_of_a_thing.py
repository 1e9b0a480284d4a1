"""In which states of a thing that somebody has something may be done, told in two sentences: "Members with an active contract may
enter. Members whose contract is suspended or terminated shall be turned away", "Customers whose account is blocked or closed may
not pay; customers with an open account may". Each state is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_STATE: Final = r"(?!(?:an?|the|no|not|any|other|valid|own|new)\b)[a-z]+"
_STATES: Final = rf"(?P<states>{_STATE}(?:(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s){_STATE}){{0,4}})"
_WHO: Final = r"(?:An?\s|The\s|All\s|Any\s|Every\s|an?\s|the\s|all\s|any\s)?(?P<who>[A-Za-z][a-z-]+)"
_VERDICT: Final = r"(?P<verdict>(?:may|can|cannot|must|shall|will|should|is|are)\b[^.;,]{2,70})"
_CLAUSES: Final = tuple(
    re.compile(shape)
    for shape in (
        rf"{_WHO}\swith\s(?:an?\s|the\s)?{_STATES}\s(?P<thing>[a-z]+)\s{_VERDICT}",
        rf"{_WHO}\swhose\s(?P<thing>[a-z]+(?:\s[a-z]+)?)\s(?:is|are|has\sbeen|have\sbeen)\s(?:either\s)?{_STATES}\s{_VERDICT}",
    )
)
_SPLIT: Final = re.compile(r"[.;]\s(?:(?:but|while|whereas|and|however,)\s)?|,\s(?:but|while|whereas)\s")
_AWAY: Final = re.compile(r"\bcannot\b|\b(?:may|can|must|shall|will|should|is|are)\s(?:not|never)\b")
_ACT: Final = re.compile(
    r"(?:may|can|(?:is|are|shall\sbe)\s(?:allowed|permitted|entitled)\sto)\s(?P<act>(?!not\b|be\b|only\b)[a-z][^.;,]*)"
)
_LEFT: Final = re.compile(r"\d|\b(?:unless|except|until|before|after|provided|when|whenever|if|while|once|during|only)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Clause:
    """`act`: what they do where they may; "" where the clause only judges."""

    who: str
    thing: str
    states: tuple[str, ...]
    refuses: bool
    act: str


def points(view: View) -> Iterator[TestPoint]:
    """Each state with its verdict; nothing unless two sentences tell opposite ones of the same thing."""
    text = statement(view).rstrip(".")
    joints = list(_SPLIT.finditer(text))
    if len(joints) != 1:
        return
    first, second = _read(text[: joints[0].start()]), _read(text[joints[0].end() :])
    if first is None or second is None or (first.who, first.thing) != (second.who, second.thing):
        return
    if len(first.states) == len(second.states) == 1 and text.count("whose") == 2:
        return  # two conditions, which the general reading tells
    act = first.act or second.act
    if first.refuses == second.refuses or set(first.states) & set(second.states) or not act:
        return
    for clause in (first, second):
        ok = not clause.refuses
        for state in clause.states:
            line = f"the {first.who}'s {first.thing} is {state}"
            yield point(
                view,
                technique=Technique.EQUIVALENCE_PARTITIONING,
                ok=ok,
                inputs={f"{first.thing} state": Input(state)},
                preconditions=(sentence(line, "en"),),
                do=sentence(f"as the {first.who}, {act}", "en"),
                see="The request is accepted." if ok else "The request is rejected.",
                reason=f"a state in which this is {'possible' if ok else 'refused'}",
                weight=0.9 if ok else 0.92,
                title=line,
                whole=True,
            )


def _read(clause: str) -> _Clause | None:
    for shape in _CLAUSES:
        found = shape.fullmatch(clause)
        if found is None or _LEFT.search(found["verdict"]):
            continue
        verdict = found["verdict"]
        refuses = _AWAY.search(verdict) is not None or REFUSED.search(verdict) is not None
        act = _ACT.fullmatch(verdict)
        if not refuses and act is None:
            continue
        states = tuple(dict.fromkeys(JOINTS.split(found["states"])))
        who = singular(uncapitalised(found["who"]))
        return _Clause(who, singular(found["thing"]), states, refuses, act["act"] if act else "")
    return None
