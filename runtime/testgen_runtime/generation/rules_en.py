"""English wording of test points: what the tester does, what is seen, and the title."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Outcome
from testgen_runtime.generation.english import (
    article,
    base_verb,
    definite,
    infinitive,
    is_plural,
    lower_first,
    negated,
    present,
    split_modal,
    uncapitalised,
)
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import bare, sentence

_HUMAN = re.compile(
    r"\b(?:user|customer|client|administrator|admin|operator|manager|employee|applicant|member|guest|visitor|recipient|courier|editor|"
    r"viewer|auditor|author|reviewer|buyer|seller|driver|patient|doctor|nurse|student|teacher|supervisor|owner|staff|clerk|agent|person|"
    r"people|accountant|approver|tenant|tester|engineer|you|anyone|nobody|everyone|participant|player|subscriber|traveller|librarian|"
    r"reader|borrower|moderator|requester|passenger|resident|technician)s?\b(?!['’]s|\s+(?:app|account|name|interface|device)\b)",
    re.I,
)
_SCOPE = re.compile(
    r"^(?:in|for|while|when|within|after|before|upon|if|on|at)\b[^;]*?[\s,](?=(?:the|an?)\s+[\w-]+\s+(?:shall|must|may|will|can)\b)",
    re.I,
)
_RELATIVE = re.compile(
    r"\s+(?:who|that|which|whose|with|without|of (?:up to|at most|at least|more|less|over)|(?:larger|longer|more|less|other) than|above|below|"
    r"outside|beyond|exceeding|over|under)\b.*$",
    re.I | re.S,
)
_UPLOADED = re.compile(r"\b(?:file|image|picture|photo|attachment|upload|document|video|avatar|logo|scan)s?\b", re.I)
_COMPARATIVE = (
    "larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|newer|greater|further|additional|wider|taller|later"
)
_COMPARED = re.compile(
    r"\s*\b(?:(?:of|with|for|by|within|after)\s+)?(?:up to|at most|at least|(?:no|not)\s+(?:more|less|fewer|larger|longer)\s+than|a (?:maximum|minimum) of|"
    r"(?:more|less|fewer|larger|longer) than|over|under|exactly)\s+[\d.,]+(?:\s*(?:%|[A-Za-z]+))?",
    re.I,
)
_ASKED_FOR = {
    "accepted": "submit", "rejected": "submit", "refused": "submit", "granted": "request", "denied": "request", "processed": "submit",
    "supported": "use", "shown": "display",
}  # fmt: skip
_DOABLE = frozenset(_ASKED_FOR) | frozenset(
    [
        "opened",
        "cancelled",
        "deleted",
        "created",
        "published",
        "released",
        "printed",
        "exported",
        "imported",
        "uploaded",
        "downloaded",
        "changed",
        "edited",
        "submitted",
        "booked",
        "approved",
        "returned",
        "withdrawn",
        "removed",
        "archived",
        "ordered",
        "placed",
        "reserved",
        "renewed",
        "extended",
    ]
)
_STATIVE = frozenset(
    [
        "be",
        "have",
        "remain",
        "stay",
        "contain",
        "include",
        "exist",
        "last",
        "weigh",
        "exceed",
        "end",
        "support",
        "cover",
        "consist",
        "comprise",
        "specify",
        "hold",
    ]
)


def verb_phrase(text: str) -> str:
    """What is done, without subject and modal: "open the audit log"."""
    parts = split_modal(text.strip(" .;,"))
    return parts[2] if parts else text.strip(" .;,")


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
    human = _HUMAN.search(_RELATIVE.sub("", subject)) is not None
    return phrase_ if human or (telling.role and free) else ""


def _from_passive(subject: str, words: list[str]) -> str:
    """ "An order", ["cancelled", …] → "cancel the order …"."""
    participle = words[0].lower().strip(",.")
    verb = _ASKED_FOR.get(participle) or infinitive(participle)
    kept = _SCOPE.sub("", _RELATIVE.sub("", re.sub(r"^only\s+", "", subject.strip(), flags=re.I)))
    noun = re.sub(rf"^(?:{_COMPARATIVE})\s+", "", bare(kept), flags=re.I)
    if participle != words[0].strip(",.") or re.search(r"\b(?:within|every|automatically|immediately)\b", " ".join(words)):
        return ""
    if (
        not verb
        or len(noun.split()) > 8
        or " that " in noun
        or not noun
        or _HUMAN.fullmatch(noun)
        or re.search(r"\bother\b", noun)
    ):
        return ""
    rest = " ".join(words[1:]) if participle not in _ASKED_FOR else ""
    return f"{verb} {uncapitalised(noun) if noun == kept else 'the ' + noun} {rest}".strip()


def noun_of(told: Told) -> str:
    """What is measured: "password length" → "password"."""
    return told.name.removesuffix(" length").removesuffix(" size")


def phrase(told: Told) -> str:
    """An entered input as a noun phrase: "a password of 7 characters", "an order total of 199.99 EUR", "the format XML"."""
    name, value = told.name, told.value
    if told.kind == "enum":
        return f"the {name} {value}"
    if noun_of(told) != name:
        return f"{article(name)} {noun_of(told)} of {value}"
    counted = name.removeprefix("number of ").lower()
    if counted != name.lower() and value.split(" ", 1)[-1].lower().rstrip("s") == counted.rstrip("s"):
        return value
    if (
        name.endswith("s")
        and not name.endswith("ss")
        and value.split(" ", 1)[-1].lower().rstrip("s") == name.split()[-1].lower().rstrip("s")
    ):
        return value
    short = re.sub(r"(?<!number)(?<!length)(?<!size)(?<!amount)(?<!period)(?<!age)\s+of\s+(?:an?\s+|the\s+)?[a-z ]+$", "", name)
    return f"{'the' if re.match(r'[a-z]+est ', short) else article(short)} {short} of {value}"


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
    base = _without_limits(base, telling)
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
    if dimension == "duration" and len(entered) == 1:
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
        who = lower_first(_SCOPE.sub("", act.subject.strip())) or "the system"
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
        if acted and _HUMAN.fullmatch(acted["who"]) and (verb := base_verb(acted["verb"])):
            return line, f"{verb} {acted['rest']}"
    return None


def _to_be_seen(act: Action) -> str:
    """The action in the third person, without its subject."""
    told = present(f"{act.subject or 'the system'} shall {'not ' if act.modality == 'must_not' else ''}{verb_phrase(act.text)}")
    return told.removeprefix(act.subject or "the system").strip().rstrip(".")


def expected(telling: Telling) -> str:
    """What is seen: the words of the text, told in the present; by the polarity where the text has none."""
    if telling.item:
        return sentence(f"{_lead(telling)}: {telling.item}", "en")
    if told := [_seen(outcome.text, telling) for outcome in telling.outcomes]:
        return " ".join(dict.fromkeys(told))
    for text in telling.opposite_outcomes:
        parts = split_modal(text)
        if parts and (not telling.positive or "not" in parts[1] or not (telling.entered or imperative(telling))):
            human = _HUMAN.search(_RELATIVE.sub("", parts[0])) and not parts[2].startswith("be ")
            return _allowed(telling, parts[2]) if human else _seen(negated(text), telling)
    for act in telling.actions:
        if not act.subject.strip():
            return sentence(definite(present(act.text if telling.positive else negated(act.text))), "en")
        if not _HUMAN.search(_RELATIVE.sub("", act.subject)):
            no = "not " if act.modality == "must_not" or not telling.positive else ""
            return _seen(f"{act.subject} shall {no}{verb_phrase(act.text)}", telling)
    if base := imperative(telling):
        if submitted := re.match(r"submit (?P<what>(?:the )?[\w -]+)$", _without_limits(base, telling)):
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
    acts = [act for act in telling.actions if act.modality == "must" and telling.conditional]
    if not acts:
        return ""
    who = lower_first(definite(_RELATIVE.sub("", acts[0].subject)))
    return f"The system {'requires' if telling.positive else 'does not require'} {who} to {_without_limits(what, telling)}."


def _allowed(telling: Telling, what: str) -> str:
    who = f"a user with the role {telling.role}" if telling.role else f"the {_person(telling)}"
    return f"The system {'allows' if telling.positive else 'does not allow'} {who} to {_without_limits(what, telling)}."


def _person(telling: Telling) -> str:
    """Who acts, as the text calls them."""
    subjects = [act.subject for act in telling.actions] + [
        parts[0] for text in telling.all_outcomes if (parts := split_modal(text))
    ]
    for subject in subjects:
        noun = bare(re.sub(r"^only\s+", "", _RELATIVE.sub("", subject), flags=re.I))
        if _HUMAN.fullmatch(noun) and not noun.lower().endswith("s"):
            return noun.lower()
    return "user"


def _seen(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own, about this test's value."""
    text = _SCOPE.sub("", text.strip(" ,;."))
    parts = split_modal(text)
    if parts and _HUMAN.search(_RELATIVE.sub("", parts[0])):
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
    who = f"the user with the role {telling.role}" if telling.role else definite(_RELATIVE.sub("", parts[0]))
    if what.startswith("be "):
        return sentence(present(f"{re.sub(r'^only ', '', who, flags=re.I)} {modal} {_this(what, telling)}"), "en")
    if modal.split()[0].lower() in ("may", "can", "could") or "not" in modal:
        base = imperative(telling)
        return _allowed(telling, base if base.startswith(what) else what)
    return sentence(present(f"{who} {modal} {_this(what, telling)}"), "en")


