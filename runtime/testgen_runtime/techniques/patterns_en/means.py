"""Means that are taken, and others that are not: "Payments are possible by card, cash or voucher. Cheques are not taken". Each is
tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NAME: Final = r"[A-Za-z][\w-]*(?:\s(?!and\b|or\b|is\b|are\b|shall\b|must\b|may\b|can\b|will\b)[\w-]+)?"
_LIST: Final = rf"{_NAME}(?:,\s{_NAME}){{0,6}}?(?:,?\s(?:and|or)\s{_NAME})?"
_SHAPE: Final = re.compile(
    rf"(?:The\s|An?\s)?(?P<thing>[A-Za-z][a-z-]*(?:\s[a-z-]+){{0,2}}?)\s(?:is|are|can\sbe|may\sbe)\s(?:only\s)?"
    rf"(?P<done>possible|accepted|paid|made|settled|allowed|sent|submitted)\s(?:only\s)?(?P<how>by|in|via|with|through|using)\s"
    rf"(?P<may>{_NAME}(?:,\s{_NAME}){{0,6}},?\s(?:and|or)\s{_NAME})"
    rf"[.;,]\s(?:but\s)?(?P<not>{_LIST})\s(?P<no>(?:(?:is|are|(?:shall|must|will|may|can)\s(?:not\s)?be)\s|cannot\sbe\s)(?:not\s)?[a-z]+(?:\s(?:away|down|back))?)\.?",
    re.I,
)
_NOT: Final = re.compile(r"\bnot\b|\bcannot\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Each means that is taken, and each that is not."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not (_NOT.search(found["no"]) or REFUSED.search(found["no"])):
        return
    may, denied = _names(found["may"]), _names(found["not"])
    if {singular(name) for name in may} & {singular(name) for name in denied} or any(_CLASS.search(name) for name in denied):
        return
    thing, how = singular(found["thing"].lower()), found["how"].lower()
    verb = _VERBS.get(found["done"].lower(), "make")
    for means in (*may, *(singular(name) for name in denied)):
        ok = means in may
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{thing} method": Input(means)},
            preconditions=(),
            do=sentence(f"{verb} the {thing} {how} {means}", "en"),
            see=sentence(f"the {thing} is {'accepted' if ok else 'refused'}", "en"),
            reason="one of the means told" if ok else "a means that is not taken",
            weight=0.9 if ok else 0.92,
            title=f"{thing} {how} {means}",
            whole=True,
        )


_VERBS: Final = {"paid": "pay", "settled": "settle", "sent": "send", "submitted": "submit"}
_CLASS: Final = re.compile(r"\b(?:other|another|they|it|these|this|all|any|every|each)\b", re.I)


def _names(words: str) -> tuple[str, ...]:
    told = (name.strip() for name in JOINTS.split(words))
    return tuple(name if name[1:] != name[1:].lower() else name[:1].lower() + name[1:] for name in told if name)
