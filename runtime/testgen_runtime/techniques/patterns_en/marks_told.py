"""What is not done with things that have a mark, in one clause, and in another that it is done with those that lack it, whatever
words either takes: "Hives under quarantine shall not be moved to another site. A move of hives that are not under quarantine is
approved", "Batches that the laboratory has not released may not be shipped; shipping is possible for batches it has released".
A thing with the mark and one without it are tried (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.english import infinitive, uncapitalised
from testgen_runtime.documents.model import Condition, State
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import REFUSED, Operation, operation, point, statement
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.view import View

_WORDS: Final = r"[a-z][a-z-]*(?:\s[a-z][a-z-]*){0,3}?"
_NOUN: Final = r"(?P<noun>[A-Za-z][a-z-]*(?:\s(?!that\b|who\b|which\b|with\b|under\b|without\b|not\b)[a-z-]+)?)"
_MARKS: Final = (
    rf"(?:(?:that|which|who)\s(?:is|are)\s)?(?P<notunder>not\s)?under\s(?:the\s|an?\s)?(?P<under>{_WORDS})",
    rf"(?P<without>without)\s(?:an?\s|any\s|the\s)?(?P<lacks>{_WORDS})",
    rf"with\s(?P<withno>no\s)?(?:an?\s|the\s)?(?P<with>{_WORDS})",
    rf"(?:that|which|who)\s(?:has|have|carr(?:y|ies)|bears?|holds?)\s(?P<hasno>no\s)?(?:an?\s|the\s|any\s)?(?P<has>(?!not\b|been\b|yet\b){_WORDS})",
    rf"(?:that|which|who)\sdo(?:es)?\s(?P<hasnot>not)\s(?:have|carry|bear|hold)\s(?:an?\s|the\s|any\s)?(?P<hasthe>{_WORDS})",
    r"(?:that\s|which\s)?(?P<agent>(?:the|an?)\s[a-z-]+(?:\s[a-z-]+)?|it|he|she|they)\s(?:has|have)\s(?:already\s)?(?P<undone>not\s)?(?:yet\s)?(?P<done>[a-z]+(?:ed|en|wn|id))",
    r"(?:that|which|who)\s(?:has|have)\s(?:already\s)?(?P<unbeen>not\s)?(?:yet\s)?been\s"
    r"(?P<been>[a-z]+(?:ed|en|wn|id)(?:\s(?:by|for|with|as)\s[a-z ]{2,30})?)",
)
_VERDICT: Final = r"(?P<rest>(?:(?:may|must|shall|can|will|should)\b|cannot\b|is\b|are\b)\s?[^.;,]{2,80})"
_SHAPES: Final = tuple(
    re.compile(shape)
    for mark in _MARKS
    for shape in (
        rf"(?:An?\s|The\s|Any\s|Every\s|Each\s|All\s|an?\s|the\s|any\s|every\s|all\s)?{_NOUN}\s{mark}\s{_VERDICT}",
        rf"(?:An?\s|The\s|Any\s|an?\s|the\s|any\s)?(?P<deed>[A-Za-z][a-z-]+)\s(?:of|for|on)\s(?:an?\s|the\s|any\s|all\s)?{_NOUN}\s{mark}\s{_VERDICT}",
        rf"(?:the\s|an?\s|The\s|An?\s)?(?P<deed>[A-Za-z][a-z-]+)\s(?P<rest>(?:is|are|shall\sbe|will\sbe)\s[a-z]+(?:\s[a-z]+)?)\s(?:for|of|with|on)\s"
        rf"(?:an?\s|the\s|any\s|all\s)?{_NOUN}\s{mark}",
    )
)
_NEGATIONS: Final = ("notunder", "without", "withno", "hasno", "hasnot", "undone", "unbeen")
_CLAUSES: Final = re.compile(r"[.;]\s(?:(?:but|while|whereas|and|however,)\s)?|,\s(?:but|while|whereas|and)\s|\s[–—-]\s")
_AWAY: Final = re.compile(r"\bcannot\b|\b(?:may|can|must|shall|will|should|is|are)\s(?:not|never)\b")
_TAKEN: Final = re.compile(
    r"\b(?:may|can|possible|allowed|permitted|approved|accepted|granted|free)\b|^(?:shall|must|will|is|are)\s(?:be\s)?[a-z]+(?:ed|wn|en)\b"
)
_LEFT: Final = re.compile(
    r"\d|\b(?:unless|except|until|before|after|provided|when|whenever|if|while|once|during|other|more|less|than|only|or|and|any)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """`mark`: what marks the thing and how, without articles; `line`: both ways to say it of one thing."""

    noun: str
    mark: frozenset[str]
    has: bool
    line: tuple[str, str]
    refuses: bool
    done: Operation | None


def points(view: View) -> Iterator[TestPoint]:
    """One thing of each kind; nothing where the clauses speak of different marks, or both of the same side."""
    text = statement(view).rstrip(".")
    joints = list(_CLAUSES.finditer(text))
    if len(joints) != 1 or any(isinstance(atom.value, Condition | State) for atom in view.atoms):
        return  # what the general reading knows it tells of the whole rule
    first, second = _read(text[: joints[0].start()]), _read(text[joints[0].end() :])
    if first is None or second is None or not _opposite(first, second):
        return
    told = next((one for one in (first, second) if one.done is not None), None)
    if told is None or told.done is None:
        return
    lines = first.line if len(first.line[0]) >= len(second.line[0]) else second.line
    for clause in (first, second):
        ok, line = not clause.refuses, lines[0] if clause.has else lines[1]
        yield point(
            view,
            technique=Technique.DECISION_TABLE,
            ok=ok,
            inputs={bare(lines[0]): Input("yes" if clause.has else "no")},
            preconditions=(sentence(line, "en"),),
            do=told.done.do(),
            see=told.done.done(ok),
            reason="the mark does not stand in the way" if ok else "the mark stands in the way",
            weight=0.9 if ok else 0.92,
            title=line,
            whole=True,
        )


def _opposite(first: _Clause, second: _Clause) -> bool:
    same_thing = {first.noun.split()[-1]} == {second.noun.split()[-1]}
    return same_thing and first.mark == second.mark and first.has != second.has and first.refuses != second.refuses


def _read(clause: str) -> _Clause | None:
    """The mark, the verdict and the deed of a clause; None where it says anything else."""
    for shape in _SHAPES:
        found = shape.fullmatch(clause)
        if found is None or _LEFT.search(found["rest"]):
            continue
        told, rest = found.groupdict(), found["rest"]
        refuses = REFUSED.search(rest) is not None or _AWAY.search(rest) is not None
        if not refuses and not _TAKEN.search(rest):
            continue
        noun = singular(uncapitalised(told["noun"]))
        has, line = not any(told.get(one) for one in _NEGATIONS), _line(noun, told)
        if line is None:
            continue
        return _Clause(noun, _words(told), has, line, refuses, _done(noun, told.get("deed"), rest))
    return None


def _words(told: dict[str, str | None]) -> frozenset[str]:
    """What the mark is called, by the first letters of its words, whoever set it."""
    names = ("under", "lacks", "with", "has", "hasthe", "done", "been")
    text = next(value for name in names if (value := told.get(name)))
    return frozenset(word[:5] for word in re.sub(r"\bby\b.*$", "", text).split())


def _line(noun: str, told: dict[str, str | None]) -> tuple[str, str] | None:
    """The thing with the mark, and without it."""
    if under := told.get("under"):
        return f"the {noun} is under {under}", f"the {noun} is not under {under}"
    if has := next((value for name in ("lacks", "with", "has", "hasthe") if (value := told.get(name))), None):
        article = "" if has.endswith("s") and not has.endswith("ss") else f"{'an' if has[0] in 'aeiou' else 'a'} "
        return f"the {noun} has {article}{has}", f"the {noun} does not have {article}{has}"
    if done := told.get("done"):
        agent = told.get("agent") or ""
        if agent in ("it", "he", "she", "they"):
            return f"the {noun} has been {done}", f"the {noun} has not been {done}"
        by = re.sub(r"^an?\s", "the ", agent)
        return f"{by} has {done} the {noun}", f"{by} has not {done} the {noun}"
    if been := told.get("been"):
        return f"the {noun} has been {been}", f"the {noun} has not been {been}"
    return None


_NO_DEED: Final = frozenset({"be", "allow", "permit", "refuse", "reject", "approve", "accept", "grant", "decline", "deny"})


def _done(noun: str, deed: str | None, rest: str) -> Operation | None:
    """What is done with the thing, from the verb of the clause: not from one that only judges ("is approved")."""
    passive = re.match(
        r"(?:(?:may|must|shall|can|will|should)(?:\s(?:not|never))?\sbe|cannot\sbe|(?:is|are)(?:\snot|\snever)?)\s(?P<done>[a-z]+)(?P<more>.*)",
        rest,
    )
    if passive and deed is None:
        verb = infinitive(passive["done"])
        more = passive["more"] if not _LEFT.search(passive["more"]) else ""
        return Operation(verb, noun) if verb and verb not in _NO_DEED and len(more.split()) <= 6 else None
    if deed is None and (active := operation(f"the {noun} {rest}")) and active.verb not in _NO_DEED:
        return active
    return None
