"""What is seen, in English: the results of the text, told in the present and of this test's value."""

from __future__ import annotations

import re

from testgen_runtime.generation.english import definite, infinitive, is_plural, lower_first, negated, present, split_modal
from testgen_runtime.generation.rules_en_actions import imperative
from testgen_runtime.generation.rules_en_parts import (
    COMPARATIVE,
    HUMAN,
    RELATIVE,
    SCOPE,
    noun_of,
    one_of_list,
    phrase,
    verb_phrase,
    without_limits,
)
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import bare, sentence

_OUTSIDE = re.compile(
    r"\b(?:an?|any|all)\s+([\w -]{2,40}?)\s+(?:outside|beyond)\s+(?:of\s+)?(?:this|that|the)\s+[\w ]{2,20}?"
    r"(?=\s(?:shall|must|is|are|will)\b)",
    re.I,
)


def expected(telling: Telling) -> str:
    """What is seen: the words of the text, told in the present; by the polarity where the text has none."""
    if telling.item:
        return sentence(f"{_lead(telling)}: {telling.item}", "en")
    only_otherwise = bool(telling.outcomes) and all(outcome.otherwise for outcome in telling.outcomes)
    if only_otherwise and (demanded := _demanded(telling, imperative(telling))):
        return demanded
    if told := [_seen(outcome.text, telling) for outcome in telling.outcomes]:
        return " ".join(dict.fromkeys(told))
    for text in telling.opposite_outcomes:
        parts = split_modal(text)
        if parts and (not telling.positive or "not" in parts[1] or not (telling.entered or imperative(telling))):
            human = HUMAN.search(RELATIVE.sub("", parts[0])) and not parts[2].startswith("be ")
            return _allowed(telling, parts[2]) if human else _seen(negated(text), telling)
    for act in telling.actions:
        if not act.subject.strip():
            return sentence(definite(present(act.text if telling.positive else negated(act.text))), "en")
        if not HUMAN.search(RELATIVE.sub("", act.subject)):
            no = "not " if act.modality == "must_not" or not telling.positive else ""
            return _seen(f"{act.subject} shall {no}{verb_phrase(act.text)}", telling)
    if base := imperative(telling):
        if submitted := re.match(r"submit (?P<what>(?:the )?[\w -]+)$", without_limits(base, telling)):
            are = "are" if is_plural(submitted["what"]) else "is"
            return sentence(f"{submitted['what']} {are} {'accepted' if telling.positive else 'rejected'}", "en")
        return _demanded(telling, base) or _allowed(telling, base)
    if telling.entered:
        return sentence(f"the {noun_of(telling.entered[0])} is {'accepted' if telling.positive else 'rejected'}", "en")
    return "The request is accepted." if telling.positive else "The request is rejected."


def _lead(telling: Telling) -> str:
    """The sentence that opens a list, without what follows its "the following …"."""
    return re.sub(r"(\bthe following(?: [\w-]+)?)\b.*$", r"\1", definite(present(telling.lead)), flags=re.I | re.S).rstrip(":")


def _demanded(telling: Telling, what: str) -> str:
    """What people are obliged to in the tested situation; "" where they are not."""
    acts = [
        act
        for act in telling.actions
        if act.modality == "must" and telling.conditional and HUMAN.search(act.subject) and not act.text.startswith("be ")
    ]
    if not acts or not what:
        return ""
    who = lower_first(definite(RELATIVE.sub("", acts[0].subject)))
    return f"The system {'requires' if telling.positive else 'does not require'} {who} to {without_limits(what, telling)}."


def _allowed(telling: Telling, what: str) -> str:
    who = f"a user with the role {telling.role}" if telling.role else f"the {_person(telling)}"
    return f"The system {'allows' if telling.positive else 'does not allow'} {who} to {without_limits(what, telling)}."


def _person(telling: Telling) -> str:
    """Who acts, as the text calls them."""
    subjects = [act.subject for act in telling.actions] + [
        parts[0] for text in telling.all_outcomes if (parts := split_modal(text))
    ]
    for subject in subjects:
        noun = bare(re.sub(r"^only\s+", "", RELATIVE.sub("", subject), flags=re.I))
        if HUMAN.fullmatch(noun) and not noun.lower().endswith("s"):
            return noun.lower()
    return "user"


def _seen(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value."""
    text = SCOPE.sub("", text.strip(" ,;."))
    parts = split_modal(text)
    if parts and HUMAN.search(RELATIVE.sub("", parts[0])):
        return _of_a_person(parts, telling)
    told = present(_this(text, telling))
    words = told.split()
    subject = f"the {noun_of(telling.entered[0])}" if telling.entered else "the request"
    if words and words[0].lower() == "be":
        return sentence(f"{subject} is {' '.join(words[1:])}", "en")
    if parts is None and len(words) < 4 and infinitive(words[0]) if words else False:
        return sentence(f"{subject} is {told}", "en")
    return sentence(definite(told), "en")


def _of_a_person(parts: tuple[str, str, str], telling: Telling) -> str:
    """What the text says of people, said of the one in this test."""
    _, modal, what = parts
    who = f"the user with the role {telling.role}" if telling.role else definite(RELATIVE.sub("", parts[0]))
    if what.startswith("be "):
        return sentence(present(f"{re.sub(r'^only ', '', who, flags=re.I)} {modal} {_this(what, telling)}"), "en")
    if modal.split()[0].lower() in ("may", "can", "could") or "not" in modal:
        base = imperative(telling)
        return _allowed(telling, base if base.startswith(what) else what)
    return sentence(present(f"{who} {modal} {_this(what, telling)}"), "en")


def _this(text: str, telling: Telling) -> str:
    """`text` about this test's value: "any other password" → "a password of 7 characters", a list → the one value."""
    text = without_limits(text, telling)
    if re.match(r"(?:it|they)\b", text, re.I) and (subject := _spoken_of(telling)):
        text = re.sub(r"^(?:it|they)\b", lambda _: subject, text, flags=re.I)
    for told in telling.entered:
        short = re.sub(r" of .*$", "", noun_of(told))
        names = "|".join(re.escape(name) for name in (told.name, noun_of(told), short, short.split()[-1]))
        text = re.sub(rf"\b(?:(?:any|all|every|an?|the)\s+)?other\s+(?:{names})(?:s|es)?\b", phrase(told), text, flags=re.I)
        if told.kind == "enum":
            text = one_of_list(text, told, telling)
    if telling.entered:
        text = re.sub(rf"\b(?:an?|any|all)\s+(?:{COMPARATIVE})\s+([a-z]+)\b", r"the \1", text, flags=re.I)
        text = _OUTSIDE.sub(r"the \1", text)
    return text


def _spoken_of(telling: Telling) -> str:
    """What "it" stands for: the first subject that the requirement's results name."""
    subjects = (parts[0] for text in telling.all_outcomes if (parts := split_modal(text)))
    return next((s for s in subjects if s and not re.match(r"(?:it|they|any|all|other)\b", s, re.I)), "")
