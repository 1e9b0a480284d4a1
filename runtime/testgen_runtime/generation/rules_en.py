"""English wording of test points."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Outcome
from testgen_runtime.generation.english import article, infinitive, lower_first, present
from testgen_runtime.generation.telling import Telling, Told
from testgen_runtime.techniques.phrases import bare, sentence

_HUMAN = re.compile(
    r"\b(?:user|customer|client|administrator|admin|operator|manager|employee|applicant|member|guest|visitor|recipient|courier|editor|viewer|"
    r"auditor|author|reviewer|buyer|seller|driver|patient|doctor|nurse|student|teacher|supervisor|owner|staff|clerk|agent|person|people|"
    r"accountant|approver|tenant|tester|engineer|you|anyone|nobody|everyone|participant|player|subscriber|traveller|librarian|reader|borrower)s?\b",
    re.I,
)  # fmt: skip
_MODAL = re.compile(
    r"^(?P<subject>.*?)\b(?:shall|must|may|should|will|can|could|cannot)\b(?:\s+(?:not|never|only))*\s+(?P<verb>.+)$", re.I | re.S
)
_UPLOADED = re.compile(r"\b(?:file|image|picture|photo|attachment|upload|document|video|avatar|logo|scan)s?\b", re.I)
_SUBMITTED = {"accepted": "submit", "rejected": "submit", "refused": "submit", "granted": "request", "denied": "request", "shown": "display",
              "allowed": "attempt", "permitted": "attempt", "processed": "submit", "supported": "use", "required": "request"}  # fmt: skip


def verb_phrase(action: Action) -> str:
    """What is done, without subject and modal: "open the audit log"."""
    text = action.text.strip(" .;,")
    match = _MODAL.match(text)
    return (match["verb"] if match else text).strip()


def subject_of(action: Action) -> str:
    """Who or what does it, as the text says it."""
    if action.subject.strip():
        return action.subject.strip()
    match = _MODAL.match(action.text.strip())
    return match["subject"].strip() if match else ""


def imperative(telling: Telling) -> str:
    """The instruction that the requirement's action amounts to; "" where only the system acts."""
    for action in telling.actions:
        phrase, subject = verb_phrase(action), subject_of(action)
        words = phrase.split()
        if not words:
            continue
        if words[0].lower() == "be" and len(words) > 1:
            if made := _from_passive(subject, words[1:]):
                return made
        elif telling.role or _HUMAN.search(subject):
            if re.fullmatch(r"[a-z]+", words[0]) and words[0] not in ("have", "be"):
                return phrase
    return ""


def _from_passive(subject: str, words: list[str]) -> str:
    """ "An order", ["cancelled", …] → "cancel the order …"."""
    participle = words[0].lower().strip(",.")
    verb = _SUBMITTED.get(participle) or infinitive(participle)
    noun = bare(subject)
    if not verb or not noun:
        return ""
    rest = " ".join(words[1:]) if participle not in _SUBMITTED else ""
    return f"{verb} the {noun} {rest}".strip()


def phrase(told: Told) -> str:
    """An entered input as a noun phrase: "a password of 7 characters", "an order total of 199.99 EUR", "the format XML"."""
    name, value = told.name, told.value
    if told.kind == "enum":
        return f"the {name} {value}"
    for suffix in (" length", " size"):
        if name.endswith(suffix) and len(name) > len(suffix):
            noun = name.removesuffix(suffix)
            return f"{article(noun)} {noun} of {value}"
    if name.startswith("number of ") and value.split(" ", 1)[-1].lower().rstrip("s") == name.removeprefix(
        "number of "
    ).lower().rstrip("s"):
        return value
    return f"{article(name)} {name} of {value}"


def action(telling: Telling) -> str:
    """The one thing that the tester does."""
    base = imperative(telling)
    entered = telling.entered
    if base and entered:
        first = entered[0]
        noun = first.name.removesuffix(" length").removesuffix(" size")
        pattern = re.compile(rf"\b(?:the|an?|any|each)\s+(?:[\w-]+\s+)?{re.escape(noun)}\b|\b{re.escape(noun)}s?\b", re.I)
        if first.kind == "limit" and noun != first.name and pattern.search(base):
            rest = entered[1:]
            text = pattern.sub(phrase(first), base, count=1)
            return sentence(_with(text, rest), "en")
        return sentence(_with(base, entered), "en")
    if base:
        return sentence(base, "en")
    if entered:
        return sentence(_enter(entered), "en")
    return _trigger(telling)


def _with(base: str, entered: tuple[Told, ...]) -> str:
    if not entered:
        return base
    return f"{base} with {' and '.join(phrase(told) for told in entered)}"


def _enter(entered: tuple[Told, ...]) -> str:
    first = entered[0]
    dimension = first.limit.dimension if first.limit else "other"
    words = " and ".join(phrase(told) for told in entered)
    if dimension == "size" or (first.kind == "enum" and _UPLOADED.search(first.name)):
        return f"upload {words}"
    if dimension == "length":
        return f"enter {words}"
    if dimension == "duration":
        return f"let the {first.name} reach {first.value}" if len(entered) == 1 else f"submit a request with {words}"
    if first.kind == "enum":
        return f"submit a request with {words}"
    return f"submit {words}" if dimension == "money" else f"submit a request with {words}"