def _this(text: str, telling: Telling) -> str:
    """`text` about this test's value: "any other password" → "a password of 7 characters", a list → the one value."""
    text = _without_limits(text, telling)
    if re.match(r"(?:it|they)\b", text, re.I) and (subject := _spoken_of(telling)):
        text = re.sub(r"^(?:it|they)\b", lambda _: subject, text, flags=re.I)
    for told in telling.entered:
        noun, name = re.escape(noun_of(told)), re.escape(told.name)
        text = re.sub(rf"\b(?:(?:any|all|every|an?|the)\s+)?other\s+(?:{name}|{noun})(?:s|es)?\b", phrase(told), text, flags=re.I)
        if told.kind == "enum":
            text = _one_of_list(text, told, telling)
    if telling.entered:
        text = re.sub(rf"\b(?:an?|any|all)\s+(?:{_COMPARATIVE})\s+([a-z]+)\b", r"the \1", text, flags=re.I)
        text = re.sub(r"\b(?:an?|any|all)\s+([\w -]{2,40}?)\s+(?:outside|beyond)\s+(?:of\s+)?(?:this|that|the)\s+[\w ]{2,20}?(?=\s(?:shall|must|is|are|will)\b)",
                      r"the \1", text, flags=re.I)  # fmt: skip
    return text


