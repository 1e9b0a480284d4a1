"""What the tester does, in English: one instruction with this test's values."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Outcome
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.english import base_verb, infinitive, lower_first, present, split_modal, uncapitalised
from testgen_runtime.generation.rules_en_parts import (
    COMPARATIVE,
    HUMAN,
    RELATIVE,
    SCOPE,
    noun_of,
    phrase,
    verb_phrase,
    with_values,
    without_limits,
)
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import bare, sentence

_UPLOADED = re.compile(r"\b(?:file|image|picture|photo|attachment|upload|document|video|avatar|logo|scan)s?\b", re.I)
_ASKED_FOR = {
    "accepted": "submit", "rejected": "submit", "refused": "submit", "granted": "request", "denied": "request",
    "processed": "submit", "supported": "use", "shown": "display",
}  # fmt: skip
_DOABLE = frozenset(_ASKED_FOR) | words(
    "opened cancelled deleted created published released printed exported imported uploaded downloaded changed edited "
    "submitted booked "
    "approved returned withdrawn removed archived ordered placed reserved renewed extended"
)
_STATIVE = words("be have remain stay contain include exist last weigh exceed end support cover consist comprise specify hold")


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    candidates = [(act.subject, act.text, act.modality != "must") for act in telling.actions if act.subject.strip()]
    for _, outcome in telling.view.of(Outcome):
        if parts := split_modal(outcome.text):
            candidates.append((parts[0], parts[2], parts[1].split()[0].lower() in ("may", "can", "could") or "not" in parts[1]))
    found = [made for subject, text, free in candidates if (made := _instruction(telling, subject, verb_phrase(text), free=free))]
    if not found:
        return ""
    first = re.sub(r"\s+(?:it|them|so)$", "", found[0])
    return next((other for other in found if other.startswith(f"{first} ") and not re.search(r"\b(?:it|them)$", other)), found[0])


def _instruction(telling: Telling, subject: str, phrase_: str, *, free: bool) -> str:
    words = phrase_.split()
    if len(words) > 1 and words[0].lower() == "be":
        doable = free or words[1].lower().strip(",.") in _DOABLE
        return _from_passive(subject, words[1:]) if doable else ""
    if not words or not re.fullmatch(r"[a-z]+(?:-[a-z]+)?", words[0]) or words[0] in _STATIVE:
        return ""
    human = HUMAN.search(RELATIVE.sub("", subject)) is not None
    return phrase_ if human or (telling.role and free) else ""


def _from_passive(subject: str, words: list[str]) -> str:
    """ "An order", ["cancelled", …] → "cancel the order …"."""
    participle = words[0].lower().strip(",.")
    verb = _ASKED_FOR.get(participle) or infinitive(participle)
    kept = SCOPE.sub("", RELATIVE.sub("", re.sub(r"^only\s+", "", subject.strip(), flags=re.I)))
    kept = re.sub(r"^(?:in|for|at|on|after|before|within|under|with)\b.*\s(?=(?:the|an?)\s)", "", kept, flags=re.I)
    noun = re.sub(rf"^(?:{COMPARATIVE})\s+", "", bare(kept), flags=re.I)
    if participle != words[0].strip(",.") or re.search(r"\b(?:within|every|automatically|immediately)\b", " ".join(words)):
        return ""
    if (
        not verb
        or len(noun.split()) > 8
        or " that " in noun
        or not noun
        or HUMAN.fullmatch(noun)
        or re.search(r"\bother\b", noun)
    ):
        return ""
    rest = " ".join(words[1:]) if participle not in _ASKED_FOR else ""
    return f"{verb} {uncapitalised(noun) if noun == kept else 'the ' + noun} {rest}".strip()


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base, entered = imperative(telling), telling.entered
    if base and entered:
        return sentence(_with_values(base, entered, telling), "en")
    if base:
        return sentence(base, "en")
    if entered and (done := _done_by_tester(telling)):
        return sentence(_and(done[1], entered), "en")
    return sentence(_enter(entered), "en") if entered else _trigger(telling)


def _with_values(base: str, entered: tuple[Told, ...], telling: Telling) -> str:
    """The instruction with this test's values in the place of the text's limits."""
    base, entered = with_values(base, telling)
    if not entered:
        return base
    base = without_limits(base, telling)
    first = entered[0]
    noun = noun_of(first) if noun_of(first) == first.name else noun_of(first).split()[-1]
    pattern = re.compile(rf"\b(?:the|an?|any|each|every)\s+(?:[\w-]+\s+)?{re.escape(noun)}s?\b|\b{re.escape(noun)}s?\b", re.I)
    if noun != first.name and first.kind == "limit" and pattern.search(base):
        return _and(pattern.sub(phrase(first), base, count=1), entered[1:])
    if first.kind == "enum" and re.search(rf"\b(?:the |an? )?{re.escape(first.name)}s?\b", base, re.I):
        return _and(
            re.sub(rf"\b(?:the |an? )?{re.escape(first.name)}s?\b", phrase(first), base, count=1, flags=re.I), entered[1:]
        )
    return _and(base, entered)


def _and(base: str, entered: tuple[Told, ...]) -> str:
    return f"{base} with {' and '.join(phrase(told) for told in entered)}" if entered else base


def _enter(entered: tuple[Told, ...]) -> str:
    first = entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    words = " and ".join(phrase(told) for told in entered)
    if dimension == "size" or (first.kind == "enum" and _UPLOADED.search(first.name)):
        return f"upload {words}"
    if dimension == "length" and noun_of(first) != first.name:
        return f"enter {words}"
    if dimension == "duration" and len(entered) == 1 and not first.name.endswith(" age"):
        return f"let the {first.name} reach {first.value}"
    return f"submit {words}" if dimension == "money" else f"submit a request with {words}"


def _trigger(telling: Telling) -> str:
    """What makes the system act: the situation that the text names, else looking at what the requirement is about."""
    if done := _done_by_tester(telling):
        return sentence(done[1], "en")
    situation = [line for line in telling.point.preconditions if not line.startswith("You are signed in")]
    if situation:
        return f"Bring about this situation: {lower_first(situation[-1].rstrip('.'))}."
    if telling.item:
        return f"Look for this item: {telling.item}."
    for act in telling.actions:
        if not act.subject.strip():
            return f"Observe the following: {present(act.text).rstrip('.')}."
        who = lower_first(SCOPE.sub("", act.subject.strip())) or "the system"
        return f"Observe whether {who} {_to_be_seen(act)}."
    for outcome in telling.outcomes:
        return f"Observe the result: {lower_first(present(outcome.text)).rstrip('.')}."
    return f"Exercise what the requirement {telling.requirement.id} states."


_RECEIVED = re.compile(r"^(?:upon\s+)?(?:the\s+)?(?:receipt|arrival|reception) of\s+(?P<what>.+)$", re.I | re.S)
_ACTED = re.compile(r"^(?:the|an?|any)\s+(?P<who>[\w -]{3,40}?)\s+(?P<verb>[a-z]+s)\s+(?P<rest>.+)$", re.I | re.S)


def _done_by_tester(telling: Telling) -> tuple[str, str] | None:
    """A condition that is something the tester does: (the precondition that words it, the instruction)."""
    for line in telling.point.preconditions:
        text = line.rstrip(".")
        if received := _RECEIVED.match(text):
            return line, f"send {lower_first(received['what'])}"
        acted = _ACTED.match(text)
        if acted and HUMAN.fullmatch(acted["who"]) and (verb := base_verb(acted["verb"])):
            return line, f"{verb} {acted['rest']}"
    return None


def _to_be_seen(act: Action) -> str:
    """The action in the third person, without its subject."""
    told = present(f"{act.subject or 'the system'} shall {'not ' if act.modality == 'must_not' else ''}{verb_phrase(act.text)}")
    return told.removeprefix(act.subject or "the system").strip().rstrip(".")


def preconditions(telling: Telling) -> tuple[str, ...]:
    """What must be so before the first step; what the step itself does is no precondition."""
    done = None if imperative(telling) else _done_by_tester(telling)
    return tuple(line for line in telling.point.preconditions if done is None or line != done[0])
