"""What the tester does, in English: one instruction with this test's values."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Condition, Outcome
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.english import article, definite, infinitive, lower_first, present, split_modal, uncapitalised
from testgen_runtime.generation.rules_en_events import conditional_clause, instruction
from testgen_runtime.generation.rules_en_parts import (
    COMPARATIVE,
    HUMAN,
    RELATIVE,
    SCOPE,
    data_demand,
    demanded_of_people,
    kept_for,
    noun_of,
    one_of_list,
    phrase,
    stated_subject,
    verb_phrase,
    waiting,
    with_values,
    without_limits,
    without_setting,
)
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import bare, sentence

_UPLOADED = re.compile(r"\b(?:file|image|picture|photo|attachment|upload|document|video|avatar|logo|scan)s?\b", re.I)
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
        return _from_passive(subject, words[1:], free=free, limited=bool(telling.entered)) if doable else ""
    if not words or not re.fullmatch(r"[a-z]+(?:-[a-z]+)?", words[0]) or words[0] in _STATIVE:
        return ""
    human = HUMAN.search(RELATIVE.sub("", subject)) is not None or subject.strip().lower() in ("they", "he", "she")
    if re.search(r",\s(?!by\b)\w+ (?:up to|at most|at least|no more than)\s", phrase_):
        return ""
    return phrase_ if human or (telling.role and free) else ""


def _from_passive(subject: str, words: list[str], *, free: bool, limited: bool) -> str:
    """ "An order", ["cancelled", …] → "cancel the order …"."""
    participle = words[0].lower().strip(",.")
    verb = _ASKED_FOR.get(participle) or infinitive(participle)
    own = RELATIVE if limited or not re.search(r"\d", subject) else _DESCRIBED
    kept = SCOPE.sub("", own.sub("", re.sub(r"^only\s+", "", subject.strip(), flags=re.I)))
    kept = re.sub(r"^(?:in|for|at|on|after|before|within|under|with)\b.*\s(?=(?:the|an?)\s)", "", kept, flags=re.I)
    noun = re.sub(rf"^(?:{COMPARATIVE})(?:\s(?:or|and)\s(?:{COMPARATIVE}))?\s+", "", bare(kept), flags=re.I)
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
        or re.search(r"\bother\b", noun)
    ):
        return ""
    rest = " ".join(words[1:]) if participle not in _ASKED_FOR else ""
    return f"{verb} {uncapitalised(noun) if noun == kept else 'the ' + noun} {rest}".strip()


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base, entered = imperative(telling), telling.entered
    if entered and demanded_of_people(telling):
        base = ""  # they are obliged to it: it is what follows, and not what sets it off
    if entered and (made := _made_to_happen(telling, entered)):
        return sentence(made, "en")
    if listed := _one_of_the_list(telling):
        return sentence(listed, "en")
    if not entered and (kept := kept_for(telling)):
        return sentence(kept[0], "en")
    if not entered and (data := data_demand(telling)):
        return sentence(f"enter {article(data[0])} {data[0]} that {data[1]}", "en")
    if base and entered:
        return sentence(_with_values(base, entered, telling), "en")
    if base:
        return sentence(
            re.sub(r"\b(?:his or her|their|his|her|my) own\b", "your own", re.sub(r"\bmy\b(?! own)", "the", base)), "en"
        )
    if entered and (done := _done_by_tester(telling)):
        return sentence(_and(done[1], entered), "en")
    return sentence(_enter(telling, entered), "en") if entered else _trigger(telling)


def _made_to_happen(telling: Telling, entered: tuple[Told, ...]) -> str:
    """The instruction for a limit that a conditional clause or a waiting time states, with this test's "
    "values; "" if none does."""
    first = entered[0]
    if first.limit is None:
        return ""
    clause = conditional_clause(telling, first)
    dimension = first.limit.dimension
    scale = dimension in ("other", "percent") and not first.name.startswith("number of")
    if (
        clause
        and (not scale or HUMAN.match(re.sub(r"^(?:the|an?)\s", "", clause)))
        and (done := instruction(clause))
        and not re.search(r"\b(?:above|below|under|over|than|exceeds?)\b", done)
    ):
        return re.sub(r"\b(fall|drop|rise|climb|sink|go) (?=\d)", r"\1 to ", done)
    measured = [told for told in entered if told.limit is not None and told.limit.dimension in ("other", "percent")]
    lasting = [told for told in entered if told.limit is not None and told.limit.dimension == "duration"]
    if clause and measured and len(entered) == len(measured) + len(lasting) and not first.name.startswith(("number of", "time ")):
        if len(measured) == 1 and len(lasting) == 1:
            return f"hold the {measured[0].name} at {measured[0].value} for {lasting[0].value}"
        if len(entered) == 1:
            return f"set the {first.name} to {first.value}"
    if dimension == "duration" and first.limit.lower is not None and not clause:
        for text in (*(act.text for act in telling.actions), *telling.all_outcomes):
            if waited := waiting(text, telling):
                return f"wait for {first.value}{waited[2]}"
    if dimension == "duration" and first.name.startswith("time without "):
        return f"wait for {first.value} {first.name.removeprefix('time ')}"
    return ""