def _trigger(telling: Telling) -> str:
    """What makes the system act: the situation that the text names, else using what the requirement is about."""
    conditions = [told for told in telling.inputs if told.kind in ("condition", "state")]
    if conditions:
        first = telling.point.preconditions[0] if telling.point.preconditions else f"{conditions[0].name} {conditions[0].value}"
        return f"Bring about this situation: {lower_first(first).rstrip('.')}."
    for act in telling.actions:
        return f"Observe what {lower_first(subject_of(act)) or 'the system'} does: {verb_phrase(act).rstrip('.')}."
    for outcome in telling.outcomes:
        return f"Observe the result: {lower_first(outcome.text).rstrip('.')}."
    return f"Exercise what the requirement {telling.requirement.id} states."


def expected(telling: Telling) -> str:
    """What is seen: the words of the text, told in the present; by the polarity where the text has none."""
    if told := [_seen(outcome.text, telling) for outcome in telling.outcomes]:
        return " ".join(dict.fromkeys(told))
    system = [act for act in telling.actions if not _HUMAN.search(subject_of(act))]
    base = imperative(telling)
    if base:
        who = f"a user with the role {telling.role}" if telling.role else "the user"
        return f"The system {'allows' if telling.positive else 'does not allow'} {who} to {base}."
    if system:
        return _stated(system[0], telling.positive)
    if telling.entered:
        return f"{_capital(_the(telling.entered[0]))} is {'accepted' if telling.positive else 'rejected'}."
    return "The request is accepted." if telling.positive else "The request is rejected."


def _stated(act: Action, happens: bool) -> str:
    """What the system does, or that it does not."""
    subject = subject_of(act) or "The system"
    forbidden = act.modality == "must_not"
    no = "" if happens != forbidden or (forbidden and not happens) else "not "
    if forbidden:
        no = "not "
    return sentence(present(f"{subject} shall {no}{verb_phrase(act)}"), "en")


_COMPARATIVE = (
    "larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|newer|greater|further|additional|wider|taller|later|earlier"
)


def _this(text: str, telling: Telling) -> str:
    """`text` about this test's value: "any other password" → "a password of 7 characters", "it" → what the text speaks of."""
    if telling.entered:
        first = telling.entered[0]
        noun = re.escape(_noun(first))
        name = re.escape(first.name)
        text = re.sub(rf"\b(?:(?:any|all|every|an?)\s+)?other\s+(?:{name}|{noun})(?:s|es)?\b", phrase(first), text, flags=re.I)
        text = re.sub(rf"\b(?:an?|any|all)\s+(?:{_COMPARATIVE})\s+([a-z]+)\b", r"the \1", text, flags=re.I)
        text = re.sub(rf"\b(?:an?|any)\s+{noun}\s+(?:outside|beyond|exceeding|above|below|over|under|larger|longer)\b.*?(?=\s(?:shall|must|is|are|will)\b)",
                      phrase(first), text, flags=re.I)  # fmt: skip
    if re.match(r"(?:it|they)\b", text, re.I):
        spoken_of = next((s for o in telling.view.of(Outcome) if (s := _subject(o[1].text)) and not re.match(r"(?:it|they)\b", s, re.I)), "")
        if spoken_of:
            text = re.sub(r"^(?:it|they)\b", lambda _: spoken_of, text, flags=re.I)
    return text


def _subject(text: str) -> str:
    """The subject of a sentence with a modal."""
    match = _MODAL.match(text)
    return match["subject"].strip() if match else ""


def _noun(told: Told) -> str:
    return told.name.removesuffix(" length").removesuffix(" size")


def _seen(text: str, telling: Telling) -> str:
    """An outcome as a sentence of its own."""
    text = _this(text.strip(" ,;."), telling)
    told = present(text)
    words = told.split()
    first = words[0].lower() if words else ""
    if first == "be" and len(words) > 1:
        subject = _the(telling.entered[0]) if telling.entered else "the request"
        return sentence(f"{subject} is {' '.join(words[1:])}", "en")
    if told == text and infinitive(first):
        subject = _the(telling.entered[0]) if telling.entered else "the request"
        return sentence(f"{subject} is {text}", "en")
    if (
        told == text
        and re.fullmatch(r"[a-z]+", words[0] if words else "")
        and not re.search(r"\b(?:is|are|has|have|[a-z]+s)\b", text)
    ):
        return sentence(present(f"the system shall {text}"), "en")
    return sentence(told, "en")


def _the(told: Told) -> str:
    return f"the {_noun(told)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def title(telling: Telling, result: str) -> str:
    """What the case shows, in one line: the situation, then the result."""
    short = lower_first(result.rstrip(".")).split(". ")[0]
    entered = telling.entered
    if len(telling.inputs) == 1 and entered and re.search(r"\bis (?:not )?(?:accepted|rejected|refused)\b", short):
        noun = re.sub(r"^(?:an?|the) ", "", phrase(entered[0]))
        verdict = re.search(r"\bis (?:not )?(?:accepted|rejected|refused)\b.*$", short)
        assert verdict
        return _capital(f"{noun} {verdict[0]}")
    situation = ", ".join(_situation(told) for told in telling.inputs)
    return _capital(f"{situation}: {short}" if situation else short)


def _situation(told: Told) -> str:
    if told.kind == "limit":
        return re.sub(r"^(?:an?|the) ", "", phrase(told))
    if told.kind in ("enum", "role"):
        return f"{told.name} {told.value}"
    if told.kind == "state":
        return f"{told.name} {told.value}"
    return told.value if told.name == "condition" else f"{told.name} {told.value}"


def preconditions(telling: Telling) -> tuple[str, ...]:
    return telling.point.preconditions
