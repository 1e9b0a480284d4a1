"""Kinds that are taken and, in a sentence of their own, kinds that are not: "The lockers take small, medium and large parcels.
Requests for an oversized or a chilled parcel have to be rejected", "Night trains come with the Gold card and with the Silver
card. Holders of the Basic or the Student card who ask for one receive an error". Every kind that the text names is tried
(equivalence partitioning, 29119-4, 5.2.1); of kinds that it does not name it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_WORD: Final = r"(?!(?:and|or|who|that|which|must|shall|may|can|are|is|have|has)\b)[\w'-]+"
_NAME: Final = rf"{_WORD}(?:\s{_WORD}){{0,3}}"
_LIST: Final = rf"{_NAME}(?:,\s{_NAME}){{0,6}},?\s(?:and|or)\s{_NAME}"
_VERB: Final = (
    r"(?:admits?|accepts?|takes?|supports?|supply|supplies|offers?|serves?|carry|carries|handles?|processes|process|covers?|ships?|"
    r"sells?|stores?|reads?|dispenses?|comes?\swith|(?:is|are)\s(?:included|available|offered|sold|possible|open)\s(?:in|with|on|to|for)|"
    r"works?\s(?:in|with|on|for))"
)
_TAKEN: Final = re.compile(
    rf"(?P<who>(?:[\w'-]+\s){{1,5}}?)(?:only\s|(?:can|may|must|shall|will)\s(?:only\s)?)?{_VERB}\s(?:only\s)?"
    rf"(?:(?:the\sfollowing|one\sof|exactly)?\s?(?:two|three|four|five|six|\d|the\sfollowing)\s(?P<class>[a-z]+(?:\s[a-z]+)?):\s)?"
    rf"(?P<kinds>{_LIST})\.\s(?P<rest>[^.;]+)\.?"
)
_NOT_TAKEN: Final = re.compile(
    rf"(?:(?:Requests?|Orders?|Claims?|Applications?|Attempts?|Calls?|Bookings?|Uploads?|Deliveries)\s(?:for|of|from|with|in)\s)?"
    rf"(?P<kinds>{_LIST})(?:\swho\s[^.;,]+?)?\s"
    r"(?P<result>(?:must|shall|will|may|can|cannot|are|is|have\sto|has\sto|receives?|gets?)\b[^.;]*)"
)
_MUST_NOT: Final = re.compile(r"^(?:must|shall|may|can|will)\s(?:not|never)\b|^cannot\b")
_LEAD: Final = re.compile(r"^(?:(?:with|on|in|for|of|from|by|to)\s)?(?:the\s|an?\s)?", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Each kind that is taken, and each that is not; nothing where the two lists are not of one kind of thing."""
    found = _TAKEN.fullmatch(statement(view))
    refused = _NOT_TAKEN.fullmatch(found["rest"]) if found else None
    if found is None or refused is None or not (REFUSED.search(refused["result"]) or _MUST_NOT.match(refused["result"])):
        return
    taken, noun = _kinds(found["kinds"], found["class"] or "")
    others, _ = _kinds(refused["kinds"], noun)
    if not noun or len(taken) < 2 or not others or {one.lower() for one in taken} & {one.lower() for one in others}:
        return
    name = noun if found["class"] or _is_label(taken) else f"{noun} type"
    for kind in (*taken, *others):
        ok = kind in taken
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={name: Input(kind)},
            preconditions=(),
            do=sentence(f"submit a request with the {name} {kind}", "en"),
            see=sentence(f"the request is {'accepted' if ok else 'rejected'}", "en"),
            reason=f"the {noun} is {'one of those' if ok else 'named as one'} that {'are' if ok else 'is not'} taken",
            weight=0.9 if ok else 0.92,
            title=f"{name} {kind}",
            whole=True,
        )


def _kinds(words: str, noun: str) -> tuple[tuple[str, ...], str]:
    """The kinds of a list without what they share, and the noun that they are kinds of: "petrol and electric vehicles" →
    (petrol, electric), vehicle; "Vehicles running on LPG or on hydrogen" → (LPG, hydrogen)."""
    pieces = [p.strip() for p in JOINTS.split(words) if p.strip()]
    if (lead := re.match(r"(?P<head>.*?\b(?P<preposition>on|with|in|of|from|for)\s)(?:the\s|an?\s)?\S", pieces[0])) and len(
        lead["head"].split()
    ) > 1:
        pieces[0] = pieces[0][len(lead["head"]) - len(lead["preposition"]) - 1 :]
    names = [_LEAD.sub("", piece) for piece in pieces]
    last = names[-1].split()
    if not noun and len(last) > 1:
        noun = singular(last[-1].lower())
    same = re.compile(rf"\s{re.escape(noun)}(?:s|es)?$", re.I) if noun else None
    names = [same.sub("", name) if same else name for name in names]
    single = [singular(name) if name.islower() and noun and not _is_noun(name, noun) else name for name in names]
    return tuple(dict.fromkeys(single)), singular(noun) if noun else ""


def _is_noun(name: str, noun: str) -> bool:
    """Whether the last word of a name is the noun itself."""
    return singular(name.split()[-1]) == singular(noun.split()[-1])


def _is_label(kinds: tuple[str, ...]) -> bool:
    """Whether the kinds are names ("Premium", "Family"): the thing is then told by its noun alone."""
    return all(kind[:1].isupper() for kind in kinds)