_OTHER_OF_LIST = re.compile(
    r"^(?P<head>(?:an?|the)\s+[\w-]+(?:\s[\w-]+)?)\s+(?P<link>for|in|with|of|by|via|to)\s+(?:any|an?|every)\s+others?\b", re.I
)


def _one_of_the_list(telling: Telling) -> str:
    """ "A payment in any other currency …" tells how a value of the list is tried: "submit a payment in the currency EUR"."""
    entered = telling.entered
    if len(entered) != 1 or entered[0].kind != "enum":
        return ""
    for text in telling.all_outcomes:
        if other := _OTHER_OF_LIST.match(text.strip()):
            return f"submit {lower_first(other['head'])} {other['link']} {phrase(entered[0])}"
    return ""


def _with_values(base: str, entered: tuple[Told, ...], telling: Telling) -> str:
    """The instruction with this test's values in the place of the text's limits."""
    base, entered = with_values(base, telling)
    for told in entered:
        if told.kind == "enum" and (chosen := one_of_list(base, told, telling)) != base:
            base, entered = chosen, tuple(other for other in entered if other is not told)
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
    if len(entered) == 1 and entered[0].name in ("extension", "increase", "reduction", "delay", "postponement"):
        return f"{base} by {entered[0].value}"
    if len(entered) == 1 and entered[0].name.startswith("time the "):
        return f"{base} after {phrase(entered[0])}"
    if len(entered) == 1 and (relation := re.match(r"time (?P<when>since|before) (?P<what>.+)$", entered[0].name)):
        what = relation["what"] if re.match(r"(?:the|being)\b", relation["what"]) else f"the {relation['what']}"
        return f"{base} {entered[0].value} {'after' if relation['when'] == 'since' else 'before'} {what}"
    if len(entered) == 1 and entered[0].limit and entered[0].limit.dimension == "duration" and entered[0].name.endswith(" age"):
        thing = entered[0].name.removesuffix(" age")
        if re.search(rf"\b{re.escape(thing)}\b", base, re.I) and not HUMAN.search(thing):
            return f"{base} when it is {entered[0].value} old"
    return f"{base} with {' and '.join(phrase(told) for told in entered)}" if entered else base


_PLACED = re.compile(r"(?P<thing>[a-z][\w -]*?) (?P<what>amount|total|value|price|size|weight|balance|cost)", re.I)


