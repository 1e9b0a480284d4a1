"""Two grounds each of which is enough to be allowed something: "Residents or holders of a disabled badge may park in zone B.
Everyone else shall be refused", "Employees who work at night or live more than 20 km away may claim an allowance". Each holds
alone, and neither of them (29119-4, 5.2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.english import article, base_verb, third_person
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.factors import Level
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.patterns_en.beyond_needs import COMPARED, side_of
from testgen_runtime.techniques.patterns_en.telling import REFUSED, answer, as_one, point, question, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Clause, Tree, Way, of_limit, of_words, situations, told_limit
from testgen_runtime.techniques.view import View

_MAY: Final = (
    r"(?:only\s)?(?:may|can|(?:are|is)\s(?:allowed|permitted|entitled)\sto)\s(?:only\s)?"
    r"(?P<act>(?!not\b|be\b|only\b)[a-z][^.;,]+?)"
)
_REST: Final = (
    r"(?:[.;,]\s(?P<rest>(?:(?:all|any|every)\sothers?|others|everyone\selse|everybody\selse|anyone\selse)\b[^.;]*))?\.?"
)
_HAS: Final = re.compile(
    r"(?:(?P<who>people|persons|users|customers|guests|visitors|members|those|anyone)\s(?:with|who\shave|who\shold)|"
    r"(?:holders|owners|bearers)\sof)\s(?P<what>(?:an?|the|valid)\s[a-z][a-z -]{2,40})",
    re.I,
)
_PLAIN: Final = re.compile(r"[A-Za-z-]+s(?:\sof\s(?:the\s)?[a-z]+)?")
_PEOPLE: Final = re.compile(
    rf"(?:Only\s|All\s)?(?P<first>[A-Za-z][a-z -]{{2,50}}?)\sor\s(?P<second>[a-z][a-z -]{{2,50}}?)\s{_MAY}{_REST}", re.I
)
_WHO: Final = re.compile(
    rf"(?P<all>Only\s|All\s|Any\s)?(?P<noun>[A-Za-z-]+)\swho\s(?P<first>[a-z]+(?:\s[a-z0-9-]+){{1,8}}?)\sor\s(?:who\s)?(?P<second>[a-z]+(?:\s[a-z0-9,.%-]+){{1,10}}?)\s{_MAY}{_REST}",
    re.I,
)
_VERB: Final = re.compile(r"(?P<verb>[a-z]+)\s(?P<more>.+)")
_BE: Final = {"are": "is", "have": "has", "do": "does"}
_PLURAL: Final = {"is": "are", "has": "have", "does": "do"}
_NOT_A_VERB: Final = re.compile(r"(?:not|no|only|also|either|neither|and|or|if|when|the|an?|[a-z]+(?:ing|ly))\b", re.I)
_WHOSE: Final = re.compile(r"whose\s(?P<thing>[a-z-]+(?:\s[a-z-]+)?)\s(?P<verb>is|are|has|have)\s(?P<more>.+)", re.I)
NO_SIDE: Final = (
    r"(?!(?:more|less|fewer|older|younger|above|below|over|under|longer|shorter|higher|lower)\b(?=$|,|\s(?:and|or|who|that)\b))"
)
"""After "or": no side of a bound told before it ("8 years of age or older")."""
_JOINT: Final = re.compile(rf"\s(?:and|or)\s{NO_SIDE}")
_FAR: Final = ("km", "m", "miles", "metres", "meters", "kilometres", "kilometers")


def points(view: View) -> Iterator[TestPoint]:
    """Each ground alone, and neither of them; nothing where one of them cannot be read."""
    read = _read(statement(view))
    if read is None:
        return
    who, clauses, act = read
    for found in situations(Tree("or", clauses)):
        yield point(
            view,
            technique=found.way.technique,
            ok=found.holds,
            inputs=found.inputs,
            preconditions=found.lines,
            do=sentence(f"as the {who}, {act}", "en"),
            see="The request is accepted." if found.holds else "The request is rejected.",
            reason=found.way.reason,
            weight=found.way.weight,
            title=as_one(found.lines),
            whole=True,
        )


def _read(text: str) -> tuple[str, tuple[Clause, ...], str] | None:
    """(who, the grounds, what is done)."""
    if found := _WHO.fullmatch(text):
        who = singular(found["noun"].lower())
        told = [ground(who, found["first"]), ground(who, _with_verb(found["first"], found["second"]))]
        return _whole(found, who, told)
    if found := _PEOPLE.fullmatch(text):
        named = [_HAS.fullmatch(found[name]) for name in ("first", "second")]
        if not any(named) or not all(
            has or _PLAIN.fullmatch(found[name]) for has, name in zip(named, ("first", "second"), strict=True)
        ):
            return None
        who = "person"
        told = [
            _in_words(f"the person has {has['what']}" if has else _is(singular(found[name].lower())))
            for has, name in zip(named, ("first", "second"), strict=True)
        ]
        return _whole(found, who, told)
    return None


def _whole(found: re.Match[str], who: str, told: list[Clause | None]) -> tuple[str, tuple[Clause, ...], str] | None:
    clauses = tuple(clause for clause in told if clause is not None)
    if len(clauses) != len(told) or (found["rest"] and not REFUSED.search(found["rest"])):
        return None
    return who, clauses, found["act"]


def _is(noun: str) -> str:
    return f"the person is {article(noun)} {noun}"


def _with_verb(first: str, second: str) -> str:
    """A second participle with the verb of the first: "have paid … or volunteered …"."""
    verb = first.split()[0].lower()
    return f"{verb} {second}" if verb in ("have", "are") and re.match(r"[a-z]+(?:ed|en)\s", second, re.I) else second


def ground(who: str, words: str) -> Clause | None:
    """ "work at night" of an employee, "holds a card" of a visitor; None where it is no verb with something behind it."""
    if owned := _WHOSE.fullmatch(words):
        return _owned(who, owned["thing"], owned["verb"].lower(), owned["more"])
    found = _VERB.fullmatch(words)
    if found is None or _NOT_A_VERB.match(words) or _JOINT.search(words):
        return None
    told = found["verb"].lower()
    plural = _PLURAL.get(told) or base_verb(told) or told
    verb = told if told != plural else _BE.get(told) or third_person(told)
    if any(True for _ in quantities(words)):
        return _bounded(who, plural, found["more"])
    if verb not in ("is", "has") and (lacks := re.match(r"no\s(?P<what>.+)", found["more"])):
        return _in_words(f"the {who} does not {plural} any {lacks['what']}")
    return _in_words(f"the {who} {verb} {found['more']}")


def _owned(who: str, thing: str, verb: str, more: str) -> Clause | None:
    """ "whose goods are worth 430 EUR or less", "whose licence is valid" of somebody."""
    if _JOINT.search(more):
        return None
    if not any(True for _ in quantities(more)):
        return _in_words(f"the {who}'s {thing} {verb} {more}")
    limit = told_limit(f"The {thing} must {'be' if verb in ('is', 'are') else 'have'} {more}.", "en")
    if limit is None:
        return None
    limit = replace(limit, subject=f"value of the {thing}" if limit.dimension == "money" else thing)
    return of_limit(limit, limit_name(limit, "en"), "en")


def _bounded(who: str, verb: str, more: str) -> Clause | None:
    """ "live more than 20 km away", "are under 6 years old", "earn less than 900 EUR"."""
    if compared := re.match(COMPARED, more, re.I):
        side = side_of(compared["than"], compared["number"], compared["old"] or "", who)
        if side is None or re.search(r"\d", more[compared.end() :]) or not (side.beyond and side.within):
            return None
        return Clause(tuple(_way(level, side.name) for level in side.levels))
    base = {"are": "be", "have": "have"}.get(verb, verb)
    limit = told_limit(f"The {who} must {base} {more}.", "en")
    if limit is None:
        return None
    limit = replace(limit, subject=_measure(who, verb, limit))
    return of_limit(limit, limit_name(limit, "en"), "en")


def _way(level: Level, name: str) -> Way:
    (value,) = level.inputs.values()
    line = sentence(f"the {name} is {shown(value, 'en')}", "en")
    return Way(level.good, dict(level.inputs), line, level.technique, level.reason, level.weight)


def _measure(who: str, verb: str, limit: Limit) -> str:
    if limit.unit.lower() in _FAR:
        return f"distance of the {who}" if verb in ("live", "work", "reside", "are", "commute", "travel") else f"{who} distance"
    if limit.unit.startswith("year") and verb == "are":
        return f"{who} age"
    named = re.sub(rf"^(?:{verb}|be|have)$", "", limit.subject).strip()
    return named or f"{who} {'amount' if limit.dimension == 'money' else 'value'}"


def _in_words(told: str) -> Clause:
    turned = re.search(r"\s(?:is|has)\sno\s", told) is not None
    key = question(opposite(told, "en") if turned else told)
    yes, no = (Input(answer(told, holds=holds != turned)) for holds in (True, False))
    return of_words(key, (yes, sentence(told, "en")), (no, sentence(opposite(told, "en"), "en")), f"{key} decides")
