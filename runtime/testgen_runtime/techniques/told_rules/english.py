"""A short English requirement as a list of rules: "A suitcase of more than 23 kg is refused unless the passenger has a heavy
bag voucher. Suitcases of 23 kg or less are always accepted"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from testgen_runtime.documents.english import definite, present
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.observed import is_observed
from testgen_runtime.techniques.patterns_en.telling import as_one, operation, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.told_rules.deriving import Tried, tried
from testgen_runtime.techniques.told_rules.english_clauses import has_more, measured, refuses, told
from testgen_runtime.techniques.told_rules.english_conditions import alike, owner_of, pieces
from testgen_runtime.techniques.told_rules.english_plain import plain
from testgen_runtime.techniques.told_rules.english_words import ENGLISH
from testgen_runtime.techniques.told_rules.model import Reading
from testgen_runtime.techniques.told_rules.pieces import Piece
from testgen_runtime.techniques.told_rules.rules import Board, Parts
from testgen_runtime.techniques.told_rules.told import Told
from testgen_runtime.techniques.told_rules.variables import Placed
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View

MOST_CHARACTERS = 500
"""A longer requirement says more than a few rules: it is left to the general reading."""


def points(view: View) -> Iterator[TestPoint]:
    """The points of the rules that a text tells; none where a sentence of it is not understood."""
    if (reading := read(view)) is not None:
        yield from derived(view, reading, tuple(tried(reading)))


def derived(view: View, reading: Reading, situations: Sequence[Tried]) -> Iterator[TestPoint]:
    """The points of situations."""
    for one in situations:
        yield point(
            view,
            technique=one.value.technique,
            ok=one.accepted,
            inputs=one.inputs,
            preconditions=one.lines,
            do=_with_inputs(reading.act.do, one),
            see=reading.act.yes if one.accepted else reading.act.no,
            reason=one.value.reason,
            weight=one.value.weight,
            title=as_one(one.lines),
            whole=True,
        )


def _with_inputs(do: str, one: Tried) -> str:
    """What is done, with what is entered: "Submit a request with the suitcase weight 24 kg."."""
    given = [f"the {name} {shown(value, 'en')}" for name, value in one.inputs.items() if value.value not in ("yes", "no")]
    if not given or any(name.endswith("status") for name in one.inputs):
        return do
    plain = "Submit a request." if do == "Submit the request." else do
    return f"{plain.rstrip('.')} with {' and '.join(given)}."


def read(view: View) -> Reading | None:
    """The rules of a requirement; None where they cannot be read to the end."""
    text = statement(view)
    if len(text) > MOST_CHARACTERS or re.search(r"[\"“”]", text):
        return None
    if any(is_observed(view, atom, limit) or limit.multiple for atom, limit in view.of(Limit)):
        return None
    rules = told(plain(text))
    if not rules:
        return None
    telling = [rule for rule in rules if not rule.declares]
    if {rule.accepts for rule in rules} != {True, False} and not (len(telling) == 1 and _tells_both_sides(telling[0])):
        return None
    return _read(rules)


def _tells_both_sides(rule: Told) -> bool:
    """Whether one rule leaves nothing open: "only if", or values on both sides that are barred ("under 18 or over 65")."""
    return rule.only or (not rule.accepts and len(rule.said) == 1 and _BOTH_SIDES.search(rule.said[0]) is not None)


_BOTH_SIDES = re.compile(
    r"\b(?:under|below|(?:less|fewer|lower|younger|smaller|shorter|lighter)\sthan)\s[^.;]*\d[^.;]*\sor\s(?:over|above|"
    r"(?:more|greater|higher|older|larger|longer|heavier)\sthan|exceeding)\s[^.;]*\d",
    re.I,
)


def _read(rules: Sequence[Told]) -> Reading | None:
    board = Board(rules)
    owner = next((owner for rule in rules if rule.seen and (owner := owner_of(rule.seen))), "")
    parts: list[Parts] = []
    for i, rule in enumerate(rules):
        if not rule.said:
            parts.append(Parts(rule, "and", ()))
            continue
        own = pieces(rule, owner_of(rule.seen) or owner)
        if own is None:
            return None
        around = pieces(replace(rule, said=rule.said[: rule.within]), owner) if rule.within else None
        placed = tuple(Placed(i, piece, wanted=rule.accepts) for piece in own.parts)
        parts.append(Parts(rule, own.word, placed, within=len(around.parts) if around is not None else 0))
    every = [one for part in parts for one in part.every]
    for one in every:
        if one.piece.kind == "limit":
            board.join("limit", one, _of_one_measure)
        elif one.piece.kind == "names":
            board.join("names", one, lambda a, b: (a.of_kind == "role") == (b.of_kind == "role"))
        else:
            board.join("mark", one, lambda a, b: alike(a.text, b.text))
    happens = any(rule.rest and not rule.accepts and not refuses(rule.seen) and _OWED.search(rule.seen) for rule in rules)
    others_told = {id(one) for one in every if not one.wanted}
    if any(rule.beside for rule in rules) and any(known.kind == "limit" for known in board.known):
        for known in board.known:  # "Shorter numbers are refused" says nothing of what else is asked for
            known.fixed = known.kind == "mark" and not any(id(one) in others_told for one in known.found)
    return None if board.in_two_units else board.reading(parts, _act(rules), ENGLISH, happens=happens)


def _of_one_measure(one: Piece, other: Piece) -> bool:
    if one.limit is None or other.limit is None:
        return False
    units = {limit.unit.rstrip("s").lower() for limit in (one.limit, other.limit)}
    if len(units) > 1 and "" not in units:
        return False
    a, b = ({word[:5] for word in limit.subject.lower().split()} for limit in (one.limit, other.limit))
    return bool(a & b) or "value" in (one.limit.subject, other.limit.subject) or len(units) == 1


_DONE = re.compile(r"\b(?:may|can)\s(?!be\b|not\b|only\b)(?P<act>[a-z]+(?:\s[A-Za-z'’-]+){0,9})")
_CUT = re.compile(
    r"\s(?:for|until|with|without|whose|who|that|which|from|in\sstate|as\slong|if|when|while|unless|themselves|at\sleast|up\sto|of\smore|between|within|"
    r"after|before|once|provided)\b.*|\s\d.*"
)


_OWED = re.compile(r"\b(?:requires?|needs?)\b", re.I)
_OTHER = re.compile(r"\b(?:any|every|all)\sother\b|\banother\b", re.I)


def _act(rules: Sequence[Told]) -> Act:
    """What is asked for, and what is seen."""
    yes = next((rule.seen for rule in rules if rule.accepts and rule.seen and not rule.listed), "")
    no = next((rule.seen for rule in rules if not rule.accepts and rule.seen and not rule.beside), "")
    no = no or next((_OTHER.sub("the", rule.seen) for rule in rules if rule.beside and not refuses(rule.seen)), "")
    return Act(
        _do(yes),
        _plain(yes) or "The request is accepted.",
        _plain(no) or "The request is rejected.",
    )


_LIES = re.compile(r"\b(?:must|shall|has\sto|have\sto|needs?\sto)\s(?:lie|be|stay|remain|range|fall)\b", re.I)


def _do(main: str) -> str:
    if found := _DONE.search(main):
        act = re.sub(r"\b(?:their|his|her|its|an?)\b", "the", _CUT.sub("", found["act"]))
        if len(act.split()) > 1 and not re.search(r"\b(?:the|one|it|them|to|in|by)$", act):
            return sentence(act, "en")
    done = operation(main) if main and not _LIES.search(main) else None
    if done is None or not done.thing or re.search(r"\b(?:whose|one|their|who|be)\b", done.thing):
        return "Submit the request."
    return sentence(done.do().rstrip("."), "en")


def _plain(main: str) -> str:
    """A verdict as what is seen, where it tells nothing else; "" otherwise."""
    if (
        not main
        or re.match(r"(?:it|they|he|she)\b", main, re.I)
        or len(main) > 90
        or measured(main)
        or has_more(main)
        or re.search(r"\b(?:other|only|different)\b", main)
    ):
        return ""
    return sentence(definite(present(main)), "en")