def _enter(telling: Telling, entered: tuple[Told, ...]) -> str:
    first = entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    words = " and ".join(phrase(told) for told in entered)
    formats = [
        told for told in entered if told.kind == "enum" and told.name.lower().endswith(("format", "file type", "image type"))
    ]
    if (
        formats
        and _UPLOADED.search(telling.requirement.text)
        and re.search(r"\b(?:upload|avatar|photo|picture|attachment)", telling.requirement.text, re.I)
    ):
        sizes = [told for told in entered if told is not formats[0]]
        of = f" of {sizes[0].value}" if len(sizes) == 1 and noun_of(sizes[0]) != sizes[0].name else ""
        if len(entered) == 1 or of:
            value = formats[0].value
            return f"upload {article(value)} {value} file{of}"
    if (
        first.kind == "enum"
        and first.name.lower() in ("browser", "operating system", "language", "protocol", "day")
        and len(entered) == 1
    ):
        return f"use {words}"
    if len(entered) == 1 and dimension == "duration" and first.name.endswith(" age") and not HUMAN.search(first.name):
        thing = first.name.removesuffix(" age")
        return f"use {article(thing)} {thing} that is {first.value} old"
    if len(entered) == 1 and dimension == "count" and re.match(r"number of (?:wrong|invalid|incorrect)\b", first.name):
        return f"enter {words}"
    owner = stated_subject(telling)
    counted = [told for told in entered if told.limit is not None and told.limit.dimension in ("count", "length")]
    if owner and len(counted) == len(entered) and any(told.name.startswith("number of") for told in entered):
        lengths = any(told.limit is not None and told.limit.dimension == "length" for told in entered)
        told_ = [told.value if noun_of(told) != told.name else phrase(told) for told in entered]
        joined = ", ".join(told_[:-1]) + (" and " if len(told_) > 1 else "") + told_[-1]
        return f"{'enter' if lengths else 'submit'} {article(owner)} {owner} with {joined}"
    if dimension == "money" and len(entered) == 1 and (placed := _PLACED.fullmatch(first.name)):
        thing, what = placed["thing"], placed["what"]
        return f"submit {article(thing)} {thing} with {article(what)} {what} of {first.value}"
    if owner.lower() == first.name.lower() and dimension in ("duration", "percent", "other") and len(entered) == 1:
        return f"set the {first.name} to {first.value}"
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
    if situation and not telling.item:
        return _checked(telling)
    if telling.item:
        return f"Look for this item: {telling.item}."
    for act in telling.actions:
        if not act.subject.strip():
            return f"Observe the following: {present(act.text).rstrip('.')}."
        return _checked(telling)
    for outcome in telling.outcomes:
        return f"Observe the result: {lower_first(present(outcome.text)).rstrip('.')}."
    return f"Exercise what the requirement {telling.requirement.id} states."


_ANSWERS = re.compile(r"\b(?:api|server|endpoint|service|interface|backend|resource|gateway)\b", re.I)


def _checked(telling: Telling) -> str:
    """Looking at what the requirement is about, where nobody has to do anything for it."""
    due = re.search(r"\s(?P<time>within \d[\w.]* [a-z]+)$", telling.actions[0].text) if len(telling.actions) == 1 else None
    event = next((value.text for _, value in telling.view.of(Condition) if value.trigger), "")
    if due and event and telling.positive:
        act = telling.actions[0]
        told = present(f"{act.subject or 'the system'} shall {act.text[: due.start()]}")
        return f"Check {due['time'].removeprefix('within ')} after {event} whether {lower_first(definite(told))}."
    for act in telling.actions:
        who = lower_first(re.sub(r"^(?:in|while|when|at|on|for)\b[^,]*,\s", "", SCOPE.sub("", act.subject.strip()), flags=re.I))
        if (
            _ANSWERS.search(who)
            and act.text.split()[:1]
            and act.text.split()[0] in ("return", "respond", "answer", "reply", "send")
        ):
            return f"Send a request to {definite(who)}."
        if who and act.modality != "must_not":
            return f"Check whether {definite(who)} {_to_be_seen(act)}."
    for text in (*(outcome.text for outcome in telling.outcomes), *telling.all_outcomes, *(act.text for act in telling.actions)):
        shown = lower_first(definite(present(text)))
        if not re.search(r"\b(?:not|no|never)\b", shown) and len(shown.split()) > 2:
            return f"Check whether {shown.rstrip('.')}."
        subject = split_modal(text)
        if subject and subject[0]:
            return f"Check what happens to {lower_first(definite(subject[0]))}."
    return f"Check what the requirement {telling.requirement.id} states."


def _done_by_tester(telling: Telling) -> tuple[str, str] | None:
    """A condition that is something the tester does: (the precondition that words it, the instruction)."""
    for line in telling.point.preconditions:
        if done := instruction(line.rstrip(".")):
            return line, done
    return None


def _to_be_seen(act: Action) -> str:
    """The action in the third person, without its subject."""
    told = present(f"{act.subject or 'the system'} shall {'not ' if act.modality == 'must_not' else ''}{verb_phrase(act.text)}")
    return told.removeprefix(act.subject or "the system").strip().rstrip(".")


def preconditions(telling: Telling) -> tuple[str, ...]:
    """What must be so before the first step; what the step itself does is no precondition."""
    done = None if imperative(telling) else _done_by_tester(telling)
    return tuple(line for line in telling.point.preconditions if done is None or line != done[0])
