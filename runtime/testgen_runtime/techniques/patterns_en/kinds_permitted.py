"""Kinds in a list, and what becomes of any other: "Permitted transport documents: CMR, AWB, Bill of Lading. If a document of
any other type is attached, the system refuses the entry", "Vehicles that declare glass, paper or garden waste are let onto the
yard. For every other waste class entry is refused". Each kind and one beside them are tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import article, third_person, uncapitalised
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, plainly_refused, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_NAME: Final = r"(?!(?:and|or|all|any|other|the)\b)[A-Za-z][\w/.-]*(?:\s(?!(?:and|or|are|is|may|can)\b)[A-Za-z][\w/.-]*){0,2}"
_LIST: Final = rf"(?P<list>{_NAME}(?:,\s{_NAME}){{0,10}}(?:,?\s(?:and|or)\s{_NAME})?)"
_HEADED: Final = re.compile(
    rf"(?:Permitted|Accepted|Allowed|Supported|Valid|Admissible|Approved|Admitted)\s(?P<noun>[A-Za-z-]+(?:\s[a-z-]+){{0,2}}s):\s{_LIST}"
)
_THAT: Final = re.compile(
    rf"(?P<noun>[A-Z][a-z-]+(?:\s[a-z-]+)?s)\s(?:that|which|who)\s(?P<verb>declare|carry|contain|bring|transport|hold|deliver|sell|offer)\s"
    rf"{_LIST}\s(?:are|may\sbe|can\sbe|shall\sbe)\s"
    r"(?P<into>(?:let|allowed|admitted|permitted|accepted)(?:\s(?:on|in|into|onto|through|to|at)\s(?:the\s|an?\s)?[a-z]+(?:\s[a-z]+){0,2})?)"
)
_OTHER: Final = re.compile(
    r"(?:(?:If|When|Where)\san?\s(?P<noun>[a-z-]+)\sof\s(?:any|an|some|every)\s?other\s(?:type|kind|sort)\sis\s[a-z]+,\s(?P<a>[^.;]+)|"
    r"(?P<noun2>[A-Z][a-z-]+)\sof\s(?:any|an|every|all)\s?other\s(?:type|kind|sort)s?\s(?P<b>[^.;]+)|"
    r"(?P<noun4>[A-Z][a-z-]+)\swith\s(?:any|an|every|all)\s?other\s(?P<kind>[a-z]+(?:\s[a-z]+)?)\s(?P<e>(?:is|are|shall|must|will)\s[^.;]+)|"
    r"(?:For|With|In\sthe\scase\sof)\s(?:every|any|all)\sother\s(?P<class>(?:[a-z]+\s)?(?:class|type|kind|sort|category|good|material|load)(?:es|s)?),?\s(?P<c>[^.;]+)|"
    r"(?:Every|Any|All)\sother\s(?P<noun3>[a-z-]+)\s(?P<d>(?:is|are|shall|must|will)\s[^.;]+))"
)


def points(view: View) -> Iterator[TestPoint]:
    """Every kind of the list, and one that is none of them; nothing where the other kinds are not refused."""
    halves = re.split(r"[.;]\s(?=\S)", statement(view).rstrip("."))
    if len(halves) != 2:
        return
    head = _HEADED.fullmatch(halves[0]) or _THAT.fullmatch(halves[0])
    tail = _OTHER.fullmatch(halves[1][:1].upper() + halves[1][1:])
    if head is None or tail is None or not plainly_refused(next(filter(None, (tail[g] for g in "abcde")))):
        return
    noun = singular(uncapitalised(head["noun"]))
    again = next(filter(None, (tail[g] for g in ("noun", "noun2", "noun3", "noun4"))), "")
    if (again and singular(again.lower()) != noun.split()[-1]) or (head.re is _HEADED and tail["class"]):
        return
    kinds = list(dict.fromkeys(JOINTS.split(head["list"])))
    kinds = [part for kind in kinds for part in kind.split(", ")]
    if len(kinds) < 2:
        return
    carries = head.groupdict().get("verb")
    name = noun if re.search(r"(?:type|kind|sort|format|class|category)$", noun) else f"{noun} type"
    if carries:
        name = singular(tail["class"]) if tail["class"] else f"type of what the {noun} {third_person(carries)}"
    for kind in (*kinds, other_value(kinds, "en")):
        ok = kind in kinds
        do, line = _words(noun, kind, carries, head.groupdict().get("into") or "")
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={name: Input(kind, "", "text" if ok else "example")},
            preconditions=(line,) if line else (),
            do=do,
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason="a kind of the list" if ok else "none of the list",
            weight=0.9 if ok else 0.92,
            title=f"{name} {kind}",
            whole=True,
        )


def _words(noun: str, kind: str, carries: str | None, into: str) -> tuple[str, str]:
    """(what is done, what is set up before): "Ask for the vehicle to be let onto the yard"."""
    if carries is None:
        typed = re.search(r"(?:type|kind|sort|format|class|category)$", noun) is not None
        return sentence(f"use the {noun} {kind}" if typed else f"submit {article(noun)} {noun} of the type {kind}", "en"), ""
    kind = "something that is not listed" if kind == other_value((), "en") else kind
    return sentence(f"ask for the {noun} to be {into}", "en"), sentence(f"the {noun} {third_person(carries)} {kind}", "en")
