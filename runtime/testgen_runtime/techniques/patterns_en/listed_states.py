"""Several states in which something is refused: "An order that is cancelled, refunded or archived cannot be changed".

Each state is tried alone and refused; a thing in none of them is accepted (29119-4, 5.2.1: one class per state and the rest).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.english import infinitive
from testgen_runtime.techniques.examples import other_state
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_en.telling import JOINTS, Operation, point, statement
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.view import View

_STATE: Final = (
    r"(?:(?:is|are|was|were|has been|have been|has|have)\s)?(?:(?:already|still|currently|"
    r"permanently|temporarily)\s)?(?:been\s)?(?:out of\s[a-z]+|being\s[a-z]+ed|(?:in|on|under)\s"
    r"[a-z]+|(?:(?:partly|fully|partially|not yet)\s)?[a-z-]+(?:ed|en|ing|ted|id|ve|wn|st|lt|ught|"
    r"sed|d|pt|nt)|closed|final|overdue|inactive|void|invalid|empty|full|offline|dormant|draft|busy|"
    r"idle|ready|free|available|active|valid|new|pending|public|private|damaged|broken)(?:\s(?:by|"
    r"for|to|from)\s(?:another|other|the|an?)\s[a-z]+)?"
)
_LIST: Final = rf"(?P<states>{_STATE}(?:,\s{_STATE}){{0,5}},?\sor\s{_STATE})"
_NOUN: Final = r"(?P<noun>(?:[a-z-]+\s){0,2}?[A-Za-z-]+?)"
_NOT: Final = (
    r"(?:(?:can|may|must|shall)\sneither|cannot|can't|can\sno\slonger|(?:must|may|shall|should|can|"
    r"will)\snot|(?:is|are)\snot\sallowed\sto)"
)
_REFUSED: Final = (
    r"(?:(?:must|shall|will|should|is|are)\s(?:always\s)?(?:be\s)?(?:rejected|refused|denied|"
    r"declined|turned\saway)(?P<where>\s(?:at|by|in)\s[a-z ]{2,30})?)"
)
_DOES: Final = (
    rf"(?:{_NOT}\s(?:be\s(?P<done>[a-z]+)(?P<more>\s[a-z][a-z ]{{1,50}})?|(?P<act>[a-z]+(?:\s"
    rf"[a-z-]+){{0,6}}))|(?P<away>{_REFUSED}))"
)
_OTHERS: Final = (
    r"(?:[;,.]\s(?:but\s|and\s)?(?:all|any|every)?\s?others?(?:\s[a-z]+)?\s(?:can|may|(?:is|are|"
    r"shall be|must be)\s(?:accepted|allowed|permitted))(?:\sbe\s[a-z]+)?)?"
)
_SHAPES: Final = (
    re.compile(
        (
            rf"(?:An?\s|Any\s|The\s|All\s)?{_NOUN}\s{_DOES}\s(?:if|when|while|once)\s(?:the\s|its\s|an?\s"
            rf")?(?P<owner>[a-z-]+(?:\s[a-z-]+)?)\s(?P<verb>is|are|has\sbeen|have\sbeen|has|have)\s"
            rf"(?P<already>already\s)?{_LIST}\.?"
        ),
        re.I,
    ),
    re.compile(
        (
            rf"(?:An?\s|Any\s|The\s|Each\s|Every\s|All\s|No\s)?{_NOUN}\s(?:that|which|who)\s(?P<verb>is|are|"
            rf"was|were|has\sbeen|have\sbeen|has|have)\s(?P<already>already\s)?{_LIST}\s{_DOES}{_OTHERS}\.?"
        ),
        re.I,
    ),
    re.compile(
        (
            rf"(?:If|When|While|Once|Where)\s(?:an?\s|the\s)?{_NOUN}\s(?P<verb>is|are|has\sbeen|have\sbeen|"
            rf"has|have)\s(?P<already>already\s)?{_LIST},?\s(?:then\s)?(?:it|they|the\s[a-z]+|(?:he|she))"
            rf"\s{_DOES}{_OTHERS}\.?"
        ),
        re.I,
    ),
)
_ADJECTIVES: Final = re.compile(
    (
        rf"(?:An?\s|Any\s|All\s)?(?P<states>[a-z-]+(?:ed|en|wn|ve|pt|nt|id|ll|st)(?:,\s[a-z-]+){{0,4}},?\s"
        rf"(?:or|and)\s[a-z-]+(?:ed|en|wn|ve|pt|nt|id|ll|st|al|ue))\s(?P<noun>[a-z-]+(?:\s[a-z-]+)?)"
        rf"\s{_DOES}{_OTHERS}\.?"
    ),
    re.I,
)
_AUX = re.compile(r"^(?:is|are|was|were|has been|have been|has|have)\s", re.I)
_BY_ITSELF: Final = frozenset({"expired", "lapsed", "ended", "started", "arrived", "departed", "left", "begun"})
"""What happens to a thing by itself: it "has expired", nobody has expired it."""
_BOTH = re.compile(r"\bnot\b|\bno longer\b")


@dataclass(frozen=True, slots=True)
class Refused:
    """A thing, its states as clauses (name, "the order is cancelled"), and what is refused in each of them."""

    thing: str
    states: tuple[tuple[str, str], ...]
    do: str
    yes: str
    no: str


_ONLY_IN: Final = re.compile(
    (
        rf"(?:An?\s|The\s|Each\s)?{_NOUN}\s(?:may|can|shall|must)\s(?:only\sbe\s(?P<early>[a-z]+(?:\s"
        rf"[a-z]+)??)|be\s(?P<done>[a-z]+)(?P<more>(?:\s[a-z]+){{0,4}}?)\sonly)\s(?:if|when|while|as\s"
        rf"long\sas)\s"
        rf"(?P<owner>it|its\s[a-z]+(?:\s[a-z]+)?|the\s[a-z]+(?:\s[a-z]+)?)\sis\s{_LIST}(?P<rest>[;,.]\s"
        rf"[^;.]*\b(?:refused|rejected|turned\saway|denied|not\b)[^;.]*)?\.?"
    ),
    re.I,
)


def points(view: View) -> Iterator[TestPoint]:
    """One refusal for each state, and what is accepted in none of them; or one acceptance for each and a refusal beside them."""
    text = statement(view)
    if only := _ONLY_IN.fullmatch(text):
        yield from _only_in(view, only)
        return
    told = _read(text)
    if told is None or len({name for name, _ in told.states}) < 2:
        return
    opposites = [opposite(line, "en") for _, line in told.states]
    name = f"{told.thing} status"
    for i, (state, line) in enumerate(told.states):
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=False,
            inputs={name: Input(state)},
            preconditions=(sentence(line, "en"), *(sentence(o, "en") for j, o in enumerate(opposites) if j != i)),
            do=told.do,
            see=told.no,
            reason=f"refused when {state}",
            weight=0.92,
            title=line.removeprefix("the "),
            whole=True,
        )
    yield point(
        view,
        technique=Technique.EQUIVALENCE_PARTITIONING,
        ok=True,
        inputs={name: Input("normal", "", "example")},
        preconditions=tuple(sentence(o, "en") for o in opposites),
        do=told.do,
        see=told.yes,
        reason="in none of the states that are named",
        weight=0.9,
        title=f"{told.thing} in none of the states that are named",
        whole=True,
    )


def _only_in(view: View, found: re.Match[str]) -> Iterator[TestPoint]:
    """ "A delivery may be booked only when its purchase order is open or partly delivered"."""
    thing, owner = singular(found["noun"].lower()), found["owner"].lower()
    words = (found["early"] or found["done"]).split()
    base = infinitive(words[0])
    if base is None or _BOTH.search(found["states"]) or re.search(r"\b[A-Z]", found["states"]):
        return  # states with names of their own are states for the general reading too
    more = f" {' '.join(words[1:])}".rstrip() + (found["more"] or "")
    what = thing if owner == "it" else re.sub(r"^(?:its|the)\s", "", owner)
    states = [p for p in re.split(r",\s(?:or\s)?|\sor\s", found["states"]) if p]
    states = [_AUX.sub("", p) for p in states]
    refused = re.search(
        rf"\b(?P<state>{_STATE})\s(?:{re.escape(what.split()[-1])}|{re.escape(thing)})s?\b", found["rest"] or "", re.I
    )
    if found["rest"] and refused is None:
        return
    away = refused["state"] if refused and refused["state"] not in states else other_state(states, "en").lower()
    done = Operation(base, thing)
    for state in (*states, away):
        ok = state in states
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{what} status": Input(state, "", "text" if state in view.requirement.text else "example")},
            preconditions=(sentence(f"the {what} is {state}", "en"),),
            do=done.do(more),
            see=done.done(ok),
            reason=f"{'accepted' if ok else 'refused'} when {state}",
            weight=0.9 if ok else 0.92,
            title=f"{what} is {state}",
            whole=True,
        )


def _read(text: str) -> Refused | None:
    found = next((m for shape in _SHAPES if (m := shape.fullmatch(text))), None)
    verb = found["verb"].lower() if found else "is"
    found = found or _ADJECTIVES.fullmatch(text)
    if found is None or _BOTH.search(found["states"]):
        return None
    noun = thing = singular(found["noun"].lower())
    owner = (found.groupdict().get("owner") or "it").lower()
    thing = thing if owner in ("it", "they") else singular(owner)
    pieces = [p for p in JOINTS.split(found["states"]) if p]
    pieces[0] = pieces[0][:1].lower() + pieces[0][1:]
    verb = {"are": "is", "have": "has", "have been": "has been", "were": "was"}.get(verb, verb)
    states = []
    for piece in pieces:
        own = _AUX.match(piece)
        verb = (
            {"are": "is", "have": "has", "have been": "has been", "were": "was"}.get(
                own[0].strip().lower(), own[0].strip().lower()
            )
            if own
            else verb
        )
        state = piece[own.end() :] if own else piece
        if verb == "has been" and state in _BY_ITSELF:
            states.append((state, f"the {thing} has {state}"))
            continue
        states.append((re.sub(r"^(?:already|still|currently|been)\s", "", state), f"the {thing} {verb} {state}"))
    if found["away"]:
        return Refused(
            thing,
            tuple(states),
            f"Submit the {noun}{found['where'] or ''}.",
            f"The {noun} is accepted.",
            f"The {noun} is rejected.",
        )
    if found["done"]:
        more = found["more"] or ""
        if (base := infinitive(found["done"])) is None or re.search(
            r"\b(?:if|unless|when|until|except|by|before|after|without)\b", more
        ):
            return None
        done = Operation(base, noun)
        return Refused(thing, tuple(states), done.do(more), done.done(True), done.done(False))
    act = re.sub(r"\snor\s", " or ", found["act"])
    if re.search(r"\b(?:if|unless|when|until|except|be|before|after|without|exceed)\b", act):
        return None
    do = f"As this {noun}, {act}." if ROLE.fullmatch(noun) else f"Use the {noun} to {act}."
    return Refused(thing, tuple(states), do, "The request is accepted.", "The system refuses this and the request is rejected.")
