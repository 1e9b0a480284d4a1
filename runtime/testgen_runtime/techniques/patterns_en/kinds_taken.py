"""Kinds that are taken and kinds that are not: "The mill grinds wheat, rye and spelt grains. Oats, rice and all other grain types
shall be rejected". Every kind that the text names is tried (equivalence partitioning, 29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, base_verb, lower_first, participle, third_person, uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NAME: Final = (
    r"(?!and\b|or\b|all\b|any\b|other\b|the\b|an?\b)[A-Za-z][\w-]*(?:\s(?!and\b|or\b|shall\b|must\b|will\b|are\b|is\b)[\w-]+)?"
)
_LIST: Final = rf"{_NAME}(?:,\s{_NAME}){{0,8}}?"
_TAKES: Final = re.compile(
    rf"(?P<who>(?:The|An?)\s[a-z-]+(?:\s[a-z-]+){{0,2}}?)\s(?:(?:shall|can|may|must|will)\s(?:only\s)?(?P<do>[a-z]+)|(?P<does>[a-z]+s))"
    rf"\s(?:only\s)?(?P<kinds>{_LIST},?\s(?:and|or)\s[A-Za-z][\w-]*)\s(?P<noun>[a-z]+s)\.\s"
    rf"(?P<others>{_LIST})(?:,?\s(?:and|or)\s(?P<last>{_NAME}))??,?\s(?:and|or)\s(?:all|any|every)\s(?:other|further|remaining)\s"
    r"(?P<class>[a-z]+(?:\s[a-z]+)?)\s(?P<result>(?:shall|must|will|are|is)\s[^.;]+)\.?"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each kind that is taken, and each that is not; nothing where the two sentences do not speak of one thing."""
    found = _TAKES.fullmatch(statement(view))
    if found is None or not REFUSED.search(found["result"]):
        return
    noun, who = singular(found["noun"].lower()), lower_first(found["who"])
    who = re.sub(r"^an?\s", "the ", who, flags=re.I)
    verb = (found["do"] or base_verb(found["does"]) or "").lower()
    if not verb or verb in ("be", "have", "i", "ha") or singular(found["class"].split()[0]) != noun:
        return
    taken, refused = _names(found["kinds"]), _names(", ".join(filter(None, (found["others"], found["last"]))))
    if set(taken) & set(refused):
        return
    result = re.sub(r"^(?:shall|must|will)\sbe\s|^(?:are|is)\s", "is ", found["result"])
    for kind in (*taken, *refused):
        ok = kind in taken
        thing = kind if kind.endswith((f" {noun}", f" {noun}s")) else f"{kind} {noun}"
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{noun} type": Input(kind)},
            preconditions=(),
            do=sentence(f"give {who} {article(thing)} {thing} to {verb}", "en"),
            see=sentence(f"{who} {third_person(verb)} the {thing}" if ok else f"the {thing} {result}", "en"),
            reason=f"the {noun} is {'one' if ok else 'none'} of those that are {participle(verb)}",
            weight=0.9 if ok else 0.92,
            title=f"{noun} type {kind}",
            whole=True,
        )


def _names(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uncapitalised(p.strip()) for p in JOINTS.split(words) if p.strip()))
