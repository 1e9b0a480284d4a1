"""The values that something of a thing may have, and no others: "If the format of a route file is GPX, KML or TCX, the system
shall accept it, otherwise it shall reject it", "Only the methods cash, debit card and gift card are supported for a payment; all
other methods shall be rejected", "A file whose format is neither GPX nor KML shall be rejected". Each value and one beside them
are tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, uncapitalised
from testgen_runtime.documents.model import Enumeration
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, plainly_refused, point, statement
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_WORD: Final = r"(?!(?:and|or|nor|all|any|other|the|not|neither|either|one|at|is|are|be)\b)[A-Za-z][\w/.-]*"
_VALUE: Final = rf"{_WORD}(?:\s{_WORD}){{0,2}}"
_LIST: Final = rf"(?:either\s|one\sof\s)?(?P<list>{_VALUE}(?:,\s{_VALUE}){{0,10}},?\s(?:and|or)\s{_VALUE})"
_COMMAS: Final = rf"(?P<list>{_VALUE}(?:,\s{_VALUE}){{1,10}}(?:,?\s(?:and|or)\s{_VALUE})?)"
_OF: Final = r"(?P<attr>[a-z]+(?:\s[a-z]+)?)\sof\s(?:an?|the|each|every)\s(?P<thing>[a-z]+(?:\s[a-z]+){0,2}?)"
_TAKES: Final = r"(?:accepts?|allows?|permits?|takes?|stores?|processe?s?)"
_SHAPES: Final = (
    re.compile(
        rf"If\sthe\s{_OF}\sis\s{_LIST},\s(?:the\s[a-z]+|it)\s(?:shall\s|must\s|will\s)?{_TAKES}\s(?:it|the\s[a-z ]+?)[,;.]\s"
        r"(?P<rest>[Oo]therwise[^.;]+)"
    ),
    re.compile(rf"The\s{_OF}\s(?:must|shall|has\sto)\sbe\s{_LIST}[.;,]\s(?P<rest>[^.;]+)"),
    re.compile(
        rf"Only\sthe\s(?P<attr>[a-z]+s)\s{_LIST}\s(?:are|shall\sbe)\s(?:supported|accepted|allowed|permitted|available|valid)"
        r"(?:\sfor\s(?:an?|the|each|every)\s(?P<thing>[a-z]+(?:\s[a-z]+){0,2}))?[.;]\s(?P<rest>[^.;]+)"
    ),
    re.compile(
        r"(?:Permitted|Accepted|Allowed|Supported|Valid|Possible)\s(?P<attr>[a-z]+s)\s(?:of|for)\s(?:an?|the|each|every)\s"
        rf"(?P<thing>[a-z]+(?:\s[a-z]+){{0,2}}):\s{_COMMAS}[.;]\s(?P<rest>[^.;]+)"
    ),
)
_SENT_AS: Final = re.compile(
    rf"(?P<thing>(?:[A-Z][a-z]+|An?\s[a-z]+|The\s[a-z]+)(?:\s[a-z]+){{0,2}}?)\s(?:shall|must|may|can)\s(?:only\s)?be\s(?P<done>uploaded|submitted|sent|delivered|handed\sin|"
    rf"exported|imported|provided|supplied|filed)\s(?:only\s)?(?:as|in)\s(?:the\s[a-z]+\s)?{_LIST}[.;]\s(?P<rest>[^.;]*?\b(?:in|as|of|with)\s"
    r"(?:an?|any|every|all)\s(?:other\s)?(?P<attr>format|language|type|form|size|encoding|unit)s?\b[^.;]*)",
)
_LABELLED: Final = re.compile(
    rf"(?P<act>[A-Z][a-z]+(?:\s[a-z]+)?)\s(?:can|may)\sbe\s(?:requested|ordered|booked)\sfor\s(?P<thing>[a-z]+(?:\s[a-z]+)?)s\swith\san?\s{_LIST}\s"
    r"(?P<part>[a-z]+)\.\s(?P<rest>For\san?\s(?P=thing)\s(?:whose\s(?P=part)\s(?:has|is\sof|is)|with\sa\s(?P=part)\s(?:of|in))\s(?:another|a\sdifferent|any\sother)\s"
    r"(?P<attr>[a-z]+)[^.;]*)"
)
_NEITHER: Final = re.compile(
    r"An?\s(?P<thing>[a-z]+(?:\s[a-z]+){0,2})\swhose\s(?P<attr>[a-z]+(?:\s[a-z]+)?)\sis\sneither\s"
    rf"(?P<list>{_VALUE}(?:(?:,\s|\snor\s|,\snor\s){_VALUE}){{1,10}})\s(?P<rest>(?:shall|must|is|will)\s[^.;]+)"
)


_SAYS_OTHER: Final = re.compile(r"\bother\b|another|different|not\s(?:named|listed|mentioned)|else", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """Every value of the list, and one that is none of them; nothing where others are not refused, or an atom has the list."""
    text = statement(view).rstrip(".")
    found = next((m for shape in (*_SHAPES, _SENT_AS, _LABELLED, _NEITHER) if (m := shape.fullmatch(text))), None)
    if found is None or not plainly_refused(found["rest"]):
        return
    attribute = singular(found["attr"])
    if not _SAYS_OTHER.search(found["rest"]) and found.re in (_SENT_AS, _LABELLED):
        return
    if found.re is not _NEITHER and not re.search(rf"otherwise|\bother\b|another|\b{re.escape(attribute)}", found["rest"], re.I):
        return
    values = list(dict.fromkeys(p for p in JOINTS.split(re.sub(r",?\snor\s", ", ", found["list"])) if p))
    if found.re is not _NEITHER and any(set(e.allowed) >= set(values) and e.closed for _, e in view.of(Enumeration)):
        return
    thing = uncapitalised(bare(found["thing"])) if found["thing"] else "request"
    if found.re is _LABELLED:
        attribute = f"{found['part']} {attribute}"
    do, seen = f"submit {'the' if found.re is _SENT_AS else article(thing)} {thing}", thing
    if found.re is _LABELLED:
        do, seen = f"request {uncapitalised(found['act'])} for {article(thing)} {thing}", "request"
    for value in (*values, other_value(values, "en")):
        ok = value in values
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={attribute: Input(value, "", "text" if ok else "example")},
            preconditions=(),
            do=sentence(f"{do} with the {attribute} {value}", "en"),
            see=f"The {seen} is {'accepted' if ok else 'rejected'}.",
            reason="a value of the list" if ok else "none of the list",
            weight=0.9 if ok else 0.92,
            title=f"{attribute} {value}",
            whole=True,
        )