def _spoken_of(telling: Telling) -> str:
    """What "it" stands for: the first subject that the requirement's results name."""
    subjects = (parts[0] for text in telling.all_outcomes if (parts := split_modal(text)))
    return next((s for s in subjects if s and not re.match(r"(?:it|they|any|all|other)\b", s, re.I)), "")


def _one_of_list(text: str, told: Told, telling: Telling) -> str:
    """Where the text lists what is allowed, only this test's value."""
    text = re.sub(rf"\bthe following (?:[\w-]+ )?{re.escape(told.name)}s?\b", phrase(told), text, flags=re.I)
    for names in telling.lists:
        if (
            told.value in names
            and len(names) > 1
            and names[0][:1].isalnum()
            and all(name in text for name in (names[0], names[-1]))
        ):
            start, end = text.index(names[0]), text.rindex(names[-1]) + len(names[-1])
            if start < end:
                head = re.sub(rf"\b{re.escape(told.name)}s\b(?=\W*$)", told.name, text[:start], flags=re.I)
                return head + told.value + text[end:]
    return text


def _without_limits(text: str, telling: Telling) -> str:
    """`text` without the limit that it states, where this test has a value in its place."""
    if not any(told.kind == "limit" for told in telling.entered):
        return text
    text = _COMPARED.sub("", text) if len(_COMPARED.sub("", text).split()) >= 2 else text
    for limit in telling.limit_texts:
        link = r"\s*(?:\b(?:that|which|who)\s+(?:is|are|has|have|weighs?|exceeds?|contains?|lasts?)\s+|\b(?:of|with|for|by|within)\s+)?"
        cut = re.sub(rf"{link}{re.escape(limit)}(?!\w)", "", text, flags=re.I)
        cut = re.sub(r"\s+(?:for|of|by|to|at|within|than|after|with)$", "", cut)
        if len(cut.split()) >= 2 and not re.search(r"\b(?:shall|must|may|be|than|to)\s*$", cut, re.I):
            text = cut
    return text


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the result."""
    short = telling.item or lower_first(result.rstrip(".")).split(". ")[0]
    entered = telling.entered
    verdict = re.search(r"\bis (?:not )?(?:accepted|rejected|refused)\b.*$", short)
    if len(telling.inputs) == 1 and entered and verdict and _names(short[: verdict.start()], entered[0]):
        noun = re.sub(r"^(?:an?|the) ", "", phrase(entered[0]))
        return _capital(f"{noun} {verdict[0]}")
    situation = ", ".join(_situation(told) for told in telling.inputs)
    return _capital(f"{situation}: {short}" if situation else short)


def _names(subject: str, told: Told) -> bool:
    return noun_of(told).lower() in subject.lower() or told.value.lower() in subject.lower()


def _situation(told: Told) -> str:
    if told.kind == "limit":
        return re.sub(r"^(?:an?|the) ", "", phrase(told))
    return told.value if told.name == "condition" else f"{told.name} {told.value}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def preconditions(telling: Telling) -> tuple[str, ...]:
    """What must be so before the first step; what the step itself does is no precondition."""
    done = None if imperative(telling) else _done_by_tester(telling)
    return tuple(line for line in telling.point.preconditions if done is None or line != done[0])
