"""The English instruction that a requirement's own action amounts to."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.english import infinitive, lower_first, split_modal, uncapitalised
from testgen_runtime.documents.model import Outcome
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.rules_en_parts import (
    COMPARATIVE,
    HUMAN,
    RELATIVE,
    SCOPE,
    spelled_out,
    verb_phrase,
    without_setting,
)
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import bare

_ASKED_FOR = {
    "accepted": "submit", "rejected": "submit", "refused": "submit", "granted": "request", "denied": "request",
    "processed": "submit", "supported": "use", "shown": "display", "declined": "submit", "possible": "perform",
}  # fmt: skip
_DOABLE = frozenset(_ASKED_FOR) | words(
    "opened cancelled deleted created published released printed exported imported uploaded downloaded changed edited "
    "submitted booked "
    "approved returned withdrawn removed archived ordered placed reserved renewed extended"
)
_SEEN = words("shown displayed sent stored charged applied notified informed recorded logged")
"""What the system does, whatever the modal says."""


_LIMITED_SUBJECT = re.compile(
    r"^(?:no more than|not more than|at most|up to|no fewer than|at least|a maximum of)\s.+$", re.I | re.S
)
_DESCRIBED = re.compile(r"\s+(?:who|that|which|whose|except)\b.*$", re.I | re.S)
_STATIVE = words("be have remain stay contain include exist last weigh exceed end support cover consist comprise specify hold")


_GIVEN = re.compile(
    r"be\s(?P<done>issued|given|lent|handed|sold|assigned|offered)\s(?P<what>(?:an?|the)\s[a-z][a-z -]{1,50})", re.I
)
"""What somebody gets: "can be issued a badge"."""


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    candidates = [(act.subject, act.text, act.modality != "must") for act in telling.actions if act.subject.strip()]
    for _, outcome in telling.view.of(Outcome):
        if parts := split_modal(outcome.text):
            candidates.append((parts[0], parts[2], parts[1].split()[0].lower() in ("may", "can", "could") or "not" in parts[1]))
    found = [made for subject, text, free in candidates if (made := _instruction(telling, subject, verb_phrase(text), free=free))]
    found = [without_setting(made, telling) for made in found]
    if not found:
        access = (
            re.match(r"access to (?P<what>[^,.;]+?)\s(?:shall|must|may|is|are|can)\b", telling.requirement.text, re.I)
            if telling.role
            else None
        )
        return f"open {access['what']}" if access else ""
    first = re.sub(r"\s+(?:it|them|so)$", "", found[0])
    return next((other for other in found if other.startswith(f"{first} ") and not re.search(r"\b(?:it|them)$", other)), found[0])


def _instruction(telling: Telling, subject: str, phrase_: str, *, free: bool) -> str:
    phrase_ = spelled_out(phrase_, telling)
    if free and (given := _GIVEN.fullmatch(phrase_)) and (verb := infinitive(given["done"])):
        whom = singular(bare(RELATIVE.sub("", subject.strip())).lower())
        return f"{verb} {given['what']} to the {whom}" if " who " in subject or ROLE.search(whom) else ""
    words = phrase_.split()
    if len(words) > 1 and words[0].lower() == "be":
        done = words[1].lower().strip(",.")
        only = re.search(r"\bonly\b", telling.requirement.text, re.I) is not None
        doable = free or (done in _ASKED_FOR and done != "shown") or (only and done in _DOABLE)
        if (doable and " by " in phrase_) or done in _SEEN:
            return ""
        if doable and (limited := _LIMITED_SUBJECT.match(subject)) and (verb := infinitive(done)):
            what = limited[0] if limited[0] in telling.requirement.text else lower_first(limited[0])
            return f"{verb} {what} {' '.join(words[2:])}".strip()
        return _from_passive(subject, words[1:], telling, free=free) if doable else ""
    if not words or not re.fullmatch(r"[a-z]+(?:-[a-z]+)?", words[0]) or words[0] in _STATIVE:
        return ""
    human = HUMAN.search(RELATIVE.sub("", subject)) is not None or subject.strip().lower() in ("they", "he", "she")
    if re.search(r",\s(?!by\b)\w+ (?:up to|at most|at least|no more than)\s", phrase_):
        return ""
    return phrase_ if human or (telling.role and free) else ""


def _from_passive(subject: str, words: list[str], telling: Telling, *, free: bool) -> str:
    """ "An order", ["cancelled", …] → "cancel the order …"."""
    participle = words[0].lower().strip(",.")
    verb = _ASKED_FOR.get(participle) or infinitive(participle)
    own = RELATIVE if telling.entered or not re.search(r"\d", subject) else _DESCRIBED
    kept = SCOPE.sub("", own.sub("", re.sub(r"^only\s+", "", subject.strip(), flags=re.I)))
    kept = re.sub(r"^(?:in|for|at|on|after|before|within|under|with)\b.*\s(?=(?:the|an?)\s)", "", kept, flags=re.I)
    noun = re.sub(rf"^(?:{COMPARATIVE})(?:\s(?:or|and)\s(?:an?\s|any\s)?(?:{COMPARATIVE}))?\s+", "", bare(kept), flags=re.I)
    noun = re.sub(rf"\ban?\s(?:{COMPARATIVE})\s(?!than\b|or\b|and\b)(?=[a-z])", "the ", noun, flags=re.I)
    if participle != words[0].strip(",.") or re.search(r"\b(?:every|automatically|immediately)\b", " ".join(words)):
        return ""
    if "within" in words and not free:
        return ""
    if (
        not verb
        or len(noun.split()) > 8
        or " that " in noun
        or not noun
        or HUMAN.fullmatch(noun)
        or re.search(r"\b(?:other|not|failing|violating|breaking)\b", noun)
    ):
        return ""
    rest = " ".join(words[1:]) if participle not in _ASKED_FOR else ""
    if telling.conditional:
        rest = re.sub(r"\swho\s(?:has|have|is|are|does|do)\s.*$", "", rest)
    return f"{verb} {uncapitalised(noun) if noun == kept else 'the ' + noun} {rest}".strip()
