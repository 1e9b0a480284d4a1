"""Conditions in a list, all of which are needed: "A loan is approved on three conditions: the borrower is insured, the room is
heated, and the loan lasts 180 days or fewer. If even one of them is not fulfilled, the application gets rejected", "A delivery
will be taken on where the customer has a contract, no more than 40 sacks are ordered, and the destination is within 60 km.
Failing any of these conditions, it is turned down". All of them met, and each failing alone (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.atoms.words_en import COMPARED
from testgen_runtime.documents.english import infinitive, uncapitalised
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_en.telling import answer, as_one, plainly_refused, point, question, statement
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.trees import Clause, Tree, of_limit, of_words, situations, told_limit
from testgen_runtime.techniques.view import View

_THING: Final = r"(?P<thing>(?:An?|The|Any|Each|Every)\s[a-z-]+(?:\s[a-z-]+){0,4}?|[A-Z][a-z-]+(?:\s[a-z-]+){0,3}?)"
_NUMBERS: Final = ("two", "three", "four")
_IS: Final = r"(?:is|are|(?:shall|will|can|may|must)\s(?:only\s)?be)\s(?:only\s)?"
_DONE: Final = r"(?P<done>(?:taken\s(?:on|in|over)|let\s(?:in|through)|[a-z]+(?:ed|en|id|t)))"
_ON: Final = re.compile(
    rf"{_THING}\s{_IS}{_DONE}\s(?:only\s)?(?:(?:on|under)\s(?:the\sfollowing\s|all\sof\s)?(?:(?P<count>two|three|four|these)\s)?conditions|"
    r"(?:if|when|where)\s(?:both|all|(?:all\sof\s)?(?:the\sfollowing|these))\sconditions\sare\s(?:met|fulfilled|satisfied)):\s(?P<list>[^:;]+)"
)
_WHERE: Final = re.compile(rf"{_THING}\s{_IS}{_DONE}\s(?:only\s)?where\s(?P<list>[^:;]+)")
_FAILING: Final = re.compile(
    r"(?:(?:If|When|Where|As\ssoon\sas)\s(?:even\s|just\s|only\s|at\sleast\s)?(?:one|any)\s(?:one\s)?of\s(?:them|these|those|the)"
    r"(?:\s(?:two\s|three\s|four\s)?(?:conditions|requirements|criteria|points))?\s"
    r"(?:(?:is|are)\s(?:not\s(?:fulfilled|met|satisfied|given)|missing|lacking)|isn't\s(?:fulfilled|met|satisfied)|fails)|"
    r"Failing\s(?:even\s)?(?:any|one|either)(?:\s(?:one\s)?of\s(?:them|these|those|the))?(?:\s(?:conditions|requirements|criteria))?|"
    r"Otherwise|In\s(?:all|any)\sother\scases?),?\s(?P<rest>.+)"
)
_INCLUDED: Final = re.compile(r"\s\([^()]*\b(?:included|inclusive)\)")
_JOINED: Final = re.compile(rf"\b(?:or(?!\s(?:{COMPARED}|above|below|over|under|better)\b)|unless|if|but|either|neither)\b")


def points(view: View) -> Iterator[TestPoint]:
    """All conditions met, and each failing alone; nothing where one of them cannot be read."""
    halves = re.split(r"(?<=[\w)])[.;]\s(?=[A-Z]|otherwise\b|failing\b|if\b|in\s(?:all|any)\b)", statement(view).rstrip("."))
    if len(halves) != 2:
        return
    head = _ON.fullmatch(halves[0]) or _WHERE.fullmatch(halves[0])
    tail = _FAILING.fullmatch(halves[1][:1].upper() + halves[1][1:])
    if head is None or tail is None or not plainly_refused(tail["rest"]):
        return
    tree, do = _tree(head), _act(head)
    if tree is None or do is None:
        return
    for one in situations(tree):
        yield point(
            view,
            technique=one.way.technique,
            ok=one.holds,
            inputs=one.inputs,
            preconditions=one.lines,
            do=sentence(do, "en"),
            see=f"The request is {'accepted' if one.holds else 'rejected'}.",
            reason=one.way.reason,
            weight=one.way.weight,
            title=as_one(one.lines),
            whole=True,
        )


def _act(head: re.Match[str]) -> str | None:
    """What is asked for: "request that the loan is approved"."""
    first, _, more = head["done"].partition(" ")
    thing = bare(head["thing"]) if head["thing"].split()[0].lower() in ("a", "an", "the", "any", "each", "every") else ""
    named = f"the {thing}" if thing else uncapitalised(head["thing"])
    verb = "let" if first == "let" else infinitive(first)
    return " ".join(filter(None, (f"ask the system to {verb}", more, named))) if verb else None


def _tree(head: re.Match[str]) -> Tree | None:
    told = re.sub(r"\b(between\s\S+)\sand\s", r"\1 & ", _INCLUDED.sub("", head["list"]))
    pieces = re.split(r",\sand\s|,\s|\sand\s", told)
    count = head.groupdict().get("count")
    if _JOINED.search(told) or not 2 <= len(pieces) <= 4 or (count in _NUMBERS and len(pieces) != _NUMBERS.index(count) + 2):
        return None
    clauses = [_clause(piece.replace(" & ", " and ")) for piece in pieces]
    read = tuple(clause for clause in clauses if clause is not None)
    names = [name for clause in read for name in {name for way in clause.ways for name in way.inputs}]
    return Tree("and", read) if len(read) == len(pieces) and len(names) == len(set(names)) else None


def _clause(told: str) -> Clause | None:
    """A limit where a number is told, else an answer; None where there is no subject with a verb."""
    if any(True for _ in quantities(told)) or re.search(r"\d", told):
        limit = told_limit(sentence(told, "en"), "en")
        return of_limit(limit, limit_name(limit, "en"), "en") if limit is not None else None
    if not re.match(
        r"(?:the|an?|its|their|his|her|all)\s[a-z-]+(?:\s[a-z-]+){0,4}?\s(?:is|are|has|have|was|were|holds|owns|comes|belongs)\s\S",
        told,
    ):
        return None
    key = question(told)
    yes, no = (Input(answer(told, holds=holds)) for holds in (True, False))
    return of_words(key, (yes, sentence(told, "en")), (no, sentence(opposite(told, "en"), "en")), f"{key} decides")
