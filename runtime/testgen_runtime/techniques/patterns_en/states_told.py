"""In which states something may be done, in one clause, and in another in which it is refused, whatever words either takes: "An
item can be released as long as it is Stored or Reserved; once it has been Auctioned, the release has to be refused", "Plots
marked Vacant may be offered, whereas the system prevents offering a plot marked Leased". Each state is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.model import State
from testgen_runtime.techniques.doubts import NO_OWNER, OWN_AND_OTHERS
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, REFUSED, Operation, operation, point, statement
from testgen_runtime.techniques.phrases import in_state, sentence
from testgen_runtime.techniques.view import View

_STATE: Final = r"[A-Z][a-z][\w-]*(?:\s[A-Z][a-z][\w-]*){0,2}"
_LIST: Final = rf"(?:either\s)?(?P<states>{_STATE}(?:(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s){_STATE}){{0,6}})"
_KIND: Final = r"(?P<kind>(?:[a-z-]+\s)?(?:states?|status(?:es)?|phases?|stages?))"
_BY_KIND: Final = re.compile(
    rf"\b(?:[Ii]n|[Ww]ith|has|have|having|[Uu]nder|[Dd]uring|of|[Ff]or)\s(?:the\s|an?\s|one\sof\sthe\s)?{_KIND}\s(?:of\s)?{_LIST}|"
    rf"\b(?:[Tt]he|[Ii]ts|whose|their|a)\s{_KIND.replace('kind', 'kind2')}\s(?:is|are|was|has\sbecome|becomes)\s"
    rf"{_LIST.replace('states', 'states2')}"
)
_BY_VERB: Final = re.compile(
    r"(?:(?:is|are|be|been|become|becomes|remains?|was|were)\s(?:still\s|already\s|currently\s)?(?:in\s)?|"
    rf"(?:marked|flagged|labelled|tagged)\s(?:as\s)?){_LIST}"
)
_ADJECTIVE: Final = re.compile(
    r"(?:to|of|for|on|in|from)\s(?:an?\s|the\s|any\s|every\s)?"
    rf"(?P<states>{_STATE}(?:(?:,\s(?:or\s|and\s)?|\s(?:or|and)\s){_STATE}){{0,6}})\s(?=[a-z]+s?\b)"
)
_WHEN: Final = re.compile(
    r"(?:,?\s|^)(?:once|while|when|whenever|if|where|as\slong\sas|so\slong\sas|as\ssoon\sas|provided\sthat|only\sif|only\swhen|only\swhile)\s"
    r"(?:(?:it|they|(?:the|an?|its|their|such\san?)\s(?P<noun>[a-z-]+(?:\s[a-z-]+){0,3}?))(?:\s(?:has|have))?\s?)?$",
    re.I,
)
"""What leads to the states: "once it has been Auctioned"."""
_CLAUSES: Final = re.compile(
    r"[.;]\s(?:(?:but|while|whereas|and|however,)\s)?|,\s(?:but|while|whereas)\s|\s[–—-]\s|"
    r",?\s(?:and|but)\s(?=(?:(?:is|are|(?:shall|must|will)\sbe)\s)?(?:refused|rejected|denied|declined|blocked|forbidden|prohibited|not\s[a-z]+)\s(?:for|in|to|with|when|if|while|once)\b)",
    re.I,
)
_AWAY: Final = re.compile(
    r"\b(?:turns?|sends?)\s[^.;,]{1,40}?\s(?:down|away|back)\b|\b(?:prevents?|stops?|forbids?)\b|\bno\slonger\b|\bcannot\b|"
    r"\b(?:may|can|must|shall|will|is|are)\snot\b",
    re.I,
)
_LEFT: Final = re.compile(
    r"\d|\b(?:unless|except|until|before|after|without|provided|when|whenever|if|while|once|during|other|more|less|than)\b", re.I
)
_INVERTED: Final = re.compile(r"^(?:Only\s)?(?P<may>can|may)\s(?P<thing>(?:an?|the)\s[a-z-]+(?:\s[a-z-]+){0,2}?)\s(?=be\s)", re.I)
"""The verb before its subject: "Only in the states Open and Paused can a survey be edited"."""
_DAY: Final = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January|February|March|April|May|June|July|August|September|October|November|"
    r"December|Easter|Christmas)\b.*"
)
_MAY: Final = re.compile(r"\b(?:is|are|shall\sbe)\s(?:allowed|permitted|entitled|authori[sz]ed|free|able)\sto\b", re.I)


@dataclass(frozen=True, slots=True)
class _Clause:
    """The states that a clause names, by which word ("status", "" for none), and the clause without them."""

    states: tuple[str, ...]
    kind: str
    rest: str

    @property
    def refuses(self) -> bool:
        return bool(REFUSED.search(self.rest) or _AWAY.search(self.rest))


def points(view: View) -> Iterator[TestPoint]:
    """Every state that is named; nothing where a clause speaks of more than its states."""
    text = statement(view).rstrip(".")
    joints = list(_CLAUSES.finditer(text))
    if len(joints) != 1:
        return
    first, second = _read(text[: joints[0].start()]), _read(text[joints[0].end() :])
    if first is None or second is None or first.refuses or not second.refuses or set(first.states) & set(second.states):
        return
    done = operation(_MAY.sub("may", f"{first.rest[:1].lower()}{first.rest[1:]}"))
    if done is None or not done.thing or not _same(done, second.rest):
        return
    if _is_known(view, first, second) and not OWN_AND_OTHERS.search(text):
        return  # what the general reading knows of one thing it tells of every state of it
    name = (first.kind or second.kind).replace("statuses", "status")
    for state in (*first.states, *second.states):
        ok = state in first.states
        yield point(
            view,
            technique=Technique.STATE_TRANSITION,
            ok=ok,
            inputs={name or f"{done.thing} state": Input(state)},
            preconditions=(sentence(f"the {name} is {state}", "en") if name else in_state(done.thing, state, "en"),),
            do=sentence(f"{done.verb} the {done.thing}", "en"),
            see=f"The request is {'accepted' if ok else 'rejected'}.",
            reason=f"the state {'allows' if ok else 'forbids'} it",
            weight=0.9 if ok else 0.92,
            title=f"{name or done.thing} {state}",
            whole=True,
        )


def _is_known(view: View, first: _Clause, second: _Clause) -> bool:
    read = [atom.value for atom in view.atoms if isinstance(atom.value, State)]
    for subject in {one.subject for one in read if not NO_OWNER.match(one.subject)}:
        own = [one for one in read if one.subject == subject]
        allowed, refused = {s for one in own for s in one.allowed}, {s for one in own for s in one.refused}
        if set(first.states) <= allowed and set(second.states) <= refused:
            return True
    return False


def _same(done: Operation, refusal: str) -> bool:
    """Whether a refusal is of the same deed: of the verb that it names, or without one of the thing or the deed by its noun."""
    if tried := re.search(r"\b(?:attempts?|requests?|tr(?:y|ies|ying)|attempting)\sto\s(?P<verb>[a-z]+)", refusal, re.I):
        return tried["verb"].lower() == done.verb.split()[0]
    words = {word[:4].lower() for word in re.findall(r"[A-Za-z]{3,}", refusal)}
    own = {word[:4].lower() for word in (*done.verb.split(), *done.thing.split())}
    return bool(own & words) or re.search(r"\b(?:it|them|this|that|such)\b", refusal, re.I) is not None or len(words) <= 2


def _read(clause: str) -> _Clause | None:
    """The one list of states of a clause; None where there is none or more, or where something else decides too."""
    for shape in (_BY_KIND, _BY_VERB, _ADJECTIVE):
        found = list(shape.finditer(clause))
        if len(found) != 1:
            if found:
                return None
            continue
        told = found[0].groupdict()
        states = tuple(dict.fromkeys(JOINTS.split(told["states"] or told["states2"])))
        if any(_DAY.fullmatch(one) or (shape is _ADJECTIVE and ROLE.fullmatch(one)) for one in states):
            return None
        before, after = clause[: found[0].start()], clause[found[0].end() :]
        led = _WHEN.search(before) if shape is not _ADJECTIVE else None
        before = before[: led.start()] if led else f"{before}{found[0][0].split()[0]} the " if shape is _ADJECTIVE else before
        rest = re.sub(r"\s+", " ", f"{before}{after}").strip(" ,")
        if led and led["noun"]:
            rest = re.sub(r"\b(?:it|them)\b", f"the {led['noun']}", rest)
        rest = _INVERTED.sub(lambda m: f"{m['thing']} {m['may']} ", rest)
        if _LEFT.search(rest):
            return None
        kind = told.get("kind") or told.get("kind2") or ""
        one = singular(kind) if kind and not kind.endswith("status") else kind
        return _Clause(states, one if len(one.split()) > 1 else "", rest)
    return None
