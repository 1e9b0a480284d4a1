"""What some kinds of people get and all others do not: "Students and pensioners get a discount. All other visitors pay the full
price", "Members and their guests park for free; everyone else has to pay". Each kind is tried, and one of the others
(29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import uncapitalised
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_KIND: Final = r"(?:[A-Za-z][a-z-]+\s){0,2}?[A-Za-z][a-z-]+(?:s|ren|men|people|staff)"
_KINDS: Final = rf"(?P<kinds>(?:Only\s)?{_KIND}(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or)\s){_KIND}){{0,5}})"
_GETS: Final = (
    r"(?:(?:shall|will|may|can|must)\s)?(?P<gets>(?:get|receive|enjoy|obtain|(?:are|be)\s(?:granted|given|offered)|"
    r"(?:are|be)\sentitled\sto|qualify\sfor)\s(?P<thing>(?:an?\s|the\s)?[a-z][^.;,]{2,60}?)|"
    r"(?P<free>(?:travel|park|enter|ride|eat|stay|swim|visit\s[a-z ]{2,30}?|use\s[a-z ]{2,30}?)\s"
    r"(?:for\sfree|free\sof\scharge|without\spaying)))"
)
_OTHERS: Final = (
    r"(?:(?:all|any|every)\sother\s(?P<other>[a-z]+)|others|other\s(?P<others>[a-z]+)|(?:every|any)(?:one|body)\selse|"
    r"all\sothers|the\sothers|the\srest)"
)
_PAY: Final = (
    r"(?:(?:shall|must|will|has\sto|have\sto)\s)?(?:pays?(?:\s[^.;,]{2,40})?|(?:gets?|receives?)\s(?:none|nothing|no\s[^.;,]{2,30})|"
    r"(?:do|does|is|are|may|shall|must|can|will)\snot(?:\s[^.;,]{2,40})?|cannot(?:\s[^.;,]{2,40})?|(?:be|is|are)\s[a-z]+(?:\s[^.;,]{2,40})?)"
)
_SHAPE: Final = re.compile(
    rf"{_KINDS}\s{_GETS}(?:[.;]\s(?:but\s)?|,\s(?:but|while|whereas)\s)(?P<rest>(?i:{_OTHERS})\s(?P<fare>{_PAY}))\.?"
)
_PRICED: Final = re.compile(r"pays?\b(?!\s(?:nothing|no\b|less))", re.I)
_NOT: Final = re.compile(r"\b(?:not|cannot|none|nothing|no)\b", re.I)
_NO_KIND: Final = re.compile(r"\b(?:other|others|all|any|every|each|no|not|these|those|this)\b", re.I)
_ELSE: Final = ("adult", "tourist", "stranger")
"""Somebody of another kind: the first that is none of those named."""


def points(view: View) -> Iterator[TestPoint]:
    """Each kind that gets it, and somebody of another; nothing where the others fare the same or something else decides."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None or not _goes_without(found["fare"]):
        return
    listed = uncapitalised(found["kinds"].removeprefix("Only "))
    kinds = [re.sub(r"^their\s", "", piece.strip()) for piece in JOINTS.split(listed)]
    if any(not kind or _NO_KIND.search(kind) for kind in kinds) or re.search(r"\d", found["gets"]):
        return
    named = [singular(kind) for kind in kinds]
    who = singular((found["other"] or found["others"] or "person").lower())
    other = next(one for one in _ELSE if not any(one in kind for kind in named))
    thing = found["thing"]
    for kind in (*named, other):
        ok = kind in named
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={who: Input(kind)},
            preconditions=(f"The {who} is {_article(kind)}{kind}.",),
            do=sentence(f"as the {who}, ask for {thing}" if thing else f"as the {who}, {found['free']}", "en"),
            see=_seen(who, found, ok=ok),
            reason="a kind that is named" if ok else "a kind that is not named",
            weight=0.9 if ok else 0.92,
            title=f"{who} {kind}",
            whole=True,
        )


def _goes_without(fare: str) -> bool:
    """Whether the others pay, are refused or get none."""
    return bool(_PRICED.search(fare) or REFUSED.search(fare) or _NOT.search(fare) or re.search(r"\bcharged\b", fare))


def _seen(who: str, found: re.Match[str], *, ok: bool) -> str:
    if not ok:
        return sentence(f"the {who} {_third(found['fare'])}", "en")
    if found["thing"]:
        return sentence(f"the {who} gets {found['thing']}", "en")
    return sentence(f"the {who} {_third(found['free'])}", "en")


def _third(words: str) -> str:
    """A predicate of several as one of a single one: "pay the full price" → "pays the full price"."""
    words = re.sub(r"^(?:shall|must|will|have\sto|has\sto)\s(?!not\b)", "", words)
    first, _, rest = words.partition(" ")
    one = {"are": "is", "be": "is", "do": "does", "have": "has"}.get(first)
    if one is None:
        one = first if first.endswith("s") or first in ("may", "can", "cannot", "shall", "must", "will") else f"{first}s"
    return f"{one} {rest}".strip()


def _article(noun: str) -> str:
    return "an " if noun[:1].lower() in "aeiou" else "a "
